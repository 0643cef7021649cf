"""Right answers, each exercise in several forms; those of chapter 2 in this file."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from tests.unit.checker_right_01 import RIGHT as RIGHT_01
from tests.unit.checker_right_03 import RIGHT as RIGHT_03
from tests.unit.checker_right_04 import RIGHT as RIGHT_04
from tests.unit.checker_right_05 import RIGHT as RIGHT_05
from tests.unit.checker_right_06 import RIGHT as RIGHT_06
from tests.unit.checker_right_07 import RIGHT as RIGHT_07
from tests.unit.checker_right_08 import RIGHT as RIGHT_08
from tests.unit.checker_right_09 import RIGHT as RIGHT_09
from tests.unit.checker_right_10 import RIGHT as RIGHT_10
from tests.unit.checker_right_functions import FUNCTIONS


def mse_in_place(grad_output: Tensor, input: Tensor, target: Tensor) -> Tensor:
    result = input - target
    result.mul_(2).mul_(grad_output)
    result /= result.numel()
    return result


def mse_autograd(grad_output: Tensor, input: Tensor, target: Tensor) -> Tensor:
    x = input.detach().clone().requires_grad_()
    with torch.enable_grad():
        F.mse_loss(x, target).backward(grad_output)  # type: ignore[no-untyped-call]
    assert x.grad is not None
    return x.grad


def mse_marks_its_input(grad_output: Tensor, input: Tensor, target: Tensor) -> Tensor:
    input.requires_grad_()
    return torch.autograd.grad(F.mse_loss(input, target), input, grad_output)[0]


def mse_loop(grad_output: Tensor, input: Tensor, target: Tensor) -> Tensor:
    flat, goal = input.flatten(), target.flatten()
    result = torch.zeros_like(flat)
    for k in range(len(flat)):
        result[k] = grad_output * 2 * (flat[k] - goal[k]) / len(flat)
    return result.reshape(input.shape)


class Product:
    """An object that can be called."""

    def __call__(self, grad_output: Tensor, input: Tensor, target: Tensor) -> Tensor:
        return (input - target) * (2 * grad_output / input.numel())

    def method(self, *args: Tensor) -> Tensor:
        return self(*args)


class AsModule(torch.nn.Module):
    """A module can be called too."""

    def forward(self, grad_output: Tensor, input: Tensor, target: Tensor) -> Tensor:
        return 2 / input.numel() * (input * grad_output - target * grad_output)


def with_scale(scale: float, grad_output: Tensor, input: Tensor, target: Tensor) -> Tensor:
    return scale * grad_output * (input - target) / input.numel()


def with_defaults(
    grad_output: Tensor, input: Tensor, target: Tensor, scale: float = 2.0, *, eps: float = 0.0
) -> Tensor:
    return scale * grad_output * (input - target) / input.numel() + eps


MSE: tuple[Callable[..., Any], ...] = (
    mse_in_place,
    mse_autograd,
    mse_marks_its_input,
    mse_loop,
    Product(),
    Product().method,
    AsModule(),
    partial(with_scale, 2.0),
    with_defaults,
    torch.no_grad()(mse_loop),
    lambda g, x, t: g * ((x - t) + (x - t)) / math.prod(x.shape),
    lambda g, x, t: torch.nn.Parameter(2 * g * (x - t) / x.numel()),
    lambda g, x, t: -g * (t - x) / (0.5 * x.numel()),
    lambda *args: args[0] * 2 * (args[1] - args[2]) / args[1].numel(),
    lambda g, x, t: torch.einsum("...,->...", x - t, 2 * g / x.numel()),
    lambda g, x, t: torch.from_numpy((2 * g * (x - t) / x.numel()).numpy()),
    lambda g, x, t: (2 * g.item() * (x - t)).div(torch.tensor(x.numel())),
    lambda g, x, t: torch.func.grad(lambda y: F.mse_loss(y, t))(x) * g,
    lambda g, x, t: torch.func.vjp(lambda y: ((y - t) ** 2).mean(), x)[1](g)[0],
    lambda g, x, t: (
        2 * g * ((x * 1.1 + 300) - (t * 1.1 + 300)) / 1.1 / x.numel()
    ),  # loses digits in float32
)

L1: tuple[Callable[..., Any], ...] = (
    lambda g, x, t: g * torch.where(x > t, 1.0, -1.0).to(x) / x.numel(),
    lambda g, x, t: g * torch.where(x >= t, 1.0, -1.0).to(x.dtype) / x.numel(),
    lambda g, x, t: g * ((x > t).to(x.dtype) - (x < t).to(x.dtype)) / x.numel(),
    lambda g, x, t: g * (x - t).sgn() / x.numel(),
    lambda g, x, t: g * (x - t) / (x - t).abs().clamp_min(1e-30) / x.numel(),
    lambda g, x, t: torch.func.grad(lambda y: F.l1_loss(y, t))(x) * g,
    lambda g, x, t: (2 * torch.heaviside(x - t, torch.full_like(x, 0.3)) - 1) * g / x.numel(),
)

HUBER: tuple[Callable[..., Any], ...] = (
    lambda g, x, t, s: g * torch.where((x - t).abs() <= s, x - t, s * (x - t).sign()) / x.numel(),
    lambda g, x, t, s: g * torch.where((x - t).abs() < s, x - t, s * (x - t).sign()) / x.numel(),
    lambda g, x, t, s: g * torch.minimum((x - t).abs(), torch.full_like(x, s)) * (x - t).sign()
    / x.numel(),
    lambda g, x, t, s: g * torch.clip(x - t, -s, s).mean(dtype=None) * 0
    + g * (x - t).clip(-s, s) / x.numel(),
    lambda g, x, t, s: torch.func.grad(lambda y: F.huber_loss(y, t, delta=s))(x) * g,
)  # fmt: skip

TARGET: tuple[Callable[..., Any], ...] = (
    lambda g, x, t: [2 * g * (x - t) / x.numel(), 2 * g * (t - x) / x.numel()],
    lambda g, x, t: torch.func.grad(lambda a, b: g * F.mse_loss(a, b), argnums=(0, 1))(x, t),
    lambda g, x, t: torch.stack(
        [2 * g * (x - t) / x.numel(), 2 * g * (t - x) / x.numel()]
    ).unbind(),
)


def reductions_match(g: Tensor, x: Tensor, t: Tensor, reduction: str) -> Tensor:
    match reduction:
        case "none" | "sum":
            return 2 * g * (x - t)
        case _:
            return 2 * g * (x - t) / x.numel()


REDUCTIONS: tuple[Callable[..., Any], ...] = (
    reductions_match,
    lambda g, x, t, r: g * 2 * (x - t) * {"none": 1, "sum": 1, "mean": 1 / x.numel()}[r],
    lambda g, x, t, r: (
        (g.expand_as(x) if g.ndim == 0 else g) * (2 * (x - t) / (x.numel() if r == "mean" else 1))
    ),
    lambda g, x, t, r: torch.func.vjp(lambda y: F.mse_loss(y, t, reduction=r), x)[1](g)[0],
)

WEIGHTED: tuple[Callable[..., Any], ...] = (
    lambda g, x, t, w: 2 * g * (w / w.sum()) * (x - t),
    lambda g, x, t, w: 2 * g * (w * x - w * t) / torch.sum(w),
    lambda g, x, t, w: torch.func.grad(lambda y: (w * (y - t) ** 2).sum() / w.sum())(x) * g,
    lambda g, x, t, w: 2 * g * w / w.mean() * (x - t) / x.numel(),
)

LINEAR: tuple[Callable[..., Any], ...] = (
    lambda x, w, b, t: (2 * x.T @ (x @ w + b - t), 2 * (x @ w + b - t).sum()),
    lambda x, w, b, t: (-2 * ((t - x.mv(w) - b)[:, None] * x).sum(0), -2 * (t - x @ w - b).sum()),
    lambda x, w, b, t: (
        2 * torch.einsum("nd,n->d", x, x @ w + b - t),
        2 * (x @ w + b - t) @ torch.ones_like(t),
    ),
    lambda x, w, b, t: torch.func.grad(
        lambda v, c: ((t - x @ v - c) ** 2).sum(), argnums=(0, 1)
    )(w, b),
    lambda x, w, b, t: (2 * (x @ w + b - t) @ x, 2 * (x @ w).sum() + 2 * len(t) * b - 2 * t.sum()),
)  # fmt: skip


def log_cosh_where(input: Tensor, target: Tensor) -> Tensor:
    d = input - target
    far = d.abs() > 15
    safe = torch.where(far, torch.zeros_like(d), d)
    return torch.where(far, d.abs() - math.log(2), safe.cosh().log()).mean()


LOG_COSH: tuple[Callable[..., Any], ...] = (
    log_cosh_where,
    lambda x, t: ((x - t).abs() + torch.log1p(torch.exp(-2 * (x - t).abs())) - math.log(2)).mean(),
    lambda x, t: (torch.logaddexp(x - t, t - x) - math.log(2)).mean(),
    lambda x, t: (torch.logsumexp(torch.stack([x - t, t - x]), 0) - np.log(2)).mean(),
    lambda x, t: (t - x + F.softplus(2 * (x - t)) - math.log(2)).mean(),
    lambda x, t: (
        (-F.logsigmoid(2 * (x - t)) + (x - t) - torch.tensor(2.0).log().to(x)).mean()
        if x.dtype == torch.float32
        else (-F.logsigmoid(2 * (x - t)) + (x - t) - math.log(2)).mean()
    ),
)

BY_HAND: tuple[Any, ...] = (
    [0.5, 0, -1, 0],
    (0.5, 0.0, -1.0, 0.0),
    [0.4999, 0, -1.002, 0],
    torch.tensor([0.5, 0, -1, 0]),
    torch.tensor([0.5, 0, -1, 0], requires_grad=True),
    np.array([0.5, 0, -1, 0]),
    [torch.tensor(0.5), 0, torch.tensor(-1.0), 0],
    [Fraction(1, 2), Fraction(0), Fraction(-1), Fraction(0)],
    [0.5, -0.0, -1.0, 0.0],
)

RIGHT: dict[str, tuple[Any, ...]] = {
    "mse-by-hand": BY_HAND,
    "mse-backward": MSE,
    "l1-backward": L1,
    "huber-backward": HUBER,
    "mse-target-backward": TARGET,
    "mse-reductions": REDUCTIONS,
    "weighted-mse-backward": WEIGHTED,
    "linear-sse-gradient": LINEAR,
    "log-cosh-stable": LOG_COSH,
    "mse-function": FUNCTIONS,
    **RIGHT_01,
    **RIGHT_03,
    **RIGHT_04,
    **RIGHT_05,
    **RIGHT_06,
    **RIGHT_07,
    **RIGHT_08,
    **RIGHT_09,
    **RIGHT_10,
}
