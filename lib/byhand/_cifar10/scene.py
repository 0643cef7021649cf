"""One picture: a silhouette in some pose, before a background, with light, clutter and noise.

Colours are drawn alike for all ten classes, so that colour alone says little about the class.
Everything is whole numbers, see `conics`.
"""

import functools
from typing import NamedTuple

import torch
from torch import Generator, Tensor

from byhand._cifar10.conics import FINE, UNIT, Placed, cosines, inside
from byhand._cifar10.shapes import BOX, DARK, ELLIPSE, LIGHT, TRIANGLE, Part

SIDE = 32
GROUND, BEHIND, BESIDE, BEFORE = 6, 7, 8, 9
"""Colours of what is not the object, after those of `shapes`."""
COLOURS = 10
PARTS = 14
"""The most parts that a silhouette may have."""
TEXTURE = 9
"""Points along one side of the coarse grid behind the background's spots."""


class Drawn(NamedTuple):
    """The random numbers of K pictures; row k belongs to picture k whatever its class is."""

    pose: Tensor
    """(K, 9) in ±256: flip, scale, width, height, turn, x, y; the ground: height, slope."""
    wobble: Tensor
    """(K, PARTS, 5) in ±32: x, y, half-axes and angle of each part."""
    clutter: Tensor
    """(K, 4, 5) in ±256: x, y, half-axes and angle of each thing that is not the object."""
    level: Tensor
    """(K, 4) in 0…255: background, contrast, lighter or darker, accent."""
    tint: Tensor
    """(K, COLOURS, 3) in ±40: red, green and blue of each colour."""
    light: Tensor
    """(K, 4) in ±8: direction of the light, and of the background's gradient."""
    texture: Tensor
    """(K, 3, TEXTURE, TEXTURE) in ±48: spots of the background."""
    grain: Tensor
    """(K, 3, 32, 32) in 0…1023: two numbers of five bits."""

    def rows(self, index: Tensor) -> "Drawn":
        """Return the numbers of some of the pictures."""
        return Drawn(*(numbers[index] for numbers in self))


def draw_numbers(generator: Generator, count: int) -> Drawn:
    """Draw the random numbers of some pictures, always in this order."""

    def between(low: int, high: int, *shape: int) -> Tensor:
        return torch.randint(low, high + 1, (count, *shape), generator=generator)

    return Drawn(
        pose=between(-256, 256, 9),
        wobble=between(-32, 32, PARTS, 5),
        clutter=between(-256, 256, 4, 5),
        level=between(0, 255, 4),
        tint=between(-40, 40, COLOURS, 3),
        light=between(-8, 8, 4),
        texture=between(-48, 48, 3, TEXTURE, TEXTURE),
        grain=between(0, 1023, 3, SIDE, SIDE),
    )


def paint(parts: tuple[Part, ...], drawn: Drawn, most_turn: int) -> Tensor:
    """Return pictures of one silhouette, (K, 3, 32, 32) uint8."""
    palette, sky = _palette(drawn), _sky(drawn)
    canvas = torch.zeros(len(drawn.pose), FINE**2, dtype=torch.uint8)
    behind = ((BOX, GROUND, _ground(drawn)), *_clutter(drawn, behind=True))
    for form, colour, placed in behind:
        canvas.masked_fill_(inside(form, placed), colour)
    for k, part in enumerate(parts):
        placed = _place(part, drawn.pose, drawn.wobble[:, k], most_turn)
        canvas.masked_fill_(inside(part.form, placed), part.colour)
    for form, colour, placed in _clutter(drawn, behind=False):
        canvas.masked_fill_(inside(form, placed), colour)
    picture = _mean_of_four(palette.gather(2, canvas.long()[:, None].expand(-1, 3, -1)))
    open_sky = _mean_of_four((canvas == 0).long()[:, None] * 256)
    return _finish(picture + (open_sky * sky >> 8), drawn)


def _place(part: Part, pose: Tensor, wobble: Tensor, most_turn: int) -> Placed:
    """Put one part of a silhouette where the pose of each picture has it."""
    flip = torch.where(pose[:, 0] < 0, -1, 1)
    scale = 122 + (pose[:, 1] * 20 >> 8)
    wide, high = 256 + (pose[:, 2] >> 3), 256 + (pose[:, 3] >> 3)
    turn = pose[:, 4] * most_turn >> 8
    cos, sin = cosines()[turn % 256], cosines()[(turn - 64) % 256]
    x = (part.x + (wobble[:, 0] >> 3)) * wide * flip
    y = (part.y + (wobble[:, 1] >> 3)) * high
    across, down = cos * x - sin * y, sin * x + cos * y
    bits = 16 + UNIT.bit_length() - 1
    return Placed(
        x=(across * scale >> bits) + (pose[:, 5] * 12 >> 8),
        y=(down * scale >> bits) + (pose[:, 6] * 12 >> 8),
        a=part.a * (256 + wobble[:, 2]) * scale * wide >> 20,
        b=part.b * (256 + wobble[:, 3]) * scale * high >> 20,
        angle=flip * (part.angle + (wobble[:, 4] >> 3)) + turn,
    )


