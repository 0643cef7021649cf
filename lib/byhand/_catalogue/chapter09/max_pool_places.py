"""Wrong gradients of max-pooling: the right entry of a window, at the wrong place."""

# ruff: noqa: ARG001  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from byhand._catalogue.chapter09.windows import (
    first,
    image,
    index,
    largest,
    scattered,
    shared,
    swapped,
    windows,
)
from byhand._checker.spec import Formula, Mistake

PLACE = (
    "The place in the image is (a · kernel_size + i) · W + (b · kernel_size + j), for the entry "
    "(i, j) of the window (a, b)."
)
INDEX = "Take the places from `F.max_pool2d(x, kernel_size, return_indices=True)`."
WHERE = "The window (1, 2) of size 3 has its largest entry at (0, 1). Where is that in the image?"
PLANE = "The index of `F.max_pool2d` counts inside one channel. At what number does the next begin?"


def _coordinates(x: Tensor, k: int) -> tuple[Tensor, ...]:
    """Window row a and column b, and row i and column j of the largest entry in it."""
    parts = windows(x, k)
    place = first(parts)
    a = torch.arange(parts.shape[2])[:, None].expand(place.shape)
    b = torch.arange(parts.shape[3]).expand(place.shape)
    return a, b, place // k, place % k


def _at(place: Callable[..., Tensor], add: bool = True) -> Formula:
    """grad_output at a place computed from (a, b, i, j, x, k)."""

    def formula(g: Tensor, x: Tensor, k: int) -> Tensor:
        return scattered(g, place(*_coordinates(x, k), x, k), x, add)

    return formula


