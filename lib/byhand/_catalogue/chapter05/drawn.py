"""Arguments and special cases that the exercises of chapter 5 share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor

from byhand._checker.inputs import Inputs
from byhand._checker.spec import Args, Probe
from byhand._checker.standard import not_contiguous, one_number

SHAPES = ((3, 5), (5, 3, 7), (7, 3), (3, 7))
"""Shapes by seed; the probes try one dimension and four."""


def incoming(inputs: Inputs, *shape: int) -> Tensor:
    """A `grad_output` whose sum over a row is never zero by accident."""
    return inputs.targets(*shape) + 0.3


def pair(inputs: Inputs) -> Args:
    """`grad_output` and logits of the shape that belongs to the seed."""
    return shaped(inputs, SHAPES[inputs.seed % len(SHAPES)])


def free(inputs: Inputs) -> Args:
    """`grad_output` and logits of the shape that a probe asks for."""
    return shaped(inputs, inputs.shape())


def shaped(inputs: Inputs, shape: tuple[int, ...]) -> Args:
    """`grad_output` and logits."""
    return incoming(inputs, *shape), inputs.values(*shape) * 0.75


def one_row(make: Callable[[Inputs], Args]) -> Probe:
    """Logits of one dimension, without a batch."""
    return Probe(
        "wrong-for-one-dimension",
        "one row, of shape (7,)",
        make,
        "The result is right for batches and wrong for a single row without a batch dimension.",
        "Use -1 as the dimension, and `keepdim=True`.",
        shape=(7,),
    )


def turned(make: Callable[[Inputs], Args]) -> Probe:
    """Three dimensions, not contiguous: two of them would still fit into a `view` of the rows."""
    return replace(not_contiguous(make), shape=(5, 3, 7))


def images(make: Callable[[Inputs], Args]) -> Probe:
    """Four dimensions; one of them has size 1."""
    return Probe(
        "wrong-in-four-dimensions",
        "an input of four dimensions",
        make,
        "The numbers are right for up to three dimensions and wrong for four.",
        "Use -1 as the dimension: the last one, however many there are.",
        shape=(2, 3, 1, 5),
        listed=False,
    )


def scaled_first(make: Callable[[Inputs], Args], factor: float) -> Callable[[Inputs], Args]:
    """The same arguments with another size of `grad_output` alone."""

    def scaled(inputs: Inputs) -> Args:
        grad_output, *rest = make(inputs)
        return grad_output * factor, *rest

    return scaled


def grad_sizes(make: Callable[[Inputs], Args]) -> tuple[Probe, ...]:
    """A large and a small `grad_output`, with more entries than in the random inputs."""
    return (
        Probe(
            "wrong-for-large-numbers",
            "a `grad_output` of several thousands",
            scaled_first(make, 4096.0),
            "The numbers are right for a small `grad_output`, and wrong for a large one.",
            "Look for `clamp`, and for a test of a size.",
            shape=(11, 13),
            listed=False,
        ),
        Probe(
            "wrong-for-small-numbers",
            "a `grad_output` of some thousandths",
            scaled_first(make, 1 / 1024),
            "The numbers are right for a usual `grad_output` and wrong for a very small one.",
            "Look for a small constant that is added, such as 1e-8, and for rounding.",
            shape=(3, 5),
            listed=False,
        ),
    )


def every_size(make: Callable[[Inputs], Args]) -> tuple[Probe, ...]:
    """Few and many dimensions, one number, not contiguous, and other sizes of `grad_output`."""
    return (
        one_row(make),
        one_number(make),
        turned(make),
        images(make),
        *grad_sizes(make),
    )


def far_rows(x: Tensor) -> Tensor:
    """Rows around 1000, around −1000, and with both, in the first three rows of `x`."""
    far = x.clone()
    far[0] += 1000
    far[1] -= 1000
    far[2, 0], far[2, 1] = far[2, 0] - 1000, far[2, 1] + 1000
    return far


def minus_infinity(x: Tensor) -> Tensor:
    """One entry of every row is −∞, as an attention mask makes it."""
    masked = x.clone()
    masked[..., 1] = -torch.inf
    return masked
