"""Right answers to chapter 10, in several forms."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False

from __future__ import annotations

from typing import Any

import torch


def repaired_in_one_line(grad_output, x, scale):
    g = grad_output
    return g * (2 * scale * x + 1), (g * x * x).sum(dim=0), g.sum(dim=0)


def repaired_by_einsum(grad_output, x, scale):
    square = torch.einsum("nk,k,nk->nk", grad_output, scale, x)
    of_scale = torch.einsum("nk,nk->k", grad_output, x**2)
    return [2 * square + grad_output, of_scale, torch.einsum("nk->k", grad_output)]


def repaired_in_place(grad_output, x, scale):
    grad_x = grad_output.clone()
    grad_x += grad_output * 2 * scale * x
    changed = grad_output.clone().mul_(x**2)
    return grad_x, changed.sum(0), grad_output.sum(0)


def repaired_by_sample(grad_output, x, scale):
    grad_x = torch.zeros_like(x)
    grad_scale, grad_shift = torch.zeros_like(scale), torch.zeros_like(scale)
    for n in range(len(x)):
        grad_x[n] = grad_output[n] + grad_output[n] * 2 * scale * x[n]
        grad_scale += grad_output[n] * x[n] ** 2
        grad_shift += grad_output[n]
    return grad_x, grad_scale, grad_shift


def repaired_by_autograd(grad_output, x, scale):
    leaves = [t.detach().clone().requires_grad_() for t in (x, scale, torch.zeros_like(scale))]
    with torch.enable_grad():
        y = leaves[1] * leaves[0] ** 2 + leaves[0] + leaves[2]
    return torch.autograd.grad(y, leaves, grad_output)


RIGHT: dict[str, tuple[Any, ...]] = {
    "repair-silent-backward": (
        repaired_in_one_line,
        repaired_by_einsum,
        repaired_in_place,
        repaired_by_sample,
        repaired_by_autograd,
    ),
}