def _image_places() -> tuple[Mistake, ...]:
    inside = (
        "The place inside the window is used as the place in the image, so everything lands in "
        "the first rows."
    )
    corner = (
        "The window's corner is taken as (a, b). It is (a · kernel_size, b · kernel_size), "
        "because the windows do not overlap."
    )

    def in_window(a: Tensor, b: Tensor, i: Tensor, j: Tensor, x: Tensor, k: int) -> Tensor:
        return i * k + j

    def in_row(a: Tensor, b: Tensor, i: Tensor, j: Tensor, x: Tensor, k: int) -> Tensor:
        return i * x.shape[3] + j

    def no_steps(a: Tensor, b: Tensor, i: Tensor, j: Tensor, x: Tensor, k: int) -> Tensor:
        return (a + i) * x.shape[3] + b + j

    def high(a: Tensor, b: Tensor, i: Tensor, j: Tensor, x: Tensor, k: int) -> Tensor:
        return (a * k + i) * x.shape[2] + b * k + j

    def narrow(a: Tensor, b: Tensor, i: Tensor, j: Tensor, x: Tensor, k: int) -> Tensor:
        return (a * k + i) * (x.shape[3] // k * k) + b * k + j

    def of_output(a: Tensor, b: Tensor, i: Tensor, j: Tensor, x: Tensor, k: int) -> Tensor:
        return a * (x.shape[3] // k) + b

    return (
        Mistake("index-inside-the-window", _at(in_window), inside, f"{PLACE} {INDEX}", WHERE),
        Mistake("index-inside-the-window", _at(in_window, add=False),
                f"{inside} Windows overwrite each other there.", f"{PLACE} {INDEX}", WHERE),
        Mistake("window-corner-missing", _at(in_row),
                "The row and the column inside the window are used as those in the image, so "
                "everything lands in the first window.", PLACE, WHERE),
        Mistake("window-corner-missing", _at(in_row, add=False),
                "The row and the column inside the window are used as those in the image, so "
                "everything lands in the first window, and windows overwrite each other.", PLACE,
                WHERE),
        Mistake("corner-not-multiplied", _at(no_steps), corner, PLACE, WHERE),
        Mistake("corner-not-multiplied", _at(no_steps, add=False), corner, PLACE, WHERE),
        Mistake("wrong-row-length", _at(high),
                "The row is multiplied by the height H of the image. A row holds W numbers.",
                PLACE, "How many numbers lie before row 1 of an image with H rows and W columns?"),
        Mistake("wrong-row-length", _at(narrow),
                "The row is multiplied by the width of all windows together. A row of x holds W "
                "numbers, also where some fill no window.", PLACE,
                "How many numbers lie before row 1 of an image with H rows and W columns?"),
        Mistake("index-of-the-output", _at(of_output),
                "grad_output stands in the first places of the image, one after the other.",
                f"{PLACE} {INDEX}", WHERE),
    )  # fmt: skip


def _rows_and_columns() -> tuple[Mistake, ...]:
    return (
        Mistake("rows-and-columns-swapped", shared(lambda v: swapped(largest(v))),
                "Row and column inside the window are swapped.", PLACE, WHERE),
        Mistake("rows-and-columns-swapped", _by_columns,
                "The place is taken as column · H + row. PyTorch counts row by row.", PLACE,
                WHERE),
        Mistake("windows-stretched",
                lambda g, x, k: F.interpolate(g, size=x.shape[2:])
                * (x == F.interpolate(F.max_pool2d(x, k), size=x.shape[2:])),
                "You stretch the output to the size of the image. Where H or W is no multiple of "
                "kernel_size, the windows are no longer where they were.",
                "Repeat each entry kernel_size times, and let rows and columns that fill no window "
                "be zero.", "Which pixels belong to the last window of a row?"),
        Mistake("windows-aligned-at-the-end",
                _from_the_end,
                "The windows end at the last row and column. They begin at the first.", PLACE,
                "Which rows and columns are left out, the first or the last?"),
    )  # fmt: skip


def _by_columns(g: Tensor, x: Tensor, k: int) -> Tensor:
    places = index(x, k)
    high, wide = x.shape[2:]
    return scattered(g, places % wide * high + places // wide, x)


def _from_the_end(g: Tensor, x: Tensor, k: int) -> Tensor:
    """The right gradient for windows that leave out the first rows and columns."""
    top, left = x.shape[2] - g.shape[2] * k, x.shape[3] - g.shape[3] * k
    inner: Tensor = shared(largest)(g, x[:, :, top:, left:], k)
    return F.pad(inner, (left, 0, top, 0))


def _one_plane(g: Tensor, x: Tensor, k: int, add: bool) -> Tensor:
    flat, places = x.new_zeros(x.numel()), index(x, k).flatten()
    if add:
        return flat.index_add(0, places, g.flatten()).reshape(x.shape)
    return flat.scatter(0, places, g.flatten()).reshape(x.shape)


def _one_sample(g: Tensor, x: Tensor, k: int, add: bool) -> Tensor:
    flat, places = x.new_zeros(len(x), x[0].numel()), index(x, k).flatten(1)
    if add:
        return flat.scatter_add(1, places, g.flatten(1)).reshape(x.shape)
    return flat.scatter(1, places, g.flatten(1)).reshape(x.shape)


def _planes() -> tuple[Mistake, ...]:
    step = "Flatten rows and columns only: `flatten(2)`, and scatter along dimension 2."
    all_of = (
        "The whole batch is one row for you, so everything lands in the first channel of the "
        "first sample."
    )
    sample = "The channels of a sample are one row for you, so everything lands in the first one."
    return (
        Mistake("planes-mixed", lambda g, x, k: _one_plane(g, x, k, True), all_of, step, PLANE),
        Mistake("planes-mixed", lambda g, x, k: _one_plane(g, x, k, False), all_of, step, PLANE),
        Mistake("planes-mixed", lambda g, x, k: _one_sample(g, x, k, True), sample, step, PLANE),
        Mistake("planes-mixed", lambda g, x, k: _one_sample(g, x, k, False), sample, step, PLANE),
        Mistake("index-returned", lambda g, x, k: index(x, k).to(g),
                "You return the places, not the gradient.",
                "Write `grad_output` at these places of an image of zeros.",
                "A gradient for x has the shape of x. How many numbers is that?"),
        Mistake("relu-mask",
                lambda g, x, k: image(g[..., None] * (windows(x, k) > 0), k, x.shape),
                "Positive entries of a window get `grad_output`: that is a ReLU. Only the largest "
                "reaches the output.", "Compare with the largest entry, not with 0.",
                "A window holds 3, 8, 1 and 7. If the 7 grows a little, what does the output do?"),
    )  # fmt: skip


def place_mistakes() -> tuple[Mistake, ...]:
    """The right entry at the wrong place."""
    return (*_image_places(), *_rows_and_columns(), *_planes())
