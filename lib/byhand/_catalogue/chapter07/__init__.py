"""Chapter 7: from a hand-written step to an optimizer."""

from __future__ import annotations

from byhand._catalogue import solutions07, stubs07
from byhand._catalogue.cells import cells
from byhand._catalogue.chapter07 import accumulate, adam, clip, momentum, sgd, two_layer
from byhand._checker.spec import Exercise


def exercises() -> tuple[Exercise, ...]:
    """The exercises in the order of the page, easy to hard."""
    stubs, solutions = cells(stubs07), cells(solutions07)
    builders = {
        "sgd-step": sgd.step,
        "two-layer-backward": two_layer.backward,
        "accumulate-gradients": accumulate.accumulate,
        "clip-by-norm": clip.clip,
        "momentum-step": momentum.step,
        "adam-step": adam.step,
    }
    return tuple(build(stubs[id], solutions[id]) for id, build in builders.items())
