"""Softmax and its logarithm: every output along one dimension depends on every input along it.

With p = softmax(x) the Jacobian is ∂pᵢ/∂xⱼ = pᵢ (δᵢⱼ − pⱼ), that is diag(p) − p pᵀ: an n × n
matrix. Multiplied out first, its product with a vector g needs n numbers only:

    (diag(p) − p pᵀ) g = p ⊙ (g − ⟨g, p⟩).

The Jacobian of log p is ∂log pᵢ/∂xⱼ = δᵢⱼ − pⱼ. Backward needs its transpose, g − p Σ g, and a
tangent t needs the matrix itself, t − ⟨p, t⟩. Source: the PyTorch pages of `torch.nn.Softmax` and
`torch.nn.LogSoftmax` for the forward; the Jacobians are derived in chapter 5.
"""

from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function

from byhand.functions._apply import apply


def _softmax_product(output: Tensor, vector: Tensor, dim: int) -> Tensor:
    """Return p ⊙ (v − ⟨v, p⟩): the Jacobian, which is symmetric, times a vector."""
    return output * (vector - (vector * output).sum(dim, keepdim=True))


class Softmax(Function):
    """Softmax, pᵢ = e^xᵢ / Σⱼ e^xⱼ along one dimension.

    `Softmax.apply(input, dim)`: input and result of shape (…), dim one of its dimensions; the
    result is positive and sums to 1 along dim. PyTorch's forward subtracts the largest logit
    first, so logits of any finite size give finite values. Differentiable any number of times;
    works under `torch.func` (vmap, grad, jvp). Same values as `torch.nn.functional.softmax`: where
    a logit is NaN or +∞, or all are −∞, all values along dim are NaN; a single −∞ gives p = 0.

    Raises:
        IndexError: PyTorch's own, if input has no dimension dim.
        NotImplementedError: PyTorch's own, if input does not hold floating-point numbers.
    """

    generate_vmap_rule = True

    @staticmethod
    def forward(input: Tensor, dim: int) -> Tensor:
        """Return softmax(x) along dim."""
        return torch.softmax(input, dim)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        """Keep the output: the Jacobian is made of p alone."""
        ctx.dim = inputs[1]
        ctx.save_for_backward(output)
        ctx.save_for_forward(output)

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> tuple[Tensor, None]:
        """Return p ⊙ (g − ⟨g, p⟩), and None for dim."""
        (output,) = ctx.saved_tensors
        return _softmax_product(output, grad_output, ctx.dim), None

    @staticmethod
    def jvp(ctx: Any, tangent: Tensor, _: None) -> Tensor:
        """Return p ⊙ (t − ⟨t, p⟩)."""
        (output,) = ctx.saved_tensors
        return _softmax_product(output, tangent, ctx.dim)


class LogSoftmax(Function):
    """Logarithm of softmax, yᵢ = xᵢ − log Σⱼ e^xⱼ along one dimension.

    `LogSoftmax.apply(input, dim)`: input and result of shape (…), dim one of its dimensions.
    Finite for finite logits, where the logarithm of a softmax that rounds to 0 is −∞.
    Differentiable any number of times; works under `torch.func` (vmap, grad, jvp). Same values as
    `torch.nn.functional.log_softmax`, NaN and infinite logits included.

    Raises:
        IndexError: PyTorch's own, if input has no dimension dim.
        NotImplementedError: PyTorch's own, if input does not hold floating-point numbers.
    """

    generate_vmap_rule = True

    @staticmethod
    def forward(input: Tensor, dim: int) -> Tensor:
        """Return log softmax(x) along dim."""
        return torch.log_softmax(input, dim)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        """Keep the output: p is its exponential."""
        ctx.dim = inputs[1]
        ctx.save_for_backward(output)
        ctx.save_for_forward(output)

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> tuple[Tensor, None]:
        """Return g − p Σ g, and None for dim."""
        (output,) = ctx.saved_tensors
        return grad_output - output.exp() * grad_output.sum(ctx.dim, keepdim=True), None

    @staticmethod
    def jvp(ctx: Any, tangent: Tensor, _: None) -> Tensor:
        """Return t − ⟨p, t⟩."""
        (output,) = ctx.saved_tensors
        change: Tensor = tangent - (output.exp() * tangent).sum(ctx.dim, keepdim=True)
        return change


def softmax(input: Tensor, dim: int = -1) -> Tensor:
    """Return `Softmax.apply(input, dim)`."""
    return apply(Softmax, input, dim)


def log_softmax(input: Tensor, dim: int = -1) -> Tensor:
    """Return `LogSoftmax.apply(input, dim)`."""
    return apply(LogSoftmax, input, dim)
