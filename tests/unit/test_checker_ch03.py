"""Wrong answers to chapter 3 that readers write, and the names they get."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# ruff: noqa: ARG005  (an answer takes all arguments of its exercise, used or not)

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from byhand._checker import check, find, hint
from byhand._checker.api import judge
from tests.unit import checker_right_03 as right
from tests.unit import checker_right_03_more as more
from tests.unit import checker_wrong_contracts as contracts
from tests.unit import checker_wrong_functions as functions
from tests.unit.checker_attack import Wrong, attacks, gets_a_true_name, ids_of_chapter
from tests.unit.checker_build import run_cell

WRONG: Wrong = {
    "square-function": functions.SQUARE,
    "exp-function": functions.EXP,
    "clamp-function": functions.CLAMP,
    "relu-backward": contracts.RELU,
    "sigmoid-backward": contracts.SIGMOID,
    "needs-input-grad": contracts.NEEDS,
    "in-place-repair": contracts.REPAIR,
    "straight-through": contracts.ROUND,
    "cube-function": contracts.CUBE,
}
CASES = attacks(WRONG)


@pytest.mark.parametrize(("id", "code", "answer"), CASES)
def test_wrong_answer_gets_a_true_name(id: str, code: str, answer: Any) -> None:
    gets_a_true_name(id, code, answer)


def test_no_line_of_the_library_is_shown() -> None:
    result = judge(find("cube-function"), contracts.CUBE["once-differentiable"][0])
    assert "outside your own lines" in result.evidence


def test_every_exercise_is_attacked() -> None:
    assert set(WRONG) == ids_of_chapter(3)
    assert len(CASES) >= 200
    assert all(len(codes) >= 8 for codes in WRONG.values())


NOTED = [
    ("square-function", right.SquareKeepsTheSlope, "differentiated again"),
    ("square-function", right.SquareNumpy, "differentiated again"),
    ("square-function", right.SquareOnCtx, "changed in place before the backward"),
    ("square-function", right.SquareWithoutStatic, "@staticmethod"),
    ("exp-function", right.ExpOutputOnCtx, "memory leaks"),
    ("clamp-function", more.CLAMP[5], "changed in place before the backward"),
    ("needs-input-grad", more.NEEDS[2], "returns zeros"),
    ("straight-through", right.RoundUpHalves, "even neighbour"),
]


@pytest.mark.parametrize(("id", "answer", "words"), NOTED)
def test_acceptable_is_noted(id: str, answer: Any, words: str) -> None:
    result = judge(find(id), answer)
    assert result
    assert any(words in note for note in result.notes), result.notes


@pytest.mark.parametrize(
    ("id", "answer"),
    [
        ("square-function", right.SquareSeparate),
        ("exp-function", right.ExpSavesTheInput),
        ("needs-input-grad", more.NEEDS[0]),
        ("straight-through", right.RoundSeparate),
    ],
)
def test_right_answer_in_another_form_has_no_note(id: str, answer: Any) -> None:
    assert judge(find(id), answer).notes == ()


def test_what_the_notes_say_is_true() -> None:
    """A tensor on the ctx may change unnoticed; one that was saved may not."""
    for answer, raises in ((right.SquareOnCtx, False), (right.SquareSeparate, True)):
        x = torch.tensor([1.0, 2.0], requires_grad=True)
        kept = x * 1
        y = answer.apply(kept)
        kept.data.add_(0)
        with torch.no_grad():
            kept.mul_(10)
        if raises:
            with pytest.raises(RuntimeError, match="modified by an inplace operation"):
                y.sum().backward()
        else:
            y.sum().backward()
            assert x.grad is not None
            assert x.grad.tolist() == [20.0, 40.0]


def test_the_broken_cell_is_named_line_by_line() -> None:
    """Repairing one line after the other leads from name to name, and then to a pass."""
    names = [
        judge(find("in-place-repair"), answer).mistake
        for answer in (
            contracts.Broken,
            functions.built(contracts.Broken.forward, contracts.backward_saved),
            functions.built(contracts.subtracts, contracts.backward_saved),
            functions.built(contracts.subtracts, contracts.backward_clean),
        )
    ]
    assert names == ["changed-grad-output", "changed-input", "changed-saved-tensor", None]


def test_the_shipped_broken_class_is_broken() -> None:
    exercise = find("in-place-repair")
    stub = exercise.stub.replace("class Broken", "class Repaired").split("\n\n\n")[0]
    assert judge(exercise, run_cell(exercise, stub)).mistake == "changed-grad-output"


def test_the_case_of_one_input_is_shown() -> None:
    result = judge(find("needs-input-grad"), contracts.product(contracts.swapped))
    assert "if only a requires a gradient, backward returns (None, the gradient)" in result.evidence
    assert "if only b requires a gradient, backward returns (the gradient, None)" in result.evidence


@pytest.mark.parametrize(
    ("id", "answer", "question"),
    [
        ("clamp-function", functions.clamp(lambda g, x, lo, hi: g), "How many inputs"),
        ("clamp-function", functions.CLAMP["saved-non-tensor"][0], "Which of the things"),
        ("cube-function", contracts.CUBE["once-differentiable"][0], "decorator"),
        ("cube-function", contracts.CUBE["x-treated-as-constant"][0], "Follow x"),
        ("needs-input-grad", contracts.NEEDS["needless-work"][0], "into the `if`"),
        ("straight-through", contracts.ROUND["true-gradient"][0], "pretends that y = x"),
    ],
)
def test_first_hint_fits_the_mistake(
    id: str, answer: Any, question: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BYHAND_DATA_DIR", str(tmp_path))
    assert not check(id, answer)
    assert question in hint(id).text
