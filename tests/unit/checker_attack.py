"""The one question that every attack asks: does a wrong answer get its true name?"""

from __future__ import annotations

from typing import Any

import pytest

from byhand._checker.api import find, judge
from tests.unit.checker_build import EXERCISES

Wrong = dict[str, dict[str, list[Any]]]
"""For each exercise: wrong answers by the name they get."""


def attacks(wrong: Wrong) -> list[Any]:
    """One test case for each wrong answer."""
    return [
        pytest.param(id, code, answer, id=f"{id}-{code}-{k}")
        for id, codes in wrong.items()
        for code, answers in codes.items()
        for k, answer in enumerate(answers)
    ]


def right_answers(right: dict[str, list[Any]]) -> list[Any]:
    """One test case for each right answer, by exercise."""
    return [
        pytest.param(id, answer, id=f"{id}-{k}")
        for id, answers in right.items()
        for k, answer in enumerate(answers)
    ]


def gets_a_true_name(id: str, code: str, answer: Any) -> None:
    """The answer is wrong, by this name, with advice."""
    result = judge(find(id), answer)
    assert not result
    assert result.mistake == code, str(result)
    assert result.next_step


def ids_of_chapter(chapter: int) -> set[str]:
    """Every exercise that has to be attacked."""
    return {exercise.id for exercise in EXERCISES if exercise.chapter == chapter}
