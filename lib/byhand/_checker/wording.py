"""Numbers, shapes and entries in words: few digits, the same on every processor."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from torch import Tensor

from byhand._checker.compare import Worst


def number(value: float, digits: int = 4) -> str:
    """Few significant digits; rounding noise below the tenth digit is dropped first."""
    if not math.isfinite(value):
        return str(value)
    calm = float(f"{value:.10g}")
    text = f"{calm:.{digits}g}"
    return "0" if text in ("-0", "0") else text.replace("-", "−")


def not_one(value: float) -> str:
    """A factor that is not 1, with enough digits to see it."""
    texts = (number(value, digits) for digits in (4, 6, 8, 10))
    return next((text for text in texts if text not in ("1", "−1")), number(value))


def shape(size: Iterable[int]) -> str:
    """A shape as Python writes it: (3, 5)."""
    return str(tuple(int(k) for k in size))


def entry(worst: Worst, name: str = "", reveals: bool = True) -> str:
    """One entry, such as: "at [1, 2]: yours 0.42, expected 0.84 (ratio 0.5 everywhere)".

    Args:
        worst: the entry.
        name: the output that it belongs to.
        reveals: whether to say what is expected.
    """
    place = f" at [{', '.join(map(str, worst.index))}]" if worst.index else ""
    ratio = ""
    if worst.ratio is not None and worst.index:
        ratio = f" (ratio {not_one(worst.ratio)} everywhere)"
    lead = f"{name}{place}: ".lstrip() if name or place else ""
    if not reveals:
        return f"{lead}yours is {number(worst.got)}"
    got, right = number(worst.got), number(worst.expected)
    for digits in (6, 8, 10):
        if got == right:  # they differ somewhere, so show where
            got, right = number(worst.got, digits), number(worst.expected, digits)
    return f"{lead}yours {got}, expected {right}{ratio}"


def a_kind_of(value: Any) -> str:
    """What a value is, for "You returned …": "a tensor of shape (3, 5)", "a str"."""
    if isinstance(value, Tensor):
        return f"a tensor of shape {shape(value.shape)}"
    if value is None:
        return "None"
    if isinstance(value, tuple | list):
        plural = "" if len(value) == 1 else "s"
        return f"a {type(value).__name__} of {len(value)} value{plural}"
    if type(value).__module__ == "numpy":
        return "a NumPy array"
    name = type(value).__name__
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def listing(names: Iterable[str], last: str = "and") -> str:
    """Words joined by commas and a last "and"."""
    words = list(names)
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
