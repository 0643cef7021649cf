"""momentum-step."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

from dataclasses import replace
from typing import Any

from torch import Tensor

from byhand._catalogue.chapter07.drawn import OUTPUTS, Params, like, step_probes, usual
from byhand._catalogue.chapter07.momentum_mistakes import all_mistakes
from byhand._catalogue.chapter07.sgd import RATES, pytorch
from byhand._catalogue.chapter07.update_kind import Update, several, tracked
from byhand._checker.inputs import Inputs
from byhand._checker.spec import Args, Exercise, Ladder, Probe

MOMENTA = (0.875, 0.5, 0.75, 0.9)
KIND = Update(
    "a function `f(params, buffers, lr, momentum)` that changes parameters and buffers",
    parts=("value", "buffers", "cleared"),
    mutates=("params", "buffers"),
    states=("buffers",),
)


def _step(
    params: Params, buffers: Params, lr: float, momentum: float
) -> tuple[tuple[Tensor, ...], list[Any]]:
    after, held = pytorch(params, list(buffers), lr, momentum)
    return tuple(after), held


def _arguments(inputs: Inputs, params: Params) -> Args:
    k = inputs.seed % len(RATES)
    return params, like(inputs, params), RATES[k], MOMENTA[k]


def _at_first(inputs: Inputs, params: Params) -> Args:
    params, buffers, lr, momentum = _arguments(inputs, params)
    return params, [b.zero_() for b in buffers], lr, momentum


def _without_momentum(inputs: Inputs, params: Params) -> Args:
    params, buffers, lr, _ = _arguments(inputs, params)
    return params, buffers, lr, 0.0


def _again(args: Args, done: int) -> Args:
    params, buffers, lr, momentum = args
    return params, buffers, lr / 2**done, momentum


PROBES = (
    *step_probes(_arguments),
    Probe(
        "wrong-at-first",
        "buffers that are zero, as before the first step",
        usual(_at_first),
        "With zeros in the buffers the step is plain gradient descent, and the buffer is the "
        "gradient afterwards.",
        "Look for a special case, and for `.grad` itself in the place of a copy.",
    ),
    Probe(
        "wrong-without-momentum",
        "a momentum of 0",
        usual(_without_momentum),
        "With momentum 0 the step is plain gradient descent.",
        "Look for a division by momentum, and for a fixed number in its place.",
        listed=False,
        kind=replace(KIND, parts=("value", "cleared")),  # PyTorch then leaves the buffers alone
    ),
    several(
        usual(_at_first),
        KIND,
        _again,
        _step,
        "lr is halved after each step here. Look for lr inside the buffer, and for anything that "
        "is kept outside `buffers`.",
    ),
    tracked(usual(_arguments), KIND),
)


def step(stub: str, solution: str) -> Exercise:
    """One step of gradient descent with momentum."""
    return Exercise(
        id="momentum-step",
        chapter=7,
        title="A step with momentum",
        level=2,
        skills=("in place", "state", "momentum"),
        kind=KIND,
        name="momentum_step",
        parameters=("params", "buffers", "lr", "momentum"),
        outputs=OUTPUTS,
        make=usual(_arguments),
        reference={
            "value": lambda *args: _step(*args)[0],
            "buffers": lambda *args: _step(*args)[1],
            "cleared": lambda params, *rest: (None,) * len(params),
        },
        mistakes=all_mistakes(),
        probes=PROBES,
        dims=lambda params, buffers, lr, momentum: {
            "lr": lr,
            "momentum": momentum,
            "(1 − momentum)": 1 - momentum,
        },
        ladder=Ladder(
            "What must be remembered from one step to the next, and where can it be kept?",
            "Two steps for each parameter: first the new buffer from the old one and the "
            "gradient, then the new parameter from the new buffer.",
            "b ← momentum · b + g, then w ← w − lr · b. Both in place; then clear `.grad`.",
            "with torch.no_grad():\n    for p, b in zip(params, buffers):\n"
            "        if p.grad is ...:\n            continue\n        b.mul_(...).add_(...)\n"
            "        p -= ...\n        p.grad = ...",
        ),
        stub=stub,
        solution=solution,
    )
