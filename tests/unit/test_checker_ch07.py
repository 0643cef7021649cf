"""Wrong answers to chapter 7 that readers write, and the names they get."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from byhand._catalogue.chapter07 import adam, sgd
from byhand._catalogue.chapter07.drawn import parameters
from byhand._checker import check, hint
from byhand._checker.api import find, judge
from byhand._checker.inputs import Inputs
from tests.unit import checker_right_07 as good
from tests.unit.checker_attack import attacks, gets_a_true_name, ids_of_chapter
from tests.unit.checker_build import EXERCISES
from tests.unit.checker_wrong_gradients import ACCUMULATE, CLIP, TWO_LAYER
from tests.unit.checker_wrong_steps import ADAM, MOMENTUM, SGD, rebinds, switches_off

WRONG = {
    "sgd-step": SGD,
    "two-layer-backward": TWO_LAYER,
    "accumulate-gradients": ACCUMULATE,
    "clip-by-norm": CLIP,
    "momentum-step": MOMENTUM,
    "adam-step": ADAM,
}
CASES = attacks(WRONG)


@pytest.mark.parametrize(("id", "code", "answer"), CASES)
def test_wrong_answer_gets_a_true_name(id: str, code: str, answer: Any) -> None:
    gets_a_true_name(id, code, answer)


def test_every_exercise_is_attacked() -> None:
    assert set(WRONG) == ids_of_chapter(7)
    assert len(CASES) >= 140


@pytest.mark.parametrize("momentum", [0.9, 0.5])
def test_the_reference_is_the_optimizer_sgd(momentum: float) -> None:
    params = parameters(Inputs(3))
    buffers = [torch.full_like(p, 0.5).detach() for p in params]
    ours, held = sgd.pytorch(params, list(buffers), 0.3, momentum)
    optimizer = torch.optim.SGD(params, lr=0.3, momentum=momentum)
    for p, b in zip(params, buffers, strict=True):
        optimizer.state[p]["momentum_buffer"] = b.clone()
    optimizer.step()
    for p, value, buffer in zip(params, ours, held, strict=True):
        assert torch.equal(p, value)
        assert torch.equal(optimizer.state[p]["momentum_buffer"], buffer)


@pytest.mark.parametrize("eps", [1e-8, 0.25])
def test_the_reference_is_the_optimizer_adam(eps: float) -> None:
    params = parameters(Inputs(2))
    start = [p.detach().clone() for p in params]
    optimizer = torch.optim.Adam(params, lr=0.3, betas=(0.9, 0.999), eps=eps)
    means, squares = ([torch.zeros_like(p) for p in start] for _ in range(2))
    now: Any = start
    for step in (1, 2, 3):
        for p, value in zip(params, now, strict=True):
            value.grad = p.grad
        now, means, squares = adam.pytorch(now, means, squares, step, 0.3, (0.9, 0.999), eps)
        optimizer.step()
        for p, value in zip(params, now, strict=True):
            assert torch.allclose(p, value, rtol=1e-12)


def notes(id: str, answer: Any) -> str:
    result = judge(find(id), answer)
    assert result, str(result)
    return " ".join(result.notes)


@pytest.mark.parametrize(
    "answer", [good.sgd_data, good.sgd_data_assigned, good.sgd_numpy, good.sgd_one_vector]
)
def test_a_step_behind_autograds_back_passes_with_a_note(answer: Any) -> None:
    assert "without autograd's knowledge" in notes("sgd-step", answer)


@pytest.mark.parametrize(
    "answer", [good.sgd_detached, good.sgd_zeroed, good.sgd_optimizer, good.sgd_off_and_on]
)
def test_a_step_that_autograd_sees_passes_without_a_note(answer: Any) -> None:
    assert notes("sgd-step", answer) == ""


def test_graphs_of_all_batches_at_once_pass_with_a_note() -> None:
    shown = notes("accumulate-gradients", good.accumulate_sum_first)
    assert "at the same time" in shown
    assert notes("accumulate-gradients", good.accumulate_on_copies) == ""


def test_a_step_that_switches_gradients_off_does_not_reach_the_reader() -> None:
    assert judge(find("sgd-step"), switches_off).mistake == "gradients-left-off"
    assert torch.is_grad_enabled()


def test_hints_depend_on_the_mistake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BYHAND_DATA_DIR", str(tmp_path))
    exercise = find("momentum-step")
    plain = hint("momentum-step").text
    assert plain == exercise.ladder.question
    check("momentum-step", MOMENTUM["lr-inside-buffer"][0])
    asked = hint("momentum-step")
    assert (asked.level, "lr is halved" in asked.text) == (1, True)
    check("sgd-step", rebinds)
    assert hint("sgd-step").level == 1


WIDTH = 72
CHAPTER = tuple(exercise for exercise in EXERCISES if exercise.chapter == 7)


@pytest.mark.parametrize("exercise", CHAPTER, ids=lambda exercise: exercise.id)
def test_cells_do_not_scroll_on_the_page(exercise: Any) -> None:
    text = "\n".join((exercise.stub, exercise.solution, exercise.check_line(record=False)))
    assert [line for line in text.splitlines() if len(line) > WIDTH] == []


@pytest.mark.parametrize("id", ["sgd-step", "momentum-step", "adam-step", "clip-by-norm"])
def test_a_frozen_parameter_is_named(id: str) -> None:
    result = judge(find(id), WRONG[id]["needs-every-gradient"][0])
    assert "`.grad` is None" in result.message or "`.grad` is None" in result.evidence
    assert "None" in result.next_step
