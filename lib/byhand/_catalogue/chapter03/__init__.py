"""Chapter 3: operations taught to autograd."""

from __future__ import annotations

from typing import Any

import torch

from byhand._catalogue import solutions03, stubs03
from byhand._catalogue.cells import cells
from byhand._checker.function_kind import FunctionClass
from byhand._checker.inputs import Inputs
from byhand._checker.kinds import BackwardFunction
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Exercise, Ladder, Output


def _point(inputs: Inputs) -> Args:
    shape = inputs.shape()
    return inputs.values(*shape), inputs.values(*shape)


def _pair(inputs: Inputs) -> Args:
    return *_point(inputs), inputs.targets(*inputs.shape())


def _clamp(inputs: Inputs) -> Args:
    return *_point(inputs), -1.0, 1.5


def _exercise(id: str, title: str, level: int, skills: tuple[str, ...], *more: Any) -> Exercise:
    name, parameters, make, value, gradient = more
    stub, solution = cells(stubs03)[id], cells(solutions03)[id]
    kind = BackwardFunction() if id.endswith("-backward") else FunctionClass("y")
    return Exercise(
        id=id, chapter=3, title=title, level=level, skills=skills, kind=kind, name=name,
        parameters=("grad_output", *parameters), make=make,
        outputs=tuple(Output(f"grad_{x}") for x in parameters),
        reference={"value": value, "gradient": gradient},
        mistakes=(), ladder=Ladder("?", "", "", "..."), stub=stub, solution=solution,
    )  # fmt: skip


def exercises() -> tuple[Exercise, ...]:
    """The exercises in the order of the page."""

    def single(value: Any) -> tuple[Any, Any]:
        return value, gradients(value, wrt=(0,))

    one = ("x",)
    return (
        _exercise("square-function", "The square as an autograd.Function", 1,
                  ("autograd.Function", "save_for_backward"),
                  "MySquare", one, _point, *single(torch.square)),
        _exercise("exp-function", "The exponential function as an autograd.Function", 1,
                  ("autograd.Function", "saving the output"),
                  "MyExp", one, _point, *single(torch.exp)),
        _exercise("relu-backward", "The backward of ReLU", 1, ("kink", "mask"),
                  "relu_backward", ("input",), _point, *single(torch.relu)),
        _exercise("sigmoid-backward", "The backward of the sigmoid, from its output", 1,
                  ("saving the output",), "sigmoid_backward", ("output",), _point, torch.sigmoid,
                  lambda g, y: (g * y * (1 - y),)),
        _exercise("clamp-function", "Clamp: two arguments that are no tensors", 2,
                  ("non-tensor arguments", "None"), "MyClamp", ("x", "lo", "hi"), _clamp,
                  torch.clamp, gradients(torch.clamp, wrt=(0, 1, 2))),
        _exercise("needs-input-grad", "A product that does only the work that is needed", 2,
                  ("needs_input_grad",), "MyProduct", ("a", "b"), _pair,
                  torch.mul, gradients(torch.mul, wrt=(0, 1))),
        _exercise("in-place-repair", "Repair a Function that writes where it must not", 2,
                  ("in-place", "save_for_backward"), "Repaired", one, _point,
                  *single(lambda x: (x - 1) ** 2)),
        _exercise("cube-function", "The cube, differentiable twice", 3,
                  ("double backward", "saving inputs, not intermediates"), "MyCube", one, _point,
                  *single(lambda x: x**3)),
        _exercise("straight-through", "Rounding with a straight-through gradient", 3,
                  ("straight-through estimator",), "MyRound", one, _point, torch.round,
                  lambda g, x: (g,)),
    )  # fmt: skip
