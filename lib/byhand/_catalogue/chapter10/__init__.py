"""Chapter 10: mistakes that raise nothing, to find and repair."""

from __future__ import annotations

from byhand._catalogue import solutions10, stubs10
from byhand._catalogue.cells import cells
from byhand._catalogue.chapter10 import repair
from byhand._checker.spec import Exercise


def exercises() -> tuple[Exercise, ...]:
    """The exercises in the order of the page, easy to hard."""
    stubs, solutions = cells(stubs10), cells(solutions10)
    builders = {"repair-silent-backward": repair.backward}
    return tuple(build(stubs[id], solutions[id]) for id, build in builders.items())
