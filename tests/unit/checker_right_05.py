"""Right answers to the exercises of chapter 5, each in several forms."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F


def stable_by_rows(x):
    rows = x.reshape(-1, x.shape[-1])
    out = []
    for row in rows:
        e = torch.exp(row - row.max())
        out.append(e / e.sum())
    return torch.stack(out).reshape(x.shape)


def stable_detached_shift(x):
    e = torch.exp(x - x.max(-1, keepdim=True).values.detach())
    return e / e.sum(-1, keepdim=True)


STABLE = (
    lambda x: torch.softmax(x, -1),
    lambda x: F.softmax(x, dim=x.ndim - 1),
    lambda x: x.log_softmax(-1).exp(),
    lambda x: (x - x.logsumexp(-1, keepdim=True)).exp(),
    lambda x: x.sub(x.amax(-1, True)).softmax(-1),
    lambda x: torch.softmax(x.transpose(0, -1), 0).transpose(0, -1),
    stable_by_rows,
    stable_detached_shift,
)


def softmax_jacobian(g, p):
    jacobian = torch.diag_embed(p) - p.unsqueeze(-1) @ p.unsqueeze(-2)
    return (g.unsqueeze(-2) @ jacobian).squeeze(-2)


def softmax_loop(g, p):
    rows, flat = p.reshape(-1, p.shape[-1]), g.reshape(-1, p.shape[-1])
    out = torch.zeros_like(rows)
    for n, (row, up) in enumerate(zip(rows, flat, strict=True)):
        for j in range(len(row)):
            for i in range(len(row)):
                out[n, j] += up[i] * row[i] * (float(i == j) - row[j])
    return out.reshape(p.shape)


def softmax_autograd(g, p):
    z = p.detach().log().requires_grad_()
    return torch.autograd.grad(z.softmax(-1), z, g)[0]


SOFTMAX = (
    lambda g, p: g * p - p * (g * p).sum(-1, keepdim=True),
    lambda g, p: p * (g - torch.einsum("...i,...i->...", g, p)[..., None]),
    lambda g, p: (g - (g * p).sum(-1, True)).mul(p),
    lambda g, p: p * g - p.square() * g - p * ((g * p).sum(-1, keepdim=True) - g * p),
    lambda g, p: p * (p.unsqueeze(-2) * (g.unsqueeze(-1) - g.unsqueeze(-2))).sum(-1),
    lambda g, p: p * (g - torch.linalg.vecdot(g, p).unsqueeze(-1)),
    softmax_jacobian,
    softmax_loop,
    softmax_autograd,
)


def log_softmax_jacobian(g, out):
    n = out.shape[-1]
    jacobian = torch.eye(n, dtype=out.dtype) - out.exp().unsqueeze(-2)
    return (jacobian.transpose(-1, -2) @ g.unsqueeze(-1)).squeeze(-1)


def log_softmax_two_steps(g, out):
    """Through the logarithm, then through softmax; where p is 0 the two cancel by hand."""
    p = out.exp()
    return g - p * torch.ones_like(p) * g.sum(-1, keepdim=True)


def log_softmax_autograd(g, out):
    z = out.detach().requires_grad_()
    return torch.autograd.grad(F.log_softmax(z, -1), z, g)[0]


LOG_SOFTMAX = (
    lambda g, out: g - out.exp() * g.sum(-1, True),
    lambda g, out: g - torch.softmax(out, -1) * g.sum(dim=-1, keepdim=True),
    lambda g, out: g - out.exp() * (g @ torch.ones(g.shape[-1], dtype=g.dtype)).unsqueeze(-1),
    lambda g, out: torch.addcmul(g, out.exp(), g.sum(-1, keepdim=True), value=-1),
    log_softmax_jacobian,
    log_softmax_two_steps,
    log_softmax_autograd,
)


def through_softmax(g, z):
    p = torch.softmax(z, -1)
    return p * (g - (g * p).sum(-1, keepdim=True))


def temperature_autograd(g, x, t):
    x, t = x.detach().requires_grad_(), t.detach().requires_grad_()
    return torch.autograd.grad(torch.softmax(x / t, -1), (x, t), g)


def temperature_from_logits_gradient(g, x, t):
    grad_logits = through_softmax(g, x / t) / t
    return grad_logits, -(grad_logits * x / t).sum()


def temperature_float(g, x, t):
    number = float(t)
    z = through_softmax(g, x / number)
    return z / number, (z * -x).sum() / number**2


TEMPERATURE = (
    temperature_autograd,
    temperature_from_logits_gradient,
    temperature_float,
    lambda g, x, t: (through_softmax(g, x / t) / t, (-through_softmax(g, x / t) * x / t**2).sum()),
    lambda g, x, t: [
        through_softmax(g, x / t) * t.reciprocal(),
        torch.sum(through_softmax(g, x / t) * (-x * t.pow(-2))),
    ],
    lambda g, x, t: torch.func.vjp(lambda a, b: torch.softmax(a / b, -1), x, t)[1](g),
)


def by_svd(x):
    rows = x.reshape(-1, x.shape[-1])
    found: list[list[Any]] = [[], [], []]
    for row in rows:
        p = torch.softmax(row, -1)
        first = torch.linalg.svd(torch.diag(p) - torch.outer(p, p))
        second = torch.linalg.svd(torch.eye(len(p), dtype=p.dtype) - p.expand(len(p), -1))
        for k, vector in enumerate((first[2][-1], first[0][:, -1], second[0][:, -1])):
            found[k].append(vector)
    return tuple(torch.stack(item).reshape(x.shape) for item in found)


def different_scales(x):
    sizes = torch.arange(1, x.numel() // x.shape[-1] + 1).reshape(*x.shape[:-1], 1).to(x)
    return sizes * torch.ones_like(x), -sizes.expand(x.shape), torch.softmax(x, -1) / sizes


NULL_SPACE = (
    by_svd,
    different_scales,
    lambda x: (torch.ones_like(x), -torch.ones_like(x), x.exp()),
    lambda x: (torch.full_like(x, 7.0), torch.ones_like(x) / x.shape[-1] ** 0.5, -x.softmax(-1)),
    lambda x: [
        x.new_ones(x.shape),
        torch.softmax(x, -1).sum(-1, keepdim=True).expand(x.shape),
        torch.exp(torch.log_softmax(x, -1) - 3),
    ],
    lambda x: (0 * x + 1e-3, (x - x) + 1e6, (x - x.amax(-1, True)).exp()),
)

RIGHT: dict[str, tuple[Any, ...]] = {
    "softmax-stable": STABLE,
    "softmax-backward": SOFTMAX,
    "log-softmax-backward": LOG_SOFTMAX,
    "temperature-backward": TEMPERATURE,
    "softmax-null-space": NULL_SPACE,
}
