"""Where the archive is kept: disks and folders that fail, and never a good file lost."""

from __future__ import annotations

import errno
import functools
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from filelock import FileLock
from tqdm.auto import tqdm

from byhand import CIFAR10, DatasetError, load_cifar10
from byhand._cifar10 import cache, lock, part
from byhand._cifar10.archive import RECORD
from tests.unit.cifar10_case import Case, download_case, failing
from tests.unit.cifar10_server import names_in, pack, sha256


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Case]:
    with download_case(tmp_path, monkeypatch) as prepared:
        yield prepared


def test_a_good_file_outlives_every_fault(case: Case) -> None:
    case.load()
    case.site.content = b"another file"
    assert len(case.load()) == 100  # the server is not even asked
    with pytest.raises(DatasetError):
        load_cifar10("cifar10", root=case.root, url=case.site.address)  # the official hash
    with pytest.raises(DatasetError):
        load_cifar10("cifar10", root=case.root, url=case.site.address, sha256="0" * 64)
    assert case.place.read_bytes() == case.content


def test_two_archives_share_a_folder(case: Case) -> None:
    case.load()
    half = {name: content[: 10 * RECORD] for name, content in case.members.items()}
    case.site.content = pack(half)
    other = load_cifar10(
        "cifar10", root=case.root, url=case.site.address, sha256=sha256(case.site.content)
    )
    assert (len(other), len(case.load())) == (50, 100)
    assert len(names_in(case.root)) == 2


def test_the_disk_fills_half_way(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    real = part.Part.add

    def full(self: part.Part, chunks: Iterator[bytes]) -> None:
        real(self, [next(iter(chunks))])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(part.Part, "add", full)
    failing(case.load, "There is not enough space in .* Make room and run this again")
    kept = case.part.stat().st_size
    assert 0 < kept < len(case.content)
    monkeypatch.setattr(part.Part, "add", real)
    assert len(case.load()) == 100
    assert case.site.asked[-1]["Range"] == f"bytes={kept}-"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is full")
def test_a_disk_that_is_really_full(case: Case) -> None:
    case.place.parent.mkdir()
    case.part.symlink_to("/dev/full")
    failing(case.load, "There is not enough space in")
    assert Path("/dev/full").is_char_device()


def test_too_little_space_is_said_at_the_start(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=1000))
    failing(case.load, "There is not enough space in")
    assert names_in(case.place.parent) == []


@pytest.mark.parametrize("code", [errno.EACCES, errno.EROFS, errno.EIO])
@pytest.mark.parametrize("step", ["mkdir", "replace"])
def test_a_folder_that_cannot_be_written(
    case: Case, monkeypatch: pytest.MonkeyPatch, code: int, step: str
) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patch:
        patch.setattr(Path, step, refuse)
        failing(case.load, rf"{os.strerror(code)}.*Pass root= with")
    assert not case.place.exists()
    assert len(case.load()) == 100


def test_a_folder_that_is_read_only(case: Case) -> None:
    case.root.mkdir()
    (case.root / "probe").touch()
    case.root.chmod(0o500)
    try:
        (case.root / "probe2").touch()
    except PermissionError:
        failing(case.load, "cannot be written .* Pass root= with a folder of your own")
    else:  # the superuser may write everywhere; then another folder is truly read-only
        case.root.chmod(0o700)
        failing(
            lambda: load_cifar10("cifar10", root="/proc/byhand", url="http://127.0.0.1:9/a"),
            "Pass root= with",
        )
    finally:
        case.root.chmod(0o700)


def test_a_good_file_in_a_read_only_folder_is_read(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    case.load()

    def refuse(*args: object, **kwargs: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    for step in ("mkdir", "replace", "write_bytes", "write_text", "unlink"):
        monkeypatch.setattr(Path, step, refuse)
    monkeypatch.setattr("filelock.FileLock.acquire", refuse)
    assert len(case.load()) == 100
    assert len(case.site.asked) == 1


def test_a_file_in_the_way_of_the_folder(case: Case) -> None:
    case.root.write_text("in the way")
    failing(case.load, "Pass root= with another folder")
    assert case.root.read_text() == "in the way"


def test_waits_for_another_program(
    case: Case, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # shown here even where TQDM_DISABLE was set when tqdm was imported
    monkeypatch.setattr(lock, "tqdm", functools.partial(tqdm, disable=False))
    case.place.parent.mkdir()
    other = FileLock(case.place.with_name(case.place.name + ".lock"))
    loaded: list[CIFAR10] = []
    waiting = threading.Thread(target=lambda: loaded.append(case.load()))
    with other:
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive()
        assert not case.site.asked
    waiting.join(10)
    assert len(loaded[0]) == 100
    assert "another program is downloading CIFAR-10, waiting" in capsys.readouterr().err


def test_the_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BYHAND_DATA_DIR", str(tmp_path))
    assert cache.place(None, cache.SHA256) == tmp_path / "cifar-10-binary.tar.gz"
    assert cache.place("~/x", cache.SHA256).parent == Path.home() / "x"
    monkeypatch.delenv("BYHAND_DATA_DIR")
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda *_, **__: str(tmp_path / "cache"))
    assert cache.place(None, cache.SHA256).parent == tmp_path / "cache"
