"""What can go wrong with the real set, in sentences that say what to do."""

import errno
from pathlib import Path

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


class DatasetError(RuntimeError):
    """CIFAR-10 could not be downloaded or read; the message says why, and what to do."""


def disk_error(error: OSError, folder: Path) -> DatasetError:
    """Say what the disk did not do, for an archive that is being put into a folder."""
    if error.errno in _FULL:
        return no_space(folder)
    if error.errno in _FORBIDDEN:
        return DatasetError(
            f"The folder {folder} cannot be written ({_reason(error)}). "
            "Pass root= with a folder of your own."
        )
    return DatasetError(
        f"The archive could not be stored in {folder} ({_reason(error)}). "
        "Pass root= with another folder."
    )


def no_space(folder: Path) -> DatasetError:
    """Say that a disk is full."""
    return DatasetError(
        f"There is not enough space in {folder}. Make room and run this again, which continues "
        "where it stopped; or pass root= with a folder on another disk."
    )


def unreadable(error: OSError, path: Path) -> DatasetError:
    """Say that a file could not be read."""
    if isinstance(error, FileNotFoundError):
        return DatasetError(f"There is no file {path}. Correct the path in url=.")
    return DatasetError(
        f"{path} could not be read ({_reason(error)}). Correct that, or name another file in url=."
    )


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
