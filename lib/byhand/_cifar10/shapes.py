"""The ten silhouettes of the synthetic set: each is a short list of ellipses and trapezoids.

A drawing lives in a square from −100 to 100, x to the right and y down, and faces right. Later
parts are painted over earlier ones. An angle counts 1/256 of a turn, clockwise.
"""

from typing import Final, NamedTuple

BODY, SHADE, DARK, LIGHT, ACCENT = 1, 2, 3, 4, 5
"""What colour a part has; 0 is the background."""

ELLIPSE: Final = -1
BOX: Final = 16
TRIANGLE: Final = 0


class Part(NamedTuple):
    """One ellipse or trapezoid: centre, half-axes, angle, colour.

    `form` is ELLIPSE, or the width of the upper edge in sixteenths of the lower one: BOX is a
    rectangle, TRIANGLE a triangle with its tip up, what lies between is a trapezoid.
    """

    form: int
    x: int
    y: int
    a: int
    b: int
    colour: int = BODY
    angle: int = 0


AIRPLANE = (
    Part(TRIANGLE, 2, -34, 20, 36, SHADE, -18),
    Part(TRIANGLE, -80, -28, 16, 26, ACCENT, -12),
    Part(ELLIPSE, 0, 0, 96, 14),
    Part(ELLIPSE, 72, -4, 12, 5, DARK),
    Part(TRIANGLE, -18, 34, 24, 42, BODY, 150),
    Part(TRIANGLE, -84, 8, 10, 20, SHADE, 150),
)
AUTOMOBILE = (
    Part(9, -6, -20, 58, 24),
    Part(9, -6, -17, 46, 16, LIGHT),
    Part(BOX, -6, -18, 5, 20),
    Part(BOX, 0, 18, 94, 22),
    Part(ELLIPSE, 88, 12, 8, 7, LIGHT),
    Part(ELLIPSE, -52, 42, 23, 23, DARK),
    Part(ELLIPSE, 52, 42, 23, 23, DARK),
    Part(ELLIPSE, -52, 42, 10, 10, LIGHT),
    Part(ELLIPSE, 52, 42, 10, 10, LIGHT),
)
BIRD = (
    Part(BOX, -6, 52, 4, 24, DARK),
    Part(BOX, 14, 52, 4, 24, DARK),
    Part(TRIANGLE, -62, 14, 20, 34, SHADE, 54),
    Part(ELLIPSE, 0, 4, 52, 36, BODY, -10),
    Part(ELLIPSE, 42, -38, 26, 24),
    Part(TRIANGLE, 78, -36, 11, 18, ACCENT, 64),
    Part(ELLIPSE, -14, 4, 34, 18, SHADE, 12),
    Part(ELLIPSE, 48, -42, 6, 6, DARK),
)
CAT = (
    Part(ELLIPSE, 56, 44, 11, 44, SHADE, 18),
    Part(ELLIPSE, 0, 50, 42, 48),
    Part(TRIANGLE, -30, -66, 18, 28, BODY, -12),
    Part(TRIANGLE, 30, -66, 18, 28, BODY, 12),
    Part(ELLIPSE, 0, -30, 46, 38),
    Part(ELLIPSE, 0, 54, 20, 30, LIGHT),
    Part(ELLIPSE, -18, -34, 11, 9, LIGHT),
    Part(ELLIPSE, 18, -34, 11, 9, LIGHT),
    Part(ELLIPSE, -18, -34, 5, 9, DARK),
    Part(ELLIPSE, 18, -34, 5, 9, DARK),
    Part(TRIANGLE, 0, -14, 8, 6, ACCENT, 128),
)
DEER = (
    Part(BOX, -30, 54, 4, 42, SHADE, 4),
    Part(BOX, 30, 54, 4, 42, SHADE, -4),
    Part(BOX, -46, 54, 5, 44),
    Part(BOX, 16, 54, 5, 44),
    Part(ELLIPSE, -58, -6, 8, 12, LIGHT, 16),
    Part(ELLIPSE, -12, 0, 48, 22),
    Part(BOX, 36, -34, 10, 34, BODY, 14),
    Part(BOX, 38, -84, 4, 24, DARK, -12),
    Part(BOX, 22, -88, 4, 16, DARK, -44),
    Part(BOX, 60, -84, 4, 24, DARK, 14),
    Part(BOX, 76, -84, 4, 16, DARK, 44),
    Part(ELLIPSE, 58, -58, 23, 12, BODY, 14),
    Part(ELLIPSE, -26, -6, 6, 5, LIGHT),
    Part(ELLIPSE, -2, -8, 6, 5, LIGHT),
)
DOG = (
    Part(ELLIPSE, -72, -28, 8, 34, BODY, -20),
    Part(BOX, -36, 50, 9, 30, SHADE),
    Part(BOX, 40, 50, 9, 30, SHADE),
    Part(BOX, -54, 50, 10, 32),
    Part(BOX, 24, 50, 10, 32),
    Part(ELLIPSE, -10, 8, 62, 28),
    Part(ELLIPSE, 50, -32, 32, 28),
    Part(ELLIPSE, 78, -22, 24, 14),
    Part(ELLIPSE, 98, -28, 8, 7, DARK),
    Part(ELLIPSE, 30, -22, 13, 30, SHADE, 10),
    Part(ELLIPSE, 60, -40, 6, 6, DARK),
    Part(BOX, 38, 0, 20, 6, ACCENT, -16),
)
FROG = (
    Part(ELLIPSE, -70, 40, 20, 42, SHADE, 22),
    Part(ELLIPSE, 70, 40, 20, 42, SHADE, -22),
    Part(ELLIPSE, -60, 76, 34, 9),
    Part(ELLIPSE, 60, 76, 34, 9),
    Part(ELLIPSE, 0, 26, 60, 46),
    Part(ELLIPSE, -36, -40, 22, 22),
    Part(ELLIPSE, 36, -40, 22, 22),
    Part(ELLIPSE, 0, -8, 64, 34),
    Part(ELLIPSE, -36, -42, 13, 13, LIGHT),
    Part(ELLIPSE, 36, -42, 13, 13, LIGHT),
    Part(ELLIPSE, -36, -42, 6, 9, DARK),
    Part(ELLIPSE, 36, -42, 6, 9, DARK),
    Part(ELLIPSE, 0, 6, 44, 5, DARK),
    Part(ELLIPSE, 0, 44, 36, 20, LIGHT),
)
HORSE = (
    Part(ELLIPSE, -76, 18, 10, 44, DARK, 10),
    Part(BOX, -34, 54, 6, 42, SHADE, 4),
    Part(BOX, 38, 54, 6, 42, SHADE, -4),
    Part(BOX, -52, 54, 8, 44),
    Part(BOX, 22, 54, 8, 44),
    Part(ELLIPSE, -12, 0, 62, 30),
    Part(ELLIPSE, 30, -48, 12, 44, DARK, 20),
    Part(10, 44, -40, 22, 42, BODY, 20),
    Part(TRIANGLE, 56, -90, 7, 12, BODY, 4),
    Part(ELLIPSE, 76, -66, 34, 14, BODY, 30),
)
SHIP = (
    Part(BOX, 44, -30, 4, 48, DARK),
    Part(BOX, -22, -52, 12, 26, ACCENT),
    Part(BOX, -22, -66, 12, 8, DARK),
    Part(BOX, -22, -22, 32, 14, LIGHT),
    Part(BOX, -10, 2, 56, 14, LIGHT),
    Part(BOX, -10, 2, 44, 4, DARK),
    Part(11, 0, 34, 98, 24, BODY, 128),
    Part(BOX, 0, 64, 150, 10, SHADE),
)
TRUCK = (
    Part(BOX, 0, 40, 96, 8, DARK),
    Part(BOX, -30, -16, 68, 52),
    Part(BOX, -30, -16, 60, 6, SHADE),
    Part(12, 68, 6, 28, 34, ACCENT),
    Part(12, 72, -10, 18, 14, LIGHT),
    Part(ELLIPSE, -74, 52, 20, 20, DARK),
    Part(ELLIPSE, -28, 52, 20, 20, DARK),
    Part(ELLIPSE, 64, 52, 20, 20, DARK),
    Part(ELLIPSE, -74, 52, 8, 8, LIGHT),
    Part(ELLIPSE, -28, 52, 8, 8, LIGHT),
    Part(ELLIPSE, 64, 52, 8, 8, LIGHT),
)

SILHOUETTES = (AIRPLANE, AUTOMOBILE, BIRD, CAT, DEER, DOG, FROG, HORSE, SHIP, TRUCK)
"""In the order of CIFAR-10's classes."""
