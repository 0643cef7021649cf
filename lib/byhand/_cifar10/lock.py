"""One program at a time: two notebooks that ask for the archive download it once."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout
from tqdm.auto import tqdm


@contextlib.contextmanager
def locked(target: Path) -> Iterator[None]:
    """Hold a lock; wait, and show it, while another program downloads. A killed one frees it."""
    lock = FileLock(target.with_name(target.name + ".lock"))
    try:
        lock.acquire(blocking=False)
    except Timeout:
        _wait(lock)
    try:
        yield
    finally:
        lock.release()


def _wait(lock: FileLock) -> None:
    with tqdm(
        desc="another program is downloading CIFAR-10", bar_format="{desc}, waiting {elapsed}"
    ) as progress:
        while not lock.is_locked:
            with contextlib.suppress(Timeout):
                lock.acquire(timeout=1)
            progress.update()
