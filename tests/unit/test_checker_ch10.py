"""Wrong answers to chapter 10 that readers write, and the names they get."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# ruff: noqa: ARG005  (an answer takes all arguments of its exercise, used or not)

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from byhand._checker import check, hint
from byhand._checker.api import find
from tests.unit.checker_attack import attacks, gets_a_true_name, ids_of_chapter
from tests.unit.checker_build import run_cell


def broken(g, x, s):
    """The function of the exercise cell, as it is."""
    exercise = find("repair-silent-backward")
    text = f"{exercise.stub}\n\n\nrepaired_backward = broken_backward\n"
    return run_cell(exercise, text)(g, x, s)


def parts(x=None, scale=None, shift=None):
    """A right answer with one part replaced."""

    def answer(g, a, s):
        return (
            x(g, a, s) if x else g * (2 * s * a + 1),
            scale(g, a, s) if scale else (g * a**2).sum(0),
            shift(g, a, s) if shift else g.sum(0),
        )

    return answer


def first_line_kept(g, x, s):
    grad_x = 2 * s * x
    grad_x = grad_x + g
    return grad_x, (g * x**2).sum(0), g.sum(0)


def only_sums(g, x, s):
    grad_x = g * 2 * s * x
    grad_x = g
    return grad_x, (g * x**2).sum(0), g.sum(0)


def mul_first(g, x, s):
    grad_scale = g.mul_(x**2).sum(0)
    return g * (2 * s * x + 1), grad_scale, g.sum(0)


def mul_last(g, x, s):
    grad_x = g * 2 * s * x + g
    grad_shift = g.sum(0)
    return grad_x, g.mul_(x**2).sum(0), grad_shift


def mul_before_shift(g, x, s):
    grad_x = g * 2 * s * x + g
    grad_scale = g.mul_(x**2).sum(0)
    return grad_x, grad_scale, g.sum(0)


def adds_in_place(g, x, s):
    grad_shift = g.sum(0)
    grad_scale = (g * x**2).sum(0)
    g += g * 2 * s * x
    return g, grad_scale, grad_shift


def data_in_place(g, x, s):
    grad_x, grad_shift = g * 2 * s * x + g, g.sum(0)
    g.data *= x**2
    return grad_x, g.sum(0), grad_shift


def square_in_place(g, x, s):
    grad_x = g * (2 * s * x + 1)
    return grad_x, (g * x.square_()).sum(0), g.sum(0)


REPAIR: dict[str, list[Any]] = {
    "nothing-repaired": [broken],
    "grad-output-in-one-path": [first_line_kept, parts(x=lambda g, x, s: 2 * g * s * x + 1)],
    "overwritten": [only_sums],
    "second-path-missing": [parts(x=lambda g, x, s: g * 2 * s * x)],
    "averaged": [parts(x=lambda g, x, s: torch.stack([g, g * 2 * s * x]).mean(0) * 1)],
    "missing-grad-output": [
        parts(x=lambda g, x, s: 2 * s * x + 1),
        lambda g, x, s: (2 * s * x + 1, (x**2).sum(0), torch.full_like(s, len(x))),
    ],
    "missing-two": [parts(x=lambda g, x, s: g * s * x + g)],
    "scale-missing": [parts(x=lambda g, x, s: 2 * g * x + g)],
    "unsummed-broadcast": [parts(scale=lambda g, x, s: g * x**2, shift=lambda g, x, s: g)],
    "shift-not-summed": [parts(shift=lambda g, x, s: g.clone())],
    "scale-not-summed": [parts(scale=lambda g, x, s: g * x**2)],
    "keepdim": [
        parts(
            scale=lambda g, x, s: (g * x**2).sum(0, keepdim=True),
            shift=lambda g, x, s: g.sum(0, keepdim=True),
        )
    ],
    "parameters-averaged": [
        parts(scale=lambda g, x, s: (g * x**2).mean(0), shift=lambda g, x, s: g.mean(0))
    ],
    "shift-averaged": [parts(shift=lambda g, x, s: g.mean(0))],
    "scale-averaged": [parts(scale=lambda g, x, s: (g * x**2).mean(0))],
    "wrong-dimension": [
        parts(scale=lambda g, x, s: (g * x**2).sum(1), shift=lambda g, x, s: g.sum(1))
    ],
    "summed-to-one": [parts(scale=lambda g, x, s: (g * x**2).sum(), shift=lambda g, x, s: g.sum())],
    "shift-of-changed": [mul_before_shift],
    "scale-of-x": [parts(scale=lambda g, x, s: (g * x).sum(0))],
    "scale-without-x": [parts(scale=lambda g, x, s: g.sum(0))],
    "swapped-outputs": [lambda g, x, s: (g * (2 * s * x + 1), g.sum(0), (g * x**2).sum(0))],
    "changed-grad-output": [mul_last, adds_in_place, data_in_place],
    "changed-input": [square_in_place],
    "returned-none": [parts(shift=lambda g, x, s: None)],
    "wrong-count": [lambda g, x, s: (g * (2 * s * x + 1), (g * x**2).sum(0))],
    "wrong-dtype": [parts(shift=lambda g, x, s: g.sum(0).float())],
    "not-recognised": [mul_first],
}
WRONG = {"repair-silent-backward": REPAIR}
CASES = attacks(WRONG)


@pytest.mark.parametrize(("id", "code", "answer"), CASES)
def test_wrong_answer_gets_a_true_name(id: str, code: str, answer: Any) -> None:
    gets_a_true_name(id, code, answer)


def test_every_exercise_is_attacked() -> None:
    assert set(WRONG) == ids_of_chapter(10)


def test_the_broken_function_raises_nothing_in_pytorch() -> None:
    """It is what the page calls silent: autograd takes what it returns.

    A sum right behind it would send one number that is shown as many, and `mul_` refuses that.
    """

    class Broken(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any, scale: Any, shift: Any) -> Any:
            ctx.save_for_backward(x, scale)
            return scale * x**2 + x + shift

        @staticmethod
        def backward(ctx: Any, grad_output: Any) -> Any:
            return broken(grad_output, *ctx.saved_tensors)

    x, scale, shift = torch.randn(3, 5), torch.randn(5), torch.randn(5)
    leaves = [t.requires_grad_() for t in (x, scale, shift)]
    (torch.randn(3, 5) * Broken.apply(*leaves)).sum().backward()
    assert all(t.grad is not None and t.grad.shape == t.shape for t in leaves)


def test_the_first_hint_is_about_the_mistake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BYHAND_DATA_DIR", str(tmp_path))
    check("repair-silent-backward", only_sums)
    assert "two paths" in hint("repair-silent-backward").text
