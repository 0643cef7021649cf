"""Where the archive lies, and whether it is the right one: its hash is compared before all else."""

import hashlib
import os
from pathlib import Path
from typing import IO

from byhand._cifar10.errors import DatasetError, unreadable

NAME = "cifar-10-binary.tar.gz"
SHA256 = "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"
"""Of the official archive, 170,052,171 bytes."""


def place(root: str | os.PathLike[str] | None, sha256: str) -> Path:
    """Return where a downloaded archive is kept.

    `root`, else ``BYHAND_DATA_DIR``, else the cache directory of this user on this system. Another
    archive than the official one has its hash in its name, so that neither replaces the other.
    """
    chosen = root or os.environ.get("BYHAND_DATA_DIR")
    if chosen:
        folder = Path(chosen).expanduser()
    else:
        from platformdirs import user_cache_dir

        folder = Path(user_cache_dir("byhand", appauthor=False))
    return folder / (NAME if sha256 == SHA256 else f"cifar-10-binary-{sha256[:16]}.tar.gz")


def digest(file: IO[bytes]) -> str:
    """Return the SHA-256 of an open file, which is then at its beginning."""
    result = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    file.seek(0)
    return result


def open_if_right(path: Path, sha256: str) -> IO[bytes] | None:
    """Open a kept archive, or return None where there is none that can be read and has this hash.

    What is read later is the same open file, so nobody can exchange it in between.
    """
    try:
        file = path.open("rb")
        try:
            if digest(file) == sha256:
                return file
        except BaseException:
            file.close()
            raise
        file.close()
    except OSError:
        pass
    return None


def has(path: Path, sha256: str) -> bool:
    """Return whether a file is there, can be read, and has this hash."""
    file = open_if_right(path, sha256)
    if file is not None:
        file.close()
    return file is not None


def open_named(path: Path, sha256: str) -> IO[bytes]:
    """Open the archive that the reader names; it is never changed.

    Raises DatasetError where it cannot be read, or has another hash.
    """
    file = open_if_right(path, sha256)
    if file is not None:
        return file
    try:
        with path.open("rb") as other:
            found = digest(other)
    except OSError as error:
        raise unreadable(error, path) from None
    raise DatasetError(
        f"{path} is not the expected archive: its SHA-256 is {found}, not {sha256}. Name a "
        "complete copy in url=, or, where you trust this file, pass its hash as sha256=."
    )
