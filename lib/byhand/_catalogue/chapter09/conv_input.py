"""conv2d-input-backward."""

# ruff: noqa: ARG001, ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

from byhand._catalogue.chapter09.conv_input_mistakes import all_mistakes
from byhand._catalogue.chapter09.drawn import Sizes, by_seed, convolutions, images, words
from byhand._checker.inputs import Inputs
from byhand._checker.kinds import BackwardFunction
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Exercise, Ladder, Output


def _drawn(inputs: Inputs, sizes: Sizes) -> Args:
    return inputs.values(*sizes.y), inputs.values(*sizes.weight), sizes.p


def _reference(g: Tensor, weight: Tensor, padding: int) -> object:
    grown = weight.shape[-1] - 1 - 2 * padding
    x = g.new_zeros(len(g), weight.shape[1], g.shape[2] + grown, g.shape[3] + grown)
    return gradients(lambda x: F.conv2d(x, weight, padding=padding), wrt=(0,))(g, x)


def named_sizes(g: Tensor, weight: Tensor, padding: int) -> dict[str, float]:
    """Sizes that may be lost as a factor."""
    return {
        "the batch size": float(len(g)),
        "the number of output channels": float(weight.shape[0]),
        "the number of input channels": float(weight.shape[1]),
        "the kernel size": float(weight.shape[-1]),
        "the number of places of the kernel": float(weight[0, 0].numel()),
        "H' · W'": float(g[0, 0].numel()),
    }


def backward(stub: str, solution: str) -> Exercise:
    """The gradient of a convolution's input."""
    return Exercise(
        id="conv2d-input-backward",
        chapter=9,
        title="The backward of a convolution, for the input",
        level=3,
        skills=("convolution", "flipped kernel", "padding", "channels"),
        kind=BackwardFunction("a function `f(grad_output, weight, padding)`"),
        name="conv2d_input_backward",
        parameters=("grad_output", "weight", "padding"),
        outputs=(Output("grad_x"),),
        make=by_seed(_drawn),
        reference={"gradient": _reference},
        mistakes=all_mistakes(),
        probes=(*images(by_seed(_drawn)), *convolutions(_drawn)),
        dims=named_sizes,
        label=lambda g, weight, padding: words(weight.shape[-1], padding),
        ladder=Ladder(
            "A pixel in the middle of x, a kernel of 3 × 3: how many outputs does the pixel "
            "reach? Which weight links it to the output whose window has the pixel in its first "
            "corner, and which to the one that has it in the last?",
            "Two ways lead to the same result. Add grad_output times one weight after the other "
            "to a shifted window of a padded grad_x, and cut the padding off at the end; or "
            "convolve grad_output with the kernel turned by 180°, channels swapped.",
            "grad_x = grad_output ∗ turned weight, where turned[c, o, i, j] = "
            "weight[o, c, k − 1 − i, k − 1 − j], with the padding k − 1 − padding.",
            "k = weight.shape[-1]\nturned = weight.flip(...).transpose(...)\n"
            "return F.conv2d(grad_output, turned, padding=...)",
        ),
        stub=stub,
        solution=solution,
    )
