"""Wrong values of the log-cosh loss that people write."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

import math

import torch
import torch.nn.functional as F

from byhand._checker.spec import Mistake

LOG2 = math.log(2)
FORM = "log(cosh d) = d + log(1 + e^(−2d)) − log 2; `F.softplus` computes log(1 + e^z) safely."


def _value(code: str, formula: object, message: str, next_step: str, hint: str) -> Mistake:
    assert callable(formula)
    return Mistake(code, lambda x, t: formula(x - t), message, next_step, hint, "value")


def _reduction_mistakes() -> tuple[Mistake, ...]:
    mean = "End with `.mean()`."
    return (
        _value("missing-mean", lambda d: d.cosh().log().sum(),
               "The losses are summed. This exercise asks for their mean.", mean,
               "How many losses are there, and what does each one weigh in the mean?"),
        _value("not-reduced", lambda d: d.cosh().log(),
               "You return one loss for each element. This exercise asks for their mean.", mean,
               "Which shape should a loss have before `backward()`?"),
        _value("divides-by-batch", lambda d: d.cosh().log().sum() / d.shape[0],
               "You divide by the batch size. The mean runs over all elements.", mean,
               "How many numbers does a 3 × 5 tensor hold?"),
        _value("log-outside-mean", lambda d: d.cosh().mean().log(),
               "The logarithm is taken of the mean. The mean is taken of the logarithms.",
               "First `log`, then `mean`.", "Which comes first in mean(log(cosh(d)))?"),
        _value("mean-too-early", lambda d: d.mean().cosh().log(),
               "The mean is taken of the differences, where opposite errors cancel.",
               "Take the mean last.", "Can two wrong predictions have a loss of zero?"),
    )  # fmt: skip


def _other_losses() -> tuple[Mistake, ...]:
    ask = "Which two exponentials does cosh d consist of?"

    def other(name: str, formula: object) -> Mistake:
        return _value("another-loss", formula, f"This is the {name}, not log(cosh d). The two are "
                      "alike, and not the same.", FORM, ask)  # fmt: skip

    return (
        other("mean absolute error", lambda d: d.abs().mean()),
        other("mean squared error", lambda d: (d**2).mean()),
        other("Huber loss with δ = 1", lambda d: F.huber_loss(d, torch.zeros_like(d))),
        other("pseudo-Huber loss √(1 + d²) − 1", lambda d: ((1 + d**2).sqrt() - 1).mean()),
    )


def _formula_mistakes() -> tuple[Mistake, ...]:
    softplus = torch.nn.functional.softplus
    ask = "What is cosh(0), and its logarithm?"
    return (
        _value("missing-log-two", lambda d: (d + softplus(-2 * d)).mean(),
               "The constant −log 2 is missing: the loss of a perfect prediction must be 0.",
               "Subtract log 2.", ask),
        _value("adds-log-two", lambda d: (d + softplus(-2 * d) + LOG2).mean(),
               "log 2 is added. It is subtracted: cosh d = (e^d + e^−d) / 2.",
               "Subtract log 2.", ask),
        _value("exponent-without-two", lambda d: (d + softplus(-d) - LOG2).mean(),
               "The exponent lacks a factor 2: pulling e^d out of e^d + e^−d leaves 1 + e^(−2d).",
               FORM, "What is e^−d divided by e^d?"),
        _value("wrong-sign-in-exponent", lambda d: (d + softplus(2 * d) - LOG2).mean(),
               "The exponent has the wrong sign: pulling e^d out leaves 1 + e^(−2d).", FORM,
               "What is e^−d divided by e^d?"),
        _value("absolute-missing", lambda d: (d + (-2 * d.abs()).exp().log1p() - LOG2).mean(),
               "The first term must be |d| when the exponent holds |d|: for negative d the loss "
               "is wrong.", "Use |d| in both places, or in neither.",
               "log(cosh d) is the same for d and −d. Is your formula?"),
        _value("absolute-in-one-place", lambda d: (d.abs() + softplus(-2 * d) - LOG2).mean(),
               "The exponent must hold |d| when the first term is |d|: for negative d the loss "
               "is wrong.", "Use |d| in both places, or in neither.",
               "log(cosh d) is the same for d and −d. Is your formula?"),
        _value("approximation", lambda d: (d.abs() - LOG2).mean(),
               "This is the value far from zero, |d| − log 2. Near zero the remaining term counts.",
               FORM, ask),
        _value("approximation", lambda d: (d**2 / 2).mean(),
               "This is the value near zero, ½d². Far from zero the loss grows linearly.", FORM,
               "How does cosh d grow for large d?"),
        _value("missing-log", lambda d: d.cosh().mean(), "The logarithm is missing.", FORM, ask),
        _value("value-not-asked", lambda d: d.tanh().mean(),
               "This is the mean of tanh d, the slope of the loss. The value is asked for; "
               "autograd finds the slope.", FORM, "What is the derivative of log(cosh d)?"),
        Mistake("difference-forgotten", lambda x, t: (x.cosh().log() - t.cosh().log()).mean(),
                "The loss is a function of input − target, not a difference of two losses.",
                "Begin with `difference = input - target`.",
                "Which loss should a perfect prediction have?", "value"),
        Mistake("target-forgotten", lambda x, t: x.cosh().log().mean(),
                "The target does not appear.", "Begin with `difference = input - target`.",
                "Which loss should a perfect prediction have?", "value"),
        _value("wrong-base", lambda d: d.cosh().log2().mean(),
               "The logarithm has base 2. The natural logarithm is meant.",
               "Use `torch.log`.", "What is the slope of log₂ x at 1?"),
        _value("wrong-base", lambda d: d.cosh().log10().mean(),
               "The logarithm has base 10. The natural logarithm is meant.",
               "Use `torch.log`.", "What is the slope of log₁₀ x at 1?"),
    )  # fmt: skip


def all_mistakes() -> tuple[Mistake, ...]:
    """The whole catalogue of the log-cosh loss."""
    return (*_reduction_mistakes(), *_other_losses(), *_formula_mistakes())
