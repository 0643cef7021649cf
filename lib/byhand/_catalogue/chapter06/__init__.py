"""Chapter 6: cross-entropy and what belongs to it."""

from __future__ import annotations

from byhand._catalogue import solutions06, stubs06
from byhand._catalogue.cells import cells
from byhand._catalogue.chapter06 import (
    binary,
    cross_entropy,
    double_softmax,
    focal,
    smoothed,
)
from byhand._checker.spec import Exercise


def exercises() -> tuple[Exercise, ...]:
    """The exercises in the order of the page, easy to hard."""
    stubs, solutions = cells(stubs06), cells(solutions06)
    builders = {
        "cross-entropy-backward": cross_entropy.backward,
        "bce-with-logits-backward": binary.backward,
        "double-softmax": double_softmax.repair,
        "smoothed-cross-entropy-backward": smoothed.backward,
        "focal-loss-backward": focal.backward,
    }
    return tuple(build(stubs[id], solutions[id]) for id, build in builders.items())
