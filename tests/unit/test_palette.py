"""The palette keeps its promises: contrast, colour blindness, one family for each direction."""

import itertools
import math
from collections.abc import Sequence

import pytest

from byhand import palette
from byhand.palette import COLOURS, GRADIENT, INK, PAPER, PLATE, VALUE, Colour

THEMES = ("light", "dark")
# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
BLINDNESS = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def linear(colour: str) -> list[float]:
    """Linear-light RGB of a hexadecimal colour."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio, WCAG 2.2."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def oklab(rgb: list[float]) -> list[float]:
    """Oklab coordinates (Ottosson, 2020) of linear-light RGB."""
    to_cone = (
        (0.4122214708, 0.5363325363, 0.0514459929),
        (0.2119034982, 0.6806995451, 0.1073969566),
        (0.0883024619, 0.2817188376, 0.6299787005),
    )
    to_lab = (
        (0.2104542553, 0.7936177850, -0.0040720468),
        (1.9779984951, -2.4285922050, 0.4505937099),
        (0.0259040371, 0.7827717662, -0.8086757660),
    )
    cones = [max(dot(row, rgb), 0.0) ** (1 / 3) for row in to_cone]
    return [dot(row, cones) for row in to_lab]


def dot(row: Sequence[float], column: Sequence[float]) -> float:
    """Sum of products."""
    return sum(a * b for a, b in zip(row, column, strict=True))


def seen(colour: str, blindness: str) -> list[float]:
    """Oklab coordinates of a colour as someone with a colour blindness sees it."""
    rgb = linear(colour)
    return oklab([min(max(dot(row, rgb), 0.0), 1.0) for row in BLINDNESS[blindness]])


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("colour", COLOURS, ids=lambda colour: colour.name)
def test_text_and_marks_stand_out_from_every_background(colour: Colour, theme: str) -> None:
    needed = {"text": 4.5, "mark": 3.0, "surface": 1.0}[colour.role]
    for background in (PAPER, PLATE):
        ratio = contrast(getattr(colour, theme), getattr(background, theme))
        assert ratio >= needed, f"{colour.name} on {background.name}, {theme}: {ratio:.2f}"


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("blindness", BLINDNESS)
def test_values_and_gradients_differ_for_colour_blind_readers(theme: str, blindness: str) -> None:
    families = palette.FAMILIES
    for value, gradient in itertools.product(families["value"], families["gradient"]):
        if value.name[5:] != gradient.name[8:]:
            continue  # compared with the colour of the same rank, beside which it is drawn
        apart = math.dist(
            seen(getattr(value, theme), blindness), seen(getattr(gradient, theme), blindness)
        )
        assert apart > 0.1, f"{value.name} and {gradient.name}: {apart:.3f}"


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("kind", ["value", "gradient"])
def test_the_shades_of_a_family_differ(theme: str, kind: palette.Kind) -> None:
    for one, other in itertools.combinations(palette.FAMILIES[kind], 2):
        assert math.dist(*(oklab(linear(getattr(c, theme))) for c in (one, other))) > 0.08


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("kind", ["value", "gradient"])
def test_numbers_stay_readable_on_every_shade(theme: str, kind: palette.Kind) -> None:
    for tenth in range(-10, 11):
        shade = palette.shade(tenth / 10, 1.0, kind)
        cell = palette.mix(getattr(shade.colour, theme), getattr(PAPER, theme), shade.opacity)
        assert contrast(getattr(INK, theme), cell) >= 4.5


def test_sign_is_shown_by_hatching_and_size_by_strength() -> None:
    assert palette.shade(-1, 2, "gradient") == palette.Shade(GRADIENT, 0.25, True)
    assert palette.shade(2, 2, "value") == palette.Shade(VALUE, 0.5, False)
    assert palette.shade(9, 2, "value").opacity == 0.5
    assert palette.shade(0, 0, "value").opacity == 0.0
    assert palette.shade(math.nan, 1, "value") == palette.Shade(VALUE, 0.0, False)


def test_unknown_kind_is_refused_in_a_sentence() -> None:
    with pytest.raises(ValueError, match="kind is 'loss'; use 'value' or 'gradient'"):
        palette.shade(1, 1, "loss")  # type: ignore[arg-type]


def test_css_variables_name_every_colour_in_both_themes() -> None:
    light, dark = palette.css_variables(".bh-lab", palette.DARK_ANYWHERE).strip().split("\n")
    assert light.startswith(".bh-lab{")
    assert dark.startswith('html[data-theme="dark"] .bh-lab,body[data-jp-theme-light="false"] ')
    for colour in COLOURS:
        assert f"{colour.variable}:{colour.light}" in light
        assert f"{colour.variable}:{colour.dark}" in dark
    assert len({colour.name for colour in COLOURS}) == len(COLOURS)
    assert VALUE.css == "var(--bh-value,#0b5cad)"
