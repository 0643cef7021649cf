"""How a convolution lies on its image, and the three products that it is made of.

See `byhand.functions._convolution`. Each of the three is computed as a convolution.
"""

import math
from typing import NamedTuple

import torch
from torch import Size, Tensor
from torch.nn.functional import pad

from byhand.functions._shapes import Pair, Size2d, pair

SAMPLES = 32  # at a time
BESIDE = 4  # channels side by side
PAGE = 4096  # bytes


class Geometry(NamedTuple):
    """The options of a convolution, and the sizes of its image and kernel: (height, width) each."""

    stride: Pair
    padding: Pair
    dilation: Pair
    groups: int
    image: Size
    kernel: Size
    cut: Pair  # the first rows and columns of the output, which padding="same" leaves out


def find_geometry(
    input: Tensor,
    weight: Tensor,
    stride: Size2d,
    padding: Size2d | str,
    dilation: Size2d,
    groups: int,
) -> Geometry:
    """Gather the options, once PyTorch's own convolution has accepted them.

    "same" pads dilation (k − 1) zeros in all. Where that is odd, there is one more at the end than
    at the start. The padding here is the same at both: one zero more, and the output's first row
    is cut.
    """
    steps, kernel = pair(dilation), weight.shape[2:]
    cut = (0, 0)
    if padding == "same":
        tall, wide = (d * (k - 1) for d, k in zip(steps, kernel, strict=True))
        cut = (tall % 2, wide % 2)
        padding = ((tall + 1) // 2, (wide + 1) // 2)
    elif isinstance(padding, str):  # "valid"
        padding = 0
    return Geometry(pair(stride), pair(padding), steps, groups, input.shape[-2:], kernel, cut)


def convolve(input: Tensor, weight: Tensor, at: Geometry) -> Tensor:
    """Return the output without bias: the sum over each patch, weighted by the kernel."""
    output = torch.conv2d(input, weight, None, at.stride, at.padding, at.dilation, at.groups)
    # A copy, not a view: autograd expects new memory from a function.
    return output[..., at.cut[0] :, at.cut[1] :].clone() if any(at.cut) else output


def spread(grad_output: Tensor, weight: Tensor, at: Geometry) -> Tensor:
    """Return ∂L/∂input: each output sends its gradient to its patch, weighted by the kernel.

    That is a transposed convolution. With a stride above 1, images of several sizes have an output
    of the same size; output_padding adds the last rows and columns, which no whole patch reached.
    """
    grad_output = _uncut(grad_output, at)
    rows, columns = (
        size - (s * (n - 1) + d * (k - 1) + 1 - 2 * p)
        for size, n, s, p, d, k in zip(
            at.image,
            grad_output.shape[-2:],
            at.stride,
            at.padding,
            at.dilation,
            at.kernel,
            strict=True,
        )
    )
    return torch.conv_transpose2d(
        grad_output,
        weight,
        None,
        at.stride,
        at.padding,
        output_padding=(rows, columns),
        groups=at.groups,
        dilation=at.dilation,
    )


def correlate(input: Tensor, grad_output: Tensor, at: Geometry) -> Tensor:
    """Return ∂L/∂weight: the image is convolved with grad_output, as if that were the kernel.

    The kernel's gradient sums over the samples and keeps the channels of input and output apart,
    so batch and channels change places. One step in the output is `stride` steps in the image, and
    one step in the kernel is `dilation` steps, so these two change places, too.

    Some samples at a time, because PyTorch copies grad_output into the layout of a kernel: a small
    copy stays in the processor's cache.
    """
    input, grad_output = (t if t.dim() == 4 else t.unsqueeze(0) for t in (input, grad_output))
    grad_output = _uncut(grad_output, at)
    zeros = grad_output.new_zeros(grad_output.shape[1], input.shape[1] // at.groups, *at.kernel)
    parts = (slice(start, start + SAMPLES) for start in range(0, len(input), SAMPLES))
    return sum((_correlate(input[part], grad_output[part], at) for part in parts), zeros)


def _correlate(input: Tensor, grad_output: Tensor, at: Geometry) -> Tensor:
    """Return what some samples add to ∂L/∂weight.

    The result has few columns, and for a few PyTorch loads every number of grad_output again. So
    up to BESIDE channels stand side by side, pixel by pixel: (C, H, W) → (C / 4, H, W · 4). Each
    row of the result is then 4 times as long, and one step to the right is a step of 4 numbers.
    """
    samples, channels = len(input), input.shape[1] // at.groups
    beside = math.gcd(channels, BESIDE) if at.dilation[1] == 1 else 1
    image = input.reshape(samples, at.groups, channels // beside, beside, *at.image)
    image = image.permute(2, 1, 0, 4, 5, 3)
    image = image.reshape(-1, at.groups * samples, at.image[0], at.image[1] * beside)
    kernel = grad_output.transpose(0, 1)
    tall, wide = at.padding
    if not kernel[0, 0].numel() * kernel.element_size() % PAGE:
        # Planes whole pages apart push each other out of the cache while PyTorch copies them. A
        # row of zeros before the first, with the padding that makes up for it, moves them apart.
        kernel, tall = pad(kernel, (0, 0, 1, 0)), tall + at.stride[0]
    padding, steps = (tall, wide * beside), (at.stride[0], at.stride[1] * beside)
    grad = torch.conv2d(image, kernel, None, at.dilation, padding, steps, at.groups)
    # Where the last rows of the image belong to no whole patch, there is room for more than k.
    # (Not cut by [:k]: where k is all there is, the older vmap of autograd refuses that.)
    grad = grad.narrow(-2, 0, at.kernel[0]).narrow(-1, 0, at.kernel[1] * beside)
    grad = grad.reshape(channels // beside, -1, *at.kernel, beside).permute(1, 0, 4, 2, 3)
    return grad.reshape(-1, channels, *at.kernel)


def _uncut(grad_output: Tensor, at: Geometry) -> Tensor:
    """Put back what "same" left out of the output: nothing depends on it, so its gradient is 0."""
    return pad(grad_output, (at.cut[1], 0, at.cut[0], 0)) if any(at.cut) else grad_output
