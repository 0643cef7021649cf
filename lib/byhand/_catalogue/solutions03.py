"""Solutions of chapter 3. Each part below is one notebook cell, word for word."""

# mypy: disallow-untyped-defs=False
# The page teaches the two methods of a Function before it speaks of types.

import torch
from torch import Tensor


# %% square-function
class MySquare(torch.autograd.Function):
    """y = x², for each element."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**2

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return grad_output * 2 * x


# %% exp-function
class MyExp(torch.autograd.Function):
    """y = exp(x), for each element."""

    @staticmethod
    def forward(ctx, x):
        y = torch.exp(x)
        ctx.save_for_backward(y)  # the output: it is its own slope
        return y

    @staticmethod
    def backward(ctx, grad_output):
        (y,) = ctx.saved_tensors
        return grad_output * y


# %% relu-backward
def relu_backward(grad_output: Tensor, input: Tensor) -> Tensor:
    """Gradient of y = max(input, 0) with respect to input."""
    return torch.where(input > 0, grad_output, 0)


# %% sigmoid-backward
def sigmoid_backward(grad_output: Tensor, output: Tensor) -> Tensor:
    """Gradient of y = 1 / (1 + exp(-x)) with respect to x."""
    return grad_output * output * (1 - output)


# %% clamp-function
class MyClamp(torch.autograd.Function):
    """y = x, but never below lo and never above hi; two numbers."""

    @staticmethod
    def forward(ctx, x, lo, hi):
        ctx.save_for_backward(x)
        ctx.lo, ctx.hi = lo, hi  # numbers go on the ctx itself
        return x.clamp(lo, hi)

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        inside = (x >= ctx.lo) & (x <= ctx.hi)
        return torch.where(inside, grad_output, 0), None, None


# %% needs-input-grad
class MyProduct(torch.autograd.Function):
    """y = a * b, for tensors of one shape."""

    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a, b)
        return a * b

    @staticmethod
    def backward(ctx, grad_output):
        a, b = ctx.saved_tensors
        grad_a = grad_b = None
        if ctx.needs_input_grad[0]:
            grad_a = grad_output * b
        if ctx.needs_input_grad[1]:
            grad_b = grad_output * a
        return grad_a, grad_b


# %% in-place-repair
class Repaired(torch.autograd.Function):
    """The same y and gradient; no tensor is changed in place."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return (x - 1) ** 2

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return grad_output * 2 * (x - 1)


# %% cube-function
class MyCube(torch.autograd.Function):
    """y = x³, for each element; differentiable twice."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)  # the input, not x²: x² has no graph
        return x**3

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return grad_output * 3 * x**2


# %% straight-through
class MyRound(torch.autograd.Function):
    """y = x.round(); backward takes the slope of y = x everywhere."""

    @staticmethod
    def forward(ctx, x):
        return x.round()

    @staticmethod
    def backward(ctx, grad_output):
        return grad_output
