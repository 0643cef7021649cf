"""Special cases far from zero: first the result must be finite, then it must be right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor

from byhand._checker.inputs import Inputs
from byhand._checker.reference import doubled, listed
from byhand._checker.spec import Args, Band, Formula, Probe

WIDE = 1e9
"""Farther from the right result than any finite one that a small input can give."""
OVERFLOW = (
    "e^1000 is too large for any floating-point number, and the logarithm of a probability that "
    "is rounded to 0 is −∞. The right result is finite for all logits."
)
FINITE = (
    "The result is right for small logits; for large ones it is finite and wrong. Only "
    "differences of logits count: 1000 and 1001 have the same probabilities as 0 and 1."
)


def any_finite(reference: Mapping[str, Formula]) -> Callable[..., Mapping[str, Any]]:
    """What a probe expects where any finite number passes; the middle is the right one.

    Args:
        reference: the exercise's reference, part by part.
    """

    def expected(*args: Any) -> Mapping[str, Any]:
        wide = doubled(args)
        return {
            part: tuple(map(_band, listed(formula(*(wide[1:] if part == "value" else wide)))))
            for part, formula in reference.items()
        }

    return expected


def _band(right: Tensor | None) -> Band | None:
    return None if right is None else Band(right - WIDE, right + WIDE)


def far_away(
    make: Callable[[Inputs], Args],
    reference: Mapping[str, Formula],
    next_step: str,
    label: str = "logits of ±1000",
    overflow: str = OVERFLOW,
    finite: str = FINITE,
    shape: tuple[int, ...] | None = None,
    exact: bool = True,
) -> tuple[Probe, ...]:
    """Finite and right in float64; finite in float32, and right where digits allow it.

    Args:
        make: draws the arguments.
        reference: the exercise's reference, part by part.
        next_step: how to stay finite.
        label: the case in words.
        overflow: why an answer gives NaN or infinity here.
        finite: what a finite, wrong answer has missed.
        shape: the shape that ``Inputs.shape()`` gives.
        exact: false where float32 loses digits on the way, PyTorch's own too: a sum with
            terms of some thousands. Then float32 must be finite, and no more.
    """
    probes: list[Probe] = []
    look = "Look for `clamp`, for `nan_to_num`, and for a small constant such as 1e-8."
    for dtype, words in ((torch.float64, ""), (torch.float32, " in float32")):
        listed_here = dtype == torch.float64
        expected, name = any_finite(reference), f"{label}{words}"
        probes.append(
            Probe("overflow", name, make, overflow, next_step, dtype, expected,
                  listed=listed_here, shape=shape)
        )  # fmt: skip
        if exact or listed_here:
            probes.append(
                Probe("wrong-far-away", name, make, finite, f"{look} {next_step}", dtype,
                      listed=False, shape=shape)
            )  # fmt: skip
    return tuple(probes)
