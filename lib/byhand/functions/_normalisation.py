"""Normalisation: subtract a mean, divide by a standard deviation.

With x̂ = (x − μ) / σ, where μ is the mean and σ² the variance (plus eps) of n numbers that belong
together, every x̂ depends on all n numbers. Pushing a gradient h = ∂L/∂x̂ back through it gives

    ∂L/∂x = (h − mean(h) − x̂ · mean(h · x̂)) / σ.

The first mean takes out the part of h that μ would undo, the second the part that σ would undo.
"""

from collections.abc import Sequence
from typing import Any

from torch import Tensor
from torch.autograd import Function

from byhand.functions._apply import apply
from byhand.functions._shapes import unbroadcast

Gradients = tuple[Tensor | None, ...]


def _normalise(input: Tensor, dims: tuple[int, ...], eps: float) -> tuple[Tensor, Tensor]:
    """Return x̂ and 1/σ, over the given dimensions."""
    centred = input - input.mean(dims, keepdim=True)
    inverse_std = (centred.square().mean(dims, keepdim=True) + eps).rsqrt()
    return centred * inverse_std, inverse_std


class LayerNorm(Function):
    """Layer normalisation, y = x̂ · weight + bias, over the last dimensions.

    `LayerNorm.apply(input, normalized_shape, weight, bias, eps)`: input (…, *normalized_shape),
    weight and bias of shape normalized_shape or None, eps a small number above 0. The variance is
    divided by n, not by n − 1. Differentiable any number of times, because backward starts again
    from the input: a saved x̂ would be a constant for the second derivative. Works under
    `torch.func` (vmap, grad). Same values as `torch.nn.functional.layer_norm`. Source: J. L. Ba,
    J. R. Kiros, G. E. Hinton, "Layer Normalization" (2016).

    Raises:
        ValueError: if the last dimensions of input are not normalized_shape.
    """

    generate_vmap_rule = True

    @staticmethod
    def forward(
        input: Tensor,
        normalized_shape: Sequence[int],
        weight: Tensor | None,
        bias: Tensor | None,
        eps: float,
    ) -> Tensor:
        """Return x̂ · weight + bias."""
        shape = tuple(normalized_shape)
        if not shape or tuple(input.shape[-len(shape) :]) != shape:
            raise ValueError(
                f"input has shape {tuple(input.shape)} and normalized_shape is {shape}; the last "
                "dimensions of input must be normalized_shape."
            )
        output, _ = _normalise(input, tuple(range(-len(shape), 0)), eps)
        output = output if weight is None else output * weight
        return output if bias is None else output + bias

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        """Keep input and weight."""
        input, normalized_shape, weight, _, ctx.eps = inputs
        ctx.dims = tuple(range(-len(normalized_shape), 0))
        ctx.save_for_backward(input, weight)

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> Gradients:
        """Return the gradients of input, weight and bias, and None for the other two."""
        input, weight = ctx.saved_tensors
        normalised, inverse_std = _normalise(input, ctx.dims, ctx.eps)
        shape = input.shape[ctx.dims[0] :]
        grad_input = grad_weight = grad_bias = None
        if ctx.needs_input_grad[0]:
            h = grad_output if weight is None else grad_output * weight
            shift = h.mean(ctx.dims, keepdim=True)
            scale = (h * normalised).mean(ctx.dims, keepdim=True)
            grad_input = (h - shift - normalised * scale) * inverse_std
        if ctx.needs_input_grad[2]:
            grad_weight = unbroadcast(grad_output * normalised, shape)
        if ctx.needs_input_grad[3]:
            grad_bias = unbroadcast(grad_output, shape)
        return grad_input, None, grad_weight, grad_bias, None


def layer_norm(
    input: Tensor,
    normalized_shape: Sequence[int],
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """Return `LayerNorm.apply(input, normalized_shape, weight, bias, eps)`."""
    return apply(LayerNorm, input, normalized_shape, weight, bias, eps)
