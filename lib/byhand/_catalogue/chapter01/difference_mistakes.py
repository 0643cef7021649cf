"""Wrong ways to take central differences."""

# ruff: noqa: ARG001, ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from byhand._checker.spec import Formula, Mistake

Function = Callable[[Tensor], Tensor]


def _slopes(slope: Callable[[Function, Tensor, Tensor, float], Tensor]) -> Formula:
    """One slope for each entry, from the function, x and a move of that entry by `step`.

    All moves are made at once: `slope` gets x and the moves with one dimension more, in front,
    and a function that gives one value for each of them. A check evaluates many formulas.
    """

    def formula(function: Function, x: Tensor, step: float) -> Tensor:
        moves = torch.eye(x.numel(), dtype=x.dtype, device="cpu").reshape(-1, *x.shape) * step
        return slope(torch.vmap(function), x.expand_as(moves), moves, step).reshape(x.shape)

    return formula


right = _slopes(lambda f, x, e, h: (f(x + e) - f(x - e)) / (2 * h))


def side_mistakes() -> tuple[Mistake, ...]:
    """Another quotient than the central one."""
    both = "Use `function(x + move) - function(x - move)`, divided by `2 * step`."
    ask = "How far apart are the two points that you compare?"
    return (
        Mistake("forward-difference", _slopes(lambda f, x, e, h: (f(x + e) - f(x)) / h),
                "This is the forward difference: x + step against x. Its error shrinks like step; "
                "that of the central difference like step².", both,
                "On which side of x do you look, and on which sides should you?"),
        Mistake("backward-difference", _slopes(lambda f, x, e, h: (f(x) - f(x - e)) / h),
                "This is the backward difference: x against x − step. The central difference "
                "looks at both sides.", both,
                "On which side of x do you look, and on which sides should you?"),
        Mistake("missing-two", _slopes(lambda f, x, e, h: (f(x + e) - f(x - e)) / h),
                "You divide by step. The two points lie 2 · step apart.", "Divide by `2 * step`.",
                ask),
        Mistake("half-forward", _slopes(lambda f, x, e, h: (f(x + e) - f(x)) / (2 * h)),
                "You compare x + step with x, and divide by 2 · step. These two points lie one "
                "step apart.", both, ask),
        Mistake("not-divided", _slopes(lambda f, x, e, h: f(x + e) - f(x - e)),
                "This is a difference of values. A slope divides it by the distance.",
                "Divide by `2 * step`.", ask),
        Mistake("missing-parentheses",
                _slopes(lambda f, x, e, h: (f(x + e) - f(x - e)) / 2 * h),
                "`/ 2 * step` divides by 2 and then multiplies by step.",
                "Write `/ (2 * step)`.", ask),
        Mistake("missing-parentheses",
                _slopes(lambda f, x, e, h: f(x + e) - f(x - e) / (2 * h)),
                "Only the second value is divided. A quotient comes before a difference.",
                "Write `(function(…) - function(…)) / (2 * step)`.", ask),
        Mistake("half-step", _slopes(lambda f, x, e, h: (f(x + e / 2) - f(x - e / 2)) / h),
                "You move by step / 2 to each side. This exercise moves by step to each side, and "
                "divides by 2 · step.", both, ask),
        Mistake("sides-swapped", _slopes(lambda f, x, e, h: (f(x - e) - f(x + e)) / (2 * h)),
                "The sign is wrong: the value at x − step is subtracted from the value at "
                "x + step.", both, "Which of the two is larger where the slope is positive?"),
        Mistake("sides-added", _slopes(lambda f, x, e, h: (f(x + e) + f(x - e)) / (2 * h)),
                "You add the two values. A slope is a difference.", both,
                "Which of the two is larger where the slope is positive?"),
        Mistake("second-derivative",
                _slopes(lambda f, x, e, h: (f(x + e) - 2 * f(x) + f(x - e)) / h**2),
                "This is the second derivative, the change of the slope.", both,
                "Which formula gives zero for a straight line, and which gives its slope?"),
        Mistake("step-squared", _slopes(lambda f, x, e, h: (f(x + e) - f(x - e)) / (2 * h**2)),
                "You divide by 2 · step².", "Divide by `2 * step`.", ask),
    )  # fmt: skip


