"""Wrong answers to the backwards of chapter 6 with class indices, by the name they get."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# ruff: noqa: ARG005  (an answer takes all arguments of its exercise, used or not)

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F


def softmax(x):
    return torch.softmax(x, -1)


def hot(x, t):
    return F.one_hot(t, x.shape[-1])


def ce(g, x, t):
    return g * (softmax(x) - hot(x, t)) / len(x)


def naive(x):
    return x.exp() / x.exp().sum(-1, keepdim=True)


def indexed(rows):
    def answer(g, x, t):
        grad = softmax(x)
        grad[rows(t), t] -= 1
        return g * grad / len(x)

    return answer


def through_probabilities(g, x, t):
    """−y / p through softmax's backward: 0/0 where p is 0."""
    p = softmax(x)
    up = -hot(x, t) / p
    return g * p * (up - (up * p).sum(-1, keepdim=True)) / len(x)


def double_autograd(g, x, t):
    z = x.detach().requires_grad_()
    return torch.autograd.grad(F.cross_entropy(torch.softmax(z, -1), t), z, g)[0]


def accumulated(g, x, t):
    x.requires_grad_()
    (g * F.cross_entropy(x, t)).backward()
    return x.grad


CROSS_ENTROPY: dict[str, list[Any]] = {
    "batch-mean-missing": [
        lambda g, x, t: g * (softmax(x) - hot(x, t)),
        lambda g, x, t: torch.autograd.functional.vjp(
            lambda z: F.cross_entropy(z, t, reduction="sum"), x, g
        )[1],
    ],
    "divides-by-elements": [lambda g, x, t: g * (softmax(x) - hot(x, t)) / x.numel()],
    "divides-by-classes": [lambda g, x, t: g * (softmax(x) - hot(x, t)) / x.shape[-1]],
    "wrong-sign": [lambda g, x, t: g * (hot(x, t) - softmax(x)) / len(x), lambda *a: -ce(*a)],
    "missing-grad-output": [
        lambda g, x, t: (softmax(x) - hot(x, t)) / len(x),
        lambda g, x, t: softmax(x) - hot(x, t),
        lambda g, x, t: 1.7 * ce(1, x, t),
        lambda g, x, t: 0 * g + ce(1, x, t),
    ],
    "grad-output-on-one-term": [lambda g, x, t: (g * softmax(x) - hot(x, t)) / len(x)],
    "mean-on-one-term": [
        lambda g, x, t: g * (softmax(x) - hot(x, t) / len(x)),
        lambda g, x, t: g * (softmax(x) / len(x) - hot(x, t)),
    ],
    "onehot-missing": [lambda g, x, t: g * softmax(x) / len(x)],
    "log-sum-exp-missing": [lambda g, x, t: -g * hot(x, t) / len(x)],
    "softmax-missing": [lambda g, x, t: g * (x - hot(x, t)) / len(x)],
    "softmax-over-batch": [lambda g, x, t: g * (torch.softmax(x, 0) - hot(x, t)) / len(x)],
    "samples-mixed": [
        lambda g, x, t: g * (x.exp() / x.exp().sum() - hot(x, t)) / len(x),
        lambda g, x, t: g * (softmax(x.flatten()).reshape(x.shape) - hot(x, t)) / len(x),
    ],
    "softmax-twice": [
        lambda g, x, t: ce(g, softmax(x), t),
        double_autograd,
    ],
    "softmax-backward-twice": [
        lambda g, x, t: (p := softmax(x)) * ((d := ce(g, x, t)) - (p * d).sum(-1, keepdim=True)),
    ],
    "stops-at-probabilities": [lambda g, x, t: -g * hot(x, t) / softmax(x) / len(x)],
    "log-softmax-for-softmax": [
        lambda g, x, t: g * (torch.log_softmax(x, -1) - hot(x, t)) / len(x)
    ],
    "sigmoid-for-softmax": [lambda g, x, t: g * (torch.sigmoid(x) - hot(x, t)) / len(x)],
    "not-normalised": [lambda g, x, t: g * (x.exp() - hot(x, t)) / len(x)],
    "target-not-one-hot": [lambda g, x, t: g * (softmax(x) - t[:, None]) / len(x)],
    "all-rows-indexed": [indexed(lambda t: slice(None))],
    "off-diagonal-missing": [lambda g, x, t: ce(g, x, t) * hot(x, t)],
    "target-entry-missing": [lambda g, x, t: ce(g, x, t) * (1 - hot(x, t))],
    "all-columns-get-minus-one": [lambda g, x, t: g * (softmax(x) - 1) / len(x)],
    "value-not-gradient": [lambda g, x, t: F.cross_entropy(x, t), lambda g, x, t: -(
        torch.log_softmax(x, -1)[range(len(t)), t]).mean()],
    "overflow": [
        lambda g, x, t: g * (naive(x) - hot(x, t)) / len(x),
        lambda g, x, t: g * (
            (x - x.max()).exp() / (x - x.max()).exp().sum(-1, keepdim=True) - hot(x, t)
        ) / len(x),
        through_probabilities,
    ],
    "raised": [
        lambda g, x, t: g * (softmax(x) - t) / len(x),
        lambda g, x, t: g * (softmax(x) - hot(x, t).T) / len(x),
    ],
    "constant-factor": [
        lambda g, x, t: ce(g, x, t) / 2,
        lambda g, x, t: g * (softmax(x) - hot(x, t)) / x.ndim,
        lambda g, x, t: g * (softmax(x) - hot(x, t)) / 3,
    ],
    "mean-twice": [lambda g, x, t: ce(g, x, t) / len(x)],
    "changed-input": [lambda g, x, t: g * x.softmax(-1).sub(hot(x, t)) / len(x) + 0 * x.zero_()],
    "wrong-dtype": [lambda g, x, t: ce(g, x, t).float(), lambda g, x, t: ce(g, x, t).half()],
    "wrong-for-equal-targets": [
        lambda g, x, t: ce(g, x, t) * (2 if len(t.unique()) == 1 < len(t) else 1),
    ],
    "not-linear-in-grad-output": [
        lambda g, x, t: ce(g * g, x, t),
        lambda g, x, t: ce(abs(g), x, t),
    ],
    "wrong-for-large-numbers": [lambda g, x, t: ce(g, x, t).clamp(-5, 5)],
    "summed": [lambda g, x, t: ce(g, x, t).sum(0), lambda g, x, t: ce(g, x, t).mean(0)],
    "transposed": [lambda g, x, t: ce(g, x, t).T],
    "not-recognised": [
        lambda g, x, t: g * (softmax(x) - hot(x, (t + 1) % x.shape[1])) / len(x),
        lambda g, x, t: g * (softmax(-x) - hot(x, t)) / len(x),
    ],
}  # fmt: skip


