"""A server, an empty folder and an archive: what a test of the download needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from byhand import CIFAR10, DatasetError, load_cifar10
from tests.unit.cifar10_server import Site, official_members, pack, serving, sha256


@dataclass
class Case:
    """One archive of 100 training pictures, and where it comes from and goes to."""

    site: Site
    root: Path
    members: dict[str, bytes]
    content: bytes

    @property
    def place(self) -> Path:
        """Where the archive is kept."""
        return self.root / f"cifar-10-binary-{sha256(self.content)[:16]}.tar.gz"

    @property
    def part(self) -> Path:
        """Where an unfinished download lies."""
        return self.place.with_name(self.place.name + ".part")

    def load(self) -> CIFAR10:
        """Load this archive."""
        return load_cifar10(
            "cifar10", root=self.root, url=self.site.address, sha256=sha256(self.content)
        )

    def interrupted(self, content: bytes = b"", validator: str = '"one"') -> int:
        """Leave behind what a download does that was killed half-way; return its bytes."""
        content = content or self.content
        half = len(content) // 2
        self.root.mkdir(exist_ok=True)
        self.part.write_bytes(content[:half])
        self.part.with_name(self.part.name + ".validator").write_text(validator)
        return half


@contextmanager
def download_case(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Case]:
    """Serve an archive; the folder for it does not exist yet."""
    monkeypatch.setenv("NO_PROXY", "*")
    members = official_members()
    content = pack(members)
    with serving(content) as site:
        yield Case(site, folder / "root", members, content)


def failing(load: Callable[[], object], words: str) -> None:
    """Load and expect one line that holds these words."""
    with pytest.raises(DatasetError, match=words) as caught:
        load()
    assert "\n" not in str(caught.value)
    error = caught.value  # a reader sees the sentence, not the trace of a library
    assert error.__suppress_context__ or error.__context__ is None
