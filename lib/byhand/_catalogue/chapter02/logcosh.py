"""log-cosh-stable."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

import math

import torch
from torch import Tensor

from byhand._catalogue.chapter02.mse import pair
from byhand._checker.inputs import Inputs
from byhand._checker.kinds import ForwardFunction
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Exercise, Ladder, Mistake, Output, Probe
from byhand._checker.standard import standard

LOG2 = math.log(2)
FORM = "log(cosh d) = d + log(1 + e^(−2d)) − log 2; `F.softplus` computes log(1 + e^z) safely."


def _loss(x: Tensor, t: Tensor) -> Tensor:
    d = x - t
    return (torch.logaddexp(d, -d) - LOG2).mean()


def _far(inputs: Inputs) -> Args:
    """Differences of about −1000 and 1000, where e^1000 is larger than any number."""
    grad_output, x, t = pair(inputs)
    x[..., 0], x[..., 1] = x[..., 0] - 1000, x[..., 1] + 1000
    return grad_output, x, t


def _equal(inputs: Inputs) -> Args:
    grad_output, x, t = pair(inputs)
    x[..., 0] = t[..., 0]
    return grad_output, x, t


def _far_probe(dtype: torch.dtype, words: str) -> tuple[Probe, Probe]:
    """The value first, then the gradient: each fails for its own reason."""
    return (
        Probe(
            "overflow",
            f"differences of ±1000{words}",
            _far,
            "cosh(1000) is too large for any floating-point number, so the loss becomes infinite "
            "or wrong. The right value is about |d| − log 2.",
            FORM,
            dtype=dtype,
            shape=(3, 5),
            kind=ForwardFunction("loss", parts=("value",)),
        ),
        Probe(
            "wrong-gradient-far-away",
            f"differences of ±1000{words}",
            _far,
            "The loss is right, its gradient is not. A NaN here comes from a branch that "
            "overflows although `torch.where` does not choose it: 0 · ∞ is NaN. A zero comes from "
            "`clamp`.",
            FORM,
            dtype=dtype,
            shape=(3, 5),
        ),
    )


PROBES = (
    *standard(pair),
    Probe(
        "wrong-at-zero",
        "inputs equal to their targets",
        _equal,
        "At d = 0 the loss is 0 and its slope is 0.",
        "Look for a division by d, or for the root of d².",
    ),
    *_far_probe(torch.float64, ""),
    *_far_probe(torch.float32, " in float32"),
)


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


def stable(stub: str, solution: str) -> Exercise:
    """The log-cosh loss without overflow."""
    return Exercise(
        id="log-cosh-stable",
        chapter=2,
        title="log-cosh without overflow",
        level=3,
        skills=("numerical stability", "softplus", "torch.where and NaN"),
        kind=ForwardFunction("loss", "a function `f(input, target)` that returns the mean loss"),
        name="log_cosh",
        parameters=("grad_output", "input", "target"),
        outputs=(Output("grad_input"), Output("grad_target")),
        make=pair,
        reference={"value": _loss, "gradient": gradients(_loss, wrt=(0, 1))},
        mistakes=(*_reduction_mistakes(), *_formula_mistakes()),
        probes=PROBES,
        ladder=Ladder(
            "How large is cosh(1000), and how large is its logarithm?",
            "Write cosh d = (e^d + e^−d)/2, and pull the larger exponential out of the sum.",
            FORM,
            "difference = input - target\nreturn (... + F.softplus(...) - ...).mean()",
        ),
        stub=stub,
        solution=solution,
    )
