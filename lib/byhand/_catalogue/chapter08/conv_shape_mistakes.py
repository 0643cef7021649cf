"""Wrong sizes of a convolution's result, as learners compute them."""

# ruff: noqa: ARG005  (every rule takes all arguments of the answer, used or not)

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import product
from typing import NamedTuple

from byhand._catalogue.chapter08.table_kind import by_row
from byhand._checker.spec import Mistake

Rule = Callable[[int, int, int, int, int], float]
"""Of size, kernel_size, stride, padding and dilation."""


class Slip(NamedTuple):
    """One step of the formula, done wrongly."""

    code: str
    step: Callable[..., float]
    message: str
    next_step: str
    hint: str


ENDS = "How many pixels does padding 1 add to a row of 5?"
GAPS = "A kernel of 3 weights with dilation 2: on which pixels do they lie, if the first is on 0?"
PLACES = (
    "The kernel can begin at 0 at the earliest and at 4 at the latest. How many places is that?"
)
REST = "The kernel moves by 2 and can begin at 5 at the latest. Where does it begin the last time?"

PADDED = (
    Slip("padding-once", lambda n, p: n + p,
         "The padding is counted once. It is added at both ends of the axis.",
         "Use `size + 2 * padding`.", ENDS),
    Slip("padding-forgotten", lambda n, p: n,
         "The padding is left out: the kernel may begin in it and end in it.",
         "Use `size + 2 * padding`.", ENDS),
)  # fmt: skip
COVERED = (
    Slip("dilation-forgotten", lambda k, d: k,
         "The dilation is left out: the kernel covers more pixels than it has weights.",
         "Between the first and the last weight lie `dilation * (kernel_size - 1)` steps.", GAPS),
    Slip("dilation-times-kernel", lambda k, d: d * k,
         "You let the kernel cover dilation · kernel_size pixels. There are only kernel_size − 1 "
         "gaps between its weights.",
         "It covers `dilation * (kernel_size - 1) + 1` pixels.", GAPS),
    Slip("dilation-counts-gaps", lambda k, d: k + d * (k - 1),
         "You put `dilation` pixels between neighbouring weights. With dilation d they lie d "
         "pixels apart, so d − 1 lie between them, and dilation 1 is the usual kernel.",
         "It covers `dilation * (kernel_size - 1) + 1` pixels.", GAPS),
)  # fmt: skip
ONE_TOO_FEW = Slip(
    "covered-one-too-few", lambda k, d: d * (k - 1),
    "The kernel covers one pixel more than you subtract: dilation · (kernel_size − 1) is the "
    "distance between its first and its last weight.",
    "Subtract `dilation * (kernel_size - 1) + 1`.", GAPS,
)  # fmt: skip
DIVIDED = (
    Slip("one-missing", lambda x, s: x // s,
         "One place is missing: the division counts the moves of the kernel, and it has been at "
         "one place before the first move.", "Add 1 after the division.", PLACES),
    Slip("one-added-too-early", lambda x, s: (x + 1) // s,
         "The 1 is added before the division by the stride. The place at the beginning counts in "
         "full, whatever the stride is.", "Divide first: `last // stride + 1`.", PLACES),
    Slip("rounded-up", lambda x, s: math.ceil(x / s) + 1,
         "You round up. A last move that would carry the kernel beyond the edge does not happen.",
         "Use `//`, which rounds down.", REST),
    Slip("rounded-to-nearest", lambda x, s: math.floor(x / s + 0.5) + 1,
         "You round to the nearest number. A part of a move does not happen: round down.",
         "Use `//`, which rounds down.", REST),
    Slip("rounded-to-nearest", lambda x, s: round(x / s) + 1,
         "You round to the nearest number. A part of a move does not happen: round down.",
         "Use `//`, which rounds down.", REST),
    Slip("rounded-to-nearest", lambda x, s: round(x / s + 1),
         "You round to the nearest number. A part of a move does not happen: round down.",
         "Use `//`, which rounds down.", REST),
    Slip("not-rounded", lambda x, s: x / s + 1,
         "The result has digits behind the point. A part of a move does not happen: round down.",
         "Use `//`, which rounds down, in place of `/`.", REST),
    Slip("stride-forgotten", lambda x, s: x + 1,
         "The stride is left out: the kernel moves by `stride` pixels, not by one.",
         "Divide the number of pixels by the stride, and round down.", REST),
    Slip("stride-multiplied", lambda x, s: x * s + 1,
         "You multiply by the stride. A larger stride means fewer places.",
         "Divide by the stride, and round down.", REST),
)  # fmt: skip


def _padded(n: int, p: int) -> int:
    return n + 2 * p


def _covered(k: int, d: int) -> int:
    return d * (k - 1) + 1


