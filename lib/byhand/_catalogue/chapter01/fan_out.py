"""fan-out-backward."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

import torch
from torch import Tensor

from byhand._checker.inputs import Inputs
from byhand._checker.kinds import BackwardFunction
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Exercise, Ladder, Mistake, Output
from byhand._checker.standard import large, small, standard

ADD = "x is used three times. Each use sends a gradient back, and the three are added."


def _value(x: Tensor) -> Tensor:
    return x * torch.sin(x) + x**2


def _right(g: Tensor, x: Tensor) -> Tensor:
    return g * (torch.sin(x) + x * torch.cos(x) + 2 * x)


def _arguments(inputs: Inputs) -> Args:
    shape = inputs.shape()
    return inputs.targets(*shape) + 0.3, inputs.values(*shape)


def _path_mistakes() -> tuple[Mistake, ...]:
    ask = "In how many places does x stand in y = x · sin(x) + x²?"
    step = "Add up what comes back from every place where x stands."
    return (
        Mistake("overwritten", lambda g, x: 2 * g * x,
                f"Only the gradient of x² is left. {ADD} Do not replace one by the next.", step,
                ask),
        Mistake("overwritten", lambda g, x: g * (torch.sin(x) + x * torch.cos(x)),
                f"Only the gradient of x · sin(x) is left. {ADD}", step, ask),
        Mistake("sine-path-missing", lambda g, x: g * (torch.sin(x) + 2 * x),
                "The path through the sine is missing: x inside sin(x) moves y too.",
                "Add x · cos(x).", "If only the x inside sin(x) moves, how does y move?"),
        Mistake("factor-path-missing", lambda g, x: g * (x * torch.cos(x) + 2 * x),
                "The path through the factor x of x · sin(x) is missing.", "Add sin(x).",
                "If only the x in front of sin(x) moves, how does y move?"),
        Mistake("overwritten", lambda g, x: g * torch.sin(x),
                f"Only the gradient through the first x is left. {ADD}", step, ask),
        Mistake("overwritten", lambda g, x: g * x * torch.cos(x),
                f"Only the gradient through the sine is left. {ADD}", step, ask),
        Mistake("averaged", lambda g, x: _right(g, x) / 3,
                "You take the mean of the three gradients. At a fan-out they are added.",
                "Leave out the division by 3.", ask),
        Mistake("averaged", lambda g, x: _right(g, x) / 2,
                "You take the mean of the gradients of the two terms. They are added.",
                "Leave out the division by 2.", ask),
        Mistake("multiplied", lambda g, x: g * (torch.sin(x) + x * torch.cos(x)) * 2 * x,
                "You multiply the gradients of the two terms. Factors are multiplied along one "
                "path; different paths are added.", "Replace the product by a sum.",
                "When are slopes multiplied, and when are they added?"),
        Mistake("multiplied", lambda g, x: g * torch.sin(x) * x * torch.cos(x) * 2 * x,
                "You multiply what comes back from the three uses of x. Different paths are "
                "added.", step, "When are slopes multiplied, and when are they added?"),
    )  # fmt: skip


def _rule_mistakes() -> tuple[Mistake, ...]:
    product = "What is the derivative of a product u · v?"
    return (
        Mistake("product-rule", lambda g, x: g * (torch.cos(x) + 2 * x),
                "The derivative of x · sin(x) is not 1 · cos(x). A product has two terms: "
                "u′v + uv′.", "Use the product rule: sin(x) + x · cos(x).", product),
        Mistake("cosine-sign", lambda g, x: g * (torch.sin(x) - x * torch.cos(x) + 2 * x),
                "The term x · cos(x) has the wrong sign: the derivative of sin is cos.",
                "Use + x · cos(x).", "Near 0, does sin(x) grow or fall?"),
        Mistake("product-rule", lambda g, x: g * (torch.sin(x) + torch.cos(x) + 2 * x),
                "The term u · v′ of the product rule lacks its factor x: it is x · cos(x).",
                "Use the product rule: sin(x) + x · cos(x).", product),
        Mistake("product-rule", lambda g, x: g * (x * torch.sin(x) + x * torch.cos(x) + 2 * x),
                "The term u′ · v of the product rule has a factor x too many: the derivative of x "
                "is 1.", "Use the product rule: sin(x) + x · cos(x).", product),
        Mistake("power-rule", lambda g, x: g * (torch.sin(x) + x * torch.cos(x) + 2),
                "The derivative of x² is 2x, not 2.", "Use 2 * x.",
                "Is x² equally steep everywhere?"),
        Mistake("missing-two", lambda g, x: g * (torch.sin(x) + x * torch.cos(x) + x),
                "The derivative of x² is 2x: both factors of x · x send a gradient back.",
                "Use 2 * x.", "x² is x · x. How many uses of x are that?"),
        Mistake("square-kept", lambda g, x: g * (torch.sin(x) + x * torch.cos(x) + x**2),
                "x² stands in the gradient as it is. Its derivative is 2x.", "Use 2 * x.",
                "What is the derivative of x²?"),
        Mistake("value-not-gradient", lambda g, x: _value(x),
                "You return y itself.", "Differentiate y with respect to x.",
                "Is `grad` the height of y, or its slope?"),
        Mistake("value-not-gradient", lambda g, x: g * _value(x),
                "You return y times `grad_output`.", "Differentiate y with respect to x.",
                "Is `grad` the height of y, or its slope?"),
    )  # fmt: skip


def _grad_output_mistakes() -> tuple[Mistake, ...]:
    ask = "If the next step is `3 * y`, what does autograd hand to your function?"
    step = "Multiply every one of the three terms by `grad_output`."
    some = "`grad_output` is missing in some of the terms."

    def terms(*factors: int) -> Mistake:
        def formula(g: Tensor, x: Tensor) -> Tensor:
            parts = (torch.sin(x), x * torch.cos(x), 2 * x)
            return sum((p * g if f else p for p, f in zip(parts, factors, strict=True)), 0 * x)

        return Mistake("missing-grad-output", formula, some, step, ask)

    return (
        Mistake("missing-grad-output", lambda g, x: _right(torch.ones_like(g), x),
                "`grad_output` is not used.", "Multiply your formula by `grad_output`.", ask),
        *(terms(*f) for f in ((1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (1, 0, 1), (0, 1, 1))),
        Mistake("grad-output-added", lambda g, x: g + _right(torch.ones_like(g), x),
                "`grad_output` is added. The chain rule multiplies.",
                "Multiply your formula by `grad_output`.", ask),
        Mistake("grad-output-repeated", lambda g, x: g**3 * _right(torch.ones_like(g), x),
                "`grad_output` is multiplied in three times. It belongs to each path once.", step,
                ask),
        Mistake("grad-output-summed", lambda g, x: _right(g.sum().expand_as(g), x),
                "Every entry is multiplied by the sum of `grad_output`. Entry k of y depends on "
                "entry k of x alone, so it gets entry k of `grad_output`.",
                "Multiply elementwise, without a sum.",
                "Which entries of y move when you move x[0]?"),
    )  # fmt: skip


def backward(stub: str, solution: str) -> Exercise:
    """The gradient of a value that is used three times."""
    return Exercise(
        id="fan-out-backward",
        chapter=1,
        title="One value, used several times",
        level=1,
        skills=("fan-out", "product rule", "grad_output"),
        kind=BackwardFunction("a function `f(grad_output, x)`"),
        name="fan_out_backward",
        parameters=("grad_output", "x"),
        outputs=(Output("grad_x"),),
        make=_arguments,
        reference={"gradient": gradients(_value, wrt=(0,))},
        mistakes=(*_path_mistakes(), *_rule_mistakes(), *_grad_output_mistakes()),
        probes=(*standard(_arguments), large(_arguments), small(_arguments)),
        ladder=Ladder(
            "In how many places does x stand in y = x · sin(x) + x²?",
            "Let only one of these places move, and keep the others fixed. Do it for each, then "
            "add.",
            "∂L/∂x = grad_output · (sin(x) + x · cos(x) + 2x).",
            "from_factor = grad_output * torch.sin(x)\nfrom_sine = grad_output * ...\n"
            "from_square = grad_output * ...\nreturn from_factor + ...",
        ),
        stub=stub,
        solution=solution,
    )
