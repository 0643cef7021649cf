"""Wrong gradients of the mean squared error that people write (MSE without 2 or without 1/n …)."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

import torch

from byhand._catalogue.chapter02.mse_factors import DERIVE, grad_output_mistakes, mean_factors
from byhand._checker.spec import Mistake


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
