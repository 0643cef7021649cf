"""Right steps of optimizers in forms that few readers choose."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# ruff: noqa: B905  (answers use what they need, as readers do)

from __future__ import annotations

from typing import Any

import torch
from torch.optim.sgd import sgd


def sgd_foreach(params, lr):
    with torch.no_grad():
        used = [p for p in params if p.grad is not None]
        torch._foreach_add_(used, [p.grad for p in used], alpha=-lr)
    for p in used:
        p.grad = None


def sgd_tries(params, lr):
    with torch.no_grad():
        for p in params:
            try:
                p.sub_(lr * p.grad)
            except TypeError:
                continue
            p.grad.zero_()


def sgd_lerp(params, lr):
    with torch.no_grad():
        for p in params:
            if p.grad is not None:
                p.lerp_(p - p.grad, lr)
                p.grad = None


def sgd_slices(params, lr):
    with torch.no_grad():
        for p in params:
            if p.grad is not None:
                p[...] = p - lr * p.grad
                p.grad = None


def sgd_functional(params, lr):
    used = [p for p in params if p.grad is not None]
    with torch.no_grad():
        sgd(
            used, [p.grad for p in used], [None] * len(used), weight_decay=0.0, momentum=0.0,
            lr=lr, dampening=0.0, nesterov=False, maximize=False, foreach=False,
        )  # fmt: skip
    for p in used:
        p.grad = None


def momentum_parameter_first(params, buffers, lr, momentum):
    with torch.no_grad():
        for p, b in zip(params, buffers):
            if p.grad is not None:
                p -= lr * momentum * b + lr * p.grad
                b *= momentum
                b += p.grad
                p.grad = None


def momentum_out(params, buffers, lr, momentum):
    with torch.no_grad():
        for p, b in zip(params, buffers):
            if p.grad is not None:
                torch.add(p.grad, b, alpha=momentum, out=b)
                p.sub_(b, alpha=lr)
                p.grad = None


def momentum_two_loops(params, buffers, lr, momentum):
    for p, b in zip(params, buffers):
        if p.grad is not None:
            b.mul_(momentum)
            b.add_(p.grad)
    with torch.no_grad():
        for p, b in zip(params, buffers):
            if p.grad is not None:
                p -= lr * b
    for p in params:
        p.grad = None


def momentum_slices(params, buffers, lr, momentum):
    with torch.no_grad():
        for p, b in zip(params, buffers):
            if p.grad is not None:
                b[...] = momentum * b + p.grad
                p[...] = p - lr * b
                p.grad = torch.zeros_like(p)


def adam_lists(params, means, squares, step, lr, betas, eps):
    b1, b2 = betas
    with torch.no_grad():
        means[:] = [
            m if p.grad is None else b1 * m + (1 - b1) * p.grad for p, m in zip(params, means)
        ]
        squares[:] = [
            v if p.grad is None else b2 * v + (1 - b2) * p.grad**2 for p, v in zip(params, squares)
        ]
        for p, m, v in zip(params, means, squares):
            if p.grad is not None:
                p.copy_(p - lr * (m / (1 - b1**step)) / (eps + (v / (1 - b2**step)) ** 0.5))
                p.grad = None


def adam_lerps(params, means, squares, step, lr, betas, eps):
    for k, p in enumerate(params):
        if p.grad is None:
            continue
        means[k] = torch.lerp(p.grad, means[k], betas[0])
        squares[k] = torch.lerp(p.grad**2, squares[k], betas[1])
        root = torch.sqrt(squares[k] / (1 - betas[1] ** step))
        with torch.no_grad():
            p -= lr * means[k] / (1 - betas[0] ** step) / (eps + root)
        p.grad.zero_()


def adam_differences(params, means, squares, step, lr, betas, eps):
    c1, c2 = (1 - beta**step for beta in betas)
    with torch.no_grad():
        for p, m, v in zip(params, means, squares):
            if p.grad is not None:
                m += (p.grad - m) * (1 - betas[0])
                v -= (v - p.grad**2) * (1 - betas[1])
                p.sub_(m / (v.sqrt() / c2**0.5 + eps), alpha=lr / c1)
                p.grad = None


def adam_clears_first(params, means, squares, step, lr, betas, eps):
    for p, m, v in zip(params, means, squares):
        if p.grad is None:
            continue
        g, p.grad = p.grad.detach().clone(), None
        m.mul_(betas[0]).add_(g, alpha=1 - betas[0])
        v.mul_(betas[1]).addcmul_(g, g, value=1 - betas[1])
        root = torch.sqrt(v / (1 - betas[1] ** step))
        with torch.no_grad():
            p.sub_(lr * (m / (1 - betas[0] ** step)) / (root + eps))


STEPS: dict[str, list[Any]] = {
    "sgd-step": [sgd_foreach, sgd_tries, sgd_lerp, sgd_slices, sgd_functional],
    "momentum-step": [
        momentum_parameter_first,
        momentum_out,
        momentum_two_loops,
        momentum_slices,
    ],
    "adam-step": [adam_lists, adam_lerps, adam_differences, adam_clears_first],
}
