"""Mistakes in summing a gradient back, for any operation that broadcasts."""

from __future__ import annotations

from collections.abc import Callable

from byhand._catalogue.chapter04 import sums
from byhand._catalogue.chapter04.sums import Reduce
from byhand._checker.spec import Formula, Mistake

Build = Callable[[Reduce], Formula]
"""Makes the two gradients from a way to sum."""

ASK = "How many entries of y does one entry of the smaller input reach?"


def shape_mistakes(build: Build) -> tuple[Mistake, ...]:
    """Dimensions that are not summed, not removed or lost."""
    sum_both = (
        "Sum over every dimension that broadcasting put in front, and over every one that it "
        "stretched from size 1."
    )
    same = "What is the shape of a gradient, compared with that of its tensor?"
    return (
        Mistake("unsummed-broadcast", build(sums.unsummed),
                "The gradient still has the shape of y. Broadcasting used one entry several "
                "times, so what comes back to it is added up.", sum_both, ASK),
        Mistake("stretched-not-summed", build(sums.only_front),
                "The dimensions in front are summed. A dimension of size 1 is stretched by "
                "broadcasting too, and it is not summed.",
                "Where the input has size 1, use `sum(k, keepdim=True)`.", ASK),
        Mistake("front-not-summed", build(sums.only_stretched),
                "Dimensions of size 1 are summed. The dimensions that broadcasting put in front "
                "are not.", "Call `sum(0)` as often as y has more dimensions than the input.", ASK),
        Mistake("front-kept", build(sums.front_kept),
                "The numbers are right; the dimensions in front are still there, with size 1.",
                "Sum the dimensions in front without `keepdim`.", same),
        Mistake("stretched-lost", build(sums.stretched_lost),
                "The numbers are right; a dimension of size 1 of the input is lost.",
                "Use `keepdim=True` where the input itself has size 1.", same),
        Mistake("summed", build(sums.one_number),
                "Everything is summed to one number. Each entry of the input has its own.",
                sum_both, ASK),
        Mistake("summed", build(sums.one_number_everywhere),
                "Every entry holds the sum of everything. It gets the sum over its own copies.",
                sum_both, ASK),
    )  # fmt: skip


def number_mistakes(build: Build) -> tuple[Mistake, ...]:
    """Means, single copies and sums over the wrong dimension."""
    dims = "Compare the shape of the input with that of y, from the last dimension backwards."
    return (
        Mistake("averaged", build(sums.averaged),
                "You take the mean over the copies. Each copy contributes in full: it is the sum.",
                "Replace the mean by a sum.", ASK),
        Mistake("one-copy-only", build(sums.first_slice),
                "Only the first copy is used. Broadcasting made several, and all of them count.",
                "Sum in place of choosing.", ASK),
        Mistake("always-first-dimension", build(sums.first_dimension),
                "You always sum over dimension 0. Which dimensions are summed depends on the "
                "shapes.", dims, ASK),
        Mistake("always-first-dimension", build(sums.first_dimension_always),
                "You always sum over dimension 0, even where nothing was broadcast. Which "
                "dimensions are summed depends on the shapes.", dims, ASK),
        Mistake("always-last-dimension", build(sums.last_dimension_always),
                "You always sum over the last dimension, even where nothing was broadcast. Which "
                "dimensions are summed depends on the shapes.", dims, ASK),
        Mistake("always-last-dimension", build(sums.last_dimension),
                "You always sum over the last dimension. Which dimensions are summed depends on "
                "the shapes.", dims, ASK),
    )  # fmt: skip
