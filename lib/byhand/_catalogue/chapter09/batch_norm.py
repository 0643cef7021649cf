"""batch-norm-backward."""

# ruff: noqa: ARG001  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

from collections.abc import Callable

import torch.nn.functional as F
from torch import Tensor

from byhand._catalogue.chapter09.batch_norm_mistakes import all_mistakes
from byhand._catalogue.chapter09.drawn import images
from byhand._checker.inputs import Inputs
from byhand._checker.kinds import BackwardFunction
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Exercise, Ladder, Output, Probe
from byhand._checker.standard import Make

SHAPES = ((2, 3, 5, 7), (5, 3, 2, 4), (3, 2, 7, 5), (7, 2, 3, 4))
EPS = (0.25, 0.5, 0.125, 4.0)
"""Large enough to be seen, the last one larger than the variances; the probes use 1e-5."""


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


def _shaped(shape: tuple[int, ...]) -> Make:
    return lambda inputs: _drawn(inputs, shape, 1e-5)


def _changed(change: Callable[[Tensor], Tensor]) -> Make:
    """One seed's images with other numbers, and the eps of PyTorch."""

    def make(inputs: Inputs) -> Args:
        grad_output, x, _ = _drawn(inputs, SHAPES[0], 1e-5)
        return grad_output, change(x), 1e-5

    return make


PROBES = (
    *images(_arguments),
    Probe(
        "wrong-for-one-sample",
        "a batch of one sample",
        _shaped((1, 3, 5, 7)),
        "The result is right for several samples and wrong for one.",
        "With one sample the statistics run over its rows and columns; no special case is needed.",
    ),
    Probe(
        "wrong-for-one-channel",
        "images of one channel",
        _shaped((3, 1, 5, 7)),
        "The result is right for several channels and wrong for one.",
        "Look for `squeeze`, and use `keepdim=True`.",
        listed=False,
    ),
    Probe(
        "wrong-for-one-pixel",
        "images of one pixel",
        _shaped((7, 3, 1, 1)),
        "The result is right for larger images and wrong for one pixel, where the statistics run "
        "over the samples.",
        "Look for `squeeze`, and for a division by H · W − 1.",
    ),
    Probe(
        "wrong-for-equal-sizes",
        "as many samples as channels, rows and columns",
        _shaped((3, 3, 3, 3)),
        "The result is right where all sizes differ and wrong where they are equal.",
        "Name the dimensions by their position, and use `keepdim=True`.",
        listed=False,
    ),
    Probe(
        "wrong-for-tiny-variance",
        "channels whose variance is smaller than eps",
        _changed(lambda x: x / 4096),
        "Where the variance is tiny, eps decides how large the gradient is.",
        "Add eps to the variance, under the root, everywhere.",
    ),
    Probe(
        "wrong-for-constant-channels",
        "channels of equal numbers",
        _changed(lambda x: 0 * x + 1.5),
        "Where all numbers of a channel are equal, the variance is 0 and the gradient is "
        "(grad_output − mean(grad_output)) / √eps.",
        "Add eps to the variance before the root and before the division.",
    ),
)


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
        probes=PROBES,
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
