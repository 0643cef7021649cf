"""A loop with steps of several small batches, and a place for each thing to do wrongly."""

# mypy: disallow-untyped-calls=False

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import torch.nn.functional as F
from torch import Tensor

from byhand._catalogue.chapter08.drawn import Batch
from byhand._catalogue.chapter08.watched import Descent, Network, Watch


class Sizes(NamedTuple):
    """Images of the batches of one step, `per_step`, and images of all batches."""

    group: list[int]
    per_step: int
    every: list[int]


Weights = Callable[[Sizes], list[float]]
Groups = Callable[[list[Batch], int], list[list[Batch]]]


def in_order(batches: list[Batch], per_step: int) -> list[list[Batch]]:
    """The batches of each step; the last step may have fewer."""
    return [batches[k : k + per_step] for k in range(0, len(batches), per_step)]


def share(sizes: Sizes) -> list[float]:
    """The right weights."""
    return [n / sum(sizes.group) for n in sizes.group]


@dataclass(frozen=True)
class GroupLoop:
    """One epoch as a function of the reader, right unless told otherwise.

    Args:
        weights: the factor of each batch's mean loss.
        groups: which batches belong to each step.
        clears: before each "group", each "batch", or "never".
        steps: after each "group", each "batch", or at the "end"; "never" too.
    """

    weights: Weights = share
    groups: Groups = in_order
    clears: str = "group"
    steps: str = "group"

    def __call__(
        self, model: Network, optimizer: Descent, batches: list[Batch], per_step: int
    ) -> None:
        """Train."""
        every = [len(labels) for _, labels in batches]
        for group in self.groups(batches, per_step):
            if self.clears == "group":
                optimizer.zero_grad()
            weights = self.weights(Sizes([len(labels) for _, labels in group], per_step, every))
            for (images, labels), weight in zip(group, weights, strict=True):
                if self.clears == "batch":
                    optimizer.zero_grad()
                (weight * F.cross_entropy(model(images), labels)).backward()
                if self.steps == "batch":
                    optimizer.step()
            if self.steps == "group":
                optimizer.step()
        if self.steps == "end":
            optimizer.step()


@dataclass(frozen=True)
class Simulated:
    """The parameters that a loop leaves, as a formula."""

    answer: GroupLoop

    def __call__(
        self, params: list[Tensor], lr: float, batches: list[Batch], per_step: int
    ) -> tuple[Tensor, ...]:
        """The parameters after the epoch."""
        watch = Watch({})
        model = Network(params, normalised=False, watch=watch)
        self.answer(model, Descent(list(model.parameters()), lr, watch), batches, per_step)
        return model.numbers()


RIGHT = GroupLoop()
