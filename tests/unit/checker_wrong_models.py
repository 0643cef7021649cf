"""Wrong answers to bce-with-logits-backward and double-softmax, by the name they get."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# ruff: noqa: ARG005  (an answer takes all arguments of its exercise, used or not)

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F

from byhand._checker.api import find
from tests.unit.checker_build import run_cell


def bce(g, x, t):
    return g * (x.sigmoid() - t) / x.numel()


def mean(inner):
    return lambda g, x, t: g * inner(x, t) / x.numel()


def by_quotient(x, t):
    s = x.sigmoid()
    return (-t / s + (1 - t) / (1 - s)) * s * (1 - s)


def hard(x, t):
    return torch.where(t > 0.5, x.sigmoid() - 1, x.sigmoid())


BINARY: dict[str, list[Any]] = {
    "missing-mean": [lambda g, x, t: g * (x.sigmoid() - t)],
    "divides-by-batch": [lambda g, x, t: g * (x.sigmoid() - t) / len(x)],
    "divides-by-last": [lambda g, x, t: g * (x.sigmoid() - t) / x.shape[-1]],
    "wrong-sign": [lambda g, x, t: -bce(g, x, t), mean(lambda x, t: t - x.sigmoid())],
    "missing-grad-output": [
        lambda g, x, t: bce(1, x, t),
        lambda g, x, t: x.sigmoid() - t,
        lambda g, x, t: bce(1.7, x, t),
    ],
    "grad-output-on-one-term": [lambda g, x, t: (g * x.sigmoid() - t) / x.numel()],
    "mean-on-one-term": [lambda g, x, t: g * (x.sigmoid() - t / x.numel())],
    "sigmoid-missing": [mean(lambda x, t: x - t)],
    "sigmoid-slope-kept": [
        mean(lambda x, t: (x.sigmoid() - t) * x.sigmoid() * (1 - x.sigmoid())),
        mean(lambda x, t: 2 * (x.sigmoid() - t) * x.sigmoid() * (1 - x.sigmoid())),
    ],
    "stops-at-probabilities": [mean(lambda x, t: -t / x.sigmoid() + (1 - t) / (1 - x.sigmoid()))],
    "sigmoid-twice": [mean(lambda x, t: x.sigmoid().sigmoid() - t)],
    "softmax-for-sigmoid": [mean(lambda x, t: x.softmax(-1) - t)],
    "tanh-for-sigmoid": [mean(lambda x, t: x.tanh() - t)],
    "log-sigmoid-for-sigmoid": [mean(lambda x, t: F.logsigmoid(x) - t)],
    "sign-in-sigmoid": [mean(lambda x, t: 1 / (1 + x.exp()) - t)],
    "not-a-sigmoid": [mean(lambda x, t: x.exp() - t)],
    "target-forgotten": [mean(lambda x, t: x.sigmoid())],
    "negative-term-missing": [mean(lambda x, t: -t * (1 - x.sigmoid()))],
    "positive-term-missing": [mean(lambda x, t: (1 - t) * x.sigmoid())],
    "sign-of-one-term": [mean(lambda x, t: -t * (1 - x.sigmoid()) - (1 - t) * x.sigmoid())],
    "target-added": [mean(lambda x, t: x.sigmoid() + t)],
    "value-not-gradient": [
        lambda g, x, t: F.binary_cross_entropy(x.sigmoid(), t),
        lambda g, x, t: g * F.binary_cross_entropy_with_logits(x, t),
    ],
    "overflow": [
        mean(by_quotient),
        mean(lambda x, t: x.exp() / (1 + x.exp()) - t),
        mean(lambda x, t: (x.exp() * (1 - t) - t) / (1 + x.exp())),
    ],
    "wrong-for-hard-targets": [
        mean(lambda x, t: x.sigmoid() - t.clamp(0.01, 0.99)),
        mean(lambda x, t: torch.where(t == 0, x.sigmoid().square(), x.sigmoid() - t)),
    ],
    "constant-factor": [lambda g, x, t: bce(g, x, t) / 2, lambda g, x, t: 3 * bce(g, x, t)],
    "not-recognised": [mean(hard), mean(lambda x, t: (x > 0).to(x) - t)],
    "clipped": [lambda g, x, t: bce(g, x, t).clamp(-0.02, 0.02)],
    "wrong-for-small-numbers": [
        lambda g, x, t: bce(g, x, t) * (x.abs() > 1e-2),
    ],
    "wrong-for-large-numbers": [lambda g, x, t: bce(g, x, t).clamp(-3, 3)],
    "wrong-dtype": [lambda g, x, t: bce(g, x, t).float()],
    "summed": [lambda g, x, t: bce(g, x, t).sum(0)],
}


def broken(x, query, weight, target):
    return run_cell(find("double-softmax"), broken_text())(x, query, weight, target)


def broken_text():
    stub = find("double-softmax").stub
    return stub.replace(
        "    raise NotImplementedError", "    return broken_loss(x, query, weight, target)"
    )


def repaired(*edits):
    """The broken cell after the reader's edits: pairs of what was there and what is now."""
    text = find("double-softmax").stub
    body = text.split("    attention", 1)[1].split("\n\n\ndef repaired_loss")[0]
    for old, new in edits:
        assert old in body, old
        body = body.replace(old, new)
    cell = text.replace("    raise NotImplementedError", "    attention" + body)
    return lambda *args: run_cell(find("double-softmax"), cell)(*args)


