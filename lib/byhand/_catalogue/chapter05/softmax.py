"""softmax-backward."""

from __future__ import annotations

import torch
from torch import Tensor

from byhand._catalogue.chapter05.drawn import (
    every_size,
    free,
    pair,
)
from byhand._catalogue.chapter05.softmax_mistakes import RIGHT, all_mistakes
from byhand._checker.inputs import Inputs
from byhand._checker.kinds import BackwardFunction
from byhand._checker.spec import Args, Exercise, Ladder, Output, Probe
from byhand._checker.standard import Make, single_precision


def _from(make: Make) -> Make:
    """The probabilities in place of the logits."""

    def drawn(inputs: Inputs) -> Args:
        grad_output, logits = make(inputs)
        return grad_output, torch.softmax(logits, -1)

    return drawn


def reference(grad_output: Tensor, output: Tensor) -> Tensor:
    """PyTorch's gradient at the logits log p, whose softmax is p."""
    logits = output.log().requires_grad_()
    found: Tensor = torch.autograd.grad(torch.softmax(logits, -1), logits, grad_output)[0]
    return found


def _saturated(inputs: Inputs) -> Args:
    grad_output, output = _from(free)(inputs)
    output[0], output[1] = 0.0, 0.0
    output[0, 2], output[1, 0] = 1.0, 1.0
    return grad_output, output


def _rare(inputs: Inputs) -> Args:
    """One class of each row is rare, and receives about 1/p, as −log p of it sends back."""
    grad_output, logits = free(inputs)
    logits[..., 1] -= 20.0
    output = torch.softmax(logits, -1)
    grad_output[..., 1] /= output[..., 1]
    return grad_output, output


PROBES = (
    single_precision(_from(pair)),
    Probe(
        "wrong-for-saturated-rows",
        "probabilities of exactly 0 and 1",
        _saturated,
        "Where one class has probability 1 and the others 0, every gradient of the row is 0.",
        "Look for a division by p, for a logarithm of p and for a `clamp`. " + RIGHT,
        shape=(3, 5),
    ),
    Probe(
        "wrong-for-small-numbers",
        "a probability near 1e-9 with a `grad_output` near 1e9",
        _rare,
        "The numbers are right for usual probabilities. A very small one may receive a very large "
        "`grad_output`, as a logarithm behind softmax sends it, and their product counts.",
        "Look for a small constant, a `clamp`, and a test of the size of p. " + RIGHT,
        shape=(3, 5),
        listed=False,
    ),
    *every_size(_from(free)),
)


def backward(stub: str, solution: str) -> Exercise:
    """The gradient of softmax from its output."""
    return Exercise(
        id="softmax-backward",
        chapter=5,
        title="The backward of softmax",
        level=2,
        skills=("Jacobian", "VJP", "keepdim"),
        kind=BackwardFunction("a function `f(grad_output, output)`"),
        name="softmax_backward",
        parameters=("grad_output", "output"),
        outputs=(Output("grad_input"),),
        make=_from(pair),
        reference={"gradient": reference},
        mistakes=all_mistakes(),
        probes=PROBES,
        ladder=Ladder(
            "If one logit of a row grows, which probabilities of that row change?",
            "∂p[i]/∂x[j] = p[i] · (1 if i is j, else 0) − p[i] · p[j]. Multiply by g[i] and add "
            "over i: one of the two terms becomes a single number for each row.",
            "grad[j] = p[j] · (g[j] − dot), with dot = the sum over i of g[i] · p[i] in the same "
            "row.",
            "dot = (...).sum(dim=-1, keepdim=True)\nreturn output * (...)",
        ),
        stub=stub,
        solution=solution,
    )
