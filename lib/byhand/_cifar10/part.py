"""The unfinished download: a file beside the archive, which the next call continues."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

VALIDATOR_LIMIT = 1_000


class Part:
    """The part of an archive that has arrived, and what tells whether the server's file changed.

    The validator is the server's ETag or date of that file. It lies in a second file, written
    before the first byte arrives.
    """

    def __init__(self, target: Path) -> None:
        self.target = target
        self.path = target.with_name(target.name + ".part")
        self._validator = target.with_name(target.name + ".part.validator")

    @property
    def size(self) -> int:
        """Bytes that have arrived."""
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0

    @property
    def validator(self) -> str:
        """The server's mark of the file that these bytes are from, or ""."""
        with contextlib.suppress(FileNotFoundError, UnicodeDecodeError):
            return self._validator.read_text("ascii").strip()[:VALIDATOR_LIMIT]
        return ""

    def begin(self, validator: str) -> None:
        """Start anew, with nothing."""
        self.path.write_bytes(b"")
        self._validator.write_text(validator, "ascii")

    def add(self, chunks: Iterable[bytes]) -> None:
        """Write what arrives; what was written stays when something stops it."""
        with self.path.open("ab") as file:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())

    def finish(self) -> None:
        """Put the complete file in its place, in one step."""
        self.path.replace(self.target)
        self.remove()

    def remove(self) -> None:
        """Remove what is unfinished."""
        self.path.unlink(missing_ok=True)
        self._validator.unlink(missing_ok=True)
