"""softmax-stable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor

from byhand._catalogue.chapter05.drawn import (
    far_rows,
    free,
    images,
    minus_infinity,
    one_row,
    pair,
    turned,
)
from byhand._catalogue.chapter05.stable_mistakes import SHIFT, all_mistakes
from byhand._checker.inputs import Inputs
from byhand._checker.kinds import ForwardFunction
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Band, Exercise, Ladder, Output, Probe
from byhand._checker.standard import large, one_number, single_precision, small

VALUE = ForwardFunction("probabilities", parts=("value",))


def _softmax(x: Tensor) -> Tensor:
    return torch.softmax(x, -1)


def _far(inputs: Inputs) -> Args:
    grad_output, x = free(inputs)
    return grad_output, far_rows(x)


def _moved(*distances: float) -> Callable[[Inputs], Args]:
    """Rows moved by these distances, a different one for each row."""

    def moved(inputs: Inputs) -> Args:
        grad_output, x = free(inputs)
        far = torch.tensor(distances, dtype=x.dtype, device="cpu")
        return grad_output, x + far.unsqueeze(-1)

    return moved


def _wide(inputs: Inputs) -> Args:
    grad_output, x = free(inputs)
    return grad_output, torch.where(x == x.amax(-1, keepdim=True), x + 1000, x - 1000)


def _masked(inputs: Inputs) -> Args:
    grad_output, x = free(inputs)
    return grad_output, minus_infinity(x)


def _any_finite(_: Tensor, x: Tensor) -> dict[str, tuple[Band]]:
    """Any finite number passes; the middle is the right one."""
    right = _softmax(x.double())
    return {"value": (Band(right - 1e9, right + 1e9),)}


def _up_to_rounding(grad_output: Tensor, x: Tensor) -> dict[str, tuple[Tensor | Band]]:
    """Logits so far apart that the gradient is 0: `grad_output` sets the scale of its rounding."""
    right = gradients(_softmax, wrt=(0,))(grad_output, x)[0]
    room = 1e-9 * grad_output.abs().max()
    return {"value": (_softmax(x),), "gradient": (Band(right - room, right + room),)}


def _finite(code: str, label: str, make: Callable[[Inputs], Args], message: str) -> Probe:
    """A case in which any finite number passes."""
    return Probe(
        code,
        label,
        make,
        message,
        SHIFT,
        expected=_any_finite,
        shape=(3, 5),
        listed=code == "overflow",
        kind=VALUE,
    )


FINITE = (
    _finite(
        "overflow",
        "logits around 1000",
        _moved(1000, 1000, 1000),
        "e^1000 is too large for any floating-point number, so the division gives ∞/∞, which is "
        "NaN. Softmax itself is finite for all logits.",
    ),
    _finite(
        "underflow",
        "logits around −1000",
        _moved(-1000, -1000, -1000),
        "e^−1000 is rounded to 0, so the division gives 0/0, which is NaN. Softmax itself is "
        "finite for all logits.",
    ),
    _finite(
        "shift-not-per-row",
        "one row around 1000 and others around −1000",
        _moved(-1000, 1000, -1000),
        "The result is finite if all rows are alike, and not if they differ: one shift for all "
        "rows leaves a row of exponentials that are 0, or infinite. Each row needs its own.",
    ),
    _finite(
        "shift-not-largest",
        "logits of −1000 and 1000 in one row",
        _wide,
        "The result is finite if the logits of a row are close together, and not if they are far "
        "apart. Only if the largest one is shifted to 0 is every exponential at most 1 and their "
        "sum at least 1.",
    ),
)


def _right(dtype: torch.dtype, words: str) -> tuple[Probe, ...]:
    """Far from zero: finite in float32 too, then the value, then the gradient."""
    overflow = replace(
        FINITE[0], label=f"logits of ±1000{words}", make=_far, dtype=dtype, listed=False
    )
    value = replace(
        overflow,
        code="wrong-value-far-away",
        message="For large logits the result is finite and wrong. Only differences of logits "
        "count: 1000 and 1001 have the same probabilities as 0 and 1.",
        next_step=f"{SHIFT} A `clamp`, `nan_to_num` or an added 1e-8 changes the result there.",
        expected=None,
    )
    gradient = replace(
        value,
        code="wrong-gradient-far-away",
        message="The probabilities are right, their gradient is not. A NaN here comes from an "
        "exponential that overflows on the way, although the result hides it: as 1/∞ = 0, or in a "
        "branch that `torch.where` does not choose. In the backward 0 · ∞ is NaN.",
        next_step=SHIFT,
        kind=None,
    )
    return overflow, value, gradient


PROBES = (
    *FINITE,
    *_right(torch.float64, ""),
    *_right(torch.float32, " in float32"),
    single_precision(pair),
    one_row(free),
    one_number(free),
    turned(free),
    images(free),
    Probe(
        "wrong-with-minus-infinity",
        "a logit of −∞ in each row",
        _masked,
        "A logit of −∞ switches its class off: its probability is 0, and the other entries are "
        "the softmax of the rest. Attention masks do this.",
        "e^−∞ is 0, so the plain formula with the shift by the row's largest logit does it. Look "
        "for a product of 0 and ∞, and for a mean or a minimum of the row.",
        shape=(3, 5),
    ),
    replace(large(pair), expected=_up_to_rounding),
    small(pair),
)


def stable(stub: str, solution: str) -> Exercise:
    """Softmax that does not overflow."""
    return Exercise(
        id="softmax-stable",
        chapter=5,
        title="Softmax without overflow",
        level=1,
        skills=("numerical stability", "shift invariance", "keepdim"),
        kind=ForwardFunction("probabilities", "a function `f(x)` that returns probabilities"),
        name="softmax_stable",
        parameters=("grad_output", "x"),
        outputs=(Output("the gradient of x"),),
        make=pair,
        reference={"value": _softmax, "gradient": gradients(_softmax, wrt=(0,))},
        mistakes=all_mistakes(),
        probes=PROBES,
        rtol=1e-9,
        ladder=Ladder(
            "What is e^1000 in floating-point numbers, and what is the softmax of [1000, 1001]?",
            "Softmax sees differences only: subtract the same number from all logits of a row, "
            "and nothing changes. Which number makes every exponential at most 1?",
            "p = e^(x − m) / sum(e^(x − m)), with m the largest logit of the row; the maximum "
            "and the sum run over the last dimension.",
            "largest = x.amax(dim=..., keepdim=True)\nexponentials = (...).exp()\n"
            "return exponentials / ...",
        ),
        stub=stub,
        solution=solution,
    )
