"""softmax-stable."""

from __future__ import annotations

import torch
from torch import Tensor

from byhand._catalogue.chapter05.drawn import far_rows, free, images, minus_infinity, one_row, pair
from byhand._catalogue.chapter05.stable_mistakes import SHIFT, all_mistakes
from byhand._checker.inputs import Inputs
from byhand._checker.kinds import ForwardFunction
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Band, Exercise, Ladder, Output, Probe
from byhand._checker.standard import large, not_contiguous, one_number, single_precision, small


def _softmax(x: Tensor) -> Tensor:
    return torch.softmax(x, -1)


def _far(inputs: Inputs) -> Args:
    grad_output, x = free(inputs)
    return grad_output, far_rows(x)


def _masked(inputs: Inputs) -> Args:
    grad_output, x = free(inputs)
    return grad_output, minus_infinity(x)


def _any_finite(_: Tensor, x: Tensor) -> dict[str, tuple[Band]]:
    """Any finite number passes; the middle is the right one."""
    right = _softmax(x.double())
    return {"value": (Band(right - 1e9, right + 1e9),)}


def _far_probes(dtype: torch.dtype, words: str) -> tuple[Probe, ...]:
    """Finite, then the value, then the gradient: each fails for its own reason."""
    value = ForwardFunction("probabilities", parts=("value",))
    return (
        Probe(
            "overflow",
            f"logits of ±1000{words}",
            _far,
            "e^1000 is too large for any floating-point number and e^−1000 is rounded to 0, so "
            "the division gives ∞/∞ or 0/0, which is NaN. Softmax itself is finite for all logits.",
            SHIFT,
            dtype=dtype,
            expected=_any_finite,
            shape=(3, 5),
            kind=value,
        ),
        Probe(
            "wrong-value-far-away",
            f"logits of ±1000{words}",
            _far,
            "For large logits the result is finite and wrong. Only differences of logits count: "
            "1000 and 1001 have the same probabilities as 0 and 1.",
            f"{SHIFT} A `clamp`, `nan_to_num` or an added 1e-8 changes the result there.",
            dtype=dtype,
            shape=(3, 5),
            listed=False,
            kind=value,
        ),
        Probe(
            "wrong-gradient-far-away",
            f"logits of ±1000{words}",
            _far,
            "The probabilities are right, their gradient is not. A NaN here comes from a branch "
            "that overflows although `torch.where` does not choose it: 0 · ∞ is NaN.",
            SHIFT,
            dtype=dtype,
            shape=(3, 5),
            listed=False,
        ),
    )


PROBES = (
    *_far_probes(torch.float64, ""),
    *_far_probes(torch.float32, " in float32"),
    single_precision(pair),
    one_row(free),
    one_number(free),
    not_contiguous(free),
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
    large(pair),
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
