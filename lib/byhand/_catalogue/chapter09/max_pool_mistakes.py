"""Wrong gradients of max-pooling."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

from math import isqrt

import torch
import torch.nn.functional as F
from torch import Tensor

from byhand._catalogue.chapter09.max_pool_places import place_mistakes
from byhand._catalogue.chapter09.windows import (
    Share,
    chosen,
    first_of,
    image,
    index,
    largest,
    last_of,
    scattered,
    shared,
    swapped,
    windows,
)
from byhand._checker.spec import Mistake

ONE = "Send all of grad_output to one entry of its window: the largest, and the first of several."
INDEX = "Take the places from `F.max_pool2d(x, kernel_size, return_indices=True)`."
MOVE = "A window holds 3, 8, 1 and 7. If the 7 grows a little, what does the output do?"
TIE = "A window holds 8, 3, 8 and 8. How much must come back to it in all, and where does it go?"
CHAIN = "If the next step is `3 * y`, what does autograd hand to your function?"


def _top(parts: Tensor) -> Tensor:
    return parts == parts.amax(-1, keepdim=True)


def _at(place: Share) -> Share:
    """The share of an answer that sends everything to one place."""
    return lambda parts: chosen(place(parts), parts.shape[-1])


def _ties() -> tuple[Mistake, ...]:
    several = "Where several entries of a window are the largest, "
    return (
        Mistake("sent-to-every-tie", shared(_top),
                f"{several}each of them gets all of `grad_output`, so more comes back than was "
                "sent. PyTorch sends it to the first one.", ONE, TIE),
        Mistake("shared-among-ties", shared(lambda v: _top(v) / _top(v).sum(-1, True)),
                f"{several}each gets an equal share, as in `amax`. `F.max_pool2d` sends all of it "
                "to the first one.", ONE, TIE),
        Mistake("last-of-ties", shared(_at(lambda v: last_of(_top(v)))),
                f"{several}the last one gets `grad_output`. PyTorch sends it to the first one. "
                "A `>=` in place of `>` does this.", ONE, TIE),
        Mistake("ties-by-columns",
                shared(_at(lambda v: _by_columns(first_of(swapped(_top(v))), v))),
                f"{several}you take the first one column by column. PyTorch reads row by row.",
                ONE, TIE),
        Mistake("last-of-ties",
                shared(_at(lambda v: _by_columns(last_of(swapped(_top(v))), v))),
                f"{several}you take the last one, column by column. PyTorch takes the first one, "
                "row by row.", ONE, TIE),
        Mistake("ties-left-out",
                shared(lambda v: _top(v) & (_top(v).sum(-1, True) == 1)),
                f"{several}nothing comes back. PyTorch sends all to the first one.", ONE, TIE),
    )  # fmt: skip


def _by_columns(place: Tensor, parts: Tensor) -> Tensor:
    """A place of a swapped window as a place of the window itself."""
    k = isqrt(parts.shape[-1])
    return place % k * k + place // k


def _sharing() -> tuple[Mistake, ...]:
    return (
        Mistake("spread-evenly", shared(lambda v: torch.ones_like(v) / v.shape[-1]),
                "You share `grad_output` evenly in each window. That is average pooling; here one "
                "entry decides alone.", ONE, MOVE),
        Mistake("sent-to-the-whole-window", shared(torch.ones_like),
                "Every entry of a window gets `grad_output`. Only the largest reaches the output.",
                ONE, MOVE),
        Mistake("put-at-the-first-place",
                shared(_at(lambda v: torch.zeros_like(v[..., 0], dtype=torch.int64))),
                "The first place of each window gets `grad_output`, wherever the largest entry "
                "is.", f"{ONE} {INDEX}", MOVE),
        Mistake("put-at-the-last-place",
                shared(_at(lambda v: torch.full_like(v[..., 0], v.shape[-1] - 1,
                                                     dtype=torch.int64))),
                "The last place of each window gets `grad_output`, wherever the largest entry "
                "is.", f"{ONE} {INDEX}", MOVE),
        Mistake("sent-to-the-smallest",
                shared(_at(lambda v: first_of(v == v.amin(-1, keepdim=True)))),
                "The smallest entry of each window gets `grad_output`.", ONE, MOVE),
        Mistake("sent-to-the-largest-size",
                shared(_at(lambda v: first_of(v.abs() == v.abs().amax(-1, keepdim=True)))),
                "The entry with the largest absolute value gets `grad_output`. −9 is smaller than "
                "1.", ONE, "Which is larger, −9 or 1?"),
        Mistake("softmax-of-the-window", shared(lambda v: torch.softmax(v, -1)),
                "You share `grad_output` by a softmax. Max-pooling is not soft: one entry gets "
                "all.", ONE, MOVE),
        Mistake("all-but-the-largest", shared(lambda v: 1 - largest(v)),
                "The mask is the wrong way round: all entries but the largest get `grad_output`.",
                ONE, MOVE),
    )  # fmt: skip


def _factors() -> tuple[Mistake, ...]:
    return (
        Mistake("missing-grad-output",
                lambda g, x, k: shared(largest)(torch.ones_like(g), x, k),
                "`grad_output` is not used: you return the mask.", ONE, CHAIN),
        Mistake("missing-grad-output",
                lambda g, x, k: shared(_top)(torch.ones_like(g), x, k),
                "`grad_output` is not used: you return the mask of all largest entries.", ONE,
                CHAIN),
        Mistake("value-not-gradient",
                lambda g, x, k: shared(largest)(F.max_pool2d(x, k), x, k),
                "You put the largest numbers back in their places. It is `grad_output` that goes "
                "there.", ONE, CHAIN),
        Mistake("times-the-value",
                lambda g, x, k: shared(largest)(g * F.max_pool2d(x, k), x, k),
                "You multiply by the largest number. The output moves as much as the largest "
                "entry does: the slope is 1.", ONE, MOVE),
        Mistake("divided-by-window",
                lambda g, x, k: shared(largest)(g, x, k) / k**2,
                "The largest entry gets grad_output / kernel_size². It decides alone, so it gets "
                "all.", ONE, MOVE),
        Mistake("last-planes-only",
                lambda g, x, k: scattered(g, index(x[-1:], k).expand(*g.shape), x),
                "All samples use the places of the last sample.", INDEX,
                "Do the largest entries stand at the same places in all images?"),
        Mistake("first-planes-only",
                lambda g, x, k: scattered(g, index(x[:1], k).expand(*g.shape), x),
                "All samples use the places of the first sample.", INDEX,
                "Do the largest entries stand at the same places in all images?"),
        Mistake("channels-share-places",
                lambda g, x, k: scattered(g, index(x[:, :1], k).expand(*g.shape), x),
                "All channels use the places of the first channel.", INDEX,
                "Do the largest entries stand at the same places in all channels?"),
        Mistake("windows-cut-off",
                lambda g, x, k: shared(largest)(g, x, k)[
                    :, :, : g.shape[2] * k, : g.shape[3] * k],
                "The result is smaller than x: rows and columns that fill no window are missing. "
                "Their gradient is 0, and they are there.", "Begin with `x.new_zeros(x.shape)`.",
                "A gradient for x has the shape of x. What do rows that fill no window get?"),
        Mistake("windows-cut-off",
                lambda g, x, k: image(g[..., None] * _top(windows(x, k)), k, torch.Size(
                    (*x.shape[:2], g.shape[2] * k, g.shape[3] * k))),
                "The result is smaller than x: rows and columns that fill no window are missing. "
                "And where several entries are the largest, each gets `grad_output`.",
                "Begin with `x.new_zeros(x.shape)`.",
                "A gradient for x has the shape of x. What do rows that fill no window get?"),
    )  # fmt: skip


def all_mistakes() -> tuple[Mistake, ...]:
    """The whole catalogue."""
    return (*_ties(), *_sharing(), *place_mistakes(), *_factors())
