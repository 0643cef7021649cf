"""Sly, clumsy and unusual answers to chapter 5: what is wrong fails by a true name, and only that.

They are wrong at an edge only, for three dimensions only, or for one row; or right in a form of
their own.
"""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False

from __future__ import annotations

from typing import Any

import pytest
import torch
import torch.nn.functional as F

from byhand._checker.api import find, judge
from tests.unit.checker_wrong_losses import softmax
from tests.unit.checker_wrong_softmax import log_vjp, rows, vjp
from tests.unit.checker_wrong_temperature import answer, ones, right_z, three


def divided(e):
    return e / rows(e)


def last_row_doubled(result):
    changed = result.clone()
    changed[-1] *= 2
    return changed


def flat_sum(x):
    """One sum for each sample: right for two dimensions, and for three all rows are mixed."""
    return x.sum(tuple(range(1, x.ndim)), keepdim=True) if x.ndim > 1 else rows(x)


def for_temperature(last):
    """The right gradient of the logits, and a gradient of T made by `last`."""
    return lambda g, x, t: (right_z(g, x, t) / t, last(right_z(g, x, t), x, t))


WRONG: dict[str, dict[str, list[Any]]] = {
    "softmax-stable": {
        "raised": [lambda x: softmax(x.view(-1, x.shape[-1])).view(x.shape)],
        "wrong-gradient-far-away": [
            lambda x: 1 / (x.unsqueeze(-2) - x.unsqueeze(-1)).exp().sum(-1)
        ],
        "wrong-value-far-away": [
            lambda x: divided((x - x.amax(-1, True)).clamp(min=-20).exp()),
            lambda x: torch.nan_to_num(divided(x.exp())),
            lambda x: softmax(x) if x.abs().max() < 100 else (x == x.amax(-1, True)) + 0 * x,
        ],
        "shift-not-largest": [lambda x: divided((x - x[..., :1]).exp())],
        "underflow": [lambda x: divided((x - x.abs().amax(-1, True)).exp())],
        "digits-lost": [lambda x: (lambda e: e / (rows(e) + 1e-5))((x - x.amax(-1, True)).exp())],
        "not-recognised": [
            lambda x: last_row_doubled(softmax(x)),
            lambda x: softmax(x.sort(-1).values),
        ],
        "wrong-dimension": [lambda x: torch.softmax(x, 1 if x.ndim == 3 else -1)],
    },
    "softmax-backward": {
        "wrong-for-small-numbers": [lambda g, p: torch.where(p > 1e-6, vjp(g, p), 0 * p)],
        "raised": [lambda g, p: vjp(g.reshape(p.shape), p.view(-1, p.shape[-1]).view(p.shape))],
        "samples-mixed": [lambda g, p: p * (g - rows(g * p)[:1])],
        "right-in-some-cases": [lambda g, p: p * (g - flat_sum(g * p))],
        "wrong-for-one-dimension": [lambda g, p: vjp(g, p) if p.ndim > 1 else g * p],
        "wrong-for-one-number": [lambda g, p: vjp(g, p) if p.shape[-1] > 1 else g],
        "wrong-for-saturated-rows": [lambda g, p: vjp(g, p) * (p.log() - p.log() + 1)],
        "not-linear-in-grad-output": [lambda g, p: p * (g - rows(g * p).clamp(min=0))],
        "not-recognised": [lambda g, p: last_row_doubled(vjp(g, p))],
    },
    "log-softmax-backward": {
        "raised": [lambda g, out: log_vjp(g, out.view(-1, out.shape[-1]).view(out.shape))],
        "right-in-some-cases": [
            lambda g, out: g - out.exp() * flat_sum(g),
            lambda g, out: g - out.exp() * g.sum((-1, -2)[: out.ndim - 1], True),
        ],
        "digits-lost": [lambda g, out: log_vjp(g, out.clamp(min=-5))],
        "not-recognised": [
            lambda g, out: g - torch.expm1(out) * rows(g),
            lambda g, out: g - torch.exp2(out) * rows(g),
            lambda g, out: last_row_doubled(log_vjp(g, out)),
        ],
        "not-finite": [lambda g, out: g - out.log() * rows(g)],
    },
    "temperature-backward": {
        "missing-grad-output": [
            for_temperature(lambda _, x, t: -(softmax(x / t) * x).sum() / t**2)
        ],
        "mean-for-sum": [for_temperature(lambda z, x, t: -(z * x).sum(-1).mean() / t**2)],
        "one-temperature-missing": [for_temperature(lambda z, x, t: -(z * x).sum() / t)],
        "wrong-for-another-temperature": [
            answer(lambda g, x, t: right_z(g, x, t.clamp(0.5, 4))),
        ],
        "not-recognised": [
            for_temperature(lambda z, x, t: -(z * x)[0].sum() / t**2),
            for_temperature(lambda z, x, t: -(z * x.abs()).sum() / t**2),
            lambda g, x, t: answer(right_z)(g, x, t.round()),
        ],
        "wrong-count": [lambda g, x, t: dict(zip("xT", answer(right_z)(g, x, t), strict=True))],
    },
    "softmax-null-space": {
        "wrong-for-one-dimension": [three(v=lambda x: ones(x) if x.ndim > 1 else x)],
        "not-recognised": [
            three(h=lambda x: softmax(x)[:1].expand_as(x) if x.ndim > 1 else softmax(x)),
            three(h=lambda x: softmax(x).round(decimals=3)),
            three(h=lambda x: softmax(x).sqrt()),
            three(v=lambda x: torch.arange(1, x.shape[-1] + 1).to(x).expand_as(x)),
        ],
        "probabilities-for-softmax": [lambda x: (softmax(x), ones(x), ones(x))],
        "raised": [three(h=lambda x: softmax(x.view(-1, x.shape[-1])).view(x.shape))],
        "not-a-tensor": [lambda x: ("ones", "ones", "p")],  # noqa: ARG005
    },
}


