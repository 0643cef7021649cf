"""Wrong steps of gradient descent."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from byhand._catalogue.chapter07.drawn import Params
from byhand._checker.spec import Formula, Mistake

RULE = "w ← w − lr · g, with g = w.grad."
ONE = Callable[[Tensor, Tensor, float], Tensor]
"""The new parameter from the old one, its gradient and the learning rate."""


def each(rule: ONE) -> Formula:
    """The same rule for every parameter that has a gradient."""

    def formula(params: Params, lr: float) -> tuple[Tensor, ...]:
        values = [p.detach() for p in params]
        grads = [p.grad for p in params]
        return tuple(w if g is None else rule(w, g, lr) for w, g in zip(values, grads, strict=True))

    return formula


def _mistake(code: str, rule: ONE, message: str, step: str, hint: str) -> Mistake:
    return Mistake(code, each(rule), message, step, hint, part="value")


def _direction_mistakes() -> tuple[Mistake, ...]:
    where = "In which direction does the loss grow: along the gradient, or against it?"
    return (
        _mistake("wrong-sign", lambda w, g, lr: w + lr * g,
                 "The gradient is added. It points to where the loss grows, so the loss would "
                 "get larger with each step.", f"Subtract it: {RULE}", where),
        _mistake("sign-only", lambda w, g, lr: w - lr * g.sign(),
                 "Only the sign of the gradient is used: every number moves by lr, whether its "
                 "slope is steep or flat.", RULE, "How far should a number move whose slope is "
                 "almost 0?"),
        _mistake("normalised-gradient", lambda w, g, lr: w - lr * g / g.norm(),
                 "The gradient of each parameter is divided by its length: the step is as long "
                 "near the minimum as far from it.", RULE, "How long should a step be where the "
                 "ground is almost flat?"),
        _mistake("averaged-gradient", lambda w, g, lr: w - lr * g.mean(),
                 "All numbers of a parameter move by the same amount: the mean of its gradient.",
                 RULE, "Does each number of a parameter have its own slope?"),
        _mistake("summed-gradient", lambda w, g, lr: w - lr * g.sum(),
                 "All numbers of a parameter move by the same amount: the sum of its gradient.",
                 RULE, "Does each number of a parameter have its own slope?"),
        _mistake("divided-by-size", lambda w, g, lr: w - lr * g / g.numel(),
                 "The gradient is divided by the number of its entries. A mean in the loss is "
                 "already inside the gradient.", RULE, "Who takes the mean, the loss or the step?"),
        _mistake("divided-by-size", lambda w, g, lr: w - lr * g / len(w),
                 "The gradient is divided by the number of rows of the parameter. A mean in the "
                 "loss is already inside the gradient.", RULE,
                 "Who takes the mean, the loss or the step?"),
        _mistake("gradient-squared", lambda w, g, lr: w - lr * g * g,
                 "The gradient is squared, and so its sign is lost.", RULE,
                 "Which way does a number move whose gradient is negative?"),
    )  # fmt: skip


def _rate_mistakes() -> tuple[Mistake, ...]:
    ask = "How far does a step go for the same gradient if lr is twice as large?"
    return (
        _mistake("lr-missing", lambda w, g, lr: w - g,
                 "The learning rate is missing: the step is the whole gradient.",
                 f"Multiply the gradient by lr: {RULE}", ask),
        _mistake("lr-divides", lambda w, g, lr: w - g / lr,
                 "The gradient is divided by the learning rate. A small rate must give a small "
                 "step.", f"Multiply by lr: {RULE}", ask),
        _mistake("lr-squared", lambda w, g, lr: w - lr * lr * g,
                 "The learning rate is multiplied in twice.", f"Multiply by lr once: {RULE}", ask),
        _mistake("updated-twice", lambda w, g, lr: w - 2 * lr * g,
                 "The step is twice as long as it should be, as if it was made twice.",
                 f"Subtract lr · g once: {RULE}", "How often does the update run for each "
                 "parameter?"),
        _mistake("half-step", lambda w, g, lr: w - lr * g / 2,
                 "The step is half as long as it should be.",
                 f"Leave out the factor 1/2: {RULE}", ask),
        _mistake("lr-fixed", lambda w, g, lr: w - 0.1 * g,
                 "The step is 0.1 · g, whatever lr is.", f"Use the argument: {RULE}", ask),
        _mistake("lr-fixed", lambda w, g, lr: w - 0.01 * g,
                 "The step is 0.01 · g, whatever lr is.", f"Use the argument: {RULE}", ask),
        _mistake("lr-fixed", lambda w, g, lr: w - 1e-3 * g,
                 "The step is 0.001 · g, whatever lr is.", f"Use the argument: {RULE}", ask),
        _mistake("everything-scaled", lambda w, g, lr: lr * (w - g),
                 "The learning rate multiplies the parameter too, and shrinks it.",
                 f"lr is a factor of the gradient alone: {RULE}",
                 "What should happen to w where the gradient is zero?"),
        _mistake("weight-shrinks", lambda w, g, lr: w - lr * (g + w),
                 "On top of the step the parameter is shrunk by lr · w. That is weight decay, "
                 "which this exercise does not ask for.", RULE,
                 "What should happen to w where the gradient is zero?"),
    )  # fmt: skip


def _place_mistakes() -> tuple[Mistake, ...]:
    ask = "What should happen to w where the gradient is zero?"
    return (
        _mistake("overwritten", lambda w, g, lr: -lr * g,
                 "The parameter is overwritten by the step: the old number is lost.",
                 f"Change the old number: {RULE}", ask),
        _mistake("overwritten", lambda w, g, lr: lr * g,
                 "The parameter is overwritten by lr · g: the old number is lost.",
                 f"Change the old number: {RULE}", ask),
        _mistake("overwritten", lambda w, g, lr: g,
                 "The parameter is overwritten by its gradient.", f"Change the old number: {RULE}",
                 ask),
        _mistake("subtraction-reversed", lambda w, g, lr: lr * g - w,
                 "The subtraction is the wrong way round: w is taken away from the step.",
                 f"{RULE}", ask),
        _mistake("multiplied", lambda w, g, lr: w * (1 - lr * g),
                 "The step is multiplied by the parameter. A gradient step is added, whatever the "
                 "size of w.", RULE, "How does a parameter that is 0 get away from 0?"),
        _mistake("all-zero", lambda w, g, lr: torch.zeros_like(w),
                 "The parameter is zero afterwards. It is `.grad` that must be cleared.",
                 "Clear `.grad`, not the parameter: `p.grad = None`.",
                 "Which of the two, p or p.grad, belongs to one step only?"),
        _mistake("gradient-not-used", lambda w, g, lr: w - lr * w,
                 "The parameter is shrunk by lr · w; the gradient is not used.", RULE,
                 "Which tensor says how the loss changes?"),
    )  # fmt: skip


def all_mistakes() -> tuple[Mistake, ...]:
    """The whole catalogue of gradient descent."""
    return (*_direction_mistakes(), *_rate_mistakes(), *_place_mistakes())
