"""conv2d-weight-backward."""

# ruff: noqa: ARG001, ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

from byhand._catalogue.chapter09.conv_weight_mistakes import all_mistakes
from byhand._catalogue.chapter09.drawn import Sizes, by_seed, convolutions, images, words
from byhand._checker.inputs import Inputs
from byhand._checker.kinds import BackwardFunction
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Exercise, Ladder, Output


def _drawn(inputs: Inputs, sizes: Sizes) -> Args:
    return inputs.values(*sizes.y), inputs.values(*sizes.x), sizes.k, sizes.p


def _reference(g: Tensor, x: Tensor, kernel_size: int, padding: int) -> object:
    weight = g.new_zeros(g.shape[1], x.shape[1], kernel_size, kernel_size)
    return gradients(lambda w: F.conv2d(x, w, padding=padding), wrt=(0,))(g, weight)


def named_sizes(g: Tensor, x: Tensor, kernel_size: int, padding: int) -> dict[str, float]:
    """Sizes that may be lost as a factor."""
    return {
        "the batch size": float(len(g)),
        "the number of places of y, H' · W'": float(g[0, 0].numel()),
        "N · H' · W'": float(g[:, 0].numel()),
        "the number of output channels": float(g.shape[1]),
        "the number of input channels": float(x.shape[1]),
        "kernel_size²": float(kernel_size**2),
        "H · W": float(x[0, 0].numel()),
    }


def backward(stub: str, solution: str) -> Exercise:
    """The gradient of a convolution's weight."""
    return Exercise(
        id="conv2d-weight-backward",
        chapter=9,
        title="The backward of a convolution, for the weight",
        level=2,
        skills=("convolution", "shared weights", "padding", "channels"),
        kind=BackwardFunction("a function `f(grad_output, x, kernel_size, padding)`"),
        name="conv2d_weight_backward",
        parameters=("grad_output", "x", "kernel_size", "padding"),
        outputs=(Output("grad_weight"),),
        make=by_seed(_drawn),
        reference={"gradient": _reference},
        mistakes=all_mistakes(),
        probes=(*images(by_seed(_drawn)), *convolutions(_drawn)),
        dims=named_sizes,
        label=lambda g, x, kernel_size, padding: words(kernel_size, padding),
        ladder=Ladder(
            "The weight of one output channel, one input channel and one place (i, j) of the "
            "kernel is one number. In how many outputs is it used, and which pixel does it meet "
            "in each?",
            "For a place (i, j) of the kernel, the pixels that it meets are a window of the padded "
            "image, as large as the output and shifted by (i, j). Multiply this window by "
            "grad_output, and add over samples and places.",
            "grad_weight[o, c, i, j] = Σ over n, a, b of grad_output[n, o, a, b] · "
            "padded[n, c, a + i, b + j].",
            "padded = F.pad(x, ...)\ngrad_weight = ...\nfor i in range(kernel_size):\n"
            "    for j in range(kernel_size):\n"
            "        met = padded[:, :, i : ..., j : ...]\n"
            '        sums = torch.einsum("nohw,nchw->...", grad_output, met)\n'
            "        grad_weight[:, :, i, j] = sums\nreturn grad_weight",
        ),
        stub=stub,
        solution=solution,
    )
