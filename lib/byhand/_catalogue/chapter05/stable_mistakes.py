"""Wrong forms of softmax itself."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from byhand._checker.spec import Formula, Mistake

SHIFT = "Subtract the largest logit of each row first: `x - x.amax(dim=-1, keepdim=True)`."
ROW = "Sum over the last dimension, and keep it: `.sum(dim=-1, keepdim=True)`."
QUOTIENT = "Divide the exponentials of a row by their sum."


def _value(code: str, formula: Formula, message: str, next_step: str, hint: str) -> Mistake:
    return Mistake(code, formula, message, next_step, hint, "value")


def _largest(x: Tensor) -> Tensor:
    return x.amax(-1, keepdim=True)


def _sum(x: Tensor) -> Tensor:
    return x.sum(-1, keepdim=True)


def _dimension_mistakes() -> tuple[Mistake, ...]:
    ask = "Which numbers of the result must add up to 1?"
    return (
        _value("samples-mixed", lambda x: x.exp() / x.exp().sum(),
               "You divide by the sum of all exponentials of the tensor. All samples share one "
               "1; each row must add up to 1 by itself.", ROW, ask),
        _value("wrong-dimension", lambda x: torch.softmax(x, 0),
               "The columns add up to 1, not the rows: the sum runs over the first dimension, "
               "which counts the samples.", ROW, ask),
        _value("wrong-dimension", lambda x: torch.softmax(x, 1),
               "The sum runs over dimension 1. It is the last one only for tensors of two "
               "dimensions.", ROW, ask),
        _value("wrong-dimension", lambda x: torch.softmax(x, -2),
               "The sum runs over the last dimension but one.", ROW, ask),
        _value("mean-for-sum", lambda x: x.exp() / x.exp().mean(-1, keepdim=True),
               "You divide by the mean of the exponentials: the rows add up to their length.",
               QUOTIENT, ask),
        _value("summed", lambda x: torch.softmax(x, -1).sum(-1),
               "You return the sums of the rows, which are 1.",
               "Return one probability for each logit.", ask),
    )  # fmt: skip


def _shift_mistakes() -> tuple[Mistake, ...]:
    both = "Compute the shifted exponentials once, and use them above and below the line."
    ask = "If every exponential above the line loses the factor e^m, what must happen below it?"
    return (
        _value("shift-in-one-place", lambda x: (x - _largest(x)).exp() / _sum(x.exp()),
               "The shift is in the numerator only. It cancels only where it stands above and "
               "below the line.", both, ask),
        _value("shift-in-one-place", lambda x: x.exp() / _sum((x - _largest(x)).exp()),
               "The shift is in the denominator only. It cancels only where it stands above and "
               "below the line.", both, ask),
        _value("not-normalised", lambda x: (x - _largest(x)).exp(),
               "The division by the sum is missing, or you divide by the largest exponential: "
               "the largest entry of each row is 1.", QUOTIENT,
               "What must the entries of a row add up to?"),
        _value("not-normalised", lambda x: x.exp(),
               "The division by the sum is missing: these are the exponentials.", QUOTIENT,
               "What must the entries of a row add up to?"),
        _value("shift-of-another-dimension", lambda x: torch.softmax(x - x.amax(0), -1),
               "The shift is the largest logit over the first dimension, so the entries of one "
               "row are shifted by different numbers. A shift cancels only if it is the same for "
               "the whole row.", SHIFT, ask),
        _value("shift-of-another-dimension",
               lambda x: torch.softmax(x - x.amax(1, keepdim=True), -1),
               "The shift is the largest logit over dimension 1. It is the last one only for "
               "tensors of two dimensions.", SHIFT, ask),
        _value("divided-not-shifted", lambda x: torch.softmax(x / _largest(x), -1),
               "You divide the logits by the largest one. Softmax sees differences: a shift "
               "leaves it unchanged, a division does not.", SHIFT,
               "Which change of all logits leaves x[i] − x[j] as it is?"),
    )  # fmt: skip


def _other_functions() -> tuple[Mistake, ...]:
    ask = "Must the entries of a row know of each other?"
    plain = "softmax(x)[i] = e^x[i] / Σ e^x[j], the sum over the row."
    return (
        _value("sigmoid-instead", lambda x: torch.sigmoid(x),
               "This is a sigmoid for each logit. The rows do not add up to 1.", QUOTIENT, ask),
        _value("log-softmax-instead", lambda x: torch.log_softmax(x, -1),
               "This is the logarithm of the softmax: the entries are negative.",
               "Return `.exp()` of it, which is stable too.",
               "May a probability be negative?"),
        _value("softmax-twice", lambda x: torch.softmax(torch.softmax(x, -1), -1),
               "Softmax is taken twice. The second one sees numbers between 0 and 1 and makes "
               "them almost equal.", "Apply it once.", "What does softmax do to [1, 0]?"),
        _value("sign-in-exponent", lambda x: torch.softmax(-x, -1),
               "The exponent has the wrong sign: the smallest logit gets the largest probability.",
               SHIFT, "Which class should get the largest probability?"),
        _value("exp-missing", lambda x: x / _sum(x),
               "You divide each logit by their sum, without exponentials. Negative logits give "
               "negative numbers.", plain, "May a probability be negative?"),
        _value("exp-missing", lambda x: x / _sum(x.exp()),
               "The numerator lacks its exponential.", plain, "May a probability be negative?"),
        _value("exp-missing", lambda x: x.exp() / _sum(x),
               "The denominator lacks its exponentials.", plain,
               "What must the entries of a row add up to?"),
        _value("divides-by-log", lambda x: x.exp() / x.logsumexp(-1, keepdim=True),
               "You divide by the logarithm of the sum. Subtract it before `exp`, or divide by "
               "the sum.", plain, "What is e^(x − log s)?"),
        _value("wrong-base", lambda x: torch.softmax(x * math.log(2), -1),
               "The base is 2. Softmax uses e.", "Use `exp`, not `exp2`.",
               "Which base has the exponential in softmax?"),
    )  # fmt: skip


def _gradient_mistakes() -> tuple[Mistake, ...]:
    keep = "Leave out `.detach()`, `.item()` and `.data`."
    ask = "The sum depends on every logit of the row. Does autograd know?"

    def p(x: Tensor) -> Tensor:
        return torch.softmax(x, -1)

    return (
        Mistake("sum-cut", lambda g, x: g * p(x),
                "The probabilities are right. Their gradient lacks a path: for autograd the sum "
                "below the line is a constant.", keep, ask),
        Mistake("numerator-cut", lambda g, x: -p(x) * _sum(g * p(x)),
                "The probabilities are right. Their gradient lacks a path: for autograd the "
                "exponentials above the line are constants.", keep, ask),
    )  # fmt: skip


def all_mistakes() -> tuple[Mistake, ...]:
    """The whole catalogue of softmax."""
    return (
        *_dimension_mistakes(),
        *_shift_mistakes(),
        *_other_functions(),
        *_gradient_mistakes(),
    )