def _directional(function: Function, x: Tensor, step: float) -> Tensor:
    return (function(x + step) - function(x - step)) / (2 * step)


def _drifting(back: float) -> Formula:
    """Entries that were treated before stay moved by `back` steps."""

    def slope(function: Function, x: Tensor, move: Tensor, step: float) -> Tensor:
        each = move.reshape(len(move), -1)
        stayed = (torch.ones_like(each).tril(-1) * back * step).reshape(move.shape)
        return (function(x + stayed + move) - function(x + stayed - move)) / (2 * step)

    return _slopes(slope)


def _rows(function: Function, x: Tensor, step: float) -> Tensor:
    """All entries x[k, …] moved together, for each k."""
    ones = (1,) * (x.ndim - 1)
    moves = torch.eye(len(x), dtype=x.dtype, device="cpu").reshape(len(x), len(x), *ones) * step
    value = torch.vmap(function)
    found = (value(x + moves) - value(x - moves)) / (2 * step)
    return found.reshape(-1, *ones).expand_as(x)


def _entry_alone(function: Function, x: Tensor, step: float) -> Tensor:
    """The function of a tensor that holds a single entry."""
    return _directional(torch.vmap(function), x.reshape(-1), step).reshape(x.shape)


def _exact(function: Function, x: Tensor, step: float) -> Tensor:
    found: Tensor = torch.func.grad(function)(x)
    return found


def move_mistakes() -> tuple[Mistake, ...]:
    """Other entries move too, or none does."""
    one = "Move one entry at a time, and leave all others where they are."
    ask = "Which entries of x are different in the two calls of `function`?"
    alone = "One number is left, the sum of all slopes. Each entry of x has a slope of its own."
    back = "Put each entry back before you move the next one, or begin with a fresh copy of x."
    return (
        Mistake("all-moved-at-once", lambda f, x, h: _directional(f, x, h).expand(x.shape),
                "All entries of x move at the same time, so every entry gets the same number: the "
                "slope along the direction (1, 1, …, 1).", one, ask),
        Mistake("all-moved-at-once", _directional,
                "All entries of x move at the same time, and one number comes out: the slope along "
                "the direction (1, 1, …, 1).", one, ask),
        Mistake("all-moved-at-once",
                lambda f, x, h: ((f(x + h) - f(x)) / h).expand(x.shape),
                "All entries of x move at the same time, and only to one side.", one, ask),
        Mistake("rows-moved-at-once", _rows,
                "All entries of a row move at the same time, so each of them gets the sum of the "
                "slopes of its row.", f"{one} `x[k]` is a whole row where x has two dimensions.",
                ask),
        Mistake("entry-alone", _entry_alone,
                "You call `function` with one entry. It takes a tensor of x's shape: all entries, "
                "of which one has moved.", one, ask),
        Mistake("same-point-twice", lambda f, x, h: torch.zeros_like(x),
                "All slopes are 0. `up = x` makes no copy: if `up` and `down` are names of one "
                "tensor, both moves change it, and both values are the same.",
                "Begin each of the two points with `x.clone()`.",
                "Are your two points two tensors, or one tensor with two names?"),
        Mistake("summed", lambda f, x, h: right(f, x, h).sum(), alone,
                "Keep one slope for each entry, in the shape of x.",
                "How many entries can you move, and so how many slopes are there?"),
        Mistake("not-put-back", _drifting(-1),
                "The entries that you treated before stay at x − step.", back, ask),
        Mistake("not-put-back", _drifting(1),
                "The entries that you treated before stay at x + step.", back, ask),
        Mistake("step-ignored", _exact,
                "The result does not depend on `step`. It is the exact gradient, from autograd or "
                "from a very small step of your own.", "Use the `step` that is handed to you, and "
                "no autograd: this number is meant to check autograd.",
                "Should the result stay the same when step becomes 0.5?"),
        Mistake("value-not-gradient", lambda f, x, h: f(x).expand(x.shape),
                "You return the value of the function.", "Divide a difference of two values by "
                "their distance.", "How many values of the function does a slope need?"),
        Mistake("value-not-gradient", lambda f, x, h: f(x),
                "You return the value of the function.", "Divide a difference of two values by "
                "their distance.", "How many values of the function does a slope need?"),
    )  # fmt: skip
