"""Right answers to chapter 7 in forms that few readers choose."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# ruff: noqa: B905  (answers use what they need, as readers do)

from __future__ import annotations

import math
from typing import Any

import torch
from torch.nn import utils

from tests.unit.checker_right_07_steps import STEPS


def two_layer_filled(g, x, w1, w2):
    z = x @ w1
    grad_z = (g @ w2.T).masked_fill(z <= 0, 0)
    return grad_z @ w1.T, x.T @ grad_z, (z * (z > 0)).T @ g


def two_layer_steps(g, x, w1, w2):
    h = x.mm(w1).clamp_min(0)
    grad_z = g.mm(w2.t()) * torch.heaviside(h, torch.zeros_like(h))
    return grad_z.mm(w1.t()), x.t().mm(grad_z), h.t().mm(g)


def two_layer_turned(g, x, w1, w2):
    h = (x @ w1).relu_()
    grad_z = (w2 @ g.T).T * (h != 0)
    return (w1 @ grad_z.T).T, (grad_z.T @ x).T, (g.T @ h).T


def two_layer_backward(g, x, w1, w2):
    with torch.enable_grad():
        leaves = [t.detach().requires_grad_() for t in (x, w1, w2)]
        ((leaves[0] @ leaves[1]).clamp(min=0) @ leaves[2]).backward(g)
    return tuple(leaf.grad for leaf in leaves)


def accumulate_by_gradient(params, mean_loss, batches):
    sizes = [x.shape[0] for x, _ in batches]
    for (x, target), size in zip(batches, sizes):
        share = torch.tensor(size / sum(sizes), dtype=x.dtype)
        mean_loss(params, x, target).backward(gradient=share)


def accumulate_reversed(params, mean_loss, batches):
    n = sum(len(target) for _, target in batches)
    for x, target in reversed(batches):
        (mean_loss(params, x, target) * (len(x) / n)).backward()


def accumulate_from_zeros(params, mean_loss, batches):
    for p in params:
        p.grad = torch.zeros_like(p)
    n = sum(len(x) for x, _ in batches)
    for x, target in batches:
        (mean_loss(params, x, target) / n * len(x)).backward()


def accumulate_into_inputs(params, mean_loss, batches):
    n = sum(len(x) for x, _ in batches)
    for x, target in batches:
        (mean_loss(params, x, target) * len(x) / n).backward(inputs=list(params))


def clip_parts(params, max_norm):
    total = utils.get_total_norm([p.grad for p in params if p.grad is not None])
    utils.clip_grads_with_norm_(params, max_norm, total)
    return total


def clip_hypotenuse(params, max_norm):
    found = [g for p in params if p.grad is not None for g in p.grad.flatten().tolist()]
    total = math.hypot(*found)
    for p in params:
        if p.grad is not None:
            p.grad.mul_(1.0 if total <= max_norm else max_norm / total)
    return total


def clip_foreach(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    total = torch.cat([torch.zeros(1), *[g.flatten() for g in grads]]).norm()
    torch._foreach_mul_(grads, min((max_norm / total).item(), 1.0) if total else 1.0)
    return total


def clip_divided_and_multiplied(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    if not grads:
        return 0.0
    total = torch.linalg.vector_norm(torch.stack([torch.linalg.vector_norm(g) for g in grads]))
    for p in params:
        if p.grad is not None and total > max_norm:
            p.grad = p.grad.div(total).mul(max_norm)
    return total.clone()


RARE: dict[str, list[Any]] = {
    **STEPS,
    "two-layer-backward": [
        two_layer_filled,
        two_layer_steps,
        two_layer_turned,
        two_layer_backward,
    ],
    "accumulate-gradients": [
        accumulate_by_gradient,
        accumulate_reversed,
        accumulate_from_zeros,
        accumulate_into_inputs,
    ],
    "clip-by-norm": [clip_parts, clip_hypotenuse, clip_foreach, clip_divided_and_multiplied],
}
