"""Wrong gradients of a convolution's input: padding and size."""

# ruff: noqa: ARG001, ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

from collections.abc import Callable

import torch.nn.functional as F
from torch import Tensor

from byhand._catalogue.chapter09.conv_parts import cropped, grad_input, turned, with_border
from byhand._checker.spec import Formula, Mistake

STEP = "Use the padding k − 1 − padding with the turned kernel, where k is the kernel's size."
SIZE = "The forward turned H + 2 · padding rows into H − k + 1 + 2 · padding. What turns it back?"


def _padded(padding: Callable[[int, int], int]) -> Formula:
    """Everything right but the padding of the second convolution, from (k, padding)."""
    return lambda g, w, p: F.conv2d(g, turned(w), padding=padding(w.shape[-1], p))


def _one_side(sides: tuple[int, int]) -> Formula:
    """All zeros before (1, 0) or behind (0, 1) the rows and columns of grad_output."""

    def formula(g: Tensor, w: Tensor, p: int) -> Tensor:
        zeros = 2 * (w.shape[-1] - 1 - p)
        return F.conv2d(F.pad(g, [zeros * side for side in sides] * 2), turned(w))

    return formula


def _middle(g: Tensor, w: Tensor, p: int) -> Tensor:
    at = (w.shape[-1] - 1) // 2
    return with_border(g, w)[:, :, at : at + g.shape[2], at : at + g.shape[3]]


def size_mistakes() -> tuple[Mistake, ...]:
    """Another padding on the way back."""
    crop = "The zeros around x are cut off at one side only. They stood on all four sides."
    both = "Cut `padding` rows and columns off at both ends, or use the padding k − 1 − padding."
    return (
        Mistake("padding-not-undone", lambda g, w, p: with_border(g, w),
                "The result still has the padding around it: it is the gradient of the padded "
                "image. x had no border.", both, SIZE),
        Mistake("padding-not-complemented", _padded(lambda k, p: p),
                "You convolve with the same padding as the forward. On the way back it is "
                "k − 1 − padding.", STEP, SIZE),
        Mistake("padding-missing", _padded(lambda k, p: 0),
                "You convolve without padding. At the border of `grad_output` the kernel must "
                "reach beyond it, by k − 1 − padding.", STEP, SIZE),
        Mistake("padding-one-too-large", _padded(lambda k, p: k - p),
                "The padding is k − padding, one too large.", STEP, SIZE),
        Mistake("assumes-same-size", _padded(lambda k, p: k // 2),
                "The padding is k // 2. That is right only where the forward kept the size of "
                "the image.", STEP, SIZE),
        Mistake("assumes-same-size", _padded(lambda k, p: (k - 1) // 2),
                "The padding is (k − 1) // 2. That is right only where the forward kept the size "
                "of the image.", STEP, SIZE),
        Mistake("padded-on-one-side", _one_side((1, 0)),
                "The zeros around `grad_output` stand at the top and left only.", STEP, SIZE),
        Mistake("padded-on-one-side", _one_side((0, 1)),
                "The zeros around `grad_output` stand at the bottom and right only.", STEP, SIZE),
        Mistake("padded-again", lambda g, w, p: F.pad(grad_input(g, w, p), [p] * 4),
                "The result is right inside, and has zeros around it. x had no border: the "
                "padding is cut off, not put on.", both, SIZE),
        Mistake("cropped-on-one-side", lambda g, w, p: cropped(with_border(g, w), 0, 2 * p),
                crop, both, SIZE),
        Mistake("cropped-on-one-side", lambda g, w, p: cropped(with_border(g, w), 2 * p, 0),
                crop, both, SIZE),
        Mistake("empty-slice", lambda g, w, p: with_border(g, w)[:, :, p:-p, p:-p],
                "The slice `[padding:-padding]` is empty where padding is 0: −0 is 0, the "
                "beginning.", "Let the slice end at a number: `padding + H`.",
                "What is `[1, 2, 3][0:-0]`?"),
        Mistake("cropped-twice", lambda g, w, p: cropped(with_border(g, w), 2 * p, 2 * p),
                "The padding is cut off twice.", both, SIZE),
        Mistake("cut-to-output", _middle,
                "The middle of the result is cut out, in the size of `grad_output`. x has "
                "H' + k − 1 − 2 · padding rows.", both, SIZE),
        Mistake("cut-to-output",
                lambda g, w, p: with_border(g, w)[:, :, p : p + g.shape[2], p : p + g.shape[3]],
                "The result has the size of `grad_output`. x has H' + k − 1 − 2 · padding rows.",
                both, SIZE),
    )  # fmt: skip
