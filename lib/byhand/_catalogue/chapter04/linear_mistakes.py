"""Wrong gradients of x @ weight.T + bias."""

# ruff: noqa: ARG001, ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from byhand._checker.spec import Mistake

Parts = tuple[Tensor, Tensor, Tensor]
GRAD_OUTPUT = "If the next step is `3 * y`, what does autograd hand to your function?"
SHARED = "One weight and one bias serve all samples. What happens to their slopes?"
SHAPE = "Which shape must each gradient have, and which products give that shape?"


def right(g: Tensor, x: Tensor, w: Tensor) -> Parts:
    """The three gradients."""
    return g @ w, g.T @ x, g.sum(0)


def _mistake(
    code: str, change: Callable[..., object], message: str, next_step: str, hint: str
) -> Mistake:
    """A change of the right gradients, from (gx, gw, gb, g, x, w)."""

    def formula(g: Tensor, x: Tensor, w: Tensor, *rest: Tensor) -> object:
        return change(*right(g, x, w), g, x, w)

    return Mistake(code, formula, message, next_step, hint)


def _bias_mistakes() -> tuple[Mistake, ...]:
    add = "Sum over the samples: `grad_output.sum(0)`."
    return (
        _mistake("bias-not-summed", lambda gx, gw, gb, g, x, w: (gx, gw, g),
                 "grad_bias still has one row for each sample. The bias is broadcast over the "
                 "batch, so its slopes add up.", add, SHARED),
        _mistake("bias-keepdim", lambda gx, gw, gb, g, x, w: (gx, gw, gb[None]),
                 "grad_bias has shape (1, out). The bias has shape (out,).",
                 "Sum without `keepdim`.", SHAPE),
        _mistake("bias-averaged", lambda gx, gw, gb, g, x, w: (gx, gw, g.mean(0)),
                 "grad_bias is a mean over the samples. Each sample contributes in full: it is a "
                 "sum. A mean in the loss is already inside `grad_output`.", add, SHARED),
        _mistake("bias-wrong-dimension", lambda gx, gw, gb, g, x, w: (gx, gw, g.sum(1)),
                 "grad_bias is summed over the features, one number for each sample.", add, SHAPE),
        _mistake("bias-summed-to-one", lambda gx, gw, gb, g, x, w: (gx, gw, g.sum()),
                 "grad_bias is one number. Each entry of the bias has its own.", add, SHAPE),
        _mistake("bias-without-grad-output",
                 lambda gx, gw, gb, g, x, w: (gx, gw, torch.ones_like(gb)),
                 "grad_bias is 1 everywhere: `grad_output` is missing in it.", add, GRAD_OUTPUT),
        _mistake("bias-without-grad-output",
                 lambda gx, gw, gb, g, x, w: (gx, gw, torch.ones_like(gb) * len(g)),
                 "grad_bias counts the samples: `grad_output` is missing in it.", add,
                 GRAD_OUTPUT),
        _mistake("bias-zero", lambda gx, gw, gb, g, x, w: (gx, gw, torch.zeros_like(gb)),
                 "grad_bias is zero. The bias is a constant for x; it does move y.", add,
                 "If the bias grows by 1, what does y do?"),
        _mistake("bias-first-sample", lambda gx, gw, gb, g, x, w: (gx, gw, g[0]),
                 "grad_bias is that of the first sample alone.", add, SHARED),
    )  # fmt: skip


def _weight_mistakes() -> tuple[Mistake, ...]:
    turn = "Use `grad_output.T @ x`: (out, N) times (N, in)."
    return (
        _mistake("weight-transposed", lambda gx, gw, gb, g, x, w: (gx, gw.T, gb),
                 "grad_weight is transposed: it is the gradient of weight.T. weight has the shape "
                 "(out, in).", turn, SHAPE),
        _mistake("weight-reshaped", lambda gx, gw, gb, g, x, w: (gx, gw.T.reshape(gw.shape), gb),
                 "grad_weight has the right shape and its entries in the wrong places: `reshape` "
                 "keeps the order in memory, a transpose does not.", turn, SHAPE),
        _mistake("weight-averaged", lambda gx, gw, gb, g, x, w: (gx, gw / len(x), gb),
                 "grad_weight is a mean over the samples. It is a sum; a mean in the loss is "
                 "already inside `grad_output`.", "Leave out the division.", SHARED),
        _mistake("parameters-averaged",
                 lambda gx, gw, gb, g, x, w: (gx, gw / len(x), gb / len(x)),
                 "grad_weight and grad_bias are means over the samples. They are sums; a mean in "
                 "the loss is already inside `grad_output`.", "Leave out the divisions.", SHARED),
        _mistake("weight-not-summed",
                 lambda gx, gw, gb, g, x, w: (gx, g[:, :, None] * x[:, None, :], gb),
                 "grad_weight still has one matrix for each sample. One weight serves all "
                 "samples, so their slopes add up.", turn, SHARED),
        _mistake("weight-without-grad-output",
                 lambda gx, gw, gb, g, x, w: (gx, torch.ones_like(g).T @ x, gb),
                 "grad_weight does not use `grad_output`.", turn, GRAD_OUTPUT),
        _mistake("weight-without-input",
                 lambda gx, gw, gb, g, x, w: (gx, gb[:, None].expand_as(gw), gb),
                 "grad_weight lacks the factor x: a weight moves y by as much as its input is "
                 "large.", turn, "By how much does y move if weight[j, i] grows by 1?"),
        _mistake("weight-sums-multiplied",
                 lambda gx, gw, gb, g, x, w: (gx, torch.outer(g.sum(0), x.sum(0)), gb),
                 "grad_weight multiplies two sums over the batch. The products of each sample "
                 "come first, then the sum.", turn, "Is g₁x₁ + g₂x₂ the same as "
                 "(g₁ + g₂)(x₁ + x₂)?"),
    )  # fmt: skip


