"""Hints escalate, and begin with the mistake that was diagnosed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from byhand._checker import check, exercises, find, hint, progress, reset, solution
from byhand._checker.hinting import own_question
from byhand._checker.result import Result
from tests.unit.checker_build import EXERCISES, IDS, run_cell, wrong

ID = "mse-backward"
CHAPTERS = sorted({exercise.chapter for exercise in EXERCISES})


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BYHAND_DATA_DIR", str(tmp_path))


@pytest.mark.parametrize("id", IDS)
def test_hints_escalate_to_the_solution(id: str) -> None:
    exercise = find(id)
    shown = [hint(id) for _ in range(6)]
    assert [item.level for item in shown] == [1, 2, 3, 4, 5, 5]
    texts = [item.text + item.source for item in shown[:5]]
    assert len(set(texts)) == 5
    assert shown[0].text == exercise.ladder.question
    assert "?" in shown[0].text
    assert "..." in shown[3].source
    assert shown[4].source == exercise.solution
    assert all(exercise.solution not in text for text in texts[:4])


def code_of(k: int) -> Any:
    return EXERCISES[IDS.index(ID)].mistakes[k]


def test_first_hint_depends_on_the_mistake() -> None:
    exercise = find(ID)
    first, second = exercise.mistakes[0], exercise.mistakes[1]
    check(ID, wrong(exercise, first))
    assert hint(ID).text == first.hint
    assert hint(ID).text == exercise.ladder.where
    check(ID, wrong(exercise, second))
    assert (hint(ID).level, hint(ID).level) == (1, 2)
    check(ID, wrong(exercise, second))  # the same mistake again: go on
    assert hint(ID).level == 3


def test_unknown_mistake_does_not_start_again() -> None:
    assert [hint(ID).level, hint(ID).level] == [1, 2]
    check(ID, lambda grad_output, input, target: grad_output * (input + target) ** 3)
    assert hint(ID).level == 3


@pytest.mark.parametrize("level", [1, 2, 3, 4, 5])
def test_a_level_can_be_asked_for(level: Any) -> None:
    assert hint(ID, level).level == level
    assert hint(ID).level == 1  # and does not count


@pytest.mark.parametrize("level", [0, 6, -1, True, "2", 1.5, [1]])
def test_wrong_level(level: Any) -> None:
    with pytest.raises(ValueError, match="expected a whole number from 1"):
        hint(ID, level)


@pytest.mark.parametrize("exercise", EXERCISES, ids=IDS)
def test_every_probe_leads_somewhere(exercise: Any) -> None:
    for probe in exercise.probes:
        assert probe.note_only or own_question(exercise, probe.code)


@pytest.mark.parametrize("id", IDS)
def test_solution_is_the_cell(id: str) -> None:
    exercise = find(id)
    assert str(solution(id)) == exercise.solution == repr(solution(id))
    assert run_cell(exercise, exercise.solution) is not None
    assert exercise.check_line() == f'check("{id}", {exercise.name})'
    assert exercise.check_line(record=False) == f'check("{id}", {exercise.name}, record=False)'
    assert "NotImplementedError" in exercise.stub or "..." in exercise.stub
    assert not exercise.stub.startswith("\n")
    assert not exercise.stub.endswith("\n")


def test_lists_read_well() -> None:
    for chapter in CHAPTERS:
        text = str(exercises(chapter))
        assert [x.id for x in EXERCISES if x.chapter == chapter] == [
            line.split()[0] for line in text.splitlines()[1:]
        ]
    assert "not started" in text
    assert repr(exercises()) == str(exercises())
    assert repr(progress()).splitlines() == [
        f"Chapter {n}: 0 of {sum(x.chapter == n for x in EXERCISES)} passed" for n in CHAPTERS
    ]
    known = ", ".join(str(n) for n in CHAPTERS)
    with pytest.raises(ValueError, match=f"chapters with exercises are {known}\\."):
        exercises(77)


@pytest.mark.parametrize("level", [1, 3, 5])
def test_html_is_plain_and_escaped(level: Any) -> None:
    views = (hint("log-cosh-stable", level), solution("mse-function"), exercises(), progress())
    for view in (*views, reset(ID)):
        html = view._repr_html_()
        assert html.startswith('<div class="byhand-')
        assert html.endswith("</div>")
        assert "<script" not in html
        assert "style=" not in html
    assert "&lt;" in hint("huber-backward", 4)._repr_html_()


def test_result_words() -> None:
    result = Result("id", "wrong", "a-code", "It `is` <wrong>.", "at [1]", "Do `x`.", ("Aside.",))
    assert str(result) == repr(result)
    assert str(result).splitlines() == [
        "✗ id: wrong (a-code)",
        "It `is` <wrong>.",
        "Where: at [1]",
        "Next: Do `x`.",
        "Note: Aside.",
    ]
    assert result._repr_html_() == (
        '<div class="byhand-result byhand-wrong"><p><strong>✗ id: wrong (a-code)</strong></p>'
        "<p>It <code>is</code> &lt;wrong&gt;.</p><p><strong>Where:</strong> at [1]</p>"
        "<p><strong>Next:</strong> Do <code>x</code>.</p>"
        "<p><strong>Note:</strong> Aside.</p></div>"
    )
