"""Inputs and wording that the exercises of chapter 3 share."""

from __future__ import annotations

from byhand._checker.inputs import Inputs
from byhand._checker.spec import Args, Formula, Mistake

HANDED = "If the next step is `(3 * y).sum()`, what does autograd hand to your backward?"
ALONE = "How many elements of y move when you move one element of x?"


def point(inputs: Inputs) -> Args:
    """A `grad_output` and an input of one shape."""
    shape = inputs.shape()
    return inputs.values(*shape), inputs.values(*shape)


def value(code: str, formula: Formula, message: str, next_step: str, hint: str) -> Mistake:
    """A wrong forward."""
    return Mistake(code, formula, message, next_step, hint, "value")
