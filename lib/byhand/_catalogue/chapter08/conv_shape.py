"""conv-output-shape."""

from __future__ import annotations

import random

import torch
import torch.nn.functional as F
from torch import Tensor

from byhand._catalogue.chapter08.drawn import dice
from byhand._catalogue.chapter08.table_kind import WholeNumbers
from byhand._checker.inputs import Inputs
from byhand._checker.spec import Args, Exercise, Ladder, Output

NAMES = ("size", "kernel_size", "stride", "padding", "dilation")
ROWS = 24
"""Settings in one run."""


def _setting(numbers: random.Random, k: int) -> tuple[int, int, int, int, int]:
    """One setting in which the kernel fits; the first ones are simple."""
    draw = numbers.randint
    kernel = draw(1, 6)
    stride = draw(2, 5) if k % 2 else 1
    padding = draw(1, 4) if k % 4 > 1 else 0
    dilation = draw(2, 4) if k % 8 > 3 else 1
    covered = dilation * (kernel - 1) + 1
    return max(covered - 2 * padding, 1) + draw(0, 30), kernel, stride, padding, dilation


def _table(inputs: Inputs) -> Args:
    """24 settings, as one list for each argument."""
    numbers = dice(inputs)
    rows = [_setting(numbers, k) for k in range(ROWS)]
    return tuple(list(column) for column in zip(*rows, strict=True))


def by_convolution(*table: list[int]) -> Tensor:
    """The sizes that PyTorch's own convolution gives."""
    found = []
    for size, kernel, stride, padding, dilation in zip(*table, strict=True):
        x = torch.empty(1, 1, size, device="meta")
        weight = torch.empty(1, 1, kernel, device="meta")
        y = F.conv1d(x, weight, stride=stride, padding=padding, dilation=dilation)
        found.append(float(y.shape[-1]))
    return torch.tensor(found, dtype=torch.float64, device="cpu")


def output_size(stub: str, solution: str) -> Exercise:
    """The size of a convolution's result along one axis."""
    return Exercise(
        id="conv-output-shape",
        chapter=8,
        title="How large is the result of a convolution?",
        level=1,
        skills=("shapes", "padding and stride", "integer division"),
        kind=WholeNumbers(f"a function `f({', '.join(NAMES)})`", "the size of one axis"),
        name="output_size",
        parameters=NAMES,
        outputs=(Output("output size"),),
        make=_table,
        reference={"count": by_convolution},
        mistakes=(),
        ladder=Ladder(
            "A kernel of size 5 on 7 pixels, without padding: at how many places can it lie? And "
            "if it moves by 2 pixels?",
            "Count the places where the kernel can begin: 0, stride, 2 · stride, … up to the last "
            "one where it still lies inside the padded input.",
            "⌊(size + 2 · padding − dilation · (kernel_size − 1) − 1) / stride⌋ + 1",
            "covered = dilation * ... + 1\nlast = size + ... - covered\nreturn last // ... + 1",
        ),
        stub=stub,
        solution=solution,
    )
