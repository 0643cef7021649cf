"""Batch normalisation: each channel is normalised by its mean and variance over the batch.

The n numbers of a channel c, over all samples and places, share μ and σ² (plus eps). With
x̂ = (x − μ) / σ, the output y = x̂ w + b and h = grad_output · w = ∂L/∂x̂,

    ∂L/∂x = (h − mean(h) − x̂ · mean(h x̂)) / σ

as in `byhand.functions._normalisation`: an entry of x moves its own x̂, and μ and σ, which move all
n of them. In evaluation μ and σ are constants, and both means drop out: ∂L/∂x = h / σ.
"""

from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function
from torch.nn.functional import batch_norm

from byhand.functions._apply import apply

Gradients = tuple[Tensor | None, ...]


def _channels(values: Tensor, like: Tensor) -> Tensor:
    """Return one number for each channel so that they broadcast over (N, C, …)."""
    return values.reshape(1, -1, *[1] * (like.dim() - 2))


def _normalised(ctx: Any) -> tuple[Tensor, Tensor]:
    """Return x̂ and 1/σ, computed again from what was saved, so that a graph can go through."""
    input, _, mean, var = ctx.saved_tensors
    if ctx.training:
        mean = input.mean(ctx.dims, keepdim=True)
        var = (input - mean).square().mean(ctx.dims, keepdim=True)
    else:
        mean, var = _channels(mean, input), _channels(var, input)
    inverse_std = (var + ctx.eps).rsqrt()
    return (input - mean) * inverse_std, inverse_std


def _through(ctx: Any, vector: Tensor, normalised: Tensor, inverse_std: Tensor) -> Tensor:
    """Return ∂x̂/∂x times a vector, which is also its transpose times the vector.

    For a channel the Jacobian is (I − 11ᵀ/n − x̂x̂ᵀ/n) / σ: it is symmetric.
    """
    if not ctx.training:
        return vector * inverse_std
    shift = vector.mean(ctx.dims, keepdim=True)  # what moving μ with x takes back
    scale = (vector * normalised).mean(ctx.dims, keepdim=True)  # what moving σ takes back
    return (vector - shift - normalised * scale) * inverse_std


class BatchNorm2d(Function):
    """Batch normalisation, y = x̂ · weight + bias, with one mean and one variance a channel.

    `BatchNorm2d.apply(input, running_mean, running_var, weight, bias, training, momentum, eps)`:
    input (N, C, H, W), or any (N, C, …); the four others (C,) or None; eps a small number above 0.
    The result has the shape of input.

    training=True: μ and σ² are those of the batch, σ² divided by n. If there are running
    statistics, they are updated in place: running ← (1 − momentum) · running + momentum · new,
    where the new variance is divided by n − 1. training=False: they are used in place of μ and σ².

    Differentiable any number of times, because backward starts again from the input: a saved x̂
    would be a constant for the second derivative. Works under `torch.func` (vmap, grad, jvp); a
    running statistic cannot be updated under vmap. Same values as
    `torch.nn.functional.batch_norm`. Source: S. Ioffe, C. Szegedy, "Batch Normalization" (2015).

    Raises:
        ValueError: PyTorch's own, if training and there is one value a channel only, eps is not
            above 0, or one running statistic is given without the other.
        RuntimeError: PyTorch's own, if not training and there are no running statistics, if a
            tensor has not one number for each channel or another dtype, or if a running statistic
            requires a gradient.
        NotImplementedError: PyTorch's own, if input holds no real floating-point numbers.
        IndexError: PyTorch's own, if training and input has no dimension of channels.
    """

    generate_vmap_rule = True

    @staticmethod
    def forward(
        input: Tensor,
        running_mean: Tensor | None,
        running_var: Tensor | None,
        weight: Tensor | None,
        bias: Tensor | None,
        training: bool,
        momentum: float,
        eps: float,
    ) -> Tensor:
        """Return x̂ · weight + bias, and update the running statistics."""
        return batch_norm(input, running_mean, running_var, weight, bias, training, momentum, eps)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        """Keep input and weight; running statistics only where they were used."""
        input, mean, var, weight, _, ctx.training, _, ctx.eps = inputs
        if ctx.needs_input_grad[1] or ctx.needs_input_grad[2]:
            raise RuntimeError(
                "running_mean or running_var requires a gradient, and batch normalisation has "
                "none for them; call detach() on it."
            )
        ctx.dims = (0, *range(2, input.dim()))
        statistics = (None, None) if ctx.training else (mean, var)
        ctx.save_for_backward(input, weight, *statistics)
        ctx.save_for_forward(input, weight, *statistics)

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> Gradients:
        """Return the gradients of input, weight and bias, and None for the others."""
        weight = ctx.saved_tensors[1]
        grad_input = grad_weight = grad_bias = None
        normalised, inverse_std = _normalised(ctx)
        if ctx.needs_input_grad[0]:
            h = grad_output if weight is None else grad_output * _channels(weight, grad_output)
            grad_input = _through(ctx, h, normalised, inverse_std)
        if ctx.needs_input_grad[3]:  # every entry of a channel was multiplied by the same weight
            grad_weight = (grad_output * normalised).sum(ctx.dims)
        if ctx.needs_input_grad[4]:  # and had the same bias added
            grad_bias = grad_output.sum(ctx.dims)
        return grad_input, None, None, grad_weight, grad_bias, None, None, None

    @staticmethod
    def jvp(ctx: Any, *tangents: Tensor | None) -> Tensor:
        """Return the change of the output: one term for each tensor that moves."""
        input, weight = ctx.saved_tensors[:2]
        move, _, _, turn, shift = tangents[:5]
        normalised, inverse_std = _normalised(ctx)
        changes = []
        if move is not None:
            change = _through(ctx, move, normalised, inverse_std)
            changes.append(change if weight is None else change * _channels(weight, input))
        if turn is not None:
            changes.append(normalised * _channels(turn, input))
        if shift is not None:
            changes.append(_channels(shift, input).expand(input.shape))
        return torch.stack(changes).sum(0)


def batch_norm2d(
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Return `BatchNorm2d.apply` of the arguments, in this order."""
    return apply(
        BatchNorm2d, input, running_mean, running_var, weight, bias, training, momentum, eps
    )