def _ground(drawn: Drawn) -> Placed:
    """A horizon in about half of the pictures; in the others it lies below the edge."""
    height = 60 + (drawn.pose[:, 7] * 60 >> 8)
    size = torch.full_like(height, 16 * 200)
    return Placed(0 * height, height + 200, size, size, drawn.pose[:, 8] * 6 >> 8)


def _clutter(drawn: Drawn, *, behind: bool) -> list[tuple[int, int, Placed]]:
    """Things that are not the object: two behind it, and a bar and a blot before it."""
    kinds = ((ELLIPSE, BEHIND), (TRIANGLE, BESIDE), (BOX, BEFORE), (ELLIPSE, BEFORE))
    result = []
    for k in (0, 1) if behind else (2, 3):
        form, colour = kinds[k]
        x, y, a, b, angle = drawn.clutter[:, k].unbind(1)
        if behind:
            a, b = 16 * (20 + (a * 12 >> 8)), 16 * (20 + (b * 12 >> 8))
        elif form == BOX:
            a, b = 16 * (3 + (a * 2 >> 8)), 16 * (40 + (b * 20 >> 8))
        else:
            a, b = 16 * (8 + (a * 4 >> 8)), 16 * (8 + (b * 4 >> 8))
        result.append((form, colour, Placed(x * 72 >> 8, y * 72 >> 8, a, b, angle)))
    return result


def _palette(drawn: Drawn) -> Tensor:
    """Return the colours of each picture, (K, 3, COLOURS) int64; that of the background is 0."""
    _, gap, side, other = drawn.level.unbind(1)
    back = _back(drawn)
    gap = 60 + (gap * 50 >> 8)
    body = torch.where((side < 128) & (back > 96) | (back > 170), back - gap, back + gap)
    accent = torch.where(other < 128, body + 64, body - 64)
    levels = torch.stack(
        [0 * back, body, body * 5 >> 3, 0 * back + 28, 0 * back + 228, accent]
        + [back + drawn.tint[:, k, 0] // 2 for k in (GROUND, BEHIND, BESIDE)]
        + [back + drawn.tint[:, BEFORE, 0]],
        dim=1,
    )
    tint = drawn.tint.clone()
    tint[:, 2] = tint[:, 1] >> 1  # the shaded side has the body's hue
    tint[:, DARK : LIGHT + 1] >>= 2
    palette = (levels[:, :, None] + tint).clamp(0, 255)
    palette[:, 0] = 0
    return palette.transpose(1, 2)


def _back(drawn: Drawn) -> Tensor:
    """Return how bright the background of each picture is, (K,)."""
    return 70 + (drawn.level[:, 0] * 116 >> 8)


def _sky(drawn: Drawn) -> Tensor:
    """Return the empty background, (K, 3, 32, 32) int64: a colour, a gradient, soft spots."""
    x, y = _pixels()
    light = drawn.light[:, 2:, None, None]
    gradient = light[:, 0] * x + light[:, 1] * y >> 3
    spots = (_enlarge() @ drawn.texture.double() @ _enlarge().T).long() >> 5
    level = _back(drawn)[:, None] + drawn.tint[:, 0]
    return level[:, :, None, None] + gradient[:, None] + spots


def _finish(picture: Tensor, drawn: Drawn) -> Tensor:
    """Add light from one side and grain, (K, 3, 32, 32) uint8."""
    x, y = _pixels()
    light = drawn.light[:, :2, None, None]
    brightness = 256 + (light[:, 0] * x + light[:, 1] * y >> 2)
    grain = (drawn.grain & 31) + (drawn.grain >> 5) - 31
    return ((picture * brightness[:, None] >> 8) + grain).clamp(0, 255).to(torch.uint8)


def _mean_of_four(fine: Tensor) -> Tensor:
    """Return the mean of each 2 × 2 points: (K, C, FINE²) → (K, C, 32, 32)."""
    cells = fine.reshape(*fine.shape[:2], SIDE, 2, SIDE, 2)
    return cells[:, :, :, 0].sum(-1) + cells[:, :, :, 1].sum(-1) >> 2


@functools.cache
def _pixels() -> tuple[Tensor, Tensor]:
    line = torch.arange(SIDE) * 2 - (SIDE - 1)
    return line.repeat(SIDE, 1), line.repeat(SIDE, 1).T


@functools.cache
def _enlarge() -> Tensor:
    """Return the (32, TEXTURE) matrix that draws straight lines between points; a row adds to 4."""
    matrix = torch.zeros(SIDE, TEXTURE, dtype=torch.float64)
    for k in range(SIDE):
        matrix[k, k // 4] = 4 - k % 4
        matrix[k, k // 4 + 1] = k % 4
    return matrix
