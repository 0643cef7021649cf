"""Wrong answers to central-difference, by the name they get."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# ruff: noqa: ARG005  (an answer takes all arguments of its exercise, used or not)

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch.autograd import grad


def slopes(point, distance):
    """Differences between two points, given by what to add to entry k in units of step."""

    def answer(function, x, step):
        found = torch.zeros_like(x)
        for index in np.ndindex(*x.shape):
            up, down = x.clone(), x.clone()
            up[index] += point[0] * step
            down[index] += point[1] * step
            found[index] = (function(up) - function(down)) / (distance * step)
        return found

    return answer


def difference_never_put_back(function, x, step):
    found = torch.zeros_like(x)
    for index in np.ndindex(*x.shape):
        x[index] += step
        high = function(x)
        x[index] -= 2 * step
        found[index] = (high - function(x)) / (2 * step)
    return found


def difference_of_two_names(function, x, step):
    found = torch.zeros_like(x)
    y = x.clone()
    for index in np.ndindex(*x.shape):
        up = y
        down = y
        up[index] = x[index] + step
        down[index] = x[index] - step
        found[index] = (function(up) - function(down)) / (2 * step)
        y[index] = x[index]
    return found


def difference_writes_into_a_copy(function, x, step):
    found = torch.zeros(x.numel(), dtype=x.dtype)
    for k in range(x.numel()):
        up, down = x.clone(), x.clone()
        up.flatten()[k] += step
        down.flatten()[k] -= step
        found[k] = (function(up) - function(down)) / (2 * step)
    return found.reshape(x.shape)


def difference_by_rows(function, x, step):
    found = torch.zeros_like(x)
    for k in range(len(x)):
        up, down = x.clone(), x.clone()
        up[k] += step
        down[k] -= step
        found[k] = (function(up) - function(down)) / (2 * step)
    return found


def difference_by_autograd(function, x, step):
    leaf = x.detach().requires_grad_()
    return grad(function(leaf), leaf)[0]


right_slopes = slopes((1, -1), 2)

DIFFERENCE: dict[str, list[Any]] = {
    "forward-difference": [slopes((1, 0), 1)],
    "backward-difference": [slopes((0, -1), 1)],
    "missing-two": [slopes((1, -1), 1)],
    "half-forward": [slopes((1, 0), 2)],
    "half-step": [slopes((0.5, -0.5), 1)],
    "sides-swapped": [slopes((-1, 1), 2)],
    "constant-factor": [slopes((1, -1), 4)],
    "not-put-back": [difference_never_put_back],
    "same-point-twice": [difference_of_two_names],
    "rows-moved-at-once": [difference_by_rows],
    "all-moved-at-once": [lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h)],
    "step-ignored": [
        difference_by_autograd,
        lambda f, x, h: right_slopes(f, x, 1e-3),
        lambda f, x, h: right_slopes(f, x, 1e-6),
    ],
    "wrong-when-not-contiguous": [difference_writes_into_a_copy],
    "wrong-dtype": [lambda f, x, h: right_slopes(f, x, h).float()],
    "extra-dimension": [lambda f, x, h: right_slopes(f, x, h).flatten()],
    "not-a-tensor": [lambda f, x, h: right_slopes(f, x, h).tolist(), lambda f, x, h: f],
    "wrong-shape": [lambda f, x, h: right_slopes(f, x, h).mean().repeat(2)],
    "not-recognised": [lambda f, x, h: right_slopes(f, x, 2 * h)],
}
