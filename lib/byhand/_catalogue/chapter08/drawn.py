"""Whole numbers, images and parameters for the exercises of chapter 8."""

from __future__ import annotations

import random

import torch
from torch import Tensor

from byhand._checker.inputs import Inputs
from byhand._checker.spec import Output

Batch = tuple[Tensor, Tensor]
"""Images (n, 3, 2, 2) and labels (n,)."""

IMAGE = (3, 2, 2)
FEATURES, HIDDEN, CLASSES = 12, 7, 5
SHAPES = ((HIDDEN, FEATURES), (HIDDEN,), (HIDDEN,), (CLASSES, HIDDEN), (CLASSES,))
PARAMETERS = tuple(
    Output(name) for name in ("first weight", "scale", "shift", "second weight", "second bias")
)
"""The parameters of a `Network`, with `SHAPES`."""
LR = 0.25


def dice(inputs: Inputs) -> random.Random:
    """A generator of whole numbers that belongs to the seed."""
    return random.Random(f"byhand chapter 8, {inputs.seed}")


def parameters(inputs: Inputs) -> list[Tensor]:
    """Two matrices, each with a row of scales or shifts; see `SHAPES`."""
    return [inputs.values(*shape) / 4 for shape in SHAPES]


def batches(inputs: Inputs, sizes: tuple[int, ...], salt: int = 0) -> list[Batch]:
    """Batches of these sizes, with labels that depend on the salt too."""
    numbers = random.Random(f"byhand labels, {inputs.seed}, {salt}")
    return [
        (
            inputs.values(n, *IMAGE),
            torch.tensor([numbers.randrange(CLASSES) for _ in range(n)], device="cpu"),
        )
        for n in sizes
    ]
