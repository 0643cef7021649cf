"""Special cases that many exercises share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
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


def one_dimension(make: Make) -> Probe:
    """One dimension, for an exercise whose random inputs do not have it in each of its cases."""
    return Probe(
        "wrong-in-one-dimension",
        "an input of one dimension",
        make,
        "The numbers are right for more dimensions and wrong for one.",
        "Let no line depend on the number of dimensions: `numel()` counts all elements.",
        shape=(7,),
        listed=False,
    )


def four_dimensions(make: Make) -> Probe:
    """Four dimensions, as a batch of images has; one of them has size 1."""
    return Probe(
        "wrong-in-four-dimensions",
        "an input of four dimensions",
        make,
        "The numbers are right for up to three dimensions and wrong for four.",
        "Let no line depend on the number of dimensions: `numel()` counts all elements.",
        shape=(2, 3, 1, 5),
        listed=False,
    )


def no_dimension(make: Make) -> Probe:
    """A tensor that holds one number and has no dimension. An exception is only noted."""
    return Probe(
        "wrong-without-dimension",
        "an input of shape ()",
        make,
        "The numbers are right for larger inputs and wrong for one number without a dimension.",
        "A tensor may hold one number and have no dimension.",
        shape=(),
        lenient=True,
        listed=False,
    )


def scaled(make: Make, factor: float) -> Make:
    """The tensors of `make`, multiplied by a power of two."""

    def times(inputs: Inputs) -> Args:
        return tuple(x * factor if isinstance(x, Tensor) else x for x in make(inputs))

    return times


def large(make: Make) -> Probe:
    """Thousands, in `grad_output` too, and more elements than in the random inputs."""
    return Probe(
        "wrong-for-large-numbers",
        "143 numbers of several thousands",
        scaled(make, 4096.0),
        "The numbers are right for small inputs and a small `grad_output`, and wrong for large "
        "ones.",
        "Look for `clamp`, for a test of a size, and for a number that stands in for `numel()`.",
        shape=(11, 13),
        listed=False,
    )


def small(make: Make) -> Probe:
    """A thousandth of the usual size."""
    return Probe(
        "wrong-for-small-numbers",
        "numbers of some thousandths",
        scaled(make, 1 / 1024),
        "The numbers are right for usual inputs and wrong for very small ones.",
        "Look for a small constant that is added, such as 1e-8, for rounding, and for `max` or "
        "`clamp`.",
        listed=False,
    )


def ties(make: Make) -> Probe:
    """Some inputs equal their targets, and some are zero; the arguments begin (g, input, target).

    For losses whose slope is 0 where input and target are equal.
    """

    def tied(inputs: Inputs) -> Args:
        grad_output, x, t, *rest = make(inputs)
        x[..., 0], x[..., 1] = t[..., 0], 0.0
        return grad_output, x, t, *rest

    return Probe(
        "wrong-at-ties",
        "some inputs equal to their targets, and some zero",
        tied,
        "An element that equals its target has the gradient 0, and it counts like any other.",
        "Look for a division by input − target, and for a count that leaves elements out.",
        shape=(3, 5),
        listed=False,
    )


def elementwise(make: Make) -> tuple[Probe, ...]:
    """All cases above, for a loss of ``(grad_output, input, target, …)`` of any one shape."""
    return (*standard(make), large(make), small(make), four_dimensions(make), no_dimension(make))


def each_seed(probe: Probe, seeds: range) -> tuple[Probe, ...]:
    """The same case for several seeds; only the first is listed."""
    return tuple(
        replace(probe, seed=seed, listed=probe.listed and seed == seeds[0]) for seed in seeds
    )