def _places(x: int, s: int) -> int:
    return x // s + 1


def _rule(
    pad: Callable[..., float] = _padded,
    cover: Callable[..., float] = _covered,
    divide: Callable[..., float] = _places,
) -> Rule:
    return lambda n, k, s, p, d: divide(pad(n, p) - cover(k, d), s)


def _mistake(slip: Slip, rule: Rule, more: str = "") -> Mistake:
    return Mistake(slip.code, by_row(rule), slip.message + more, slip.next_step, slip.hint,
                   part="count")  # fmt: skip


def _single() -> list[Mistake]:
    return [
        *(_mistake(slip, _rule(pad=slip.step)) for slip in PADDED),
        *(_mistake(slip, _rule(cover=slip.step)) for slip in (*COVERED, ONE_TOO_FEW)),
        *(_mistake(slip, _rule(divide=slip.step)) for slip in DIVIDED),
    ]


def _double() -> list[Mistake]:
    """Two slips in one formula; the first one gives the name."""
    return [
        *(_mistake(a, _rule(pad=a.step, cover=b.step), f" Also: {b.message}")
          for a, b in product(PADDED, COVERED)),
        *(_mistake(a, _rule(pad=a.step, divide=b.step), f" Also: {b.message}")
          for a, b in product(PADDED, DIVIDED)),
        *(_mistake(a, _rule(cover=a.step, divide=b.step), f" Also: {b.message}")
          for a, b in product(COVERED, DIVIDED)),
    ]  # fmt: skip


def _other() -> list[Mistake]:
    return [
        _mistake(Slip("padding-not-divided", PADDED[0].step,
                      "The padding is added after the division. It makes the input longer, and "
                      "the stride applies to it too.",
                      "Add it to the size first: `size + 2 * padding`.", ENDS),
                 lambda n, k, s, p, d: (n - _covered(k, d)) // s + 1 + 2 * p),
        _mistake(Slip("rounded-twice", PADDED[0].step,
                      "Parts of the sum are divided and rounded one by one, and the rests are "
                      "lost.", "Add up all pixels first, and divide once.", REST),
                 lambda n, k, s, p, d: (n - _covered(k, d)) // s + 2 * p // s + 1),
        _mistake(Slip("rounded-twice", PADDED[0].step,
                      "Parts of the sum are divided and rounded one by one, and the rests are "
                      "lost.", "Add up all pixels first, and divide once.", REST),
                 lambda n, k, s, p, d: (n + 2 * p) // s - _covered(k, d) // s + 1),
        _mistake(Slip("transposed-convolution", PADDED[0].step,
                      "This is the size that a transposed convolution gives. It goes the other "
                      "way, from the small image to the large one.",
                      "Count the places where the kernel can lie in the padded input.", PLACES),
                 lambda n, k, s, p, d: (n - 1) * s - 2 * p + _covered(k, d)),
        _mistake(Slip("kernel-forgotten", PADDED[0].step,
                      "The kernel is left out: it must end inside the padded input, so it cannot "
                      "begin at its last pixels.",
                      "Subtract the pixels that the kernel covers, and divide then.", PLACES),
                 lambda n, k, s, p, d: (n + 2 * p) // s),
        _mistake(Slip("size-kept", PADDED[0].step,
                      "Only the stride is left in your formula. The size is kept where the "
                      "padding is chosen for it, not always.",
                      "Count the places where the kernel can lie in the padded input.", PLACES),
                 lambda n, k, s, p, d: (n - 1) // s + 1),
        _mistake(Slip("size-kept", PADDED[0].step,
                      "You return the size of the input. It is kept where stride and padding are "
                      "chosen for it, not always.",
                      "Count the places where the kernel can lie in the padded input.", PLACES),
                 lambda n, k, s, p, d: n),
        _mistake(Slip("padding-subtracted", PADDED[0].step,
                      "The padding is subtracted. It makes the input longer.",
                      "Use `size + 2 * padding`.", ENDS),
                 lambda n, k, s, p, d: (n - 2 * p - _covered(k, d)) // s + 1),
        _mistake(Slip("one-pixel-short", COVERED[0].step,
                      "One pixel is subtracted too many, or you round up and leave out the 1 "
                      "behind the division: both give this number.",
                      "The kernel covers `dilation * (kernel_size - 1) + 1` pixels; divide with "
                      "`//`, and add 1 only then.", PLACES),
                 lambda n, k, s, p, d: (n + 2 * p - _covered(k, d) - 1) // s + 1),
    ]  # fmt: skip


def all_mistakes() -> tuple[Mistake, ...]:
    """The whole catalogue, one slip before two."""
    return (*_single(), *_other(), *_double())
