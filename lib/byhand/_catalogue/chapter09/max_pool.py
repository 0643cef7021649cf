"""max-pool-backward."""

# ruff: noqa: ARG001  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from byhand._catalogue.chapter09.drawn import images
from byhand._catalogue.chapter09.max_pool_mistakes import all_mistakes
from byhand._catalogue.chapter09.windows import image, windows
from byhand._checker.inputs import Inputs
from byhand._checker.kinds import BackwardFunction
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Exercise, Ladder, Output, Probe, Region
from byhand._checker.standard import Make

Shape = tuple[int, int, int, int]
SIZES = (((2, 3, 7, 11), 3), ((3, 2, 5, 7), 2), ((2, 3, 9, 14), 4), ((3, 4, 8, 11), 3))
"""Shape of the images and size of the windows, by seed; some rows and columns fill no window."""


def _drawn(inputs: Inputs, shape: Shape, kernel_size: int) -> Args:
    """Images with repeated numbers: quarters, so that many windows have several largest ones."""
    n, c, h, w = shape
    x = (inputs.values(*shape) * 2).round() / 2 + 0.25
    return inputs.values(n, c, h // kernel_size, w // kernel_size), x, kernel_size


def _arguments(inputs: Inputs) -> Args:
    return _drawn(inputs, *SIZES[inputs.seed % len(SIZES)])


def _reference(g: Tensor, x: Tensor, kernel_size: int) -> object:
    return gradients(lambda x: F.max_pool2d(x, kernel_size), wrt=(0,))(g, x)


def named_sizes(g: Tensor, x: Tensor, kernel_size: int) -> dict[str, float]:
    """Sizes that may be lost as a factor."""
    return {
        "the kernel size": float(kernel_size),
        "kernel_size²": float(kernel_size**2),
        "the batch size": float(len(x)),
        "the number of channels": float(x.shape[1]),
        "the number of windows": float(g[0, 0].numel()),
    }


def _of_values(change: Callable[[Tensor], Tensor], shape: Shape, kernel_size: int) -> Make:
    """Images of these sizes, with other numbers."""

    def make(inputs: Inputs) -> Args:
        grad_output, x, _ = _drawn(inputs, shape, kernel_size)
        return grad_output, change(x), kernel_size

    return make


def _no_tie(g: Tensor, x: Tensor, kernel_size: int) -> Tensor:
    """Where a window has one largest entry, and where there is no window."""
    parts = windows(x, kernel_size)
    single = (parts == parts.amax(-1, keepdim=True)).sum(-1, keepdim=True) == 1
    several = image((~single).expand(parts.shape).to(x), kernel_size, x.shape)
    return several == 0


def _in_windows(g: Tensor, x: Tensor, kernel_size: int) -> Tensor:
    """Rows and columns that fill a window."""
    return image(torch.ones_like(windows(x, kernel_size)), kernel_size, x.shape) == 1


def _before_last(g: Tensor, x: Tensor, kernel_size: int) -> Tensor:
    """Everything but the last row and column of windows."""
    inside = torch.zeros_like(windows(x, kernel_size))
    inside[:, :, -1], inside[:, :, :, -1] = 1, 1
    return image(inside, kernel_size, x.shape) == 0


REGIONS = (
    Region("where a window has one largest entry", _no_tie),
    Region("in rows and columns that fill a window", _in_windows),
    Region("in all windows but the last row and column of them", _before_last),
)
PROBES = (
    *images(_arguments),
    Probe(
        "wrong-for-equal-numbers",
        "images of equal numbers",
        _of_values(lambda x: 0 * x + 0.75, (2, 3, 5, 7), 3),
        "Where all entries of a window are equal, the first one gets `grad_output`, and the "
        "others get 0.",
        "Look for `==` with the largest number: it is true for every entry that equals it.",
    ),
    Probe(
        "wrong-after-a-relu",
        "images that a ReLU has passed, with whole windows of zeros",
        _of_values(lambda x: (x - 2).relu(), (2, 3, 7, 9), 2),
        "After a ReLU many windows hold zeros only. Their first zero gets `grad_output`.",
        "Look for a test such as `x > 0`, and for a product with x.",
    ),
    Probe(
        "wrong-for-negative-numbers",
        "images of negative numbers, some of them large",
        _of_values(lambda x: -4096 * x.abs() - 1, (2, 3, 7, 8), 3),
        "The result is right for positive numbers and wrong where all numbers are negative.",
        "Look for a mask by multiplication, and for a search of the largest that starts at 0 or at "
        "-1000: begin with the first entry, or with `-torch.inf`.",
    ),
    Probe(
        "wrong-for-nearly-equal-numbers",
        "numbers that differ in the tenth digit",
        _of_values(lambda x: x / 2**32 + 1, (2, 3, 5, 7), 2),
        "Two numbers that are nearly equal are not equal: the larger one gets `grad_output`.",
        "Look for `isclose`, for a tolerance, and for float32.",
        listed=False,
    ),
    Probe(
        "wrong-for-windows-of-one",
        "a kernel_size of 1",
        lambda inputs: _drawn(inputs, (2, 3, 5, 7), 1),
        "With windows of one entry the gradient is `grad_output` itself.",
        "Let every size follow from kernel_size.",
    ),
    Probe(
        "wrong-for-whole-windows",
        "images of which every row and column fills a window",
        lambda inputs: _drawn(inputs, (3, 2, 4, 6), 2),
        "The result is wrong where H and W are multiples of kernel_size.",
        "Look for slices such as `[:-0]`, which is empty.",
    ),
    Probe(
        "wrong-for-one-window",
        "a kernel_size as large as the image",
        lambda inputs: _drawn(inputs, (1, 1, 5, 5), 5),
        "The result is wrong where one window covers the image, in a batch of one sample with one "
        "channel.",
        "Look for `squeeze`: all four dimensions stay.",
        listed=False,
    ),
    Probe(
        "wrong-for-tall-images",
        "images that are higher than wide",
        lambda inputs: _drawn(inputs, (2, 3, 13, 5), 2),
        "The result is right for wide images and wrong for tall ones.",
        "A place in an image is row · W + column, with the width W.",
        listed=False,
    ),
    Probe(
        "wrong-for-equal-sizes",
        "as many samples, channels, rows and columns",
        lambda inputs: _drawn(inputs, (4, 4, 4, 4), 2),
        "The result is right where all sizes differ and wrong where they are equal.",
        "Name the dimensions by their position, and not by their size.",
        listed=False,
    ),
)


def backward(stub: str, solution: str) -> Exercise:
    """The gradient of max-pooling."""
    return Exercise(
        id="max-pool-backward",
        chapter=9,
        title="The backward of max-pooling",
        level=2,
        skills=("routing", "indices", "ties"),
        kind=BackwardFunction("a function `f(grad_output, x, kernel_size)`"),
        name="max_pool_backward",
        parameters=("grad_output", "x", "kernel_size"),
        outputs=(Output("grad_x"),),
        make=_arguments,
        reference={"gradient": _reference},
        mistakes=all_mistakes(),
        probes=PROBES,
        regions=REGIONS,
        dims=named_sizes,
        ladder=Ladder(
            "A window holds 3, 8, 1 and 7. If the 7 grows a little, what does the output do? And "
            "if the 8 grows?",
            "One entry of each window reaches the output, with slope 1. Find its place in the "
            "image: F.max_pool2d with `return_indices=True` tells it, as row · W + column.",
            "grad_x[n, c, place of the largest entry of a window] = grad_output of that window; 0 "
            "at all other places.",
            "_, index = F.max_pool2d(x, kernel_size, return_indices=True)\n"
            "flat = x.new_zeros(...)\nflat.scatter_(2, index.flatten(2), ...)\n"
            "return flat.reshape(...)",
        ),
        stub=stub,
        solution=solution,
    )
