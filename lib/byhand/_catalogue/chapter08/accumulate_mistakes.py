"""Wrong weights of the small batches of one step."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate

from byhand._catalogue.chapter08.accumulate_loops import (
    RIGHT,
    GroupLoop,
    Simulated,
    Weights,
    share,
)
from byhand._checker.spec import Mistake

RULE = (
    "Multiply each mean loss by len(labels) / n, with n the number of images of all batches of "
    "this step."
)
SHARE = (
    "One batch has 3 images and another 7. Does an image of the first count as much as one of "
    "the second?"
)


def slip(code: str, loop: GroupLoop, message: str, step: str, hint: str) -> Mistake:
    """A mistake of the catalogue."""
    return Mistake(code, Simulated(loop), message, step, hint, part="trained")


def _weighted(code: str, weights: Weights, message: str, step: str = RULE) -> Mistake:
    return slip(code, replace(RIGHT, weights=weights), message, step, SHARE)


def weight_mistakes() -> tuple[Mistake, ...]:
    return (
        _weighted("sum-of-means", lambda s: [1.0] * len(s.group),
                  "The gradients of the mean losses are added, and nothing is divided: the steps "
                  "grow with per_step."),
        _weighted("divided-by-per-step", lambda s: [1 / s.per_step] * len(s.group),
                  "Each mean loss is divided by per_step. That is right only where all batches "
                  "have the same size, and where the last step has all its batches."),
        _weighted("mean-of-means", lambda s: [1 / len(s.group)] * len(s.group),
                  "You average over the batches of a step. An image of a small batch then counts "
                  "more than one of a large batch."),
        _weighted("not-divided", lambda s: [float(n) for n in s.group],
                  "Each step follows the gradient of the sum over its images: the division by "
                  "their number is missing."),
        _weighted("divided-by-all-batches", lambda s: [1 / len(s.every)] * len(s.group),
                  "Each mean loss is divided by the number of all batches of the epoch. A step is "
                  "the mean over its own images."),
        _weighted("divided-by-all-images", lambda s: [n / sum(s.every) for n in s.group],
                  "You divide by the number of all images of the epoch. A step is the mean over "
                  "its own images."),
        _weighted("divided-by-size-again", lambda s: [1 / n for n in s.group],
                  "The mean loss of each batch is divided by the batch's size. It is a mean "
                  "already; here it must be weighted with the size."),
        _weighted("means-divided-by-images", lambda s: [1 / sum(s.group)] * len(s.group),
                  "The mean losses are added and divided by the number of images. Each mean must "
                  "first be multiplied by the size of its batch."),
        _weighted("equal-sizes-assumed",
                  lambda s: [n / s.group[0] / len(s.group) for n in s.group],
                  "You divide by the number of batches times the size of the first one of the "
                  "step. The batches have different sizes."),
        _weighted("equal-sizes-assumed", lambda s: [n / s.every[0] / s.per_step for n in s.group],
                  "You divide by per_step times the size of the first batch. The batches have "
                  "different sizes."),
        _weighted("equal-sizes-assumed",
                  lambda s: [n / max(s.every) / s.per_step for n in s.group],
                  "You divide by per_step times the size of the largest batch. The batches have "
                  "different sizes."),
        _weighted("equal-sizes-assumed",
                  lambda s: [n * len(s.every) / sum(s.every) / s.per_step for n in s.group],
                  "You divide by per_step times the average size of a batch. The batches have "
                  "different sizes."),
        _weighted("divided-twice", lambda s: [n / sum(s.group) / s.per_step for n in s.group],
                  "On top of the right weights you divide by per_step.",
                  "Leave out the division by per_step."),
        _weighted("divided-twice", lambda s: [n / sum(s.group) / len(s.group) for n in s.group],
                  "On top of the right weights you divide by the number of batches of the step.",
                  "Leave out the second division."),
        _weighted("divided-by-per-step", lambda s: [n / s.per_step for n in s.group],
                  "The losses are summed over the images and divided by per_step, a number of "
                  "batches. A step is the mean over its images."),
        _weighted("divided-by-largest", lambda s: [n / max(s.group) for n in s.group],
                  "You divide by the size of the largest batch of the step, and not by the number "
                  "of its images."),
        _weighted("squared-weights", lambda s: [w * w for w in share(s)],
                  "The weight len(labels) / n is multiplied in twice."),
        _weighted("divided-inside-loop",
                  lambda s: [s.per_step ** (k - len(s.group)) for k in range(len(s.group))],
                  "`.grad` is divided by per_step after each backward. So what came first is "
                  "divided again and again."),
        _weighted("weights-inverted", lambda s: [sum(s.group) / n for n in s.group],
                  "The weights are upside down: a small batch counts more than a large one."),
        _weighted("running-total",
                  lambda s: [n / t for n, t in zip(s.group, accumulate(s.group), strict=True)],
                  "Each batch is divided by the number of images seen so far in its step. The "
                  "first ones then count too much.",
                  "Count the images of the step before its first batch."),
        _weighted("wrong-sign", lambda s: [-w for w in share(s)],
                  "The steps make the loss larger: the sign is wrong.",
                  "Send back the loss itself, not its negative."),
    )  # fmt: skip
