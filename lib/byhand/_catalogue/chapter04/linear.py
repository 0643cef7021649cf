"""linear-backward."""

# ruff: noqa: ARG001  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

from byhand._catalogue.chapter04.linear_mistakes import gradient_mistakes
from byhand._catalogue.chapter04.matmul import matrices, sizes
from byhand._checker.inputs import Inputs
from byhand._checker.kinds import BackwardFunction
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Exercise, Ladder, Output


def arguments(inputs: Inputs) -> Args:
    """A `grad_output` (N, out), an input (N, in) and a weight (out, in)."""
    n, features, out = sizes(inputs)
    return inputs.values(n, out), inputs.values(n, features), inputs.values(out, features)


def _reference(g: Tensor, x: Tensor, w: Tensor) -> object:
    return gradients(F.linear, wrt=(0, 1, 2))(g, x, w, g.new_zeros(len(w)))


def named_sizes(g: Tensor, x: Tensor, w: Tensor, *rest: Tensor) -> dict[str, float]:
    """Sizes that may be lost as a factor."""
    return {
        "the batch size": float(g.shape[0]),
        "the number of outputs": float(g.shape[1]),
        "the number of inputs": float(x.shape[1]),
    }


def backward(stub: str, solution: str) -> Exercise:
    """The three gradients of a linear layer."""
    return Exercise(
        id="linear-backward",
        chapter=4,
        title="The backward of a linear layer",
        level=2,
        skills=("matrix product", "broadcasting", "sum over samples"),
        kind=BackwardFunction("a function `f(grad_output, x, weight)`"),
        name="linear_backward",
        parameters=("grad_output", "x", "weight"),
        outputs=(Output("grad_x"), Output("grad_weight"), Output("grad_bias")),
        make=arguments,
        reference={"gradient": _reference},
        mistakes=gradient_mistakes(),
        probes=matrices(arguments),
        dims=named_sizes,
        ladder=Ladder(
            "The bias has shape (out,) and y has shape (N, out). How many entries of y does "
            "bias[0] reach?",
            "Three backwards that you know: a matrix product, a transpose, and a sum that "
            "broadcasts.",
            "grad_x = grad_output @ weight, grad_weight = grad_outputᵀ @ x, grad_bias[j] = "
            "Σₙ grad_output[n, j].",
            "grad_x = grad_output @ ...\ngrad_weight = ... @ x\ngrad_bias = grad_output.sum(...)\n"
            "return grad_x, grad_weight, grad_bias",
        ),
        stub=stub,
        solution=solution,
    )
