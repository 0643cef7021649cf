"""Wrong gradients of the mean squared error that people write (MSE without 2 or without 1/n …)."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from byhand._checker.spec import Mistake

Wrong = Callable[[Tensor, Tensor, Tensor], Tensor]

DERIVE = "Derive (x − t)² once more: the exponent comes down as a factor."


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
            lambda g, x, t: g * torch.ones_like(x),
            "You hand `grad_output` on unchanged; the loss's own slope is missing.",
            "Multiply `grad_output` by the derivative of the loss with respect to each input.",
            "By how much does the loss move if one input moves a little?",
        ),
    )


def difference_mistakes() -> tuple[Mistake, ...]:
    """The difference has the wrong sign, the wrong shape or the wrong power."""
    return (
        Mistake(
            "wrong-sign",
            lambda g, x, t: 2 * g * (t - x) / x.numel(),
            "The sign is wrong: you use target − input. An input above its target must get a "
            "positive gradient.",
            "Use input − target. The square hides the order, the gradient does not.",
            "If a prediction is too large, does the loss grow or fall when you raise it?",
        ),
        Mistake(
            "absolute-difference",
            lambda g, x, t: 2 * g * (x - t).abs() / x.numel(),
            "The difference has lost its sign: you use |input − target|. Inputs below their "
            "target need a negative gradient.",
            "Leave out the absolute value.",
            "Which sign must the gradient have where the prediction is too small?",
        ),
        Mistake(
            "l1-gradient",
            lambda g, x, t: g * torch.sign(x - t) / x.numel(),
            "This is the gradient of the mean absolute error: only the sign of the difference "
            "is left.",
            DERIVE,
            "Should an error twice as large get the same gradient, or one twice as large?",
        ),
        Mistake(
            "square-kept",
            lambda g, x, t: g * (x - t) ** 2 / x.numel(),
            "You return the squared errors themselves, divided by n. The gradient needs their "
            "derivative.",
            DERIVE,
            "What is the derivative of d² with respect to d?",
        ),
        Mistake(
            "square-kept",
            lambda g, x, t: 2 * g * (x - t) ** 2 / x.numel(),
            "The square is still there: the exponent came down as a factor 2, but it was not "
            "lowered by one.",
            DERIVE,
            "What is the derivative of d² with respect to d?",
        ),
        Mistake(
            "target-forgotten",
            lambda g, x, t: 2 * g * x / x.numel(),
            "The target does not appear: this is the gradient of the mean of input².",
            "The inner function is input − target; keep it.",
            "Where is the gradient zero: at input = 0, or at input = target?",
        ),
    )


def reduced_mistakes() -> tuple[Mistake, ...]:
    """One number is returned, or a table of n × n."""
    return (
        Mistake(
            "value-not-gradient",
            lambda g, x, t: ((x - t) ** 2).mean(),
            "You return the loss. The gradient has one number for each element of the input.",
            "Differentiate the loss with respect to one element, then do it for all at once.",
            "How many inputs can you move, and so how many slopes are there?",
        ),
        Mistake(
            "value-not-gradient",
            lambda g, x, t: g * ((x - t) ** 2).mean(),
            "You return the loss times `grad_output`. The gradient has one number for each "
            "element of the input.",
            "Differentiate the loss with respect to one element, then do it for all at once.",
            "How many inputs can you move, and so how many slopes are there?",
        ),
        Mistake(
            "summed",
            lambda g, x, t: g * 2 * (x - t).mean(),
            "The gradient is averaged or summed to one number. Each element keeps its own.",
            "Replace `.mean()` by a division by `input.numel()`.",
            "How many inputs can you move, and so how many slopes are there?",
        ),
        Mistake(
            "broadcast-difference",
            lambda g, x, t: 2 * g * (x.unsqueeze(-1) - t.unsqueeze(-2)) / x.numel(),
            "Each input is compared with every target of its row: the shapes (N, 1) and (N,) "
            "broadcast to (N, N).",
            "Print `(input - target).shape`, and remove the `unsqueeze` or `reshape`.",
            "What shape has a column of N numbers minus a row of N numbers?",
        ),
        Mistake(
            "broadcast-difference",
            lambda g, x, t: 2 * g * (x.reshape(-1, 1) - t.reshape(-1)) / x.numel(),
            "Each input is compared with every target: the shapes (N, 1) and (N,) broadcast to "
            "(N, N).",
            "Print `(input - target).shape`, and remove the `unsqueeze` or `reshape`.",
            "What shape has a column of N numbers minus a row of N numbers?",
        ),
    )


def all_mistakes() -> tuple[Mistake, ...]:
    """The whole catalogue of the mean squared error."""
    return (
        *mean_factors(),
        *grad_output_mistakes(),
        *difference_mistakes(),
        *reduced_mistakes(),
    )
