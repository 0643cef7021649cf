"""Right answers to the exercises of chapter 3, each in several forms."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# mypy: disallow-untyped-decorators=False, disable-error-code="override, misc, no-any-return"

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch.autograd import Function
from torch.autograd.function import once_differentiable

from tests.unit.checker_right_03_more import CLAMP, CUBE, NEEDS


class SquareSeparate(Function):
    generate_vmap_rule = True

    @staticmethod
    def forward(x):
        return x * x

    @staticmethod
    def setup_context(ctx, inputs, output):
        (x,) = inputs
        ctx.save_for_backward(x)

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return 2 * x * grad_output


class SquareKeepsTheSlope(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(2 * x)
        return x.pow(2)

    @staticmethod
    def backward(ctx, grad_output):
        (slope,) = ctx.saved_tensors
        return (slope * grad_output,)


class SquareOnCtx(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.x = x
        return x.square()

    @staticmethod
    def backward(ctx, grad_output):
        return (ctx.x + ctx.x) * grad_output


class SquareWithoutStatic(Function):
    def forward(ctx, x):  # noqa: N805
        ctx.save_for_backward(x)
        return x**2

    def backward(ctx, grad_output):  # noqa: N805
        return grad_output * 2 * ctx.saved_tensors[0]


class SquareNumpy(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.from_numpy(x.detach().numpy() ** 2)

    @staticmethod
    @once_differentiable
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return torch.from_numpy(2 * grad_output.numpy() * x.detach().numpy())


class SquareAutograd(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**2

    @staticmethod
    def backward(ctx, grad_output):
        with torch.enable_grad():
            leaf = ctx.saved_tensors[0].detach().requires_grad_()
            return torch.autograd.grad(leaf**2, leaf, grad_output)


class SquareVjp(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**2

    @staticmethod
    def vjp(ctx, grad_output):
        return grad_output * 2 * ctx.saved_tensors[0]


class SquareClonesFirst(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.clone().mul_(x)

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        result = grad_output.clone()
        result *= 2
        result *= x
        return result, None


class ExpSavesTheInput(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.exp()

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return grad_output * x.exp()


class ExpSeparate(Function):
    @staticmethod
    def forward(x):
        return torch.exp(x)

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(output)

    @staticmethod
    def backward(ctx, grad_output):
        (output,) = ctx.saved_tensors
        return output.mul(grad_output)


class ExpOutputOnCtx(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.y = x.exp()
        return ctx.y

    @staticmethod
    def backward(ctx, grad_output):
        return grad_output * ctx.y


class ExpOfE(Function):
    @staticmethod
    def forward(ctx, x):
        y = torch.e**x
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, grad_output):
        return torch.mul(*ctx.saved_tensors, grad_output)


class ExpCallsItself(Function):
    """The slope of exp is exp, so backward may apply the class again."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.exp()

    @staticmethod
    def backward(ctx, grad_output):
        return grad_output * ExpCallsItself.apply(*ctx.saved_tensors)


def relu_in_place(grad_output, input):
    result = grad_output.clone()
    result[input <= 0] = 0
    return result


def relu_autograd(grad_output, input):
    x = input.detach().requires_grad_()
    return torch.autograd.grad(F.relu(x), x, grad_output)[0]


def relu_masked_fill(grad_output, input):
    return grad_output.masked_fill(input < 0, 0.0)


RELU = (
    relu_in_place,
    relu_autograd,
    relu_masked_fill,
    lambda g, x: g * (x > 0),
    lambda g, x: g * (x >= 0),
    lambda g, x: g * (x > 0).float(),
    lambda g, x: g * (torch.sign(x) + 1) / 2,
    lambda g, x: g * x.sign().clamp(min=0),
    lambda g, x: torch.where(x < 0, torch.zeros_like(g), g),
    lambda g, x: g * torch.heaviside(x, torch.tensor(0.5, dtype=x.dtype)),
    lambda g, x: torch.func.vjp(torch.relu, x)[1](g)[0],
)


def sigmoid_autograd(grad_output, output):
    x = torch.logit(output, eps=1e-300).requires_grad_()
    return torch.autograd.grad(torch.sigmoid(x), x, grad_output)[0]


SIGMOID = (
    sigmoid_autograd,
    lambda g, y: g * (y - y**2),
    lambda g, y: g * (1 - y) * y,
    lambda g, y: torch.addcmul(g * y, g * y, y, value=-1),
    lambda g, y: g * y - g * y * y,
    lambda g, y: g * (0.25 - (y - 0.5) ** 2),
)


class RepairedSavesDifference(Function):
    @staticmethod
    def forward(ctx, x):
        difference = x - 1
        ctx.save_for_backward(difference)
        return difference**2

    @staticmethod
    def backward(ctx, grad_output):
        (difference,) = ctx.saved_tensors
        return 2 * difference * grad_output


class RepairedByClones(Function):
    @staticmethod
    def forward(ctx, x):
        x = x.clone()
        x -= 1
        ctx.save_for_backward(x)
        return x**2

    @staticmethod
    def backward(ctx, grad_output):
        (difference,) = ctx.saved_tensors
        difference = difference.clone()
        difference *= 2
        grad_output = grad_output.clone()
        grad_output *= difference
        return grad_output


class RepairedExpanded(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x - 2 * x + 1

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return 2 * x * grad_output - 2 * grad_output


class RepairedSeparate(Function):
    @staticmethod
    def forward(x):
        return (x - 1).square()

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx, grad_output):
        x = ctx.saved_tensors[0]
        slope = x - 1
        slope *= 2
        return slope * grad_output


class RoundHandsOn(Function):
    @staticmethod
    def forward(ctx, x):
        return torch.round(x)

    @staticmethod
    def backward(ctx, grad_output):
        return grad_output.clone()


class RoundUpHalves(Function):
    @staticmethod
    def forward(ctx, x):
        return (x + 0.5).floor()

    @staticmethod
    def backward(ctx, grad_output):
        return 1 * grad_output, None


class RoundSeparate(Function):
    @staticmethod
    def forward(x):
        return x.round()

    @staticmethod
    def setup_context(ctx, inputs, output):
        pass

    @staticmethod
    def backward(ctx, *grad_outputs):
        return grad_outputs


class RoundDetachTrick(Function):
    @staticmethod
    def forward(ctx, x):
        return x + (x.round() - x).detach()

    @staticmethod
    @once_differentiable
    def backward(ctx, grad_output):
        return grad_output.view_as(grad_output)


class RoundWithSlope(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.round()

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return grad_output * torch.ones_like(x)


RIGHT: dict[str, tuple[Any, ...]] = {
    "square-function": (
        SquareSeparate,
        SquareKeepsTheSlope,
        SquareOnCtx,
        SquareWithoutStatic,
        SquareNumpy,
        SquareAutograd,
        SquareVjp,
        SquareClonesFirst,
        SquareSeparate.apply,
    ),
    "exp-function": (ExpSavesTheInput, ExpSeparate, ExpOutputOnCtx, ExpOfE, ExpCallsItself),
    "relu-backward": RELU,
    "sigmoid-backward": SIGMOID,
    "clamp-function": CLAMP,
    "needs-input-grad": NEEDS,
    "in-place-repair": (
        RepairedSavesDifference,
        RepairedByClones,
        RepairedExpanded,
        RepairedSeparate,
    ),
    "straight-through": (
        RoundHandsOn,
        RoundUpHalves,
        RoundSeparate,
        RoundDetachTrick,
        RoundWithSlope,
    ),
    "cube-function": CUBE,
}
