"""The exercises of the book, chapter by chapter: data for `byhand._checker`."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from byhand._chapters import chapter_modules

if TYPE_CHECKING:
    from byhand._checker.spec import Exercise


@cache
def every_exercise() -> tuple[Exercise, ...]:
    """All exercises, in the order of the book; built when first needed."""
    return tuple(
        exercise for chapter in chapter_modules(__name__) for exercise in chapter.exercises()
    )
