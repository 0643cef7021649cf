"""The colours of the book, each with a light and a dark value.

One grammar holds in every figure and lab: values and the forward pass are blue, gradients and the
backward pass are orange. Zero has no colour. Strength of colour shows size, and a negative number
is hatched as well as signed, so nothing depends on telling two hues apart.

Blue and orange stay distinct for the common forms of colour blindness (Okabe and Ito, *Color
Universal Design*, 2008; tested with the simulation of Machado, Oliveira and Fernandes, 2009).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["value", "gradient"]
Role = Literal["text", "mark", "surface"]

__all__ = [
    "COLOURS",
    "DARK_ANYWHERE",
    "DARK_SITE",
    "FAMILIES",
    "GRADIENT",
    "GRADIENT_2",
    "GRADIENT_3",
    "INK",
    "MUTED",
    "NEUTRAL",
    "PAPER",
    "PLATE",
    "RULE",
    "VALUE",
    "VALUE_2",
    "VALUE_3",
    "Colour",
    "Kind",
    "Shade",
    "css_variables",
    "mix",
    "shade",
]


@dataclass(frozen=True)
class Colour:
    """One colour of the book.

    Attributes:
        name: Its name in CSS, without the prefix ``--bh-``.
        light: Hexadecimal value on a light page.
        dark: Hexadecimal value on a dark page.
        role: ``"text"`` has a contrast of at least 4.5 : 1 with paper and plate, ``"mark"`` at
            least 3 : 1. ``"surface"`` is what lies behind or between, and has no minimum.
    """

    name: str
    light: str
    dark: str
    role: Role

    @property
    def variable(self) -> str:
        """The CSS variable, ``--bh-…``."""
        return f"--bh-{self.name}"

    @property
    def css(self) -> str:
        """A CSS value: the variable, with the light colour where it is not defined."""
        return f"var({self.variable},{self.light})"


VALUE: Final = Colour("value", "#0b5cad", "#6db5ff", "text")
VALUE_2: Final = Colour("value-2", "#3d8fd9", "#3f8fe0", "mark")
VALUE_3: Final = Colour("value-3", "#0a2f66", "#b9dcff", "text")
GRADIENT: Final = Colour("gradient", "#b84a00", "#ff9a4a", "text")
GRADIENT_2: Final = Colour("gradient-2", "#d06a0c", "#d9762a", "mark")
GRADIENT_3: Final = Colour("gradient-3", "#6e2a00", "#ffd0a8", "text")
INK: Final = Colour("ink", "#1c2430", "#e6eaf0", "text")
MUTED: Final = Colour("muted", "#566070", "#a3adbb", "text")
NEUTRAL: Final = Colour("neutral", "#7b8494", "#868f9e", "mark")
RULE: Final = Colour("rule", "#d5dae1", "#3a4352", "surface")
PLATE: Final = Colour("plate", "#f4f6f9", "#222832", "surface")
PAPER: Final = Colour("paper", "#ffffff", "#14181e", "surface")

COLOURS: Final = (
    VALUE,
    VALUE_2,
    VALUE_3,
    GRADIENT,
    GRADIENT_2,
    GRADIENT_3,
    INK,
    MUTED,
    NEUTRAL,
    RULE,
    PLATE,
    PAPER,
)

FAMILIES: Final[dict[Kind, tuple[Colour, Colour, Colour]]] = {
    "value": (VALUE, VALUE_2, VALUE_3),
    "gradient": (GRADIENT, GRADIENT_2, GRADIENT_3),
}

DARK_SITE: Final = ('html[data-theme="dark"]',)
"""How the published site says that its theme is dark."""

DARK_ANYWHERE: Final = (
    *DARK_SITE,
    'body[data-jp-theme-light="false"]',  # JupyterLab, Notebook 7
    'body[data-vscode-theme-kind="vscode-dark"]',  # VS Code
    'body[data-vscode-theme-kind="vscode-high-contrast"]',
)
"""How each place where a lab can run says that its theme is dark."""


def css_variables(selector: str, dark: Sequence[str] = DARK_SITE) -> str:
    """Write the colours as CSS variables.

    Args:
        selector: The element that carries the variables, for example ``".bh-lab"``.
        dark: Selectors of an ancestor that is present when the theme is dark.

    Returns:
        Two CSS rules, light then dark, on two lines.
    """
    where = ",".join(f"{ancestor} {selector}" for ancestor in dark)
    light = ";".join(f"{colour.variable}:{colour.light}" for colour in COLOURS)
    night = ";".join(f"{colour.variable}:{colour.dark}" for colour in COLOURS)
    return f"{selector}{{{light}}}\n{where}{{{night}}}\n"


@dataclass(frozen=True)
class Shade:
    """How one number of a heat map is drawn.

    Attributes:
        colour: Blue for a value, orange for a gradient.
        opacity: Strength of the colour over the background, 0 (zero) to 0.5 (the largest).
        hatched: True for a negative number.
    """

    colour: Colour
    opacity: float
    hatched: bool


def shade(number: float, largest: float, kind: Kind) -> Shade:
    """Choose the shade of a number in a heat map.

    Args:
        number: The number to show. NaN gets no colour.
        largest: The absolute value that gets the strongest colour, at least 0.
        kind: ``"value"`` (blue) or ``"gradient"`` (orange).

    Returns:
        The shade. Text in `INK` keeps a contrast of 4.5 : 1 on every shade.
    """
    if kind not in FAMILIES:
        raise ValueError(f"kind is {kind!r}; use 'value' or 'gradient'.")
    strength = 0.0 if math.isnan(number) or largest == 0 else min(abs(number) / largest, 1.0)
    return Shade(FAMILIES[kind][0], round(0.5 * strength, 3), number < 0)


def mix(colour: str, background: str, opacity: float) -> str:
    """Lay a colour over a background.

    Args:
        colour: Hexadecimal colour, ``#rrggbb``.
        background: Hexadecimal colour below it.
        opacity: Share of `colour`, from 0 to 1.

    Returns:
        The opaque colour that is seen, ``#rrggbb``.
    """
    pairs = [(int(colour[i : i + 2], 16), int(background[i : i + 2], 16)) for i in (1, 3, 5)]
    seen = [round(opacity * top + (1 - opacity) * under) for top, under in pairs]
    return "#" + "".join(f"{channel:02x}" for channel in seen)
