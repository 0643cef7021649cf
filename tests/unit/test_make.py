"""The commands: what they do twice, and what they say when something is missing."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def make() -> ModuleType:
    """Return make.py as a module of its own."""
    spec = importlib.util.spec_from_file_location("make", ROOT / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def say(make: ModuleType, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["make.py", *arguments])
    status: int = make.main()
    return status


@pytest.mark.parametrize("version", [(3, 10), (3, 14)])
def test_unsupported_python_gets_a_sentence(
    make: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    version: tuple[int, int],
) -> None:
    monkeypatch.setattr(sys, "version_info", (*version, 0))
    assert say(make, monkeypatch, "book") == 1
    printed = capsys.readouterr().out
    assert f"Python 3.{version[1]} is not supported" in printed
    assert "make book PYTHON=python3.12" in printed


def test_unknown_command_lists_the_known(
    make: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert say(make, monkeypatch, "boook") == 2
    printed = capsys.readouterr().out
    targets = next(
        line for line in (ROOT / "Makefile").read_text().splitlines() if line.startswith("book ")
    )
    for name in targets.rstrip(":").split():
        assert f"  {name} " in printed


def test_a_step_runs_once_for_a_mark_and_again_after_a_failure(
    make: ModuleType, tmp_path: Path
) -> None:
    stamp, calls = tmp_path / "stamp", []

    def fail() -> None:
        raise make.UserError("no")

    assert make.once(stamp, "1", lambda: calls.append(1)) is True
    assert make.once(stamp, "1", lambda: calls.append(2)) is False
    with pytest.raises(make.UserError):
        make.once(stamp, "2", fail)
    assert make.once(stamp, "1", lambda: calls.append(3)) is True
    assert calls == [1, 3]


def test_the_fingerprint_sees_contents_and_names(
    make: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(make, "ROOT", tmp_path)
    (tmp_path / "a.md").write_text("1")
    first = make.fingerprint("*.md")
    (tmp_path / "a.md").write_text("2")
    second = make.fingerprint("*.md")
    (tmp_path / "a.md").rename(tmp_path / "b.md")
    assert len({first, second, make.fingerprint("*.md")}) == 3


def test_no_network_gets_a_sentence(
    make: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*command: object, **environment: str) -> None:
        raise make.UserError("python did not succeed; its messages are above.")

    monkeypatch.setattr(make, "run", refuse)
    monkeypatch.setattr(make, "succeeds", lambda *_: False)
    monkeypatch.setattr(make, "python_environment", make.install_packages)
    assert say(make, monkeypatch, "book") == 1
    assert "connect and run the same command again" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("index", "tried"),
    [("", ["configured", "cpu"]), ("configured", ["configured"]), ("https://x.test", ["x"])],
)
def test_where_torch_is_looked_for(
    make: ModuleType, monkeypatch: pytest.MonkeyPatch, index: str, tried: list[str]
) -> None:
    commands: list[tuple[object, ...]] = []

    def record(*command: object) -> bool:
        commands.append(command)
        return False

    monkeypatch.setenv("TORCH_INDEX", index)
    monkeypatch.setattr(make, "succeeds", record)
    monkeypatch.setattr(make, "run", record)
    make.install_torch(("pip",))
    last = {"configured": "torch==2.13.0+cpu", "cpu": make.TORCH_CPU_INDEX, "x": "https://x.test"}
    assert [command[-1] for command in commands] == [last[name] for name in tried]


def test_only_the_standard_library_is_imported() -> None:
    """A bare interpreter, without site-packages, must get as far as the list of commands."""
    finished = subprocess.run(
        [sys.executable, "-I", "-S", str(ROOT / "make.py")],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"]},
    )
    assert finished.returncode == 2
    assert finished.stderr == ""
