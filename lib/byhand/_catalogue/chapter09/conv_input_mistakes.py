"""Wrong gradients of a convolution's input."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from byhand._catalogue.chapter09.conv_input_sizes import size_mistakes
from byhand._catalogue.chapter09.conv_parts import (
    by_place,
    by_tap,
    cropped,
    grad_input,
    turned,
)
from byhand._checker.spec import Formula, Mistake

FLIP = "Turn the kernel by 180°: `weight.flip(2, 3)`."
SWAP = "Swap the channels of the weight: `weight.transpose(0, 1)`."
RIGHT = (
    "grad_x = F.conv2d(grad_output, turned, padding=k − 1 − padding), with "
    "turned[c, o, i, j] = weight[o, c, k − 1 − i, k − 1 − j]."
)
LINKS = "A kernel of 3 × 3: which weight links a pixel to the output one row below it?"
CHANNELS = "weight is (O, C, k, k). Which channels come in on the way back, and which go out?"
REACH = "How many outputs does a pixel in the middle reach, and what happens to what comes back?"
CHAIN = "If the next step is `3 * y`, what does autograd hand to your function?"


def _of_weight(change: Callable[[Tensor], Tensor]) -> Formula:
    """Everything right but the weight."""
    return lambda g, w, p: grad_input(g, change(w), p)


def _kernel() -> tuple[Mistake, ...]:
    unflipped = (
        "The kernel is not turned round. A pixel meets the first weight in the last window that "
        "holds it, so on the way back the order is reversed in both directions."
    )
    one = "The kernel is reversed in one direction only."

    def bare(padding: Callable[[int, int], int]) -> Formula:
        return lambda g, w, p: F.conv2d(g, w.transpose(0, 1), padding=padding(w.shape[-1], p))

    return (
        Mistake("kernel-not-flipped", _of_weight(lambda w: w.flip(2, 3)), unflipped, FLIP, LINKS),
        Mistake("kernel-not-flipped", bare(lambda k, p: p),
                f"{unflipped} And the padding must be k − 1 − padding.", f"{FLIP} {RIGHT}",
                LINKS),
        Mistake("kernel-not-flipped", bare(lambda k, p: 0),
                f"{unflipped} And the padding is missing: it must be k − 1 − padding.",
                f"{FLIP} {RIGHT}", LINKS),
        Mistake("kernel-not-flipped", bare(lambda k, p: k - 1),
                f"{unflipped} And the padding must be k − 1 − padding.", f"{FLIP} {RIGHT}",
                LINKS),
        Mistake("flipped-in-one-direction", _of_weight(lambda w: w.flip(3)),
                f"{one} Turn the rows too, and the columns.", FLIP, LINKS),
        Mistake("flipped-in-one-direction", _of_weight(lambda w: w.flip(2)),
                f"{one} Turn the rows too, and the columns.", FLIP, LINKS),
        Mistake("kernel-transposed",
                _of_weight(lambda w: w.flip(2, 3).transpose(2, 3)),
                "Rows and columns of the kernel are swapped in the place of a turn by 180°.", FLIP,
                LINKS),
        Mistake("kernel-transposed", _of_weight(lambda w: w.transpose(2, 3)),
                "The kernel is turned by 180°, and its rows and columns are swapped as well.",
                FLIP, LINKS),
        Mistake("turned-by-90-degrees",
                _of_weight(lambda w: torch.rot90(w, -1, (2, 3))),
                "The kernel is turned by 90°. It must be turned by 180°.", FLIP, LINKS),
        Mistake("turned-by-90-degrees",
                _of_weight(lambda w: torch.rot90(w, 1, (2, 3))),
                "The kernel is turned by 270°. It must be turned by 180°.", FLIP, LINKS),
        Mistake("grad-output-flipped", lambda g, w, p: grad_input(g.flip(2, 3), w, p),
                "`grad_output` is turned round. The kernel is turned, the image is not.", FLIP,
                LINKS),
        Mistake("result-flipped", lambda g, w, p: grad_input(g, w, p).flip(2, 3),
                "The result is upside down and reversed from left to right.", RIGHT, LINKS),
    )  # fmt: skip


def _channels() -> tuple[Mistake, ...]:
    all_four = "`flip` runs over channels too. Turn rows and columns only."
    return (
        Mistake("channels-flipped", _of_weight(lambda w: w.flip(0, 1)), all_four, FLIP, CHANNELS),
        Mistake("channels-flipped", _of_weight(lambda w: w.flip(0)), all_four, FLIP, CHANNELS),
        Mistake("channels-flipped", _of_weight(lambda w: w.flip(1)), all_four, FLIP, CHANNELS),
        Mistake("channels-flipped", _of_weight(lambda w: w.flip(0, 1, 2, 3)),
                "`flip` turns the channels and not rows and columns.", FLIP, CHANNELS),
        Mistake("channels-reshaped",
                lambda g, w, p: grad_input(
                    g, w.reshape(w.shape[1], w.shape[0], *w.shape[2:]).transpose(0, 1), p),
                "The weight is brought into the shape (C, O, k, k) by `reshape`, which mixes the "
                "channels.", SWAP, CHANNELS),
        Mistake("output-channels-mixed",
                lambda g, w, p: grad_input(g.sum(1, True).expand_as(g), w, p),
                "`grad_output` is summed over its channels first. Each output channel comes back "
                "through its own weight.", RIGHT, CHANNELS),
        Mistake("output-channels-averaged", lambda g, w, p: grad_input(g, w, p) / len(w),
                "You take the mean over the output channels. What comes back from them is added.",
                RIGHT, REACH),
        Mistake("one-channel-only", lambda g, w, p: grad_input(g[:, :1], w[:1], p),
                "Only the first output channel comes back. What comes back from all of them is "
                "added.", RIGHT, REACH),
        Mistake("one-channel-only", lambda g, w, p: grad_input(g[:, -1:], w[-1:], p),
                "Only the last output channel comes back. In a loop, `=` in place of `+=` does "
                "this.", RIGHT, REACH),
        Mistake("input-channels-mixed",
                _of_weight(lambda w: w.sum(1, True).expand_as(w)),
                "The weight is summed over the input channels, so all of them get the same "
                "gradient.", RIGHT, CHANNELS),
    )  # fmt: skip


def _numbers() -> tuple[Mistake, ...]:
    add = "What comes back from several outputs is added: `+=`."
    later = "Later windows overwrite earlier ones: there is `=` in the place of `+=`."
    return (
        Mistake("overwritten", lambda g, w, p: cropped(by_tap(g, w), p, p), later, add, REACH),
        Mistake("overwritten", lambda g, w, p: cropped(by_place(g, w), p, p), later, add, REACH),
        Mistake("overlaps-averaged",
                lambda g, w, p: grad_input(g, w, p)
                / grad_input(g.new_ones(1, 1, *g.shape[2:]), w.new_ones(1, 1, *w.shape[2:]), p),
                "Each pixel is divided by the number of windows that hold it. What comes back "
                "from several outputs is added, not averaged.", add, REACH),
        Mistake("last-taps-missing",
                _of_weight(lambda w: F.pad(w[:, :, :-1, :-1], (0, 1, 0, 1))),
                "The last row and column of the kernel are left out: a loop ends one step too "
                "early.", "Let both loops run over the whole kernel.", REACH),
        Mistake("first-sample-only",
                lambda g, w, p: grad_input(g[:1].expand_as(g), w, p),
                "All samples get the gradient of the first one.", "Keep the samples apart.",
                "Which images does a pixel of sample 0 reach?"),
        Mistake("kernel-averaged", lambda g, w, p: grad_input(g, w, p) / w[0, 0].numel(),
                "You divide by the number of places of the kernel. What comes back is added.", add,
                REACH),
        Mistake("batch-summed", lambda g, w, p: grad_input(g, w, p).sum(0),
                "The samples are summed. Each image has its own gradient; the weight's gradient "
                "is the one that is summed.", "Keep the first dimension.",
                "Which images does a pixel of sample 0 reach?"),
        Mistake("batch-averaged", lambda g, w, p: grad_input(g, w, p) / len(g),
                "You divide by the number of samples. A mean in the loss is already inside "
                "`grad_output`.", "Leave out the division.",
                "Which images does a pixel of sample 0 reach?"),
        Mistake("missing-grad-output", lambda g, w, p: grad_input(g.new_ones(g.shape), w, p),
                "`grad_output` is not used: you take it as ones.", RIGHT, CHAIN),
        Mistake("weight-missing", _of_weight(lambda w: w.new_ones(w.shape)),
                "The factor weight is missing: you take it as ones.", RIGHT, LINKS),
        Mistake("kernel-summed",
                _of_weight(lambda w: w.sum((2, 3), keepdim=True).expand_as(w)),
                "You use the sum of a kernel at each of its places. A pixel meets one weight in "
                "each window.", RIGHT, LINKS),
        Mistake("border-kept-zero", lambda g, w, p: F.pad(
                F.conv2d(g, turned(w)), [w.shape[-1] - 1 - p] * 4),
                "The border of the result is zero: you pad after the convolution. Pad "
                "`grad_output` before it.", RIGHT, REACH),
    )  # fmt: skip


def all_mistakes() -> tuple[Mistake, ...]:
    """The whole catalogue."""
    return (*size_mistakes(), *_kernel(), *_channels(), *_numbers())
