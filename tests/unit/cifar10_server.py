"""An archive of the official layout, and a server on this machine that can be told to fail."""

from __future__ import annotations

import functools
import hashlib
import io
import re
import tarfile
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import torch

from byhand import load_cifar10
from byhand._cifar10.archive import CLASSES, FOLDER

PER_BATCH = 20


@functools.cache
def official_members(per_batch: int = PER_BATCH) -> dict[str, bytes]:
    """Return name → content as in the official archive, with drawn pictures."""
    data = load_cifar10(n=6 * per_batch)
    records = torch.cat([data.labels.to(torch.uint8)[:, None], data.images.flatten(1)], dim=1)
    names = [f"data_batch_{k}.bin" for k in (1, 3, 4)] + ["test_batch.bin"]
    names += ["data_batch_5.bin", "data_batch_2.bin"]  # in the official archive's mixed order
    parts = {
        f"{FOLDER}/{name}": bytes(records[k * per_batch : (k + 1) * per_batch].numpy())
        for k, name in enumerate(names)
    }
    words = ("\n".join(CLASSES) + "\n\n").encode()
    return {f"{FOLDER}/batches.meta.txt": words, **parts, f"{FOLDER}/readme.html": b"<html>"}


def pack(members: dict[str, bytes], extra: Iterable[tarfile.TarInfo] = ()) -> bytes:
    """Return a .tar.gz of the members, and of others without content."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz", compresslevel=1) as tar:
        folder = tarfile.TarInfo(FOLDER)
        folder.type = tarfile.DIRTYPE
        tar.addfile(folder)
        for info in extra:
            tar.addfile(info)
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return file.getvalue()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@dataclass
class Site:
    """What the server sends, how it fails, and what it was asked."""

    content: bytes
    etag: str = '"one"'
    ranges: bool = True
    status: int = 200
    stop_after: int | None = None  # bytes of an answer, after which the connection closes
    stops: int = 1_000  # how many answers stop so
    hang: bool = False  # stop_after then means silence
    chunk_pause: float = 0.0
    length: bool = True
    kind: str = "application/x-gzip"
    wrong_range: bool = False
    gate: threading.Event = field(default_factory=threading.Event)  # cleared: answers wait
    asked: list[dict[str, str]] = field(default_factory=list)
    address: str = ""


class Handler(BaseHTTPRequestHandler):
    site: Site
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        site = self.site
        site.asked.append(dict(self.headers))
        site.gate.wait(30)
        if site.status != 200:
            self.send_error(site.status)
            return
        start = self._start()
        if start is not None and start >= len(site.content):
            self.send_error(416)
            return
        body = site.content[start or 0 :]
        self.send_response(200 if start is None else 206)
        if start is not None:
            shown = 0 if site.wrong_range else start
            last = len(site.content) - 1
            self.send_header("Content-Range", f"bytes {shown}-{last}/{last + 1}")
        self.send_header("Content-Encoding", "x-gzip")  # some servers call the archive so
        self.send_header("Content-Type", site.kind)
        if site.etag:
            self.send_header("ETag", site.etag)
        if site.length:
            self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self._send(body)
        self.close_connection = True

    def _start(self) -> int | None:
        """Return where the answer starts, or None for all of the file."""
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        condition = self.headers.get("If-Range", self.site.etag)
        if asked is None or not self.site.ranges or condition != self.site.etag:
            return None
        return int(asked[1])

    def _send(self, body: bytes) -> None:
        site = self.site
        stops = site.stop_after is not None and site.stops > 0
        if stops:
            site.stops -= 1
            body = body[: site.stop_after]
        for k in range(0, len(body), 20_000):
            self.wfile.write(body[k : k + 20_000])
            self.wfile.flush()
            time.sleep(site.chunk_pause)
        if stops and site.hang:
            time.sleep(1.5)


@contextmanager
def serving(content: bytes) -> Iterator[Site]:
    """Serve one file until the block ends."""
    site = Site(content)
    site.gate.set()
    handler = type("SiteHandler", (Handler,), {"site": site})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.block_on_close = False
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}).start()
    site.address = f"http://127.0.0.1:{server.server_address[1]}/cifar-10-binary.tar.gz"
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()


def names_in(folder: Path) -> list[str]:
    """Return what lies in a folder, the lock aside."""
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".lock")
