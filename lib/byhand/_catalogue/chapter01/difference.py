"""central-difference."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from byhand._catalogue.chapter01.difference_mistakes import (
    Function,
    move_mistakes,
    right,
    side_mistakes,
)
from byhand._checker.inputs import Inputs
from byhand._checker.kinds import BackwardFunction
from byhand._checker.spec import Args, Exercise, Ladder, Output, Probe
from byhand._checker.standard import not_contiguous, one_number


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


def _number(inputs: Inputs) -> Args:
    """One entry, in a tensor without dimensions."""
    return _function(inputs.positive(1)), inputs.values(), 0.25


NOT_CONTIGUOUS = replace(
    not_contiguous(_arguments),
    next_step="`flatten`, `reshape` and `ravel` may give a copy: writing into it does not move x.",
)
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
        reference={"gradient": right},
        mistakes=(*side_mistakes(), *move_mistakes()),
        probes=(one_number(_arguments), NOT_CONTIGUOUS, SCALAR),
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
