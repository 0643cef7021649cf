"""Wrong gradients of softmax, from `grad_output` and its output."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

import torch
from torch import Tensor

from byhand._checker.spec import Mistake

RIGHT = "The gradient is p · (g − dot), with dot = Σ g · p over the row."
DOT = "Write `dot = (grad_output * output).sum(dim=-1, keepdim=True)`."


def row(x: Tensor) -> Tensor:
    """The sum over the last dimension."""
    return x.sum(-1, keepdim=True)


def vjp(g: Tensor, p: Tensor) -> Tensor:
    """The right gradient."""
    return p * (g - row(g * p))


def _jacobian(p: Tensor) -> Tensor:
    return torch.diag_embed(p) - p.unsqueeze(-1) * p.unsqueeze(-2)


def _term_mistakes() -> tuple[Mistake, ...]:
    ask = "If one logit of a row grows, which probabilities of that row change?"
    return (
        Mistake("off-diagonal-missing", lambda g, p: g * p * (1 - p),
                "You use the diagonal of the Jacobian only, p(1 − p), as for a sigmoid. Every "
                "probability of a row depends on every logit of it: the entries −p[i]·p[j] are "
                "missing.", RIGHT, ask),
        Mistake("dot-product-missing", lambda g, p: g * p,
                "The term with the dot product is missing: you treat the sum below the line as a "
                "constant. It grows with every logit of the row.", RIGHT, ask),
        Mistake("copied-through", lambda g, p: g,
                "You return `grad_output` as it came. Softmax changes the gradient: its Jacobian "
                "is diag(p) − p pᵀ.", RIGHT, ask),
        Mistake("outer-factor-missing", lambda g, p: g - row(g * p),
                "The factor p in front is missing: a class of probability 0 gets no gradient.",
                RIGHT, "How much does p[j] change if it is almost 0?"),
        Mistake("outer-factor-missing", lambda g, p: p * g - row(g * p),
                "The dot product lacks the factor p: grad[j] = p[j]·g[j] − p[j]·dot.", RIGHT,
                "How much does p[j] change if it is almost 0?"),
        Mistake("sign-of-dot-product", lambda g, p: p * (g + row(g * p)),
                "The dot product is added. It is subtracted: if one probability grows, the others "
                "shrink.", RIGHT, "Which sign has ∂p[0]/∂x[1]?"),
        Mistake("dot-not-summed", lambda g, p: p * (g - g * p.square()),
                "In the second term the sum is missing and p is squared.", DOT, ask),
        Mistake("square-in-second-term", lambda g, p: p * g - p.square() * row(g * p),
                "The second term has p squared. p stands in it once, outside of the dot product.",
                RIGHT, "Which factors has the entry −p[i]·p[j] once i is summed?"),
        Mistake("square-in-second-term", lambda g, p: p * g - p.square() * row(g),
                "The second term uses p[j]·p[j]·Σ g. The Jacobian's entry is p[i]·p[j]: the p of "
                "the sum belongs to g[i].", RIGHT,
                "Which factors has the entry −p[i]·p[j] once i is summed?"),
    )  # fmt: skip


def _sum_mistakes() -> tuple[Mistake, ...]:
    ask = "Over which entries does the dot product run, and what does it leave for each row?"
    return (
        Mistake("samples-mixed", lambda g, p: p * (g - (g * p).sum()),
                "The dot product runs over the whole tensor, so every sample gets something of "
                "every other sample. Each row has its own.", DOT, ask),
        Mistake("wrong-dimension", lambda g, p: p * (g - (g * p).sum(0, keepdim=True)),
                "The dot product runs over the first dimension, which counts the samples.", DOT,
                ask),
        Mistake("wrong-dimension", lambda g, p: p * (g - (g * p).sum(1, keepdim=True)),
                "The dot product runs over dimension 1. It is the last one only for tensors of "
                "two dimensions.", DOT, ask),
        Mistake("wrong-dimension", lambda g, p: p * (g - (g * p).sum(-2, keepdim=True)),
                "The dot product runs over the last dimension but one.", DOT, ask),
        Mistake("mean-for-sum", lambda g, p: p * (g - (g * p).mean(-1, keepdim=True)),
                "The dot product is averaged. It is a sum: p itself holds the weights.", DOT, ask),
        Mistake("mean-for-sum", lambda g, p: p * (g - g.mean(-1, keepdim=True)),
                "You subtract the plain mean of g. It is the mean with the weights p: Σ g · p.",
                DOT, ask),
        Mistake("dot-without-p", lambda g, p: p * (g - row(g)),
                "The sum lacks p: you subtract Σ g in place of Σ g · p.", DOT, ask),
    )  # fmt: skip


def _factor_mistakes() -> tuple[Mistake, ...]:
    use = f"Multiply by `grad_output`, and sum. {RIGHT}"
    ask = "If the next step is `3 * p`, what does autograd hand to your function?"
    return (
        Mistake("missing-grad-output", lambda g, p: p * (1 - p),
                "`grad_output` is not used: this is the diagonal of the Jacobian.", use, ask),
        Mistake("missing-grad-output", lambda g, p: p * (1 - row(g * p)),
                "`grad_output` is missing inside the parentheses, where a 1 stands.", use, ask),
        Mistake("missing-grad-output", lambda g, p: p * (g - 1),
                "`grad_output` is missing in the sum: Σ p is 1.", use, ask),
        Mistake("missing-grad-output", lambda g, p: p * (1 - row(p * p)),
                "`grad_output` is not used: p stands in its place in the dot product.", use, ask),
        Mistake("jacobian-returned", lambda g, p: _jacobian(p),
                "You return the Jacobian, n × n numbers for each row. Backward returns the row "
                "g times the Jacobian: n numbers.", use, ask),
        Mistake("not-summed", lambda g, p: _jacobian(p) * g.unsqueeze(-1),
                "You multiply the Jacobian by `grad_output` and do not add up: n × n numbers for "
                "each row are left.", f"Sum over the outputs. {RIGHT}",
                "How many numbers has gᵀJ?"),
        Mistake("not-summed", lambda g, p: _jacobian(p) * g.unsqueeze(-2),
                "You multiply the Jacobian by `grad_output` and do not add up: n × n numbers for "
                "each row are left.", f"Sum over the outputs. {RIGHT}",
                "How many numbers has gᵀJ?"),
    )  # fmt: skip


def _other_mistakes() -> tuple[Mistake, ...]:
    ask = "What does `output` hold: logits, probabilities, or their logarithms?"
    given = "`output` is the softmax already; use it as p."
    return (
        Mistake("softmax-twice", lambda g, p: vjp(g, torch.softmax(p, -1)),
                "You take the softmax of `output`, which is the softmax already.", given, ask),
        Mistake("exp-of-output", lambda g, p: vjp(g, p.exp()),
                "You take the exponential of `output`, as if it were the log-softmax.", given, ask),
        Mistake("log-softmax-formula", lambda g, p: g - p * row(g),
                "This is the gradient of log-softmax, g − p · Σ g. Softmax has another one.", RIGHT,
                "Which function's backward do you write: softmax or log-softmax?"),
        Mistake("p-minus-y", lambda g, p: p - g,
                "This is p − y, with `grad_output` in the place of y: the gradient of softmax and "
                "cross-entropy together. Here softmax stands alone.", RIGHT,
                "Is `grad_output` a one-hot target?"),
        Mistake("p-minus-y", lambda g, p: g * (p - 1),
                "This is p − 1 times `grad_output`: cross-entropy's gradient at the target. Here "
                "softmax stands alone.", RIGHT, "Is `grad_output` a one-hot target?"),
    )  # fmt: skip


def all_mistakes() -> tuple[Mistake, ...]:
    """The whole catalogue of softmax's gradient."""
    return (*_term_mistakes(), *_sum_mistakes(), *_factor_mistakes(), *_other_mistakes())
