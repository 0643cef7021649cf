"""count-parameters."""

# ruff: noqa: ARG005  (every probe takes the drawn arguments, used or not)

from __future__ import annotations

import random
from functools import lru_cache
from typing import Any

import torch
import torch.nn.functional as F

from byhand._catalogue.chapter08.drawn import dice
from byhand._catalogue.chapter08.parameters_rule import Layer
from byhand._catalogue.chapter08.parameters_sizes import all_mistakes
from byhand._catalogue.chapter08.table_kind import WholeNumbers, by_row, whole_types
from byhand._checker.inputs import Inputs
from byhand._checker.spec import Args, Exercise, Ladder, Output, Probe, Region

Network = tuple[int, int, list[Layer]]
"""Channels and size of the image, and the layers."""

ARTICLE: Network = (3, 32, [
    ("conv", 32, 5, 2), ("pool", 2), ("conv", 32, 5, 2), ("pool", 2), ("conv", 64, 5, 2),
    ("pool", 2), ("flatten",), ("linear", 64), ("linear", 10),
])  # fmt: skip
"""The chapter's network: 145,578 parameters."""
EDGES: tuple[Network, ...] = (
    (1, 1, [("flatten",), ("linear", 1)]),
    (4, 3, [("conv", 6, 1, 0)]),
    (2, 5, [("conv", 3, 5, 0), ("flatten",), ("linear", 7)]),
    (1, 7, [("pool", 2), ("pool", 3), ("flatten",), ("linear", 2)]),
    (3, 4, [("flatten",), ("linear", 5), ("linear", 6), ("linear", 4), ("linear", 2)]),
)
"""One weight and one bias, kernels of one weight and of the whole image, no convolution."""


def _block(
    numbers: random.Random, size: int, pooled: bool, padding: int
) -> tuple[list[Layer], int]:
    """A convolution, then perhaps pooling; and the size after them."""
    kernel = numbers.choice([3, 5, 4])
    layers: list[Layer] = [("conv", numbers.randint(5, 19), kernel, padding)]
    size += 2 * padding - kernel + 1
    if pooled:
        layers.append(("pool", numbers.choice([2, 3] if size > 8 else [2])))
        size //= layers[-1][1]
    return layers, size


SHAPES = ((1, 0, 0), (2, 0, 0), (0, 0, 2), (1, 0, 1), (2, 1, 0), (2, 1, 2), (2, 1, 3))
"""Convolutions, whether each is pooled, and linear layers of the drawn networks."""


def _network(numbers: random.Random, k: int) -> Network:
    """Networks from a single convolution to one like the chapter's."""
    channels, size = numbers.choice([2, 3, 4]), numbers.randint(23, 32)
    blocks, pooled, linear = SHAPES[k]
    size = size if pooled or not linear else size // 3
    layers: list[Layer] = []
    now = size
    for _ in range(blocks):
        found, now = _block(numbers, now, bool(pooled), numbers.randint(0, 1))
        layers += found
    if linear:
        layers.append(("flatten",))
    layers += [("linear", numbers.randint(6, 23)) for _ in range(linear)]
    return channels, size, layers


def _columns(rows: tuple[Network, ...]) -> Args:
    return tuple(list(column) for column in zip(*rows, strict=True))


def _networks(inputs: Inputs) -> Args:
    """Seven networks, as one list for each argument."""
    numbers = dice(inputs)
    return _columns(tuple(_network(numbers, k) for k in range(len(SHAPES))))


@lru_cache(maxsize=64)
def _counted(channels: int, size: int, layers: tuple[Layer, ...]) -> float:
    x, total = torch.empty(1, channels, size, size, device="meta"), 0
    for name, *numbers in layers:
        if name == "pool":
            x = F.max_pool2d(x, numbers[0])
        elif name == "flatten":
            x = x.flatten(1)
        else:
            kernel = (numbers[1], numbers[1]) if name == "conv" else ()
            weight = torch.empty(numbers[0], x.shape[1], *kernel, device="meta")
            bias = torch.empty(numbers[0], device="meta")
            conv = F.conv2d(x, weight, bias, padding=numbers[2]) if kernel else None
            x = F.linear(x, weight, bias) if conv is None else conv
            total += weight.numel() + bias.numel()
    return float(total)


def by_pytorch(channels: int, size: int, layers: list[Layer]) -> float:
    """Counted in tensors that PyTorch's own layers accept."""
    return _counted(channels, size, tuple(layers))


def _words(args: Args, at: int) -> str:
    channels, size, layers = (column[at] for column in args)
    shown = ", ".join(str(layer).replace("'", '"') for layer in layers)
    return f"for channels {channels}, size {size}, layers [{shown}]"


def _without(name: str, words: str) -> Region:
    def mask(*args: Any) -> torch.Tensor:
        return torch.tensor([all(layer[0] != name for layer in layers) for layers in args[2]])

    return Region(f"for networks without {words}", mask)


KIND = WholeNumbers("a function `f(channels, size, layers)`", "the number of parameters")
PROBES = (
    Probe(
        "wrong-for-this-chapter",
        "the network of this chapter, with 145,578 parameters",
        lambda inputs: _columns((ARTICLE,)),
        "The count is wrong for the network of this chapter, which has 145,578 parameters.",
        "Count its layers one by one on paper: 2,432, then 25,632, 51,264, 65,600 and 650.",
    ),
    Probe(
        "wrong-for-small-networks",
        "very small networks",
        lambda inputs: _columns(EDGES),
        "The count is right for usual networks and wrong for very small ones.",
        "Look for a case of its own, for a fixed number of layers, and for a layer that is taken "
        "for granted.",
    ),
    whole_types(_networks, KIND, len(SHAPES)),
)


def count(stub: str, solution: str) -> Exercise:
    """How many numbers a CNN learns."""
    return Exercise(
        id="count-parameters",
        chapter=8,
        title="Count the parameters of a CNN",
        level=1,
        skills=("shapes", "parameters", "flatten"),
        kind=KIND,
        name="count_parameters",
        parameters=("channels", "size", "layers"),
        outputs=(Output("number of parameters"),),
        make=_networks,
        reference={"count": by_row(by_pytorch)},
        mistakes=all_mistakes(),
        probes=PROBES,
        regions=(
            _without("linear", "linear layers"),
            _without("conv", "convolutions"),
            _without("pool", "pooling"),
            _without("flatten", "`flatten`"),
        ),
        rtol=1e-9,
        row=_words,
        ladder=Ladder(
            "One output channel of a 5 × 5 convolution looks at 3 input channels. How many "
            "weights does it need, and how many biases?",
            "Go through the layers with two numbers that change on the way: the channels and the "
            "size. Only convolutions and linear layers add to the total.",
            "A convolution has out_channels · (in_channels · kernel_size² + 1) parameters, a "
            "linear layer out_features · (in_features + 1). Flattening makes channels · size² "
            "features.",
            'total = 0\nfor kind, *numbers in layers:\n    if kind == "conv":\n'
            "        out_channels, kernel_size, padding = numbers\n        total += ...\n"
            '        channels, size = out_channels, ...\n    elif kind == "pool":\n'
            '        size = ...\n    elif kind == "flatten":\n        channels = ...\n'
            '    elif kind == "linear":\n        total += ...\n        channels = numbers[0]\n'
            "return total",
        ),
        stub=stub,
        solution=solution,
    )
