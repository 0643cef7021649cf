"""Chapter 8: a convolution network for CIFAR-10."""

from __future__ import annotations

from byhand._catalogue import solutions08, stubs08
from byhand._catalogue.cells import cells
from byhand._catalogue.chapter08 import accumulate, conv_shape, epoch, parameters, split
from byhand._checker.spec import Exercise


def exercises() -> tuple[Exercise, ...]:
    """The exercises in the order of the page, easy to hard."""
    stubs, solutions = cells(stubs08), cells(solutions08)
    builders = {
        "conv-output-shape": conv_shape.output_size,
        "count-parameters": parameters.count,
        "train-and-validate": epoch.train_and_validate,
        "split-leak": split.repair,
        "accumulate-epoch": accumulate.accumulate,
    }
    return tuple(build(stubs[id], solutions[id]) for id, build in builders.items())
