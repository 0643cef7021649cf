"""Wrong gradients of the mean binary cross-entropy with logits."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from byhand._checker.spec import Formula, Mistake

STABLE = "Use `torch.sigmoid(logits)`: it is finite for all logits."
RIGHT = "The gradient is grad_output · (σ(logits) − target) / n."
MEAN = "Divide by the number of elements, `logits.numel()`."
Inner = Callable[[Tensor, Tensor], Tensor]
"""What stands in the place of σ − target, from the logits and the target."""


def _mean(inner: Inner) -> Formula:
    """Everything right but σ − target."""
    return lambda g, x, t: g * inner(x, t) / x.numel()


def _slope(x: Tensor) -> Tensor:
    """Slope of the sigmoid."""
    return torch.sigmoid(x) * (1 - torch.sigmoid(x))


def _factor_mistakes() -> tuple[Mistake, ...]:
    ask = "How many losses are averaged?"
    chain = "If the next step is `3 * loss`, what does autograd hand to your function?"
    times = "Multiply by `grad_output`. " + RIGHT

    def right(x: Tensor, t: Tensor) -> Tensor:
        return torch.sigmoid(x) - t

    return (
        Mistake("missing-mean", lambda g, x, t: g * right(x, t),
                "The factor 1/n of the mean is missing.", MEAN, ask),
        Mistake("divides-by-batch", lambda g, x, t: g * right(x, t) / len(x),
                "You divide by the number of samples. Here every element has a loss of its own, "
                "and the mean runs over all of them.", MEAN, ask),
        Mistake("divides-by-last", lambda g, x, t: g * right(x, t) / x.shape[-1],
                "You divide by the last size. The mean runs over all elements.", MEAN, ask),
        Mistake("mean-twice", lambda g, x, t: g * right(x, t) / x.numel() ** 2,
                "You divide by n twice.", MEAN, ask),
        Mistake("wrong-sign", lambda g, x, t: -g * right(x, t) / x.numel(),
                "The sign is wrong: you use target − σ. A logit that is too large needs a "
                "positive gradient.", RIGHT,
                "If the target is 0 and the logit grows, does the loss grow or fall?"),
        Mistake("missing-grad-output", lambda g, x, t: right(x, t) / x.numel(),
                "`grad_output` is not used. It is 1 only where this loss is the last step.", times,
                chain),
        Mistake("missing-grad-output", lambda g, x, t: right(x, t),
                "`grad_output` is not used, and the factor 1/n is missing.", times, chain),
        Mistake("grad-output-on-one-term",
                lambda g, x, t: (g * torch.sigmoid(x) - t) / x.numel(),
                "`grad_output` multiplies σ only. It multiplies the whole difference.", times,
                chain),
        Mistake("mean-on-one-term", lambda g, x, t: g * (torch.sigmoid(x) - t / x.numel()),
                "Only the target is divided by n. Write parentheses around σ − target.", RIGHT,
                ask),
        Mistake("mean-on-one-term", lambda g, x, t: g * (torch.sigmoid(x) / x.numel() - t),
                "Only σ is divided by n. Write parentheses around σ − target.", RIGHT, ask),
    )  # fmt: skip


def _sigmoid_mistakes() -> tuple[Mistake, ...]:
    ask = "The loss takes logits. Where does the sigmoid stand, and how often?"
    cancel = "−t/σ + (1 − t)/(1 − σ), times the sigmoid's slope σ(1 − σ), is σ − t."
    sigmoid = torch.sigmoid
    return (
        Mistake("sigmoid-missing", _mean(lambda x, t: x - t),
                "The sigmoid is missing: the logit itself is compared with the target.", RIGHT,
                ask),
        Mistake("sigmoid-slope-kept", _mean(lambda x, t: (sigmoid(x) - t) * _slope(x)),
                "The sigmoid's slope σ(1 − σ) is still there, as for a squared error. In "
                "cross-entropy it cancels; with it, confident mistakes would hardly learn.",
                cancel, "What is (−t/σ + (1 − t)/(1 − σ)) · σ(1 − σ)?"),
        Mistake("sigmoid-slope-kept", _mean(lambda x, t: 2 * (sigmoid(x) - t) * _slope(x)),
                "This is the gradient of the squared error of σ and the target.", cancel,
                "Which loss has the slope 2(σ − t) in σ?"),
        Mistake("stops-at-probabilities",
                _mean(lambda x, t: (sigmoid(x) - t) / _slope(x)),
                "This is the gradient of σ, not of the logits: the sigmoid's slope σ(1 − σ) is "
                "missing.", cancel, "Which tensor does your gradient belong to: σ, or the logits?"),
        Mistake("sigmoid-twice", _mean(lambda x, t: sigmoid(sigmoid(x)) - t),
                "The sigmoid is applied twice: σ(σ(x)) lies between 0.5 and 0.73.", RIGHT, ask),
        Mistake("sigmoid-twice", _mean(lambda x, t: (sigmoid(sigmoid(x)) - t) * _slope(x)),
                "The sigmoid is applied twice: this is the gradient of a loss with logits that "
                "got probabilities.", RIGHT, ask),
        Mistake("softmax-for-sigmoid", _mean(lambda x, t: torch.softmax(x, -1) - t),
                "You use softmax. Here each element is a question of its own, with two answers.",
                RIGHT, "Must the probabilities of a row add up to 1 here?"),
        Mistake("tanh-for-sigmoid", _mean(lambda x, t: torch.tanh(x) - t),
                "You use tanh. Its values lie between −1 and 1; a probability lies between 0 and "
                "1.", RIGHT, "Which function maps all numbers to 0 … 1?"),
        Mistake("log-sigmoid-for-sigmoid", _mean(lambda x, t: F.logsigmoid(x) - t),
                "You use log σ where σ is meant.", RIGHT, "May a probability be negative?"),
        Mistake("sign-in-sigmoid", _mean(lambda x, t: sigmoid(-x) - t),
                "The sigmoid has the wrong sign inside: this is 1 − σ.", RIGHT,
                "Is σ(x) large for large x, or for small x?"),
        Mistake("not-a-sigmoid", _mean(lambda x, t: x.exp() - t),
                "e^x is not divided by 1 + e^x.", STABLE, "What is σ(x) written with e^x?"),
    )  # fmt: skip


def _target_mistakes() -> tuple[Mistake, ...]:
    ask = "The loss has two terms, −t log σ and −(1 − t) log(1 − σ). Do you have both?"
    return (
        Mistake("target-forgotten", _mean(lambda x, t: torch.sigmoid(x)),
                "The target does not appear: this is right for a target of 0 only.", RIGHT, ask),
        Mistake("negative-term-missing", _mean(lambda x, t: -t * (1 - torch.sigmoid(x))),
                "Only the term −t log σ is differentiated. −(1 − t) log(1 − σ) is missing, so "
                "elements with target 0 get no gradient.", RIGHT, ask),
        Mistake("positive-term-missing", _mean(lambda x, t: (1 - t) * torch.sigmoid(x)),
                "Only the term −(1 − t) log(1 − σ) is differentiated. −t log σ is missing, so "
                "elements with target 1 get no gradient.", RIGHT, ask),
        Mistake("sign-of-one-term",
                _mean(lambda x, t: -t * (1 - torch.sigmoid(x)) - (1 - t) * torch.sigmoid(x)),
                "The term of target 0 has the wrong sign: the slope of −log(1 − σ) is +σ.", RIGHT,
                ask),
        Mistake("target-added", _mean(lambda x, t: torch.sigmoid(x) + t),
                "The target is added. It is subtracted.", RIGHT, ask),
        Mistake("value-not-gradient", lambda g, x, t: F.binary_cross_entropy_with_logits(x, t),
                "You return the loss. The gradient has one number for each logit.", RIGHT,
                "How many logits can you move?"),
        Mistake("value-not-gradient",
                lambda g, x, t: g * F.binary_cross_entropy_with_logits(x, t),
                "You return the loss times `grad_output`. The gradient has one number for each "
                "logit.", RIGHT, "How many logits can you move?"),
    )  # fmt: skip


def all_mistakes() -> tuple[Mistake, ...]:
    """The whole catalogue of the binary cross-entropy."""
    return (*_factor_mistakes(), *_sigmoid_mistakes(), *_target_mistakes())
