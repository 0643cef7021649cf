"""Wrong gradients of scale * x² + x + shift."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from byhand._checker.spec import Mistake

Parts = tuple[Tensor, Tensor, Tensor]
USED = "x is used twice. What does the chain rule do with the gradients of two paths?"
SHARED = "One scale and one shift serve all samples. What happens to their slopes?"
GRAD_OUTPUT = "If the next step is `3 * y`, what does autograd hand to your function?"
SHAPE = "Which shape must each of the three gradients have?"
SLOPE = "What is the derivative of scale · x² with respect to x, and with respect to scale?"


def right(g: Tensor, x: Tensor, scale: Tensor) -> Parts:
    """The three gradients."""
    return g * (2 * scale * x + 1), (g * x**2).sum(0), g.sum(0)


def _mistake(
    code: str, change: Callable[..., object], message: str, next_step: str, hint: str
) -> Mistake:
    """A change of the right gradients, from (gx, gs, gb, g, x, scale)."""

    def formula(g: Tensor, x: Tensor, scale: Tensor) -> object:
        return change(*right(g, x, scale), g, x, scale)

    return Mistake(code, formula, message, next_step, hint)


def _path_mistakes() -> tuple[Mistake, ...]:
    add = "Add both paths: `grad_output * 2 * scale * x + grad_output`."
    return (
        _mistake("overwritten", lambda gx, gs, gb, g, x, s: (g, gs, gb),
                 "grad_x has only the path through the second x: the second line overwrites the "
                 "first.", add, USED),
        _mistake("second-path-missing", lambda gx, gs, gb, g, x, s: (2 * g * s * x, gs, gb),
                 "grad_x has only the path through the square. The second x sends a gradient, too.",
                 add, USED),
        _mistake("averaged", lambda gx, gs, gb, g, x, s: (gx / 2, gs, gb),
                 "grad_x is the mean of its two paths. They are added.", add, USED),
        _mistake("grad-output-in-one-path", lambda gx, gs, gb, g, x, s: (2 * s * x + g, gs, gb),
                 "In grad_x the path through the square has no `grad_output`.",
                 "Multiply each path by `grad_output`.", GRAD_OUTPUT),
        _mistake("grad-output-in-one-path",
                 lambda gx, gs, gb, g, x, s: (2 * g * s * x + 1, gs, gb),
                 "In grad_x the path through the second x has no `grad_output`.",
                 "Multiply each path by `grad_output`.", GRAD_OUTPUT),
        _mistake("missing-grad-output",
                 lambda gx, gs, gb, g, x, s: right(torch.ones_like(g), x, s),
                 "`grad_output` is not used: you take it as ones.",
                 "Let `grad_output` be a factor of each gradient.", GRAD_OUTPUT),
        _mistake("missing-grad-output", lambda gx, gs, gb, g, x, s: (2 * s * x + 1, gs, gb),
                 "`grad_output` is not used in grad_x.",
                 "Let `grad_output` be a factor of each gradient.", GRAD_OUTPUT),
        _mistake("missing-two", lambda gx, gs, gb, g, x, s: (g * (s * x + 1), gs, gb),
                 "In grad_x the 2 of the derivative of x² is missing.", add, SLOPE),
        _mistake("scale-missing", lambda gx, gs, gb, g, x, s: (g * (2 * x + 1), gs, gb),
                 "In grad_x the factor scale is missing.", add, SLOPE),
    )  # fmt: skip


def _sum_mistakes() -> tuple[Mistake, ...]:
    add = "Sum over the samples: `.sum(0)`."
    return (
        _mistake("unsummed-broadcast", lambda gx, gs, gb, g, x, s: (gx, g * x**2, g),
                 "grad_scale and grad_shift still have one row for each sample. PyTorch would sum "
                 "them silently; your function must.", add, SHARED),
        _mistake("shift-not-summed", lambda gx, gs, gb, g, x, s: (gx, gs, g),
                 "grad_shift still has one row for each sample.", add, SHARED),
        _mistake("scale-not-summed", lambda gx, gs, gb, g, x, s: (gx, g * x**2, gb),
                 "grad_scale still has one row for each sample.", add, SHARED),
        _mistake("keepdim", lambda gx, gs, gb, g, x, s: (gx, gs[None], gb[None]),
                 "grad_scale and grad_shift have shape (1, features). The parameters have shape "
                 "(features,).", "Sum without `keepdim`.", SHAPE),
        _mistake("parameters-averaged",
                 lambda gx, gs, gb, g, x, s: (gx, gs / len(x), gb / len(x)),
                 "grad_scale and grad_shift are means over the samples. They are sums; a mean in "
                 "the loss is already inside `grad_output`.", add, SHARED),
        _mistake("shift-averaged", lambda gx, gs, gb, g, x, s: (gx, gs, gb / len(x)),
                 "grad_shift is a mean over the samples. It is a sum.", add, SHARED),
        _mistake("scale-averaged", lambda gx, gs, gb, g, x, s: (gx, gs / len(x), gb),
                 "grad_scale is a mean over the samples. It is a sum.", add, SHARED),
        _mistake("wrong-dimension",
                 lambda gx, gs, gb, g, x, s: (gx, (g * x**2).sum(1), g.sum(1)),
                 "grad_scale and grad_shift are summed over the features. Each feature has its own "
                 "scale and shift, and all samples share them.", add, SHAPE),
        _mistake("summed-to-one", lambda gx, gs, gb, g, x, s: (gx, gs.sum(), gb.sum()),
                 "grad_scale and grad_shift are one number each. Each feature has its own.", add,
                 SHAPE),
    )  # fmt: skip


def _other_mistakes() -> tuple[Mistake, ...]:
    copy = "Write `grad_output * x**2`, which makes a new tensor, in place of `mul_`."
    aliased = "After `grad_output.mul_(…)`, what do all names of this tensor hold?"
    return (
        _mistake("nothing-repaired", lambda gx, gs, gb, g, x, s: (g * x**2,) * 3,
                 "This is what the broken function returns: three names of one tensor, which "
                 "`mul_` has changed.", copy, aliased),
        _mistake("shift-of-changed", lambda gx, gs, gb, g, x, s: (gx, gs, gs),
                 "grad_shift is computed from the `grad_output` that `mul_` has changed.", copy,
                 aliased),
        _mistake("input-of-changed",
                 lambda gx, gs, gb, g, x, s: (2 * g * s * x + g * x**2, gs, gb),
                 "In grad_x the path through the second x holds the `grad_output` that `mul_` has "
                 "changed.", copy, aliased),
        _mistake("scale-of-x", lambda gx, gs, gb, g, x, s: (gx, (g * x).sum(0), gb),
                 "grad_scale has the factor x in place of x².", "scale is multiplied by x².",
                 SLOPE),
        _mistake("scale-without-x", lambda gx, gs, gb, g, x, s: (gx, gb, gb),
                 "grad_scale lacks the factor x².", "scale is multiplied by x².", SLOPE),
        _mistake("swapped-outputs", lambda gx, gs, gb, g, x, s: (gx, gb, gs),
                 "grad_scale and grad_shift are in each other's place.",
                 "Return (grad_x, grad_scale, grad_shift).", SHAPE),
    )  # fmt: skip


def all_mistakes() -> tuple[Mistake, ...]:
    """The whole catalogue, most specific first."""
    return (*_other_mistakes(), *_path_mistakes(), *_sum_mistakes())
