"""Which points of a fine grid lie inside an ellipse or a trapezoid, in exact whole numbers.

A part has its own coordinates (u, v), in which it reaches from −1 to 1. Its inside is where one or
two quadratic forms of the grid's (x, y) are not positive: u² + v² ≤ 1 for an ellipse; v² ≤ 1 and
u² ≤ w(v)² for a trapezoid of half-width w. A form has six coefficients, so all points are one
matrix product. It runs in float64 on whole numbers below 2⁵³, and is therefore exact: the order of
the sums, and so the number of threads and the processor, changes nothing.
"""

import functools
import math
from typing import NamedTuple

import torch
from torch import Tensor

from byhand._cifar10.shapes import ELLIPSE

FINE = 64
"""Points along one side of the grid: 2 × 2 for each pixel."""
UNIT = 4096
"""What 1 is in the coordinates (u, v) of a part, and in the table of cosines."""
THINNEST = 24
"""The smallest half-axis, in sixteenths; the picture's half-width is 64."""


class Placed(NamedTuple):
    """One part in each of K pictures, all (K,) int64.

    Centre `x`, `y` in −64…64 across the picture, half-axes `a`, `b` in sixteenths of that, `angle`
    in 1/256 of a turn, clockwise.
    """

    x: Tensor
    y: Tensor
    a: Tensor
    b: Tensor
    angle: Tensor


@functools.cache
def cosines() -> Tensor:
    """Return round(4096 cos) of each 1/256 of a turn, (256,) int64."""
    # No value lies within 1e-4 of a half, so every system's cosine rounds to the same number.
    return torch.tensor([round(UNIT * math.cos(math.tau * k / 256)) for k in range(256)])


@functools.cache
def _powers() -> Tensor:
    """Return x², xy, y², x, y, 1 at each point, (6, FINE²) float64."""
    line = torch.arange(FINE, dtype=torch.float64) * 2 - (FINE - 1)
    x, y = line.repeat(FINE), line.repeat_interleave(FINE)
    return torch.stack([x * x, x * y, y * y, x, y, torch.ones_like(x)])


def inside(form: int, part: Placed) -> Tensor:
    """Return the points inside the part, (K, FINE²) bool; `form` as in `shapes.Part`."""
    cos, sin = cosines()[part.angle % 256], cosines()[(part.angle - 64) % 256]
    u = _axis(cos, sin, part, part.a)
    v = _axis(-sin, cos, part, part.b)
    if form == ELLIPSE:
        return _not_positive(_square(u) + _square(v), UNIT**2)
    across = _not_positive(_square(v), UNIT**2)
    # the half-width w(v) is (16 + form + (16 − form) v) / 32: 1 at the lower edge
    edge = (16 - form) * v
    edge[:, 2] += (16 + form) * UNIT
    return across & _not_positive(_square(32 * u) - _square(edge), 0)


def _axis(x: Tensor, y: Tensor, part: Placed, length: Tensor) -> Tensor:
    """Return one coordinate of the part as x, y and constant coefficients, (K, 3)."""
    length = length.clamp(min=THINNEST)
    x = torch.div(16 * x, length, rounding_mode="floor")
    y = torch.div(16 * y, length, rounding_mode="floor")
    return torch.stack([x, y, -(x * part.x + y * part.y)], dim=1)


def _square(linear: Tensor) -> Tensor:
    """Return the six coefficients of a linear form's square, (K, 6), in the order of _powers."""
    x, y, one = linear.unbind(1)
    return torch.stack([x * x, 2 * x * y, y * y, 2 * x * one, 2 * y * one, one * one], dim=1)


def _not_positive(form: Tensor, bound: int) -> Tensor:
    form = form.double()
    form[:, 5] -= bound
    return form @ _powers() <= 0
