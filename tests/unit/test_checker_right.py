"""Right answers pass, in any correct form, on any seed."""

from __future__ import annotations

from typing import Any

import pytest

from byhand._checker.api import find, judge
from byhand._checker.spec import Finding
from byhand._checker.stages import examine
from tests.unit.checker_build import IDS, PAPER, run_cell, solved
from tests.unit.checker_right import RIGHT

CASES = [
    pytest.param(id, answer, id=f"{id}-{k}")
    for id, answers in RIGHT.items()
    for k, answer in enumerate(answers)
]


@pytest.mark.parametrize("id", IDS)
def test_solution_passes_without_a_note(id: str) -> None:
    result = judge(find(id), solved(id))
    assert result.status == "passed", str(result)
    assert result.mistake is None
    assert result.notes == ()
    assert bool(result)


@pytest.mark.parametrize("id", IDS)
def test_stub_is_not_started(id: str) -> None:
    exercise = find(id)
    result = judge(exercise, run_cell(exercise, exercise.stub))
    assert (result.status, result.mistake) == ("not started", None), str(result)
    assert not result


@pytest.mark.parametrize("id", IDS)
def test_every_exercise_has_several_right_forms(id: str) -> None:
    assert len(RIGHT[id]) >= 3


@pytest.mark.parametrize(("id", "answer"), CASES)
def test_right_form_passes(id: str, answer: Any) -> None:
    result = judge(find(id), answer)
    assert result.status == "passed", str(result)


@pytest.mark.parametrize(("id", "answer"), CASES)
def test_right_form_passes_on_20_seeds(id: str, answer: Any) -> None:
    outcome = examine(find(id), answer, [0] if id in PAPER else range(20))
    assert not isinstance(outcome, Finding), outcome


@pytest.mark.long
@pytest.mark.parametrize(("id", "answer"), CASES)
def test_right_form_passes_on_1000_seeds(id: str, answer: Any) -> None:
    outcome = examine(find(id), answer, [0] if id in PAPER else range(1000))
    assert not isinstance(outcome, Finding), outcome


NOTED = {1: "silently", 4: "cannot be differentiated", 7: "@staticmethod", 11: "class itself"}


@pytest.mark.parametrize(("k", "words"), NOTED.items())
def test_acceptable_is_noted(k: int, words: str) -> None:
    result = judge(find("mse-function"), RIGHT["mse-function"][k])
    assert result
    assert any(words in note for note in result.notes), result.notes
