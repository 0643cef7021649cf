"""The pieces of a batch norm's gradient."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

from byhand._checker.spec import Formula

Dims = tuple[int, ...]
CHANNEL: Dims = (0, 2, 3)
"""What the statistics of one channel run over."""


def mean(x: Tensor, dims: Dims = CHANNEL) -> Tensor:
    """The mean over some dimensions, kept with size 1."""
    return x.mean(dims, keepdim=True)


def variance(x: Tensor, dims: Dims = CHANNEL) -> Tensor:
    """The variance with 1/n."""
    return x.var(dims, correction=0, keepdim=True)


def unbiased(x: Tensor) -> Tensor:
    """The variance with 1/(n − 1)."""
    return x.var(CHANNEL, correction=1, keepdim=True)


def parts(x: Tensor, eps: float, dims: Dims = CHANNEL) -> tuple[Tensor, Tensor]:
    """The normalised input and the standard deviation."""
    std = (variance(x, dims) + eps).sqrt()
    return (x - mean(x, dims)) / std, std


def count(x: Tensor) -> float:
    """How many numbers of x belong to one channel."""
    return x[:, 0].numel()


def terms(first: float, second: float) -> Formula:
    """The gradient with the terms of the mean and of the variance multiplied by these."""

    def formula(g: Tensor, x: Tensor, eps: float) -> Tensor:
        y, std = parts(x, eps)
        return (g - first * mean(g) - second * y * mean(g * y)) / std

    return formula


def over(dims: Dims) -> Formula:
    """The gradient of a norm whose statistics run over other dimensions."""

    def formula(g: Tensor, x: Tensor, eps: float) -> Tensor:
        y, std = parts(x, eps, dims)
        return (g - mean(g, dims) - y * mean(g * y, dims)) / std

    return formula


def corrected(dims: Dims) -> Formula:
    """The right statistics, and the two terms averaged over other dimensions."""

    def formula(g: Tensor, x: Tensor, eps: float) -> Tensor:
        y, std = parts(x, eps)
        return (g - mean(g, dims) - y * mean(g * y, dims)) / std

    return formula


def with_std(std_of: Callable[[Tensor, float], Tensor]) -> Formula:
    """The right formula with another standard deviation, from x and eps."""

    def formula(g: Tensor, x: Tensor, eps: float) -> Tensor:
        std = std_of(x, eps)
        y = (x - mean(x)) / std
        return (g - mean(g) - y * mean(g * y)) / std

    return formula


def in_front(factor: Callable[[Tensor, float], Tensor]) -> Formula:
    """Everything right but the factor 1/std in front, from x and eps."""

    def formula(g: Tensor, x: Tensor, eps: float) -> Tensor:
        y, _ = parts(x, eps)
        return (g - mean(g) - y * mean(g * y)) * factor(x, eps)

    return formula


def second_term(term: Callable[[Tensor, Tensor, Tensor], Tensor]) -> Formula:
    """Another term for the path through the variance, from (grad_output, x, y)."""

    def formula(g: Tensor, x: Tensor, eps: float) -> Tensor:
        y, std = parts(x, eps)
        return (g - mean(g) - term(g, x, y)) / std

    return formula
