"""What a call did, and what a check found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Args = tuple[Any, ...]


@dataclass(frozen=True)
class Observation:
    """What one call of the answer did.

    Args:
        args: the arguments, as they were before the call.
        parts: what came back, by part, exactly as returned.
        changed: names of the arguments that the call changed.
        failure: what it raised, or None.
    """

    args: Args
    parts: Mapping[str, Any]
    changed: tuple[str, ...] = ()
    failure: Failure | None = None


@dataclass(frozen=True)
class Failure:
    """An exception of the answer, without the traceback and the frames it keeps alive."""

    name: str
    text: str
    line: str
    not_started: bool


@dataclass(frozen=True)
class Finding:
    """The one headline of a check that did not pass."""

    code: str
    message: str
    next_step: str = ""
    evidence: str = ""
    status: str = "wrong"
    notes: tuple[str, ...] = ()
