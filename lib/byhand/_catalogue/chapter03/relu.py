"""relu-backward."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

import torch
from torch import Tensor

from byhand._catalogue.chapter03.points import ALONE, HANDED, point
from byhand._checker.inputs import Inputs
from byhand._checker.kinds import BackwardFunction
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Band, Exercise, Ladder, Mistake, Output, Probe, Region
from byhand._checker.standard import elementwise

SLOPE = "The slope of max(x, 0) is 1 where x > 0, and 0 where x < 0."
DRAW = "Draw max(x, 0). What is its slope at x = −2, and what at x = 3?"
REGIONS = (
    Region("where input > 0", lambda g, x: x > 0),
    Region("where input < 0", lambda g, x: x < 0),
)


def _with_zeros(inputs: Inputs) -> Args:
    """Some inputs at the kink, one of them a negative zero, and one a hair beside it."""
    grad_output, x = point(inputs)
    x[..., 0], x[..., 1], x[..., 2], x[..., 3] = 0.0, -0.0, 1e-12, -1e-12
    return grad_output, x


def _any_slope(g: Tensor, x: Tensor) -> dict[str, tuple[Band]]:
    """Any slope from 0 to 1 at the kink."""
    right, kink = g * (x > 0), x == 0
    low, high = g.clamp(max=0), g.clamp(min=0)
    return {"gradient": (Band(torch.where(kink, low, right), torch.where(kink, high, right)),)}


KINK = Probe(
    "wrong-at-kink",
    "inputs that are zero, or nearly so",
    _with_zeros,
    "At input = 0 the result is no slope between 0 and 1 times `grad_output`, or it is wrong "
    "beside the kink. Perhaps a division became 0 / 0.",
    "Compare with zero: `input > 0`. Do not divide by the input.",
    expected=_any_slope,
    shape=(3, 5),
)


def _mask_mistakes() -> tuple[Mistake, ...]:
    mask = "Use `grad_output * (input > 0)`."
    both = "Which of the two decides whether ReLU let the number through: input or grad_output?"
    return (
        Mistake("missing-grad-output", lambda g, x: (x > 0).to(x.dtype),
                "`grad_output` is not used. You return the slope alone, ones and zeros.",
                "Multiply the slope by `grad_output`.", HANDED),
        Mistake("mask-missing", lambda g, x: g,
                "The gradient passes everywhere. Where the input is negative, y does not move, "
                "so nothing may come back.", mask, DRAW),
        Mistake("mask-inverted", lambda g, x: g * (x < 0),
                "The gradient passes where the input is negative, and is stopped where it is "
                "positive: the comparison is the wrong way round.", mask, DRAW),
        Mistake("mask-of-grad-output", lambda g, x: g.clamp(min=0),
                "You apply ReLU to `grad_output`: its negative entries are lost. The sign of the "
                "input decides, not that of the gradient.", mask, both),
        Mistake("mask-of-both", lambda g, x: g.clamp(min=0) * (x > 0),
                "The negative entries of `grad_output` are lost as well. Only the sign of the "
                "input decides.", mask, both),
        Mistake("mask-of-product", lambda g, x: (g * x).clamp(min=0) / x,
                "The gradient passes where grad_output · input is positive. Only the sign of the "
                "input decides.", mask, both),
        Mistake("mask-above-one", lambda g, x: g * (x > 1),
                "The gradient passes where input > 1. The kink is at zero.", mask, DRAW),
        Mistake("mask-of-six", lambda g, x: g * ((x > 0) & (x < 1)),
                "The gradient passes between 0 and 1 only. ReLU has no upper end.", mask, DRAW),
    )  # fmt: skip


def _slope_mistakes() -> tuple[Mistake, ...]:
    size = "Is max(x, 0) steeper at x = 3 than at x = 1?"
    return (
        Mistake("value-not-gradient", lambda g, x: torch.relu(x),
                "You return ReLU of the input: the value of forward, not the gradient.",
                SLOPE, DRAW),
        Mistake("value-not-slope", lambda g, x: g * torch.relu(x),
                "You multiply by max(x, 0), the value of y. backward needs the slope of y.",
                SLOPE, size),
        Mistake("times-input", lambda g, x: g * x,
                "You multiply by the input. The slope of max(x, 0) is 1 or 0.", SLOPE, size),
        Mistake("slope-of-absolute", lambda g, x: g * torch.sign(x),
                "The slope is −1 where the input is negative. That is the slope of |x|.",
                SLOPE, DRAW),
        Mistake("slope-of-leaky-relu", lambda g, x: torch.where(x > 0, g, 0.01 * g),
                "Where the input is negative the slope is 0.01. That is the slope of a leaky ReLU.",
                SLOPE, DRAW),
        Mistake("slope-of-elu", lambda g, x: torch.where(x > 0, g, g * x.exp()),
                "Where the input is negative the slope is exp(x). That is the slope of ELU.",
                SLOPE, DRAW),
        Mistake("slope-of-softplus", lambda g, x: g * torch.sigmoid(x),
                "The slope is a sigmoid. That is the slope of softplus, a smooth ReLU.",
                SLOPE, DRAW),
        Mistake("one-where-zero", lambda g, x: torch.where(x > 0, g, torch.ones_like(g)),
                "Where the input is negative you return 1. Nothing may come back there: 0.",
                SLOPE, DRAW),
        Mistake("input-where-negative", lambda g, x: torch.where(x > 0, g, x),
                "Where the input is negative you return the input. Nothing may come back there: 0.",
                SLOPE, DRAW),
        Mistake("gradient-summed", lambda g, x: (g * (x > 0)).sum(),
                "The gradient is summed to one number. The input has one number for each element.",
                "Leave out the sum.", ALONE),
    )  # fmt: skip


def backward(stub: str, solution: str) -> Exercise:
    """The gradient of max(x, 0)."""
    return Exercise(
        id="relu-backward",
        chapter=3,
        title="The backward of ReLU",
        level=1,
        skills=("kink", "mask", "grad_output"),
        kind=BackwardFunction("a function `f(grad_output, input)`"),
        name="relu_backward",
        parameters=("grad_output", "input"),
        outputs=(Output("grad_input"),),
        make=point,
        reference={"gradient": gradients(torch.relu, wrt=(0,))},
        mistakes=(*_mask_mistakes(), *_slope_mistakes()),
        regions=REGIONS,
        probes=(*elementwise(point), KINK),
        ladder=Ladder(
            DRAW,
            "The slope is 0 or 1, so it is a mask: it lets `grad_output` through, or stops it. "
            "Which of the two arguments makes the mask?",
            "∂L/∂xᵢ = grad_outputᵢ where xᵢ > 0, and 0 where xᵢ < 0.",
            "return torch.where(... > 0, ..., 0)",
        ),
        stub=stub,
        solution=solution,
    )
