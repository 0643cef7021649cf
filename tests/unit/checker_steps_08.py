"""Answers to the exercises of chapter 8, built from the wrong formulas of their catalogues."""

from __future__ import annotations

from typing import Any

from byhand._catalogue.chapter08.accumulate_kind import Accumulated
from byhand._catalogue.chapter08.epoch_kind import Epoch
from byhand._catalogue.chapter08.split_kind import Split
from byhand._catalogue.chapter08.table_kind import WholeNumbers
from byhand._checker.spec import Exercise, Mistake


def wrong_count(_: Exercise, mistake: Mistake) -> Any:
    """A wrong rule for one row of the table."""
    return lambda *row: float(mistake.formula(*([value] for value in row))[0])


def own_answer(_: Exercise, mistake: Mistake) -> Any:
    """The answer that the formula is computed from."""
    return mistake.formula.answer  # type: ignore[attr-defined]  # these formulas carry one


BUILDERS_08 = (
    (WholeNumbers, wrong_count),
    (Epoch, own_answer),
    (Accumulated, own_answer),
    (Split, own_answer),
)
"""How to make one mistake, by the form of the answer."""