def soft(x, t, smoothing, ignored):
    onehot = hot(x, torch.where(t != ignored, t, 0)).to(x)
    return (1 - smoothing) * onehot + smoothing / x.shape[-1]


def counted(t, ignored):
    return (t != ignored)[:, None]


def smoothed(g, x, t, s, i):
    keep = counted(t, i)
    return g * (softmax(x) - soft(x, t, s, i)) * keep / keep.sum()


def other_soft(make):
    """Everything right but the soft target, from the one-hot rows, s and C."""

    def answer(g, x, t, s, i):
        keep = counted(t, i)
        onehot = hot(x, torch.where(t != i, t, 0)).to(x)
        return g * (softmax(x) - make(onehot, s, x.shape[-1])) * keep / keep.sum()

    return answer


def by_sign(g, x, t, s, i):
    """Takes negative targets for the ignored ones."""
    keep = (t >= 0)[:, None]
    onehot = hot(x, t.clamp(min=0)).to(x)
    q = (1 - s) * onehot + s / x.shape[-1]
    return g * (softmax(x) - q) * keep / keep.sum()


def naive_smoothed(g, x, t, s, i):
    keep = counted(t, i)
    return g * (naive(x) - soft(x, t, s, i)) * keep / keep.sum()


def ignored_column(g, x, t, s, i):
    """Removes the column of the ignored class as well."""
    grad = smoothed(g, x, t, s, i)
    if 0 <= i < x.shape[1]:
        grad[:, i] = 0
    return grad


