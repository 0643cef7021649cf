"""Chapter 5: softmax, its Jacobian and its backward."""

from __future__ import annotations

from byhand._catalogue import solutions05, stubs05
from byhand._catalogue.cells import cells
from byhand._catalogue.chapter05 import (
    log_softmax,
    null_space,
    softmax,
    stable,
    temperature,
)
from byhand._checker.spec import Exercise


def exercises() -> tuple[Exercise, ...]:
    """The exercises in the order of the page, easy to hard."""
    stubs, solutions = cells(stubs05), cells(solutions05)
    builders = {
        "softmax-stable": stable.stable,
        "softmax-backward": softmax.backward,
        "log-softmax-backward": log_softmax.backward,
        "temperature-backward": temperature.backward,
        "softmax-null-space": null_space.null_space,
    }
    return tuple(build(stubs[id], solutions[id]) for id, build in builders.items())
