"""broadcast-mul-backward."""

# ruff: noqa: ARG001, ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

import torch
from torch import Tensor

from byhand._catalogue.chapter04 import sums
from byhand._catalogue.chapter04.broadcast_add import a_number
from byhand._catalogue.chapter04.sum_mistakes import number_mistakes, shape_mistakes
from byhand._catalogue.chapter04.sums import Reduce, right
from byhand._checker.inputs import Inputs
from byhand._checker.kinds import BackwardFunction
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Exercise, Formula, Ladder, Mistake, Output
from byhand._checker.standard import large, not_contiguous, one_number, single_precision, small

FACTOR = "Multiply `grad_output` by the other factor first; then sum."


def _arguments(inputs: Inputs) -> Args:
    a, b, y = sums.shapes(inputs)
    return inputs.values(*y), inputs.targets(*a) + 0.3, inputs.targets(*b) + 0.7


def _same_shapes(inputs: Inputs) -> Args:
    shape = inputs.shape()
    return inputs.values(*shape), inputs.targets(*shape) + 0.3, inputs.targets(*shape) + 0.7


def _both(reduce: Reduce) -> Formula:
    return lambda g, a, b: (reduce(g * b, a.shape), reduce(g * a, b.shape))


def _each(first: Formula, second: Formula) -> Formula:
    """Two gradients, each summed back rightly."""
    return lambda g, a, b: (right(first(g, a, b), a.shape), right(second(g, a, b), b.shape))


def _factor_mistakes() -> tuple[Mistake, ...]:
    ask = "By how much does a · b grow when a grows by 1?"
    return (
        Mistake("own-factor", _each(lambda g, a, b: g * a, lambda g, a, b: g * b),
                "Each gradient is multiplied by its own factor. The slope of a · b with respect "
                "to a is b.", FACTOR, ask),
        Mistake("factor-missing", _each(lambda g, a, b: g, lambda g, a, b: g),
                "The other factor is missing: this is the backward of a sum.", FACTOR, ask),
        Mistake("both-factors", _each(lambda g, a, b: g * a * b, lambda g, a, b: g * a * b),
                "Both factors are in the gradient. The one that you differentiate is gone.",
                FACTOR, ask),
        Mistake("swapped-outputs",
                lambda g, a, b: (right(g * a, b.shape), right(g * b, a.shape)),
                "The two gradients are in each other's place.", "Return the gradient of a first.",
                "Which of the two has the shape of a?"),
        Mistake("divided-by-factor", _each(lambda g, a, b: g / b, lambda g, a, b: g / a),
                "You divide by the other factor. The slope of a · b with respect to a is b.",
                FACTOR, ask),
        Mistake("summed-before-factor",
                lambda g, a, b: (right(right(g, a.shape) * b, a.shape),
                                 right(right(g, b.shape) * a, b.shape)),
                "`grad_output` is summed before it is multiplied. Each copy has its own factor, "
                "so the product comes first.", FACTOR, "Is g₁b₁ + g₂b₂ the same as "
                "(g₁ + g₂)(b₁ + b₂)?"),
        Mistake("summed-before-factor",
                lambda g, a, b: (right(g, a.shape) * b, right(g, b.shape) * a),
                "`grad_output` is summed before it is multiplied, and the product is not summed. "
                "Each copy has its own factor, so the product comes first.", FACTOR,
                "Is g₁b₁ + g₂b₂ the same as (g₁ + g₂)(b₁ + b₂)?"),
        Mistake("sign-of-a-quotient",
                _each(lambda g, a, b: g * b, lambda g, a, b: -g * a),
                "The gradient of b has a minus. Here b is a factor: if it grows, so does a · b "
                "wherever a is positive.", "Leave out the minus.",
                "If b grows and a is positive, does a · b grow or fall?"),
    )  # fmt: skip


def _grad_output_mistakes() -> tuple[Mistake, ...]:
    ask = "If the next step is `3 * y`, what does autograd hand to your function?"
    step = "Begin with `grad_output * b` and `grad_output * a`."
    return (
        Mistake("missing-grad-output",
                _each(lambda g, a, b: b.expand_as(g), lambda g, a, b: a.expand_as(g)),
                "`grad_output` is not used.", step, ask),
        Mistake("missing-grad-output",
                lambda g, a, b: (b.expand_as(g), a.expand_as(g)),
                "`grad_output` is not used, and nothing is summed.", step, ask),
        Mistake("missing-grad-output", lambda g, a, b: (b, a),
                "`grad_output` is not used: you return the other factor.", step, ask),
        Mistake("b-not-summed", lambda g, a, b: (right(g * b, a.shape), g * a),
                "Only the gradient of a is summed back. b is broadcast as well, in other cases.",
                "Treat both inputs in the same way.", "Which of the two may be the smaller one?"),
        Mistake("a-not-summed", lambda g, a, b: (g * b, right(g * a, b.shape)),
                "Only the gradient of b is summed back. a is broadcast as well, in other cases.",
                "Treat both inputs in the same way.", "Which of the two may be the smaller one?"),
        Mistake("value-not-gradient", lambda g, a, b: (a * b, a * b),
                "You return y itself.", step, "Is a gradient the height of y, or its slope?"),
    )  # fmt: skip


def _scalar(inputs: Inputs) -> Args:
    return inputs.values(3, 5), inputs.values(3, 5), inputs.values()


def backward(stub: str, solution: str) -> Exercise:
    """The gradients of a product that broadcasts."""
    return Exercise(
        id="broadcast-mul-backward",
        chapter=4,
        title="The backward of a broadcast product",
        level=2,
        skills=("broadcasting", "product rule"),
        kind=BackwardFunction("a function `f(grad_output, a, b)`"),
        name="broadcast_mul_backward",
        parameters=("grad_output", "a", "b"),
        outputs=(Output("grad_a"), Output("grad_b")),
        make=_arguments,
        reference={"gradient": gradients(torch.mul, wrt=(0, 1))},
        mistakes=(
            *_factor_mistakes(),
            *_grad_output_mistakes(),
            *shape_mistakes(_both),
            *number_mistakes(_both),
        ),
        probes=(
            single_precision(_arguments),
            one_number(_same_shapes),
            not_contiguous(_same_shapes),
            a_number(_scalar),
            large(_arguments),
            small(_arguments),
        ),
        label=lambda g, a, b: f"shapes {tuple(a.shape)} and {tuple(b.shape)}",
        dims=_sizes,
        ladder=Ladder(
            "Take a of shape (3, 5) and b of shape (5,). Which entries of y does b[0] reach, and "
            "with which factors?",
            "Two steps: the product rule for each entry of y, in the shape of y; then a sum over "
            "the copies that broadcasting made.",
            "grad_a is grad_output · b, summed to the shape of a; grad_b is grad_output · a, "
            "summed to the shape of b.",
            "grad_a = (grad_output * ...).sum_to_size(a.shape)\ngrad_b = ...\n"
            "return grad_a, grad_b",
        ),
        stub=stub,
        solution=solution,
        seeds=(0, 1, 2, 3, 4, 5),
    )


def _sizes(g: Tensor, a: Tensor, b: Tensor) -> dict[str, float]:
    return {"n": float(g.numel()), "the first dimension's size": float(g.shape[0])}
