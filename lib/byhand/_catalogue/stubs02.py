"""Exercise cells of chapter 2. Each part below is one notebook cell, without its last line."""

# mypy: disallow-untyped-defs=False
# The page teaches the two methods of a Function before it speaks of types.

import torch
from torch import Tensor

# %% mse-by-hand
gradient = ...  # your four numbers, such as [1, 2, 3, 4]


# %% mse-backward
def mse_backward(
    grad_output: Tensor,
    input: Tensor,
    target: Tensor,
) -> Tensor:
    """Gradient of the mean squared error with respect to input."""
    raise NotImplementedError


# %% l1-backward
def l1_backward(
    grad_output: Tensor,
    input: Tensor,
    target: Tensor,
) -> Tensor:
    """Gradient of the mean absolute error with respect to input."""
    raise NotImplementedError


# %% huber-backward
def huber_backward(
    grad_output: Tensor,
    input: Tensor,
    target: Tensor,
    delta: float,
) -> Tensor:
    """Gradient of the mean Huber loss with respect to input."""
    raise NotImplementedError


# %% mse-target-backward
def mse_target_backward(
    grad_output: Tensor,
    input: Tensor,
    target: Tensor,
) -> tuple[Tensor, Tensor]:
    """Mean squared error: gradients of input and target."""
    raise NotImplementedError


# %% mse-reductions
def mse_reductions(
    grad_output: Tensor,
    input: Tensor,
    target: Tensor,
    reduction: str,
) -> Tensor:
    """Squared error: gradient of input, for each reduction."""
    raise NotImplementedError


# %% weighted-mse-backward
def weighted_mse_backward(
    grad_output: Tensor,
    input: Tensor,
    target: Tensor,
    weight: Tensor,
) -> Tensor:
    """Weighted mean squared error: gradient of input."""
    raise NotImplementedError


# %% linear-sse-gradient
def linear_sse_gradient(
    x: Tensor,
    weight: Tensor,
    bias: Tensor,
    target: Tensor,
) -> tuple[Tensor, Tensor]:
    """Gradients of the sum of squared errors of a linear model."""
    raise NotImplementedError


# %% log-cosh-stable
def log_cosh(input: Tensor, target: Tensor) -> Tensor:
    """Mean of log(cosh(input − target)), without overflow."""
    raise NotImplementedError


# %% mse-function
class MyMSE(torch.autograd.Function):
    """The mean squared error with a gradient of its own."""

    @staticmethod
    def forward(ctx, input, target):
        raise NotImplementedError

    @staticmethod
    def backward(ctx, grad_output):
        raise NotImplementedError
