"""Wrong answers to temperature-backward and softmax-null-space, by the name they get."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# ruff: noqa: ARG005  (an answer takes all arguments of its exercise, used or not)

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F


def back(g, z, dim=-1):
    p = torch.softmax(z, dim)
    return p * (g - (g * p).sum(dim, keepdim=True))


def answer(grad_z, last=None):
    """The right way from the gradient of logits / T, or another last step."""

    def both(g, x, t):
        z = grad_z(g, x, t)
        if last is not None:
            return last(z, x, t)
        return z / t, -(z * x).sum() / t**2

    return both


def right_z(g, x, t):
    return back(g, x / t)


def unstable(g, x, t):
    p = (x / t).exp() / (x / t).exp().sum(-1, keepdim=True)
    return p * (g - (g * p).sum(-1, keepdim=True))


def times(part):
    return answer(right_z, part)


TEMPERATURE: dict[str, list[Any]] = {
    "inner-factor-missing": [
        times(lambda z, x, t: (z, -(z * x).sum() / t**2)),
        times(lambda z, x, t: (z / t, -(z * x).sum())),
        times(lambda z, x, t: (z, -(z * x).sum())),
        times(lambda z, x, t: (z / t, (z * x).sum())),
    ],
    "one-temperature-missing": [
        times(lambda z, x, t: (z / t, -(z / t * x).sum())),
        times(lambda z, x, t: (z / t, (z / t * x).sum())),
    ],
    "one-temperature-too-many": [
        times(lambda z, x, t: (z / t, -(z / t * x / t).sum() / t)),
        times(lambda z, x, t: (z / t, -(z / t * x).sum() / t**2)),
    ],
    "multiplied-by-temperature": [times(lambda z, x, t: (z * t, -(z * x).sum() / t**2))],
    "temperature-twice": [times(lambda z, x, t: (z / t**2, -(z * x).sum() / t**2))],
    "sign-of-temperature-gradient": [times(lambda z, x, t: (z / t, (z * x).sum() / t**2))],
    "sign-of-logits-gradient": [times(lambda z, x, t: (-z / t, -(z * x).sum() / t**2))],
    "not-summed": [
        times(lambda z, x, t: (z / t, -z * x / t**2)),
        times(lambda z, x, t: (z / t, -(z * x).sum(-1) / t**2)),
        times(lambda z, x, t: (z / t, -(z * x).sum(0) / t**2)),
    ],
    "mean-for-sum": [
        times(lambda z, x, t: (z / t, -(z * x).mean() / t**2)),
        times(lambda z, x, t: (z / t, -(z * x).sum(-1).mean() / t**2)),
    ],
    "temperature-gradient-zero": [
        times(lambda z, x, t: (z / t, -z.sum() / t**2)),
        times(lambda z, x, t: (z / t, torch.zeros_like(t))),
    ],
    "p-for-logits": [times(lambda z, x, t: (z / t, -(z * torch.softmax(x / t, -1)).sum() / t**2))],
    "softmax-skipped": [
        answer(lambda g, x, t: g),
        lambda g, x, t: (right_z(g, x, t) / t, -(g * x).sum() / t**2),
    ],
    "dot-product-missing": [answer(lambda g, x, t: g * torch.softmax(x / t, -1))],
    "off-diagonal-missing": [
        answer(lambda g, x, t: g * torch.softmax(x / t, -1) * (1 - torch.softmax(x / t, -1)))
    ],
    "samples-mixed": [
        answer(lambda g, x, t: (p := torch.softmax(x / t, -1)) * (g - (g * p).sum())),
    ],
    "wrong-dimension": [
        answer(lambda g, x, t: back(g, x / t, 0)),
        answer(lambda g, x, t: (p := torch.softmax(x / t, -1)) * (g - (g * p).sum(0))),
    ],
    "temperature-not-in-softmax": [
        answer(lambda g, x, t: back(g, x)),
        answer(lambda g, x, t: back(g, x * t)),
    ],
    "log-softmax-formula": [
        answer(lambda g, x, t: g - torch.softmax(x / t, -1) * g.sum(-1, keepdim=True))
    ],
    "missing-grad-output": [
        answer(lambda g, x, t: (p := torch.softmax(x / t, -1)) * (1 - p)),
        answer(lambda g, x, t: torch.softmax(x / t, -1)),
    ],
    "softmax-twice": [answer(lambda g, x, t: back(g, torch.softmax(x / t, -1)))],
    "overflow": [answer(unstable)],
    "returned-none": [times(lambda z, x, t: (z / t, None))],
    "wrong-count": [times(lambda z, x, t: z / t)],
    "not-a-tensor": [times(lambda z, x, t: (z / t, -float((z * x).sum() / t**2)))],
    "extra-dimension": [times(lambda z, x, t: (z / t, -(z * x).sum().reshape(1) / t**2))],
    "swapped-outputs": [times(lambda z, x, t: (-(z * x).sum() / t**2, z / t))],
    "wrong-for-another-temperature": [
        lambda g, x, t: answer(right_z)(g, x, t.clamp(min=0.1)),
        lambda g, x, t: answer(right_z)(g, x, t.clamp(max=10)),
    ],
    "wrong-at-temperature-one": [
        lambda g, x, t: (back(g, x), torch.zeros_like(t)) if t == 1 else answer(right_z)(g, x, t)
    ],
}


def ones(x):
    return torch.ones_like(x)


def p(x):
    return torch.softmax(x, -1)


def three(v=ones, g=ones, h=p):
    return lambda x: (v(x), g(x), h(x))


def opposite(x):
    out = torch.zeros_like(x)
    out[..., 0], out[..., 1] = 1.0, -1.0
    return out


def first(x):
    return F.one_hot(torch.zeros(x.shape[:-1], dtype=torch.long), x.shape[-1]).to(x)


def zero_row(x):
    out = torch.ones_like(x)
    out[0] = 0
    return out


def alternating(x):
    return torch.arange(x.shape[-1]).remainder(2).to(x).expand(x.shape) * 2 - 1


NULL_SPACE: dict[str, list[Any]] = {
    "probabilities-for-softmax": [three(p, p), three(v=p), three(g=p), three(v=torch.exp)],
    "equal-entries-for-log-softmax": [three(h=ones), three(h=lambda x: -3 * ones(x))],
    "zero-direction": [
        lambda x: (0 * x, 0 * x, 0 * x),
        three(v=torch.zeros_like),
        three(h=lambda x: p(x) - p(x)),
    ],
    "logits-themselves": [three(v=lambda x: x), three(h=lambda x: 2 * x)],
    "centred-logits": [
        three(v=lambda x: x - x.mean(-1, keepdim=True)),
        three(g=lambda x: x - x.amax(-1, keepdim=True)),
    ],
    "one-entry": [three(v=first), three(h=first), three(g=lambda x: -2 * first(x))],
    "opposite-moves": [three(v=opposite), three(h=opposite), three(g=lambda x: -opposite(x))],
    "log-probabilities": [three(h=lambda x: torch.log_softmax(x, -1))],
    "complement": [three(h=lambda x: 1 - p(x)), three(h=lambda x: p(x) - 1)],
    "jacobian-diagonal": [three(v=lambda x: p(x) * (1 - p(x)))],
    "inverse-probabilities": [three(h=lambda x: 1 / p(x)), three(g=lambda x: (-x).exp())],
    "softmax-over-batch": [three(h=lambda x: torch.softmax(x, 0))],
    "softmax-twice": [three(h=lambda x: p(p(x)))],
    "wrong-count": [ones, lambda x: (ones(x), p(x))],
    "not-in-the-shape-of-logits": [
        lambda x: (ones(x)[0], ones(x)[0], p(x)),
        three(v=lambda x: ones(x[..., 0])),
        three(g=lambda x: torch.ones(x.shape[-1], dtype=x.dtype)),
        three(v=lambda x: ones(x[..., :1])),
        three(g=lambda x: torch.tensor(1.0, dtype=x.dtype)),
    ],
    "wrong-shape": [three(h=lambda x: p(x)[0]), three(v=lambda x: torch.ones(2, 2).to(x))],
    "returned-none": [three(v=lambda x: None)],
    "wrong-dtype": [lambda x: (ones(x), ones(x), p(x).float()), three(v=lambda x: ones(x).long())],
    "not-finite": [three(v=lambda x: 0 * x / 0), three(h=lambda x: 1 / (x - x))],
    "not-recognised": [three(v=alternating), three(v=zero_row), three(h=lambda x: p(x) ** 2)],
    "wrong-for-large-numbers": [three(h=lambda x: p(x.clamp(-5, 5)))],
    "changed-input": [lambda x: (ones(x), ones(x), x.exp_())],
}
