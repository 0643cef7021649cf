"""Chapter 3: operations taught to autograd."""

from __future__ import annotations

from byhand._catalogue import solutions03, stubs03
from byhand._catalogue.cells import cells
from byhand._catalogue.chapter03 import (
    clamp,
    cube,
    exp,
    needs,
    relu,
    repair,
    sigmoid,
    square,
    straight,
)
from byhand._checker.spec import Exercise


def exercises() -> tuple[Exercise, ...]:
    """The exercises in the order of the page."""
    stubs, solutions = cells(stubs03), cells(solutions03)
    builders = {
        "square-function": square.function,
        "exp-function": exp.function,
        "relu-backward": relu.backward,
        "sigmoid-backward": sigmoid.backward,
        "clamp-function": clamp.function,
        "needs-input-grad": needs.function,
        "in-place-repair": repair.function,
        "cube-function": cube.function,
        "straight-through": straight.function,
    }
    return tuple(build(stubs[id], solutions[id]) for id, build in builders.items())
