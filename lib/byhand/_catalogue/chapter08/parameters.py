"""count-parameters."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from byhand._catalogue.chapter08.drawn import dice
from byhand._catalogue.chapter08.table_kind import WholeNumbers
from byhand._checker.inputs import Inputs
from byhand._checker.spec import Args, Exercise, Ladder, Output

Layer = tuple[Any, ...]
ARTICLE: list[Layer] = [
    ("conv", 32, 5, 2), ("pool", 2), ("conv", 32, 5, 2), ("pool", 2), ("conv", 64, 5, 2),
    ("pool", 2), ("flatten",), ("linear", 64), ("linear", 10),
]  # fmt: skip
"""The chapter's network."""


def _networks(inputs: Inputs) -> Args:
    numbers = dice(inputs)
    rows = [(3, 32, ARTICLE), (numbers.randint(1, 9), 7, [("conv", 5, 3, 1)])]
    return tuple(list(column) for column in zip(*rows, strict=True))


def by_pytorch(channels: list[int], sizes: list[int], networks: list[list[Layer]]) -> Tensor:
    """Counted in tensors that PyTorch's own layers accept."""
    table = zip(channels, sizes, networks, strict=True)
    return torch.tensor([_counted(*row) for row in table], dtype=torch.float64, device="cpu")


def _counted(channels: int, size: int, layers: list[Layer]) -> float:
    x, total = torch.empty(1, channels, size, size, device="meta"), 0
    for name, *numbers in layers:
        if name == "pool":
            x = F.max_pool2d(x, numbers[0])
            continue
        if name == "flatten":
            x = x.flatten(1)
            continue
        kernel = (numbers[1], numbers[1]) if name == "conv" else ()
        weight = torch.empty(numbers[0], x.shape[1], *kernel, device="meta")
        bias = torch.empty(numbers[0], device="meta")
        is_conv = name == "conv"
        x = F.conv2d(x, weight, bias, padding=numbers[2]) if is_conv else F.linear(x, weight, bias)
        total += weight.numel() + bias.numel()
    return float(total)


def count(stub: str, solution: str) -> Exercise:
    """How many numbers a CNN learns."""
    return Exercise(
        id="count-parameters",
        chapter=8,
        title="Count the parameters of a CNN",
        level=1,
        skills=("shapes", "parameters", "flatten"),
        kind=WholeNumbers("a function `f(channels, size, layers)`", "the number of parameters"),
        name="count_parameters",
        parameters=("channels", "size", "layers"),
        outputs=(Output("number of parameters"),),
        make=_networks,
        reference={"count": by_pytorch},
        mistakes=(),
        ladder=Ladder("?", "w", "f", "..."),
        stub=stub,
        solution=solution,
    )
