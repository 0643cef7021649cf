"""repair-silent-backward."""

from __future__ import annotations

from torch import Tensor

from byhand._catalogue.chapter10.repair_mistakes import all_mistakes
from byhand._checker.inputs import Inputs
from byhand._checker.kinds import BackwardFunction
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Exercise, Ladder, Output
from byhand._checker.standard import large, small, standard

SIZES = ((3, 5), (7, 3), (5, 7), (11, 3))
"""Samples and features, by seed."""


def _arguments(inputs: Inputs) -> Args:
    n, features = (1, 1) if inputs.shape() == (1, 1) else SIZES[inputs.seed % len(SIZES)]
    return inputs.values(n, features), inputs.values(n, features), inputs.values(features)


def _forward(x: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
    return scale * x**2 + x + shift


def _reference(g: Tensor, x: Tensor, scale: Tensor) -> object:
    return gradients(_forward, wrt=(0, 1, 2))(g, x, scale, g.new_zeros(len(scale)))


def _sizes(*arguments: Tensor) -> dict[str, float]:
    """Sizes that may be lost as a factor."""
    _, x, scale = arguments
    return {
        "the number of samples": float(len(x)),
        "the number of features": float(len(scale)),
    }


def backward(stub: str, solution: str) -> Exercise:
    """Find four mistakes that raise nothing, in one backward."""
    return Exercise(
        id="repair-silent-backward",
        chapter=10,
        title="Repair a backward with four silent mistakes",
        level=2,
        skills=("fan-out", "broadcasting", "in-place operations"),
        kind=BackwardFunction("a function `f(grad_output, x, scale)`"),
        name="repaired_backward",
        parameters=("grad_output", "x", "scale"),
        outputs=(Output("grad_x"), Output("grad_scale"), Output("grad_shift")),
        make=_arguments,
        reference={"gradient": _reference},
        mistakes=all_mistakes(),
        probes=(*standard(_arguments), large(_arguments), small(_arguments)),
        dims=_sizes,
        ladder=Ladder(
            "How often is x used in `scale * x**2 + x + shift`, and how often is each entry of "
            "shift used?",
            "Ask four questions: is `grad_output` a factor of each path? Are the paths of x added? "
            "Does each gradient have the shape of its input? Is `grad_output` still the same "
            "afterwards?",
            "grad_x = g · (2 · scale · x + 1), grad_scale = Σₙ g · x², grad_shift = Σₙ g.",
            "grad_x = grad_output * ... + grad_output\ngrad_scale = (grad_output * ...).sum(...)\n"
            "grad_shift = grad_output.sum(...)\nreturn grad_x, grad_scale, grad_shift",
        ),
        stub=stub,
        solution=solution,
    )
