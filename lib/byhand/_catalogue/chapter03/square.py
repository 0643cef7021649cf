"""square-function."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

import torch

from byhand._catalogue.chapter03.contract import contract, twice_noted
from byhand._catalogue.chapter03.points import ALONE, AT_ZERO, HANDED, point, value
from byhand._checker.function_kind import FunctionClass
from byhand._checker.reference import gradients
from byhand._checker.spec import Exercise, Ladder, Mistake, Output
from byhand._checker.standard import elementwise

WANTED = "a subclass of torch.autograd.Function whose `apply(x)` is x²"


def _value_mistakes() -> tuple[Mistake, ...]:
    same, ask = "Use `x**2`, or `x * x`.", "What is y for x = 3, and what for x = −3?"
    return (
        value("value-doubled", lambda x: 2 * x,
              "forward returns 2x. That is the slope of the square, and not the square.",
              same, ask),
        value("value-not-squared", lambda x: x, "forward returns x itself.", same, ask),
        value("value-cubed", lambda x: x**3, "forward returns x³.", same, ask),
        value("value-keeps-the-sign", lambda x: x * x.abs(),
              "forward keeps the sign of x. A square is never negative.", same, ask),
        value("value-root", lambda x: x.abs().sqrt(),
              "forward returns the square root of |x|.", same, ask),
        value("value-power-of-two", lambda x: 2.0**x,
              "forward returns 2 to the power x. The square is x to the power 2.", same, ask),
        value("value-summed", lambda x: (x**2).sum(),
              "forward sums the squares to one number. y has one number for each element of x.",
              same, ALONE),
        value("value-averaged", lambda x: (x**2).mean(),
              "forward averages the squares to one number. y has one number for each element of "
              "x.", same, ALONE),
    )  # fmt: skip


def _gradient_mistakes() -> tuple[Mistake, ...]:
    slope, ask = "The slope of x² is 2x.", "What is the slope of x² at x = 3, and what at x = 5?"
    return (
        Mistake("missing-grad-output", lambda g, x: 2 * x,
                "`grad_output` is not used. backward returns the slope alone, and the chain rule's "
                "other factor is missing.", "Multiply 2x by `grad_output`.", HANDED),
        Mistake("missing-two", lambda g, x: g * x,
                "The factor 2 is missing.", slope, ask),
        Mistake("missing-x", lambda g, x: 2 * g,
                "You use the slope 2 everywhere. The slope of x² is different at each x.",
                slope, ask),
        Mistake("grad-output-returned", lambda g, x: g,
                "backward hands `grad_output` on without the slope of x².",
                f"{slope} Multiply by it.", ask),
        Mistake("value-not-slope", lambda g, x: g * x**2,
                "You multiply by x², the value of y. backward needs the slope of y.", slope, ask),
        Mistake("output-for-input", lambda g, x: 2 * g * x**2,
                "You multiply by 2y. The slope is 2x, so backward needs the input: it looks as if "
                "the output was saved.", "Save x in forward: `ctx.save_for_backward(x)`.",
                "Which tensor does `ctx.saved_tensors` give back to you: x or y?"),
        Mistake("grad-output-for-input", lambda g, x: 2 * g * g,
                "You multiply `grad_output` by itself. x comes from `ctx.saved_tensors`.",
                "Use `(x,) = ctx.saved_tensors`, then 2x.",
                "Which number is x, and which is handed to you from behind?"),
        Mistake("divides-by-slope", lambda g, x: g / (2 * x),
                "You divide by the slope. The chain rule multiplies.",
                "Replace the division by a product.",
                "If y moves 6 times as fast as x, is ∂L/∂x larger or smaller than ∂L/∂y?"),
        Mistake("absolute-slope", lambda g, x: 2 * g * x.abs(),
                "The slope is 2|x|. On the left of zero x² falls, so the slope is negative there.",
                slope, "Does x² grow or fall at x = −3, if you go to the right?"),
        Mistake("added-grad-output", lambda g, x: g + 2 * x,
                "You add `grad_output` to the slope. The chain rule multiplies.",
                "Multiply 2x by `grad_output`.", HANDED),
        Mistake("gradient-summed", lambda g, x: (2 * g * x).sum(),
                "The gradient is summed to one number. x has one number for each element.",
                "Leave out the sum.", ALONE),
        Mistake("gradient-averaged", lambda g, x: 2 * g * x / x.numel(),
                "You divide by the number of elements. There is no mean here.",
                "Leave out the division.", ALONE),
    )  # fmt: skip


def function(stub: str, solution: str) -> Exercise:
    """The square as an autograd.Function."""
    return Exercise(
        id="square-function",
        chapter=3,
        title="The square as an autograd.Function",
        level=1,
        skills=("autograd.Function", "save_for_backward", "grad_output"),
        kind=FunctionClass("y", WANTED),
        name="MySquare",
        parameters=("grad_output", "x"),
        outputs=(Output("grad_x"),),
        make=point,
        reference={"value": torch.square, "gradient": gradients(torch.square, wrt=(0,))},
        mistakes=(*_value_mistakes(), *_gradient_mistakes()),
        probes=(*elementwise(point), AT_ZERO, *contract(point), twice_noted(point, torch.square)),
        ladder=Ladder(
            "By how much does x² change if you move x a little, at x = 3?",
            "The slope depends on x, so forward must save x; backward multiplies the slope by "
            "what it is handed.",
            "∂L/∂xᵢ = grad_outputᵢ · 2xᵢ.",
            "@staticmethod\ndef forward(ctx, x):\n    ctx.save_for_backward(...)\n"
            "    return ...\n\n@staticmethod\ndef backward(ctx, grad_output):\n"
            "    (x,) = ctx.saved_tensors\n    return grad_output * ...",
        ),
        stub=stub,
        solution=solution,
    )
