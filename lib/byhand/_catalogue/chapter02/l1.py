"""l1-backward."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from byhand._catalogue.chapter02.mse import REGIONS, pair
from byhand._checker.inputs import Inputs
from byhand._checker.kinds import BackwardFunction
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Band, Exercise, Ladder, Mistake, Output, Probe
from byhand._checker.standard import elementwise

SLOPE = "The slope of |d| is −1 or 1: it is the sign of d."


def _with_ties(inputs: Inputs) -> Args:
    """Some inputs equal their targets: there |d| has a kink."""
    grad_output, x, t = pair(inputs)
    x[..., 0] = t[..., 0]
    x[..., 1] = t[..., 1] + 1e-6  # and one stands a hair beside the kink
    return grad_output, x, t


FREE = 1e4
"""How far off an entry may be where a case is not about it, in multiples of its size."""


def _band(g: Tensor, x: Tensor, t: Tensor, beside: float) -> dict[str, tuple[Band]]:
    """Any slope from −1 to 1 at the kink; the sign elsewhere, give or take `beside`."""
    difference, size = x - t, (g / x.numel()).abs()
    slope = g * torch.sign(difference) / x.numel()
    kink, free = difference == 0, beside * size
    low, high = torch.where(kink, -size, slope - free), torch.where(kink, size, slope + free)
    return {"gradient": (Band(low, high),)}


def _at_kink(g: Tensor, x: Tensor, t: Tensor) -> dict[str, tuple[Band]]:
    """Only the kink counts."""
    return _band(g, x, t, FREE)


def _beside_kink(g: Tensor, x: Tensor, t: Tensor) -> dict[str, tuple[Band]]:
    """Every entry counts."""
    return _band(g, x, t, 0.0)


KINK = Probe(
    "wrong-at-kink",
    "inputs equal to their targets",
    _with_ties,
    "At input = target the result is no slope between −1 and 1 times grad_output / n. Perhaps "
    "d / |d| became 0 / 0.",
    "Use `torch.sign`, which gives 0 there.",
    expected=_at_kink,
)


BESIDE_KINK = Probe(
    "wrong-beside-kink",
    "inputs equal to their targets, or nearly so",
    _with_ties,
    "Where some inputs equal their targets, the numbers of other inputs are wrong. However small "
    "a difference is, only its sign counts; and n counts all elements, exact ones too.",
    "Use `torch.sign(input - target)`, and divide by `input.numel()`.",
    expected=_beside_kink,
    listed=False,
)


def _factor_mistakes() -> tuple[Mistake, ...]:
    mean = "Divide by `input.numel()` once."
    return (
        Mistake("missing-grad-output", lambda g, x, t: torch.sign(x - t) / x.numel(),
                "`grad_output` is not used.", "Multiply your formula by `grad_output`.",
                "If the next step is `3 * loss`, what does autograd hand to your function?"),
        Mistake("missing-mean", lambda g, x, t: g * torch.sign(x - t),
                "The factor 1/n is missing. This is the gradient of the sum, not of the mean.",
                mean, "How many errors are averaged, and what does each one weigh?"),
        Mistake("divides-by-batch", lambda g, x, t: g * torch.sign(x - t) / x.shape[0],
                "You divide by the batch size. The mean runs over all elements.", mean,
                "How many numbers does a 3 × 5 tensor hold?"),
        Mistake("divides-by-last-dimension", lambda g, x, t: g * torch.sign(x - t) / x.shape[-1],
                "You divide by the size of the last dimension. The mean runs over all elements.",
                mean, "How many numbers does a 3 × 5 tensor hold?"),
        Mistake("extra-two", lambda g, x, t: 2 * g * torch.sign(x - t) / x.numel(),
                "There is a factor 2 too many. It belongs to the square, and there is none here.",
                SLOPE, "What is the slope of |d|?"),
        Mistake("wrong-sign", lambda g, x, t: g * torch.sign(t - x) / x.numel(),
                "The sign is wrong: you use target − input.", "Use input − target.",
                "If a prediction is too large, does the loss grow or fall when you raise it?"),
    )  # fmt: skip


def _slope_mistakes() -> tuple[Mistake, ...]:
    count = "How many inputs can you move, and so how many slopes are there?"
    return (
        Mistake("sign-missing", lambda g, x, t: g * (x - t) / x.numel(),
                "You use the difference itself. For |d| only its sign counts: all errors pull "
                "equally hard.", SLOPE, "Is |d| steeper at d = 3 than at d = 1?"),
        Mistake("mse-gradient", lambda g, x, t: 2 * g * (x - t) / x.numel(),
                "This is the gradient of the mean squared error.", SLOPE,
                "Is |d| steeper at d = 3 than at d = 1?"),
        Mistake("value-not-gradient", lambda g, x, t: g * (x - t).abs() / x.numel(),
                "You return the absolute errors, divided by n: the terms of the loss, not its "
                "slopes.", SLOPE, "What is the slope of |d|?"),
        Mistake("value-not-gradient", lambda g, x, t: (x - t).abs().mean(),
                "You return the loss. The gradient has one number for each element.",
                "Differentiate the loss with respect to one element.", count),
        Mistake("value-not-gradient", lambda g, x, t: g * (x - t).abs().mean(),
                "You return the loss times `grad_output`. The gradient has one number for each "
                "element.", "Differentiate the loss with respect to one element.", count),
        Mistake("sign-always-positive", lambda g, x, t: g * torch.ones_like(x) / x.numel(),
                "The slope is +1 everywhere. On the left of the kink |d| falls.", SLOPE,
                "Which sign must the gradient have where the prediction is too small?"),
        Mistake("negative-side-missing", lambda g, x, t: g * (x > t).to(x.dtype) / x.numel(),
                "The slope is 0 where the input is below its target; it must be −1 there.", SLOPE,
                "Which way should a prediction move that is too small?"),
        Mistake("sign-of-input", lambda g, x, t: g * torch.sign(x) / x.numel(),
                "You use the sign of the input. The sign of input − target counts.",
                "Put the difference inside `torch.sign`.",
                "Where is the kink: at input = 0, or at input = target?"),
        Mistake("summed", lambda g, x, t: g * torch.sign(x - t).mean(),
                "The gradient is averaged or summed to one number. Each element keeps its own.",
                "Replace `.mean()` by a division by `input.numel()`.", count),
        Mistake("broadcast-difference",
                lambda g, x, t: g * torch.sign(x.reshape(-1, 1) - t.reshape(-1)) / x.numel(),
                "Each input is compared with every target: (N, 1) and (N,) broadcast to (N, N).",
                "Print `(input - target).shape`.",
                "What shape has a column of N numbers minus a row of N numbers?"),
    )  # fmt: skip


def backward(stub: str, solution: str) -> Exercise:
    """The gradient of the mean absolute error."""
    return Exercise(
        id="l1-backward",
        chapter=2,
        title="The backward of the mean absolute error",
        level=1,
        skills=("kink", "subgradient", "mean reduction"),
        kind=BackwardFunction("a function `f(grad_output, input, target)`"),
        name="l1_backward",
        parameters=("grad_output", "input", "target"),
        outputs=(Output("grad_input"),),
        make=pair,
        reference={"gradient": gradients(F.l1_loss, wrt=(0,))},
        mistakes=(*_factor_mistakes(), *_slope_mistakes()),
        regions=REGIONS,
        probes=(*elementwise(pair), KINK, BESIDE_KINK),
        ladder=Ladder(
            "Draw |d|. What is its slope on the left of zero, and what on the right?",
            "The slope has no size of its own, only a sign; the mean and grad_output do the rest.",
            "∂L/∂xᵢ = grad_output · sign(xᵢ − tᵢ) / n.",
            "return grad_output * torch.sign(...) / ...",
        ),
        stub=stub,
        solution=solution,
    )
