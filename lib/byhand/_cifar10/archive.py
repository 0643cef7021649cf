"""Read the official binary archive, as a stream: nothing is ever unpacked to the disk.

Source of the layout: A. Krizhevsky, *The CIFAR-10 dataset*, https://www.cs.toronto.edu/~kriz/cifar.html
(binary version). A record is one byte for the label and 3,072 for the pixels: red, green and blue
one after the other, each row by row.
"""

import tarfile
from collections.abc import Mapping
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import IO

import torch
from torch import Tensor

from byhand._cifar10.errors import DatasetError

CLASSES = (
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
)  # fmt: skip
FOLDER = "cifar-10-batches-bin"
NAMES = f"{FOLDER}/batches.meta.txt"
BATCHES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "train": tuple(f"{FOLDER}/data_batch_{k}.bin" for k in range(1, 6)),
        "test": (f"{FOLDER}/test_batch.bin",),
    }
)
KNOWN = frozenset({NAMES, *BATCHES["train"], *BATCHES["test"]})
SHAPE = (3, 32, 32)
RECORD = 1 + 3 * 32 * 32
MOST_RECORDS = 10_000
"""Records of one file of the official archive; an archive with fewer is read too."""
MOST_NAMES = 1_000
"""Bytes of the file with the names of the classes; the official one has 61."""
ADVICE = "Pass url= with another copy of cifar-10-binary.tar.gz."


def read(file: IO[bytes], split: str) -> tuple[Tensor, Tensor]:
    """Return images (N, 3, 32, 32) uint8 and labels (N,) int64 of "train" or "test".

    Raises DatasetError where the archive is damaged, incomplete or not of the official layout.
    """
    try:
        with tarfile.open(fileobj=file, mode="r|gz") as tar:
            members = _members(tar, {NAMES, *BATCHES[split]})
    except tarfile.TarError as error:
        raise DatasetError(f"The archive is damaged ({_first_line(error)}). {ADVICE}") from None
    if members.pop(NAMES).decode("ascii", "replace").split() != list(CLASSES):
        raise DatasetError(f"{NAMES} in the archive names other classes. {ADVICE}")
    records = [_records(name, members[name]) for name in BATCHES[split]]
    images = torch.cat([part[:, 1:] for part in records])
    return images.reshape(-1, *SHAPE), torch.cat([part[:, 0] for part in records]).long()


def _members(tar: tarfile.TarFile, wanted: set[str]) -> dict[str, bytearray]:
    """Return the content of the wanted members; refuse what the official archive does not have."""
    found: dict[str, bytearray] = {}
    seen = set()
    for member in tar:
        path = PurePosixPath(member.name)
        if path.is_absolute() or ".." in path.parts or not (member.isfile() or member.isdir()):
            raise DatasetError(
                f"The archive holds {member.name!r}, a link or a path that leads "
                f"out of it. {ADVICE}"
            )
        name = str(path)
        if name not in KNOWN:
            continue  # the official one also has a folder and a readme.html
        if name in seen or not member.isfile():
            raise DatasetError(f"The archive holds {name} twice or as a folder. {ADVICE}")
        seen.add(name)
        _check_size(name, member.size)
        content = tar.extractfile(member)
        if name in wanted and content is not None:
            found[name] = bytearray(content.read())
    missing = sorted(KNOWN - seen)
    if missing:
        raise DatasetError(f"The archive is incomplete: it lacks {missing[0]}. {ADVICE}")
    return found


def _check_size(name: str, size: int) -> None:
    """Refuse a member that is not some whole records, before it is read."""
    if name == NAMES:
        right = size <= MOST_NAMES
    else:
        right = size % RECORD == 0 and 0 < size <= MOST_RECORDS * RECORD
    if not right:
        raise DatasetError(
            f"{name} in the archive has {size:,} bytes, which is not 1 to {MOST_RECORDS:,} records "
            f"of {RECORD:,} bytes. {ADVICE}"
        )


def _records(name: str, content: bytearray) -> Tensor:
    """Return the records of one file, (N, RECORD) uint8."""
    records = torch.frombuffer(content, dtype=torch.uint8).reshape(-1, RECORD)
    largest = int(records[:, 0].max())
    if largest >= len(CLASSES):
        raise DatasetError(
            f"{name} in the archive has the label {largest}; labels go from 0 to 9. {ADVICE}"
        )
    return records


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]
