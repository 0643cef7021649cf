"""Named constants that people lose or add: 2, −1, the number of elements, the batch size."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from torch import Tensor

from byhand._checker.spec import Args, Exercise
from byhand._checker.wording import not_one


def sizes(exercise: Exercise, args: Args) -> dict[str, float]:
    """The sizes that may appear as a factor, by name."""
    if exercise.dims is not None:
        return dict(exercise.dims(*args))
    tensors = [x for x in args if isinstance(x, Tensor) and x.ndim > 0]
    if not tensors:
        return {}
    first = max(tensors, key=lambda x: x.ndim)
    found = {"n": float(first.numel())}
    if first.ndim > 1:
        found |= {"the batch size": float(first.shape[0])}
        found |= {"the last dimension's size": float(first.shape[-1])}
    return found


def factors(exercise: Exercise, args: Args) -> dict[str, float]:
    """Named factors, single ones first, then each with a half, a double or a sign."""
    named = {"−1": -1.0, "2": 2.0, "1/2": 0.5, "−2": -2.0, "−1/2": -0.5}
    singles: dict[str, float] = {}
    for name, value in sizes(exercise, args).items():
        singles |= {name: value, f"1/{name}" if name == "n" else f"1 / {name}": 1 / value}
    named |= singles
    for sign, label in ((-1.0, "−"), (2.0, "2 × "), (0.5, "1/2 × ")):
        named |= {f"{label}{name}": sign * value for name, value in singles.items()}
    return named


def common_name(
    found: Sequence[float], tables: Sequence[Mapping[str, float]], rtol: float = 1e-6
) -> str | None:
    """The name that stands for the found factor in every case."""
    if not tables or len(found) != len(tables):
        return None
    for name in tables[0]:
        pairs = list(zip(found, tables, strict=True))
        if all(name in table and _near(value, table[name], rtol) for value, table in pairs):
            return name
    return None


def _near(a: float, b: float, rtol: float = 1e-6) -> bool:
    return math.isclose(a, b, rel_tol=rtol)


def common_number(found: Sequence[float]) -> str | None:
    """The factor in digits, where it is the same in every case."""
    return not_one(found[0]) if all(_near(value, found[0]) for value in found) else None
