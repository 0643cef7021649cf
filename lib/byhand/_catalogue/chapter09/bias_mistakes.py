"""Wrong gradients of a convolution's bias."""

from __future__ import annotations

import torch

from byhand._checker.spec import Mistake

SUM = "Sum over samples, rows and columns: `grad_output.sum((0, 2, 3))`."
RIGHT = (0, 2, 3)
REACH = "The bias of channel 0 grows by 1. Which entries of the output move?"
SHAPE = "How many biases are there, and which dimension of `grad_output` counts them?"
CHAIN = "If the next step is `3 * y`, what does autograd hand to your function?"


def _left_over() -> tuple[Mistake, ...]:
    """Sums over too few dimensions."""
    return (
        Mistake("bias-not-summed", lambda g: g,
                "You return `grad_output` itself. One bias serves all samples and all places, so "
                "its slopes add up.", SUM, REACH),
        Mistake("summed-over-samples-only", lambda g: g.sum(0),
                "You sum over the samples only. The same bias is also added at every row and "
                "column.", SUM, REACH),
        Mistake("summed-over-places-only", lambda g: g.sum((2, 3)),
                "You sum over rows and columns only: one number for each sample and channel is "
                "left. All samples share the bias.", SUM, REACH),
        Mistake("rows-or-columns-left", lambda g: g.sum((0, 2)),
                "You sum over samples and rows, and the columns are left.", SUM, REACH),
        Mistake("rows-or-columns-left", lambda g: g.sum((0, 3)),
                "You sum over samples and columns, and the rows are left.", SUM, REACH),
        Mistake("summed-over-one-dimension", lambda g: g.sum(2),
                "You sum over the rows only.", SUM, REACH),
        Mistake("summed-over-one-dimension", lambda g: g.sum(-1),
                "You sum over the columns only.", SUM, REACH),
        Mistake("bias-keepdim", lambda g: g.sum(RIGHT, keepdim=True),
                "grad_bias has shape (1, O, 1, 1). The bias has shape (O,).",
                "Sum without `keepdim`.", SHAPE),
    )  # fmt: skip


def _wrong_dimensions() -> tuple[Mistake, ...]:
    """Sums over the channels."""
    lost = "the channels are summed too. Each channel has a bias of its own."
    return (
        Mistake("summed-to-one", lambda g: g.sum(),
                f"You sum over everything: {lost}", SUM, SHAPE),
        Mistake("channels-summed", lambda g: g.sum((1, 2, 3)),
                f"You keep one number for each sample: {lost}", SUM, SHAPE),
        Mistake("channels-summed", lambda g: g.sum((0, 1, 2)),
                f"You keep one number for each column: {lost}", SUM, SHAPE),
        Mistake("channels-summed", lambda g: g.sum((0, 1, 3)),
                f"You keep one number for each row: {lost}", SUM, SHAPE),
        Mistake("channels-summed", lambda g: g.sum(1),
                f"You sum over dimension 1 alone: {lost}", SUM, SHAPE),
        Mistake("channels-summed", lambda g: g.sum((0, 1)),
                f"You sum over the first two dimensions: {lost}", SUM, SHAPE),
        Mistake("channels-reshaped", lambda g: g.reshape(-1, g.shape[1]).sum(0),
                "You reshape to (…, O) before the sum. `reshape` keeps the order in memory, where "
                "the columns come last and not the channels, so channels are mixed.", SUM, SHAPE),
        Mistake("channels-reshaped", lambda g: g.reshape(g.shape[1], -1).sum(1),
                "You reshape to (O, …) before the sum. `reshape` keeps the order in memory, where "
                "the samples come first and not the channels, so channels are mixed.", SUM, SHAPE),
    )  # fmt: skip


def _numbers() -> tuple[Mistake, ...]:
    """The right dimensions, and wrong numbers."""
    inside = "A mean in the loss is already inside `grad_output`."
    return (
        Mistake("bias-averaged", lambda g: g.mean(RIGHT),
                f"You take the mean over samples and places. It is a sum. {inside}", SUM, REACH),
        Mistake("batch-averaged", lambda g: g.sum((2, 3)).mean(0),
                f"You take the mean over the samples. It is a sum. {inside}", SUM, REACH),
        Mistake("places-averaged", lambda g: g.mean((2, 3)).sum(0),
                "You take the mean over rows and columns. Each place contributes in full: it is a "
                "sum.", SUM, REACH),
        Mistake("one-sample-only", lambda g: g[0].sum((1, 2)),
                "You use the first sample only.", SUM, REACH),
        Mistake("one-sample-only", lambda g: g[-1].sum((1, 2)),
                "You use the last sample only. In a loop, `=` in place of `+=` does this.", SUM,
                REACH),
        Mistake("one-place-only", lambda g: g[:, :, 0, 0].sum(0),
                "You use the first row and column only.", SUM, REACH),
        Mistake("largest-only", lambda g: g.amax(RIGHT),
                "You take the largest entry of each channel in place of their sum.", SUM, REACH),
        Mistake("missing-grad-output", lambda g: torch.ones_like(g[0, :, 0, 0]),
                "`grad_output` is not used: you return ones.", SUM, CHAIN),
        Mistake("missing-grad-output", lambda g: torch.ones_like(g).sum(RIGHT),
                "`grad_output` is not used: you count samples and places.", SUM, CHAIN),
        Mistake("bias-zero", lambda g: torch.zeros_like(g[0, :, 0, 0]),
                "grad_bias is zero. The bias is a constant for x; it does move the output.", SUM,
                REACH),
    )  # fmt: skip


def all_mistakes() -> tuple[Mistake, ...]:
    """The whole catalogue."""
    return (*_left_over(), *_wrong_dimensions(), *_numbers())