SMOOTHED: dict[str, list[Any]] = {
    "ignored-rows-counted": [
        lambda g, x, t, s, i: g * (softmax(x) - soft(x, t, s, i)) * counted(t, i) / len(x)
    ],
    "ignored-rows-get-gradient": [
        lambda g, x, t, s, i: g * (softmax(x) - soft(x, t, s, i)) / len(x),
        lambda g, x, t, s, i: g * (softmax(x) - soft(x, t, s, i)) / counted(t, i).sum(),
        lambda g, x, t, s, i: g * (softmax(x) - soft(x, t, s, i) * counted(t, i)) / len(x),
        lambda g, x, t, s, i: (
            g * (softmax(x) - soft(x, t, s, i) * counted(t, i)) / counted(t, i).sum()
        ),
    ],
    "mask-inverted": [
        lambda g, x, t, s, i: (
            g * (softmax(x) - soft(x, t, s, i)) * ~counted(t, i) / (~counted(t, i)).sum()
        ),
    ],
    "smoothing-missing": [lambda g, x, t, s, i: smoothed(g, x, t, 0.0, i)],
    "smoothing-over-other-classes": [
        other_soft(lambda y, s, c: torch.where(y == 1, 1 - s, s / (c - 1))),
        other_soft(lambda y, s, c: (1 - s) * y + s / (c - 1)),
    ],
    "target-keeps-one": [other_soft(lambda y, s, c: y + s / c)],
    "smoothing-not-spread": [other_soft(lambda y, s, c: (1 - s) * y)],
    "smoothing-not-divided": [other_soft(lambda y, s, c: (1 - s) * y + s)],
    "smoothing-swapped": [other_soft(lambda y, s, c: s * y + (1 - s) / c)],
    "uniform-term-missing": [lambda g, x, t, s, i: (1 - s) * smoothed(g, x, t, 0.0, i)],
    "spread-over-batch": [
        lambda g, x, t, s, i: (
            g * (softmax(x) - (1 - s) * soft(x, t, 0.0, i) - s / len(x))
            * counted(t, i) / counted(t, i).sum()
        )
    ],
    "batch-mean-missing": [
        lambda g, x, t, s, i: g * (softmax(x) - soft(x, t, s, i)) * counted(t, i)
    ],
    "divides-by-elements": [
        lambda g, x, t, s, i: g * (softmax(x) - soft(x, t, s, i)) * counted(t, i) / x.numel()
    ],
    "missing-grad-output": [
        lambda g, x, t, s, i: smoothed(1.0, x, t, s, i),
        lambda g, x, t, s, i: 1.7 * smoothed(1.0, x, t, s, i),
    ],
    "wrong-sign": [lambda g, x, t, s, i: -smoothed(g, x, t, s, i)],
    "softmax-twice": [lambda g, x, t, s, i: smoothed(g, softmax(x), t, s, i)],
    "softmax-over-batch": [
        lambda g, x, t, s, i: (
            g * (torch.softmax(x, 0) - soft(x, t, s, i)) * counted(t, i) / counted(t, i).sum()
        )
    ],
    "onehot-missing": [
        lambda g, x, t, s, i: g * softmax(x) * counted(t, i) / counted(t, i).sum()
    ],
    "overflow": [naive_smoothed],
    "raised": [
        lambda g, x, t, s, i: g * (softmax(x) - (1 - s) * hot(x, t) - s / x.shape[-1]) / len(x)
    ],
    "wrong-without-smoothing": [
        lambda g, x, t, s, i: smoothed(g, x, t, s or 0.1, i),
        lambda g, x, t, s, i: smoothed(g, x, t, s, i) * s / s if s else 0 * x,
    ],
    "wrong-where-no-row-is-ignored": [
        lambda g, x, t, s, i: smoothed(g, x, t, s, i) if (t == i).any() else 0 * x
    ],
    "wrong-where-class-0-is-ignored": [
        lambda g, x, t, s, i: smoothed(g, x, t, s, i or -100),
    ],
    "not-recognised": [by_sign, ignored_column],
    "wrong-dtype": [lambda g, x, t, s, i: smoothed(g, x, t, s, i).float()],
    "wrong-with-full-smoothing": [lambda g, x, t, s, i: smoothed(g, x, t, min(s, 0.9), i)],
}  # fmt: skip


