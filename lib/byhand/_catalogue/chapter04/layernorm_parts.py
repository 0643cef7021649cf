"""The pieces of a layer norm's gradient."""

from __future__ import annotations

from torch import Tensor


def mean(x: Tensor) -> Tensor:
    """The mean over the last dimension, kept with size 1."""
    return x.mean(-1, keepdim=True)


def variance(x: Tensor) -> Tensor:
    """The variance with 1/n."""
    return x.var(-1, unbiased=False, keepdim=True)


def projected(g: Tensor, y: Tensor, first: float = 1.0, second: float = 1.0) -> Tensor:
    """`grad_output` without its mean and without its part along y."""
    return g - first * mean(g) - second * y * mean(g * y)


def parts(x: Tensor, eps: float) -> tuple[Tensor, Tensor]:
    """The normalised input and the standard deviation."""
    std = (variance(x) + eps).sqrt()
    return (x - mean(x)) / std, std


def right(g: Tensor, x: Tensor, eps: float) -> Tensor:
    """The gradient."""
    y, std = parts(x, eps)
    return projected(g, y) / std
