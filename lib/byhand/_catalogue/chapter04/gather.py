"""gather-backward."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from byhand._catalogue.chapter04.gather_mistakes import (
    ADD,
    Shape,
    other_mistakes,
    place_mistakes,
    repeat_mistakes,
)
from byhand._checker.inputs import Inputs
from byhand._checker.kinds import BackwardFunction
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Exercise, Ladder, Output, Probe
from byhand._checker.standard import single_precision

CASES: tuple[tuple[Shape, Shape], ...] = (
    ((3, 5), (3, 7)),
    ((7, 3), (7, 5)),
    ((5, 7), (5, 11)),
    ((7, 5), (3, 7)),
)
"""Shapes of x and of index, by seed: more columns in index than in x, so some entry repeats."""


def _drawn(inputs: Inputs, x: Shape, picked: Shape) -> Args:
    grad_output = inputs.targets(*picked) + 0.3
    index = (inputs.values(*picked) * 64).long().abs() // 2 % x[1]
    return grad_output, x, index


def _arguments(inputs: Inputs) -> Args:
    return _drawn(inputs, *CASES[inputs.seed % len(CASES)])


def _reference(g: Tensor, x_shape: Shape, index: Tensor) -> object:
    def value(x: Tensor) -> Tensor:
        return x.gather(1, index)

    return gradients(value, wrt=(0,))(g, g.new_zeros(x_shape))


def _pinned(index: list[list[int]], columns: int) -> Callable[[Inputs], Args]:
    def make(inputs: Inputs) -> Args:
        picked = torch.tensor(index, device="cpu")
        return inputs.targets(*picked.shape) + 0.3, (len(index), columns), picked

    return make


PROBES = (
    single_precision(_arguments),
    Probe(
        "wrong-for-one-entry",
        "an index that names one entry only",
        _pinned([[2, 2, 2, 2, 2]], 3),
        "Five gradients belong to one entry of x, and all others get 0.",
        ADD,
    ),
    Probe(
        "wrong-for-one-number",
        "an x of shape (1, 1)",
        _pinned([[0]], 1),
        "The result is right for larger inputs and wrong for a single number.",
        "Look for `squeeze`.",
    ),
    Probe(
        "wrong-for-few-columns",
        "an index that is narrower than x",
        _pinned([[4], [0], [4]], 5),
        "Entries of x that index does not name get 0.",
        "Begin with zeros of the shape `x_shape`.",
    ),
)


def backward(stub: str, solution: str) -> Exercise:
    """The gradient of a gather with repeated indices."""
    return Exercise(
        id="gather-backward",
        chapter=4,
        title="An index that names an entry twice",
        level=2,
        skills=("gather", "scatter_add", "fan-out"),
        kind=BackwardFunction("a function `f(grad_output, x_shape, index)`"),
        name="gather_backward",
        parameters=("grad_output", "x_shape", "index"),
        outputs=(Output("grad_x"),),
        make=_arguments,
        reference={"gradient": _reference},
        mistakes=(*repeat_mistakes(), *place_mistakes(), *other_mistakes()),
        probes=PROBES,
        ladder=Ladder(
            "y[i, j] is x[i, index[i, j]]. If index[0] is [2, 2], which entries of y move with "
            "x[0, 2]?",
            "Begin with zeros in the shape of x. Every entry of grad_output goes to one place "
            "there, and several may go to the same place.",
            "grad_x[i, k] = Σⱼ grad_output[i, j], over all j with index[i, j] = k.",
            "grad_x = torch.zeros(x_shape, dtype=grad_output.dtype)\n"
            "return grad_x.scatter_add(..., ..., ...)",
        ),
        stub=stub,
        solution=solution,
    )
