"""The exercises of the book, chapter by chapter: data for `byhand._checker`."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from byhand._checker.spec import Exercise


@cache
def every_exercise() -> tuple[Exercise, ...]:
    """All exercises, in the order of the book; built when first needed."""
    from byhand._catalogue import (
        chapter01,
        chapter02,
        chapter03,
        chapter04,
        chapter05,
        chapter06,
        chapter07,
        chapter08,
        chapter09,
        chapter10,
    )

    chapters = (
        chapter01,
        chapter02,
        chapter03,
        chapter04,
        chapter05,
        chapter06,
        chapter07,
        chapter08,
        chapter09,
        chapter10,
    )
    return tuple(exercise for chapter in chapters for exercise in chapter.exercises())
