"""`load_cifar10`: one call for the drawn set and for the real one."""

import operator
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal
from urllib.parse import urlsplit
from urllib.request import url2pathname

from torch import Tensor

from byhand._cifar10 import archive, cache, synthetic
from byhand._cifar10.errors import DatasetError

URL = "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"
SIZES = {"train": 50_000, "test": 10_000}
DRAWN = {"train": 10_000, "test": 2_000}
"""How many images are drawn where n is None: enough for the book, in a few seconds."""


@dataclass(frozen=True, eq=False, repr=False)
class CIFAR10:
    """N small pictures: `images` (N, 3, 32, 32) uint8, `labels` (N,) int64 in 0…9, `classes`.

    `classes[labels[k]]` is the name of what `images[k]` shows.
    """

    images: Tensor
    labels: Tensor
    classes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.labels)

    def __repr__(self) -> str:
        return f"CIFAR10({len(self)} images, {tuple(self.images.shape)} uint8, 10 classes)"


def load_cifar10(
    source: Literal["synthetic", "cifar10"] = "synthetic",
    *,
    split: Literal["train", "test"] = "train",
    n: int | None = None,
    seed: int = 0,
    root: str | os.PathLike[str] | None = None,
    url: str | os.PathLike[str] | None = None,
    sha256: str | None = None,
) -> CIFAR10:
    """Load CIFAR-10, or the built-in look-alike of it.

    Args:
        source: "synthetic" draws ten classes with CIFAR-10's names and layout; it needs no
            network, and gives the same pixels on every platform. "cifar10" is the real set, 170 MB,
            downloaded once from its author's page and then kept.
        split: "train" or "test". The two share no picture.
        n: How many images, 1 to 50,000 (train) or 10,000 (test); the first ones. None: all of the
            real set, 10,000 or 2,000 drawn ones. Each 500 drawn images hold 50 of every class.
        seed: Which drawn pictures; any whole number. The real set has no choice, and ignores it.
        root: Folder that keeps the downloaded archive. None: ``BYHAND_DATA_DIR`` where that is
            set, else the cache directory of this user.
        url: Address of a mirror (http or https), or path of a local archive, which is read where
            it is and never changed. None: the author's page.
        sha256: Hash of the archive, 64 hexadecimal digits. None: that of the official one.

    Returns:
        `images` (n, 3, 32, 32) uint8, 0…255, red, green, blue; `labels` (n,) int64, 0…9;
        `classes`, the ten names.

    Raises:
        TypeError, ValueError: an argument has the wrong type, or a value that cannot be.
        DatasetError: the real set could not be downloaded or read. A download that stops is
            continued by the next call.

    Source: A. Krizhevsky, *Learning multiple layers of features from tiny images*, 2009.
    """
    _one_of("source", source, ("synthetic", "cifar10"))
    _one_of("split", split, tuple(SIZES))
    seed = _whole("seed", seed)
    if n is not None:
        n = _whole("n", n)
        _check_count(n, split, SIZES[split])
    if source == "synthetic":
        for name, value in (("root", root), ("url", url), ("sha256", sha256)):
            if value is not None:
                raise ValueError(f'{name}= belongs to source="cifar10"; the drawn set has no file.')
        images, labels = synthetic.draw(split, DRAWN[split] if n is None else n, seed)
        return CIFAR10(images, labels, archive.CLASSES)
    if not isinstance(root, str | os.PathLike | None):
        raise TypeError(f"root is {root!r}, but must be a path.")
    images, labels = _real(split, root, URL if url is None else url, _hash(sha256))
    if n is not None and n < len(labels):
        # clones, so that the rest is freed
        images, labels = images[:n].clone(), labels[:n].clone()
    elif n is not None:
        _check_count(n, split, len(labels))
    return CIFAR10(images, labels, archive.CLASSES)


def _real(
    split: str,
    root: str | os.PathLike[str] | None,
    url: str | os.PathLike[str],
    sha256: str,
) -> tuple[Tensor, Tensor]:
    path = _local(url)
    if path is None:
        path = cache.place(root, sha256)
        opened = cache.open_if_right(path, sha256) or _downloaded(str(url), path, sha256)
    else:
        opened = cache.open_named(path, sha256)
    with opened as file:
        try:
            return archive.read(file, split)
        except OSError as error:
            raise DatasetError(
                f"{path} could not be read to its end ({error}). Check the disk, then try again."
            ) from None


def _downloaded(url: str, path: Path, sha256: str) -> IO[bytes]:
    # imported here: whoever draws needs no network library
    from byhand._cifar10.download import fetch

    fetch(url, path, sha256)
    return cache.open_named(path, sha256)


def _local(url: str | os.PathLike[str]) -> Path | None:
    """Return the path of a local archive, or None where it is the address of a server."""
    if isinstance(url, os.PathLike):
        return Path(url).expanduser()
    if not isinstance(url, str):
        raise TypeError(f"url is {url!r}, but must be an address or a path.")
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise ValueError(f"url is {url!r}, which is no address ({error}). Correct it.") from None
    if parts.scheme in ("http", "https"):
        if not parts.hostname:
            raise ValueError(f"url is {url!r}, which names no server. Correct the address.")
        return None
    if parts.scheme == "file":
        return Path(url2pathname(parts.path))
    if "://" in url or not url:
        raise ValueError(f"url is {url!r}, but must begin with http or https, or be a path.")
    return Path(url).expanduser()


def _one_of(name: str, value: object, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        words = " or ".join(f'"{word}"' for word in allowed)
        raise ValueError(f"{name} is {value!r}, but must be {words}.")


def _whole(name: str, value: object) -> int:
    try:
        if not isinstance(value, bool):
            return operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        pass
    raise TypeError(f"{name} is {value!r}, but must be a whole number (an int).")


def _check_count(n: int, split: str, most: int) -> None:
    if not 1 <= n <= most:
        raise ValueError(f'n is {n}, but must be 1 to {most:,} for split="{split}".')


def _hash(sha256: str | None) -> str:
    if sha256 is None:
        return cache.SHA256
    if not isinstance(sha256, str):
        raise TypeError(f"sha256 is {sha256!r}, but must be text: 64 hexadecimal digits.")
    if not re.fullmatch("[0-9a-fA-F]{64}", sha256):
        raise ValueError(f"sha256 is {sha256!r}, but must be 64 hexadecimal digits.")
    return sha256.lower()
