"""temperature-backward."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

import torch
from torch import Tensor

from byhand._catalogue.chapter05.drawn import (
    every_size,
    far_rows,
    free,
    pair,
)
from byhand._catalogue.chapter05.temperature_mistakes import all_mistakes
from byhand._catalogue.far import far_away
from byhand._checker.inputs import Inputs
from byhand._checker.kinds import BackwardFunction
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Exercise, Ladder, Output, Probe
from byhand._checker.standard import Make, single_precision

TEMPERATURES = (0.625, 1.75, 2.5, 0.75, 1.25)
"""By seed; one more than shapes, so no shape owns one."""


def _warm(make: Make, temperature: float | None = None) -> Make:
    """A temperature as the third argument; the seed's own unless given."""

    def drawn(inputs: Inputs) -> Args:
        chosen = TEMPERATURES[inputs.seed % len(TEMPERATURES)]
        number = chosen if temperature is None else temperature
        return *make(inputs), torch.tensor(number, dtype=inputs.dtype, device="cpu")

    return drawn


def _value(logits: Tensor, temperature: Tensor) -> Tensor:
    return torch.softmax(logits / temperature, -1)


def _far(inputs: Inputs) -> Args:
    grad_output, logits = free(inputs)
    return grad_output, far_rows(logits)


REFERENCE = {"gradient": gradients(_value, wrt=(0, 1))}
STABLE = "Use `torch.softmax`, or subtract the largest logit of each row before `exp`."
PROBES = (
    single_precision(_warm(pair)),
    Probe(
        "wrong-at-temperature-one",
        "a temperature of 1",
        _warm(free, 1.0),
        "At T = 1 the gradient of the logits is softmax's own; the gradient of T is not zero.",
        "Leave out any special case for T = 1.",
        shape=(3, 5),
        listed=False,
    ),
    Probe(
        "wrong-for-another-temperature",
        "a temperature of 1/16",
        _warm(free, 0.0625),
        "The result is right for temperatures around 1 and wrong for a small one.",
        "Look for a `clamp`, and for a fixed number in the place of `temperature`.",
        shape=(3, 5),
    ),
    Probe(
        "wrong-for-another-temperature",
        "a temperature of 64",
        _warm(free, 64.0),
        "The result is right for temperatures around 1 and wrong for a large one.",
        "Look for a `clamp`, and for a fixed number in the place of `temperature`.",
        shape=(3, 5),
        listed=False,
    ),
    *far_away(_warm(_far), REFERENCE, STABLE, shape=(3, 5), exact=False),
    *every_size(_warm(free)),
)


def backward(stub: str, solution: str) -> Exercise:
    """The gradients of softmax with a temperature."""
    return Exercise(
        id="temperature-backward",
        chapter=5,
        title="The gradient of a temperature",
        level=3,
        skills=("chain rule", "quotient", "shared number"),
        kind=BackwardFunction("a function `f(grad_output, logits, temperature)`"),
        name="temperature_backward",
        parameters=("grad_output", "logits", "temperature"),
        outputs=(Output("grad_logits"), Output("grad_temperature")),
        make=_warm(pair),
        reference=REFERENCE,
        mistakes=all_mistakes(),
        probes=PROBES,
        dims=lambda g, x, t: {
            "T": float(t),
            "T²": float(t) ** 2,
            "n": float(x.numel()),
            "the batch size": float(x.shape[0]),
            "the last dimension's size": float(x.shape[-1]),
        },
        ladder=Ladder(
            "Call z = logits / T. How does z change if a logit grows by 1, and how if T grows a "
            "little?",
            "Two steps: first softmax's own backward, from p to z; then the quotient, from z to "
            "the logits and to T. All entries of z use the same T.",
            "grad_z = p · (g − dot), with dot = Σ g · p in each row. grad_logits = grad_z / T. "
            "grad_temperature = −Σ grad_z · logits / T², the sum over all entries.",
            "p = torch.softmax(..., dim=-1)\ndot = (...).sum(dim=-1, keepdim=True)\n"
            "grad_z = p * (...)\nreturn grad_z / ..., -(grad_z * ...).sum() / ...",
        ),
        stub=stub,
        solution=solution,
    )
