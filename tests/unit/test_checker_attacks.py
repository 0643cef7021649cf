"""Answers that once got past the checker, or got a name that is not true of them."""

# ruff: noqa: ARG005  (an answer takes all arguments of its exercise, used or not)

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from byhand._checker.api import find, judge
from byhand._checker.wording import not_one
from tests.unit.checker_attack import attacks, gets_a_true_name


def mse(g: Any, x: Tensor, t: Tensor) -> Any:
    return 2 * g * (x - t) / x.numel()


def l1(g: Any, x: Tensor, t: Tensor) -> Any:
    return g * torch.sign(x - t) / x.numel()


def huber(g: Any, x: Tensor, t: Tensor, delta: float) -> Any:
    return g * (x - t).clamp(-delta, delta) / x.numel()


def weighted(g: Any, x: Tensor, t: Tensor, w: Tensor) -> Any:
    return 2 * g * w * (x - t) / w.sum()


def reduced(g: Any, x: Tensor, t: Tensor, reduction: str) -> Any:
    return mse(g, x, t) if reduction == "mean" else 2 * g * (x - t)


def log_cosh(x: Tensor, t: Tensor) -> Any:
    return (x - t + F.softplus(-2 * (x - t)) - math.log(2)).mean()


def turned_in_place(g: Any, x: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
    grad: Tensor = mse(g, x, t)
    return grad, grad.neg_()


def none_not_written(g: Any, x: Tensor, t: Tensor, reduction: str) -> Any:
    if reduction == "none":
        raise NotImplementedError
    return reduced(g, x, t, reduction)


def without_rows(g: Any, x: Tensor, t: Tensor) -> Any:
    return mse(g, x, t) if len(x.shape) > 0 and len(x) < 8 else x


WRONG: dict[str, dict[str, list[Any]]] = {
    "mse-backward": {
        "wrong-at-ties": [
            lambda g, x, t: 2 * g * (x - t) / torch.count_nonzero(x),
            lambda g, x, t: 2 * g * (x - t) / torch.count_nonzero(x - t),
            lambda g, x, t: 2 * g * (x - t) ** 2 / (x - t) / x.numel(),
        ],
        "wrong-for-large-numbers": [
            lambda g, x, t: mse(g, x, t).clamp(-10, 10),
            lambda g, x, t: mse(g, x, t).clamp(-1000, 1000),
            lambda g, x, t: mse(g, x, t) if abs(g) < 100 else 0 * x,
            without_rows,
        ],
        "wrong-for-small-numbers": [
            lambda g, x, t: mse(g, x, t) * ((x - t).abs() > 1e-3),
            lambda g, x, t: 2 * g * ((x - t) + 1e-8) / x.numel(),
        ],
        "wrong-in-four-dimensions": [lambda g, x, t: mse(g, x, t) * (1 if x.ndim < 4 else 2)],
        "wrong-without-dimension": [lambda g, x, t: mse(g, x, t) * (1 if x.ndim else 2)],
        "clipped": [
            lambda g, x, t: mse(g, x, t).clamp(-1, 1),
            lambda g, x, t: mse(g, x, t).clamp(min=-0.5),
            lambda g, x, t: mse(g, x, t).clamp(max=0.5),
        ],
        "digits-lost": [
            lambda g, x, t: mse(g, x, t).half().to(x.dtype),
            lambda g, x, t: mse(g, x, t).round(decimals=5),
        ],
        "wrong-shape": [lambda g, x, t: x[:0], lambda g, x, t: torch.zeros(2, 2, dtype=x.dtype)],
    },
    "l1-backward": {
        "wrong-for-large-numbers": [lambda g, x, t: l1(g, x, t).clamp(-10, 10)],
        "wrong-for-small-numbers": [lambda g, x, t: g * torch.tanh(100 * (x - t)) / x.numel()],
        "wrong-beside-kink": [lambda g, x, t: l1(g, x, t) * ((x - t).abs() > 5e-6)],
    },
    "huber-backward": {
        "wrong-for-another-delta": [
            lambda g, x, t, delta: huber(g, x, t, min(delta, 5.0)),
            lambda g, x, t, delta: huber(g, x, t, max(delta, 0.1)),
            lambda g, x, t, delta: huber(g, x, t, delta if delta != 1 else 2.0),
        ],
        "right-in-region": [
            lambda g, x, t, delta: (
                g * torch.where((x - t) ** 2 < delta, x - t, delta * torch.sign(x - t)) / x.numel()
            ),
        ],
    },
    "mse-target-backward": {
        "both-like-target": [turned_in_place, lambda g, x, t: (mse(-g, x, t), mse(-g, x, t))],
        "wrong-for-large-numbers": [
            lambda g, x, t: (mse(g, x, t), -mse(g, x, t).clamp(-10, 10)),
        ],
    },
    "mse-reductions": {
        "mean-and-none-swapped": [
            lambda g, x, t, r: mse(g, x, t) if r == "none" else 2 * g * (x - t)
        ],
        "mean-test-inverted": [lambda g, x, t, r: 2 * g * (x - t) if r == "mean" else mse(g, x, t)],
        "wrong-in-one-dimension": [
            lambda g, x, t, r: reduced(g, x, t, r if x.ndim != 1 else r.replace("mean", "sum"))
        ],
        "wrong-when-not-contiguous": [
            lambda g, x, t, r: reduced(g, x, t, r) * (1 if g.is_contiguous() else 2)
        ],
        "raised": [none_not_written],
    },
    "weighted-mse-backward": {
        "wrong-for-small-numbers": [
            lambda g, x, t, w: 2 * g * w * (x - t) / max(w.sum(), 1.0),
            lambda g, x, t, w: 2 * g * w * (x - t) / max(w.sum(), x.numel()),
        ],
        "wrong-for-large-numbers": [lambda g, x, t, w: weighted(g, x, t, w) * (w.sum() < 1000)],
    },
    "log-cosh-stable": {
        "another-loss": [
            lambda x, t: F.l1_loss(x, t),
            lambda x, t: F.mse_loss(x, t),
            lambda x, t: F.smooth_l1_loss(x, t),
            lambda x, t: ((1 + (x - t) ** 2).sqrt() - 1).mean(),
        ],
        "absolute-in-one-place": [
            lambda x, t: ((x - t).abs() + F.softplus(-2 * (x - t)) - math.log(2)).mean()
        ],
        "wrong-value-far-away": [
            lambda x, t: (x - t).clamp(-50, 50).cosh().log().mean(),
            lambda x, t: (x - t).cosh().log().nan_to_num(posinf=1000.0).mean(),
        ],
        "overflow": [lambda x, t: (x - t).cosh().log().mean()],
        "wrong-for-large-numbers": [
            lambda x, t: log_cosh(x, t) if (x - t).abs().max() < 5e3 else F.l1_loss(x, t)
        ],
    },
}

CASES = attacks(WRONG)


@pytest.mark.parametrize(("id", "code", "answer"), CASES)
def test_attack_fails_and_is_named(id: str, code: str, answer: Any) -> None:
    gets_a_true_name(id, code, answer)


def numpy_way(g: Tensor, x: Tensor, t: Tensor) -> Tensor:
    a, b = x.numpy(), t.numpy()
    return torch.from_numpy(2 * (a - b) / a.size) * g  # raises TypeError for shape ()


def float32_constant(x: Tensor, t: Tensor) -> Tensor:
    size = (x - t).abs()
    return (size + (1 + (-2 * size).exp()).log() - torch.log(torch.tensor(2.0))).mean()


@pytest.mark.parametrize(
    ("id", "answer"),
    [
        ("mse-backward", numpy_way),
        ("log-cosh-stable", float32_constant),
        ("weighted-mse-backward", lambda g, x, t, w: 2 * g * w * (x - t) / (w.sum() + 1e-12)),
    ],
)
def test_right_answer_stays_right(id: str, answer: Any) -> None:
    assert judge(find(id), answer)


def test_exception_without_dimension_is_only_noted() -> None:
    (note,) = judge(find("mse-backward"), numpy_way).notes
    assert "shape ()" in note
    assert "TypeError" in note


def test_a_shape_is_not_blamed_for_the_numbers_in_it() -> None:
    result = judge(find("huber-backward"), lambda g, x, t, d: huber(g, x, t, float(int(d))))
    assert "shape" not in result.message


def test_a_case_that_is_not_written_is_named() -> None:
    result = judge(find("mse-reductions"), none_not_written)
    assert result.status == "crashed"
    assert 'reduction="none"' in result.evidence


def test_a_change_of_the_input_is_noted_beside_wrong_numbers() -> None:
    result = judge(find("mse-backward"), lambda g, x, t: x.sub_(t) * g)
    assert any("`input` in place" in note for note in result.notes)


def test_a_line_without_source_is_still_the_readers() -> None:
    names: dict[str, Any] = {}
    exec("def answer(g, x, t):\n    return nothing", names)
    assert "line 2 of answer" in judge(find("mse-backward"), names["answer"]).evidence


def test_a_factor_is_never_shown_as_one() -> None:
    assert not_one(1.0001) == "1.0001"
    result = judge(find("mse-backward"), lambda g, x, t: 1.0001 * mse(g, x, t))
    assert "times 1.0001" in result.message
    assert "ratio 1.0001" in result.evidence


@pytest.mark.parametrize("id", ["MSE-backward", "mse_backward", "mse-bakward"])
def test_nearest_exercise_comes_first(id: str) -> None:
    with pytest.raises(ValueError, match=r"Did you mean 'mse-backward'"):
        find(id)


def test_part_of_an_id_is_enough_for_advice() -> None:
    with pytest.raises(ValueError, match=r"Did you mean 'mse-"):
        find("mse")
