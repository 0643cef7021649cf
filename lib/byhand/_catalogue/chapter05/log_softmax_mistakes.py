"""Wrong gradients of log-softmax, from `grad_output` and its output."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

import torch

from byhand._catalogue.chapter05.softmax_mistakes import row, vjp
from byhand._checker.spec import Mistake

RIGHT = "The gradient is g − p · total, with p = e^output and total = Σ g over the row."
TOTAL = "Write `total = grad_output.sum(dim=-1, keepdim=True)`."


def _term_mistakes() -> tuple[Mistake, ...]:
    ask = "output[i] = x[i] − log Σ e^x. On which two ways does x[j] reach output[i]?"
    return (
        Mistake("off-diagonal-missing", lambda g, o: g * (1 - o.exp()),
                "You use the diagonal of the Jacobian only, 1 − p. Every output depends on every "
                "logit of its row: the entries −p[j] beside the diagonal are missing.", RIGHT, ask),
        Mistake("copied-through", lambda g, o: g,
                "You return `grad_output` as it came: the path through log Σ e^x is missing.",
                RIGHT, ask),
        Mistake("first-term-missing", lambda g, o: -o.exp() * row(g),
                "Only the path through log Σ e^x is there. x[j] itself is the first term of "
                "output[j].", RIGHT, ask),
        Mistake("sign-of-second-term", lambda g, o: g + o.exp() * row(g),
                "The second term is added. log Σ e^x is subtracted from x, so its gradient is "
                "subtracted too.", RIGHT, "Which sign has ∂output[0]/∂x[1]?"),
        Mistake("p-on-both-terms", lambda g, o: o.exp() * (g - row(g)),
                "Both terms have the factor p. The first one has none: the slope of x[j] in "
                "output[j] is 1 − p[j].", RIGHT, ask),
        Mistake("p-missing", lambda g, o: g - row(g),
                "The second term lacks p: the slope of log Σ e^x in x[j] is p[j].", RIGHT,
                "What is the derivative of log Σ e^x with respect to x[j]?"),
    )  # fmt: skip


def _sum_mistakes() -> tuple[Mistake, ...]:
    ask = "Over which entries of `grad_output` does the sum run, and what does it leave?"
    return (
        Mistake("samples-mixed", lambda g, o: g - o.exp() * g.sum(),
                "`grad_output` is summed over the whole tensor, so every sample gets something of "
                "every other sample. Each row has its own total.", TOTAL, ask),
        Mistake("wrong-dimension", lambda g, o: g - o.exp() * g.sum(0, keepdim=True),
                "The sum runs over the first dimension, which counts the samples.", TOTAL, ask),
        Mistake("wrong-dimension", lambda g, o: g - o.exp() * g.sum(1, keepdim=True),
                "The sum runs over dimension 1. It is the last one only for tensors of two "
                "dimensions.", TOTAL, ask),
        Mistake("wrong-dimension", lambda g, o: g - o.exp() * g.sum(-2, keepdim=True),
                "The sum runs over the last dimension but one.", TOTAL, ask),
        Mistake("mean-for-sum", lambda g, o: g - o.exp() * g.mean(-1, keepdim=True),
                "`grad_output` is averaged. What comes back on all paths is added.", TOTAL, ask),
        Mistake("p-inside-sum", lambda g, o: g - row(g * o.exp()),
                "p stands inside the sum. It belongs to x[j], not to the outputs that are summed.",
                RIGHT, ask),
        Mistake("p-inside-sum", lambda g, o: g - o.exp() * row(g * o.exp()),
                "p stands inside the sum as well, as in softmax's own gradient.", RIGHT, ask),
        Mistake("sum-missing", lambda g, o: g - o.exp(),
                "The second term lacks Σ g. This is right only where `grad_output` adds up to 1.",
                RIGHT, "If `grad_output` doubles, which of your terms doubles?"),
        Mistake("sum-missing", lambda g, o: g + o.exp(),
                "The second term lacks −Σ g. This is right only where `grad_output` adds up to "
                "−1, as after a loss of one target class.", RIGHT,
                "If `grad_output` doubles, which of your terms doubles?"),
    )  # fmt: skip


def _output_mistakes() -> tuple[Mistake, ...]:
    ask = "What does `output` hold: logits, probabilities, or their logarithms?"
    exp = "Use `output.exp()` where the formula says p."
    return (
        Mistake("exp-missing", lambda g, o: g - o * row(g),
                "You use `output` as if it were p. It holds log p, which is negative.", exp, ask),
        Mistake("exp-missing", lambda g, o: o * (g - row(g * o)),
                "This is softmax's gradient, with log p in the place of p.", f"{exp} {RIGHT}", ask),
        Mistake("softmax-formula", lambda g, o: vjp(g, o.exp()),
                "This is the gradient of softmax, p · (g − Σ g · p). The logarithm after it "
                "divides by p.", RIGHT,
                "Which function's backward do you write: softmax or log-softmax?"),
        Mistake("through-log-only", lambda g, o: g / o.exp(),
                "This is the gradient of the logarithm alone, g / p. Softmax comes before it.",
                RIGHT, "Which two functions does log-softmax consist of?"),
        Mistake("softmax-twice", lambda g, o: g - torch.softmax(o.exp(), -1) * row(g),
                "You take the softmax of the probabilities: softmax is applied twice.", exp, ask),
        Mistake("log-twice", lambda g, o: g - torch.log_softmax(o.exp(), -1) * row(g),
                "You take a log-softmax of the probabilities where p is meant.", exp, ask),
    )  # fmt: skip


def _factor_mistakes() -> tuple[Mistake, ...]:
    ask = "If the next step is `3 * output`, what does autograd hand to your function?"
    return (
        Mistake("missing-grad-output", lambda g, o: 1 - o.exp(),
                "`grad_output` is not used: this is the diagonal of the Jacobian.", RIGHT, ask),
        Mistake("missing-grad-output", lambda g, o: 1 - o.exp() * o.shape[-1],
                "`grad_output` is not used: this is the gradient for a `grad_output` of ones.",
                RIGHT, ask),
        Mistake("missing-grad-output", lambda g, o: 1 - o.exp() * row(g),
                "`grad_output` is missing in the first term, where a 1 stands.", RIGHT, ask),
        Mistake("p-minus-y", lambda g, o: o.exp() - g,
                "This is p − y, with `grad_output` in the place of y: the gradient of "
                "cross-entropy, which has a minus sign and a one-hot target.", RIGHT,
                "Is `grad_output` a one-hot target?"),
        Mistake("p-minus-y", lambda g, o: g * (o.exp() - 1),
                "This is p − 1 times `grad_output`: cross-entropy's gradient at the target.", RIGHT,
                "Is `grad_output` a one-hot target?"),
        Mistake("jacobian-returned",
                lambda g, o: torch.eye(o.shape[-1], dtype=o.dtype) - o.exp().unsqueeze(-2),
                "You return the Jacobian, n × n numbers for each row. Backward returns the row "
                "g times the Jacobian: n numbers.", RIGHT, "How many numbers has gᵀJ?"),
    )  # fmt: skip


def all_mistakes() -> tuple[Mistake, ...]:
    """The whole catalogue of log-softmax's gradient."""
    return (*_term_mistakes(), *_sum_mistakes(), *_output_mistakes(), *_factor_mistakes())
