"""Exercise cells of chapter 3. Each part below is one notebook cell, without its last line."""

# mypy: disallow-untyped-defs=False
# The page teaches the two methods of a Function before it speaks of types.

import torch
from torch import Tensor


# %% square-function
class MySquare(torch.autograd.Function):
    """y = x², for each element."""

    @staticmethod
    def forward(ctx, x):
        raise NotImplementedError

    @staticmethod
    def backward(ctx, grad_output):
        raise NotImplementedError


# %% exp-function
class MyExp(torch.autograd.Function):
    """y = exp(x), for each element."""

    @staticmethod
    def forward(ctx, x):
        raise NotImplementedError

    @staticmethod
    def backward(ctx, grad_output):
        raise NotImplementedError


# %% relu-backward
def relu_backward(grad_output: Tensor, input: Tensor) -> Tensor:
    """Gradient of y = max(input, 0) with respect to input."""
    raise NotImplementedError


# %% sigmoid-backward
def sigmoid_backward(grad_output: Tensor, output: Tensor) -> Tensor:
    """Gradient of y = 1 / (1 + exp(-x)) with respect to x.

    output is y, the result of forward; x is not at hand.
    """
    raise NotImplementedError


# %% clamp-function
class MyClamp(torch.autograd.Function):
    """y = x, but never below lo and never above hi; two numbers."""

    @staticmethod
    def forward(ctx, x, lo, hi):
        raise NotImplementedError

    @staticmethod
    def backward(ctx, grad_output):
        raise NotImplementedError


# %% needs-input-grad
class MyProduct(torch.autograd.Function):
    """y = a * b, for tensors of one shape.

    backward returns None for an input that needs no gradient, and
    does not compute it.
    """

    @staticmethod
    def forward(ctx, a, b):
        raise NotImplementedError

    @staticmethod
    def backward(ctx, grad_output):
        raise NotImplementedError


# %% in-place-repair
class Broken(torch.autograd.Function):
    """y = (x - 1)². The formulas are right, and three lines are not."""

    @staticmethod
    def forward(ctx, x):
        x -= 1
        ctx.save_for_backward(x)
        return x**2

    @staticmethod
    def backward(ctx, grad_output):
        (difference,) = ctx.saved_tensors
        difference *= 2
        grad_output *= difference
        return grad_output


class Repaired(torch.autograd.Function):
    """The same y and gradient; no tensor is changed in place."""

    @staticmethod
    def forward(ctx, x):
        raise NotImplementedError

    @staticmethod
    def backward(ctx, grad_output):
        raise NotImplementedError


# %% cube-function
class MyCube(torch.autograd.Function):
    """y = x³, for each element; differentiable twice."""

    @staticmethod
    def forward(ctx, x):
        raise NotImplementedError

    @staticmethod
    def backward(ctx, grad_output):
        raise NotImplementedError


# %% straight-through
class MyRound(torch.autograd.Function):
    """y = x.round(); backward takes the slope of y = x everywhere."""

    @staticmethod
    def forward(ctx, x):
        raise NotImplementedError

    @staticmethod
    def backward(ctx, grad_output):
        raise NotImplementedError
