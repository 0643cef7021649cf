"""Download the archive once: continued after a stop, locked against a second program, verified.

`requests` fetches: unlike the standard library's urllib it brings its own certificates, so https
works with every installation of Python.
"""

from __future__ import annotations

import contextlib
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import requests
import urllib3
from tqdm.auto import tqdm

from byhand._cifar10 import cache
from byhand._cifar10.errors import DatasetError, disk_error, no_space
from byhand._cifar10.lock import locked
from byhand._cifar10.part import Part

CONNECT_S = 10.0
READ_S = 30.0
"""Seconds without any answer, or any further byte, after which the download stops."""
CHUNK = 1 << 16
ELSEWHERE = (
    "Or pass url= with a mirror or the path of a copy you have; "
    'source="synthetic" needs no network.'
)


def fetch(url: str, target: Path, sha256: str) -> None:
    """Put the archive with this hash at `target`, which changes only when all of it is right.

    Raises DatasetError where the network or the disk does not allow it, or the file is another.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with locked(target):
            if not cache.has(target, sha256):  # the other program may have brought it
                _fetch(url, Part(target), sha256)
    except OSError as error:
        raise disk_error(error, target.parent) from None


def _fetch(url: str, part: Part, sha256: str) -> None:
    continued = part.size > 0
    if not (continued and cache.has(part.path, sha256)):  # killed just before the end
        continued = _persist(url, part)
    if continued and not cache.has(part.path, sha256):
        part.remove()  # two different files were joined
        _persist(url, part)
    if not cache.has(part.path, sha256):
        with part.path.open("rb") as file:
            found = cache.digest(file)
        part.remove()
        raise DatasetError(
            f"What {url} sent is not the expected archive: its SHA-256 is {found}, not {sha256}. "
            "Pass url= with another mirror, or sha256= where you trust this file."
        )
    part.finish()


def _persist(url: str, part: Part) -> bool:
    """Download, and go on after a broken connection as long as more arrives each time.

    Returns whether bytes of an earlier download are part of the file.
    """
    continued, reached = False, part.size
    while True:
        try:
            return _download(url, part) or continued
        except DatasetError:
            if part.size <= reached:
                raise
            continued, reached = True, part.size


def _download(url: str, part: Part) -> bool:
    """Ask once, for what is missing; return whether earlier bytes were continued."""
    start = part.size
    headers = {"Accept-Encoding": "identity"}
    if start:
        headers["Range"] = f"bytes={start}-"
        if part.validator:
            headers["If-Range"] = part.validator
    with (
        _translated(url, part),
        requests.get(url, headers=headers, stream=True, timeout=(CONNECT_S, READ_S)) as response,
    ):
        sent = response.headers.get("Content-Range", "")
        wrong = response.status_code == 206 and not re.match(rf"bytes {start}-", sent)
        if start and (wrong or response.status_code == 416):
            part.remove()
            return _download(url, part)
        if response.status_code not in (200, 206):
            raise _refused(url, response)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            raise DatasetError(  # before anything that was kept is given up
                f"{host_of(url)} sent a web page, not the archive. Correct the address, or log in "
                f"to your network first. {ELSEWHERE}"
            )
        if response.status_code == 200:
            start = 0
        _receive(response, part, start)
    return start > 0


def _receive(response: requests.Response, part: Part, start: int) -> None:
    length = response.headers.get("Content-Length", "")
    total = start + int(length) if length.isdecimal() else None
    if total is not None and shutil.disk_usage(part.path.parent).free < total - start:
        raise no_space(part.path.parent)
    if not start:
        part.begin(_validator(response))
    with tqdm(
        desc=part.target.name, total=total, initial=start, unit="B", unit_scale=True
    ) as progress:

        def chunks() -> Iterator[bytes]:
            # raw: a server may call the archive itself an encoding, and it must stay packed
            for chunk in response.raw.stream(CHUNK, decode_content=False):
                yield chunk
                progress.update(len(chunk))

        part.add(chunks())


def _validator(response: requests.Response) -> str:
    """Return what If-Range takes: a strong ETag, else the date."""
    tag = response.headers.get("ETag", "")
    chosen = tag if tag.startswith('"') else response.headers.get("Last-Modified", "")
    return chosen if chosen.isascii() else ""


def host_of(url: str) -> str:
    """Return the name of the server, for a sentence."""
    return urlsplit(url).hostname or url


@contextlib.contextmanager
def _translated(url: str, part: Part) -> Iterator[None]:
    """Turn what a network library raises into a sentence."""
    host = host_of(url)
    kept = "Run this again: it continues where it stopped."
    try:
        yield
    except (requests.Timeout, urllib3.exceptions.TimeoutError) as error:
        seconds = CONNECT_S if isinstance(error, requests.ConnectTimeout) else READ_S
        raise DatasetError(
            f"{host} sent nothing for {seconds:g} seconds. {kept} {ELSEWHERE}"
        ) from None
    except (requests.ConnectionError, urllib3.exceptions.NewConnectionError) as error:
        reason = "its certificate is not valid" if _is_ssl(error) else "no connection"
        raise DatasetError(
            f"{host} could not be reached ({reason}). Check the network and try again. {ELSEWHERE}"
        ) from None
    except (requests.RequestException, urllib3.exceptions.LocationValueError) as error:
        raise DatasetError(
            f"{url} could not be asked for ({type(error).__name__}). Correct the address. "
            f"{ELSEWHERE}"
        ) from None
    except urllib3.exceptions.HTTPError:
        raise DatasetError(
            f"The connection to {host} broke off after {part.size:,} bytes. {kept} {ELSEWHERE}"
        ) from None


def _is_ssl(error: Exception) -> bool:
    return isinstance(error, requests.exceptions.SSLError)


def _refused(url: str, response: requests.Response) -> DatasetError:
    return DatasetError(
        f"The server answered {response.status_code} {response.reason} for {url}. "
        f"Correct the address, or try again later. {ELSEWHERE}"
    )
