"""Chapter 2: the mean squared error and its relatives."""

from __future__ import annotations

from byhand._catalogue import solutions02, stubs02
from byhand._catalogue.cells import cells
from byhand._catalogue.chapter02 import (
    by_hand,
    function,
    huber,
    l1,
    linear,
    logcosh,
    mse,
    reductions,
    target,
    weighted,
)
from byhand._checker.spec import Exercise


def exercises() -> tuple[Exercise, ...]:
    """The exercises in the order of the page, easy to hard."""
    stubs, solutions = cells(stubs02), cells(solutions02)
    builders = {
        "mse-by-hand": by_hand.by_hand,
        "mse-backward": mse.backward,
        "l1-backward": l1.backward,
        "mse-function": function.function,
        "mse-target-backward": target.target,
        "mse-reductions": reductions.reductions,
        "weighted-mse-backward": weighted.backward,
        "huber-backward": huber.backward,
        "linear-sse-gradient": linear.gradient,
        "log-cosh-stable": logcosh.stable,
    }
    return tuple(build(stubs[id], solutions[id]) for id, build in builders.items())
