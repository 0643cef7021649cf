"""Wrong answers to softmax-stable, softmax-backward and log-softmax-backward, by their names."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# ruff: noqa: ARG005  (an answer takes all arguments of its exercise, used or not)

from __future__ import annotations

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F


def rows(x):
    return x.sum(-1, keepdim=True)


def plain(x):
    return x.exp() / rows(x.exp())


def shifted(x, shift):
    e = (x - shift).exp()
    return e / rows(e)


def two_branches(x):
    """The branch that is not chosen overflows, and its gradient is NaN."""
    far = x.abs().amax(-1, keepdim=True) > 50
    return torch.where(far, torch.softmax(x, -1), plain(x))


def without_grad(x):
    with torch.no_grad():
        return torch.softmax(x, -1)


def in_place(x):
    e = x.sub_(x.amax(-1, keepdim=True)).exp_()
    return e / rows(e)


def in_place_detached(x):
    x.data -= x.data.amax(-1, keepdim=True)
    return torch.softmax(x, -1)


STABLE: dict[str, list[Any]] = {
    "overflow": [
        plain,
        lambda x: x.exp().div(rows(x.exp())),
        lambda x: torch.pow(torch.e, x) / rows(torch.pow(torch.e, x)),
        lambda x: shifted(x, x.std()),
        lambda x: x.exp() / (rows(x.exp()) + 1e-12),
        lambda x: 1 / (x.unsqueeze(-2).exp() / x.unsqueeze(-1).exp()).sum(-1),
    ],
    "underflow": [
        lambda x: shifted(x, x.abs().amax(-1, keepdim=True)),
        lambda x: shifted(x, x.amax(-1, keepdim=True).clamp(min=0)),
        lambda x: shifted(x, x.abs().max()),
    ],
    "shift-not-per-row": [
        lambda x: shifted(x, x.max()),
        lambda x: shifted(x, x.mean()),
    ],
    "shift-not-largest": [
        lambda x: shifted(x, x.mean(-1, keepdim=True)),
        lambda x: shifted(x, x.amin(-1, keepdim=True)),
        lambda x: shifted(x, x[..., :1]),
        lambda x: shifted(x, x.median(-1, keepdim=True).values),
    ],
    "wrong-value-far-away": [
        lambda x: plain(x.clamp(-50, 50)),
        lambda x: plain(x).nan_to_num(0.0),
        lambda x: (x.exp().clamp(max=1e300)) / rows(x.exp().clamp(max=1e300)).clamp(min=1e-300),
    ],
    "wrong-gradient-far-away": [two_branches],
    "samples-mixed": [
        lambda x: x.exp() / x.exp().sum(),
        lambda x: F.softmax(x.flatten(), 0).reshape(x.shape),
    ],
    "wrong-dimension": [
        lambda x: torch.softmax(x, 0),
        lambda x: x.exp() / x.exp().sum(0),
        lambda x: torch.softmax(x, 1),
    ],
    "not-normalised": [
        lambda x: x.exp(),
        lambda x: (x - x.amax(-1, keepdim=True)).exp(),
        lambda x: x.exp() / x.exp().amax(-1, keepdim=True),
    ],
    "shift-in-one-place": [
        lambda x: (x - x.amax(-1, keepdim=True)).exp() / rows(x.exp()),
        lambda x: x.exp() / rows((x - x.amax(-1, keepdim=True)).exp()),
    ],
    "shift-of-another-dimension": [
        lambda x: shifted(x, x.amax(0, keepdim=True)),
        lambda x: shifted(x, x.max(dim=0).values),
        lambda x: shifted(x, x.amax(1, keepdim=True)),
    ],
    "sigmoid-instead": [torch.sigmoid, lambda x: 1 / (1 + (-x).exp())],
    "log-softmax-instead": [
        lambda x: torch.log_softmax(x, -1),
        lambda x: x - x.logsumexp(-1, keepdim=True),
    ],
    "softmax-twice": [lambda x: torch.softmax(torch.softmax(x, -1), -1)],
    "sign-in-exponent": [lambda x: shifted(-x, -x.amin(-1, keepdim=True))],
    "exp-missing": [lambda x: x / rows(x)],
    "sum-cut": [lambda x: (x - x.logsumexp(-1, keepdim=True).detach()).exp()],
    "cut-graph": [
        without_grad,
        lambda x: torch.softmax(x.detach(), -1),
        lambda x: torch.from_numpy(np.exp(x.detach().numpy())),
    ],
    "raised": [
        lambda x: x.exp() / x.exp().sum(-1),
        lambda x: torch.from_numpy(np.exp(x.numpy())),
    ],
    "changed-input": [in_place, in_place_detached],
    "wrong-dtype": [lambda x: torch.softmax(x.float(), -1), lambda x: torch.softmax(x, -1).half()],
    "wrong-with-minus-infinity": [
        lambda x: shifted(x, x.amax(-1, keepdim=True)) + 0 * x,
        lambda x: torch.softmax(x.clamp(min=-1e4), -1) * (x > -1e4) + 0 * x.sum(),
    ],
}


def vjp(g, p):
    return p * (g - rows(g * p))


def without_keepdim(g, p):
    return p * (g - (g * p).sum(-1))


def rolled(g, p):
    return vjp(g.roll(1, -1), p)


def minus_diagonal(g, p):
    """Only the entries beside the diagonal."""
    return vjp(g, p) - g * p * (1 - p)


SOFTMAX: dict[str, list[Any]] = {
    "off-diagonal-missing": [
        lambda g, p: g * p * (1 - p),
        lambda g, p: g * (p - p**2),
        lambda g, p: (
            g * torch.diagonal(torch.diag_embed(p) - p[..., None] * p[..., None, :], 0, -2, -1)
        ),
    ],
    "dot-product-missing": [lambda g, p: g * p, lambda g, p: p.mul(g)],
    "copied-through": [lambda g, p: g, lambda g, p: g.clone()],
    "samples-mixed": [
        lambda g, p: p * (g - (g * p).sum()),
        lambda g, p: p * (g - torch.dot(g.flatten(), p.flatten())),
    ],
    "wrong-dimension": [
        lambda g, p: p * (g - (g * p).sum(0)),
        lambda g, p: p * (g - (g * p).sum(1, keepdim=True)),
    ],
    "missing-grad-output": [
        lambda g, p: p * (1 - p),
        lambda g, p: p * (1 - rows(g * p)),
        lambda g, p: p * (g - rows(p)),
        lambda g, p: vjp(torch.ones_like(g), p),
        lambda g, p: vjp(p, p),
        lambda g, p: p,
    ],
    "sign-of-dot-product": [lambda g, p: p * g + p * rows(g * p)],
    "wrong-sign": [lambda g, p: p * (rows(g * p) - g)],
    "outer-factor-missing": [lambda g, p: g - rows(g * p), lambda g, p: g * p - rows(g * p)],
    "mean-for-sum": [
        lambda g, p: p * (g - (g * p).mean(-1, keepdim=True)),
        lambda g, p: p * (g - g.mean(-1, keepdim=True)),
    ],
    "log-softmax-formula": [lambda g, p: g - p * rows(g)],
    "dot-without-p": [lambda g, p: p * (g - rows(g))],
    "square-in-second-term": [lambda g, p: p * g - p * p * rows(g * p)],
    "softmax-twice": [lambda g, p: vjp(g, torch.softmax(p, -1))],
    "exp-of-output": [lambda g, p: vjp(g, p.exp())],
    "p-minus-y": [lambda g, p: p - g, lambda g, p: g * (p - 1)],
    "jacobian-returned": [lambda g, p: torch.diag_embed(p) - p[..., None] * p[..., None, :]],
    "not-summed": [
        lambda g, p: g[..., None] * (torch.diag_embed(p) - p[..., None] * p[..., None, :]),
    ],
    "constant-factor": [
        lambda g, p: vjp(g, p) / len(p),
        lambda g, p: 2 * vjp(g, p),
        lambda g, p: vjp(g, p) * p.shape[-1],
    ],
    "raised": [without_keepdim, lambda g, p: g @ (torch.diag(p) - torch.outer(p, p))],
    "wrong-for-saturated-rows": [
        lambda g, p: p * (g - rows(g * p)) * p / p,
        lambda g, p: p * (g - rows(g * p.log().exp() * (p / p))),
    ],
    "wrong-for-large-numbers": [lambda g, p: vjp(g, p).clamp(-100, 100)],
    "wrong-for-small-numbers": [lambda g, p: vjp(g, p) * (g.abs().max() > 1e-2)],
    "clipped": [lambda g, p: vjp(g, p).clamp(-0.1, 0.1)],
    "changed-grad-output": [lambda g, p: g.sub_(rows(g * p)).mul_(p)],
    "changed-input": [lambda g, p: p.mul_(g - rows(g * p))],
    "not-linear-in-grad-output": [lambda g, p: vjp(g.abs(), p), lambda g, p: vjp(g, p) + 0.01],
    "wrong-count": [lambda g, p: (vjp(g, p), None)],
    "wrong-dtype": [lambda g, p: vjp(g, p).float()],
    "summed": [lambda g, p: vjp(g, p).sum(0)],
    "not-recognised": [minus_diagonal, rolled],
}


def log_vjp(g, out):
    return g - out.exp() * rows(g)


LOG_SOFTMAX: dict[str, list[Any]] = {
    "off-diagonal-missing": [lambda g, out: g * (1 - out.exp())],
    "copied-through": [lambda g, out: g],
    "exp-missing": [lambda g, out: g - out * rows(g), lambda g, out: out * (g - rows(g * out))],
    "softmax-formula": [
        lambda g, out: vjp(g, out.exp()),
        lambda g, out: vjp(g, torch.softmax(out, -1)),
    ],
    "samples-mixed": [lambda g, out: g - out.exp() * g.sum()],
    "wrong-dimension": [
        lambda g, out: g - out.exp() * g.sum(0),
        lambda g, out: g - out.exp() * g.sum(1, keepdim=True),
    ],
    "sum-missing": [lambda g, out: g - out.exp(), lambda g, out: g + out.exp()],
    "p-inside-sum": [
        lambda g, out: g - rows(g * out.exp()),
        lambda g, out: g - out.exp() * rows(g * out.exp()),
    ],
    "mean-for-sum": [lambda g, out: g - out.exp() * g.mean(-1, keepdim=True)],
    "p-missing": [lambda g, out: g - rows(g)],
    "sign-of-second-term": [lambda g, out: g + out.exp() * rows(g)],
    "wrong-sign": [lambda g, out: out.exp() * rows(g) - g],
    "through-log-only": [lambda g, out: g / out.exp()],
    "missing-grad-output": [
        lambda g, out: 1 - out.exp(),
        lambda g, out: 1 - out.exp() * rows(torch.ones_like(g)),
        lambda g, out: 1 - rows(g) * out.exp(),
        lambda g, out: -out.exp(),
    ],
    "p-minus-y": [lambda g, out: out.exp() - g, lambda g, out: g * (out.exp() - 1)],
    "first-term-missing": [lambda g, out: -out.exp() * rows(g)],
    "softmax-twice": [lambda g, out: g - torch.softmax(out.exp(), -1) * rows(g)],
    "log-twice": [lambda g, out: g - torch.log_softmax(out.exp(), -1) * rows(g)],
    "constant-factor": [lambda g, out: log_vjp(g, out) / out.shape[-1]],
    "raised": [lambda g, out: g - out.exp() * g.sum(-1)],
    "wrong-for-saturated-rows": [
        lambda g, out: vjp(g / out.exp(), out.exp()),
        lambda g, out: g - out.exp() / out.exp() * out.exp() * rows(g),
        lambda g, out: g - out.exp().clamp(min=1e-4) * rows(g),
    ],
    "changed-input": [lambda g, out: g - out.exp_() * rows(g)],
    "wrong-dtype": [lambda g, out: log_vjp(g, out.float()).float()],
    "digits-lost": [lambda g, out: log_vjp(g, out.half().double())],
    "not-recognised": [lambda g, out: log_vjp(g.roll(1, -1), out)],
}
