"""Right answers to clamp-function, needs-input-grad and cube-function."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# mypy: disallow-untyped-decorators=False, disable-error-code="override, misc, no-any-return"

from __future__ import annotations

import torch
from torch.autograd import Function
from torch.autograd.function import once_differentiable


class ClampMask(Function):
    @staticmethod
    def forward(ctx, x, lo, hi):
        ctx.save_for_backward((x > lo) & (x < hi))
        return torch.clamp(x, lo, hi)

    @staticmethod
    def backward(ctx, grad_output):
        (mask,) = ctx.saved_tensors
        return grad_output * mask, None, None


class ClampFromOutput(Function):
    @staticmethod
    def forward(ctx, x, lo, hi):
        y = x.clamp(min=lo).clamp(max=hi)
        ctx.save_for_backward(x, y)
        return y

    @staticmethod
    def backward(ctx, grad_output):
        x, y = ctx.saved_tensors
        return torch.where(x == y, grad_output, torch.zeros_like(grad_output)), None, None


class ClampSeparate(Function):
    @staticmethod
    def forward(x, lo, hi):
        return torch.minimum(torch.maximum(x, x.new_tensor(lo)), x.new_tensor(hi))

    @staticmethod
    def setup_context(ctx, inputs, output):
        x, ctx.lo, ctx.hi = inputs
        ctx.save_for_backward(x)

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        grad_x = grad_output.clone()
        grad_x[(x < ctx.lo) | (x > ctx.hi)] = 0
        return grad_x, None, None


class ClampBySigns(Function):
    @staticmethod
    def forward(ctx, x, lo, hi):
        ctx.save_for_backward(x)
        ctx.limits = (lo, hi)
        return torch.where(x < lo, lo, torch.where(x > hi, hi, x)).to(x.dtype)

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        lo, hi = ctx.limits
        inside = (torch.sign(x - lo) + torch.sign(hi - x)) / 2
        return grad_output * inside, None, None


class ClampTensorLimits(Function):
    @staticmethod
    def forward(ctx, x, lo, hi):
        ctx.save_for_backward(x, torch.tensor(lo), torch.tensor(hi))
        return x.clamp(lo, hi)

    @staticmethod
    @once_differentiable
    def backward(ctx, grad_output):
        x, lo, hi = ctx.saved_tensors
        return grad_output * ((x >= lo) * (x <= hi)), None, None, None


class ClampAutograd(Function):
    @staticmethod
    def forward(ctx, x, lo, hi):
        ctx.x, ctx.lo, ctx.hi = x, lo, hi
        return x.clamp(lo, hi)

    @staticmethod
    def backward(ctx, grad_output):
        with torch.enable_grad():
            x = ctx.x.detach().requires_grad_()
            (grad_x,) = torch.autograd.grad(x.clamp(ctx.lo, ctx.hi), x, grad_output)
        return grad_x, None, None


CLAMP = (
    ClampMask,
    ClampFromOutput,
    ClampSeparate,
    ClampBySigns,
    ClampTensorLimits,
    ClampAutograd,
    ClampSeparate.apply,
)


class NeedsByList(Function):
    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a, b)
        return a * b

    @staticmethod
    def backward(ctx, grad_output):
        others = reversed(ctx.saved_tensors)
        asked = ctx.needs_input_grad
        return tuple(
            grad_output * x if needed else None for x, needed in zip(others, asked, strict=True)
        )


class NeedsInline(NeedsByList):
    @staticmethod
    def backward(ctx, grad_output):
        a, b = ctx.saved_tensors
        need_a, need_b = ctx.needs_input_grad
        return grad_output * b if need_a else None, grad_output * a if need_b else None


class NeedsZeros(NeedsByList):
    @staticmethod
    def backward(ctx, grad_output):
        a, b = ctx.saved_tensors
        grad_a, grad_b = torch.zeros_like(a), torch.zeros_like(b)
        if ctx.needs_input_grad[0]:
            grad_a = grad_output * b
        if ctx.needs_input_grad[1]:
            grad_b = grad_output * a
        return grad_a, grad_b


class NeedsEarlyReturns(NeedsByList):
    @staticmethod
    def backward(ctx, grad_output):
        a, b = ctx.saved_tensors
        if not ctx.needs_input_grad[0]:
            return None, grad_output * a
        if not ctx.needs_input_grad[1]:
            return grad_output * b, None
        return grad_output * b, grad_output * a


class NeedsSavesOnlyWhatIsNeeded(Function):
    @staticmethod
    def forward(ctx, a, b):
        need_a, need_b = ctx.needs_input_grad
        ctx.save_for_backward(a if need_b else None, b if need_a else None)
        return a * b

    @staticmethod
    def backward(ctx, grad_output):
        a, b = ctx.saved_tensors
        grad_a = None if b is None else grad_output * b
        grad_b = None if a is None else grad_output * a
        return grad_a, grad_b


class NeedsSeparate(Function):
    @staticmethod
    def forward(a, b):
        return torch.mul(a, b)

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx, grad_output):
        a, b = ctx.saved_tensors
        doubled = grad_output * 2
        grad_a = doubled * b / 2 if ctx.needs_input_grad[0] else None
        grad_b = doubled * a / 2 if ctx.needs_input_grad[1] else None
        return grad_a, grad_b


class NeedsNumpy(NeedsByList):
    @staticmethod
    @once_differentiable
    def backward(ctx, grad_output):
        a, b = (x.detach().numpy() for x in ctx.saved_tensors)
        g = grad_output.numpy()
        grad_a = torch.as_tensor(g * b) if ctx.needs_input_grad[0] else None
        grad_b = torch.as_tensor(g * a) if ctx.needs_input_grad[1] else None
        return grad_a, grad_b


class NeedsAsksTheTensor(NeedsByList):
    @staticmethod
    def backward(ctx, grad_output):
        a, b = ctx.saved_tensors
        return (
            grad_output * b if a.requires_grad else None,
            grad_output * a if b.requires_grad else None,
            None,
        )


NEEDS = (
    NeedsByList,
    NeedsInline,
    NeedsZeros,
    NeedsEarlyReturns,
    NeedsSavesOnlyWhatIsNeeded,
    NeedsSeparate,
    NeedsNumpy,
    NeedsAsksTheTensor,
)


class CubeSeparate(Function):
    @staticmethod
    def forward(x):
        return x * x * x

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return x * x * 3 * grad_output


class CubeOnCtx(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.x = x
        return x.pow(3)

    @staticmethod
    def backward(ctx, grad_output):
        return grad_output * 3 * ctx.x.square()


class CubeSlope(Function):
    """The backward as a Function with a backward of its own."""

    @staticmethod
    def forward(ctx, grad_output, x):
        ctx.save_for_backward(grad_output, x)
        return 3 * grad_output * x**2

    @staticmethod
    def backward(ctx, v):
        grad_output, x = ctx.saved_tensors
        return 3 * v * x**2, 6 * v * grad_output * x


class CubeNested(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, grad_output):
        return CubeSlope.apply(grad_output, *ctx.saved_tensors)


class CubeAutograd(CubeNested):
    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        with torch.enable_grad():
            if not x.requires_grad:
                x = x.detach().requires_grad_()
            return torch.autograd.grad(x**3, x, grad_output, create_graph=True)


class CubeByProducts(CubeNested):
    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return (x * x + x * x + x * x).mul(grad_output), None


CUBE = (
    CubeSeparate,
    CubeOnCtx,
    CubeNested,
    CubeAutograd,
    CubeByProducts,
)
