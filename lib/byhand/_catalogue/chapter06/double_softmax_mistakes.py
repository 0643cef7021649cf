"""What is left, or broken anew, in a classifier with a softmax too many."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from byhand._checker.reference import gradients
from byhand._checker.spec import Formula, Mistake

STEP = "Give the scores, `pooled @ weight.T`, to `torch.log_softmax` or to `F.cross_entropy`."
KEEP = "Keep the softmax of the attention weights: `torch.softmax(x @ query, dim=-1)`."
Weights = Callable[[Tensor], Tensor]
"""Attention weights from x · query."""
Loss = Callable[[Tensor, Tensor], Tensor]
"""The loss from the scores and the targets."""


def _attention(logits: Tensor) -> Tensor:
    return torch.softmax(logits, -1)


def _model(loss: Loss, weights: Weights = _attention) -> Formula:
    def formula(x: Tensor, query: Tensor, weight: Tensor, target: Tensor) -> Tensor:
        pooled = (weights(x @ query).unsqueeze(-1) * x).sum(1)
        return loss(pooled @ weight.T, target)

    return formula


def _once(s: Tensor, t: Tensor) -> Tensor:
    return F.cross_entropy(s, t)


def _twice(s: Tensor, t: Tensor) -> Tensor:
    return F.cross_entropy(torch.softmax(s, -1), t)


def _value(code: str, formula: Formula, message: str, next_step: str, hint: str) -> Mistake:
    return Mistake(code, formula, message, next_step, hint, "value")


def _remaining() -> tuple[Mistake, ...]:
    ask = "What does `log_softmax` expect: scores, or probabilities?"
    which = "Which of the three softmaxes makes weights of the parts?"
    return (
        _value("softmax-twice", _model(_twice),
               "Softmax is still applied twice: `log_softmax` gets probabilities. It sees numbers "
               "between 0 and 1, so the loss can never get near 0, and nothing raises.", STEP, ask),
        _value("softmax-twice",
               _model(lambda s, t: _once(torch.softmax(torch.softmax(s, -1), -1), t)),
               "Softmax is applied three times to the scores.", STEP, ask),
        _value("attention-softmax-removed", _model(_once, lambda a: a),
               "The loss is right, but the attention weights have lost their softmax. It was in "
               "its place: weights are positive and add up to 1.", KEEP, which),
        _value("attention-softmax-removed", _model(_twice, lambda a: a),
               "You removed the softmax of the attention weights, which was in its place. The one "
               "too many is still there: `log_softmax` gets probabilities.", f"{KEEP} {STEP}",
               which),
        _value("log-softmax-missing", _model(lambda s, t: F.nll_loss(s, t)),
               "Both softmaxes of the scores are gone: `nll_loss` gets scores, and needs "
               "log-probabilities. This loss has no lower limit.", STEP,
               "What does `nll_loss` expect?"),
        _value("log-missing", _model(lambda s, t: F.nll_loss(torch.softmax(s, -1), t)),
               "`nll_loss` gets probabilities, and needs their logarithms. It takes no logarithm "
               "itself.", STEP, "What does `nll_loss` expect?"),
        _value("softmax-on-features",
               lambda x, q, w, t: F.cross_entropy(
                   torch.softmax((_attention(x @ q).unsqueeze(-1) * x).sum(1), -1) @ w.T, t),
               "Now the softmax stands on the features before `weight`. Features may be any "
               "numbers; leave it out.", STEP, ask),
        _value("squashed-scores", _model(lambda s, t: _once(torch.sigmoid(s), t)),
               "A sigmoid stands where the softmax stood. `log_softmax` needs the scores "
               "themselves.", STEP, ask),
        _value("squashed-scores", _model(lambda s, t: _once(torch.tanh(s), t)),
               "A tanh stands where the softmax stood. `log_softmax` needs the scores "
               "themselves.", STEP, ask),
    )  # fmt: skip


def _reduction() -> tuple[Mistake, ...]:
    mean = (
        "`F.nll_loss` and `F.cross_entropy` take the mean over the samples unless told otherwise."
    )
    ask = "Which shape has a loss, and what does one sample weigh in it?"
    return (
        _value("batch-mean-missing", _model(lambda s, t: F.cross_entropy(s, t, reduction="sum")),
               "The losses of the samples are added. `broken_loss` takes their mean.", mean, ask),
        _value("not-reduced", _model(lambda s, t: F.cross_entropy(s, t, reduction="none")),
               "You return one loss for each sample. `broken_loss` takes their mean.", mean, ask),
        _value("divides-by-elements",
               _model(lambda s, t: F.cross_entropy(s, t, reduction="sum") / s.numel()),
               "You divide by samples times classes. Each sample has one loss.", mean, ask),
        _value("wrong-sign", _model(lambda s, t: -_once(s, t)),
               "The sign is wrong: the loss is minus the log-probability of the target.",
               "Write a minus, or use `F.nll_loss`, which has it.",
               "Is a log-probability positive or negative?"),
        _value("likelihood", _model(lambda s, t: (-F.cross_entropy(s, t, reduction="none")
                                                  ).exp().mean()),
               "This is the mean probability of the targets. The loss is the mean of −log p.",
               STEP, "Does this number grow or fall while the model learns?"),
    )  # fmt: skip


def _dimensions() -> tuple[Mistake, ...]:
    ask = "Which numbers must add up to 1?"
    return (
        _value("softmax-over-batch",
               _model(lambda s, t: F.nll_loss(torch.log_softmax(s, 0), t)),
               "The softmax of the scores runs over the samples. The classes of one sample "
               "compete.", "Use `dim=-1`.", ask),
        _value("softmax-over-batch",
               _model(lambda s, t: _once(s, t), lambda a: torch.softmax(a, 0)),
               "The softmax of the attention weights runs over the samples. The parts of one "
               "sample compete.", "Use `dim=-1`.", ask),
        _value("log-attention", _model(_once, lambda a: torch.log_softmax(a, -1)),
               "The attention weights are logarithms now. They must be positive and add up to 1.",
               KEEP, ask),
        _value("sigmoid-attention", _model(_once, torch.sigmoid),
               "The attention weights come from a sigmoid. They no longer add up to 1.", KEEP, ask),
        _value("equal-attention", _model(_once, lambda a: torch.full_like(a, 1 / a.shape[-1])),
               "All parts have the same weight. The query decides about the weights.", KEEP, ask),
    )  # fmt: skip


def _cuts() -> tuple[Mistake, ...]:
    ask = "Which of the results on the way depend on `query`?"
    keep = "Leave out `.detach()`, `.data` and `no_grad`."

    def detached(x: Tensor, query: Tensor, weight: Tensor, target: Tensor) -> Tensor:
        weights = _attention(x @ query).detach()
        pooled = (weights.unsqueeze(-1) * x).sum(1)
        return _once(pooled @ weight.T, target) + 0 * query.sum()

    return (
        Mistake("attention-cut", gradients(detached, wrt=(0, 1, 2, 3)),
                "The loss is right. Its gradient lacks the path through the attention weights, "
                "which are a constant for autograd.", keep, ask),
    )  # fmt: skip


def all_mistakes() -> tuple[Mistake, ...]:
    """The whole catalogue of the softmax too many."""
    return (*_remaining(), *_reduction(), *_dimensions(), *_cuts())
