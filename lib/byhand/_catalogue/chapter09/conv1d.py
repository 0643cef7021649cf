"""conv1d-backward."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

from byhand._catalogue.chapter09.conv1d_mistakes import all_mistakes
from byhand._catalogue.chapter09.drawn import rounded
from byhand._checker.inputs import Inputs
from byhand._checker.kinds import BackwardFunction
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Exercise, Ladder, Output, Probe
from byhand._checker.standard import large, single_precision, small

SIZES = ((7, 3), (11, 5), (13, 2), (11, 4))
"""Length of x and of the weight, by seed."""


def _drawn(inputs: Inputs, n: int, k: int) -> Args:
    return inputs.values(n - k + 1), inputs.values(n), inputs.values(k)


def _arguments(inputs: Inputs) -> Args:
    return _drawn(inputs, *SIZES[inputs.seed % len(SIZES)])


def _correlation(x: Tensor, weight: Tensor) -> Tensor:
    return F.conv1d(x[None, None], weight[None, None])[0, 0]


def named_sizes(g: Tensor, x: Tensor, weight: Tensor) -> dict[str, float]:
    """Sizes that may be lost as a factor."""
    return {
        "the length of x": float(len(x)),
        "the length of the weight": float(len(weight)),
        "the length of y": float(len(g)),
    }


PROBES = (
    single_precision(rounded(_arguments)),
    large(_arguments),
    small(_arguments),
    Probe(
        "wrong-for-one-weight",
        "a weight of one number",
        lambda inputs: _drawn(inputs, 7, 1),
        "The result is right for longer weights and wrong for a weight of one number.",
        "With one number y = weight[0] · x. Look for slices such as `[:-0]`, which is empty, and "
        "for `squeeze`.",
    ),
    Probe(
        "wrong-for-one-output",
        "a weight as long as x",
        lambda inputs: _drawn(inputs, 5, 5),
        "The result is right for a short weight and wrong for one as long as x, where y is one "
        "number.",
        "Look for `squeeze`, and for a loop that runs over too few places.",
    ),
    Probe(
        "wrong-for-one-number",
        "an x of one number and a weight of one number",
        lambda inputs: _drawn(inputs, 1, 1),
        "The result is right for longer inputs and wrong for a single number.",
        "Look for `squeeze`: x and the weight keep their one dimension.",
        listed=False,
    ),
    Probe(
        "wrong-for-long-inputs",
        "an x of 101 numbers and a weight of 97",
        lambda inputs: _drawn(inputs, 101, 97),
        "The result is right for short inputs and wrong for long ones.",
        "Let every length follow from the inputs.",
        listed=False,
    ),
)


def backward(stub: str, solution: str) -> Exercise:
    """The two gradients of a one-dimensional cross-correlation."""
    return Exercise(
        id="conv1d-backward",
        chapter=9,
        title="The backward of a convolution in one dimension",
        level=1,
        skills=("convolution", "shared weights", "sum over paths"),
        kind=BackwardFunction("a function `f(grad_output, x, weight)`"),
        name="conv1d_backward",
        parameters=("grad_output", "x", "weight"),
        outputs=(Output("grad_x"), Output("grad_weight")),
        make=_arguments,
        reference={"gradient": gradients(_correlation, wrt=(0, 1))},
        mistakes=all_mistakes(),
        probes=PROBES,
        dims=named_sizes,
        ladder=Ladder(
            "x has 4 numbers and weight has 2: y[0] = w[0]·x[0] + w[1]·x[1], and so on. In which "
            "outputs does x[1] appear, and with which factors? And w[1]?",
            "Go through the products weight[k] · x[i + k] one k at a time: each sends "
            "grad_output[i] · weight[k] to x[i + k], and grad_output[i] · x[i + k] to weight[k].",
            "grad_x[j] = Σₖ grad_output[j − k] · weight[k], where j − k is a place of y; "
            "grad_weight[k] = Σᵢ grad_output[i] · x[i + k].",
            "size = len(grad_output)\ngrad_x = torch.zeros_like(x)\n"
            "grad_weight = torch.zeros_like(weight)\nfor k in range(len(weight)):\n"
            "    grad_x[k : k + size] += ...\n    grad_weight[k] = (...).sum()\n"
            "return grad_x, grad_weight",
        ),
        stub=stub,
        solution=solution,
    )
