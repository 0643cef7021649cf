"""Answers to chapter 6 that are right except in one special case, and right ones of rare form."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# ruff: noqa: ARG005  (an answer takes all arguments of its exercise, used or not)

from __future__ import annotations

from typing import Any

import pytest
import torch
import torch.nn.functional as F

from byhand._checker.api import find, judge
from byhand._checker.result import Result
from tests.unit.checker_attack import Wrong, attacks, gets_a_true_name, ids_of_chapter
from tests.unit.checker_build import solved
from tests.unit.checker_right_06 import attention_loss
from tests.unit.checker_wrong_losses import ce, focal, hot, smoothed, softmax
from tests.unit.checker_wrong_models import bce


def but_for_two(right, wrong):
    """Right except for two classes."""
    return lambda g, x, *rest: (wrong if x.shape[-1] == 2 else right)(g, x, *rest)


def by_value(g, x, t):
    """Looks for the target's class by its logit."""
    return g * (softmax(x) - (x == x.gather(1, t[:, None])).to(x)) / len(x)


def corner(g, x, t):
    """Lets autograd differentiate max(x, 0) and |x|."""
    z = x.detach().requires_grad_()
    loss = (z.clamp(min=0) - z * t + (-z.abs()).exp().log1p()).mean()
    return torch.autograd.grad(loss, z, g)[0]


def probabilities(x, t, smoothing, ignored, p):
    keep = t != ignored
    soft = (1 - smoothing) * hot(x, torch.where(keep, t, 0)) + smoothing / x.shape[-1]
    return (p - soft) * keep[:, None] / keep.sum()


def ignored_by_clamp(g, x, t, smoothing, ignored):
    """Every negative target becomes class 0; one above all classes stays."""
    keep = t != ignored
    soft = (1 - smoothing) * hot(x, t.clamp(min=0)) + smoothing / x.shape[-1]
    return g * (softmax(x) - soft) * keep[:, None] / keep.sum()


def naive_where_ignored(g, x, t, smoothing, ignored):
    right = smoothed(g, x, t, smoothing, ignored)
    return torch.where((t == ignored)[:, None], 0 * x.exp(), right)


def focal_from(g, x, t, gamma, p):
    pt = p.gather(-1, t[:, None])
    front = (1 - pt) ** gamma - gamma * (1 - pt) ** (gamma - 1) * pt * pt.log()
    return g * front * (p - hot(x, t)) / len(x)


def mixed(x):
    return x.exp() / x.exp().sum()


WRONG: Wrong = {
    "cross-entropy-backward": {
        "wrong-for-two-classes": [
            but_for_two(ce, lambda g, x, t: g * (x.sigmoid() - hot(x, t)) / len(x))
        ],
        "wrong-for-equal-logits": [by_value],
    },
    "bce-with-logits-backward": {
        "wrong-at-zero": [
            corner,
            lambda g, x, t: torch.where(x == 0, 0.0, bce(g, x, t)),
        ],
    },
    "smoothed-cross-entropy-backward": {
        "wrong-for-two-classes": [but_for_two(smoothed, lambda g, x, t, s, i: 0 * x)],
        "wrong-where-minus-one-is-ignored": [
            lambda g, x, t, s, i: g * probabilities(x, t.abs(), s, abs(i), softmax(x))
        ],
        "raised": [ignored_by_clamp],
        "overflow": [naive_where_ignored],
        "samples-mixed": [lambda g, x, t, s, i: g * probabilities(x, t, s, i, mixed(x))],
    },
    "focal-loss-backward": {
        "wrong-for-two-classes": [but_for_two(focal(), lambda g, x, t, gamma: 0 * x)],
        "wrong-for-another-gamma": [
            lambda g, x, t, gamma: focal()(g, x, t, gamma) if gamma != 1 else ce(g, x, t)
        ],
        "samples-mixed": [lambda g, x, t, gamma: focal_from(g, x, t, gamma, mixed(x))],
    },
    "double-softmax": {
        "wrong-for-two-classes": [
            lambda x, q, w, t: attention_loss(x, q, w, t) * (2 if len(w) == 2 else 1)
        ],
    },
}


