"""batch-norm-backward."""

# ruff: noqa: ARG001  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

from byhand._catalogue.chapter09.batch_norm_mistakes import all_mistakes
from byhand._catalogue.chapter09.drawn import images
from byhand._checker.inputs import Inputs
from byhand._checker.kinds import BackwardFunction
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Exercise, Ladder, Output

SHAPES = ((2, 3, 5, 7), (5, 3, 2, 4), (3, 2, 7, 5), (7, 2, 3, 4))
EPS = (0.25, 0.5, 0.125, 1.0)
"""Large enough to be seen; the probes use 1e-5."""


def _drawn(inputs: Inputs, shape: tuple[int, ...], eps: float) -> Args:
    return inputs.targets(*shape) + 0.3, inputs.values(*shape) + 1.5, eps


def _arguments(inputs: Inputs) -> Args:
    k = inputs.seed % len(SHAPES)
    return _drawn(inputs, SHAPES[k], EPS[k])


def _value(x: Tensor, eps: float) -> Tensor:
    return F.batch_norm(x, None, None, training=True, eps=eps)


def named_sizes(g: Tensor, x: Tensor, eps: float) -> dict[str, float]:
    """Sizes that may be lost as a factor."""
    n, c, h, w = x.shape
    return {
        "the batch size": float(n),
        "the number of channels": float(c),
        "H · W": float(h * w),
        "N · H · W": float(n * h * w),
        "the number of all entries": float(x.numel()),
    }


def backward(stub: str, solution: str) -> Exercise:
    """The gradient of a batch norm."""
    return Exercise(
        id="batch-norm-backward",
        chapter=9,
        title="The backward of a batch norm",
        level=3,
        skills=("mean and variance", "several paths", "statistics of a batch"),
        kind=BackwardFunction("a function `f(grad_output, x, eps)`"),
        name="batch_norm_backward",
        parameters=("grad_output", "x", "eps"),
        outputs=(Output("grad_x"),),
        make=_arguments,
        reference={"gradient": gradients(_value, wrt=(0,))},
        mistakes=all_mistakes(),
        probes=images(_arguments),
        dims=named_sizes,
        ladder=Ladder(
            "y = (x − mean) / std. One pixel of one image grows. Which entries of y move?",
            "It is the layer norm of chapter 4 with other dimensions: mean and variance belong to "
            "a channel, and run over samples, rows and columns.",
            "With y the normalised input: grad_x = (grad_output − mean(grad_output) − y · "
            "mean(grad_output · y)) / std, all means over (0, 2, 3).",
            "dims = (0, 2, 3)\ncentred = x - x.mean(dims, keepdim=True)\n"
            "std = (...).sqrt()\ny = centred / std\naverage = ...\nalong = ...\n"
            "return (grad_output - average - y * along) / ...",
        ),
        stub=stub,
        solution=solution,
    )
