"""mse-backward."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

import torch.nn.functional as F

from byhand._catalogue.chapter02.mse_mistakes import all_mistakes
from byhand._checker.inputs import Inputs
from byhand._checker.kinds import BackwardFunction
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Exercise, Ladder, Output, Region
from byhand._checker.standard import elementwise, ties

REGIONS = (
    Region("where input > target", lambda g, x, t, *rest: x > t),
    Region("where input < target", lambda g, x, t, *rest: x < t),
)


def pair(inputs: Inputs) -> Args:
    """A gradient of a scalar loss, an input and a target of one shape."""
    shape = inputs.shape()
    return inputs.grad_scalar(), inputs.values(*shape), inputs.targets(*shape)


def backward(stub: str, solution: str) -> Exercise:
    """The gradient of the mean squared error."""
    return Exercise(
        id="mse-backward",
        chapter=2,
        title="The backward of the mean squared error",
        level=1,
        skills=("chain rule", "mean reduction", "grad_output"),
        kind=BackwardFunction("a function `f(grad_output, input, target)`"),
        name="mse_backward",
        parameters=("grad_output", "input", "target"),
        outputs=(Output("grad_input"),),
        make=pair,
        reference={"gradient": gradients(F.mse_loss, wrt=(0,))},
        mistakes=all_mistakes(),
        regions=REGIONS,
        probes=(*elementwise(pair), ties(pair)),
        ladder=Ladder(
            "By how much does the loss change if you move one element of the input a little?",
            "Three factors meet: one from the square, one from the mean, one that autograd hands "
            "to you.",
            "∂L/∂xᵢ = grad_output · 2 (xᵢ − tᵢ) / n, where n is the number of elements.",
            "difference = input - target\nreturn grad_output * ... * difference / ...",
        ),
        stub=stub,
        solution=solution,
    )
