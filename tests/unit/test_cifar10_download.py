"""The download, from a server on this machine: continued, verified, and never a good file lost."""

from __future__ import annotations

import errno
import os
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from filelock import FileLock

from byhand import CIFAR10, DatasetError, load_cifar10
from byhand._cifar10 import cache, download, part
from byhand._cifar10.archive import RECORD
from tests.unit.cifar10_server import Site, names_in, official_members, pack, serving, sha256

Load = Callable[[], CIFAR10]


@pytest.fixture(scope="module")
def members() -> dict[str, bytes]:
    return official_members()


@pytest.fixture(scope="module")
def content(members: dict[str, bytes]) -> bytes:
    return pack(members)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("TQDM_DISABLE", "1")


@pytest.fixture
def site(content: bytes) -> Iterator[Site]:
    with serving(content) as running:
        yield running


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "root"


@pytest.fixture
def load(site: Site, root: Path, content: bytes) -> Load:
    return lambda: load_cifar10("cifar10", root=root, url=site.address, sha256=sha256(content))


@pytest.fixture
def place(root: Path, content: bytes) -> Path:
    return root / f"cifar-10-binary-{sha256(content)[:16]}.tar.gz"


def interrupted(place: Path, content: bytes, validator: str = '"one"') -> int:
    """Leave behind what a download does that was killed half-way; return its bytes."""
    place.parent.mkdir(exist_ok=True)
    half = len(content) // 2
    place.with_name(place.name + ".part").write_bytes(content[:half])
    place.with_name(place.name + ".part.validator").write_text(validator)
    return half


def failing(load: Load, words: str) -> None:
    """Load and expect one line that holds these words."""
    with pytest.raises(DatasetError, match=words) as caught:
        load()
    assert "\n" not in str(caught.value)
    error = caught.value  # a reader sees the sentence, not the trace of a library
    assert error.__suppress_context__ or error.__context__ is None


def test_downloads_once(site: Site, load: Load, place: Path, content: bytes) -> None:
    assert len(load()) == 100
    assert place.read_bytes() == content
    assert names_in(place.parent) == [place.name]
    load()
    assert len(site.asked) == 1
    assert "Range" not in site.asked[0]


def test_without_a_length_too(site: Site, load: Load) -> None:
    site.length = False
    assert len(load()) == 100


