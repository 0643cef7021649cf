"""Wrong answers to chapter 6 that readers write, and the names they get."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False

from __future__ import annotations

from typing import Any

import pytest
import torch
import torch.nn.functional as F

from byhand._checker.api import find, judge
from tests.unit.checker_attack import attacks, gets_a_true_name
from tests.unit.checker_build import EXERCISES, run_cell
from tests.unit.checker_wrong_losses import CROSS_ENTROPY, FOCAL, SMOOTHED
from tests.unit.checker_wrong_models import BINARY, DOUBLE, FIX, broken, repaired

WRONG = {
    "cross-entropy-backward": CROSS_ENTROPY,
    "bce-with-logits-backward": BINARY,
    "double-softmax": DOUBLE,
    "smoothed-cross-entropy-backward": SMOOTHED,
    "focal-loss-backward": FOCAL,
}
CASES = attacks(WRONG)


@pytest.mark.parametrize(("id", "code", "answer"), CASES)
def test_wrong_answer_gets_a_true_name(id: str, code: str, answer: Any) -> None:
    gets_a_true_name(id, code, answer)


CLASSIC = {
    "missing-grad-output",
    "off-diagonal-missing",
    "samples-mixed",
    "softmax-twice",
    "batch-mean-missing",
    "overflow",
}


def test_the_classic_mistakes_have_a_name() -> None:
    exercise = find("cross-entropy-backward")
    assert {x.code for x in exercise.mistakes} | {x.code for x in exercise.probes} >= CLASSIC


def test_a_finite_wrong_result_far_away_is_not_called_an_overflow() -> None:
    def answer(g, x, t):
        p = torch.softmax(x.clamp(-50, 50), -1)
        return g * (p - F.one_hot(t, x.shape[-1])) / len(x)

    assert judge(find("cross-entropy-backward"), answer).mistake == "wrong-far-away"


def test_the_broken_loss_is_the_one_in_the_cell() -> None:
    """The cell's loss runs, raises nothing, and is what `softmax-twice` says of it."""
    exercise = find("double-softmax")
    loss = run_cell(exercise, exercise.stub).__globals__["broken_loss"]
    generator = torch.Generator().manual_seed(0)
    x, query = torch.randn(3, 5, 7, generator=generator), torch.randn(7, generator=generator)
    weight, target = torch.randn(11, 7, generator=generator), torch.tensor([1, 5, 10])
    pooled = (torch.softmax(x @ query, -1).unsqueeze(-1) * x).sum(1)
    wanted = F.cross_entropy(torch.softmax(pooled @ weight.T, -1), target)
    assert torch.allclose(loss(x, query, weight, target), wanted)
    assert judge(exercise, broken).mistake == "softmax-twice"


def test_the_edit_that_is_asked_for_passes() -> None:
    assert judge(find("double-softmax"), repaired(FIX))


def test_a_batch_of_ignored_rows_may_be_nan_or_not() -> None:
    """PyTorch gives NaN where no row counts; an answer that gives zeros passes too."""

    def answer(g, x, t, smoothing, ignored):
        keep = (t != ignored)[:, None]
        onehot = F.one_hot(torch.where(t != ignored, t, 0), x.shape[-1]).to(x)
        soft = (1 - smoothing) * onehot + smoothing / x.shape[-1]
        return g * (torch.softmax(x, -1) - soft) * keep / keep.sum().clamp(min=1)

    assert judge(find("smoothed-cross-entropy-backward"), answer)


def test_every_exercise_is_attacked() -> None:
    assert set(WRONG) == {x.id for x in EXERCISES if x.chapter == 6}
    assert len(CASES) >= 150
