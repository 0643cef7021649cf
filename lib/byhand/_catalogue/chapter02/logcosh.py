"""log-cosh-stable."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from byhand._catalogue.chapter02.logcosh_mistakes import FORM, LOG2, all_mistakes
from byhand._catalogue.chapter02.mse import pair
from byhand._checker.inputs import Inputs
from byhand._checker.kinds import ForwardFunction
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Band, Exercise, Ladder, Output, Probe
from byhand._checker.standard import four_dimensions, large, no_dimension, small, standard


def _loss(x: Tensor, t: Tensor) -> Tensor:
    d = x - t
    return (torch.logaddexp(d, -d) - LOG2).mean()


def _far(inputs: Inputs) -> Args:
    """Differences of about −1000 and 1000, where e^1000 is larger than any number."""
    grad_output, x, t = pair(inputs)
    x[..., 0], x[..., 1] = x[..., 0] - 1000, x[..., 1] + 1000
    return grad_output, x, t


def _equal(inputs: Inputs) -> Args:
    grad_output, x, t = pair(inputs)
    x[..., 0] = t[..., 0]
    return grad_output, x, t


def _any_finite(_: Tensor, x: Tensor, t: Tensor) -> dict[str, tuple[Band]]:
    """Any finite number passes; the middle is the right one."""
    right = _loss(x.double(), t.double())
    return {"value": (Band(right - 1e9, right + 1e9),)}


def _far_probe(dtype: torch.dtype, words: str) -> tuple[Probe, ...]:
    """Finite, then the value, then the gradient: each fails for its own reason."""
    value = ForwardFunction("loss", parts=("value",))
    return (
        Probe(
            "overflow",
            f"differences of ±1000{words}",
            _far,
            "cosh(1000) is too large for any floating-point number, so the loss becomes infinite "
            "or NaN. The right value is about |d| − log 2.",
            FORM,
            dtype=dtype,
            expected=_any_finite,
            shape=(3, 5),
            kind=value,
        ),
        Probe(
            "wrong-value-far-away",
            f"differences of ±1000{words}",
            _far,
            "Far from zero the loss is finite and wrong. The right value is about |d| − log 2.",
            "Compare your formula with |d| − log 2 at d = 1000 and at d = −1000. A `clamp` and "
            "`nan_to_num` change the loss there.",
            dtype=dtype,
            shape=(3, 5),
            listed=False,
            kind=value,
        ),
        Probe(
            "wrong-gradient-far-away",
            f"differences of ±1000{words}",
            _far,
            "The loss is right, its gradient is not. A NaN here comes from a branch that "
            "overflows although `torch.where` does not choose it: 0 · ∞ is NaN. A zero comes from "
            "`clamp`.",
            FORM,
            dtype=dtype,
            shape=(3, 5),
            listed=False,
        ),
    )


PROBES = (
    *standard(pair),
    four_dimensions(pair),
    no_dimension(pair),
    Probe(
        "wrong-at-zero",
        "inputs equal to their targets",
        _equal,
        "At d = 0 the loss is 0 and its slope is 0.",
        "Look for a division by d, or for the root of d².",
    ),
    *_far_probe(torch.float64, ""),
    *_far_probe(torch.float32, " in float32"),
    large(pair),
    replace(
        small(pair),  # the value has lost its digits there, in every float32 constant
        kind=ForwardFunction("loss", parts=("gradient",)),
    ),
)


def stable(stub: str, solution: str) -> Exercise:
    """The log-cosh loss without overflow."""
    return Exercise(
        id="log-cosh-stable",
        chapter=2,
        title="log-cosh without overflow",
        level=3,
        skills=("numerical stability", "softplus", "torch.where and NaN"),
        kind=ForwardFunction("loss", "a function `f(input, target)` that returns the mean loss"),
        name="log_cosh",
        parameters=("grad_output", "input", "target"),
        outputs=(Output("grad_input"), Output("grad_target")),
        make=pair,
        reference={"value": _loss, "gradient": gradients(_loss, wrt=(0, 1))},
        mistakes=all_mistakes(),
        probes=PROBES,
        ladder=Ladder(
            "How large is cosh(1000), and how large is its logarithm?",
            "Write cosh d = (e^d + e^−d)/2, and pull the larger exponential out of the sum.",
            FORM,
            "difference = input - target\nreturn (... + F.softplus(...) - ...).mean()",
        ),
        stub=stub,
        solution=solution,
    )
