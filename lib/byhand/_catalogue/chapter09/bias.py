"""conv2d-bias-backward."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

from byhand._catalogue.chapter09.bias_mistakes import all_mistakes
from byhand._catalogue.chapter09.drawn import images
from byhand._checker.inputs import Inputs
from byhand._checker.kinds import BackwardFunction
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Exercise, Ladder, Output, Probe

SHAPES = ((2, 3, 5, 7), (3, 5, 7, 2), (5, 7, 2, 3), (7, 2, 3, 5))


def _arguments(inputs: Inputs) -> Args:
    return (inputs.values(*SHAPES[inputs.seed % len(SHAPES)]),)


def _shaped(inputs: Inputs) -> Args:
    return (inputs.values(*inputs.shape()),)


def _reference(g: Tensor) -> object:
    """Autograd through a convolution whose input and kernel are zero."""
    n, o, h, w = g.shape
    x, weight = g.new_zeros(n, 1, h, w), g.new_zeros(o, 1, 1, 1)
    return gradients(lambda bias: F.conv2d(x, weight, bias), wrt=(0,))(g, g.new_zeros(o))


def named_sizes(g: Tensor) -> dict[str, float]:
    """Sizes that may be lost as a factor."""
    n, o, h, w = g.shape
    return {
        "the batch size": float(n),
        "the number of channels": float(o),
        "the number of rows": float(h),
        "the number of columns": float(w),
        "the number of places, H · W": float(h * w),
        "N · H · W": float(n * h * w),
        "the number of all entries": float(g.numel()),
    }


PROBES = (
    *images(_arguments),
    Probe(
        "wrong-for-one-sample",
        "a batch of one sample",
        _shaped,
        "The result is right for several samples and wrong for one.",
        "Look for `squeeze`, and name the dimensions that you sum over.",
        shape=(1, 5, 3, 7),
    ),
    Probe(
        "wrong-for-equal-sizes",
        "as many samples as channels, rows and columns",
        _shaped,
        "The result is right where all sizes differ and wrong where they are equal.",
        "Name the dimensions by their position, and not by their size.",
        shape=(3, 3, 3, 3),
        listed=False,
    ),
    Probe(
        "wrong-for-one-channel",
        "one channel of one row",
        _shaped,
        "The result is right for several channels and wrong for one.",
        "Look for `squeeze`: the result has one number for each channel, also where that is one.",
        shape=(3, 1, 1, 7),
        listed=False,
    ),
)


def backward(stub: str, solution: str) -> Exercise:
    """The gradient of a convolution's bias."""
    return Exercise(
        id="conv2d-bias-backward",
        chapter=9,
        title="The backward of a convolution's bias",
        level=1,
        skills=("convolution", "sum over samples and places"),
        kind=BackwardFunction("a function `f(grad_output)`"),
        name="conv2d_bias_backward",
        parameters=("grad_output",),
        outputs=(Output("grad_bias"),),
        make=_arguments,
        reference={"gradient": _reference},
        mistakes=all_mistakes(),
        probes=PROBES,
        dims=named_sizes,
        ladder=Ladder(
            "The bias of channel 0 grows by 1. Which entries of the output move, and by how much?",
            "One number is added to each place of each sample, so it is broadcast over three "
            "dimensions. What comes back from there is added.",
            "grad_bias[o] = Σ over n, i, j of grad_output[n, o, i, j].",
            "return grad_output.sum((...))",
        ),
        stub=stub,
        solution=solution,
    )
