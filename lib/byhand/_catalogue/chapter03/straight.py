"""straight-through."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

import torch
from torch import Tensor

from byhand._catalogue.chapter03.contract import contract
from byhand._catalogue.chapter03.points import ALONE, AT_ZERO, HANDED, point, value
from byhand._checker.function_kind import FunctionClass
from byhand._checker.inputs import Inputs
from byhand._checker.spec import Args, Exercise, Ladder, Mistake, Output, Probe, Region
from byhand._checker.standard import elementwise

WANTED = (
    "a subclass of torch.autograd.Function whose `apply(x)` is x.round(), and whose backward "
    "takes the slope 1"
)
REGIONS = (
    Region("where |x| < 1", lambda g, x: x.abs() < 1),
    Region("where x > 0", lambda g, x: x > 0),
)


def _halves(inputs: Inputs) -> Args:
    """Numbers that lie in the middle between two integers, and integers."""
    grad_output, x = point(inputs)
    return grad_output, x.floor() + torch.where(x > 0, 0.5, 0.0)


HALVES = Probe(
    "rounds-halves-otherwise",
    "numbers in the middle between two integers",
    _halves,
    "Numbers such as 0.5 and 2.5 lie in the middle: `torch.round` takes the even neighbour, 0 and "
    "2, and your forward takes another one.",
    "",
    shape=(3, 5),
    note_only=True,
)


def _beside_halves(inputs: Inputs) -> Args:
    """Numbers a hair beside the middle between two integers, on both sides."""
    grad_output, x = point(inputs)
    return grad_output, x.floor() + torch.where(x > x.round(), 0.5, 0.5078125) - 1 / 256


BESIDE = Probe(
    "wrong-beside-halves",
    "numbers close to the middle between two integers",
    _beside_halves,
    "Numbers such as 0.496 and 0.504 go to the wrong side: the nearest integers are 0 and 1.",
    "Use `x.round()`.",
    shape=(5, 7),
    listed=False,
)


def _large_fractions(inputs: Inputs) -> Args:
    """Odd integers of some thousands, and a fraction of 3/8."""
    grad_output, x = point(inputs)
    return grad_output, 1024 * x + 1.375


LARGE_FRACTIONS = Probe(
    "wrong-for-large-numbers",
    "numbers of some thousands, with a fraction",
    _large_fractions,
    "Small numbers are rounded to the nearest integer, and numbers of some thousands are not.",
    "Use `x.round()` on x as it is: `half` and `int8` cannot hold large numbers.",
    shape=(5, 7),
    listed=False,
)


def _value_mistakes() -> tuple[Mistake, ...]:
    same, ask = "Use `x.round()`.", "What is y for x = 1.7, for x = −1.7, and for x = 0.2?"
    return (
        value("value-floor", torch.floor,
              "forward rounds down. The nearest integer is asked for.", same, ask),
        value("value-ceil", torch.ceil,
              "forward rounds up. The nearest integer is asked for.", same, ask),
        value("value-truncated", torch.trunc,
              "forward cuts off the digits, as `int` does. The nearest integer is asked for.",
              same, ask),
        value("value-not-rounded", lambda x: x, "forward returns x itself.", same, ask),
        value("value-sign", torch.sign,
              "forward returns the sign of x. The nearest integer is asked for.", same, ask),
        value("value-remainder", lambda x: x - x.round(),
              "forward returns what rounding leaves over.", same, ask),
        value("value-one-digit", lambda x: (x * 10).round() / 10,
              "forward rounds to one digit after the point.", same, ask),
        value("value-summed", lambda x: x.round().sum(),
              "forward sums to one number. y has one number for each element of x.", same, ALONE),
    )  # fmt: skip


def _gradient_mistakes() -> tuple[Mistake, ...]:
    slope = "Return `grad_output` as it came: the slope is taken as 1 everywhere."
    ask = "If backward pretends that y = x, what is the slope?"

    def bell(x: Tensor) -> Tensor:
        return 1 - torch.tanh(x) ** 2

    return (
        Mistake("true-gradient", lambda g, x: torch.zeros_like(g),
                "The gradient is zero. That is the true slope of rounding, and nothing can be "
                "learned from it. The straight-through gradient replaces it by the slope of y = x.",
                slope, ask),
        Mistake("missing-grad-output", lambda g, x: torch.ones_like(g),
                "You return ones: the slope, without `grad_output`.", slope, HANDED),
        Mistake("times-input", lambda g, x: g * x,
                "You multiply by x. The slope of y = x is 1, not x.", slope, ask),
        Mistake("times-output", lambda g, x: g * x.round(),
                "You multiply by the rounded x. The slope is 1.", slope, ask),
        Mistake("input-returned", lambda g, x: x,
                "backward returns x. What passes straight through is the gradient.", slope, HANDED),
        Mistake("output-returned", lambda g, x: x.round(),
                "backward returns the rounded x. What passes straight through is the gradient.",
                slope, HANDED),
        Mistake("gradient-rounded", lambda g, x: g.round(),
                "backward rounds `grad_output`. Only forward rounds.", slope, HANDED),
        Mistake("sign-of-gradient", lambda g, x: torch.sign(g),
                "backward returns the sign of `grad_output`. Its size must pass too.",
                slope, HANDED),
        Mistake("gradient-clipped", lambda g, x: g.clamp(-1, 1),
                "backward cuts `grad_output` off at ±1. It passes as it is.", slope, HANDED),
        Mistake("clipped-window", lambda g, x: g * (x.abs() <= 1),
                "The gradient passes where |x| ≤ 1 only. This variant is used for the sign "
                "function; here it must pass everywhere.", slope, ask),
        Mistake("smooth-window", lambda g, x: g * bell(x),
                "You take the slope of tanh. The straight-through gradient takes the slope of "
                "y = x.", slope, ask),
        Mistake("masked-by-relu", lambda g, x: g * (x > 0),
                "The gradient passes where x > 0 only. It must pass everywhere.", slope, ask),
        Mistake("lost-where-zero", lambda g, x: g * (x.round() != 0),
                "The gradient is stopped where y = 0. It must pass everywhere.", slope, ask),
        Mistake("ratio-of-output-and-input", lambda g, x: g * x.round() / x,
                "You multiply by y / x. A slope is not a ratio of values; here it is 1.",
                slope, ask),
        Mistake("gradient-summed", lambda g, x: g.sum(),
                "The gradient is summed to one number. x has one number for each element.",
                "Leave out the sum.", ALONE),
    )  # fmt: skip


def function(stub: str, solution: str) -> Exercise:
    """Rounding, with the gradient of the identity."""
    return Exercise(
        id="straight-through",
        chapter=3,
        title="Rounding with a straight-through gradient",
        level=2,
        skills=("a gradient chosen by you", "straight-through estimator"),
        kind=FunctionClass("y", WANTED),
        name="MyRound",
        parameters=("grad_output", "x"),
        outputs=(Output("grad_x"),),
        make=point,
        reference={"value": torch.round, "gradient": lambda g, x: (g,)},
        mistakes=(*_value_mistakes(), *_gradient_mistakes()),
        regions=REGIONS,
        probes=(*elementwise(point), AT_ZERO, *contract(point), BESIDE, LARGE_FRACTIONS, HALVES),
        ladder=Ladder(
            "What is the true slope of rounding at x = 0.3, and what would training learn from it?",
            "backward need not be the derivative of forward. It takes the slope of another "
            "function that is close to it: y = x.",
            "∂L/∂xᵢ = grad_outputᵢ · 1.",
            "@staticmethod\ndef forward(ctx, x):\n    return ...\n\n"
            "@staticmethod\ndef backward(ctx, grad_output):\n    return ...",
        ),
        stub=stub,
        solution=solution,
    )
