"""max-pool-backward."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

from byhand._catalogue.chapter09.drawn import images
from byhand._catalogue.chapter09.max_pool_mistakes import all_mistakes
from byhand._checker.inputs import Inputs
from byhand._checker.kinds import BackwardFunction
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Exercise, Ladder, Output

SIZES = (((2, 3, 7, 11), 3), ((3, 2, 5, 7), 2), ((2, 5, 9, 7), 4), ((5, 2, 7, 11), 3))
"""Shape of the images and size of the windows, by seed; some rows and columns fill no window."""


def _drawn(inputs: Inputs, shape: tuple[int, ...], kernel_size: int) -> Args:
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
        probes=images(_arguments),
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
