"""Chapter 4: vectors pushed back through Jacobians."""

from __future__ import annotations

from byhand._catalogue import solutions04, stubs04
from byhand._catalogue.cells import cells
from byhand._catalogue.chapter04 import (
    broadcast_add,
    broadcast_mul,
    gather,
    layernorm,
    linear,
    linear_function,
    matmul,
    mean_dim,
    transposed,
)
from byhand._checker.spec import Exercise


def exercises() -> tuple[Exercise, ...]:
    """The exercises in the order of the page, easy to hard."""
    stubs, solutions = cells(stubs04), cells(solutions04)
    builders = {
        "mean-dim-backward": mean_dim.backward,
        "broadcast-add-backward": broadcast_add.backward,
        "broadcast-mul-backward": broadcast_mul.backward,
        "matmul-backward": matmul.backward,
        "transposed-matmul-backward": transposed.backward,
        "gather-backward": gather.backward,
        "linear-backward": linear.backward,
        "linear-function": linear_function.function,
        "layernorm-backward": layernorm.backward,
    }
    return tuple(build(stubs[id], solutions[id]) for id, build in builders.items())
