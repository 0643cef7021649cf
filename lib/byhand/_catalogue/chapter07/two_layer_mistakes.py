"""Wrong gradients of relu(x @ w1) @ w2."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from byhand._checker.spec import Formula, Mistake

Parts = tuple[Tensor, Tensor, Tensor]
MASK = "grad_z = grad_h * (z > 0), with z = x @ w1."
SHAPE = "Which shape must each gradient have, and which products give that shape?"
GATE = "What does the ReLU do with a number below 0, and by how much does it move then?"
ORDER = "Return (grad_x, grad_w1, grad_w2)."
GRAD_OUTPUT = "If the next step is `3 * y`, what does autograd hand to your function?"


def gate(z: Tensor) -> Tensor:
    """1 where a number passes the ReLU, 0 elsewhere."""
    return (z > 0).to(z.dtype)


def backward_with(g: Tensor, x: Tensor, w1: Tensor, w2: Tensor, slope: Tensor) -> Parts:
    """The three gradients, with this slope of the activation."""
    grad_z = (g @ w2.T) * slope
    return grad_z @ w1.T, x.T @ grad_z, torch.relu(x @ w1).T @ g


def right(g: Tensor, x: Tensor, w1: Tensor, w2: Tensor) -> Parts:
    """The three gradients."""
    return backward_with(g, x, w1, w2, gate(x @ w1))


def _slope(code: str, slope: Callable[..., Tensor], message: str, step: str, hint: str) -> Mistake:
    """Another slope of the ReLU, from (z, h, g, y)."""

    def formula(g: Tensor, x: Tensor, w1: Tensor, w2: Tensor) -> Parts:
        z = x @ w1
        h = torch.relu(z)
        return backward_with(g, x, w1, w2, slope(z, h, g @ w2.T, h @ w2))

    return Mistake(code, formula, message, step, hint)


def _change(code: str, change: Formula, message: str, step: str, hint: str) -> Mistake:
    """A change of the right gradients, from (gx, gw1, gw2, g, x, w1, w2)."""

    def formula(g: Tensor, x: Tensor, w1: Tensor, w2: Tensor) -> Any:
        return change(*right(g, x, w1, w2), g, x, w1, w2)

    return Mistake(code, formula, message, step, hint)


def _relu_mistakes() -> tuple[Mistake, ...]:
    return (
        _slope("relu-ignored", lambda z, h, gh, y: torch.ones_like(z),
               "The ReLU is missing in the backward: gradients pass units that were closed.",
               MASK, GATE),
        _slope("relu-inverted", lambda z, h, gh, y: gate(-z),
               "The mask is the wrong way round: gradients pass where z is negative.", MASK, GATE),
        _slope("masked-by-gradient", lambda z, h, gh, y: gate(gh),
               "Negative gradients are set to zero, as if the ReLU was applied to the gradient. "
               "What counts is which units were open in the forward: the sign of z.", MASK, GATE),
        _slope("multiplied-by-activation", lambda z, h, gh, y: h,
               "The gradient is multiplied by relu(z) itself, and not by its slope, 0 or 1.",
               MASK, "By how much does relu(z) grow if z grows by 1, at z = 3?"),
        _slope("multiplied-by-activation", lambda z, h, gh, y: z,
               "The gradient is multiplied by z, and not by the slope of the ReLU, 0 or 1.",
               MASK, "By how much does relu(z) grow if z grows by 1, at z = 3?"),
        _slope("slope-of-sign", lambda z, h, gh, y: z.sign(),
               "Closed units get the slope −1. Their slope is 0: that of the absolute value is "
               "−1.", MASK, GATE),
        _slope("slope-of-another-activation", lambda z, h, gh, y: 1 - z.tanh() ** 2,
               "The slope is 1 − tanh². The activation here is a ReLU.", MASK, GATE),
        _slope("slope-of-another-activation", lambda z, h, gh, y: h * (1 - h),
               "The slope is h(1 − h), that of a sigmoid. The activation here is a ReLU.", MASK,
               GATE),
        _change("mask-in-w1-only",
                lambda gx, gw1, gw2, g, x, w1, w2: (g @ w2.T @ w1.T, gw1, gw2),
                "The mask is missing in grad_x; grad_w1 has it.", MASK, GATE),
        _change("mask-in-x-only",
                lambda gx, gw1, gw2, g, x, w1, w2: (gx, x.T @ (g @ w2.T), gw2),
                "The mask is missing in grad_w1; grad_x has it.", MASK, GATE),
        _change("w2-before-relu",
                lambda gx, gw1, gw2, g, x, w1, w2: (gx, gw1, (x @ w1).T @ g),
                "grad_w2 uses z, the numbers before the ReLU. w2 is multiplied by h = relu(z).",
                "Use `torch.relu(x @ w1).T @ grad_output`.",
                "By what is w2 multiplied in the forward?"),
        _change("w2-with-mask",
                lambda gx, gw1, gw2, g, x, w1, w2: (gx, gw1, gate(x @ w1).T @ g),
                "grad_w2 uses the mask of the ReLU, 0 or 1, in the place of h.",
                "Use `torch.relu(x @ w1).T @ grad_output`.",
                "By what is w2 multiplied in the forward?"),
        _change("relu-ignored-everywhere",
                lambda gx, gw1, gw2, g, x, w1, w2: (
                    g @ w2.T @ w1.T, x.T @ (g @ w2.T), (x @ w1).T @ g),
                "The ReLU is missing everywhere: these are the gradients of x @ w1 @ w2.",
                f"h = torch.relu(x @ w1), and {MASK}", GATE),
    )  # fmt: skip


def _product_mistakes() -> tuple[Mistake, ...]:
    path = "Which steps lie between x and y? Each of them gives one factor."
    return (
        _change("stopped-at-hidden",
                lambda gx, gw1, gw2, g, x, w1, w2: ((g @ w2.T) * gate(x @ w1), gw1, gw2),
                "grad_x ends at the hidden layer: the last step, through w1, is missing.",
                "Multiply by `w1.T`.", path),
        _change("w1-transposed", lambda gx, gw1, gw2, g, x, w1, w2: (gx, gw1.T, gw2),
                "grad_w1 is transposed. w1 has the shape (features, hidden).",
                "Use `x.T @ grad_z`.", SHAPE),
        _change("w2-transposed", lambda gx, gw1, gw2, g, x, w1, w2: (gx, gw1, gw2.T),
                "grad_w2 is transposed. w2 has the shape (hidden, outputs).",
                "Use `h.T @ grad_output`.", SHAPE),
        _change("weights-transposed", lambda gx, gw1, gw2, g, x, w1, w2: (gx, gw1.T, gw2.T),
                "grad_w1 and grad_w2 are transposed, as if the layers were x @ w.T.",
                "Use `x.T @ grad_z` and `h.T @ grad_output`.", SHAPE),
        _change("x-transposed", lambda gx, gw1, gw2, g, x, w1, w2: (gx.T, gw1, gw2),
                "grad_x is transposed. x has the shape (samples, features).",
                "Use `grad_z @ w1.T`.", SHAPE),
        _change("averaged",
                lambda gx, gw1, gw2, g, x, w1, w2: (gx / len(x), gw1 / len(x), gw2 / len(x)),
                "All three gradients are divided by the number of samples. A mean in the loss is "
                "already inside `grad_output`.", "Leave out the division.",
                "Who takes the mean, the loss or the network?"),
        _change("averaged",
                lambda gx, gw1, gw2, g, x, w1, w2: (gx, gw1 / len(x), gw2 / len(x)),
                "grad_w1 and grad_w2 are divided by the number of samples. A mean in the loss is "
                "already inside `grad_output`.", "Leave out the division.",
                "Who takes the mean, the loss or the network?"),
        _change("first-sample-only",
                lambda gx, gw1, gw2, g, x, w1, w2: (gx, *right(g[:1], x[:1], w1, w2)[1:]),
                "grad_w1 and grad_w2 are those of the first sample alone.",
                "Sum over all samples, as `x.T @ …` does.",
                "One weight serves all samples. What happens to its slopes?"),
    )  # fmt: skip


def _output_mistakes() -> tuple[Mistake, ...]:
    ask = "Which of the three has the shape of x?"
    return (
        _change("weights-swapped", lambda gx, gw1, gw2, g, x, w1, w2: (gx, gw2, gw1),
                "grad_w1 and grad_w2 are in each other's place.", ORDER, ask),
        _change("rotated", lambda gx, gw1, gw2, g, x, w1, w2: (gw1, gw2, gx),
                "The gradients are in the order w1, w2, x.", ORDER, ask),
        _change("reversed", lambda gx, gw1, gw2, g, x, w1, w2: (gw2, gw1, gx),
                "The gradients are in the order in which the backward finds them: w2, w1, x.",
                ORDER, ask),
        _change("x-and-w1-swapped", lambda gx, gw1, gw2, g, x, w1, w2: (gw1, gx, gw2),
                "grad_x and grad_w1 are in each other's place.", ORDER, ask),
        _change("missing-grad-output",
                lambda gx, gw1, gw2, g, x, w1, w2: right(torch.ones_like(g), x, w1, w2),
                "`grad_output` is not used: you take it as ones.",
                "Begin both paths with `grad_output`.", GRAD_OUTPUT),
        _change("missing-grad-output",
                lambda gx, gw1, gw2, g, x, w1, w2: (
                    gx, gw1, right(torch.ones_like(g), x, w1, w2)[2]),
                "grad_w2 does not use `grad_output`.", "Use `h.T @ grad_output`.", GRAD_OUTPUT),
        _change("output-as-gradient",
                lambda gx, gw1, gw2, g, x, w1, w2: right(
                    torch.relu(x @ w1) @ w2, x, w1, w2),
                "The output y stands in the place of `grad_output`. That would be the backward of "
                "the loss y²/2.", "Begin both paths with `grad_output`.", GRAD_OUTPUT),
        _change("all-zero",
                lambda gx, gw1, gw2, g, x, w1, w2: (gx, gw1, torch.zeros_like(w2)),
                "grad_w2 is zero. w2 moves y by as much as h is large.",
                "Use `h.T @ grad_output`.", "If w2[0, 0] grows by 1, what does y do?"),
    )  # fmt: skip


def all_mistakes() -> tuple[Mistake, ...]:
    """The whole catalogue of the two layers."""
    return (*_relu_mistakes(), *_product_mistakes(), *_output_mistakes())
