"""The pieces of the gradients of a convolution of images."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor


def padded(x: Tensor, padding: int) -> Tensor:
    """The image with zeros around it."""
    return F.pad(x, [padding] * 4)


def correlate(x: Tensor, g: Tensor) -> Tensor:
    """grad_weight, from the image with its padding: samples are summed, as channels are."""
    return F.conv2d(x.transpose(0, 1), g.transpose(0, 1)).transpose(0, 1)


def grad_weight(g: Tensor, x: Tensor, padding: int) -> Tensor:
    """The right gradient of the weight."""
    return correlate(padded(x, padding), g)


def by_sample(g: Tensor, x: Tensor, padding: int) -> Tensor:
    """grad_weight of each sample: (N, O, C, k, k)."""
    shape = (x.shape[2] + 2 * padding - g.shape[2] + 1, x.shape[3] + 2 * padding - g.shape[3] + 1)
    result = g.new_zeros(len(g), g.shape[1], x.shape[1], *shape)
    for n in range(len(g)):
        result[n] = grad_weight(g[n : n + 1], x[n : n + 1], padding)
    return result


def turned(weight: Tensor) -> Tensor:
    """The kernel turned by 180°, output and input channels swapped."""
    return weight.flip(2, 3).transpose(0, 1)


def with_border(g: Tensor, weight: Tensor) -> Tensor:
    """grad_x with the gradients of the padding still around it, for the largest padding."""
    return F.conv_transpose2d(g, weight)


def grad_input(g: Tensor, weight: Tensor, padding: int) -> Tensor:
    """The right gradient of the input."""
    return F.conv_transpose2d(g, weight, padding=padding)


def cropped(image: Tensor, top: int, bottom: int) -> Tensor:
    """The image without some rows and columns at both ends."""
    high, wide = image.shape[2:]
    return image[:, :, top : high - bottom, top : wide - bottom]


def by_tap(g: Tensor, weight: Tensor) -> Tensor:
    """grad_x with its border, and `=` in place of `+=` in a loop over the kernel."""
    n, _, high, wide = g.shape
    _, channels, rows, columns = weight.shape
    result = g.new_zeros(n, channels, high + rows - 1, wide + columns - 1)
    for i in range(rows):
        for j in range(columns):
            sent = (weight[:, :, i, j].T @ g.flatten(2)).reshape(n, channels, high, wide)
            result[:, :, i : i + high, j : j + wide] = sent
    return result


def by_place(g: Tensor, weight: Tensor) -> Tensor:
    """grad_x with its border, and `=` in place of `+=` in a loop over the places of y."""
    n, _, high, wide = g.shape
    _, channels, rows, columns = weight.shape
    result = g.new_zeros(n, channels, high + rows - 1, wide + columns - 1)
    for i in range(high):
        for j in range(wide):
            sent = (g[:, :, i, j] @ weight.flatten(1)).reshape(n, channels, rows, columns)
            result[:, :, i : i + rows, j : j + columns] = sent
    return result
