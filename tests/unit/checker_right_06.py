"""Right answers to the exercises of chapter 6, each in several forms."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F


def subtract_at_target(g, x, t):
    grad = torch.softmax(x, -1)
    grad[torch.arange(len(t)), t] -= 1
    return g * grad / len(t)


def by_sample(g, x, t):
    grad = torch.zeros_like(x)
    for n in range(len(x)):
        p = torch.exp(x[n] - torch.logsumexp(x[n], 0))
        for c in range(x.shape[1]):
            grad[n, c] = g * (p[c] - (1.0 if int(t[n]) == c else 0.0)) / len(x)
    return grad


def through_log_softmax(g, x, t):
    up = torch.zeros_like(x)
    up.scatter_(1, t.unsqueeze(1), float(-g / len(x)))
    return up - torch.log_softmax(x, -1).exp() * up.sum(-1, keepdim=True)


def cross_entropy_autograd(g, x, t):
    z = x.detach().requires_grad_()
    return torch.autograd.grad(F.cross_entropy(z, t), z, g)[0]


CROSS_ENTROPY = (
    subtract_at_target,
    by_sample,
    through_log_softmax,
    cross_entropy_autograd,
    lambda g, x, t: g * (torch.softmax(x, 1) - torch.eye(x.shape[1], dtype=x.dtype)[t]) / len(x),
    lambda g, x, t: (
        (x.softmax(-1) - (torch.arange(x.shape[-1]) == t[:, None]).to(x.dtype)) * (g / t.numel())
    ),
    lambda g, x, t: g * x.softmax(-1).scatter_add(
        1, t[:, None], -torch.ones_like(x[:, :1])
    ) / t.shape[0],
    lambda g, x, t: torch.func.vjp(lambda z: F.cross_entropy(z, t), x)[1](g)[0],
)  # fmt: skip


def bce_branches(g, x, t):
    positive = 1 / (1 + torch.exp(-x.abs()))
    return g * (torch.where(x >= 0, positive, 1 - positive) - t) / x.numel()


def bce_autograd(g, x, t):
    z = x.detach().requires_grad_()
    return torch.autograd.grad(F.binary_cross_entropy_with_logits(z, t), z, g)[0]


BINARY = (
    bce_branches,
    bce_autograd,
    lambda g, x, t: g * (x.sigmoid() - t) / x.numel(),
    lambda g, x, t: g * (1 / (1 + (-x).exp()) - t) / x.numel(),
    lambda g, x, t: g / x.numel() * ((1 - t) * x.sigmoid() - t * (-x).sigmoid()),
    lambda g, x, t: g * (0.5 * (1 + torch.tanh(x / 2)) - t) / t.numel(),
    lambda g, x, t: g * (F.logsigmoid(x).exp() - t) / x.numel(),
)


def attention_loss(x, query, weight, target, loss=F.cross_entropy):
    weights = torch.softmax(x @ query, -1)
    return loss(torch.einsum("nt,ntk->nk", weights, x) @ weight.T, target)


def by_gather(scores, target):
    log_p = scores - scores.logsumexp(-1, keepdim=True)
    return -log_p.gather(1, target[:, None]).mean()


DOUBLE = (
    attention_loss,
    lambda x, q, w, t: attention_loss(x, q, w, t, by_gather),
    lambda x, q, w, t: attention_loss(
        x, q, w, t, lambda s, y: F.cross_entropy(torch.log_softmax(s, -1), y)
    ),
    lambda x, q, w, t: attention_loss(
        x, q, w, t, lambda s, y: (s.logsumexp(-1) - s[range(len(y)), y]).mean()
    ),
    lambda x, q, w, t: attention_loss(
        x, q, w, t, lambda s, y: F.cross_entropy(s, F.one_hot(y, s.shape[-1]).to(s))
    ),
    lambda x, q, w, t: F.cross_entropy(
        (torch.softmax((x * q).sum(-1), 1)[:, None] @ x)[:, 0] @ w.T, t
    ),
)


def smoothed_rows(g, x, t, smoothing, ignored):
    counted = [n for n in range(len(t)) if int(t[n]) != ignored]
    grad = torch.zeros_like(x)
    for n in counted:
        q = torch.full_like(x[n], smoothing / x.shape[1])
        q[t[n]] += 1 - smoothing
        grad[n] = g * (torch.softmax(x[n], 0) - q) / len(counted)
    return grad


def smoothed_filled(g, x, t, smoothing, ignored):
    keep = t != ignored
    grad = torch.zeros_like(x)
    onehot = F.one_hot(t[keep], x.shape[1])
    soft = onehot * (1 - smoothing) + smoothing / x.shape[1]
    grad[keep] = g * (x[keep].softmax(-1) - soft.to(x)) / keep.sum()
    return grad


def smoothed_two_losses(g, x, t, smoothing, ignored):
    keep = (t != ignored).to(x.dtype)[:, None]
    p = x.softmax(-1)
    plain = p - F.one_hot(t.masked_fill(t == ignored, 0), x.shape[1])
    uniform = p - 1 / x.shape[1]
    return g * keep * ((1 - smoothing) * plain + smoothing * uniform) / keep.sum()


def smoothed_autograd(g, x, t, smoothing, ignored):
    z = x.detach().requires_grad_()
    loss = F.cross_entropy(z, t, label_smoothing=smoothing, ignore_index=ignored)
    return torch.autograd.grad(loss, z, g)[0]


def smoothed_masked_fill(g, x, t, smoothing, ignored):
    drop = (t == ignored)[:, None]
    grad = x.softmax(-1) - smoothing / x.shape[1]
    here = (torch.arange(x.shape[1]) == t[:, None]).to(x.dtype)
    grad = (grad - (1 - smoothing) * here) * g / (~drop).sum()
    return grad.masked_fill(drop, 0.0)


SMOOTHED = (
    smoothed_rows,
    smoothed_filled,
    smoothed_two_losses,
    smoothed_autograd,
    smoothed_masked_fill,
)


def focal_autograd(g, x, t, gamma):
    z = x.detach().requires_grad_()
    log_pt = torch.log_softmax(z, -1)[torch.arange(len(t)), t]
    loss = (-((1 - log_pt.exp()) ** gamma) * log_pt).mean()
    return torch.autograd.grad(loss, z, g)[0]


def focal_by_chain(g, x, t, gamma):
    """∂L/∂log p_t first, then log-softmax's own backward."""
    log_p = torch.log_softmax(x, -1)
    log_pt = log_p[torch.arange(len(t)), t]
    pt = log_pt.exp()
    slope = -((1 - pt) ** gamma) + gamma * (1 - pt) ** (gamma - 1) * pt * log_pt
    up = F.one_hot(t, x.shape[-1]) * slope[:, None] * g / len(t)
    return up - log_p.exp() * up.sum(-1, keepdim=True)


