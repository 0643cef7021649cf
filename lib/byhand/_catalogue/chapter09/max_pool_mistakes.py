"""Wrong gradients."""

from __future__ import annotations

from byhand._checker.spec import Mistake


def all_mistakes() -> tuple[Mistake, ...]:
    """The whole catalogue."""
    return ()
