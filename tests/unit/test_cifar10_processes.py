"""Real processes: one is killed half-way, and two download at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.unit.cifar10_server import names_in, official_members, pack, serving, sha256

PROGRAM = """
import sys
from byhand import load_cifar10
print("ready", flush=True)
data = load_cifar10("cifar10", root=sys.argv[1], url=sys.argv[2], sha256=sys.argv[3])
print(len(data), int(data.images.long().sum()))
"""


def start(root: Path, address: str, content: bytes) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(root), address, sha256(content)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"NO_PROXY": "127.0.0.1", "OMP_NUM_THREADS": "1"},
    )


def test_killed_half_way_and_continued_by_two_at_once(tmp_path: Path) -> None:
    content = pack(official_members())
    with serving(content) as site:
        site.chunk_pause = 0.2
        first = start(tmp_path, site.address, content)
        end = time.monotonic() + 60
        while not any(p.stat().st_size > 60_000 for p in tmp_path.glob("*.part")):
            assert time.monotonic() < end, first.communicate()
            time.sleep(0.01)
        os.kill(first.pid, signal.SIGKILL)
        first.communicate()
        [left] = tmp_path.glob("*.part")
        kept = left.stat().st_size
        assert left.read_bytes() == content[:kept]
        assert not list(tmp_path.glob("*.gz"))

        site.chunk_pause = 0.0
        site.gate.clear()
        both = [start(tmp_path, site.address, content) for _ in range(2)]
        for process in both:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        time.sleep(0.3)  # both have begun; neither has anything yet
        site.gate.set()
        answers = [process.communicate(timeout=60) for process in both]
    assert [process.returncode for process in both] == [0, 0], answers
    assert answers[0][0] == answers[1][0]
    assert answers[0][0].startswith("100 ")
    # one of the two asked, for the rest; the other waited
    assert [asked.get("Range", "") for asked in site.asked] == ["", f"bytes={kept}-"]
    assert len(names_in(tmp_path)) == 1
