"""The pieces of the gradients of a one-dimensional cross-correlation."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor


def spread(g: Tensor, weight: Tensor) -> Tensor:
    """grad_x: each grad_output times the whole weight, added to its window of x."""
    result = g.new_zeros(len(g) + len(weight) - 1)
    for k, number in enumerate(weight):
        result[k : k + len(g)] += g * number
    return result


def correlate(x: Tensor, weight: Tensor, padding: int = 0) -> Tensor:
    """Σₖ weight[k] · x[i + k] at each place i; grad_weight where weight is grad_output."""
    return F.conv1d(x[None, None], weight[None, None], padding=padding)[0, 0]


def coverage(g: Tensor, weight: Tensor) -> Tensor:
    """In how many windows each entry of x lies."""
    return spread(g.new_ones(len(g)), weight.new_ones(len(weight)))


def by_weight(g: Tensor, x: Tensor, weight: Tensor) -> Tensor:
    """grad_x with `=` in place of `+=` in a loop over the weight."""
    result = g.new_zeros(len(x))
    for k, number in enumerate(weight):
        result[k : k + len(g)] = g * number
    return result


def by_output(g: Tensor, x: Tensor, weight: Tensor) -> Tensor:
    """grad_x with `=` in place of `+=` in a loop over the outputs."""
    result = g.new_zeros(len(x))
    for i, number in enumerate(g):
        result[i : i + len(weight)] = number * weight
    return result


def backwards(g: Tensor, x: Tensor, weight: Tensor) -> Tensor:
    """grad_x with x[i − k] in place of x[i + k]; Python counts negative places from the end."""
    result = g.new_zeros(len(x))
    for i, sent in enumerate(g):
        for k, number in enumerate(weight):
            result[i - k] += sent * number
    return result


def other_way(g: Tensor, x: Tensor, weight: Tensor) -> Tensor:
    """grad_x with grad_output[j + k] in place of grad_output[j − k]."""
    padded = F.pad(g, (0, len(x) - len(g) + len(weight) - 1))
    return correlate(padded, weight)
