"""Progress: one JSON file in the user's data directory. A disk error never breaks a check."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

VERSION = 1
WAIT = 1.0
"""Seconds to wait for another process that is writing."""
STALE = 10.0
"""Age in seconds of a lock that a killed process left behind."""


@dataclass(frozen=True)
class Record:
    """What is kept about one exercise."""

    passed: bool = False
    attempts: int = 0
    mistake: str | None = None
    hints: int = 0
    hinted_mistake: str | None = None


Records = dict[str, Record]


class DamagedError(Exception):
    """The file holds something else than progress."""


def folder() -> Path:
    """``BYHAND_DATA_DIR``, or the data directory of this user on this system."""
    chosen = os.environ.get("BYHAND_DATA_DIR")
    if chosen:
        return Path(chosen).expanduser()
    from platformdirs import user_data_dir

    return Path(user_data_dir("byhand", appauthor=False))


def path() -> Path:
    """The progress file; where it is a link, what it points to."""
    return Path(os.path.realpath(folder() / "progress.json"))


def load() -> tuple[Records, str]:
    """All records, and a note where they could not be read."""
    try:
        return _read(path()), ""
    except DamagedError:
        return {}, "Your progress file is damaged. The next check puts it aside and starts anew."
    except (OSError, RuntimeError) as error:
        return {}, f"Your progress could not be read ({_reason(error)})."


def update(change: Callable[[Records], None]) -> str:
    """Change the records on disk; a note where that was not possible.

    The file is read again under a lock, so two notebooks do not lose each other's records, and
    it is replaced in one step, so a crash leaves the old file or the new one.
    """
    try:
        target = path()
        target.parent.mkdir(parents=True, exist_ok=True)
        with _lock(target.with_suffix(".lock")):
            records, note = _current(target)
            change(records)
            _write(target, records)
        return note
    except (OSError, RuntimeError, DamagedError) as error:
        return f"Your progress was not saved ({_reason(error)}). The check itself is not affected."


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__


def _read(target: Path) -> Records:
    if not target.exists():
        return {}
    try:
        content = json.loads(target.read_text(encoding="utf-8"))
        if content["version"] != VERSION:
            raise DamagedError
        return {str(name): _record(item) for name, item in content["exercises"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DamagedError from error


def _record(item: dict[str, Any]) -> Record:
    """A record whose fields have the right types; unknown fields are left out."""
    record = Record(**{name: item[name] for name in asdict(Record()) if name in item})
    words = (record.mistake, record.hinted_mistake)
    if not all(word is None or isinstance(word, str) for word in words):
        raise TypeError("a mistake's code is text")
    counts = (record.attempts, record.hints)
    if any(type(count) is not int or not 0 <= count < 10**9 for count in counts):
        raise TypeError("a count is a whole number, and not below zero")
    if not isinstance(record.passed, bool):
        raise TypeError("passed is true or false")
    return record


def _current(target: Path) -> tuple[Records, str]:
    """The records on disk; a damaged file is put aside under a free name."""
    try:
        return _read(target), ""
    except DamagedError:
        for k in range(1, 1000):
            aside = target.with_name(f"progress.damaged-{k}.json")
            if not aside.exists():
                target.replace(aside)
                return {}, f"Your progress file was damaged; it is kept as {aside.name}."
        raise


def _write(target: Path, records: Records) -> None:
    content = {
        "version": VERSION,
        "exercises": {name: asdict(records[name]) for name in sorted(records)},
    }
    handle, name = tempfile.mkstemp(dir=target.parent, prefix="progress.", suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(content, file, indent=1)
        Path(name).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


@contextlib.contextmanager
def _lock(name: Path) -> Iterator[None]:
    """Hold a lock file; after `WAIT` seconds go on without it rather than stop the reader."""
    held, end = False, time.monotonic() + WAIT
    while not held and time.monotonic() < end:
        try:
            os.close(os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            held = True
        except FileExistsError:
            with contextlib.suppress(OSError):
                if time.time() - name.stat().st_mtime > STALE:
                    name.unlink()
                    continue
            time.sleep(0.01)
    try:
        yield
    finally:
        if held:
            with contextlib.suppress(OSError):
                name.unlink()
