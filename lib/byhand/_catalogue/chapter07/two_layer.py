"""two-layer-backward."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from byhand._catalogue.chapter07.two_layer_mistakes import all_mistakes, backward_with, gate
from byhand._checker.inputs import Inputs
from byhand._checker.kinds import BackwardFunction
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Band, Exercise, Ladder, Output, Probe
from byhand._checker.standard import Make, large, small, standard

SIZES = ((3, 5, 11, 7), (5, 7, 11, 3), (7, 3, 5, 11), (3, 11, 7, 5))
"""Samples, features, hidden numbers and outputs, by seed."""


def _arguments(inputs: Inputs) -> Args:
    ones = inputs.shape() == (1, 1)
    n, features, hidden, out = (1, 1, 1, 1) if ones else SIZES[inputs.seed % len(SIZES)]
    x, w1 = inputs.values(n, features), inputs.values(features, hidden)
    return inputs.values(n, out), x, w1, inputs.values(hidden, out)


def _of_sign(sign: float) -> Make:
    """All numbers before the ReLU have this sign."""

    def drawn(inputs: Inputs) -> Args:
        g, x, w1, w2 = _arguments(inputs)
        return g, x.abs(), sign * w1.abs(), w2

    return drawn


def _at_kink(inputs: Inputs) -> Args:
    """The second sample is zero, and so is all that the ReLU gets of it."""
    g, x, w1, w2 = _arguments(inputs)
    x[1] = 0
    return g, x, w1, w2


def _bands(g: Tensor, x: Tensor, w1: Tensor, w2: Tensor) -> Mapping[str, Any]:
    """At exactly 0 every slope of the ReLU from 0 to 1 is right."""
    g, x, w1, w2 = (value.double() for value in (g, x, w1, w2))
    closed = backward_with(g, x, w1, w2, gate(x @ w1))
    opened = backward_with(g, x, w1, w2, (x @ w1 >= 0).double())
    pairs = zip(closed, opened, strict=True)
    return {"gradient": tuple(Band(torch.minimum(a, b), torch.maximum(a, b)) for a, b in pairs)}


def _network(x: Tensor, w1: Tensor, w2: Tensor) -> Tensor:
    return torch.relu(x @ w1) @ w2


PROBES = (
    *standard(_arguments),
    large(_arguments),
    small(_arguments),
    Probe(
        "wrong-for-open-units",
        "numbers before the ReLU that are all positive",
        _of_sign(1.0),
        "Where all numbers are positive the ReLU changes nothing.",
        "Compare `x @ w1` with 0, and nothing else.",
        listed=False,
    ),
    Probe(
        "wrong-for-closed-units",
        "numbers before the ReLU that are all negative",
        _of_sign(-1.0),
        "Where all numbers are negative nothing passes the ReLU: all three gradients are zero.",
        "Look for a division by a hidden number.",
        listed=False,
    ),
    Probe(
        "wrong-at-kink",
        "a sample of zeros, at the kink of the ReLU",
        _at_kink,
        "At exactly 0 the slope of the ReLU may be any number from 0 to 1; the result is none of "
        "these.",
        "Look for a division by a hidden number.",
        expected=_bands,
    ),
)


def backward(stub: str, solution: str) -> Exercise:
    """The gradients of a network with one hidden layer."""
    return Exercise(
        id="two-layer-backward",
        chapter=7,
        title="The backward of a whole network",
        level=2,
        skills=("chain rule", "matrix product", "ReLU"),
        kind=BackwardFunction("a function `f(grad_output, x, w1, w2)`"),
        name="two_layer_backward",
        parameters=("grad_output", "x", "w1", "w2"),
        outputs=(Output("grad_x"), Output("grad_w1"), Output("grad_w2")),
        make=_arguments,
        reference={"gradient": gradients(_network, wrt=(0, 1, 2))},
        mistakes=all_mistakes(),
        probes=PROBES,
        dims=lambda g, x, w1, w2: {
            "the number of samples": float(len(x)),
            "the number of features": float(len(w1)),
            "the number of hidden units": float(len(w2)),
            "the number of outputs": float(g.shape[1]),
        },
        ladder=Ladder(
            "Which of the forward's numbers does each step of the backward need again?",
            "Three backwards in a row, from the end: a matrix product, a ReLU, a matrix product. "
            "Compute z = x @ w1 and h = relu(z) again first.",
            "grad_w2 = hᵀ @ g, grad_h = g @ w2ᵀ, grad_z = grad_h where z > 0 and 0 elsewhere, "
            "grad_w1 = xᵀ @ grad_z, grad_x = grad_z @ w1ᵀ.",
            "z = x @ w1\nh = torch.relu(z)\ngrad_w2 = ... @ grad_output\n"
            "grad_h = grad_output @ ...\ngrad_z = grad_h * (z > ...)\n"
            "return grad_z @ ..., x.T @ ..., grad_w2",
        ),
        stub=stub,
        solution=solution,
    )
