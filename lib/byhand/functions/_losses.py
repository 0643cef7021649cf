"""Losses between two tensors of one shape: mean squared error, L1 and Huber.

All three have the same form. With d = input − target and an elementwise loss ℓ(d), the
reductions are L = ℓ(d) ("none"), Σ ℓ(d) ("sum") and Σ ℓ(d) / n ("mean"), where n is the
number of elements. Hence ∂L/∂input = grad_output · ℓ′(d), divided by n for "mean", and
∂L/∂target is its negative, because ∂d/∂target = −1.
"""

from typing import Any, Literal

import torch
from torch import Tensor
from torch.autograd import Function

from byhand.functions._apply import apply

Reduction = Literal["none", "mean", "sum"]
Gradients = tuple[Tensor | None, ...]


def _difference(input: Tensor, target: Tensor) -> Tensor:
    """Return input − target, refusing to broadcast."""
    if input.shape != target.shape:
        raise ValueError(
            f"input has shape {tuple(input.shape)} and target {tuple(target.shape)}; a loss "
            "compares element with element, so reshape one of them to the shape of the other."
        )
    return input - target


def _reduce(loss: Tensor, reduction: str) -> Tensor:
    """Apply a reduction to the elementwise loss."""
    if reduction == "mean":
        return loss.mean()
    if reduction == "sum":
        return loss.sum()
    if reduction == "none":
        return loss
    raise ValueError(f"reduction is {reduction!r}; use 'none', 'mean' or 'sum'.")


def _both_gradients(ctx: Any, grad_difference: Tensor) -> Gradients:
    """Send grad_output · ℓ′(d) to the input and its negative to the target.

    The sum over n terms in "mean" is divided by n here, for all three losses.
    """
    if ctx.reduction == "mean":
        grad_difference = grad_difference / grad_difference.numel()
    grad_input = grad_difference if ctx.needs_input_grad[0] else None
    grad_target = -grad_difference if ctx.needs_input_grad[1] else None
    return grad_input, grad_target


class MSELoss(Function):
    """Mean squared error, ℓ(d) = d², ℓ′(d) = 2d.

    `MSELoss.apply(input, target, reduction)`: input and target of one shape (…), the result
    of shape () for "mean" and "sum", (…) for "none". Differentiable twice; works under
    `torch.func` (vmap, grad). Same values as `torch.nn.functional.mse_loss`.

    Raises:
        ValueError: if the shapes differ, or the reduction is unknown.
    """

    generate_vmap_rule = True

    @staticmethod
    def forward(input: Tensor, target: Tensor, reduction: str) -> Tensor:
        """Return the reduced squared error."""
        return _reduce(_difference(input, target) ** 2, reduction)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        """Keep both tensors: the gradient needs their difference."""
        input, target, ctx.reduction = inputs
        ctx.save_for_backward(input, target)

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> Gradients:
        """Return grad_output · 2d (divided by n for "mean"), its negative, and None."""
        input, target = ctx.saved_tensors
        return (*_both_gradients(ctx, grad_output * 2 * (input - target)), None)


class L1Loss(Function):
    """Mean absolute error, ℓ(d) = |d|, ℓ′(d) = sign(d), with sign(0) = 0 at the kink.

    `L1Loss.apply(input, target, reduction)`: shapes as for `MSELoss`. The second derivative
    is 0 wherever it exists (d ≠ 0), and that is what a double backward returns. Same values
    as `torch.nn.functional.l1_loss`.

    Raises:
        ValueError: if the shapes differ, or the reduction is unknown.
    """

    generate_vmap_rule = True

    @staticmethod
    def forward(input: Tensor, target: Tensor, reduction: str) -> Tensor:
        """Return the reduced absolute error."""
        return _reduce(_difference(input, target).abs(), reduction)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        """Keep both tensors: the gradient needs the sign of their difference."""
        input, target, ctx.reduction = inputs
        ctx.save_for_backward(input, target)

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> Gradients:
        """Return grad_output · sign(d) (divided by n for "mean"), its negative, and None."""
        input, target = ctx.saved_tensors
        return (*_both_gradients(ctx, grad_output * torch.sign(input - target)), None)


class HuberLoss(Function):
    """Huber loss: ½d² where |d| ≤ δ, and δ(|d| − ½δ) beyond.

    Both branches have one derivative between them: ℓ′(d) = d clamped to [−δ, δ].
    `HuberLoss.apply(input, target, reduction, delta)`: shapes as for `MSELoss`, delta a
    positive number in the units of input. Differentiable twice except at |d| = δ, where the
    second derivative jumps from 1 to 0. Same values as `torch.nn.functional.huber_loss`.
    Source: P. J. Huber, "Robust estimation of a location parameter", Annals of Mathematical
    Statistics 35 (1964).

    Raises:
        ValueError: if the shapes differ, the reduction is unknown, or delta is not positive.
    """

    generate_vmap_rule = True

    @staticmethod
    def forward(input: Tensor, target: Tensor, reduction: str, delta: float) -> Tensor:
        """Return the reduced Huber loss."""
        if not delta > 0:
            raise ValueError(f"delta is {delta}; the Huber loss needs a positive number.")
        size = _difference(input, target).abs()
        loss = torch.where(size <= delta, 0.5 * size**2, delta * (size - 0.5 * delta))
        return _reduce(loss, reduction)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        """Keep both tensors: the gradient needs their difference."""
        input, target, ctx.reduction, ctx.delta = inputs
        ctx.save_for_backward(input, target)

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> Gradients:
        """Return grad_output · clamp(d, −δ, δ) (over n for "mean"), its negative, None, None."""
        input, target = ctx.saved_tensors
        slope = (input - target).clamp(-ctx.delta, ctx.delta)
        return (*_both_gradients(ctx, grad_output * slope), None, None)


def mse_loss(input: Tensor, target: Tensor, *, reduction: Reduction = "mean") -> Tensor:
    """Return `MSELoss.apply(input, target, reduction)`."""
    return apply(MSELoss, input, target, reduction)


def l1_loss(input: Tensor, target: Tensor, *, reduction: Reduction = "mean") -> Tensor:
    """Return `L1Loss.apply(input, target, reduction)`."""
    return apply(L1Loss, input, target, reduction)


def huber_loss(
    input: Tensor, target: Tensor, *, reduction: Reduction = "mean", delta: float = 1.0
) -> Tensor:
    """Return `HuberLoss.apply(input, target, reduction, delta)`."""
    return apply(HuberLoss, input, target, reduction, delta)
