"""Right and wrong ways to sum a gradient back to the shape from which it was broadcast."""

# ruff: noqa: ARG001  (every way to sum takes the same arguments, used or not)

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from byhand._checker.inputs import Inputs

Shape = tuple[int, ...]
Reduce = Callable[[Tensor, Shape], Tensor]

SHAPES: tuple[tuple[Shape, Shape], ...] = (
    ((3, 5), (5,)),
    ((3, 1), (3, 5)),
    ((5, 3, 7), (3, 1)),
    ((3, 1), (1, 5)),
    ((7,), (5, 1, 7)),
    ((5, 7), (5, 7)),
)
"""Shapes of a and b, by seed."""


def shapes(inputs: Inputs) -> tuple[Shape, Shape, Shape]:
    """The shapes of a, of b and of the result."""
    a, b = SHAPES[inputs.seed % len(SHAPES)]
    return a, b, torch.add(torch.empty(a), torch.empty(b)).shape


def extra(g: Tensor, shape: Shape) -> int:
    """How many dimensions broadcasting put in front."""
    return g.ndim - len(shape)


def stretched(g: Tensor, shape: Shape) -> list[int]:
    """Dimensions of g that broadcasting stretched from size 1."""
    first = extra(g, shape)
    return [first + k for k, size in enumerate(shape) if size == 1 and g.shape[first + k] != 1]


def over(g: Tensor, dims: list[int], keepdim: bool = True) -> Tensor:
    """The sum over some dimensions; over none of them, g itself."""
    return g.sum(dims, keepdim=keepdim) if dims else g


def right(g: Tensor, shape: Shape) -> Tensor:
    """The sum over every dimension along which broadcasting repeated the input."""
    return over(g, [*range(extra(g, shape)), *stretched(g, shape)]).reshape(shape)


def unsummed(g: Tensor, shape: Shape) -> Tensor:
    """No sum at all."""
    return g


def only_front(g: Tensor, shape: Shape) -> Tensor:
    """Stretched dimensions are left as they are."""
    return over(g, list(range(extra(g, shape))), keepdim=False)


def only_stretched(g: Tensor, shape: Shape) -> Tensor:
    """Dimensions in front are left as they are."""
    return over(g, stretched(g, shape))


def front_kept(g: Tensor, shape: Shape) -> Tensor:
    """Right numbers; the dimensions in front stay, with size 1."""
    return over(g, [*range(extra(g, shape)), *stretched(g, shape)])


def stretched_lost(g: Tensor, shape: Shape) -> Tensor:
    """Right numbers; stretched dimensions are gone."""
    return over(g, [*range(extra(g, shape)), *stretched(g, shape)], keepdim=False)


def averaged(g: Tensor, shape: Shape) -> Tensor:
    """The mean over the repeated dimensions."""
    return right(g, shape) * right(torch.ones_like(g), shape).reciprocal()


def first_slice(g: Tensor, shape: Shape) -> Tensor:
    """One copy of those that broadcasting made."""
    for dim in [*range(extra(g, shape)), *stretched(g, shape)]:
        g = g.narrow(dim, 0, 1)
    return g.reshape(shape)


def one_number(g: Tensor, shape: Shape) -> Tensor:
    """The sum of everything."""
    return g.sum()


def one_number_everywhere(g: Tensor, shape: Shape) -> Tensor:
    """The sum of everything, in every entry."""
    return g.sum().expand(shape)


def first_dimension(g: Tensor, shape: Shape) -> Tensor:
    """Always a sum over dimension 0, where the shapes differ."""
    return g if g.shape == torch.Size(shape) else g.sum(0)


def first_dimension_always(g: Tensor, shape: Shape) -> Tensor:
    """A sum over dimension 0, also where nothing was broadcast."""
    return g.sum(0)


def last_dimension_always(g: Tensor, shape: Shape) -> Tensor:
    """A sum over the last dimension, also where nothing was broadcast."""
    return g.sum(-1)


def last_dimension(g: Tensor, shape: Shape) -> Tensor:
    """Always a sum over the last dimension, where the shapes differ."""
    return g if g.shape == torch.Size(shape) else g.sum(-1)