def _input_mistakes() -> tuple[Mistake, ...]:
    step = "Use `grad_output @ weight`: (N, out) times (out, in)."
    return (
        _mistake("input-transposed", lambda gx, gw, gb, g, x, w: (gx.T, gw, gb),
                 "grad_x is transposed. x has the shape (N, in).", step, SHAPE),
        _mistake("input-averaged", lambda gx, gw, gb, g, x, w: (gx / len(x), gw, gb),
                 "grad_x is divided by the batch size. A mean in the loss is already inside "
                 "`grad_output`.", "Leave out the division.", SHARED),
        _mistake("input-averaged-over-outputs",
                 lambda gx, gw, gb, g, x, w: (gx / len(w), gw, gb),
                 "grad_x is a mean over the outputs. What comes back from all outputs is added.",
                 step, "Which entries of y does x[n, i] reach?"),
        _mistake("input-without-grad-output",
                 lambda gx, gw, gb, g, x, w: (torch.ones_like(g) @ w, gw, gb),
                 "grad_x does not use `grad_output`.", step, GRAD_OUTPUT),
        _mistake("input-without-grad-output", lambda gx, gw, gb, g, x, w: (w, gw, gb),
                 "grad_x is the weight itself: `grad_output` is missing.", step, GRAD_OUTPUT),
    )  # fmt: skip


def _order_mistakes() -> tuple[Mistake, ...]:
    order = "Return (grad_x, grad_weight, grad_bias)."
    ask = "Which of the three has the shape of x?"
    return (
        _mistake("weight-first", lambda gx, gw, gb, g, x, w: (gw, gx, gb),
                 "grad_x and grad_weight are in each other's place.", order, ask),
        _mistake("all-averaged",
                 lambda gx, gw, gb, g, x, w: (gx / len(x), gw / len(x), gb / len(x)),
                 "All three gradients are divided by the batch size. A mean in the loss is already "
                 "inside `grad_output`.", "Leave out the divisions.", SHARED),
        _mistake("first-sample-only",
                 lambda gx, gw, gb, g, x, w: (gx, torch.outer(g[0], x[0]), g[0]),
                 "grad_weight and grad_bias are those of the first sample alone.",
                 "Sum over the samples.", SHARED),
        _mistake("bias-second", lambda gx, gw, gb, g, x, w: (gx, gb, gw),
                 "grad_weight and grad_bias are in each other's place.", order, ask),
        _mistake("rotated", lambda gx, gw, gb, g, x, w: (gw, gb, gx),
                 "The three gradients are in the wrong order: weight, bias, x.", order, ask),
        _mistake("reversed", lambda gx, gw, gb, g, x, w: (gb, gw, gx),
                 "The three gradients are in the wrong order: bias, weight, x.", order, ask),
        _mistake("missing-grad-output",
                 lambda gx, gw, gb, g, x, w: right(torch.ones_like(g), x, w),
                 "`grad_output` is not used: you take it as ones.",
                 "Let `grad_output` be a factor of each gradient.", GRAD_OUTPUT),
        _mistake("missing-grad-output",
                 lambda gx, gw, gb, g, x, w: (w, x, torch.ones_like(gb)),
                 "`grad_output` is not used: you return the other factor of each.",
                 "Let `grad_output` be a factor of each gradient.", GRAD_OUTPUT),
    )  # fmt: skip


def gradient_mistakes() -> tuple[Mistake, ...]:
    """The whole catalogue."""
    return (*_order_mistakes(), *_bias_mistakes(), *_weight_mistakes(), *_input_mistakes())
