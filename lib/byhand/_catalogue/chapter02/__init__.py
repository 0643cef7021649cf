"""Chapter 2: the mean squared error and its relatives."""

from __future__ import annotations

from byhand._catalogue import solutions02, stubs02
from byhand._catalogue.cells import cells
from byhand._catalogue.chapter02 import mse
from byhand._checker.spec import Exercise


def exercises() -> tuple[Exercise, ...]:
    """The exercises in the order of the page, easy to hard."""
    stubs, solutions = cells(stubs02), cells(solutions02)
    builders = {
        "mse-backward": mse.backward,
    }
    return tuple(build(stubs[id], solutions[id]) for id, build in builders.items())
