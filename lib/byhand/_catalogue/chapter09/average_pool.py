"""global-average-pool-backward."""

# ruff: noqa: ARG001  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

from byhand._catalogue.chapter09.average_pool_mistakes import all_mistakes
from byhand._catalogue.chapter09.drawn import images
from byhand._checker.inputs import Inputs
from byhand._checker.kinds import BackwardFunction
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Exercise, Ladder, Output, Probe

SHAPES = ((2, 3, 5, 7), (3, 5, 7, 2), (5, 2, 3, 7), (3, 2, 7, 5))


def _drawn(inputs: Inputs, shape: tuple[int, ...]) -> Args:
    return inputs.values(*shape[:2]), inputs.values(*shape)


def _arguments(inputs: Inputs) -> Args:
    return _drawn(inputs, SHAPES[inputs.seed % len(SHAPES)])


def _shaped(inputs: Inputs) -> Args:
    return _drawn(inputs, inputs.shape())


def _pool(x: Tensor) -> Tensor:
    return F.adaptive_avg_pool2d(x, 1).flatten(1)


def named_sizes(g: Tensor, x: Tensor) -> dict[str, float]:
    """Sizes that may be lost as a factor."""
    n, c, h, w = x.shape
    return {
        "the batch size": float(n),
        "the number of channels": float(c),
        "the number of rows": float(h),
        "the number of columns": float(w),
        "H · W": float(h * w),
        "the number of all entries": float(x.numel()),
    }


PROBES = (
    *images(_arguments),
    Probe(
        "wrong-for-one-sample",
        "a batch of one image with one channel",
        _shaped,
        "The result is right for several samples and channels and wrong for one.",
        "Look for `squeeze`, and for broadcasting that puts a size of 1 in the wrong place.",
        shape=(1, 1, 3, 5),
    ),
    Probe(
        "wrong-for-equal-sizes",
        "as many samples as channels, rows and columns",
        _shaped,
        "The result is right where all sizes differ and wrong where they are equal.",
        "Put the two new dimensions at the end: `grad_output[:, :, None, None]`.",
        shape=(3, 3, 3, 3),
        listed=False,
    ),
    Probe(
        "wrong-for-one-place",
        "images of one pixel",
        _shaped,
        "The result is right for larger images and wrong for one pixel, where the mean is the "
        "pixel itself.",
        "Let the divisor be the number of places, here 1.",
        shape=(3, 5, 1, 1),
    ),
)


def backward(stub: str, solution: str) -> Exercise:
    """The gradient of a global average pool."""
    return Exercise(
        id="global-average-pool-backward",
        chapter=9,
        title="The backward of a global average pool",
        level=1,
        skills=("mean", "broadcasting"),
        kind=BackwardFunction("a function `f(grad_output, x)`"),
        name="average_backward",
        parameters=("grad_output", "x"),
        outputs=(Output("grad_x"),),
        make=_arguments,
        reference={"gradient": gradients(_pool, wrt=(0,))},
        mistakes=all_mistakes(),
        probes=PROBES,
        dims=named_sizes,
        ladder=Ladder(
            "A channel of 5 × 7 pixels has one mean. If one pixel grows by 1, by how much does "
            "the mean grow?",
            "Every pixel of a channel has the same share in one output, so it gets the same share "
            "of one entry of `grad_output`.",
            "grad_x[n, c, i, j] = grad_output[n, c] / (H · W), for all i and j.",
            "share = grad_output / (...)\nreturn share[:, :, None, None].expand(...)",
        ),
        stub=stub,
        solution=solution,
    )