def focal_factored(g, x, t, gamma):
    log_p = x - x.logsumexp(-1, keepdim=True)
    onehot = torch.eye(x.shape[1], dtype=x.dtype)[t]
    log_pt = (log_p * onehot).sum(-1, keepdim=True)
    pt = log_pt.exp()
    front = (1 - pt).pow(gamma - 1) * ((1 - pt) - gamma * pt * log_pt)
    return g * front * (log_p.exp() - onehot) / x.shape[0]


def focal_by_sample(g, x, t, gamma):
    rows = []
    for n in range(len(x)):
        p = torch.softmax(x[n], 0)
        pt, log_pt = p[t[n]], torch.log_softmax(x[n], 0)[t[n]]
        front = (1 - pt) ** gamma - gamma * (1 - pt) ** (gamma - 1) * pt * log_pt
        error = p.clone()
        error[t[n]] -= 1
        rows.append(g * front * error / len(x))
    return torch.stack(rows)


FOCAL = (focal_autograd, focal_by_chain, focal_factored, focal_by_sample)

RIGHT: dict[str, tuple[Any, ...]] = {
    "cross-entropy-backward": CROSS_ENTROPY,
    "bce-with-logits-backward": BINARY,
    "double-softmax": DOUBLE,
    "smoothed-cross-entropy-backward": SMOOTHED,
    "focal-loss-backward": FOCAL,
}
