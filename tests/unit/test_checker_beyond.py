"""Wrong answers beyond the catalogue: each gets a name that is true, or none."""

# ruff: noqa: ARG005  (an answer takes all arguments of its exercise, used or not)

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from tests.unit.checker_attack import attacks, gets_a_true_name


def mse(g: Any, x: Tensor, t: Tensor) -> Any:
    return 2 * g * (x - t) / x.numel()


def line(x: Tensor, w: Tensor, b: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
    residual = t - (x @ w + b)
    return -2 * x.T @ residual, -2 * residual.sum()


def changes_grad_output(g: Tensor, x: Tensor, t: Tensor) -> Tensor:
    g *= 2
    return g * (x - t) / x.numel()


def only_mean_and_sum(g: Tensor, x: Tensor, t: Tensor, reduction: str) -> Any:
    if reduction == "mean":
        return mse(g, x, t)
    return 2 * g * (x - t) if reduction == "sum" else None


def half_of_the_mean(g: Tensor, x: Tensor, t: Tensor, reduction: str) -> Tensor:
    whole = 2 * g * (x - t)
    return whole / 2 / x.numel() if reduction == "mean" else whole


class RightFourTimes:
    """Right for the four random inputs of a check, then no more."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, g: Tensor, x: Tensor, t: Tensor) -> Any:
        self.calls += 1
        return mse(g, x, t) if self.calls <= 4 else torch.zeros_like(x)


class OneBuffer:
    """Wrong, and returns the same tensor again and again."""

    def __init__(self) -> None:
        self.buffers: dict[Any, Tensor] = {}

    def __call__(self, g: Tensor, x: Tensor, t: Tensor) -> Tensor:
        buffer = self.buffers.setdefault(x.shape, torch.empty_like(x))
        return buffer.copy_(mse(g, x, t) ** 3)


LOG2 = math.log(2)

MSE: dict[str, list[Any]] = {
    "constant-factor": [
        lambda g, x, t: 2 * mse(g, x, t),
        lambda g, x, t: -mse(g, x, t) / 2,
        lambda g, x, t: 3.3 * mse(g, x, t),
        lambda g, x, t: 2 * g * (x - t) / x.ndim,
        lambda g, x, t: mse(g, x, t) * x.numel() / t.sum(),
        lambda g, x, t: 2 * g * (x - t) / 15,
    ],
    "missing-grad-output": [
        lambda g, x, t: -mse(1, x, t),
        lambda g, x, t: (x - t) / x.numel(),
        lambda g, x, t: x - t,
        lambda g, x, t: 1.7 * mse(1, x, t),
        lambda g, x, t: torch.ones_like(x),
        lambda g, x, t: x.clone(),
    ],
    "not-linear-in-grad-output": [
        lambda g, x, t: mse(g * g, x, t),
        lambda g, x, t: mse(g.abs(), x, t),
        lambda g, x, t: mse(1 / g, x, t),
        lambda g, x, t: mse(g, x, t) + 0.01,
        OneBuffer(),
        lambda g, x, t: mse(g, x, t).round(decimals=2),
        lambda g, x, t: mse(g, x, t) * g / g,
        lambda g, x, t: mse(g, x, t) if g == 1.7 else mse(1, x, t),
    ],
    "summed": [
        lambda g, x, t: mse(g, x, t).sum(),
        lambda g, x, t: mse(g, x, t).sum(0),
        lambda g, x, t: mse(g, x, t).mean(0),
        lambda g, x, t: mse(g, x, t).sum(-1, keepdim=True),
    ],
    "transposed": [lambda g, x, t: mse(g, x, t).T, lambda g, x, t: g * 2 * (x - t).T / x.numel()],
    "extra-dimension": [
        lambda g, x, t: mse(g, x, t).unsqueeze(0),
        lambda g, x, t: mse(g, x, t).flatten(),
    ],
    "wrong-dtype": [
        lambda g, x, t: mse(g, x, t).float(),
        lambda g, x, t: mse(g, x, t).half(),
        lambda g, x, t: mse(g, x, t).int(),
        lambda g, x, t: mse(g, x, t).to(torch.complex128),
        lambda g, x, t: mse(g, x, t).double(),
    ],
    "wrong-device": [lambda g, x, t: mse(g, x, t).to("meta")],
    "wrong-count": [
        lambda g, x, t: (mse(g, x, t),),
        lambda g, x, t: [mse(g, x, t)],
        lambda g, x, t: (mse(g, x, t), None),
        lambda g, x, t: (mse(g, x, t), -mse(g, x, t)),
    ],
    "not-a-tensor": [
        lambda g, x, t: mse(g, x, t).numpy(),
        lambda g, x, t: mse(g, x, t).tolist(),
        lambda g, x, t: {"grad": mse(g, x, t)},
        lambda g, x, t: iter([mse(g, x, t)]),
        lambda g, x, t: 0.0,
    ],
    "returned-none": [lambda g, x, t: None, lambda g, x, t: print(end="")],
    "not-finite": [lambda g, x, t: mse(g, x, t) * math.nan, lambda g, x, t: mse(g, x, t) / 0],
    "all-zero": [lambda g, x, t: torch.zeros_like(x)],
    "not-repeatable": [
        lambda g, x, t: torch.randn_like(x),
        lambda g, x, t: mse(g, x, t) + 1e-3 * torch.rand_like(x),
        lambda g, x, t: F.dropout(mse(g, x, t), 0.1),
        RightFourTimes(),
    ],
    "right-in-region": [
        lambda g, x, t: torch.where(x > t, mse(g, x, t), 0.0),
        lambda g, x, t: torch.where(x < t, mse(g, x, t), 5 * mse(g, x, t)),
    ],
    "changed-grad-output": [changes_grad_output, lambda g, x, t: g.mul_(2) * (x - t) / x.numel()],
    "changed-input": [
        lambda g, x, t: x.sub_(t).mul_(2 * g / x.numel()),
        lambda g, x, t: t.sub_(x).mul_(-2 * g / x.numel()),
    ],
    "wrong-signature": [
        lambda: 1,
        lambda g, x: g,
        lambda g, x, t, more: g,
        lambda *, grad_output, input, target: mse(grad_output, input, target),
        lambda **all: 1,
    ],
    "argument-order": [
        lambda input, target, grad_output: mse(grad_output, input, target),
        lambda grad_output, target, input: mse(grad_output, input, target),
    ],
    "wrong-in-float32": [lambda g, x, t: mse(g, x + 1e6, t + 1e6)],
    "wrong-when-not-contiguous": [
        lambda g, x, t: (
            mse(g, x, t) if x.is_contiguous() else mse(g, x.T.reshape(x.shape), t).clone()
        )
    ],
    "wrong-for-one-number": [lambda g, x, t: 2 * g * (x - t).squeeze() / x.numel()],
    "not-recognised": [
        lambda g, x, t: 2 * g * (x + t) / x.numel(),
        lambda g, x, t: mse(g, x, t).flip(0),
        # right where x > t, but for matrices only: that is no rule
        lambda g, x, t: (
            torch.where(x > t, mse(g, x, t), 0) if x.ndim == 2 else mse(g, x, t).flip(0)
        ),
        lambda g, x, t: 2 * g * (x - t) ** 3,
    ],
    "raised": [
        lambda g, x, t: undefined,  # type: ignore[name-defined]  # noqa: F821
        lambda g, x, t: mse(g, x.view(-1), t.view(-1)).view(x.shape),
        lambda g, x, t: torch.autograd.grad(F.mse_loss(x, t), x)[0],
        lambda g, x, t: mse(g, x, t) if x > t else -mse(g, x, t),
        lambda g, x, t: x @ t,
        lambda g, x, t: x.to("meta").to("cpu"),  # PyTorch's own NotImplementedError
    ],
}

OTHERS: dict[str, dict[str, list[Any]]] = {
    "mse-by-hand": {
        "not-recognised": [
            [0.5, 0, 0, -1],
            [1, 2, 3, 4],
            [0.5, 0, -1, 1],
            [1.5, 0, -3, 0],
            [4, 0, 2, 8],
        ],
        "wrong-shape": [[0, 0], [[1, 2], [3, 4]], 7],
        "extra-dimension": [[[0.5, 0, -1, 0]], [[0.5], [0], [-1], [0]]],
        "not-finite": [[0, 0, 0, math.nan], [math.inf] * 4],
        "not-numbers": [
            "0.5, 0, -1, 0",
            [0, 0, 0, "a"],
            [0, 0, 0, 1j],
            {0: 1},
            [[1, 2], [3]],
            [10**400],
        ],
        "all-zero": [[0, 0, 0, 0]],
        "not-a-value": [lambda: [0.5, 0, -1, 0], list],
        "no-answer": [None],
    },
    "l1-backward": {
        "wrong-at-kink": [
            lambda g, x, t: g * (x - t) / (x - t).abs() / x.numel(),
            lambda g, x, t: g * torch.where(x == t, 3.0, torch.sign(x - t)) / x.numel(),
        ],
        "wrong-beside-kink": [
            lambda g, x, t: g * torch.tanh(3e5 * (x - t)) / x.numel(),
            lambda g, x, t: g * torch.sign(x - t) / torch.count_nonzero(x - t),
        ],
        "wrong-for-small-numbers": [lambda g, x, t: g * torch.tanh(1e4 * (x - t)) / x.numel()],
        "wrong-dtype": [lambda g, x, t: g * torch.where(x > t, 1.0, -1.0) / x.numel()],
        "not-recognised": [lambda g, x, t: g * (torch.sign(x) - torch.sign(t)) / x.numel()],
    },
    "huber-backward": {
        "not-recognised": [lambda g, x, t, d: g * torch.tanh(x - t) / x.numel()],
        "right-in-region": [
            lambda g, x, t, d: g * torch.where((x - t).abs() <= d, x - t, (x - t) ** 3) / x.numel()
        ],
        "wrong-at-border": [
            lambda g, x, t, d: g * (x - t) / (x - t).abs() * (x - t).abs().clamp(max=d) / x.numel()
        ],
        "constant-factor": [lambda g, x, t, d: 2 * g * (x - t).clamp(-d, d) / x.numel()],
    },
    "mse-target-backward": {
        "wrong-count": [mse, lambda g, x, t: torch.stack([mse(g, x, t), -mse(g, x, t)])],
        "returned-none": [lambda g, x, t: (mse(g, x, t), None), lambda g, x, t: (None, None)],
        "missing-two": [lambda g, x, t: (mse(g, x, t), -mse(g, x, t) / 2)],
        "not-repeatable": [lambda g, x, t: (mse(g, x, t), torch.randn_like(x))],
    },
    "mse-reductions": {
        "returned-none": [only_mean_and_sum],
        "missing-two": [half_of_the_mean],
        "right-in-some-cases": [
            lambda g, x, t, r: mse(g, x, t) if r == "mean" else 2 * g * (x - t) ** 3
        ],
        "raised": [lambda g, x, t, r: {"mean": mse(g, x, t)}[r]],
    },
    "weighted-mse-backward": {
        "constant-factor": [lambda g, x, t, w: 2 * g * w * (x - t) / (w**2).sum()],
        "wrong-for-zero-weights": [lambda g, x, t, w: 2 * g * w * (x - t) / w.sum() * w / w],
        "not-recognised": [lambda g, x, t, w: 2 * g * (x - t).exp() * w / w.sum()],
    },
    "linear-sse-gradient": {
        "swapped-outputs": [lambda *args: line(*args)[::-1]],
        "wrong-sign": [lambda *args: (line(*args)[0], -line(*args)[1])],
        "extra-dimension": [
            lambda *args: (line(*args)[0], line(*args)[1].reshape(1)),
            lambda *args: (line(*args)[0][:, None], line(*args)[1]),
        ],
        "not-a-tensor": [lambda *args: (line(*args)[0], line(*args)[1].item())],
        "raised": [lambda x, w, b, t: (x @ (t - x @ w), b)],
    },
    "log-cosh-stable": {
        "overflow": [
            lambda x, t: torch.cosh(x - t).log().mean(),
            lambda x, t: torch.log1p(torch.cosh(x - t) - 1).mean(),
            lambda x, t: (x - t + torch.log1p(torch.exp(-2 * (x - t))) - math.log(2)).mean(),
        ],
        "wrong-gradient-far-away": [
            lambda x, t: torch.where(
                (x - t).abs() > 20, (x - t).abs() - math.log(2), torch.cosh(x - t).log()
            ).mean(),
        ],
        "wrong-at-zero": [
            lambda x, t: (
                (x - t).pow(2).sqrt() + torch.log1p(torch.exp(-2 * (x - t).abs())) - math.log(2)
            ).mean(),
        ],
        "constant-offset": [lambda x, t: (x - t + F.softplus(2 * (t - x)) - 0.7).mean()],
        "constant-factor": [lambda x, t: 2 * F.softplus(2 * (t - x)).add(x - t - LOG2).mean()],
        "cut-graph": [
            lambda x, t: torch.tensor(torch.cosh(x - t).log().mean().item()),
            lambda x, t: torch.cosh(x - t).log().mean().detach(),
        ],
        "all-zero": [lambda x, t: (x - t.data + F.softplus(2 * (t.data - x)) - math.log(2)).mean()],
        "changed-input": [lambda x, t: x.sub_(t).cosh().log().mean()],
        "not-a-tensor": [lambda x, t: torch.cosh(x - t).log().mean().item()],
    },
}

ALL: dict[str, dict[str, list[Any]]] = {"mse-backward": MSE, **OTHERS}
CASES = attacks(ALL)


@pytest.mark.parametrize(("id", "code", "answer"), CASES)
def test_wrong_answer_gets_its_name(id: str, code: str, answer: Any) -> None:
    gets_a_true_name(id, code, answer)


def test_there_are_many() -> None:
    assert len(CASES) >= 60
