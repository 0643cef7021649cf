"""The form of an answer that returns directions: their scale and sign do not count."""

# ruff: noqa: ARG002  (every kind answers the same questions, used or not)

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from byhand._checker.kinds import BackwardFunction


def unit(rows: Tensor) -> Tensor:
    """Each row divided by its entry of largest size, sign included; zeros stay zeros.

    Of entries of equal size the first one counts. Their sizes are compared up to a millionth,
    so that rounding cannot choose another one.
    """
    sizes = rows.abs()
    largest = sizes.amax(-1, keepdim=True)
    first = (sizes >= largest * (1 - 1e-6)).double().argmax(-1, keepdim=True)
    chosen = rows.gather(-1, first)
    return rows / torch.where(chosen == 0, torch.ones_like(chosen), chosen)


@dataclass(frozen=True)
class Directions(BackwardFunction):
    """A function that returns directions, one for each row of its input."""

    def normalise(self, part: str, raw: Any, count: int) -> Any:
        """Every floating-point tensor with rows of unit size; all else as it was returned."""
        if isinstance(raw, tuple | list):
            rows = map(_directions, raw)
            return list(rows) if isinstance(raw, list) else tuple(rows)
        return _directions(raw)


def _directions(item: Any) -> Any:
    """One returned value: rows of unit size where it is a tensor of real numbers."""
    if not isinstance(item, Tensor) or item.layout != torch.strided:
        return item
    usable = item.ndim > 0 and item.numel() > 0 and item.is_floating_point()
    return unit(item.detach()) if usable and item.device.type == "cpu" else item