def focal(term=None, error=None, mean=True, prob=softmax):
    """The right formula with one part replaced."""

    def answer(g, x, t, gamma):
        p = prob(x)
        y = hot(x, t)
        pt = (p * y).sum(-1, keepdim=True)
        log_pt = (torch.log_softmax(x, -1) * y).sum(-1, keepdim=True)
        if term is None:
            front = (1 - pt) ** gamma - gamma * (1 - pt) ** (gamma - 1) * pt * log_pt
        else:
            front = term(pt, log_pt, gamma)
        rest = p - y if error is None else error(p, y, pt)
        return g * front * rest / (len(x) if mean else 1)

    return answer


def focal_log_of_p(g, x, t, gamma):
    p = softmax(x)
    y = hot(x, t)
    pt = (p * y).sum(-1, keepdim=True)
    front = (1 - pt) ** gamma - gamma * (1 - pt) ** (gamma - 1) * pt * pt.log()
    return g * front * (p - y) / len(x)


def focal_divided(g, x, t, gamma):
    """The factor (1 − p_t)^γ taken out by a division: 0/0 where p_t is 1."""
    p = softmax(x)
    y = hot(x, t)
    log_pt = (torch.log_softmax(x, -1) * y).sum(-1, keepdim=True)
    pt = log_pt.exp()
    return g * (1 - pt) ** gamma * (1 - gamma * pt * log_pt / (1 - pt)) * (p - y) / len(x)


FOCAL: dict[str, list[Any]] = {
    "modulating-factor-constant": [focal(lambda pt, lp, gamma: (1 - pt) ** gamma)],
    "modulating-factor-missing": [
        lambda g, x, t, gamma: ce(g, x, t),
        focal(lambda pt, lp, gamma: 1),
    ],
    "logarithm-constant": [focal(lambda pt, lp, gamma: -gamma * (1 - pt) ** (gamma - 1) * pt * lp)],
    "sign-of-second-term": [
        focal(lambda pt, lp, gamma: (1 - pt) ** gamma + gamma * (1 - pt) ** (gamma - 1) * pt * lp)
    ],
    "gamma-missing": [
        focal(lambda pt, lp, gamma: (1 - pt) ** gamma - (1 - pt) ** (gamma - 1) * pt * lp)
    ],
    "exponent-not-lowered": [
        focal(lambda pt, lp, gamma: (1 - pt) ** gamma - gamma * (1 - pt) ** gamma * pt * lp)
    ],
    "inner-factor-missing": [
        focal(lambda pt, lp, gamma: (1 - pt) ** gamma - gamma * (1 - pt) ** (gamma - 1) * lp)
    ],
    "logarithm-missing": [
        focal(lambda pt, lp, gamma: (1 - pt) ** gamma - gamma * (1 - pt) ** (gamma - 1) * pt)
    ],
    "power-of-p": [focal(lambda pt, lp, gamma: pt**gamma + gamma * pt ** (gamma - 1) * pt * lp)],
    "gamma-fixed": [lambda g, x, t, gamma: focal()(g, x, t, 2.0)],
    "batch-mean-missing": [focal(mean=False)],
    "wrong-sign": [lambda g, x, t, gamma: -focal()(g, x, t, gamma)],
    "missing-grad-output": [
        lambda g, x, t, gamma: focal()(1.0, x, t, gamma),
        lambda g, x, t, gamma: focal(mean=False)(1.0, x, t, gamma),
    ],
    "divides-by-elements": [lambda g, x, t, gamma: focal()(g, x, t, gamma) / x.shape[1]],
    "onehot-missing": [focal(error=lambda p, y, pt: p)],
    "off-diagonal-missing": [focal(error=lambda p, y, pt: (p - y) * y)],
    "stops-at-probabilities": [focal(error=lambda p, y, pt: -y / pt)],
    "overflow": [focal(prob=naive), focal_log_of_p, focal_divided],
    "wrong-shape": [lambda g, x, t, gamma: focal()(g, x, t[:, None], gamma)],
    "wrong-without-gamma": [
        lambda g, x, t, gamma: focal()(g, x, t, gamma) if gamma else 0 * x,
    ],
    "wrong-for-another-gamma": [lambda g, x, t, gamma: focal()(g, x, t, min(gamma, 4.0))],
    "wrong-dtype": [lambda g, x, t, gamma: focal()(g, x, t, gamma).float()],
}