def by_recursion(x):
    if x.ndim > 1:
        return torch.stack([by_recursion(row) for row in x])
    e = (x - max(x)).exp()
    return e / sum(e)


def in_one_pass(x):
    """The largest score and the sum, one column after the other."""
    largest = torch.full_like(x[..., 0], -torch.inf)
    total = torch.zeros_like(largest)
    for column in x.unbind(-1):
        new = torch.maximum(largest, column)
        total = total * (largest - new).exp() + (column - new).exp()
        largest = new
    return (x - largest.unsqueeze(-1)).exp() / total.unsqueeze(-1)


def by_classes(g, p):
    n = range(p.shape[-1])
    return torch.stack(
        [sum(p[..., j] * p[..., i] * (g[..., j] - g[..., i]) for i in n) for j in n], -1
    )


RIGHT: dict[str, list[Any]] = {
    "softmax-stable": [
        by_recursion,
        in_one_pass,
        lambda x: (x - torch.logcumsumexp(x, -1)[..., -1:]).exp(),
        lambda x: divided(torch.exp2((x - x.amax(-1, True)) * 1.4426950408889634)),
        lambda x: F.normalize((x - x.amax(-1, True)).exp(), p=1, dim=-1),
        lambda x: F.softmin(-x, -1),
        lambda x: divided((x - x.amax(-1, True) - 10).exp()),
    ],
    "softmax-backward": [
        by_classes,
        lambda g, p: p * (g - rows(g * p) / rows(p)),
        lambda g, p: torch.addcmul(g * p, p, rows(g * p), value=-1),
        lambda g, p: vjp(g - g.mean(-1, keepdim=True), p),
        lambda g, p: torch.ops.aten._softmax_backward_data(g, p, -1, p.dtype),
        lambda g, p: p * (g - (g.unsqueeze(-2) @ p.unsqueeze(-1)).squeeze(-1)),
    ],
    "log-softmax-backward": [
        lambda g, out: g - torch.e**out * rows(g),
        lambda g, out: g - out.exp() / rows(out.exp()) * rows(g),
        lambda g, out: g - torch.einsum("...j,...i->...j", out.exp(), g),
        lambda g, out: g - (torch.expm1(out) + 1) * rows(g),
        lambda g, out: torch.ops.aten._log_softmax_backward_data(g, out, -1, out.dtype),
        lambda g, out: torch.lerp(g, g - rows(g) * out.exp(), 1.0),
    ],
    "temperature-backward": [
        for_temperature(lambda z, x, t: -(z * (x - x.amax(-1, True))).sum() / t**2),
        lambda g, x, t: (
            right_z(g, x, t) / t,
            -(g * vjp(x, softmax(x / t))).sum() / t**2,
        ),
        for_temperature(lambda z, x, t: -(z / t * x).sum() / t),
        for_temperature(lambda z, x, t: -torch.dot(z.flatten(), x.flatten()) / t.square()),
        for_temperature(lambda z, x, t: torch.einsum("...,...->", z / t, -x / t)),
        for_temperature(lambda z, x, t: (-(z * x).sum(-1) / t.item() ** 2).sum()),
    ],
    "softmax-null-space": [
        lambda x: (torch.full_like(x, -3e-4), torch.full_like(x, 1e5), -7 * softmax(x)),
        three(v=lambda x: ones(x) * (1 + x[..., :1].abs())),
        three(h=lambda x: (x - x.amax(-1, True)).exp()),
        three(h=lambda x: x.flatten().softmax(0).reshape(x.shape)),
        three(g=lambda x: rows(softmax(x)).expand_as(x)),
        lambda x: [x.new_ones(x.shape)] * 2 + [softmax(x)],
    ],
}


@pytest.mark.parametrize(
    ("id", "code", "answer"),
    [
        pytest.param(id, code, one, id=f"{id}-{code}-{k}")
        for id, codes in WRONG.items()
        for code, answers in codes.items()
        for k, one in enumerate(answers)
    ],
)
def test_sly_answer_fails_by_a_true_name(id: str, code: str, answer: Any) -> None:
    result = judge(find(id), answer)
    assert not result
    assert result.mistake == code, str(result)


@pytest.mark.parametrize(
    ("id", "answer"),
    [
        pytest.param(id, one, id=f"{id}-{k}")
        for id, all in RIGHT.items()
        for k, one in enumerate(all)
    ],
)
def test_unusual_form_passes(id: str, answer: Any) -> None:
    result = judge(find(id), answer)
    assert result, str(result)


def test_a_hidden_overflow_is_not_blamed_on_where() -> None:
    """1/∞ is 0, so the value is right: no `torch.where` needs to be there."""
    message = judge(find("softmax-stable"), WRONG["softmax-stable"]["wrong-gradient-far-away"][0])
    assert "1/∞" in message.message
