"""Right answers to mse-function: every style that PyTorch accepts."""

from __future__ import annotations

from typing import Any

import torch
from torch.autograd import Function
from torch.autograd.function import once_differentiable

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-decorators=False
# mypy: disable-error-code="override, misc"


class Combined(Function):
    @staticmethod
    def forward(ctx, input, target):
        ctx.save_for_backward(input, target)
        return ((input - target) ** 2).mean()

    @staticmethod
    def backward(ctx, grad_output):
        input, target = ctx.saved_tensors
        grad = grad_output * 2 * (input - target) / input.numel()
        return grad, -grad


class NoneForTarget(Combined):
    @staticmethod
    def backward(ctx, grad_output):
        input, target = ctx.saved_tensors
        return grad_output * 2 * (input - target) / input.numel(), None


class Separate(Function):
    @staticmethod
    def forward(input, target):
        return (input - target).square().mean()

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx, grad_output):
        input, target = ctx.saved_tensors
        grad = grad_output * (input - target) / (input.numel() / 2)
        return grad, -grad


class OnlyWhatIsNeeded(Combined):
    @staticmethod
    def backward(ctx, grad_output):
        input, target = ctx.saved_tensors
        grad_input = grad_target = None
        if ctx.needs_input_grad[0]:
            grad_input = grad_output * 2 * (input - target) / input.numel()
        if ctx.needs_input_grad[1]:
            grad_target = grad_output * 2 * (target - input) / input.numel()
        return grad_input, grad_target


class SavesTheDifference(Function):
    @staticmethod
    def forward(ctx, input, target):
        difference = input - target
        ctx.save_for_backward(difference)
        return difference.pow(2).mean()

    @staticmethod
    def backward(ctx, grad_output):
        (difference,) = ctx.saved_tensors
        grad = 2 * grad_output * difference / difference.numel()
        return grad, -grad


class KeepsOnCtx(Function):
    @staticmethod
    def forward(ctx, input, target):
        ctx.difference = input - target
        ctx.count = input.numel()
        return ctx.difference.pow(2).sum() / ctx.count

    @staticmethod
    def backward(ctx, grad_output):
        grad = ctx.difference * (2 * grad_output / ctx.count)
        return grad, grad.neg()


class Once(Combined):
    @staticmethod
    @once_differentiable
    def backward(ctx, grad_output):
        input, target = ctx.saved_tensors
        return 2 * grad_output * (input - target) / input.numel(), None


class WithoutStaticmethod(Function):
    def forward(ctx, input, target):  # noqa: N805
        ctx.save_for_backward(input, target)
        return ((input - target) ** 2).mean()

    def backward(ctx, grad_output):  # noqa: N805
        input, target = ctx.saved_tensors
        return 2 * grad_output * (input - target) / input.numel(), None


class AsList(Combined):
    @staticmethod
    def backward(ctx, grad_output):
        input, target = ctx.saved_tensors
        grad = grad_output * 2 * (input - target) / input.numel()
        return (grad, -grad, None)


class Vjp(Function):
    @staticmethod
    def forward(ctx, input, target):
        ctx.save_for_backward(input, target)
        return ((input - target) ** 2).mean()

    @staticmethod
    def vjp(ctx, grad_output):
        input, target = ctx.saved_tensors
        grad = grad_output * 2 * (input - target) / input.numel()
        return grad, -grad


class WithAutograd(Combined):
    @staticmethod
    def backward(ctx, grad_output):
        with torch.enable_grad():
            leaves = [x.detach().requires_grad_() for x in ctx.saved_tensors]
            loss = torch.nn.functional.mse_loss(*leaves)
        return torch.autograd.grad(loss, leaves, grad_output)


FUNCTIONS: tuple[Any, ...] = (
    Combined,
    NoneForTarget,
    Separate,
    OnlyWhatIsNeeded,
    SavesTheDifference,
    KeepsOnCtx,
    Once,
    WithoutStaticmethod,
    AsList,
    Vjp,
    WithAutograd,
    Combined.apply,
    Separate.apply,
)
