"""Right numbers that were cut off, or that lost digits."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from byhand._checker.compare import close, common_ratio
from byhand._checker.factors import common_number
from byhand._checker.scene import Scene, found
from byhand._checker.spec import Finding
from byhand._checker.wording import number

NEARLY = 1e-3
"""Largest error, relative to the largest entry, of a result that has only lost digits."""


def clipped(scene: Scene) -> Finding | None:
    """Right up to a limit, and the limit itself beyond it."""
    if not scene.same_shapes or scene.part == "value":
        return None
    got = torch.cat([ours.double().flatten() for ours, _ in scene.pairs])
    want = torch.cat([right.flatten() for _, right in scene.pairs])
    if got.numel() == 0 or not bool(torch.isfinite(got).all()):
        return None
    low, high = float(got.min()), float(got.max())
    size = max(-low, high)
    for floor, ceiling in ((-size, size), (low, math.inf), (-math.inf, high)):
        if _cut(scene.pairs, want, floor, ceiling):
            return _clipped(scene, floor, ceiling)
    return None


def _cut(pairs: list[tuple[Tensor, Tensor]], want: Tensor, floor: float, ceiling: float) -> bool:
    """Whether clamping to these limits explains every case, and only some entries of them."""
    touched = (want < floor - 1e-6 * abs(floor)) | (want > ceiling + 1e-6 * abs(ceiling))
    return (
        bool(touched.any())
        and not bool(touched.all())
        and all(close(ours, right.clamp(floor, ceiling), 1e-6) for ours, right in pairs)
    )


def _clipped(scene: Scene, floor: float, ceiling: float) -> Finding:
    if math.isinf(ceiling):
        words = f"below {number(floor)}"
    elif math.isinf(floor):
        words = f"above {number(ceiling)}"
    else:
        words = f"beyond ±{number(ceiling)}"
    return found(
        scene,
        "clipped",
        f"{scene.name} is right, except that every entry {words} is cut off there.",
        "Leave out the `clamp`, `min` or `max`: a gradient may be large. Where it shall be "
        "limited, the training loop does that, after the backward.",
    )


def nearly(scene: Scene) -> Finding | None:
    """Right to a few digits."""
    if not scene.same_shapes or not scene.pairs or not scene.exercise.kind.reveals:
        return None
    if scene.exercise.row is not None:
        return None  # what is counted does not lose digits
    worst = max(_relative_error(ours, right) for ours, right in scene.pairs)
    ratios = [common_ratio(ours, right) for ours, right in scene.pairs]
    known = [ratio for ratio in ratios if ratio is not None]
    if not worst <= NEARLY or (len(known) == len(ratios) and common_number(known) is not None):
        return None
    digits = math.floor(-math.log10(worst))
    return found(
        scene,
        "digits-lost",
        f"{scene.name} agrees with the right result to about {digits} digits, and no further.",
        "Look for `.half()`, `.float()` or rounding on the way, and for a small constant that is "
        "added, such as 1e-4.",
    )


def _relative_error(ours: Tensor, right: Tensor) -> float:
    scale = float(right.abs().max()) if right.numel() else 0.0
    return float((ours.double() - right).abs().max()) / scale if scale > 0 else math.inf
