"""Factors of the mean squared error's gradient that people lose: 2, 1/n, `grad_output`."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

import torch

from byhand._checker.spec import Mistake

DERIVE = "Differentiate (x − t)² once more: the exponent comes down as a factor."


def mean_factors() -> tuple[Mistake, ...]:
    """A factor of the mean's gradient is missing, or there is one too many."""
    return (
        Mistake(
            "missing-two",
            lambda g, x, t: g * (x - t) / x.numel(),
            "The factor 2 is missing: the derivative of d² is 2d.",
            DERIVE,
            "What is the derivative of d² with respect to d?",
        ),
        Mistake(
            "missing-mean",
            lambda g, x, t: 2 * g * (x - t),
            "The factor 1/n is missing. This is the gradient of the sum, not of the mean.",
            "Divide by the number of elements, `input.numel()`.",
            "How many squared errors are averaged, and what does each one weigh in the mean?",
        ),
        Mistake(
            "missing-two-and-mean",
            lambda g, x, t: g * (x - t),
            "Two factors are missing: 2, from the square, and 1/n, from the mean.",
            "Write the loss as (1/n) Σ (x − t)² and differentiate one term.",
            "Which two operations lie between d = x − t and the loss?",
        ),
        Mistake(
            "divides-by-batch",
            lambda g, x, t: 2 * g * (x - t) / x.shape[0],
            "You divide by the batch size. The mean runs over all elements, not over the rows.",
            "Divide by `input.numel()`, not by `len(input)` or `input.shape[0]`.",
            "How many numbers does a 3 × 5 tensor hold, and over how many of them is the mean?",
        ),
        Mistake(
            "divides-by-last-dimension",
            lambda g, x, t: 2 * g * (x - t) / x.shape[-1],
            "You divide by the size of the last dimension. The mean runs over all elements.",
            "Divide by `input.numel()`.",
            "How many numbers does a 3 × 5 tensor hold, and over how many of them is the mean?",
        ),
        Mistake(
            "divides-by-n-minus-one",
            lambda g, x, t: 2 * g * (x - t) / (x.numel() - 1),
            "You divide by n − 1. That belongs to the variance of a sample; a mean divides by n.",
            "Divide by `input.numel()`.",
            "How many squared errors are averaged?",
        ),
        Mistake(
            "mean-twice",
            lambda g, x, t: 2 * g * (x - t) / x.numel() ** 2,
            "The division by n is made twice.",
            "Divide by `input.numel()` once.",
            "How often does 1/n stand in the formula of the loss?",
        ),
    )


def grad_output_mistakes() -> tuple[Mistake, ...]:
    """`grad_output` is ignored or used wrongly."""
    return (
        Mistake(
            "missing-grad-output",
            lambda g, x, t: 2 * (x - t) / x.numel(),
            "`grad_output` is not used. This is the gradient only while the loss is the last "
            "step, where `grad_output` is 1.",
            "Multiply your formula by `grad_output`.",
            "If the next step is `3 * loss`, what does autograd hand to your function?",
        ),
        Mistake(
            "adds-grad-output",
            lambda g, x, t: g + 2 * (x - t) / x.numel(),
            "`grad_output` is added. The chain rule multiplies.",
            "Write `grad_output * …` in place of `grad_output + …`.",
            "Does the chain rule add the slopes of two steps, or multiply them?",
        ),
        Mistake(
            "returns-grad-output",
            lambda g, x, t: g,
            "You hand `grad_output` on unchanged; the loss's own slope is missing.",
            "Multiply `grad_output` by the derivative of the loss with respect to each input.",
            "By how much does the loss move if one input moves a little?",
        ),
        Mistake(
            "returns-grad-output",
            lambda g, x, t: g * torch.ones_like(x),
            "You hand `grad_output` on unchanged; the loss's own slope is missing.",
            "Multiply `grad_output` by the derivative of the loss with respect to each input.",
            "By how much does the loss move if one input moves a little?",
        ),
    )