def test_no_network(root: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    failing(
        lambda: load_cifar10("cifar10", root=root, url=f"http://127.0.0.1:{port}/a"),
        r"127.0.0.1 could not be reached .* Check the network .* source=\"synthetic\" needs no",
    )
    failing(
        lambda: load_cifar10("cifar10", root=root, url="http://nowhere.invalid/a"),
        "nowhere.invalid could not be reached",
    )
    for odd in ("http://a..b/c", "http://127.0.0.1:99999/c"):
        failing(
            lambda odd=odd: load_cifar10("cifar10", root=root, url=odd),  # type: ignore[misc]
            r"could not be asked for .* Correct the address",
        )
    assert names_in(root) == []


def test_a_server_that_says_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "READ_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/a"
        failing(
            lambda: load_cifar10("cifar10", root=root, url=address),
            "127.0.0.1 sent nothing for 0.2 seconds. Run this again",
        )


def test_silence_half_way(
    site: Site, load: Load, place: Path, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "READ_S", 0.2)
    site.stop_after, site.hang = 0, True
    half = interrupted(place, content)
    failing(load, "sent nothing for 0.2 seconds")
    assert place.with_name(place.name + ".part").stat().st_size == half
    site.stop_after = None
    assert len(load()) == 100
    assert site.asked[-1]["Range"] == f"bytes={half}-"


def test_a_broken_connection_is_continued_at_once(site: Site, load: Load, content: bytes) -> None:
    site.stop_after, site.stops = len(content) // 3, 2
    assert len(load()) == 100
    assert [asked.get("Range", "bytes=0-") for asked in site.asked] == [
        f"bytes={k * (len(content) // 3)}-" for k in range(3)
    ]


def test_a_connection_that_breaks_at_the_same_place(
    site: Site, load: Load, place: Path, content: bytes
) -> None:
    site.stop_after, site.ranges = len(content) // 2, False
    failing(load, r"broke off after [\d,]+ bytes. Run this again")
    assert len(site.asked) == 2  # it tried once more, and then stopped
    assert not place.exists()


def test_continues_what_was_left(site: Site, load: Load, place: Path, content: bytes) -> None:
    half = interrupted(place, content)
    assert len(load()) == 100
    assert (site.asked[0]["Range"], site.asked[0]["If-Range"]) == (f"bytes={half}-", '"one"')
    assert names_in(place.parent) == [place.name]


def test_a_server_without_ranges(site: Site, load: Load, place: Path, content: bytes) -> None:
    site.ranges = False
    interrupted(place, content)
    assert len(load()) == 100
    assert place.read_bytes() == content


def test_a_file_that_changed_on_the_server(
    site: Site, load: Load, place: Path, content: bytes
) -> None:
    interrupted(place, bytes(len(content)), validator='"zero"')
    assert len(load()) == 100
    assert len(site.asked) == 1  # If-Range: the server itself starts anew


def test_a_file_that_changed_without_a_sign(
    site: Site, load: Load, place: Path, content: bytes
) -> None:
    site.etag = ""
    interrupted(place, bytes(len(content)), validator="")
    assert len(load()) == 100
    assert ["Range" in asked for asked in site.asked] == [True, False]


def test_a_web_page_instead(site: Site, load: Load, place: Path, content: bytes) -> None:
    half = interrupted(place, content)
    site.content, site.kind, site.etag = b"<html>Log in</html>", "text/html; charset=utf-8", ""
    site.ranges = False
    failing(load, r"sent a web page, not the archive. Correct the address, or log in")
    assert place.with_name(place.name + ".part").stat().st_size == half  # not given up for it


@pytest.mark.parametrize("fault", ["too long", "other range", "complete"])
def test_odd_leftovers(site: Site, load: Load, place: Path, content: bytes, fault: str) -> None:
    interrupted(place, content)
    left = place.with_name(place.name + ".part")
    if fault == "too long":
        left.write_bytes(content + b"more")
    elif fault == "complete":
        left.write_bytes(content)
    else:
        site.wrong_range = True
    assert len(load()) == 100
    assert len(site.asked) == {"too long": 2, "other range": 2, "complete": 0}[fault]


def test_a_wrong_file(site: Site, load: Load, place: Path, content: bytes) -> None:
    site.content = content[:-1] + b"x"
    failing(load, f"SHA-256 is {sha256(site.content)}, not .* Pass url= with another mirror")
    assert names_in(place.parent) == []
    site.content = content
    assert len(load()) == 100


def test_a_damaged_file_is_replaced_only_by_a_good_one(
    site: Site, load: Load, place: Path, content: bytes
) -> None:
    load()
    place.write_bytes(b"damaged")
    site.status = 503
    failing(load, "The server answered 503 .* try again later")
    assert place.read_bytes() == b"damaged"
    site.status = 200
    assert len(load()) == 100
    assert place.read_bytes() == content


@pytest.mark.parametrize("status", [403, 404, 500])
def test_a_refusal(site: Site, load: Load, status: int) -> None:
    site.status = status
    failing(load, f"The server answered {status} .* Correct the address")


def test_a_good_file_outlives_every_fault(
    site: Site, load: Load, place: Path, content: bytes, root: Path
) -> None:
    load()
    site.content = b"another file"
    assert len(load()) == 100  # the server is not even asked
    with pytest.raises(DatasetError):
        load_cifar10("cifar10", root=root, url=site.address)  # the official hash
    with pytest.raises(DatasetError):
        load_cifar10("cifar10", root=root, url=site.address, sha256="0" * 64)
    assert place.read_bytes() == content


def test_two_archives_share_a_folder(
    site: Site, load: Load, root: Path, members: dict[str, bytes]
) -> None:
    load()
    half = {name: content[: 10 * RECORD] for name, content in members.items()}
    site.content = pack(half)
    other = load_cifar10("cifar10", root=root, url=site.address, sha256=sha256(site.content))
    assert (len(other), len(load())) == (50, 100)
    assert len(names_in(root)) == 2


def test_the_disk_fills_half_way(
    site: Site, load: Load, place: Path, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = part.Part.add

    def full(self: part.Part, chunks: Iterator[bytes]) -> None:
        real(self, [next(iter(chunks))])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(part.Part, "add", full)
    failing(load, "There is not enough space in .* Make room and run this again")
    kept = place.with_name(place.name + ".part").stat().st_size
    assert 0 < kept < len(content)
    monkeypatch.setattr(part.Part, "add", real)
    assert len(load()) == 100
    assert site.asked[-1]["Range"] == f"bytes={kept}-"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is full")
def test_a_disk_that_is_really_full(load: Load, place: Path) -> None:
    place.parent.mkdir()
    place.with_name(place.name + ".part").symlink_to("/dev/full")
    failing(load, "There is not enough space in")
    assert Path("/dev/full").is_char_device()


def test_too_little_space_is_said_at_the_start(
    load: Load, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=1000))
    failing(load, "There is not enough space in")
    assert names_in(place.parent) == []


@pytest.mark.parametrize("code", [errno.EACCES, errno.EROFS, errno.EIO])
@pytest.mark.parametrize("step", ["mkdir", "replace"])
def test_a_folder_that_cannot_be_written(
    load: Load, place: Path, monkeypatch: pytest.MonkeyPatch, code: int, step: str
) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patch:
        patch.setattr(Path, step, refuse)
        failing(load, rf"{os.strerror(code)}.*Pass root= with")
    assert not place.exists()
    assert len(load()) == 100


def test_a_folder_that_is_read_only(root: Path, load: Load) -> None:
    root.mkdir()
    (root / "probe").touch()
    root.chmod(0o500)
    try:
        (root / "probe2").touch()
    except PermissionError:
        failing(load, "cannot be written .* Pass root= with a folder of your own")
    else:  # the superuser may write everywhere; then another folder is truly read-only
        root.chmod(0o700)
        failing(
            lambda: load_cifar10("cifar10", root="/proc/byhand", url="http://127.0.0.1:9/a"),
            "Pass root= with",
        )
    finally:
        root.chmod(0o700)


def test_a_good_file_in_a_read_only_folder_is_read(
    site: Site, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    load()

    def refuse(*args: object, **kwargs: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    for step in ("mkdir", "replace", "write_bytes", "write_text", "unlink"):
        monkeypatch.setattr(Path, step, refuse)
    monkeypatch.setattr("filelock.FileLock.acquire", refuse)
    assert len(load()) == 100
    assert len(site.asked) == 1


def test_a_file_in_the_way_of_the_folder(load: Load, root: Path) -> None:
    root.write_text("in the way")
    failing(load, "Pass root= with another folder")
    assert root.read_text() == "in the way"


def test_waits_for_another_program(
    site: Site,
    load: Load,
    place: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("TQDM_DISABLE")
    place.parent.mkdir()
    other = FileLock(place.with_name(place.name + ".lock"))
    loaded: list[CIFAR10] = []
    waiting = threading.Thread(target=lambda: loaded.append(load()))
    with other:
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive()
        assert not site.asked
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
