"""The form of an answer that gives one whole number for each row of a table of arguments."""

# ruff: noqa: ARG002  (every kind answers the same questions, used or not)

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import Any

import torch

from byhand._checker.forms import accept_callable
from byhand._checker.kinds import Accepted
from byhand._checker.spec import Args, Exercise, Finding, Output
from byhand._checker.wording import a_kind_of, number


@dataclass(frozen=True)
class WholeNumbers:
    """A function of numbers, or of lists, that returns a whole number.

    Each drawn argument is a list: the values of this argument, call by call. So one run calls
    the answer once for each row, and the part "count" holds what came back.
    """

    wanted: str
    what: str
    """The result in words, such as "a size"."""
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
                return self._not_a_number(value)
            numbers.append(read)
        return torch.tensor(numbers, dtype=torch.float64, device="cpu")

    def _not_a_number(self, value: Any) -> Finding:
        if value is None:
            return Finding(
                "returned-none",
                f"Your function returns None. This exercise asks for {self.what}.",
                "End with `return`; a function without it returns None.",
            )
        return Finding(
            "not-a-number",
            f"Your function returns {a_kind_of(value)}. This exercise asks for {self.what}, one "
            "whole number.",
            "Return one number. Look for a comma too many, and for a list.",
        )


def _number(value: Any) -> float | None:
    """One real number, or None where `value` is none."""
    if isinstance(value, bool | str | bytes | complex):
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


def shown(value: float) -> str:
    """A number in a message."""
    return number(value, 10)
