"""Wrong gradients of a global average pool."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from byhand._checker.spec import Formula, Mistake

SHARE = "Each pixel gets grad_output / (H · W) of its own sample and channel."
DIVIDE = "Divide by the number of pixels of one channel, `x.shape[2] * x.shape[3]`."
EXPAND = "Give `grad_output` two new dimensions at the end, and expand them to (H, W)."
MEAN = "A channel has 5 × 7 pixels. If one of them grows by 1, by how much does its mean grow?"
SHAPE = "A gradient for x has the shape of x. How many numbers is that?"
CHAIN = "If the next step is `3 * y`, what does autograd hand to your function?"


def _wide(g: Tensor, x: Tensor) -> Tensor:
    """`grad_output` at each pixel."""
    return g[:, :, None, None].expand_as(x)


def _places(x: Tensor) -> int:
    return x.shape[2] * x.shape[3]


def _over(divisor: Callable[[Tensor, Tensor], int]) -> Formula:
    """Everything right but the divisor, from (grad_output, x)."""
    return lambda g, x: _wide(g, x) / divisor(g, x)


def _divisors() -> tuple[Mistake, ...]:
    def wrong(code: str, divisor: Callable[[Tensor, Tensor], int], message: str) -> Mistake:
        return Mistake(code, _over(divisor), message, DIVIDE, MEAN)

    return (
        wrong("not-divided", lambda g, x: 1,
              "The factor 1/(H · W) of the mean is missing."),
        wrong("divided-by-rows", lambda g, x: x.shape[2],
              "You divide by the number of rows only."),
        wrong("divided-by-columns", lambda g, x: x.shape[3],
              "You divide by the number of columns only."),
        wrong("divided-by-sum", lambda g, x: x.shape[2] + x.shape[3],
              "You divide by H + W. A channel has H · W pixels."),
        wrong("divided-by-batch", lambda g, x: len(x),
              "You divide by the number of samples. The mean runs over the pixels of one sample."),
        wrong("divided-by-channels", lambda g, x: x.shape[1],
              "You divide by the number of channels. Each channel has a mean of its own."),
        wrong("divided-by-all", lambda g, x: x.numel(),
              "You divide by the number of all entries of x. Each channel of each sample has a "
              "mean of its own."),
        wrong("divided-by-outputs", lambda g, x: g.numel(),
              "You divide by the number of outputs, N · C. What counts is how many pixels are "
              "averaged."),
        wrong("samples-counted", lambda g, x: len(x) * _places(x),
              "You divide by N · H · W, as a batch norm does. Each sample has a mean of its own."),
        wrong("channels-counted", lambda g, x: x.shape[1] * _places(x),
              "You divide by C · H · W. Each channel has a mean of its own."),
        Mistake("multiplied-not-divided", lambda g, x: _wide(g, x) * _places(x),
                "You multiply by H · W. A mean divides.", DIVIDE, MEAN),
        Mistake("divided-twice", _over(lambda g, x: _places(x) ** 2),
                "You divide by H · W twice.", DIVIDE, MEAN),
    )  # fmt: skip


def _shapes() -> tuple[Mistake, ...]:
    return (
        Mistake("not-expanded", lambda g, x: g / _places(x),
                "The numbers are right, and there is one for each channel. Each pixel gets its "
                "own.", EXPAND, SHAPE),
        Mistake("not-expanded", lambda g, x: g[:, :, None, None] / _places(x),
                "The result has shape (N, C, 1, 1). Each pixel gets its own number.", EXPAND,
                SHAPE),
        Mistake("grad-output-returned", lambda g, x: g,
                "You return `grad_output` unchanged.", f"{DIVIDE} {EXPAND}", SHAPE),
        Mistake("repeated-in-the-wrong-order",
                lambda g, x: g.repeat(1, _places(x)).reshape(x.shape) / _places(x),
                "`repeat` writes all channels one after the other, again and again; after the "
                "`reshape` they stand at the wrong pixels.", EXPAND, SHAPE),
        Mistake("repeated-in-the-wrong-order",
                lambda g, x: g.flatten().repeat(_places(x)).reshape(x.shape) / _places(x),
                "`repeat` writes all of `grad_output` again and again; after the `reshape` the "
                "numbers stand in the wrong samples and channels.", EXPAND, SHAPE),
        Mistake("samples-and-channels-swapped",
                lambda g, x: _wide(g.T.reshape(g.shape), x) / _places(x),
                "Samples and channels are swapped, and brought into shape by `reshape`.", EXPAND,
                SHAPE),
    )  # fmt: skip


def _only(mask: Tensor, x: Tensor) -> Tensor:
    """1 at one place of each channel, from a mask over the H · W places."""
    return mask.reshape(x.shape).to(x)


def _first(x: Tensor) -> Tensor:
    places = torch.arange(_places(x)).expand(*x.shape[:2], -1)
    return _only(places == 0, x)


def _largest(x: Tensor) -> Tensor:
    flat = x.flatten(2)
    return _only(flat == flat.amax(-1, keepdim=True), x)


def _terms() -> tuple[Mistake, ...]:
    own = "Which outputs does a pixel of sample 0, channel 0 reach?"
    return (
        Mistake("missing-grad-output", lambda g, x: torch.ones_like(x) / _places(x),
                "`grad_output` is not used: you return 1/(H · W) everywhere.", SHARE, CHAIN),
        Mistake("missing-grad-output", lambda g, x: x / _places(x),
                "`grad_output` is not used: you return x / (H · W).", SHARE, CHAIN),
        Mistake("times-x", lambda g, x: _wide(g, x) * x / _places(x),
                "You multiply by x. A mean is linear: the slope does not depend on x.", SHARE,
                MEAN),
        Mistake("one-pixel-only", lambda g, x: _wide(g, x) * _first(x),
                "The first pixel of each channel gets everything. All pixels have a share in the "
                "mean.", SHARE, MEAN),
        Mistake("largest-pixel-only", lambda g, x: _wide(g, x) * _largest(x),
                "The largest pixel of each channel gets everything: this is max-pooling. All "
                "pixels have a share in the mean.", SHARE, MEAN),
        Mistake("samples-mixed",
                lambda g, x: _wide(g.sum(0, keepdim=True).expand_as(g), x) / _places(x),
                "`grad_output` is summed over the samples. Each sample has its own outputs.",
                SHARE, own),
        Mistake("samples-mixed",
                lambda g, x: _wide(g.mean(0, keepdim=True).expand_as(g), x) / _places(x),
                "`grad_output` is averaged over the samples. Each sample has its own outputs.",
                SHARE, own),
        Mistake("channels-mixed",
                lambda g, x: _wide(g.sum(1, keepdim=True).expand_as(g), x) / _places(x),
                "`grad_output` is summed over the channels. Each channel has its own output.",
                SHARE, own),
        Mistake("channels-mixed",
                lambda g, x: _wide(g.mean(1, keepdim=True).expand_as(g), x) / _places(x),
                "`grad_output` is averaged over the channels. Each channel has its own output.",
                SHARE, own),
        Mistake("value-not-gradient", lambda g, x: x.mean((2, 3)),
                "You return the mean, the value of the forward.", SHARE, CHAIN),
    )  # fmt: skip


def all_mistakes() -> tuple[Mistake, ...]:
    """The whole catalogue."""
    return (*_divisors(), *_shapes(), *_terms())
