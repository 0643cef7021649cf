"""conv-output-shape."""

# ruff: noqa: ARG005  (every probe takes the drawn arguments, used or not)

from __future__ import annotations

import random
from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import Tensor

from byhand._catalogue.chapter08.conv_shape_mistakes import all_mistakes
from byhand._catalogue.chapter08.drawn import dice
from byhand._catalogue.chapter08.table_kind import WholeNumbers, by_row, whole_types
from byhand._checker.inputs import Inputs
from byhand._checker.spec import Args, Exercise, Ladder, Output, Probe, Region

NAMES = ("size", "kernel_size", "stride", "padding", "dilation")
ROWS = 24
"""Settings in one run."""
Setting = tuple[int, int, int, int, int]

LAYERS: tuple[Setting, ...] = (
    (32, 5, 1, 2, 1), (32, 2, 2, 0, 1), (16, 5, 1, 2, 1), (16, 2, 2, 0, 1), (8, 5, 1, 2, 1),
    (8, 2, 2, 0, 1), (32, 5, 1, 0, 1), (32, 3, 2, 1, 1),
)  # fmt: skip
"""The convolutions and the pooling of the chapter's network, and two variations."""
EDGES: tuple[Setting, ...] = (
    (1, 1, 1, 0, 1), (5, 5, 1, 0, 1), (5, 5, 3, 0, 1), (1, 3, 1, 1, 1), (9, 5, 4, 0, 2),
    (3, 7, 2, 2, 1), (2, 1, 5, 0, 1), (1, 1, 2, 3, 4), (2, 5, 1, 4, 2),
)  # fmt: skip
"""The kernel fits exactly once, or has one weight, or is longer than the image."""
LARGE: tuple[Setting, ...] = (
    (224, 7, 2, 3, 1), (1024, 11, 4, 2, 1), (513, 3, 1, 12, 12), (100003, 3, 2, 1, 1),
)  # fmt: skip


def _setting(numbers: random.Random, k: int) -> Setting:
    """One setting in which the kernel fits; the first ones are the simplest."""
    draw = numbers.randint
    kernel = draw(1, 6) if k % 8 else draw(3, 6)
    stride = draw(2, 5) if k % 2 else 1
    padding = draw(1, 4) if k % 4 > 1 else 0
    dilation = draw(2, 4) if k % 8 > 3 else 1
    covered = dilation * (kernel - 1) + 1
    return max(covered - 2 * padding, 1) + draw(0, 30), kernel, stride, padding, dilation


def _columns(rows: tuple[Setting, ...]) -> Args:
    return tuple(list(column) for column in zip(*rows, strict=True))


def _table(inputs: Inputs) -> Args:
    """24 settings, as one list for each argument."""
    numbers = dice(inputs)
    return _columns(tuple(_setting(numbers, k) for k in range(ROWS)))


@lru_cache(maxsize=512)
def _by_convolution(size: int, kernel: int, stride: int, padding: int, dilation: int) -> float:
    x = torch.empty(1, 1, size, device="meta")
    weight = torch.empty(1, 1, kernel, device="meta")
    y = F.conv1d(x, weight, stride=stride, padding=padding, dilation=dilation)
    return float(y.shape[-1])


def by_pooling(*table: list[int]) -> Tensor:
    """The sizes that PyTorch's max-pooling gives; its padding is half a window at most."""
    return by_row(
        lambda n, k, s, p, d: F.max_pool1d(torch.empty(1, 1, n, device="meta"), k, s, p, d).shape[
            -1
        ]
    )(*table)


by_convolution = by_row(_by_convolution)
"""The sizes that PyTorch's own convolution gives."""


def _pools(inputs: Inputs) -> Args:
    rows = [row for row in zip(*_table(inputs), strict=True) if row[3] <= row[1] // 2]
    return _columns(tuple(rows))


def _words(args: Args, at: int) -> str:
    return "for " + ", ".join(
        f"{name} {column[at]}" for name, column in zip(NAMES, args, strict=True)
    )


def _region(words: str, position: int, plain: int) -> Region:
    return Region(words, lambda *table: torch.tensor([v == plain for v in table[position]]))


def _probe(code: str, label: str, rows: tuple[Setting, ...], message: str, step: str) -> Probe:
    return Probe(code, label, lambda inputs: _columns(rows), message, step)


KIND = WholeNumbers(f"a function `f({', '.join(NAMES)})`", "the size of one axis")
PROBES = (
    _probe(
        "wrong-for-these-layers",
        "the layers of this chapter",
        LAYERS,
        "The rule does not hold for the layers of this chapter's network.",
        "Compute the first layer on paper: size 32, kernel 5, padding 2 at both ends.",
    ),
    _probe(
        "wrong-at-the-edge",
        "kernels that just fit",
        EDGES,
        "The rule fails where the kernel has one place only, or one weight.",
        "Look for a case of its own, such as `if stride == 1`, and for `max` or `abs`.",
    ),
    _probe(
        "wrong-for-large-images",
        "large images",
        LARGE,
        "The rule is right for small images and wrong for large ones.",
        "Look for a fixed number in the place of a size.",
    ),
    Probe(
        "wrong-for-pooling",
        "max-pooling",
        _pools,
        "The sizes differ from those of PyTorch's max-pooling.",
        "Pooling follows the same rule as a convolution.",
        seed=5,
        expected=lambda *table: {"count": (by_pooling(*table),)},
    ),
    whole_types(_table, KIND, ROWS),
)


def output_size(stub: str, solution: str) -> Exercise:
    """The size of a convolution's result along one axis."""
    return Exercise(
        id="conv-output-shape",
        chapter=8,
        title="How large is the result of a convolution?",
        level=1,
        skills=("shapes", "padding and stride", "integer division"),
        kind=KIND,
        name="output_size",
        parameters=NAMES,
        outputs=(Output("output size"),),
        make=_table,
        reference={"count": by_convolution},
        mistakes=all_mistakes(),
        probes=PROBES,
        regions=(
            _region("where the stride is 1", 2, 1),
            _region("where there is no padding", 3, 0),
            _region("where the dilation is 1", 4, 1),
        ),
        rtol=1e-9,
        row=_words,
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
