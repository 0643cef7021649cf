"""Arguments and special cases that the exercises of chapter 6 share."""

from __future__ import annotations

import torch
from torch import Tensor

from byhand._checker.inputs import Inputs
from byhand._checker.spec import Args, Probe
from byhand._checker.standard import Make

FAR = (5, 7)
"""The shape for `far`."""
SHAPES = ((3, 5), (7, 3), (5, 7), (7, 5))
"""Samples N and classes C, by seed."""


def classes(inputs: Inputs, samples: int, count: int) -> Tensor:
    """Class indices, of which the first two differ where there are two classes."""
    found = (inputs.values(samples) * 64).long().abs() // 2 % count
    if samples > 1 and count > 1:
        found[1] = (found[0] + 1) % count
    return found


def batch(inputs: Inputs) -> Args:
    """`grad_output`, logits and class indices in the shape that belongs to the seed."""
    return sized(inputs, *SHAPES[inputs.seed % len(SHAPES)])


def free(inputs: Inputs) -> Args:
    """The same in the shape that a probe asks for."""
    return sized(inputs, *inputs.shape())


def sized(inputs: Inputs, samples: int, count: int) -> Args:
    """`grad_output`, logits (samples, count) and class indices (samples,)."""
    logits = inputs.values(samples, count) * 0.75
    return inputs.grad_scalar(), logits, classes(inputs, samples, count)


def far(make: Make) -> Make:
    """Rows around 1000 and −1000, then two with both: p of the target is 1, then 0."""

    def drawn(inputs: Inputs) -> Args:
        grad_output, logits, target, *rest = make(inputs)
        logits[0] += 1000
        logits[1] -= 1000
        logits[2:4, 0] -= 1000
        logits[2:4, 1] += 1000
        target[2], target[3] = 1, 0
        return grad_output, logits, target, *rest

    return drawn


def one_sample(make: Make) -> Probe:
    """A batch of one sample."""
    return Probe(
        "wrong-for-one-sample",
        "a batch of one sample",
        make,
        "The result is right for larger batches and wrong for a batch of one sample.",
        "Look for `squeeze`; logits stay of shape (1, C).",
        shape=(1, 5),
    )


def one_class(make: Make) -> Probe:
    """A single class: its probability is always 1."""
    return Probe(
        "wrong-for-one-class",
        "a single class",
        make,
        "With a single class the probability is always 1, and the gradient is 0.",
        "Look for `squeeze`, for a division by C − 1 and for a constant added to a sum.",
        shape=(3, 1),
        listed=False,
    )


def two_classes(make: Make) -> Probe:
    """Two classes: one of them gets the sigmoid of the difference, not of its own logit."""
    return Probe(
        "wrong-for-two-classes",
        "two classes",
        make,
        "The result is right for three classes and more, and wrong for two.",
        "Two classes need no case of their own: the general line is right for them.",
        shape=(5, 2),
        listed=False,
    )


def equal_logits(make: Make) -> Probe:
    """All logits 0, as a last layer that starts with zeros gives them."""

    def zeros(inputs: Inputs) -> Args:
        grad_output, logits, *rest = make(inputs)
        return grad_output, torch.zeros_like(logits), *rest

    return Probe(
        "wrong-for-equal-logits",
        "logits that are all 0",
        zeros,
        "The result is right where the logits of a sample differ, and wrong where they are equal.",
        "The target says which class is right. Do not look for it among the logits.",
        shape=(3, 5),
        listed=False,
    )


def many(make: Make, gradient_factor: float = 4096.0) -> Probe:
    """A large batch and a large `grad_output`."""

    def scaled(inputs: Inputs) -> Args:
        grad_output, *rest = make(inputs)
        return grad_output * gradient_factor, *rest

    return Probe(
        "wrong-for-large-numbers",
        "11 samples of 13 classes and a `grad_output` of several thousands",
        scaled,
        "The result is right for a few samples and a small `grad_output`, and wrong for more.",
        "Look for `clamp`, and for a fixed number in the place of a size.",
        shape=(11, 13),
        listed=False,
    )


def tiny(make: Make) -> Probe:
    """A small `grad_output`."""

    def scaled(inputs: Inputs) -> Args:
        grad_output, *rest = make(inputs)
        return grad_output / 1024, *rest

    return Probe(
        "wrong-for-small-numbers",
        "a `grad_output` of some thousandths",
        scaled,
        "The result is right for a usual `grad_output` and wrong for a very small one.",
        "Look for a small constant that is added, such as 1e-8, and for rounding.",
        shape=(3, 5),
        listed=False,
    )


def sizes(_: Tensor, logits: Tensor, *_rest: object) -> dict[str, float]:
    """The sizes that may be lost as a factor."""
    samples, count = logits.shape
    return {
        "the batch size": float(samples),
        "the number of classes": float(count),
        "n": float(logits.numel()),
    }
