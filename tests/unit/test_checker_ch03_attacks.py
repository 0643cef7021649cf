"""Sly and clumsy answers to chapter 3: no wrong one passes, and no right one is rejected."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# mypy: disallow-untyped-decorators=False, disable-error-code="override, misc, no-any-return"
# ruff: noqa: ARG005  (an answer takes all arguments of its exercise, used or not)

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from torch.autograd import Function

import byhand.functions as library
from byhand._checker.api import find, judge
from tests.unit.checker_attack import Wrong, attacks, gets_a_true_name, right_answers
from tests.unit.checker_right_03_more import ClampMask, NeedsByList
from tests.unit.checker_wrong_contracts import (
    cube,
    of_saved,
    on_ctx,
    product,
    rounding,
    subtracts,
)
from tests.unit.checker_wrong_functions import built, clamp, exp, inside, saving, slopes, square


class WithDefault(Function):
    @staticmethod
    def forward(ctx, x, power=2):
        ctx.save_for_backward(x)
        ctx.power = power
        return x**power

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return ctx.power * x ** (ctx.power - 1) * g, None


class Star(Function):
    @staticmethod
    def forward(ctx, *inputs):
        ctx.set_materialize_grads(False)
        ctx.save_for_backward(*inputs)
        return inputs[0] ** 2

    @staticmethod
    def backward(ctx, *grads):
        return tuple(2 * g * x for g, x in zip(grads, ctx.saved_tensors, strict=True))


class ByClassMethods(Function):
    @classmethod
    def forward(cls, ctx, x):
        ctx.save_for_backward(x)
        return x**2

    @classmethod
    def backward(cls, ctx, g):
        return 2 * g * ctx.saved_tensors[0]


class LimitsOnTheClass(Function):
    lo: Any = None
    hi: Any = None

    @staticmethod
    def forward(ctx, x, lo, hi):
        LimitsOnTheClass.lo, LimitsOnTheClass.hi = lo, hi
        ctx.save_for_backward(x)
        return x.clamp(lo, hi)

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * inside(x, LimitsOnTheClass.lo, LimitsOnTheClass.hi), None, None


class ByCentre(Function):
    @staticmethod
    def forward(ctx, x, lo=-1.0, hi=1.0):
        ctx.save_for_backward(x)
        ctx.centre, ctx.half = (lo + hi) / 2, (hi - lo) / 2
        return x.clamp(lo, hi)

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * ((x - ctx.centre).abs() < ctx.half), None, None


class NumpyMask(Function):
    @staticmethod
    def forward(ctx, x, lo, hi):
        numbers = x.detach().numpy()
        ctx.mask = (numbers > lo) & (numbers < hi)
        return torch.as_tensor(np.clip(numbers, lo, hi), dtype=x.dtype)

    @staticmethod
    def backward(ctx, g):
        return torch.as_tensor(g.numpy() * ctx.mask, dtype=g.dtype), None, None


def matched(ctx, g, a, b):
    match ctx.needs_input_grad:
        case (True, True):
            return g * b, g * a
        case (True, False):
            return g * b, None
        case _:
            return None, g * a


def in_clones(ctx, g, a, b):
    grad_a = grad_b = None
    if ctx.needs_input_grad[0]:
        grad_a = g.clone()
        grad_a *= b
    if ctx.needs_input_grad[1]:
        grad_b = a.clone()
        grad_b *= g
    return grad_a, grad_b


def zeros_after_work(ctx, g, a, b):
    grad_a, grad_b = g * b, g * a
    need_a, need_b = ctx.needs_input_grad
    return (
        grad_a if need_a else torch.zeros_like(a),
        grad_b if need_b else torch.zeros_like(b),
    )


def times_zero(ctx, g, a, b):
    need_a, need_b = ctx.needs_input_grad
    return g * b if need_a else g * 0, g * a if need_b else g * 0


def autograd_for_both(ctx, g, a, b):
    with torch.enable_grad():
        leaves = [x.detach().requires_grad_() for x in (a, b)]
        found = torch.autograd.grad(leaves[0] * leaves[1], leaves, g)
    asked = zip(found, ctx.needs_input_grad, strict=True)
    return tuple(grad if needed else None for grad, needed in asked)


def counted_from_the_end(ctx, g, a, b):
    need_b, need_a = ctx.needs_input_grad
    return g * b if need_a else None, g * a if need_b else None


def fresh_result(ctx, g):
    (difference,) = ctx.saved_tensors
    result = difference * 2
    result *= g
    return result


def set_back(ctx, g):
    (difference,) = ctx.saved_tensors
    difference *= 2
    result = g * difference
    difference /= 2
    return result


def through_numpy(ctx, g):
    numbers = g.numpy()
    numbers *= 2
    return g * ctx.saved_tensors[0]


def through_data(ctx, x):
    x.data -= 1
    y = x**2
    ctx.save_for_backward(x.clone())
    x.data += 1
    return y


def twice_rebound(ctx, g):
    ctx.difference = ctx.difference * 2
    return g * ctx.difference


def clean(ctx, g):
    return 2 * g * ctx.saved_tensors[0]


def requires_grad_later(ctx, g):
    (slope,) = ctx.saved_tensors
    return g * slope.requires_grad_()


def in_grad_mode(g, x):
    return 3 * g * (x.detach() if torch.is_grad_enabled() else x) ** 2


def keeps(formula):
    def forward(ctx, x):
        ctx.save_for_backward(formula(x))
        return x**3

    return forward


RIGHT: dict[str, list[Any]] = {
    "square-function": [
        library.Square,
        WithDefault,
        Star,
        ByClassMethods,
        square(lambda g, x: torch.einsum("...,...->...", 2 * g, x)),
        square(lambda g, x: ((x + 0.5) ** 2 - (x - 0.5) ** 2) * g),
        built(
            saving(torch.square, lambda x: (x.abs(), x.sign())),
            slopes(lambda g, size, sign: 2 * g * size * sign),
        ),
    ],
    "exp-function": [
        library.Exp,
        built(saving(lambda x: 2 ** (x / math.log(2))), slopes(lambda g, x: g * x.exp())),
        built(saving(lambda x: torch.expm1(x) + 1), slopes(lambda g, x: g * (torch.expm1(x) + 1))),
    ],
    "relu-backward": [
        lambda g, x: torch.threshold(x, 0, 0).sign() * g,
        lambda g, x: g * torch.clamp(x * 1e300, 0, 1),
        lambda g, x: torch.where(x > 0, 1, 0) * g,
        lambda grad_output, input, *, inplace=False: grad_output * (input > 0),
        lambda g, x: torch.stack(
            [a if b > 0 else 0 * a for a, b in zip(g.flatten(), x.flatten(), strict=True)]
        ).reshape(x.shape),
    ],
    "sigmoid-backward": [
        lambda g, y: -(y - 1) * y * g,
        lambda g, y: torch.sigmoid(torch.logit(y)) * (1 - y) * g,
        lambda g, y: torch.ops.aten.sigmoid_backward(g, y),
    ],
    "clamp-function": [
        ByCentre,
        NumpyMask,
        clamp(lambda g, x, lo, hi: (g * (x >= lo) * (x < hi), None, None)),
        clamp(lambda g, x, lo, hi: (g * (((x - lo) * (hi - x)) > 0), None, None)),
        clamp(lambda g, x, lo, hi: (g * inside(x, lo, hi), None, None, None)),
        ClampMask.apply,
    ],
    "needs-input-grad": [product(matched), product(in_clones), NeedsByList.apply],
    "in-place-repair": [built(subtracts, fresh_result)],
    "straight-through": [
        rounding(lambda g, x: g, lambda x: x - (x - x.round())),
        rounding(lambda g, x: g, lambda x: (x.abs() + 0.5).floor() * x.sign()),
        rounding(lambda g, x: g + 0 * x),
    ],
    "cube-function": [
        cube(of_saved(lambda g, x: g * (x + x + x) * x)),
        cube(of_saved(lambda g, x: (3 * g * x.pow(2), None))),
        cube(lambda ctx, g: torch.enable_grad()(of_saved(lambda g, x: 3 * g * x * x))(ctx, g)),
    ],
}
WRONG: Wrong = {
    "square-function": {
        "absolute-slope": [
            built(saving(torch.square, lambda x: (x**2,)), slopes(lambda g, y: 2 * g * y.sqrt()))
        ],
        "digits-lost": [
            square(lambda g, x: ((x + 1e-3) ** 2 - x**2) / 1e-3 * g),
            square(lambda g, x: 2 * g * torch.round(x, decimals=3)),
        ],
        "wrong-in-four-dimensions": [square(lambda g, x: 2 * g * x if x.ndim != 4 else g)],
        "wrong-without-dimension": [square(lambda g, x: 2 * g * x if x.ndim else g)],
        "wrong-dtype": [square(lambda g, x: (2 * g * x).double())],
        "not-linear-in-grad-output": [
            square(lambda g, x: torch.where(g > 0, 2 * g * x, g * x)),
            square(lambda g, x: 2 * g * x + 1e-9 * (g == 0)),
        ],
        "raised": [
            built(saving(torch.square), lambda ctx, g: 2 * g * (lambda x: x)(ctx.saved_tensors)),
            square(lambda g, x: torch.autograd.grad((x**2).sum(), x.detach())[0] * g),
        ],
    },
    "exp-function": {
        "wrong-for-large-numbers": [
            built(
                saving(lambda x: sum(x**k / math.factorial(k) for k in range(20))),
                slopes(lambda g, x: g * x.exp()),
            ),
            exp(lambda g, y: g * y if (y < 1e6).all() else g),
        ],
    },
    "relu-backward": {
        "wrong-for-small-numbers": [
            lambda g, x: g * torch.sigmoid(1000 * x),
            lambda g, x: g * torch.clamp(x * 100, 0, 1),
        ],
        "wrong-at-kink": [lambda g, x: torch.where(x >= 0, g, 0) + (x == 0) * 1.0],
        "wrong-for-large-numbers": [lambda g, x: g * (x > 0) * (x < 2.999)],
        "clipped": [lambda g, x: g.clamp(-2, 2) * (x > 0)],
        "mask-missing": [lambda g, x: g * (x > 0) if x.ndim < 3 else g],
        "missing-grad-output": [lambda g, x: torch.where(x > 0, 1.0, 0.0)],
    },
    "sigmoid-backward": {
        "slope-constant": [lambda g, y: 0.25 * g],
        "wrong-at-the-ends": [
            lambda g, y: g * y.clamp(1e-7, 1 - 1e-7) * (1 - y.clamp(1e-7, 1 - 1e-7)),
            lambda g, y: g * y * (1 - y) * (y < 0.99),
        ],
        "digits-lost": [lambda g, y: g * (y * (1 - y) + 1e-6)],
        "not-recognised": [lambda g, y: g * y * (1 - y) * (y < 0.88)],
        "raised": [lambda g, y: g * y(1 - y)],
    },
    "clamp-function": {
        "shared-between-calls": [LimitsOnTheClass],
        "right-in-some-cases": [
            clamp(lambda g, x, lo, hi: (g * inside(x, -1, 1.5), None, None)),
            clamp(lambda g, x, lo, hi: (g * inside(x, int(lo), int(hi)), None, None)),
        ],
        "raised": [clamp(lambda g, x, lo, hi: (g * (x > lo & x < hi), None, None))],
        "wrong-count": [
            clamp(lambda g, x, lo, hi: [g * inside(x, lo, hi), None, None]),
            clamp(lambda g, x, lo, hi: (g * inside(x, lo, hi), None, None, g)),
        ],
    },
    "needs-input-grad": {
        "needless-work": [product(f) for f in (zeros_after_work, times_zero, autograd_for_both)],
        "index-swapped": [product(counted_from_the_end)],
    },
    "in-place-repair": {
        "changed-grad-output": [
            built(subtracts, lambda ctx, g: torch.mul(g, 2 * ctx.saved_tensors[0], out=g)),
            built(subtracts, through_numpy),
        ],
        "changed-input": [built(through_data, clean)],
        "changed-saved-tensor": [built(subtracts, set_back), built(on_ctx, twice_rebound)],
    },
    "straight-through": {
        "wrong-beside-halves": [rounding(lambda g, x: g, lambda x: (x + 0.49).floor())],
        "wrong-for-large-numbers": [
            rounding(lambda g, x: g, lambda x: x.round().clamp(-128, 127)),
            rounding(lambda g, x: g * (x.abs() < 4)),
        ],
        "value-not-rounded": [built(lambda ctx, x: x, lambda ctx, g: g)],
        "wrong-without-dimension": [rounding(lambda g, x: g if x.ndim else 2 * g)],
    },
    "cube-function": {
        "x-treated-as-constant": [
            cube(of_saved(lambda g, x: 3 * g * x.detach() ** 2 + 0 * x)),
            cube(of_saved(in_grad_mode)),
            cube(requires_grad_later, keeps(lambda x: 3 * x**2)),
            cube(of_saved(lambda g, x: 3 * g * x**2), keeps(torch.clone)),
        ],
        "no-graph-in-backward": [
            cube(of_saved(lambda g, x: (3 * g * x**2).detach() + 0 * x * g)),
            cube(of_saved(lambda g, x: (3 * g * x**2).detach().requires_grad_())),
        ],
        "wrong-at-zero": [cube(of_saved(lambda g, x: 3 * g * x**4 / x**2))],
        "raised": [cube(of_saved(lambda g, x: 3 * g * x ^ 2))],
    },
}


@pytest.mark.parametrize(("id", "answer"), right_answers(RIGHT))
def test_right_answer_is_not_rejected(id: str, answer: Any) -> None:
    result = judge(find(id), answer)
    assert result, str(result)


@pytest.mark.parametrize(("id", "code", "answer"), attacks(WRONG))
def test_wrong_answer_does_not_pass(id: str, code: str, answer: Any) -> None:
    gets_a_true_name(id, code, answer)


@pytest.mark.parametrize(
    ("id", "answer", "words"),
    [
        ("clamp-function", WRONG["clamp-function"]["raised"][0], "parentheses"),
        ("cube-function", WRONG["cube-function"]["raised"][0], "`x**2`"),
        ("sigmoid-backward", WRONG["sigmoid-backward"]["raised"][0], "`*` is missing"),
        ("square-function", WRONG["square-function"]["raised"][0], "with the comma"),
    ],
)
def test_an_exception_comes_with_advice(id: str, answer: Any, words: str) -> None:
    assert words in judge(find(id), answer).next_step


def test_a_missing_grad_output_counts_more_than_a_wrong_type() -> None:
    result = judge(find("relu-backward"), lambda g, x: torch.where(x > 0, 1.0, 0.0))
    assert any("float32" in note for note in result.notes)
