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
            return type(raw)(self.normalise(part, item, 1) for item in raw)
        plain = isinstance(raw, Tensor) and raw.layout == torch.strided and raw.ndim > 0
        if not plain or not raw.is_floating_point() or raw.device.type != "cpu":
            return raw
        return unit(raw.detach()) if raw.numel() else raw
