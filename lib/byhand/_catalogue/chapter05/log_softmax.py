"""log-softmax-backward."""

from __future__ import annotations

import torch
from torch import Tensor

from byhand._catalogue.chapter05.drawn import (
    every_size,
    far_rows,
    free,
    pair,
)
from byhand._catalogue.chapter05.log_softmax_mistakes import RIGHT, all_mistakes
from byhand._checker.inputs import Inputs
from byhand._checker.kinds import BackwardFunction
from byhand._checker.spec import Args, Exercise, Ladder, Output, Probe
from byhand._checker.standard import Make, single_precision


def _from(make: Make) -> Make:
    """The logarithms of the probabilities in place of the logits."""

    def drawn(inputs: Inputs) -> Args:
        grad_output, logits = make(inputs)
        return grad_output, torch.log_softmax(logits, -1)

    return drawn


def _reference(grad_output: Tensor, output: Tensor) -> Tensor:
    """PyTorch's gradient at the logits log p, whose log-softmax is log p again."""
    logits = output.clone().requires_grad_()
    found: Tensor = torch.autograd.grad(torch.log_softmax(logits, -1), logits, grad_output)[0]
    return found


def _far(inputs: Inputs) -> Args:
    grad_output, logits = free(inputs)
    return grad_output, torch.log_softmax(far_rows(logits), -1)


PROBES = (
    single_precision(_from(pair)),
    Probe(
        "wrong-for-saturated-rows",
        "log-probabilities of −2000 and 0",
        _far,
        "A log-probability of −2000 belongs to a probability that is rounded to 0. Such a class "
        "gets its own entry of `grad_output` and nothing else.",
        "Look for a division by p, for a logarithm of p, and for a `clamp`. " + RIGHT,
        shape=(3, 5),
    ),
    *every_size(_from(free)),
)


def backward(stub: str, solution: str) -> Exercise:
    """The gradient of log-softmax from its output."""
    return Exercise(
        id="log-softmax-backward",
        chapter=5,
        title="The backward of log-softmax",
        level=2,
        skills=("log-sum-exp", "VJP", "keepdim"),
        kind=BackwardFunction("a function `f(grad_output, output)`"),
        name="log_softmax_backward",
        parameters=("grad_output", "output"),
        outputs=(Output("grad_input"),),
        make=_from(pair),
        reference={"gradient": _reference},
        mistakes=all_mistakes(),
        probes=PROBES,
        ladder=Ladder(
            "output[i] = x[i] − log Σ e^x. On which two ways does x[j] reach output[i]?",
            "The first way gives g[j] itself. The second one, through log Σ e^x, is the same for "
            "all i, so the entries of g are added up.",
            "grad[j] = g[j] − p[j] · (sum of g over the row), with p = e^output.",
            "total = grad_output.sum(dim=-1, keepdim=...)\nreturn grad_output - ... * total",
        ),
        stub=stub,
        solution=solution,
    )