@pytest.mark.parametrize(("id", "code", "answer"), attacks(WRONG))
def test_special_case_is_found_and_named(id: str, code: str, answer: Any) -> None:
    gets_a_true_name(id, code, answer)


def test_every_exercise_is_attacked() -> None:
    assert set(WRONG) == ids_of_chapter(6)


def by_differences(g, x, t):
    """1 / p is the sum of exp of differences: no logit is subtracted from all."""
    return g * (1 / (x[:, None] - x[:, :, None]).exp().sum(-1) - hot(x, t)) / len(x)


def pairwise(g, x, t):
    total = x[:, 0]
    for column in x.T[1:]:
        total = torch.logaddexp(total, column)
    return g * ((x - total[:, None]).exp() - hot(x, t)) / len(x)


def sparse(g, x, t):
    places = torch.stack([torch.arange(len(x)), t])
    onehot = torch.sparse_coo_tensor(places, torch.ones_like(t).to(x), x.shape)
    return g / len(x) * (softmax(x) - onehot.to_dense())


def extra_class(g, x, t, smoothing, ignored):
    """Ignored rows get a class of their own, which is cut off."""
    count = x.shape[1]
    classes = torch.where(t == ignored, count, t)
    soft = (1 - smoothing) * F.one_hot(classes, count + 1)[:, :count] + smoothing / count
    keep = classes < count
    return (softmax(x) - soft).mul(keep[:, None]).mul(g).div(keep.count_nonzero())


def counted_only(g, x, t, smoothing, ignored):
    places = (t != ignored).nonzero().flatten()
    inner = softmax(x[places]) - smoothing / x.shape[1]
    inner[range(len(places)), t[places]] -= 1 - smoothing
    return torch.zeros_like(x).index_add(0, places, g * inner / len(places))


def focal_expm1(g, x, t, gamma):
    log_p = x.log_softmax(-1)
    log_pt = log_p.gather(-1, t[:, None])
    rest = -torch.expm1(log_pt)
    front = rest**gamma - gamma * rest ** (gamma - 1) * log_pt.exp() * log_pt
    return g * front * (log_p.exp() - hot(x, t)) / len(x)


def focal_from_loss(g, x, t, gamma):
    each = F.cross_entropy(x, t, reduction="none")[:, None]
    pt = (-each).exp()
    front = (1 - pt) ** gamma + gamma * (1 - pt) ** (gamma - 1) * pt * each
    return g * front * (softmax(x) - hot(x, t)) / len(x)


def fused_attention(x, q, w, t):
    queries = q.expand(len(x), 1, -1)
    pooled = F.scaled_dot_product_attention(queries, x, x, scale=1.0).squeeze(1)
    return (pooled @ w.mT).log_softmax(1).mul(-F.one_hot(t, len(w))).sum() / len(t)


RIGHT: dict[str, list[Any]] = {
    "cross-entropy-backward": [by_differences, pairwise, sparse],
    "bce-with-logits-backward": [
        lambda g, x, t: g * (torch.stack([0 * x, x]).softmax(0)[1] - t) / x.numel(),
        lambda g, x, t: g * (x.neg().exp().add(1).reciprocal() - t) / t.numel(),
    ],
    "smoothed-cross-entropy-backward": [extra_class, counted_only],
    "focal-loss-backward": [focal_expm1, focal_from_loss],
    "double-softmax": [fused_attention],
}


@pytest.mark.parametrize(
    ("id", "answer"), [(id, answer) for id, answers in RIGHT.items() for answer in answers]
)
def test_right_answer_of_rare_form_passes(id: str, answer: Any) -> None:
    result: Result = judge(find(id), answer)
    assert result, str(result)


@pytest.mark.parametrize("gamma", [0.0, 0.25, 1.0, 2.0])
def test_the_focal_solution_is_finite_where_the_probability_is_1(gamma: float) -> None:
    logits, target = torch.tensor([[200.0, 0.0, 0.0], [0.0, 1.0, 2.0]]), torch.tensor([0, 1])
    grad = solved("focal-loss-backward")(torch.tensor(1.7), logits, target, gamma)
    assert grad.isfinite().all()
    assert grad[0].abs().max() < 1e-6
