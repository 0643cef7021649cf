"""A small web server for the built book, on this machine only.

It compresses what it sends, as ordinary web hosts do, so that the page weights measured
through it are the ones that readers get.
"""

import argparse
import gzip
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import BinaryIO

ALREADY_COMPRESSED = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".woff2", ".gz", ".zip"})


class BookHandler(SimpleHTTPRequestHandler):
    """Serves the files of one folder, gzipped where that makes them smaller."""

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet: requests are not worth a line each."""

    def send_head(self) -> io.BytesIO | BinaryIO | None:
        """Send the headers; return the body to copy, or None if there is none."""
        path = Path(self.translate_path(self.path))
        if not path.is_file() or path.suffix in ALREADY_COMPRESSED:
            return super().send_head()
        body = path.read_bytes()
        zipped = "gzip" in self.headers.get("Accept-Encoding", "")
        if zipped:
            body = gzip.compress(body, 9, mtime=0)
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Vary", "Accept-Encoding")
        if zipped:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        return io.BytesIO(body)


@contextmanager
def serving(folder: Path, port: int = 0) -> Iterator[str]:
    """Serve a folder while the context lasts.

    Args:
        folder: The folder with the built site.
        port: The port to listen on; 0 takes any free one.

    Yields:
        The address, without a slash at its end.
    """
    handler = partial(BookHandler, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def main() -> int:
    """Serve the built book until Ctrl-C."""
    parser = argparse.ArgumentParser(description="Serve the built book on this machine.")
    parser.add_argument("folder", type=Path, nargs="?", default=Path("_build/html"))
    parser.add_argument("--port", type=int, default=8000, help="0 takes any free port")
    options = parser.parse_args()
    if not (options.folder / "index.html").is_file():
        print(f"There is no built book in {options.folder}: run `make book` first.")
        return 1
    try:
        with serving(options.folder, options.port) as address:
            print(f"The book is at {address}/ (Ctrl-C stops it)", flush=True)
            with suppress(KeyboardInterrupt):
                Event().wait()
    except OSError as error:
        print(f"Port {options.port} cannot be used ({error.strerror}): try --port 0.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
