"""Wrong gradients of a convolution's weight: the padding."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

from collections.abc import Callable

import torch.nn.functional as F
from torch import Tensor

from byhand._catalogue.chapter09.conv_parts import correlate, padded
from byhand._checker.spec import Formula, Mistake

PAD = "Begin with `padded = F.pad(x, [padding] * 4)`."
EDGE = "Which pixel does weight[o, c, 0, 0] meet in the first output, y[n, o, 0, 0]?"


def _of_image(image: Callable[[Tensor, int], Tensor]) -> Formula:
    """Everything right but the padded image, from (x, padding)."""
    return lambda g, x, k, p: correlate(image(x, p), g)


def padding_mistakes() -> tuple[Mistake, ...]:
    """Another padding than the forward's."""
    side = "Zeros stand on one side only. The forward puts them on all four sides."
    zero = "The border is not filled with zeros, as it was in the forward."
    return (
        Mistake("input-not-padded", _of_image(lambda x, p: x),
                "x has no padding, so the result is too small: the windows at the border are "
                "missing. The weight also met the zeros of the padding.", PAD, EDGE),
        Mistake("padded-twice", _of_image(lambda x, p: padded(x, 2 * p)),
                "x is padded twice, so the result is too large.", PAD, EDGE),
        Mistake("padding-on-one-side", _of_image(lambda x, p: F.pad(x, (0, 2 * p, 0, 2 * p))),
                f"The first pixel of x meets the first weight. {side}", PAD, EDGE),
        Mistake("padding-complemented", lambda g, x, k, p: correlate(padded(x, k - 1 - p), g),
                "You use the padding k − 1 − padding, which belongs to the gradient of the input. "
                "Here x is padded as in the forward.", PAD, EDGE),
        Mistake("assumes-same-size", lambda g, x, k, p: correlate(padded(x, k // 2), g),
                "The padding is k // 2. That is right only where the forward kept the size of "
                "the image.", PAD, EDGE),
        Mistake("assumes-same-size", lambda g, x, k, p: correlate(padded(x, (k - 1) // 2), g),
                "The padding is (k − 1) // 2. That is right only where the forward kept the size "
                "of the image.", PAD, EDGE),
        Mistake("padding-on-one-side", _of_image(lambda x, p: F.pad(x, (2 * p, 0, 2 * p, 0))),
                side, PAD, EDGE),
        Mistake("rows-not-padded", _of_image(lambda x, p: F.pad(x, (p, p))),
                "Only the columns are padded: `F.pad` counts from the last dimension, two numbers "
                "for each.", PAD, EDGE),
        Mistake("columns-not-padded", _of_image(lambda x, p: F.pad(x, (0, 0, p, p))),
                "Only the rows are padded.", PAD, EDGE),
        Mistake("padding-not-zero",
                _of_image(lambda x, p: F.pad(x, [p] * 4, mode="replicate")), zero, PAD, EDGE),
        Mistake("padding-not-zero",
                _of_image(lambda x, p: F.pad(x, [p] * 4, mode="reflect")), zero, PAD, EDGE),
        Mistake("padding-not-zero",
                _of_image(lambda x, p: F.pad(x, [p] * 4, mode="circular")), zero, PAD, EDGE),
    )  # fmt: skip