OUTPUT = "torch.softmax(pooled @ weight.T, dim=-1)"
LOG = "torch.log_softmax(output, dim=-1)"
ATTENTION = "torch.softmax(x @ query, dim=-1)"
FIX = (OUTPUT, "pooled @ weight.T")

DOUBLE: dict[str, list[Any]] = {
    "softmax-twice": [
        broken,
        repaired(),
        repaired((LOG, "torch.log(torch.softmax(output, dim=-1))")),
        repaired(("F.nll_loss(log_p", "F.cross_entropy(output")),
        repaired(("F.nll_loss(log_p", "F.cross_entropy(log_p")),
        repaired((OUTPUT, "torch.softmax(torch.log_softmax(pooled @ weight.T, -1), -1)")),
    ],
    "attention-softmax-removed": [
        repaired((ATTENTION, "x @ query")),
        repaired((ATTENTION, "x @ query"), FIX),
    ],
    "log-missing": [repaired((LOG, "output"))],
    "log-softmax-missing": [repaired(FIX, (LOG, "output"))],
    "squashed-scores": [
        repaired((OUTPUT, "torch.sigmoid(pooled @ weight.T)")),
        repaired((OUTPUT, "torch.tanh(pooled @ weight.T)")),
    ],
    "softmax-on-features": [repaired((OUTPUT, "torch.softmax(pooled, dim=-1) @ weight.T"))],
    "softmax-over-batch": [
        repaired(FIX, (LOG, "torch.log_softmax(output, dim=0)")),
        repaired(FIX, (ATTENTION, "torch.softmax(x @ query, dim=0)")),
    ],
    "batch-mean-missing": [repaired(FIX, ("target)", 'target, reduction="sum")'))],
    "not-reduced": [repaired(FIX, ("target)", 'target, reduction="none")'))],
    "wrong-sign": [repaired(FIX, ("return F", "return -F"))],
    "likelihood": [
        repaired(FIX, ("F.nll_loss(log_p, target)", "log_p.exp()[range(len(x)), target].mean()"))
    ],
    "log-attention": [repaired(FIX, (ATTENTION, "torch.log_softmax(x @ query, dim=-1)"))],
    "sigmoid-attention": [repaired(FIX, (ATTENTION, "torch.sigmoid(x @ query)"))],
    "equal-attention": [repaired(FIX, (ATTENTION, "torch.ones_like(x[..., 0]) / x.shape[1]"))],
    "attention-cut": [
        repaired(FIX, (ATTENTION, f"{ATTENTION}.detach()")),
        repaired(FIX, ("x @ query", "x @ query.data")),
    ],
    "overflow": [
        repaired((LOG, "output.log()")),
        repaired(FIX, (LOG, "(output.exp() / output.exp().sum(-1, keepdim=True)).log()")),
    ],
    "wrong-far-away": [repaired((LOG, "torch.log(output + 1e-30)"))],
    "cut-graph": [repaired(FIX, ("F.nll_loss(log_p", "F.nll_loss(log_p.detach()"))],
    "raised": [repaired(FIX, (".unsqueeze(-1)", ""))],
}
