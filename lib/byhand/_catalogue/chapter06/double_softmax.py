"""double-softmax."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from byhand._catalogue.chapter06.double_softmax_mistakes import STEP, all_mistakes
from byhand._catalogue.chapter06.drawn import classes
from byhand._catalogue.far import far_away
from byhand._checker.inputs import Inputs
from byhand._checker.kinds import ForwardFunction
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Exercise, Ladder, Output, Probe

SIZES = ((3, 5, 7, 11), (5, 3, 7, 3), (7, 3, 5, 11), (5, 7, 3, 7))
"""N samples of T parts with K features, and C classes, by seed."""


def _drawn(inputs: Inputs, n: int, t: int, k: int, c: int) -> Args:
    x, query, weight = inputs.values(n, t, k) / 2, inputs.values(k) / 2, inputs.values(c, k)
    return inputs.grad_scalar(), x, query, weight, classes(inputs, n, c)


def _arguments(inputs: Inputs) -> Args:
    return _drawn(inputs, *SIZES[inputs.seed % len(SIZES)])


def _far(inputs: Inputs) -> Args:
    grad_output, x, query, weight, target = _arguments(inputs)
    return grad_output, x, query, weight * 1024, target


def _loss(x: Tensor, query: Tensor, weight: Tensor, target: Tensor) -> Tensor:
    attention = torch.softmax(x @ query, dim=-1)
    pooled = torch.einsum("nt,ntk->nk", attention, x)
    return F.cross_entropy(pooled @ weight.T, target)


REFERENCE = {"value": _loss, "gradient": gradients(_loss, wrt=(0, 1, 2, 3))}
PROBES = (
    Probe(
        "wrong-in-float32",
        "float32 inputs",
        _arguments,
        "The numbers are right in float64 and wrong in float32.",
        "Look for a step that loses digits.",
        dtype=torch.float32,
    ),
    Probe(
        "wrong-for-one-sample",
        "one sample of one part",
        lambda inputs: _drawn(inputs, 1, 1, 3, 5),
        "The loss is right for larger batches and wrong for one sample of one part.",
        "Look for `squeeze`, and for a sum over the wrong dimension.",
    ),
    Probe(
        "wrong-for-two-classes",
        "two classes",
        lambda inputs: _drawn(inputs, 5, 3, 7, 2),
        "The loss is right for three classes and more, and wrong for two.",
        "Two classes need no case of their own: the general line is right for them.",
        listed=False,
    ),
    *far_away(
        _far,
        REFERENCE,
        f"{STEP} It shifts the scores before it takes exponentials.",
        "scores of about ±1000",
        exact=False,
    ),
)


def repair(stub: str, solution: str) -> Exercise:
    """A classifier with a softmax too many."""
    return Exercise(
        id="double-softmax",
        chapter=6,
        title="Find the softmax too many",
        level=2,
        skills=("logits and probabilities", "silent mistakes", "attention weights"),
        kind=ForwardFunction(
            "loss", "a function `f(x, query, weight, target)` that returns a loss"
        ),
        name="repaired_loss",
        parameters=("grad_output", "x", "query", "weight", "target"),
        outputs=(
            Output("grad_x"),
            Output("grad_query"),
            Output("grad_weight"),
            Output("grad_target"),
        ),
        make=_arguments,
        reference=REFERENCE,
        mistakes=all_mistakes(),
        probes=PROBES,
        ladder=Ladder(
            "There are three softmaxes in `broken_loss`, one of them inside `log_softmax`. What "
            "is each of them for?",
            "The weights of the T parts must be positive and add up to 1. `log_softmax` takes "
            "scores, any real numbers. What does it get here?",
            "loss = mean of −log_softmax(scores)[target], with scores = pooled · weightᵀ.",
            "attention = torch.softmax(x @ query, dim=-1)\n"
            "pooled = (attention.unsqueeze(-1) * x).sum(1)\nlogits = ...\n"
            "return F.nll_loss(torch.log_softmax(..., dim=-1), target)",
        ),
        stub=stub,
        solution=solution,
    )
