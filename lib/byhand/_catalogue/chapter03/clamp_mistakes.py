"""The wrong formulas of clamp-function."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

import torch
from torch import Tensor

from byhand._catalogue.chapter03.points import ALONE, HANDED, value
from byhand._checker.spec import Formula, Mistake

MASK = "Use `grad_output * ((x > lo) & (x < hi))`."
DRAW = "Draw y over x for lo = −1, hi = 2. Where is the line level, and where does it rise?"
SIDES = "How many level parts does the line have, and which of your comparisons finds each?"


def _gradient(code: str, formula: Formula, message: str, step: str, hint: str) -> Mistake:
    """A wrong gradient of x; None for the two numbers is right."""
    return Mistake(
        code, lambda g, x, lo, hi: (formula(g, x, lo, hi), None, None), message, step, hint
    )


def _inside(x: Tensor, lo: float, hi: float) -> Tensor:
    return (x > lo) & (x < hi)


def gradient_mistakes() -> tuple[Mistake, ...]:
    """Wrong gradients of x."""
    who = "Which tensor says whether y was cut off: x or grad_output?"
    return (
        _gradient("missing-grad-output", lambda g, x, lo, hi: _inside(x, lo, hi).to(x.dtype),
                  "`grad_output` is not used. backward returns the slope alone, ones and zeros.",
                  "Multiply the slope by `grad_output`.", HANDED),
        _gradient("mask-missing", lambda g, x, lo, hi: g,
                  "The gradient passes everywhere. Where y is cut off it does not move, so "
                  "nothing may come back.", MASK, DRAW),
        _gradient("upper-end-missing", lambda g, x, lo, hi: g * (x > lo),
                  "The gradient passes where x > hi. y is level there too.", MASK, SIDES),
        _gradient("lower-end-missing", lambda g, x, lo, hi: g * (x < hi),
                  "The gradient passes where x < lo. y is level there too.", MASK, SIDES),
        _gradient("mask-inverted", lambda g, x, lo, hi: g * ~_inside(x, lo, hi),
                  "The gradient passes outside of the limits, and is stopped inside.", MASK, DRAW),
        _gradient("mask-of-grad-output", lambda g, x, lo, hi: g * _inside(g, lo, hi),
                  "The mask is made from `grad_output`. It is x that lies inside or outside.",
                  MASK, who),
        _gradient("grad-output-clamped", lambda g, x, lo, hi: g.clamp(lo, hi),
                  "You clamp `grad_output`. It passes as it is, or not at all; x decides.",
                  MASK, who),
        _gradient("grad-output-clamped",
                  lambda g, x, lo, hi: g.clamp(lo, hi) * _inside(x, lo, hi),
                  "You clamp `grad_output` as well. Inside it passes as it is.", MASK, who),
        _gradient("limits-symmetric", lambda g, x, lo, hi: g * (x.abs() < hi),
                  "You compare |x| with hi. The lower limit is lo, not −hi.", MASK, SIDES),
        _gradient("mask-of-relu", lambda g, x, lo, hi: g * (x > 0),
                  "The gradient passes where x > 0. That is ReLU's; the limits are lo and hi.",
                  MASK, DRAW),
        _gradient("times-input", lambda g, x, lo, hi: g * x * _inside(x, lo, hi),
                  "There is a factor x too many. Inside the slope is 1.", MASK,
                  "How steep is y = x?"),
        _gradient("value-not-slope", lambda g, x, lo, hi: g * x.clamp(lo, hi),
                  "You multiply by y, the value. backward needs the slope of y: 1 or 0.",
                  MASK, "How steep is y = x?"),
        _gradient("value-not-gradient", lambda g, x, lo, hi: x.clamp(lo, hi),
                  "backward returns y. The gradient is `grad_output` where x lies inside.",
                  MASK, DRAW),
        _gradient("limits-not-zero",
                  lambda g, x, lo, hi: torch.where(
                      x < lo, torch.full_like(g, lo),
                      torch.where(x > hi, torch.full_like(g, hi), g)),
                  "Outside you return the limits. They are values of y; the gradient there is 0.",
                  MASK, DRAW),
        _gradient("gradient-zero", lambda g, x, lo, hi: torch.zeros_like(g),
                  "The gradient is zero everywhere. Between the limits y = x, and the slope is 1. "
                  "If you compare x with lo and hi: no number lies above hi and below lo.",
                  MASK, DRAW),
        _gradient("negative-above", lambda g, x, lo, hi: torch.where(
                      x > hi, -g, g * (x > lo)),
                  "Where x > hi the gradient is −grad_output. y is level there: 0.", MASK, DRAW),
        _gradient("gradient-summed", lambda g, x, lo, hi: (g * _inside(x, lo, hi)).sum(),
                  "The gradient is summed to one number. x has one number for each element.",
                  "Leave out the sum.", ALONE),
    )  # fmt: skip


def value_mistakes() -> tuple[Mistake, ...]:
    """Wrong forwards."""
    same, ask = "Use `x.clamp(lo, hi)`.", "What is y for x = 5, and for x = −5, if lo = −1, hi = 2?"
    return (
        value("value-not-clamped", lambda x, lo, hi: x, "forward returns x itself.", same, ask),
        value("value-lower-only", lambda x, lo, hi: x.clamp(min=lo),
              "forward cuts off below lo only.", same, ask),
        value("value-upper-only", lambda x, lo, hi: x.clamp(max=hi),
              "forward cuts off above hi only.", same, ask),
        value("value-limits-swapped", lambda x, lo, hi: x.clamp(min=hi),
              "forward takes the larger one of x and hi: the two limits, or minimum and maximum, "
              "are in each other's place.", same, ask),
        value("value-limits-swapped", lambda x, lo, hi: x.clamp(max=lo),
              "forward takes the smaller one of x and lo: the two limits, or minimum and maximum, "
              "are in each other's place.", same, ask),
        value("value-limits-swapped", lambda x, lo, hi: torch.full_like(x, lo),
              "forward returns lo everywhere: the two limits, or minimum and maximum, are in each "
              "other's place.", same, ask),
        value("value-limits-swapped", lambda x, lo, hi: torch.full_like(x, hi),
              "forward returns hi everywhere: the two limits, or minimum and maximum, are in each "
              "other's place.", same, ask),
        value("value-zero-outside", lambda x, lo, hi: x * _inside(x, lo, hi),
              "forward returns 0 outside of the limits. It must return the limit itself.",
              same, ask),
        value("value-symmetric", lambda x, lo, hi: x.clamp(-abs(hi), abs(hi)),
              "forward uses −hi as the lower limit. It is lo.", same, ask),
        value("value-is-mask", lambda x, lo, hi: _inside(x, lo, hi).to(x.dtype),
              "forward returns ones and zeros: the slope of y, not y.", same, ask),
    )  # fmt: skip
