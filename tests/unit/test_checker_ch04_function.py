"""Wrong answers to linear-function: the contract of autograd.Function with three inputs."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, disallow-untyped-decorators=False
# mypy: disable-error-code="override, misc"
# ruff: noqa: ARG005  (an answer takes all arguments of its exercise, used or not)

from __future__ import annotations

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch.autograd import Function

from byhand._checker.api import find, judge
from tests.unit.checker_right_04 import FUNCTIONS

ID = "linear-function"


def save(ctx, x, weight, bias):
    ctx.save_for_backward(x, weight)
    return x @ weight.T + bias


def built(gradients=None, forward=save, backward=None):
    """A Function whose backward returns `gradients(ctx, g, x, w)`."""

    def from_saved(ctx, g):
        x, w = ctx.saved_tensors
        return gradients(ctx, g, x, w) if gradients else (g @ w, g.T @ x, g.sum(0))

    names = {"forward": staticmethod(forward), "backward": staticmethod(backward or from_saved)}
    return type("Built", (Function,), names)


class OnTheClass(Function):
    saved: Any = None

    @staticmethod
    def forward(ctx, x, weight, bias):
        OnTheClass.saved = x, weight
        return x @ weight.T + bias

    @staticmethod
    def backward(ctx, g):
        x, w = OnTheClass.saved
        return g @ w, g.T @ x, g.sum(0)


def needed(*order):
    """needs_input_grad asked for in some order."""

    def gradients(ctx, g, x, w):
        found = (g @ w, g.T @ x, g.sum(0))
        asked = [ctx.needs_input_grad[k] for k in order]
        return tuple(grad if ask else None for grad, ask in zip(found, asked, strict=True))

    return gradients


def all_or_nothing(ctx, g, x, w):
    if not all(ctx.needs_input_grad):
        return None, None, None
    return g @ w, g.T @ x, g.sum(0)


def shorter(ctx, g, x, w):
    found = []
    if ctx.needs_input_grad[0]:
        found.append(g @ w)
    if ctx.needs_input_grad[1]:
        found.append(g.T @ x)
    if ctx.needs_input_grad[2]:
        found.append(g.sum(0))
    return tuple(found)


def unbound(ctx, g, x, w):
    if ctx.needs_input_grad[0]:
        grad_x = g @ w
    if ctx.needs_input_grad[1]:
        grad_weight = g.T @ x
    return grad_x, grad_weight, g.sum(0)


def changes_the_weight(ctx, g, x, w):
    grads = g @ w, g.T @ x, g.sum(0)
    w.mul_(2)
    return grads


def changes_grad_output(ctx, g, x, w):
    grads = g @ w, g.T @ x, g.sum(0)
    g *= 2
    return grads


def saves_nothing(ctx, x, weight, bias):
    return x @ weight.T + bias


def without_bias(ctx, x, weight, bias):
    return save(ctx, x, weight, 0 * bias)


def turned(ctx, x, weight, bias):
    return save(ctx, x, weight, bias).T


WRONG: dict[str, list[Any]] = {
    "shared-between-calls": [OnTheClass],
    "wrong-with-partial-gradients": [built(needed(1, 0, 2)), built(all_or_nothing)],
    "wrong-count": [
        built(shorter),
        built(lambda ctx, g, x, w: (g @ w, g.T @ x)),
        built(lambda ctx, g, x, w: g @ w),
    ],
    "raised": [
        built(unbound),
        built(forward=saves_nothing),
        built(lambda ctx, g, x, w: (g @ w.T, g.T @ x, g.sum(0))),
    ],
    "changed-input": [built(changes_the_weight)],
    "changed-grad-output": [built(changes_grad_output)],
    "returned-none": [
        built(lambda ctx, g, x, w: (g @ w, g.T @ x, None)),
        built(lambda ctx, g, x, w: (None, None, None)),
    ],
    "value-without-bias": [built(forward=without_bias)],
    "value-transposed": [built(forward=turned)],
    "weight-transposed": [built(lambda ctx, g, x, w: (g @ w, x.T @ g, g.sum(0)))],
    "bias-not-summed": [built(lambda ctx, g, x, w: (g @ w, g.T @ x, g))],
    "bias-keepdim": [built(lambda ctx, g, x, w: (g @ w, g.T @ x, g.sum(0, keepdim=True)))],
    "weight-first": [built(lambda ctx, g, x, w: (g.T @ x, g @ w, g.sum(0)))],
    "not-a-function-class": [F.linear, torch.nn.Linear, torch.nn.Linear(3, 5)],
    "wrong-signature": [built(forward=lambda ctx, x, weight: x @ weight.T)],
}
CASES = [
    pytest.param(code, answer, id=f"{code}-{k}")
    for code, answers in WRONG.items()
    for k, answer in enumerate(answers)
]


@pytest.mark.parametrize(("code", "answer"), CASES)
def test_breach_is_named(code: str, answer: Any) -> None:
    result = judge(find(ID), answer)
    assert not result
    assert result.mistake == code, str(result)


@pytest.mark.parametrize(("k", "words"), [(0, "nobody needs"), (3, "differentiated again")])
def test_acceptable_is_noted(k: int, words: str) -> None:
    result = judge(find(ID), FUNCTIONS[k])
    assert result
    assert any(words in note for note in result.notes), result.notes


@pytest.mark.parametrize("k", [1, 2])
def test_needs_input_grad_is_honoured_without_a_note(k: int) -> None:
    assert judge(find(ID), FUNCTIONS[k]).notes == ()
