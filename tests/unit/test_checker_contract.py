"""Attacks on mse-function, on the state around a check, and on the progress file."""

# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from byhand import check, progress
from byhand._checker.api import find, judge
from tests.unit.checker_build import solved
from tests.unit.test_checker_function import both, built, gradient, save, value

KEPT: dict[str, Any] = {}


def keeps_inputs(ctx: Any, input: Tensor, target: Tensor) -> Tensor:
    KEPT["inputs"] = input, target
    return value(input, target)


def uses_kept_inputs(ctx: Any, grad_output: Tensor) -> tuple[Tensor, Tensor]:
    input, target = KEPT["inputs"]
    grad = 2 * grad_output * (input - target) / input.numel()
    return grad, -grad


def keeps_size(ctx: Any, input: Tensor, target: Tensor) -> Tensor:
    KEPT["n"] = input.numel()
    return save(ctx, input, target)


def uses_kept_size(ctx: Any, grad_output: Tensor) -> tuple[Tensor, Tensor]:
    input, target = ctx.saved_tensors
    grad = 2 * grad_output * (input - target) / KEPT["n"]
    return grad, -grad


def keeps_difference(ctx: Any, input: Tensor, target: Tensor) -> Tensor:
    ctx.difference = input - target
    return value(input, target)


def uses_up_difference(ctx: Any, grad_output: Tensor) -> tuple[Tensor, Tensor]:
    ctx.difference *= 2 * grad_output / ctx.difference.numel()
    return ctx.difference, -ctx.difference


def saves_difference(ctx: Any, input: Tensor, target: Tensor) -> Tensor:
    ctx.save_for_backward(input - target)
    return value(input, target)


def uses_up_saved(ctx: Any, grad_output: Tensor) -> tuple[Tensor, Tensor]:
    (difference,) = ctx.saved_tensors
    difference.mul_(2 * grad_output / difference.numel())
    return difference, -difference


def target_with_input(ctx: Any, grad_output: Tensor) -> Any:
    grad = gradient(ctx, grad_output)
    return (grad, -grad) if ctx.needs_input_grad[0] else (None, None)


def wrong_for_target_alone(ctx: Any, grad_output: Tensor) -> Any:
    grad = gradient(ctx, grad_output)
    return (grad, -grad) if ctx.needs_input_grad[0] else (None, grad)


def deletes_what_it_used(ctx: Any, grad_output: Tensor) -> tuple[Tensor, Tensor]:
    grad = 2 * grad_output * ctx.difference / ctx.difference.numel()
    del ctx.difference
    return grad, -grad


WRONG = [
    ("shared-between-calls", built(keeps_inputs, uses_kept_inputs)),
    ("shared-between-calls", built(keeps_size, uses_kept_size)),
    ("changed-saved-tensor", built(keeps_difference, uses_up_difference)),
    ("changed-saved-tensor", built(saves_difference, uses_up_saved)),
    ("wrong-with-partial-gradients", built(save, target_with_input)),
    ("wrong-with-partial-gradients", built(save, wrong_for_target_alone)),
    ("clipped", built(save, lambda ctx, g: (gradient(ctx, g), -gradient(ctx, g).clamp(-1, 1)))),
    (
        "wrong-for-large-numbers",
        built(save, lambda ctx, g: tuple(grad.clamp(-10, 10) for grad in both(ctx, g))),
    ),
    ("wrong-for-small-numbers", built(lambda ctx, x, t: save(ctx, x, t) + 1e-8)),
]


@pytest.mark.parametrize(("code", "answer"), WRONG)
def test_function_that_works_once_only(code: str, answer: Any) -> None:
    result = judge(find("mse-function"), answer)
    assert not result
    assert result.mistake == code, str(result)


@pytest.mark.parametrize(
    "answer",
    [
        built(keeps_difference, deletes_what_it_used),
        built(save, lambda ctx, g: (gradient(ctx, g), None)),
    ],
)
def test_function_that_may_be_used_once_is_right(answer: Any) -> None:
    assert judge(find("mse-function"), answer)


def meddles(g: Tensor, x: Tensor, t: Tensor) -> Tensor:
    torch.set_default_device("meta")
    torch.use_deterministic_algorithms(True)
    torch.autograd.set_detect_anomaly(True)
    torch.set_float32_matmul_precision("medium")
    torch.set_num_threads(1)
    np.seterr(all="raise")
    return 2 * g * (x - t) / x.numel()


def ambient_state() -> tuple[Any, ...]:
    return (
        torch.get_default_device(),
        torch.are_deterministic_algorithms_enabled(),
        torch.is_anomaly_enabled(),
        torch.get_float32_matmul_precision(),
        torch.get_num_threads(),
        np.geterr(),
        torch.get_rng_state().tolist(),
    )


def test_settings_of_pytorch_and_numpy_are_kept() -> None:
    before = ambient_state()
    assert judge(find("mse-backward"), meddles)
    assert ambient_state() == before


def test_autocast_outside_does_not_reach_the_answer() -> None:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert judge(find("linear-sse-gradient"), solved("linear-sse-gradient"))


def test_checks_in_threads_leave_the_random_state() -> None:
    before = ambient_state()
    passed: list[bool] = []
    answer = solved("mse-backward")

    def work() -> None:
        passed.extend(bool(judge(find("mse-backward"), answer)) for _ in range(4))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert passed == [True] * 16
    assert ambient_state() == before


class NoWords(Exception):  # noqa: N818  (an error only for this test)
    def __str__(self) -> str:
        raise SystemExit


@pytest.mark.parametrize("error", [NoWords(), ValueError("half a pair: \ud800")])
def test_message_that_cannot_be_shown(error: Exception) -> None:
    def answer(g: Tensor, x: Tensor, t: Tensor) -> Tensor:
        raise error

    result = judge(find("mse-backward"), answer)
    assert result.mistake == "raised"
    assert str(result).encode("utf-8")


@pytest.mark.parametrize(
    "record", [{"passed": 3}, {"attempts": True}, {"hints": -5}, {"attempts": 10**30}]
)
def test_progress_with_impossible_counts_is_damaged(
    record: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BYHAND_DATA_DIR", str(tmp_path))
    content = {"version": 1, "exercises": {"mse-backward": record}}
    (tmp_path / "progress.json").write_text(json.dumps(content), encoding="utf-8")
    assert "damaged" in str(progress())
    assert check("mse-backward", solved("mse-backward"))
    assert "1 of" in str(progress())
