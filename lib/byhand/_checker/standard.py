"""Special cases that many exercises share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from byhand._checker.inputs import Inputs
from byhand._checker.spec import Args, Probe

Make = Callable[[Inputs], Args]


def single_precision(make: Make) -> Probe:
    """float32 inputs: the result is float32 too."""
    return Probe(
        "wrong-in-float32",
        "float32 inputs",
        make,
        "The numbers are right in float64 and wrong in float32.",
        "Look for a difference of two large numbers, and for a step that loses digits.",
        dtype=torch.float32,
    )


def one_number(make: Make) -> Probe:
    """A batch of one sample with one number."""
    return Probe(
        "wrong-for-one-number",
        "an input of shape (1, 1)",
        make,
        "The numbers are right for larger inputs and wrong for a single one.",
        "Look for `squeeze`, and for a division by n − 1.",
        shape=(1, 1),
    )


def not_contiguous(make: Make) -> Probe:
    """Tensors whose rows do not lie one after the other in memory, such as a transpose."""

    def transposed(inputs: Inputs) -> Args:
        return tuple(_columns_first(value) for value in make(inputs))

    return Probe(
        "wrong-when-not-contiguous",
        "a transposed input, which is not contiguous in memory",
        transposed,
        "The numbers depend on how the input lies in memory.",
        "Use `reshape` in place of `view`, and stay away from `data_ptr`, `storage` and `set_`.",
        shape=(3, 5),
    )


def _columns_first(value: Any) -> Any:
    if isinstance(value, Tensor) and value.ndim > 1:
        return value.transpose(0, 1).contiguous().transpose(0, 1)
    return value


def standard(make: Make) -> tuple[Probe, ...]:
    """The three cases above."""
    return (single_precision(make), one_number(make), not_contiguous(make))
