"""Wrong answers to gather-backward and layernorm-backward, by the name they get."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# ruff: noqa: ARG005  (an answer takes all arguments of its exercise, used or not)

from __future__ import annotations

from typing import Any

import torch


def zeros(g, shape):
    return torch.zeros(shape, dtype=g.dtype)


def written(add):
    def answer(g, shape, index):
        out, rows = zeros(g, shape), torch.arange(len(index))[:, None]
        if add:
            out[rows, index] += g
        else:
            out[rows, index] = g
        return out

    return answer


def result_dropped(g, shape, index):
    out = zeros(g, shape)
    out.scatter_add(1, index, g)
    return out


GATHER: dict[str, list[Any]] = {
    "repeats-overwritten": [
        written(add=False),
        written(add=True),
        lambda g, shape, index: zeros(g, shape).scatter(1, index, g),
    ],
    "repeats-averaged": [
        lambda g, shape, index: zeros(g, shape).scatter_reduce(
            1, index, g, "mean", include_self=False
        )
    ],
    "repeats-largest": [
        lambda g, shape, index: zeros(g, shape).scatter_reduce(
            1, index, g, "amax", include_self=False
        )
    ],
    "missing-grad-output": [
        lambda g, shape, index: zeros(g, shape).scatter_add(1, index, torch.ones_like(g))
    ],
    "all-set-to-zero": [result_dropped],
    "wrong-dtype": [
        lambda g, shape, index: torch.zeros(shape).scatter_add(1, index, g),
        lambda g, shape, index: torch.zeros(shape).scatter_add(1, index, g.float()),
    ],
    "raised": [lambda g, shape, index: zeros(g, shape).scatter_add(0, index, g)],
    "grad-output-returned": [lambda g, shape, index: g],
    "not-in-the-place-of-x": [lambda g, shape, index: g[:, : shape[1]]],
    "wrong-shape": [lambda g, shape, index: zeros(g, index.shape).scatter_add(1, index, g)],
    "transposed": [lambda g, shape, index: zeros(g, shape).scatter_add(1, index, g).T],
    "wrong-sign": [lambda g, shape, index: -zeros(g, shape).scatter_add(1, index, g)],
    "not-linear-in-grad-output": [
        lambda g, shape, index: zeros(g, shape).add(1).scatter_add(1, index, g)
    ],
}


def mean(x):
    return x.mean(-1, keepdim=True)


def norm(std, first=1.0, second=1.0):
    """A layer norm's gradient with another standard deviation, from x and eps."""

    def answer(g, x, eps):
        size = std(x, eps)
        y = (x - mean(x)) / size
        return (g - first * mean(g) - second * y * mean(g * y)) / size

    return answer


def std(x, eps):
    return (x.var(-1, unbiased=False, keepdim=True) + eps).sqrt()


right_norm = norm(std)


def norm_without_keepdim(g, x, eps):
    size = (x.var(-1, unbiased=False) + eps).sqrt()
    y = (x - x.mean(-1)) / size
    return (g - g.mean(-1) - y * (g * y).mean(-1)) / size


LAYERNORM: dict[str, list[Any]] = {
    "mean-and-variance-constant": [norm(std, 0, 0)],
    "mean-constant": [norm(std, 0, 1)],
    "variance-constant": [norm(std, 1, 0)],
    "sign-of-variance-term": [norm(std, 1, -1)],
    "unbiased-variance": [
        norm(lambda x, eps: (x.var(-1, keepdim=True) + eps).sqrt()),
        norm(lambda x, eps: x.std(-1, keepdim=True) + eps),
    ],
    "eps-outside-the-root": [norm(lambda x, eps: x.std(-1, unbiased=False, keepdim=True) + eps)],
    "eps-missing": [norm(lambda x, eps: x.std(-1, unbiased=False, keepdim=True))],
    "eps-fixed": [norm(lambda x, eps: std(x, 1e-5))],
    "std-missing": [lambda g, x, eps: right_norm(g, x, eps) * std(x, eps)],
    "divided-by-variance": [lambda g, x, eps: right_norm(g, x, eps) / std(x, eps)],
    "missing-grad-output": [lambda g, x, eps: right_norm(torch.ones_like(g), x, eps)],
    "constant-factor": [lambda g, x, eps: right_norm(g, x, eps) * x.shape[-1]],
    "wrong-dtype": [lambda g, x, eps: right_norm(g, x, eps).float()],
    "raised": [norm_without_keepdim],
    "summed": [lambda g, x, eps: right_norm(g, x, eps).sum(0)],
    "not-recognised": [lambda g, x, eps: g * (1 - 1 / x.shape[-1]) / std(x, eps)],
}
