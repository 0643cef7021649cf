"""Wrong answers about products of matrices, by the name they get."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# ruff: noqa: ARG005  (an answer takes all arguments of its exercise, used or not)

from __future__ import annotations

from typing import Any

import torch

MATMUL: dict[str, list[Any]] = {
    "raised": [lambda g, a, b: (g @ b, a @ g), lambda g, a, b: (g * b, g * a)],
    "swapped-outputs": [lambda g, a, b: (a.T @ g, g @ b.T)],
    "grad-a-transposed": [lambda g, a, b: (b @ g.T, a.T @ g)],
    "grad-b-transposed": [lambda g, a, b: (g @ b.T, g.T @ a)],
    "transposed": [lambda g, a, b: (b @ g.T, g.T @ a)],
    "missing-grad-output": [
        lambda g, a, b: (b.T, a.T),
        lambda g, a, b: (b.sum(1).expand_as(a), a.sum(0)[:, None].expand_as(b)),
        lambda g, a, b: (g @ b.T, a.T @ torch.ones_like(g)),
    ],
    "averaged": [lambda g, a, b: (g @ b.T / len(a), a.T @ g / len(a))],
    "grad-b-averaged": [lambda g, a, b: (g @ b.T, a.T @ g / len(a))],
    "wrong-sign": [lambda g, a, b: (-g @ b.T, -a.T @ g)],
    "value-not-gradient": [lambda g, a, b: (a @ b, a @ b)],
    "not-recognised": [lambda g, a, b: (g @ b.T * a, a.T @ g * b)],
    "returned-none": [lambda g, a, b: (g @ b.T, None)],
}

TRANSPOSED: dict[str, list[Any]] = {
    "gradient-of-a-transposed": [lambda g, a, b: (g @ b.T, a @ g)],
    "raised": [lambda g, a, b: (g @ b.T, a.T @ g), lambda g, a, b: (g.T @ b, a @ g)],
    "reshaped-not-transposed": [
        lambda g, a, b: ((g @ b.T).reshape(a.shape), a @ g),
        lambda g, a, b: ((g @ b.T).view(a.shape), a @ g),
    ],
    "swapped-outputs": [lambda g, a, b: (a @ g, b @ g.T)],
    "grad-b-transposed": [lambda g, a, b: (b @ g.T, (a @ g).T)],
    "missing-grad-output": [
        lambda g, a, b: (b, a),
        lambda g, a, b: (b @ torch.ones_like(g).T, a @ g),
    ],
    "constant-factor": [lambda g, a, b: (b @ g.T / len(a), a @ g / len(a))],
    "sign-of-a": [lambda g, a, b: (-b @ g.T, a @ g)],
    "all-zero": [lambda g, a, b: (torch.zeros_like(a), a @ g)],
    "not-recognised": [lambda g, a, b: ((b @ g.T).flip(0), a @ g)],
}


def linear(x=None, weight=None, bias=None):
    """The right gradients, with some of the three replaced; each takes (g, x, w)."""

    def answer(g, x_, w):
        return (
            x(g, x_, w) if x else g @ w,
            weight(g, x_, w) if weight else g.T @ x_,
            bias(g, x_, w) if bias else g.sum(0),
        )

    return answer


LINEAR: dict[str, list[Any]] = {
    "weight-transposed": [linear(weight=lambda g, x, w: x.T @ g)],
    "weight-reshaped": [linear(weight=lambda g, x, w: (x.T @ g).reshape(w.shape))],
    "weight-averaged": [linear(weight=lambda g, x, w: g.T @ x / len(x))],
    "weight-not-summed": [linear(weight=lambda g, x, w: g[:, :, None] * x[:, None, :])],
    "weight-without-grad-output": [linear(weight=lambda g, x, w: torch.ones_like(g).T @ x)],
    "bias-not-summed": [linear(bias=lambda g, x, w: g)],
    "bias-keepdim": [linear(bias=lambda g, x, w: g.sum(0, keepdim=True))],
    "bias-averaged": [linear(bias=lambda g, x, w: g.mean(0))],
    "bias-wrong-dimension": [linear(bias=lambda g, x, w: g.sum(1))],
    "bias-summed-to-one": [linear(bias=lambda g, x, w: g.sum())],
    "bias-without-grad-output": [
        linear(bias=lambda g, x, w: torch.ones_like(g[0])),
        linear(bias=lambda g, x, w: torch.ones(len(w))),
    ],
    "bias-zero": [linear(bias=lambda g, x, w: torch.zeros_like(g[0]))],
    "bias-second": [lambda g, x, w: (g @ w, g.sum(0), g.T @ x)],
    "weight-first": [lambda g, x, w: (g.T @ x, g @ w, g.sum(0))],
    "parameters-averaged": [lambda g, x, w: (g @ w, g.T @ x / len(x), g.mean(0))],
    "all-averaged": [lambda g, x, w: (g @ w / len(x), g.T @ x / len(x), g.mean(0))],
    "wrong-dtype": [linear(bias=lambda g, x, w: g.sum(0).float())],
    "wrong-count": [lambda g, x, w: (g @ w, g.T @ x)],
    "raised": [linear(x=lambda g, x, w: g @ w.T)],
    "not-recognised": [linear(x=lambda g, x, w: g @ w * x)],
}
