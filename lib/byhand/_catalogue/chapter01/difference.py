"""central-difference."""

# ruff: noqa: ARG001, ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from byhand._checker.inputs import Inputs
from byhand._checker.kinds import BackwardFunction
from byhand._checker.spec import Args, Exercise, Formula, Ladder, Mistake, Output, Probe
from byhand._checker.standard import not_contiguous, one_number

Function = Callable[[Tensor], Tensor]


def _function(weight: Tensor) -> Function:
    """A smooth function in which every entry meets its neighbours; its third slopes are not 0."""

    def function(x: Tensor) -> Tensor:
        flat = x.reshape(-1)
        return (weight * flat**3 / 4 + torch.sin(flat * flat.roll(1)) + flat**2 / 2).sum()

    return function


def _arguments(inputs: Inputs) -> Args:
    x = inputs.values(*inputs.shape())
    weight = inputs.positive(x.numel())
    return _function(weight), x, (0.25, 0.125, 0.5, 0.0625)[inputs.seed % 4]


def _slopes(slope: Callable[[Function, Tensor, Tensor, float], Tensor]) -> Formula:
    """One slope for each entry, from the function, x and a move of that entry by `step`."""

    def formula(function: Function, x: Tensor, step: float) -> Tensor:
        moves = torch.eye(x.numel(), dtype=x.dtype, device="cpu") * step
        found = [slope(function, x, move.reshape(x.shape), step) for move in moves]
        return torch.stack(found).reshape(x.shape)

    return formula


_right = _slopes(lambda f, x, e, h: (f(x + e) - f(x - e)) / (2 * h))


def _side_mistakes() -> tuple[Mistake, ...]:
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

    def formula(function: Function, x: Tensor, step: float) -> Tensor:
        flat, found = x.clone().reshape(-1), []
        for k in range(len(flat)):
            here = flat[k].clone()
            flat[k] = here + step
            high = function(flat.reshape(x.shape))
            flat[k] = here - step
            found.append((high - function(flat.reshape(x.shape))) / (2 * step))
            flat[k] = here + back * step
        return torch.stack(found).reshape(x.shape)

    return formula


def _exact(function: Function, x: Tensor, step: float) -> Tensor:
    found: Tensor = torch.func.grad(function)(x)
    return found


def _one_move_for_all() -> tuple[Mistake, ...]:
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
        Mistake("summed", lambda f, x, h: _right(f, x, h).sum(), alone,
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


def _number(inputs: Inputs) -> Args:
    """One entry, in a tensor without dimensions."""
    return _function(inputs.positive(1)), inputs.values(), 0.25


SCALAR = Probe(
    "wrong-for-a-number",
    "an x of shape ()",
    _number,
    "The slope is right for larger tensors, and wrong for an x of shape ().",
    "Count with `x.numel()`, and give the result x's shape with `reshape(x.shape)`.",
)


def difference(stub: str, solution: str) -> Exercise:
    """A gradient from values of the function alone."""
    return Exercise(
        id="central-difference",
        chapter=1,
        title="A gradient without calculus",
        level=2,
        skills=("finite differences", "one entry at a time"),
        kind=BackwardFunction("a function `f(function, x, step)`"),
        name="central_difference",
        parameters=("function", "x", "step"),
        outputs=(Output("slopes"),),
        make=_arguments,
        reference={"gradient": _right},
        mistakes=(*_side_mistakes(), *_one_move_for_all()),
        probes=(one_number(_arguments), not_contiguous(_arguments), SCALAR),
        dims=lambda f, x, h: {
            "n": float(x.numel()), "the batch size": float(x.shape[0]), "step": h
        },
        ladder=Ladder(
            "Which two points do you compare to find the slope for one entry, and how far apart "
            "are they?",
            "Go through the entries one by one. Two calls of `function` for each of them; all "
            "other entries stay where they are.",
            "slope[k] = (function(x + step · eₖ) − function(x − step · eₖ)) / (2 · step), where "
            "eₖ is 1 at entry k and 0 elsewhere.",
            "slopes = torch.zeros(x.numel(), dtype=x.dtype)\nfor k in range(x.numel()):\n"
            "    move = ...  # step at entry k, 0 elsewhere, in x's shape\n"
            "    slopes[k] = (function(...) - function(...)) / ...\n"
            "return slopes.reshape(x.shape)",
        ),
        stub=stub,
        solution=solution,
    )  # fmt: skip
