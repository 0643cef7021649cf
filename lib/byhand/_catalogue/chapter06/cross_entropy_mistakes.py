"""Wrong gradients of the mean cross-entropy with class indices."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from byhand._checker.spec import Formula, Mistake

STABLE = "Use `torch.softmax(logits, dim=-1)`, or subtract the largest logit of each row first."
MEAN = "Divide by the number of samples, `len(logits)`."
RIGHT = "The gradient is grad_output · (p − onehot) / N."
ONEHOT = "Write `F.one_hot(target, logits.shape[-1])`, which has the shape of the logits."
ROW = "Use `torch.softmax(logits, dim=-1)`: the probabilities of one sample add up to 1."
Inner = Callable[[Tensor, Tensor], Tensor]
"""What stands in the place of p − onehot, from the logits and the one-hot rows."""


def onehot(x: Tensor, t: Tensor) -> Tensor:
    """One row for each target."""
    return F.one_hot(t, x.shape[-1]).to(x)


def softmax(x: Tensor) -> Tensor:
    """Over the classes."""
    return torch.softmax(x, -1)


def softmax_backward(g: Tensor, p: Tensor) -> Tensor:
    """The gradient of softmax."""
    return p * (g - (g * p).sum(-1, keepdim=True))


def _mean(inner: Inner) -> Formula:
    """Everything right but p − onehot."""
    return lambda g, x, t: g * inner(x, onehot(x, t)) / len(x)


def _divided(divisor: Callable[[Tensor], float]) -> Formula:
    """Everything right but N."""
    return lambda g, x, t: g * (softmax(x) - onehot(x, t)) / divisor(x)


def _factor_mistakes() -> tuple[Mistake, ...]:
    ask = "How many losses of samples are averaged?"
    chain = "If the next step is `3 * loss`, what does autograd hand to your function?"
    times = "Multiply by `grad_output`. " + RIGHT
    return (
        Mistake("batch-mean-missing", _divided(lambda x: 1),
                "The batch mean is missing: the loss is the mean over the samples, so each row "
                "gets 1/N. Without it a larger batch takes larger steps.", MEAN, ask),
        Mistake("divides-by-elements", _divided(lambda x: x.numel()),
                "You divide by the number of all logits. The mean runs over the samples: each of "
                "them has one loss, however many classes there are.", MEAN, ask),
        Mistake("divides-by-classes", _divided(lambda x: x.shape[-1]),
                "You divide by the number of classes. The mean runs over the samples.", MEAN, ask),
        Mistake("mean-twice", _divided(lambda x: len(x) ** 2),
                "You divide by N twice.", MEAN, ask),
        Mistake("wrong-sign", _mean(lambda x, y: y - softmax(x)),
                "The sign is wrong: you use onehot − p. A logit whose probability is too large "
                "needs a positive gradient.", RIGHT,
                "If a wrong class gets a larger logit, does the loss grow or fall?"),
        Mistake("missing-grad-output", lambda g, x, t: (softmax(x) - onehot(x, t)) / len(x),
                "`grad_output` is not used. It is 1 only where this loss is the last step.", times,
                chain),
        Mistake("missing-grad-output", lambda g, x, t: softmax(x) - onehot(x, t),
                "`grad_output` is not used, and the batch mean is missing.", times, chain),
        Mistake("grad-output-on-one-term",
                lambda g, x, t: (g * softmax(x) - onehot(x, t)) / len(x),
                "`grad_output` multiplies p only. It multiplies the whole difference.", times,
                chain),
        Mistake("mean-on-one-term",
                lambda g, x, t: g * (softmax(x) - onehot(x, t) / len(x)),
                "Only the one-hot part is divided by N. Write parentheses around p − onehot.",
                RIGHT, ask),
        Mistake("mean-on-one-term",
                lambda g, x, t: g * (softmax(x) / len(x) - onehot(x, t)),
                "Only p is divided by N. Write parentheses around p − onehot.", RIGHT, ask),
    )  # fmt: skip


def _softmax_mistakes() -> tuple[Mistake, ...]:
    ask = "Which numbers of p add up to 1?"
    twice = "The logits go into softmax once. " + RIGHT
    what = "Which tensor does p − onehot belong to: the logits, or the probabilities?"
    return (
        Mistake("softmax-over-batch", _mean(lambda x, y: torch.softmax(x, 0) - y),
                "Softmax runs over the batch: the columns of p add up to 1. The classes of one "
                "sample compete, not the samples.", ROW, ask),
        Mistake("samples-mixed", _mean(lambda x, y: x.exp() / x.exp().sum() - y),
                "You divide by the sum of all exponentials, so the samples are mixed. Each row of "
                "p adds up to 1 by itself.", ROW, ask),
        Mistake("softmax-twice", _mean(lambda x, y: softmax(softmax(x)) - y),
                "Softmax is applied twice: p comes out almost uniform, and p − onehot never gets "
                "near 0.", twice, what),
        Mistake("softmax-twice",
                _mean(lambda x, y: softmax_backward(softmax(softmax(x)) - y, softmax(x))),
                "Softmax is applied twice: this is the gradient of the cross-entropy of "
                "probabilities. It shrinks the gradient.", twice, what),
        Mistake("softmax-backward-twice",
                _mean(lambda x, y: softmax_backward(softmax(x) - y, softmax(x))),
                "You send p − onehot through softmax's backward. It is the gradient of the logits "
                "already.", RIGHT, what),
        Mistake("stops-at-probabilities", _mean(lambda x, y: -y / softmax(x)),
                "This is the gradient of the probabilities, −1/p at the target. Softmax's "
                "backward is still missing.", RIGHT, what),
        Mistake("log-softmax-for-softmax", _mean(lambda x, y: torch.log_softmax(x, -1) - y),
                "You use log p where p is meant.", "Take `exp` of the log-softmax, or softmax.",
                ask),
        Mistake("sigmoid-for-softmax", _mean(lambda x, y: torch.sigmoid(x) - y),
                "You use a sigmoid for each class. Softmax divides by the sum over the classes.",
                ROW, ask),
        Mistake("softmax-missing", _mean(lambda x, y: x - y),
                "The logits stand where p belongs: this is nearly the gradient of a squared "
                "error.", ROW, ask),
        Mistake("not-normalised", _mean(lambda x, y: x.exp() - y),
                "The exponentials are not divided by their sum.", ROW, ask),
    )  # fmt: skip


def _target_mistakes() -> tuple[Mistake, ...]:
    ask = "What is the slope of −x[y] + log Σ e^x in x[y], and what in another logit?"
    return (
        Mistake("onehot-missing", _mean(lambda x, y: softmax(x)),
                "The target does not appear: p is the gradient of log Σ e^x alone. The term −x[y] "
                "of the loss gives −1 at the target.", RIGHT, ask),
        Mistake("log-sum-exp-missing", _mean(lambda x, y: -y),
                "Only the term −x[y] is differentiated. log Σ e^x depends on all logits; its "
                "gradient is p.", RIGHT, ask),
        Mistake("off-diagonal-missing", _mean(lambda x, y: (softmax(x) - 1) * y),
                "Only the target's logit gets a gradient. The other classes push the loss up with "
                "their p.", RIGHT, ask),
        Mistake("target-entry-missing", _mean(lambda x, y: softmax(x) * (1 - y)),
                "The target's logit gets no gradient. It gets p − 1.", RIGHT, ask),
        Mistake("all-columns-get-minus-one", lambda g, x, t: g * (softmax(x) - 1) / len(x),
                "1 is subtracted from every class. It belongs to the target's class only.", ONEHOT,
                ask),
        Mistake("target-not-one-hot",
                lambda g, x, t: g * (softmax(x) - t.unsqueeze(-1)) / len(x),
                "The class index itself is subtracted, as if it were a number to reach. It says "
                "at which place a 1 stands.", ONEHOT,
                "Is class 4 larger than class 2?"),
        Mistake("all-rows-indexed", _mean(lambda x, y: softmax(x) - y.amax(0)),
                "1 is subtracted in the columns of all targets in every row: `p[:, target]` takes "
                "whole columns.", "Use `p[torch.arange(len(target)), target]`, or `F.one_hot`.",
                "How many entries does `p[:, target]` name, and how many targets are there?"),
        Mistake("value-not-gradient", lambda g, x, t: F.cross_entropy(x, t),
                "You return the loss. The gradient has one number for each logit.", RIGHT,
                "How many logits can you move?"),
        Mistake("value-not-gradient", lambda g, x, t: g * F.cross_entropy(x, t),
                "You return the loss times `grad_output`. The gradient has one number for each "
                "logit.", RIGHT, "How many logits can you move?"),
    )  # fmt: skip


def all_mistakes() -> tuple[Mistake, ...]:
    """The whole catalogue of cross-entropy."""
    return (*_factor_mistakes(), *_softmax_mistakes(), *_target_mistakes())
