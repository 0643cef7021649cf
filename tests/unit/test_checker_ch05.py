"""Wrong answers to chapter 5 that readers write, and the names they get."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False

from __future__ import annotations

from typing import Any

import pytest
import torch

from byhand._catalogue.chapter05.null_space_kind import unit
from byhand._checker.api import find, judge
from tests.unit.checker_attack import attacks, gets_a_true_name
from tests.unit.checker_build import EXERCISES
from tests.unit.checker_wrong_softmax import LOG_SOFTMAX, SOFTMAX, STABLE
from tests.unit.checker_wrong_temperature import NULL_SPACE, TEMPERATURE, p, three

WRONG = {
    "softmax-stable": STABLE,
    "softmax-backward": SOFTMAX,
    "log-softmax-backward": LOG_SOFTMAX,
    "temperature-backward": TEMPERATURE,
    "softmax-null-space": NULL_SPACE,
}
CASES = attacks(WRONG)


@pytest.mark.parametrize(("id", "code", "answer"), CASES)
def test_wrong_answer_gets_a_true_name(id: str, code: str, answer: Any) -> None:
    gets_a_true_name(id, code, answer)


def test_each_direction_is_named_by_itself() -> None:
    result = judge(find("softmax-null-space"), three(v=p))
    assert result.message.startswith("In v: p itself")
    assert any("g and h are right" in note for note in result.notes)


@pytest.mark.parametrize("scale", [1.0, -1.0, 1e-3, -1e6])
def test_scale_and_sign_of_a_direction_do_not_count(scale: float) -> None:
    rows = torch.tensor([[0.5, -2.0, 1.0], [0.0, 0.0, 0.0], [3.0, -3.0, 3.0]]).double()
    wanted = torch.tensor([[-0.25, 1.0, -0.5], [0.0, 0.0, 0.0], [1.0, -1.0, 1.0]]).double()
    assert torch.allclose(unit(scale * rows), wanted, rtol=1e-12)


def test_rounding_does_not_choose_another_entry() -> None:
    row = torch.tensor([-1.0, 1.0 + 1e-12]).double()
    assert torch.allclose(unit(row), unit(row.flip(0)).flip(0) * -1, rtol=1e-9)


def test_a_row_of_zeros_is_no_direction() -> None:
    def answer(x):
        v = torch.ones_like(x)
        v[0] = 0
        return v, torch.ones_like(x), p(x)

    result = judge(find("softmax-null-space"), answer)
    assert not result
    assert "yours 0" in str(result)


def test_two_gradients_of_zero_are_not_explained_by_a_guess() -> None:
    def answer(g, x, t):
        return torch.zeros_like(x), torch.zeros_like(t)

    assert judge(find("temperature-backward"), answer).mistake == "all-zero"


JACOBIAN = {"missing-grad-output", "off-diagonal-missing", "samples-mixed", "softmax-twice"}
CLASSIC = {
    "softmax-stable": {"overflow", "samples-mixed", "softmax-twice"},
    "softmax-backward": JACOBIAN,
    "log-softmax-backward": JACOBIAN,
    "temperature-backward": JACOBIAN | {"overflow"},
}


@pytest.mark.parametrize("id", CLASSIC)
def test_the_classic_mistakes_have_a_name(id: str) -> None:
    exercise = find(id)
    named = {x.code for x in exercise.mistakes} | {x.code for x in exercise.probes}
    assert named >= CLASSIC[id]


def test_every_exercise_is_attacked() -> None:
    assert set(WRONG) == {x.id for x in EXERCISES if x.chapter == 5}
    assert len(CASES) >= 200
