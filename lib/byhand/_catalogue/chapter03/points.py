"""Inputs and wording that the exercises of chapter 3 share."""

from __future__ import annotations

from byhand._checker.inputs import Inputs
from byhand._checker.spec import Args, Formula, Mistake, Probe

HANDED = "If the next step is `(3 * y).sum()`, what does autograd hand to your backward?"
ALONE = "How many elements of y move when you move one element of x?"


def point(inputs: Inputs) -> Args:
    """A `grad_output` and an input of one shape."""
    shape = inputs.shape()
    return inputs.values(*shape), inputs.values(*shape)


def _zeros(inputs: Inputs) -> Args:
    """Some inputs are zero, one of them with a minus sign; two in a row are equal."""
    grad_output, x = point(inputs)
    x[..., 0], x[..., 1], x[..., 3] = 0.0, -0.0, x[..., 2]
    return grad_output, x


AT_ZERO = Probe(
    "wrong-at-zero",
    "inputs that are zero, or equal to each other",
    _zeros,
    "The numbers are right for other inputs, and wrong where some inputs are zero.",
    "Look for a division by x, and for a root or a logarithm.",
    shape=(3, 5),
    listed=False,
)


def value(code: str, formula: Formula, message: str, next_step: str, hint: str) -> Mistake:
    """A wrong forward."""
    return Mistake(code, formula, message, next_step, hint, "value")
