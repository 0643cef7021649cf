"""The form of an answer that gives one whole number for each row of a table of arguments."""

# ruff: noqa: ARG002, ARG005  (every kind answers the same questions, used or not)

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from byhand._checker.forms import accept_callable
from byhand._checker.kinds import Accepted
from byhand._checker.spec import Args, Exercise, Finding, Output, Probe
from byhand._checker.wording import a_kind_of


@dataclass(frozen=True)
class WholeNumbers:
    """A function of numbers, or of lists, that returns a whole number.

    Each drawn argument is a list: the values of this argument, call by call. So one run calls
    the answer once for each row, and the part "count" holds what came back.

    Args:
        wanted: the form of the answer in words.
        what: the result in words, such as "the size of one axis".
    """

    wanted: str
    what: str
    parts: tuple[str, ...] = ("count",)
    mutates: tuple[str, ...] = ()
    reveals: bool = True

    def accept(self, answer: Any, exercise: Exercise) -> Accepted:
        """Any callable with the right number of arguments."""
        return accept_callable(answer, exercise, exercise.parameters)

    def call(self, answer: Any, args: Args, parts: dict[str, Any]) -> None:
        """Call the answer once for each row."""
        parts["count"] = [answer(*row) for row in zip(*args, strict=True)]

    def outputs(self, exercise: Exercise, part: str) -> tuple[Output, ...]:
        """One list of numbers."""
        return exercise.outputs

    def normalise(self, part: str, raw: Any, count: int) -> Any:
        """The numbers as a tensor; a finding where something is no number."""
        numbers: list[float] = []
        for value in raw:
            read = _number(value)
            if read is None:
                return _not_a_number(value, self.what)
            numbers.append(read)
        return torch.tensor(numbers, dtype=torch.float64, device="cpu")


@dataclass(frozen=True)
class WholeTypes(WholeNumbers):
    """Whether the numbers may be used as sizes: PyTorch refuses 3.0."""

    parts: tuple[str, ...] = ("whole",)

    def call(self, answer: Any, args: Args, parts: dict[str, Any]) -> None:
        """How many of the results are integers."""
        found = [is_whole(answer(*row)) for row in zip(*args, strict=True)]
        parts["whole"] = torch.tensor(float(sum(found)), dtype=torch.float64, device="cpu")

    def outputs(self, exercise: Exercise, part: str) -> tuple[Output, ...]:
        """One number."""
        return (Output("integers among the results"),)

    def normalise(self, part: str, raw: Any, count: int) -> Any:
        """Exactly what was counted."""
        return raw


def whole_types(make: Callable[..., Args], kind: WholeNumbers, rows: int) -> Probe:
    """Right numbers that are floats."""
    return Probe(
        "float-result",
        "the type of the result",
        make,
        "The numbers are right, and they are floats such as 3.0. PyTorch wants an int wherever it "
        "takes a size: `torch.zeros(3.0)` raises.",
        "Divide with `//`, which stays with integers, or end with `int(…)`.",
        expected=lambda *args: {
            "whole": (torch.tensor(float(rows), dtype=torch.float64, device="cpu"),)
        },
        listed=False,
        kind=WholeTypes(kind.wanted, kind.what),
    )


def by_row(rule: Callable[..., float]) -> Callable[..., Tensor]:
    """A formula for the whole table, from one for a row."""

    def formula(*table: list[Any]) -> Tensor:
        found = [float(rule(*row)) for row in zip(*table, strict=True)]
        return torch.tensor(found, dtype=torch.float64, device="cpu")

    return formula


def _not_a_number(value: Any, what: str) -> Finding:
    wanted = f"This exercise asks for {what}, one whole number."
    if value is None:
        return Finding(
            "returned-none",
            f"Your function returns None. {wanted}",
            "End each path with `return`; a function without it returns None.",
        )
    found = Finding(
        "not-a-number",
        f"Your function returns {a_kind_of(value)}. {wanted}",
        "Return one number. Look for a comma too many, and for a list.",
    )
    return replace(found, next_step="Return the number itself.") if callable(value) else found


def _number(value: Any) -> float | None:
    """One real number, or None where `value` is none."""
    if isinstance(value, bool | str | bytes | bytearray | complex):
        return None
    try:
        return float(value)
    except (TypeError, ValueError, RuntimeError, OverflowError):
        return None


def is_whole(value: Any) -> bool:
    """Whether PyTorch takes `value` as a size: an integer, of Python, NumPy or PyTorch."""
    try:
        operator.index(value)
    except (TypeError, ValueError, RuntimeError):
        return False
    return not isinstance(value, bool)
