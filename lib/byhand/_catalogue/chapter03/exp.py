"""exp-function."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

import torch

from byhand._catalogue.chapter03.contract import contract, twice_noted
from byhand._catalogue.chapter03.points import ALONE, AT_ZERO, HANDED, point, value
from byhand._checker.function_kind import FunctionClass
from byhand._checker.inputs import Inputs
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Exercise, Ladder, Mistake, Output, Probe
from byhand._checker.standard import four_dimensions, no_dimension, small, standard

WANTED = "a subclass of torch.autograd.Function whose `apply(x)` is exp(x)"


def _wide(inputs: Inputs) -> Args:
    grad_output, x = point(inputs)
    return grad_output, 16 * x


WIDE = Probe(
    "wrong-for-large-numbers",
    "inputs from −48 to 48",
    _wide,
    "The numbers are right for small inputs and wrong for large ones.",
    "Look for `clamp`, and for a constant that is added.",
    shape=(11, 13),
    listed=False,
)


def _below(inputs: Inputs) -> Args:
    grad_output, x = point(inputs)
    return grad_output, -6 - 2 * x.abs()


BELOW = Probe(
    "wrong-for-negative-numbers",
    "inputs from −12 to −6",
    _below,
    "The numbers are right for other inputs, and wrong where exp(x) is very small.",
    "Look for `clamp`, and for a small constant that is added.",
    listed=False,
)


def _value_mistakes() -> tuple[Mistake, ...]:
    same, ask = "Use `torch.exp(x)`.", "What are e⁰ and e¹, and what does your forward give?"
    return (
        value("value-base-two", lambda x: 2.0**x,
              "forward takes powers of 2. The base of exp is e = 2.718….", same, ask),
        value("value-base-ten", lambda x: 10.0**x,
              "forward takes powers of 10. The base of exp is e = 2.718….", same, ask),
        value("value-minus-one", torch.expm1, "forward returns exp(x) − 1.", same, ask),
        value("value-plus-one", lambda x: x.exp() + 1, "forward returns exp(x) + 1.", same, ask),
        value("value-decays", lambda x: torch.exp(-x),
              "forward returns exp(−x): the sign in the exponent is wrong.", same, ask),
        value("value-not-exponential", lambda x: x, "forward returns x itself.", same, ask),
        value("value-power-of-x", lambda x: x.abs() ** 2.718281828459045,
              "forward takes x to the power e. It is the other way round: e to the power x.",
              same, ask),
        value("value-softmax", lambda x: x.exp() / x.exp().sum(-1, keepdim=True),
              "forward returns a softmax: it divides by the sum over the last dimension.",
              same, ALONE),
        value("value-summed", lambda x: x.exp().sum(),
              "forward sums to one number. y has one number for each element of x.", same, ALONE),
    )  # fmt: skip


def _gradient_mistakes() -> tuple[Mistake, ...]:
    slope = "The slope of exp at x is exp(x), which is y itself."
    ask = "What is the slope of exp at x = 0, and what is exp(0)?"
    saved = "Save the output in forward: `ctx.save_for_backward(y)`."
    which = "Which tensor does `ctx.saved_tensors` give back to you: x or y?"
    return (
        Mistake("missing-grad-output", lambda g, x: x.exp(),
                "`grad_output` is not used. backward returns the slope alone, and the chain rule's "
                "other factor is missing.", "Multiply y by `grad_output`.", HANDED),
        Mistake("input-for-output", lambda g, x: g * x,
                "You multiply by x. The slope is y = exp(x): it looks as if the input was saved "
                "where the output was meant.", f"{saved} Or take exp of x again.", which),
        Mistake("exp-twice", lambda g, x: g * x.exp().exp(),
                "You take exp of y, so exp stands there twice.",
                "What you saved is y already: multiply by it.", which),
        Mistake("exp-of-grad-output", lambda g, x: g.exp(),
                "You take exp of `grad_output`. The slope is exp(x), and `grad_output` is a "
                "factor.", slope, HANDED),
        Mistake("exp-of-grad-output", lambda g, x: g * g.exp(),
                "You take exp of `grad_output`. The slope is exp(x).", slope, which),
        Mistake("grad-output-returned", lambda g, x: g,
                "backward hands `grad_output` on without the slope of exp.",
                f"{slope} Multiply by it.", ask),
        Mistake("power-rule", lambda g, x: g * x * torch.exp(x - 1),
                "You use the rule for powers, n·xⁿ⁻¹. Here x stands in the exponent, and the rule "
                "does not hold.", slope, ask),
        Mistake("slope-times-input", lambda g, x: g * x * x.exp(),
                "There is a factor x too many.", slope, ask),
        Mistake("divides-by-output", lambda g, x: g / x.exp(),
                "You divide by y. The chain rule multiplies by the slope, which is y.",
                "Replace the division by a product.", ask),
        Mistake("slope-of-log", lambda g, x: g / x,
                "You divide by x. That is the slope of the logarithm.", slope, ask),
        Mistake("slope-minus-one", lambda g, x: g * torch.expm1(x),
                "The slope that you use is y − 1.", slope, ask),
        Mistake("added-grad-output", lambda g, x: g + x.exp(),
                "You add `grad_output` to the slope. The chain rule multiplies.",
                "Multiply y by `grad_output`.", HANDED),
        Mistake("gradient-summed", lambda g, x: (g * x.exp()).sum(),
                "The gradient is summed to one number. x has one number for each element.",
                "Leave out the sum.", ALONE),
    )  # fmt: skip


def function(stub: str, solution: str) -> Exercise:
    """The exponential function as an autograd.Function."""
    return Exercise(
        id="exp-function",
        chapter=3,
        title="The exponential function as an autograd.Function",
        level=1,
        skills=("autograd.Function", "saving the output"),
        kind=FunctionClass("y", WANTED),
        name="MyExp",
        parameters=("grad_output", "x"),
        outputs=(Output("grad_x"),),
        make=point,
        reference={"value": torch.exp, "gradient": gradients(torch.exp, wrt=(0,))},
        mistakes=(*_value_mistakes(), *_gradient_mistakes()),
        probes=(
            *standard(point),
            WIDE,
            BELOW,
            small(point),
            four_dimensions(point),
            no_dimension(point),
            AT_ZERO,
            *contract(point),
            twice_noted(point, torch.exp),
        ),
        ladder=Ladder(
            "Which function is its own slope?",
            "Save what forward computed, not what it was given: then backward need not take exp "
            "again.",
            "∂L/∂xᵢ = grad_outputᵢ · yᵢ, because the slope of exp(x) is exp(x) = y.",
            "@staticmethod\ndef forward(ctx, x):\n    y = ...\n    ctx.save_for_backward(...)\n"
            "    return y\n\n@staticmethod\ndef backward(ctx, grad_output):\n"
            "    (y,) = ctx.saved_tensors\n    return ...",
        ),
        stub=stub,
        solution=solution,
    )
