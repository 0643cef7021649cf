"""More sly and clumsy answers to chapter 3: wrong in one corner only, or right in another form."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# mypy: disallow-untyped-decorators=False, disable-error-code="override, misc, no-any-return"
# ruff: noqa: ARG005  (an answer takes all arguments of its exercise, used or not)

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch.autograd import Function

from byhand._checker.api import find, judge
from tests.unit.checker_attack import Wrong, attacks, gets_a_true_name, right_answers
from tests.unit.checker_wrong_contracts import cube, of_saved, product, rounding, subtracts
from tests.unit.checker_wrong_functions import built, clamp, exp, inside, saving, square


class SavesWhatIsNeeded(Function):
    @staticmethod
    def forward(ctx, a, b):
        need_a, need_b = ctx.needs_input_grad
        ctx.save_for_backward(b if need_a else None, a if need_b else None)
        return a * b

    @staticmethod
    def backward(ctx, g):
        return tuple(None if x is None else g * x for x in ctx.saved_tensors)


class ClampByOutput(Function):
    @staticmethod
    def forward(ctx, x, lo, hi):
        y = x.clamp(lo, hi)
        ctx.save_for_backward(x, y)
        return y

    @staticmethod
    def backward(ctx, g):
        x, y = ctx.saved_tensors
        return g * (x == y), None, None


class ClampSavesOutput(ClampByOutput):
    @staticmethod
    def forward(ctx, x, lo, hi):
        y = x.clamp(lo, hi)
        ctx.save_for_backward(y, y)
        return y


class ClampSavesLimits(Function):
    @staticmethod
    def forward(ctx, x, lo, hi):
        ctx.save_for_backward(x, torch.tensor(lo), torch.tensor(hi))
        return torch.clip(x, lo, hi)

    @staticmethod
    def backward(ctx, g):
        x, lo, hi = ctx.saved_tensors
        return g.masked_fill((x < lo) | (x > hi), 0), None, None


class CubeWithAll(Function):
    generate_vmap_rule = True

    @staticmethod
    def forward(x):
        return x * x * x

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)
        ctx.save_for_forward(*inputs)

    @staticmethod
    def vjp(ctx, g):
        (x,) = ctx.saved_tensors
        return torch.stack([g * x * x] * 3).sum(0)

    @staticmethod
    def jvp(ctx, t):
        (x,) = ctx.saved_tensors
        return 3 * x * x * t


class Slope(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return 3 * x**2

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return 6 * g * x


class WrongSlope(Slope):
    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return 3 * g * x


def by_requires_grad(ctx, g, a, b):
    return g * b if a.requires_grad else None, g * a if b.requires_grad else None


def by_elif(ctx, g, a, b):
    grad_a = grad_b = None
    if ctx.needs_input_grad[0]:
        grad_a = g * b
    elif ctx.needs_input_grad[1]:
        grad_b = g * a
    return grad_a, grad_b


def second_after_first(ctx, g, a, b):
    need_a, need_b = ctx.needs_input_grad
    return g * b if need_a else None, g * a if need_a and need_b else None


def stacked(ctx, g, a, b):
    both = zip(torch.stack([g * b, g * a]), ctx.needs_input_grad, strict=True)
    return tuple(grad if needed else None for grad, needed in both)


def recorded_as_grad_output(ctx, g):
    (x,) = ctx.saved_tensors
    with torch.set_grad_enabled(g.requires_grad):
        return 3 * g * x**2


def one_factor_recorded(g, x):
    return 3 * g * x * (x if g.requires_grad else x.detach())


def sets_back(ctx, x):
    x.sub_(1)
    y = x**2
    ctx.save_for_backward(x.clone())
    x.add_(1)
    return y


def saves_twice(ctx, x):
    ctx.save_for_backward(x)
    ctx.save_for_backward(x - 1)
    return (x - 1) ** 2


def works_in_a_clone(ctx, g):
    (difference,) = ctx.saved_tensors
    result = difference.clone()
    result *= 2
    result *= g
    return result


RIGHT: dict[str, list[Any]] = {
    "square-function": [
        square(lambda g, x: torch.addcmul(torch.zeros_like(x), g, x, value=2)),
        square(lambda g, x: (g * x).mul_(2)),
        square(lambda g, x: torch.func.vjp(torch.square, x)[1](g)[0]),
    ],
    "exp-function": [
        exp(lambda g, y: torch.einsum("...,...->...", g, y)),
        exp(lambda g, y: g.mul(y)),
        built(saving(lambda x: x.cosh() + x.sinh()), of_saved(lambda g, x: g * x.exp())),
    ],
    "relu-backward": [
        lambda g, x: g.masked_fill(x <= 0, 0),
        lambda g, x: g * torch.heaviside(x, torch.tensor(0.5, dtype=x.dtype)),
        lambda g, x: g * (x.sign() + 1) / 2,
        lambda g, x: torch.nn.functional.threshold(x, 0, 0).ne(0) * g,
    ],
    "sigmoid-backward": [
        lambda g, y: g * (0.25 - (y - 0.5) ** 2),
        lambda g, y: torch.lerp(g * y, 0 * g, y),
        lambda g, y: torch.addcmul(g * y, g * y, y, value=-1),
    ],
    "clamp-function": [ClampByOutput, ClampSavesLimits],
    "needs-input-grad": [product(by_requires_grad), SavesWhatIsNeeded],
    "in-place-repair": [built(subtracts, works_in_a_clone)],
    "straight-through": [
        rounding(lambda g, x: g.view_as(g)),
        rounding(lambda g, x: g, lambda x: x - torch.remainder(x + 0.5, 1) + 0.5),
        rounding(lambda g, x: g, lambda x: x.clone().round_()),
    ],
    "cube-function": [
        CubeWithAll,
        cube(of_saved(lambda g, x: g * Slope.apply(x))),
        cube(of_saved(lambda g, x: 3 * g * x.abs().square())),
    ],
}
WRONG: Wrong = {
    "square-function": {
        "not-linear-in-grad-output": [square(lambda g, x: 2 * g * x * (g.norm() / g.norm()))],
        "wrong-for-one-number": [square(lambda g, x: 2 * g * x + (x.numel() == 1))],
    },
    "exp-function": {
        "wrong-for-negative-numbers": [
            exp(lambda g, y: g * y.clamp(min=1e-3)),
            exp(lambda g, y: g * (y + 1e-9)),
        ],
    },
    "relu-backward": {
        "wrong-at-kink": [lambda g, x: g * (x > 1e-8), lambda g, x: g * (x > -1e-9)],
        "mask-of-product": [lambda g, x: g * (g * x > 0)],
        "wrong-when-not-contiguous": [lambda g, x: g * (x > 0) if x.is_contiguous() else g],
    },
    "sigmoid-backward": {
        "wrong-for-small-numbers": [lambda g, y: g * (y - y**2).clamp(min=1e-4)],
        "changed-input": [lambda g, y: g * y * (1 - y) + 0 * y.neg_()],
    },
    "clamp-function": {
        "mask-missing": [
            ClampSavesOutput,
            clamp(lambda g, x, lo, hi: (g * ((x > lo) | (x < hi)), None, None)),
        ],
        "wrong-at-kink": [
            clamp(lambda g, x, lo, hi: (g * inside(x, lo, hi) + 2 * g * (x == hi), None, None))
        ],
        "right-in-some-cases": [
            clamp(lambda g, x, lo, hi: (g * inside(x, lo, abs(hi)), None, None)),
            clamp(lambda g, x, lo, hi: (g * inside(x, -abs(lo), hi), None, None)),
        ],
    },
    "needs-input-grad": {
        "returned-none": [product(by_elif)],
        "gradient-lost": [product(second_after_first)],
        "needless-work": [product(stacked)],
    },
    "in-place-repair": {
        "changed-input": [built(sets_back, lambda ctx, g: 2 * g * ctx.saved_tensors[0])],
        "shifted-twice": [built(saves_twice, of_saved(lambda g, x: 2 * g * (x - 1)))],
    },
    "straight-through": {
        "wrong-for-large-numbers": [rounding(lambda g, x: g, lambda x: x.half().round().to(x))],
        "digits-lost": [rounding(lambda g, x: g, lambda x: x + 0.999 * (x.round() - x))],
        "wrong-at-zero": [rounding(lambda g, x: g * (x != 0))],
    },
    "cube-function": {
        "cut-graph": [
            cube(recorded_as_grad_output),
            cube(
                of_saved(lambda g, x: 3 * g * x**2 if g.requires_grad else 3 * g * x.detach() ** 2)
            ),
        ],
        "wrong-for-constant-grad-output": [cube(of_saved(one_factor_recorded))],
        "half-of-x-constant": [cube(of_saved(lambda g, x: g * WrongSlope.apply(x)))],
        "no-graph-in-backward": [cube(of_saved(lambda g, x: 3 * g.detach() * (x * x).data))],
    },
}


@pytest.mark.parametrize(("id", "answer"), right_answers(RIGHT))
def test_right_answer_is_not_rejected(id: str, answer: Any) -> None:
    result = judge(find(id), answer)
    assert result, str(result)


@pytest.mark.parametrize(("id", "code", "answer"), attacks(WRONG))
def test_wrong_answer_does_not_pass(id: str, code: str, answer: Any) -> None:
    gets_a_true_name(id, code, answer)


def test_elif_in_place_of_if_gets_advice() -> None:
    result = judge(find("needs-input-grad"), product(by_elif))
    assert "None for b" in result.message
    assert "`elif`" in result.next_step
