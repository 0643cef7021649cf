"""Wrong answers to chapter 9 that readers write, and the names they get."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from byhand._checker import check, hint
from byhand._checker.api import find
from tests.unit.checker_attack import attacks, gets_a_true_name, ids_of_chapter
from tests.unit.checker_build import EXERCISES
from tests.unit.checker_right_09 import RIGHT
from tests.unit.checker_wrong_conv import BIAS, CONV1D, INPUT, WEIGHT
from tests.unit.checker_wrong_pool import AVERAGE, MAX, NORM

WRONG = {
    "conv2d-bias-backward": BIAS,
    "conv1d-backward": CONV1D,
    "global-average-pool-backward": AVERAGE,
    "conv2d-weight-backward": WEIGHT,
    "conv2d-input-backward": INPUT,
    "max-pool-backward": MAX,
    "batch-norm-backward": NORM,
}
CASES = attacks(WRONG)


@pytest.mark.parametrize(("id", "code", "answer"), CASES)
def test_wrong_answer_gets_a_true_name(id: str, code: str, answer: Any) -> None:
    gets_a_true_name(id, code, answer)


def test_every_exercise_is_attacked() -> None:
    assert set(WRONG) == ids_of_chapter(9) == set(RIGHT)
    assert len(CASES) >= 170


WIDTH = 72
CHAPTER = tuple(exercise for exercise in EXERCISES if exercise.chapter == 9)


@pytest.mark.parametrize("exercise", CHAPTER, ids=lambda exercise: exercise.id)
def test_cells_do_not_scroll_on_the_page(exercise: Any) -> None:
    text = "\n".join((exercise.stub, exercise.solution, exercise.check_line(record=False)))
    assert [line for line in text.splitlines() if len(line) > WIDTH] == []


def test_hints_depend_on_the_mistake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BYHAND_DATA_DIR", str(tmp_path))
    id = "max-pool-backward"
    assert hint(id).text == find(id).ladder.question
    check(id, MAX["sent-to-every-tie"][0])
    asked = hint(id)
    assert (asked.level, "8, 3, 8 and 8" in asked.text) == (1, True)
