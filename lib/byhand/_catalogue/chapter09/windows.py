"""Windows of images that do not overlap, and gradients that are shares of them."""

from __future__ import annotations

from collections.abc import Callable
from math import isqrt

import torch
import torch.nn.functional as F
from torch import Tensor

from byhand._checker.spec import Formula

Share = Callable[[Tensor], Tensor]
"""Which share of grad_output each entry of a window gets; (…, k²) in reading order, both ways."""


def windows(x: Tensor, k: int) -> Tensor:
    """The entries of each window, (N, C, H', W', k²); incomplete windows are left out."""
    high, wide = x.shape[2] // k, x.shape[3] // k
    x = x[:, :, : high * k, : wide * k].reshape(*x.shape[:2], high, k, wide, k)
    return x.transpose(3, 4).flatten(4)


def image(parts: Tensor, k: int, shape: torch.Size) -> Tensor:
    """The windows (N, C, H', W', k²) in their places of an image, with zeros beyond."""
    high, wide = parts.shape[2:4]
    tiles = parts.reshape(*parts.shape[:4], k, k).transpose(3, 4)
    whole = tiles.reshape(*shape[:2], high * k, wide * k)
    return F.pad(whole, (0, shape[3] - wide * k, 0, shape[2] - high * k))


def shared(share: Share) -> Formula:
    """grad_output times a share of each entry of its window."""

    def formula(g: Tensor, x: Tensor, k: int) -> Tensor:
        return image(g[..., None] * share(windows(x, k)).to(g), k, x.shape)

    return formula


def chosen(place: Tensor, count: int) -> Tensor:
    """1 at one place of each window."""
    return F.one_hot(place, count)


def first(parts: Tensor) -> Tensor:
    """Place of the first largest entry in reading order, as in PyTorch."""
    return first_of(parts == parts.amax(-1, keepdim=True))


def first_of(mask: Tensor) -> Tensor:
    """Place of the first True of each window."""
    return mask.to(torch.int64).argmax(-1)


def last_of(mask: Tensor) -> Tensor:
    """Place of the last True of each window."""
    return mask.shape[-1] - 1 - first_of(mask.flip(-1))


def largest(parts: Tensor) -> Tensor:
    """The share of the right gradient: 1 at the first largest entry."""
    return chosen(first(parts), parts.shape[-1])


def swapped(parts: Tensor) -> Tensor:
    """Each window with its rows and columns swapped."""
    k = isqrt(parts.shape[-1])
    return parts.reshape(*parts.shape[:-1], k, k).transpose(-1, -2).flatten(-2)


def index(x: Tensor, k: int) -> Tensor:
    """PyTorch's places of the largest entries in the image, row · W + column."""
    return F.max_pool2d(x, k, return_indices=True)[1]


def scattered(g: Tensor, places: Tensor, x: Tensor, add: bool = True) -> Tensor:
    """grad_output at places of its own plane, added or overwriting."""
    flat = x.new_zeros(*x.shape[:2], x.shape[2] * x.shape[3])
    if add:
        return flat.scatter_add(2, places.flatten(2), g.flatten(2)).reshape(x.shape)
    return flat.scatter(2, places.flatten(2), g.flatten(2)).reshape(x.shape)
