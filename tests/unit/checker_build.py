"""Answers built from the wrong formulas of a catalogue, and from the texts of the cells."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.autograd import Function
from torch.optim import Optimizer
from torch.utils.data import DataLoader

from byhand._catalogue import every_exercise
from byhand._catalogue.chapter01.node_kind import GraphWalk
from byhand._checker.api import find
from byhand._checker.function_kind import FunctionClass
from byhand._checker.kinds import ForwardFunction, Value
from byhand._checker.spec import Exercise, Formula, Mistake
from tests.unit.checker_steps import BUILDERS
from tests.unit.checker_steps_08 import BUILDERS_08

EXERCISES = every_exercise()
IDS = tuple(exercise.id for exercise in EXERCISES)
PAPER = tuple(x.id for x in EXERCISES if isinstance(x.kind, Value))
"""Exercises whose answer is numbers."""
CLASSES = tuple(x.id for x in EXERCISES if isinstance(x.kind, FunctionClass))
"""Exercises whose answer is an autograd.Function."""
CALLED = tuple(id for id in IDS if id not in (*PAPER, *CLASSES))
"""Exercises whose answer is called by the check."""


def run_cell(exercise: Exercise, text: str) -> Any:
    """What a notebook cell defines, under the imports of the chapter's first cell."""
    names: dict[str, Any] = {"torch": torch, "F": F, "Tensor": Tensor, "math": math}
    names |= {"nn": nn, "Function": Function, "Callable": Callable}
    names |= {"Optimizer": Optimizer, "DataLoader": DataLoader}
    exec(compile(text, f"<cell of {exercise.id}>", "exec"), names)
    return names[exercise.name]


def solved(id: str) -> Any:
    """The reference answer."""
    exercise = find(id)
    return run_cell(exercise, exercise.solution)


def function_class(value: Formula, gradient: Formula) -> type[Function]:
    """An autograd.Function with these two formulas."""

    class Built(Function):
        @staticmethod
        def forward(ctx: Any, *inputs: Any) -> Any:
            ctx.save_for_backward(*(x for x in inputs if isinstance(x, Tensor)))
            ctx.others = tuple(x for x in inputs if not isinstance(x, Tensor))
            return value(*inputs)

        @staticmethod
        def backward(ctx: Any, grad_output: Tensor) -> Any:
            return gradient(grad_output, *ctx.saved_tensors, *ctx.others)

    return Built


def second_wrong(exercise: Exercise, mistake: Mistake) -> type[Function]:
    """A Function whose gradient is right, and whose second derivatives are the formula's."""
    first = exercise.reference["gradient"]

    def backwards(_: Tensor, grad_output: Tensor, x: Tensor) -> tuple[Tensor, Tensor]:
        to_x, to_grad_output = mistake.formula(grad_output, x)
        return to_grad_output, to_x

    inner = function_class(lambda g, x: torch.enable_grad()(first)(g, x)[0], backwards)
    return function_class(
        exercise.reference["value"],
        lambda g, x: inner.apply(g, x),  # type: ignore[no-untyped-call]
    )


def wrong(exercise: Exercise, mistake: Mistake, target_none: bool = False) -> Any:
    """An answer that makes one mistake of the catalogue.

    Args:
        exercise: the exercise.
        mistake: an entry of its catalogue.
        target_none: a Function's backward returns None for its second input.
    """
    if isinstance(exercise.kind, Value):
        return mistake.formula()
    if isinstance(exercise.kind, GraphWalk):
        return mistake.formula.walk  # type: ignore[attr-defined]  # set where the walk is defined
    for form, build in (*BUILDERS, *BUILDERS_08):
        if isinstance(exercise.kind, form):
            return build(exercise, mistake)
    if isinstance(exercise.kind, ForwardFunction) and mistake.part == "gradient":
        gradient = torch.enable_grad()(mistake.formula)
        built = function_class(exercise.reference["value"], gradient)
        return lambda *inputs: built.apply(*inputs)  # type: ignore[no-untyped-call]
    if not isinstance(exercise.kind, FunctionClass):
        return mistake.formula
    if mistake.part == "value":
        return function_class(mistake.formula, exercise.reference["gradient"])
    if mistake.part == "double":
        return second_wrong(exercise, mistake)
    gradient = mistake.formula
    if target_none:
        return function_class(exercise.reference["value"], lambda *args: (gradient(*args)[0], None))
    return function_class(exercise.reference["value"], gradient)
