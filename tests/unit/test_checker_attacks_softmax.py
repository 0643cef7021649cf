"""Sly answers to chapters 5 and 6: none passes, and none gets a name that is not true of it."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# ruff: noqa: ARG005  (an answer takes all arguments of its exercise, used or not)

from __future__ import annotations

from typing import Any

import pytest
import torch
import torch.nn.functional as F

from byhand._checker.api import find, judge
from tests.unit.checker_attack import attacks, gets_a_true_name
from tests.unit.checker_right_06 import attention_loss
from tests.unit.checker_wrong_losses import ce, focal, hot, smoothed, softmax
from tests.unit.checker_wrong_models import bce
from tests.unit.checker_wrong_softmax import rows, vjp
from tests.unit.checker_wrong_temperature import ones, right_z, three

Named = dict[str, list[Any]]


class OneResult:
    """The first result for each shape, for ever."""

    def __init__(self):
        self.kept = {}

    def __call__(self, g, p):
        return self.kept.setdefault(p.shape, vjp(g, p))


def temperature(g, x, t, last=lambda number: number):
    z = right_z(g, x, t)
    return z / t, last(-(z * x).sum() / t**2)


STABLE: Named = {
    "digits-lost": [lambda x: softmax(x).round(decimals=5), lambda x: softmax(1.0001 * x)],
    "constant-factor": [lambda x: 0.999999 * softmax(x)],
    "wrong-in-four-dimensions": [lambda x: softmax(x) * (1 if x.ndim < 4 else 2)],
    "wrong-dimension": [lambda x: torch.softmax(x, -2), lambda x: torch.softmax(x, x.ndim - 2)],
    "right-in-some-cases": [
        lambda x: torch.softmax(x.flatten(1), -1).reshape(x.shape),
    ],
    "all-zero": [lambda x: softmax(x).detach() + 0 * x],
    "not-recognised": [lambda x: softmax(x) ** 2 / rows(softmax(x) ** 2)],
}
SOFTMAX: Named = {
    "not-linear-in-grad-output": [OneResult(), lambda g, p: vjp(g, p).abs()],
    "digits-lost": [lambda g, p: vjp(g, p) + 1e-4],
    "all-zero": [lambda g, p: g * (torch.eye(p.shape[-1]) - p.unsqueeze(-2)).sum(-1)],
    "samples-mixed": [lambda g, p: p * (g - rows(g * p).mean(0, keepdim=True))],
    "not-recognised": [lambda g, p: vjp(g, p) * p, lambda g, p: vjp(g, 1 - p)],
    "wrong-in-four-dimensions": [lambda g, p: vjp(g, p) * (p.ndim < 4)],
}
LOG_SOFTMAX: Named = {
    "digits-lost": [lambda g, o: g - o.exp().round(decimals=4) * rows(g)],
    "not-linear-in-grad-output": [lambda g, o: g - o.exp() * rows(g.abs())],
    "not-recognised": [lambda g, o: rows(g) - o.exp() * g, lambda g, o: g / o - rows(g)],
}
TEMPERATURE: Named = {
    "temperature-gradient-zero": [
        lambda g, x, t: (temperature(g, x, t)[0], temperature(g, x, t)[0].sum()),
    ],
    "not-linear-in-grad-output": [lambda g, x, t: temperature(g, x, t, torch.abs)],
    "temperature-not-in-softmax": [lambda g, x, t: temperature(g, x, 1 / t)],
    "not-a-tensor": [lambda g, x, t: temperature(g, x, t, float)],
}
NULL_SPACE: Named = {
    "not-repeatable": [three(v=torch.randn_like)],
    "wrong-in-float32": [three(v=lambda x: 1e-320 * ones(x))],
    "not-recognised": [three(v=lambda x: 1 + 1e-3 * x), three(h=lambda x: softmax(2 * x))],
    "wrong-count": [lambda x: torch.stack([ones(x), ones(x), softmax(x)]), lambda x: {"v": 1}],
    "not-finite": [three(v=lambda x: ones(x) / 0)],
}
CROSS_ENTROPY: Named = {
    "constant-factor": [
        lambda g, x, t: ce(g, x, t) * (1 + 1e-5),
        lambda g, x, t: g * (softmax(x) - hot(x, t)) / t.unique().numel(),
    ],
    "not-linear-in-grad-output": [lambda g, x, t: ce(g, x, t).abs()],
    "wrong-far-away": [lambda g, x, t: ce(g, x.clamp(-20, 20), t)],
    "wrong-for-one-class": [lambda g, x, t: g * (softmax(x) * (1 - 1e-8) - hot(x, t)) / len(x)],
    "not-recognised": [
        lambda g, x, t: ce(g, x, t.flip(0)),
        lambda g, x, t: g * (softmax(x) - hot(x, t)).square() / len(x),
    ],
}
BINARY: Named = {
    "wrong-far-away": [lambda g, x, t: bce(g, x.clamp(-10, 10), t)],
    "not-recognised": [lambda g, x, t: bce(g, t, x), lambda g, x, t: bce(g, x, t.round())],
}
SMOOTHED: Named = {
    "not-recognised": [
        lambda g, x, t, s, i: smoothed(g, x, t, 0.1, i),
        lambda g, x, t, s, i: smoothed(g, x, t.clamp(min=0), s, i),
    ],
    "ignored-rows-counted": [
        lambda g, x, t, s, i: smoothed(g, x, t, s, i) * (t != i).sum() / len(t)
    ],
}
FOCAL: Named = {
    "constant-factor": [lambda g, x, t, gamma: 0.25 * focal()(g, x, t, gamma)],
    "wrong-far-away": [lambda g, x, t, gamma: focal()(g, x.clamp(-30, 30), t, gamma)],
    "not-recognised": [
        lambda g, x, t, gamma: focal()(g, x, t, int(gamma)),
        lambda g, x, t, gamma: focal()(g, x, t, max(gamma, 1.0)),
    ],
}
DOUBLE: Named = {
    "constant-factor": [lambda x, q, w, t: 1.0001 * attention_loss(x, q, w, t)],
    "all-zero": [
        lambda x, q, w, t: attention_loss(x, q, w.detach(), t),
        lambda x, q, w, t: attention_loss(x.detach(), q, w, t),
    ],
    "wrong-far-away": [
        lambda x, q, w, t: attention_loss(
            x, q, w, t, lambda s, y: F.cross_entropy(s.clamp(-100, 100), y)
        )
    ],
    "not-a-tensor": [lambda x, q, w, t: attention_loss(x, q, w, t).item()],
    "not-recognised": [
        lambda x, q, w, t: attention_loss(x, q, w, t, lambda s, y: F.cross_entropy(s / 2, y)),
        lambda x, q, w, t: attention_loss(x, q, w, t, F.multi_margin_loss),
    ],
}
ATTACKS: dict[str, Named] = {
    "softmax-stable": STABLE,
    "softmax-backward": SOFTMAX,
    "log-softmax-backward": LOG_SOFTMAX,
    "temperature-backward": TEMPERATURE,
    "softmax-null-space": NULL_SPACE,
    "cross-entropy-backward": CROSS_ENTROPY,
    "bce-with-logits-backward": BINARY,
    "smoothed-cross-entropy-backward": SMOOTHED,
    "focal-loss-backward": FOCAL,
    "double-softmax": DOUBLE,
}
CASES = attacks(ATTACKS)


@pytest.mark.parametrize(("id", "code", "answer"), CASES)
def test_attack_fails_and_is_named(id: str, code: str, answer: Any) -> None:
    gets_a_true_name(id, code, answer)


def test_a_setting_is_not_blamed_on_a_shape() -> None:
    """No shape of the random inputs has a gamma or a smoothing of its own."""
    for id in ("focal-loss-backward", "smoothed-cross-entropy-backward"):
        for answer in ATTACKS[id]["not-recognised"]:
            assert "shape" not in judge(find(id), answer).message
