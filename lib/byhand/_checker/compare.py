"""When two results are the same, and where they differ most."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from byhand._checker.spec import Band

TINY = 1e-12
"""Error allowed where the right result is zero everywhere."""


def _limits(expected: Tensor | Band) -> tuple[Tensor, Tensor]:
    if isinstance(expected, Band):
        return expected.low.double(), expected.high.double()
    return expected.double(), expected.double()


def middle(expected: Tensor | Band) -> Tensor:
    """One right result: the tensor itself, or the middle of a band."""
    low, high = _limits(expected)
    return low if low is high else (low + high) / 2


def excess(got: Tensor, expected: Tensor | Band) -> Tensor:
    """How far each entry of `got` is from what is right; NaN and infinities count as far."""
    low, high = _limits(expected)
    values = got.double()
    distance = torch.maximum(low - values, values - high).clamp_min(0.0)
    same = (values == low) | (values == high)  # an infinity that is expected
    distance = torch.where(same, torch.zeros_like(distance), distance)
    return torch.where(torch.isnan(distance), torch.full_like(distance, math.inf), distance)


def close(got: Tensor, expected: Tensor | Band, rtol: float) -> bool:
    """Whether |got − expected| ≤ rtol · max|expected|, the maximum over the whole tensor.

    Elementwise tolerances reject right answers whose small entries are differences of large
    numbers, so the largest entry sets the scale for all.
    """
    if expected_shape(expected) != got.shape:
        return False
    if got.numel() == 0:
        return True
    low, high = _limits(expected)
    scale = float(torch.maximum(low.abs(), high.abs()).max())
    allowed = max(rtol * scale, TINY) if math.isfinite(scale) else TINY
    return bool(float(excess(got, expected).max()) <= allowed)


def expected_shape(expected: Tensor | Band) -> torch.Size:
    """Shape of a right result."""
    return expected.low.shape if isinstance(expected, Band) else expected.shape


@dataclass(frozen=True)
class Worst:
    """The entry that is farthest from right."""

    index: tuple[int, ...]
    got: float
    expected: float
    ratio: float | None


def worst_entry(got: Tensor, expected: Tensor | Band) -> Worst:
    """The first of the entries that differ most; shapes must agree.

    Entries within a billionth of the largest difference count as equal, so that rounding cannot
    move the choice from one processor to another.
    """
    distance = excess(got, expected).flatten()
    at = int((distance >= distance.max() * (1 - 1e-9)).nonzero()[0])
    index = tuple(int(k) for k in torch.unravel_index(torch.tensor(at), got.shape))
    right = middle(expected)
    ratio = None if isinstance(expected, Band) else common_ratio(got, right)
    return Worst(index, float(got.double()[index]), float(right[index]), ratio)


def common_ratio(got: Tensor, expected: Tensor, rtol: float = 1e-6) -> float | None:
    """The number c with got = c · expected in every entry, or None."""
    ours, theirs = got.double(), expected.double()
    square = float((theirs * theirs).sum())
    if ours.shape != theirs.shape or not square > 0 or not math.isfinite(square):
        return None
    ratio = float((ours * theirs).sum()) / square
    if not math.isfinite(ratio):
        return None
    # Near 1 the factor must explain the difference, and not be as large as what is left of it.
    if not close(ours, ratio * theirs, min(rtol, abs(ratio - 1) / 100) if ratio != 1 else rtol):
        return None
    return ratio
