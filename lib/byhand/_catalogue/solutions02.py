"""Solutions of chapter 2. Each part below is one notebook cell, word for word."""

# mypy: disallow-untyped-defs=False
# The page teaches the two methods of a Function before it speaks of types.

import math

import torch
import torch.nn.functional as F
from torch import Tensor

# %% mse-by-hand
# 2 · (x − target) / 4, and x − target = [1, 0, −2, 0]
gradient = [0.5, 0, -1, 0]


# %% mse-backward
def mse_backward(
    grad_output: Tensor,
    input: Tensor,
    target: Tensor,
) -> Tensor:
    """Gradient of the mean squared error with respect to input."""
    return grad_output * 2 * (input - target) / input.numel()


# %% l1-backward
def l1_backward(
    grad_output: Tensor,
    input: Tensor,
    target: Tensor,
) -> Tensor:
    """Gradient of the mean absolute error with respect to input."""
    return grad_output * torch.sign(input - target) / input.numel()


# %% huber-backward
def huber_backward(
    grad_output: Tensor,
    input: Tensor,
    target: Tensor,
    delta: float,
) -> Tensor:
    """Gradient of the mean Huber loss with respect to input."""
    difference = input - target
    return grad_output * difference.clamp(-delta, delta) / input.numel()


# %% mse-target-backward
def mse_target_backward(
    grad_output: Tensor,
    input: Tensor,
    target: Tensor,
) -> tuple[Tensor, Tensor]:
    """Mean squared error: gradients of input and target."""
    grad_input = grad_output * 2 * (input - target) / input.numel()
    return grad_input, -grad_input


# %% mse-reductions
def mse_reductions(
    grad_output: Tensor,
    input: Tensor,
    target: Tensor,
    reduction: str,
) -> Tensor:
    """Squared error: gradient of input, for each reduction."""
    grad_input = grad_output * 2 * (input - target)
    if reduction == "mean":
        grad_input = grad_input / input.numel()
    return grad_input


# %% weighted-mse-backward
def weighted_mse_backward(
    grad_output: Tensor,
    input: Tensor,
    target: Tensor,
    weight: Tensor,
) -> Tensor:
    """Weighted mean squared error: gradient of input."""
    return grad_output * 2 * weight * (input - target) / weight.sum()


# %% linear-sse-gradient
def linear_sse_gradient(
    x: Tensor,
    weight: Tensor,
    bias: Tensor,
    target: Tensor,
) -> tuple[Tensor, Tensor]:
    """Gradients of the sum of squared errors of a linear model."""
    residual = target - (x @ weight + bias)
    grad_weight = -2 * x.T @ residual
    grad_bias = -2 * residual.sum()
    return grad_weight, grad_bias


# %% log-cosh-stable
def log_cosh(input: Tensor, target: Tensor) -> Tensor:
    """Mean of log(cosh(input − target)), without overflow."""
    difference = input - target
    each = difference + F.softplus(-2 * difference) - math.log(2)
    return each.mean()


# %% mse-function
class MyMSE(torch.autograd.Function):
    """The mean squared error with a gradient of its own."""

    @staticmethod
    def forward(ctx, input, target):
        ctx.save_for_backward(input, target)
        return ((input - target) ** 2).mean()

    @staticmethod
    def backward(ctx, grad_output):
        input, target = ctx.saved_tensors
        grad_input = grad_output * 2 * (input - target) / input.numel()
        return grad_input, -grad_input
