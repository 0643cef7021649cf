"""Wrong answers to square-function, exp-function and clamp-function, by the names they get."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# mypy: disallow-untyped-decorators=False, disable-error-code="override, misc, no-any-return"
# ruff: noqa: ARG005  (an answer takes all arguments of its exercise, used or not)

from __future__ import annotations

from typing import Any

import torch
from torch.autograd import Function

from tests.unit.checker_right_03 import SquareSeparate


def built(forward, backward, **more):
    """A Function from two functions; `more` are further static methods."""
    names = {"forward": forward, "backward": backward, **more}
    return type("Built", (Function,), {name: staticmethod(f) for name, f in names.items()})


def saving(value, also=None):
    """A forward that saves its tensors, or what `also` makes of them, and returns `value`."""

    def forward(ctx, *inputs):
        y = value(*inputs)
        tensors = [x for x in inputs if isinstance(x, torch.Tensor)]
        ctx.save_for_backward(*(also(*tensors) if also else tensors))
        ctx.rest = [x for x in inputs if not isinstance(x, torch.Tensor)]
        return y

    return forward


def slopes(gradient):
    """A backward that returns `gradient(grad_output, *saved, *rest)`."""
    return lambda ctx, g: gradient(g, *ctx.saved_tensors, *ctx.rest)


def square(gradient):
    return built(saving(torch.square), slopes(gradient))


def exp(gradient):
    return built(saving(torch.exp, lambda x: (x.exp(),)), slopes(gradient))


def clamp(gradient):
    return built(saving(torch.clamp), slopes(gradient))


def in_place(g, x):
    g *= 2 * x
    return g


def in_place_method(g, x):
    return g.mul_(2).mul_(x)


def input_in_place(ctx, x):
    ctx.save_for_backward(x.clone())
    ctx.rest = []
    return x.pow_(2)


def input_dirty(ctx, x):
    ctx.save_for_backward(x.clone())
    x.mul_(x)
    ctx.mark_dirty(x)
    return x


def saved_in_place(g, x):
    x *= 2
    return g * x


def slope_in_place(ctx, g):
    ctx.slope *= g
    return ctx.slope


def keeps_slope(ctx, x):
    ctx.slope = 2 * x
    return x**2


class OnTheClass(Function):
    x: Any = None

    @staticmethod
    def forward(ctx, x):
        OnTheClass.x = x
        return x**2

    @staticmethod
    def backward(ctx, g):
        return 2 * g * OnTheClass.x


class UsesSelf(Function):
    def forward(self, x):
        self.save_for_backward(x)
        return self.power(x)

    @staticmethod
    def power(x):
        return x**3

    def backward(self, g):
        (x,) = self.saved_tensors
        return 3 * g * x**2


SQUARE: dict[str, list[Any]] = {
    "missing-grad-output": [
        square(lambda g, x: 2 * x),
        square(lambda g, x: 2 * x * torch.ones_like(g)),
    ],
    "changed-grad-output": [square(in_place), square(in_place_method)],
    "changed-input": [
        built(input_in_place, slopes(lambda g, x: 2 * g * x)),
        built(input_dirty, lambda ctx, g: 2 * g * ctx.saved_tensors[0]),
        square(saved_in_place),
    ],
    "changed-saved-tensor": [built(keeps_slope, slope_in_place)],
    "shared-between-calls": [OnTheClass],
    "not-repeatable": [square(lambda g, x: 2 * g * x * torch.rand(1).double())],
    "output-for-input": [
        built(saving(torch.square, lambda x: (x**2,)), slopes(lambda g, y: 2 * g * y)),
    ],
    "wrong-count": [
        square(lambda g, x: (2 * g * x, 2 * g * x)),
        square(lambda g, x: (2 * g, x)),
        built(lambda ctx, x: (saving(torch.square)(ctx, x), x * 2), slopes(lambda g, x: g)),
    ],
    "returned-none": [
        square(lambda g, x: None),
        square(lambda g, x: (None,)),
        built(lambda ctx, x: None, slopes(lambda g, x: g)),
    ],
    "raised": [
        UsesSelf,
        built(lambda ctx, x: x**2, lambda ctx, g: 2 * g * ctx.saved_tensors[0]),
        built(saving(torch.square), lambda ctx, g: 2 * g * ctx.saved_tensors()[0]),
        built(saving(torch.square), lambda ctx, g: 2 * g * ctx.saved_tensors),
        built(saving(torch.square), lambda ctx, g: 2 * g * x),  # type: ignore[name-defined]  # noqa: F821
    ],
    "called-forward": [SquareSeparate.forward],
    "missing-backward": [type("Half", (Function,), {"forward": staticmethod(keeps_slope)})],
    "not-a-function-class": [lambda x: x**2, torch.square],
    "wrong-signature": [
        built(lambda x: x**2, slopes(lambda g, x: g)),
        built(saving(torch.square), lambda grad_output: grad_output),
    ],
    "saved-non-tensor": [
        built(
            lambda ctx, x: (ctx.save_for_backward(x.tolist()), x**2)[1], slopes(lambda g, x: 2 * g)
        )
    ],
    "wrong-at-zero": [
        square(lambda g, x: 2 * g * x**2 / x),
        square(lambda g, x: 2 * g * x.abs() * x / x.abs()),
    ],
    "not-a-tensor": [
        square(lambda g, x: (2 * g * x).tolist()),
        built(lambda ctx, x: x.numpy() ** 2, slopes(lambda g, x: g)),
    ],
    "wrong-dtype": [square(lambda g, x: (2 * g * x).float())],
    "extra-dimension": [square(lambda g, x: (2 * g * x)[None])],
    "wrong-for-large-numbers": [square(lambda g, x: (2 * g * x).clamp(-50, 50))],
    "constant-factor": [square(lambda g, x: 4 * g * x), square(lambda g, x: 2.5 * g * x)],
    "wrong-sign": [square(lambda g, x: -2 * g * x)],
    "cut-graph": [
        built(
            lambda ctx, x: (y := keeps_slope(ctx, x), ctx.mark_non_differentiable(y))[0],
            lambda ctx, g: g * ctx.slope,
        )
    ],
}

EXP: dict[str, list[Any]] = {
    "missing-grad-output": [exp(lambda g, y: y), exp(lambda g, y: y * 1.0)],
    "input-for-output": [built(saving(torch.exp), slopes(lambda g, x: g * x))],
    "exp-twice": [exp(lambda g, y: g * torch.exp(y))],
    "power-rule": [built(saving(torch.exp), slopes(lambda g, x: g * x * torch.exp(x - 1)))],
    "exp-of-grad-output": [
        built(saving(torch.exp), slopes(lambda g, x: torch.exp(g))),
        built(saving(torch.exp), slopes(lambda g, x: g * torch.exp(g))),
    ],
    "slope-minus-one": [built(saving(torch.exp), slopes(lambda g, x: g * torch.expm1(x)))],
    "value-base-two": [built(saving(torch.exp2), slopes(lambda g, x: g * x.exp()))],
    "value-softmax": [
        built(saving(lambda x: torch.softmax(x, -1)), slopes(lambda g, x: g * x.exp()))
    ],
    "constant-factor": [
        built(saving(lambda x: 2.7182818**x * 1.01), slopes(lambda g, x: g)),
    ],
    "digits-lost": [built(saving(lambda x: 2.718**x), slopes(lambda g, x: g * x.exp()))],
    "not-recognised": [
        built(
            saving(lambda x: 1 + x + x**2 / 2 + x**3 / 6 + x**4 / 24),
            slopes(lambda g, x: g * x.exp()),
        ),
    ],
    "changed-grad-output": [exp(lambda g, y: g.mul_(y))],
    "changed-saved-tensor": [exp(lambda g, y: y.mul_(g))],
    "changed-input": [
        built(
            lambda ctx, x: (ctx.save_for_backward(x.exp_()), x)[1],
            lambda ctx, g: g * ctx.saved_tensors[0],
        ),
    ],
    "wrong-for-large-numbers": [exp(lambda g, y: g * y.clamp(max=1000))],
    "not-linear-in-grad-output": [exp(lambda g, y: g * y + 1e-8)],
    "wrong-count": [exp(lambda g, y: (g * y, g * y))],
}


def clamp_swaps(ctx, x, lo, hi):
    ctx.save_for_backward(x)
    ctx.rest = hi, lo
    return x.clamp(lo, hi)


def clamp_saves_numbers(ctx, x, lo, hi):
    ctx.save_for_backward(x, lo, hi)
    return x.clamp(lo, hi)


def inside(x, lo, hi):
    return (x > lo) & (x < hi)


CLAMP: dict[str, list[Any]] = {
    "saved-non-tensor": [built(clamp_saves_numbers, slopes(lambda g, *rest: (g, None, None)))],
    "missing-none": [
        clamp(lambda g, x, lo, hi: g * inside(x, lo, hi)),
        clamp(lambda g, x, lo, hi: (g * inside(x, lo, hi), None)),
        clamp(lambda g, x, lo, hi: (g * inside(x, lo, hi),)),
    ],
    "unneeded-gradient": [
        clamp(lambda g, x, lo, hi: (g * inside(x, lo, hi), torch.zeros(()), torch.zeros(()))),
        clamp(lambda g, x, lo, hi: (g * inside(x, lo, hi), 0, 0)),
        clamp(lambda g, x, lo, hi: (None, None, g * inside(x, lo, hi))),
        clamp(
            lambda g, x, lo, hi: (
                g * inside(x, lo, hi),
                (g * (x < lo)).sum(),
                (g * (x > hi)).sum(),
            )
        ),
    ],
    "returned-none": [clamp(lambda g, x, lo, hi: (None, None, None))],
    "missing-grad-output": [clamp(lambda g, x, lo, hi: (inside(x, lo, hi).double(), None, None))],
    "wrong-dtype": [clamp(lambda g, x, lo, hi: (inside(x, lo, hi), None, None))],
    "mask-missing": [clamp(lambda g, x, lo, hi: (g, None, None))],
    "gradient-zero": [
        built(clamp_swaps, slopes(lambda g, x, a, b: (g * inside(x, a, b), None, None)))
    ],
    "upper-end-missing": [clamp(lambda g, x, lo, hi: (g * (x > lo), None, None))],
    "lower-end-missing": [clamp(lambda g, x, lo, hi: (g * (x < hi), None, None))],
    "mask-inverted": [
        clamp(lambda g, x, lo, hi: (g * ((x < lo) | (x > hi)), None, None)),
    ],
    "grad-output-clamped": [clamp(lambda g, x, lo, hi: (g.clamp(lo, hi), None, None))],
    "limits-symmetric": [clamp(lambda g, x, lo, hi: (g * (x.abs() < hi), None, None))],
    "value-limits-swapped": [
        built(
            saving(lambda x, lo, hi: x.clamp(hi, lo)),
            slopes(lambda g, x, lo, hi: (g * inside(x, lo, hi), None, None)),
        )
    ],
    "value-zero-outside": [
        built(
            saving(lambda x, lo, hi: torch.where(inside(x, lo, hi), x, 0)),
            slopes(lambda g, x, lo, hi: (g * inside(x, lo, hi), None, None)),
        )
    ],
    "changed-grad-output": [
        clamp(lambda g, x, lo, hi: (g.mul_(inside(x, lo, hi)), None, None)),
        clamp(lambda g, x, lo, hi: (g.masked_fill_(~inside(x, lo, hi), 0), None, None)),
    ],
    "changed-input": [
        built(
            saving(lambda x, lo, hi: x.clamp_(lo, hi)),
            slopes(lambda g, x, lo, hi: (g * inside(x, lo, hi), None, None)),
        )
    ],
    "raised": [
        clamp(lambda g, x, lo, hi: (g if lo < x < hi else 0 * g, None, None)),
        built(
            lambda ctx, x, lo, hi: (ctx.save_for_backward(x), x.clamp(lo, hi))[1],
            lambda ctx, g: (g * (ctx.saved_tensors[0] > ctx.lo), None, None),
        ),
    ],
    "wrong-for-large-numbers": [
        clamp(lambda g, x, lo, hi: (g * inside(x, lo, hi) * (x.abs() < 100), None, None)),
    ],
    "wrong-at-kink": [
        clamp(lambda g, x, lo, hi: (
            g * inside(x, lo, hi) + 2 * g * ((x == lo) | (x == hi)), None, None)),
        clamp(lambda g, x, lo, hi: (
            g * (x - lo) * (hi - x) / ((x - lo) * (hi - x)) * inside(x, lo, hi), None, None)),
    ],
    "wrong-signature": [built(lambda ctx, x: x, lambda ctx, g: g)],
    "right-in-region": [
        clamp(lambda g, x, lo, hi: (torch.where(inside(x, lo, hi), g, 0.1 * g), None, None)),
    ],
}  # fmt: skip
