"""A check leaves everything as it was, says the same each time, and keeps the order of stages."""

# ruff: noqa: ARG005  (an answer takes all arguments of its exercise, used or not)

from __future__ import annotations

import random
import subprocess
import sys
import warnings
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from byhand._checker.api import find, judge
from tests.unit.checker_build import EXERCISES, IDS, solved, wrong


def right(g: Tensor, x: Tensor, t: Tensor) -> Tensor:
    return 2 * g * (x - t) / x.numel()


def meddles(g: Tensor, x: Tensor, t: Tensor) -> Tensor:
    torch.manual_seed(3)
    random.seed(3)
    np.random.seed(3)
    torch.set_grad_enabled(False)
    torch.set_default_dtype(torch.float16)
    warnings.simplefilter("error")
    sys.setrecursionlimit(5000)
    sys.stdout = sys.stderr
    return right(g, x, t)


def state() -> tuple[Any, ...]:
    return (
        torch.get_rng_state().tolist(),
        random.getstate(),
        np.random.get_state()[1].tolist(),  # type: ignore[index]
        torch.is_grad_enabled(),
        torch.is_inference_mode_enabled(),
        torch.get_default_dtype(),
        list(warnings.filters),
        sys.getrecursionlimit(),
        sys.stdout,
        sys.stderr,
    )


@pytest.mark.parametrize("answer", [right, meddles, lambda g, x, t: meddles(g, x, t) / 0, None])
def test_global_state_is_kept(answer: Any) -> None:
    before = state()
    judge(find("mse-backward"), answer)
    assert state() == before


@pytest.mark.parametrize("id", IDS)
def test_solution_passes_in_any_surroundings(id: str) -> None:
    exercise, answer = find(id), solved(id)
    dtype = torch.get_default_dtype()
    try:
        for other in (torch.float64, torch.bfloat16):
            torch.set_default_dtype(other)
            assert judge(exercise, answer), other
    finally:
        torch.set_default_dtype(dtype)
    with torch.no_grad():
        assert judge(exercise, answer)
    with torch.inference_mode():
        assert judge(exercise, answer)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert judge(exercise, answer)


def test_the_readers_tensors_are_kept() -> None:
    answer = torch.tensor([1.0, 2.0, 3.0, 4.0], requires_grad=True)
    version = answer._version
    judge(find("mse-by-hand"), answer)
    assert answer.tolist() == [1.0, 2.0, 3.0, 4.0]
    assert (answer._version, answer.requires_grad, answer.grad) == (version, True, None)
    values = [0.5, torch.zeros(()), -1, 0]
    judge(find("mse-by-hand"), values)
    assert values == [0.5, torch.zeros(()), -1, 0]


def test_prints_appear_once(capsys: pytest.CaptureFixture[str]) -> None:
    def talks(g: Tensor, x: Tensor, t: Tensor) -> Tensor:
        print("shape", tuple(x.shape))
        print("to stderr", file=sys.stderr)
        return right(g, x, t)

    assert judge(find("mse-backward"), talks)
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("shape (3, 5)\n", "to stderr\n")


def test_warnings_are_not_shown() -> None:
    def warns(g: Tensor, x: Tensor, t: Tensor) -> Tensor:
        warnings.warn("careful", stacklevel=1)
        return right(g, x, t)

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert judge(find("mse-backward"), warns)
    assert caught == []


def test_random_answer_gets_the_same_words_each_time() -> None:
    answers: list[Any] = [lambda g, x, t: torch.rand_like(x), lambda g, x, t: x * random.random()]
    for answer in answers:
        first = str(judge(find("mse-backward"), answer))
        torch.rand(7), random.random()
        assert str(judge(find("mse-backward"), answer)) == first


@pytest.mark.parametrize("exercise", EXERCISES, ids=IDS)
def test_words_are_the_same_each_time(exercise: Any) -> None:
    for mistake in exercise.mistakes:
        answer = wrong(exercise, mistake)
        first, second = judge(exercise, answer), judge(exercise, answer)
        assert str(first) == str(second)
        assert first._repr_html_() == second._repr_html_()


PROGRAM = """
from byhand._checker.api import judge
from tests.unit.checker_build import EXERCISES, wrong
for exercise in EXERCISES:
    for mistake in exercise.mistakes:
        print(judge(exercise, wrong(exercise, mistake)))
"""


def test_words_are_the_same_on_another_instruction_set() -> None:
    import os

    outputs = [
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, **extra},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for extra in ({"ATEN_CPU_CAPABILITY": "default", "OMP_NUM_THREADS": "1"}, {})
    ]
    assert outputs[0] == outputs[1]
    assert outputs[0].count("✗") > 150


def float32(x: Tensor) -> Tensor:
    return x.float()


STAGES: list[tuple[str, Any]] = [
    ("wrong-signature", lambda g, x: None),
    ("wrong-count", lambda g, x, t: (float32(x.sub_(t)), None)),
    ("not-a-tensor", lambda g, x, t: [float(v) for v in x.sub_(t).flatten()]),
    ("missing-two", lambda g, x, t: float32(g * x.sub_(t) / x.numel())),
    ("wrong-dtype", lambda g, x, t: float32(2 * g * x.sub_(t) / x.numel())),
    ("missing-two", lambda g, x, t: g * x.sub_(t) / x.numel()),
    ("changed-input", lambda g, x, t: 2 * g * x.sub_(t).squeeze() / x.numel()),
    ("wrong-for-one-number", lambda g, x, t: 2 * g * (x - t).squeeze() / x.numel()),
]


@pytest.mark.parametrize(("code", "answer"), STAGES)
def test_the_first_failing_stage_is_the_headline(code: str, answer: Any) -> None:
    """Each answer fails at its own stage and at a later one."""
    assert judge(find("mse-backward"), answer).mistake == code
