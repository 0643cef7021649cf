"""Chapter 9: every backward of a convolutional network."""

from __future__ import annotations

from byhand._catalogue import solutions09, stubs09
from byhand._catalogue.cells import cells
from byhand._catalogue.chapter09 import (
    average_pool,
    batch_norm,
    bias,
    conv1d,
    conv_input,
    conv_weight,
    max_pool,
)
from byhand._checker.spec import Exercise


def exercises() -> tuple[Exercise, ...]:
    """The exercises in the order of the page, easy to hard."""
    stubs, solutions = cells(stubs09), cells(solutions09)
    builders = {
        "conv2d-bias-backward": bias.backward,
        "conv1d-backward": conv1d.backward,
        "global-average-pool-backward": average_pool.backward,
        "conv2d-weight-backward": conv_weight.backward,
        "conv2d-input-backward": conv_input.backward,
        "max-pool-backward": max_pool.backward,
        "batch-norm-backward": batch_norm.backward,
    }
    return tuple(build(stubs[id], solutions[id]) for id, build in builders.items())
