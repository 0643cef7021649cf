"""Convolution of images: a weighted sum of the patch under the kernel, at every place.

A convolution is linear in the image x and in the kernel w. Multiply each of its outputs by a
number g, add up, and call the sum T(x, w, g): it is linear in each of the three. With
g = grad_output its derivatives are what a backward needs, and the derivatives of those are again
two of the same three products. So three products make backwards of every order:

    convolve(x, w) = ∂T/∂g = y,    spread(g, w) = ∂T/∂x,    correlate(x, g) = ∂T/∂w.

Source: V. Dumoulin, F. Visin, "A guide to convolution arithmetic for deep learning" (2016), for the
transposed convolution; the PyTorch page of `torch.nn.Conv2d` for the options.
"""

from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function

from byhand.functions._apply import apply
from byhand.functions._convolution_products import (
    Geometry,
    convolve,
    correlate,
    find_geometry,
    spread,
)
from byhand.functions._shapes import Size2d

Gradients = tuple[Tensor | None, ...]


class _Product(Function):
    """Two of input, weight and grad_output, multiplied: the one that is None is the result."""

    generate_vmap_rule = True

    @staticmethod
    def forward(
        input: Tensor | None, weight: Tensor | None, grad_output: Tensor | None, at: Geometry
    ) -> Tensor:
        """Return the derivative of T by the one that is None."""
        if input is None:
            assert weight is not None
            assert grad_output is not None
            return spread(grad_output, weight, at)
        if weight is None:
            assert grad_output is not None
            return correlate(input, grad_output, at)
        return convolve(input, weight, at)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        """Keep both factors: each is in the gradient of the other."""
        *factors, ctx.at = inputs
        ctx.save_for_backward(*factors)
        ctx.save_for_forward(*factors)

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> Gradients:
        """Return T's derivative by each factor, with this gradient in the place of None."""
        three = [grad_output if factor is None else factor for factor in ctx.saved_tensors]
        return tuple(
            _by(i, three, ctx.at) if wanted else None  # for the options nothing is wanted
            for i, wanted in enumerate(ctx.needs_input_grad)
        )

    @staticmethod
    def jvp(ctx: Any, *tangents: Tensor | None) -> Tensor:
        """Return the change: one term for each factor that moves (the product rule)."""
        factors = ctx.saved_tensors
        missing = next(i for i in range(3) if factors[i] is None)
        changes = []
        for i, tangent in enumerate(tangents[:3]):
            if tangent is not None:
                moved = [tangent if k == i else factor for k, factor in enumerate(factors)]
                changes.append(_by(missing, moved, ctx.at))
        return torch.stack(changes).sum(0)


def _by(position: int, three: list[Tensor], at: Geometry) -> Tensor:
    """Return the derivative of T(input, weight, grad_output) by the one at this position."""
    factors = [None if i == position else tensor for i, tensor in enumerate(three)]
    return apply(_Product, *factors, at)


class Conv2d(Function):
    """Convolution of images with a kernel (in fact a cross-correlation), y = x ∗ w + b.

    `Conv2d.apply(input, weight, bias, stride, padding, dilation, groups)`: input (N, C, H, W) or
    (C, H, W), weight (O, C / groups, kH, kW), bias (O,) or None. Stride, padding and dilation are a
    number or (height, width); padding may be "valid" (none) or "same" (the output has the size of
    the input; stride 1). The result is (N, O, H′, W′) or (O, H′, W′), where
    H′ = ⌊(H + 2 padding − dilation (kH − 1) − 1) / stride⌋ + 1.

    Both gradients are convolutions again; see this module. ∂L/∂b is the sum of grad_output over
    samples and places. Differentiable any number of times; works under `torch.func` (vmap, grad,
    jvp). Same values as `torch.nn.functional.conv2d`, for real numbers.

    Raises:
        NotImplementedError: if input is complex, which PyTorch's own accepts.
        RuntimeError: PyTorch's own, if channels, groups, bias or dtypes do not fit, if the kernel
            is larger than the padded input, if padding is negative or stride, dilation or groups
            not positive, or if padding is "same" and stride is not 1.
        TypeError: PyTorch's own, if an argument is of another type.
    """

    generate_vmap_rule = True

    @staticmethod
    def forward(
        input: Tensor,
        weight: Tensor,
        bias: Tensor | None,
        stride: Size2d,
        padding: Size2d | str,
        dilation: Size2d,
        groups: int,
    ) -> Tensor:
        """Return the convolution plus bias."""
        if torch.is_tensor(input) and input.is_complex():
            raise NotImplementedError(
                f"input has dtype {input.dtype}; the backward of this Conv2d holds for real "
                "numbers only, so use torch.conv2d for complex ones."
            )
        return torch.conv2d(input, weight, bias, stride, padding, dilation, groups)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        """Keep input and weight, and how they lie on each other; the bias is not needed again."""
        input, weight, _, *options = inputs
        ctx.at, ctx.shape = find_geometry(input, weight, *options), output.shape
        ctx.save_for_backward(input, weight)
        ctx.save_for_forward(input, weight)

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> Gradients:
        """Return the two products with grad_output, and its sum over samples and places."""
        three = [*ctx.saved_tensors, grad_output]
        grad_input = grad_weight = grad_bias = None
        if ctx.needs_input_grad[0]:
            grad_input = _by(0, three, ctx.at)
        if ctx.needs_input_grad[1]:
            grad_weight = _by(1, three, ctx.at)
        if ctx.needs_input_grad[2]:
            # The channels are the third dimension from the end, with and without a batch.
            grad_bias = grad_output.sum((0, 2, 3) if grad_output.dim() == 4 else (1, 2))
        return grad_input, grad_weight, grad_bias, None, None, None, None

    @staticmethod
    def jvp(ctx: Any, *tangents: Tensor | None) -> Tensor:
        """Return the change of the output: one term for each tensor that moves."""
        input, weight = ctx.saved_tensors
        move, turn, shift = tangents[:3]
        changes = []
        if move is not None:
            changes.append(apply(_Product, move, weight, None, ctx.at))
        if turn is not None:
            changes.append(apply(_Product, input, turn, None, ctx.at))
        if shift is not None:
            changes.append(shift[:, None, None].expand(ctx.shape))
        return torch.stack(changes).sum(0)


def conv2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Size2d = 1,
    padding: Size2d | str = 0,
    dilation: Size2d = 1,
    groups: int = 1,
) -> Tensor:
    """Return `Conv2d.apply` of the arguments, in this order."""
    return apply(Conv2d, input, weight, bias, stride, padding, dilation, groups)
