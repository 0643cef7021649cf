"""The download, from a server on this machine that fails in many ways."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from byhand import load_cifar10
from byhand._cifar10 import download
from tests.unit.cifar10_case import Case, download_case, failing
from tests.unit.cifar10_server import names_in, sha256


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Case]:
    with download_case(tmp_path, monkeypatch) as prepared:
        yield prepared


def test_downloads_once(case: Case) -> None:
    assert len(case.load()) == 100
    assert case.place.read_bytes() == case.content
    assert names_in(case.place.parent) == [case.place.name]
    case.load()
    assert len(case.site.asked) == 1
    assert "Range" not in case.site.asked[0]


def test_without_a_length_too(case: Case) -> None:
    case.site.length = False
    assert len(case.load()) == 100


def test_no_network(case: Case) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    failing(
        lambda: load_cifar10("cifar10", root=case.root, url=f"http://127.0.0.1:{port}/a"),
        r"127.0.0.1 could not be reached .* Check the network .* source=\"synthetic\" needs no",
    )
    failing(
        lambda: load_cifar10("cifar10", root=case.root, url="http://nowhere.invalid/a"),
        "nowhere.invalid could not be reached",
    )
    for odd in ("http://a..b/c", "http://127.0.0.1:99999/c"):
        failing(
            lambda odd=odd: load_cifar10("cifar10", root=case.root, url=odd),  # type: ignore[misc]
            r"could not be asked for .* Correct the address",
        )
    assert names_in(case.root) == []


def test_a_server_that_says_nothing(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "READ_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/a"
        failing(
            lambda: load_cifar10("cifar10", root=case.root, url=address),
            "127.0.0.1 sent nothing for 0.2 seconds. Run this again",
        )


def test_silence_half_way(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "READ_S", 0.2)
    case.site.stop_after, case.site.hang = 0, True
    half = case.interrupted()
    failing(case.load, "sent nothing for 0.2 seconds")
    assert case.part.stat().st_size == half
    case.site.stop_after = None
    assert len(case.load()) == 100
    assert case.site.asked[-1]["Range"] == f"bytes={half}-"


def test_a_broken_connection_is_continued_at_once(case: Case) -> None:
    case.site.stop_after, case.site.stops = len(case.content) // 3, 2
    assert len(case.load()) == 100
    assert [asked.get("Range", "bytes=0-") for asked in case.site.asked] == [
        f"bytes={k * (len(case.content) // 3)}-" for k in range(3)
    ]


def test_a_connection_that_breaks_at_the_same_place(case: Case) -> None:
    case.site.stop_after, case.site.ranges = len(case.content) // 2, False
    failing(case.load, r"broke off after [\d,]+ bytes. Run this again")
    assert len(case.site.asked) == 2  # it tried once more, and then stopped
    assert not case.place.exists()


def test_continues_what_was_left(case: Case) -> None:
    half = case.interrupted()
    assert len(case.load()) == 100
    assert (case.site.asked[0]["Range"], case.site.asked[0]["If-Range"]) == (
        f"bytes={half}-",
        '"one"',
    )
    assert names_in(case.place.parent) == [case.place.name]


def test_a_server_without_ranges(case: Case) -> None:
    case.site.ranges = False
    case.interrupted()
    assert len(case.load()) == 100
    assert case.place.read_bytes() == case.content


def test_a_file_that_changed_on_the_server(case: Case) -> None:
    case.interrupted(bytes(len(case.content)), validator='"zero"')
    assert len(case.load()) == 100
    assert len(case.site.asked) == 1  # If-Range: the server itself starts anew


def test_a_file_that_changed_without_a_sign(case: Case) -> None:
    case.site.etag = ""
    case.interrupted(bytes(len(case.content)), validator="")
    assert len(case.load()) == 100
    assert ["Range" in asked for asked in case.site.asked] == [True, False]


def test_a_web_page_instead(case: Case) -> None:
    half = case.interrupted()
    case.site.content, case.site.kind, case.site.etag = (
        b"<html>Log in</html>",
        "text/html; charset=utf-8",
        "",
    )
    case.site.ranges = False
    failing(case.load, r"sent a web page, not the archive. Correct the address, or log in")
    assert case.part.stat().st_size == half  # not given up for it


@pytest.mark.parametrize("fault", ["too long", "other range", "complete"])
def test_odd_leftovers(case: Case, fault: str) -> None:
    case.interrupted()
    left = case.part
    if fault == "too long":
        left.write_bytes(case.content + b"more")
    elif fault == "complete":
        left.write_bytes(case.content)
    else:
        case.site.wrong_range = True
    assert len(case.load()) == 100
    assert len(case.site.asked) == {"too long": 2, "other range": 2, "complete": 0}[fault]


def test_a_wrong_file(case: Case) -> None:
    case.site.content = case.content[:-1] + b"x"
    failing(
        case.load, f"SHA-256 is {sha256(case.site.content)}, not .* Pass url= with another mirror"
    )
    assert names_in(case.place.parent) == []
    case.site.content = case.content
    assert len(case.load()) == 100


def test_a_damaged_file_is_replaced_only_by_a_good_one(case: Case) -> None:
    case.load()
    case.place.write_bytes(b"damaged")
    case.site.status = 503
    failing(case.load, "The server answered 503 .* try again later")
    assert case.place.read_bytes() == b"damaged"
    case.site.status = 200
    assert len(case.load()) == 100
    assert case.place.read_bytes() == case.content


@pytest.mark.parametrize("status", [403, 404, 500])
def test_a_refusal(case: Case, status: int) -> None:
    case.site.status = status
    failing(case.load, f"The server answered {status} .* Correct the address")
