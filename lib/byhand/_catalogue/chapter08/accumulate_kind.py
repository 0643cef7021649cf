"""The form of an answer whose steps collect the gradients of several small batches."""

# ruff: noqa: ARG002  (every kind answers the same questions, used or not)

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from byhand._catalogue.chapter08.epoch_faults import explained, standing_still
from byhand._catalogue.chapter08.watched import Descent, Network, Watch
from byhand._checker.forms import accept_callable
from byhand._checker.kinds import Accepted
from byhand._checker.spec import Args, Exercise, Finding, Output


@dataclass(frozen=True)
class Accumulated:
    """A function ``f(model, optimizer, batches, per_step) → None``.

    The drawn arguments are the parameters, the learning rate, the batches and `per_step`. A new
    network is made for each call; its parameters afterwards are the only part.

    Args:
        epochs: how often the answer is called with one network.
    """

    wanted: str = "a function `f(model, optimizer, batches, per_step)`"
    parts: tuple[str, ...] = ("trained",)
    mutates: tuple[str, ...] = ()
    reveals: bool = True
    epochs: int = 1

    def accept(self, answer: Any, exercise: Exercise) -> Accepted:
        """Any callable with the right number of arguments."""
        return accept_callable(answer, exercise, exercise.parameters)

    def call(self, answer: Any, args: Args, parts: dict[str, Any]) -> None:
        """Keep the parameters after the last epoch."""
        params, lr, batches, per_step = args
        watch = Watch.over(train=batches)
        model = Network(params, normalised=False, watch=watch)
        optimizer = Descent(list(model.parameters()), lr, watch)
        largest = max(len(labels) for _, labels in batches)
        for _ in range(self.epochs):
            watch.begin()
            before = model.numbers()
            try:
                answer(model, optimizer, batches, per_step)
            except RuntimeError as error:
                if (found := explained(error, watch)) is None:
                    raise
                parts["trained"] = found
                return
            still = all(map(torch.equal, before, model.numbers()))
            found = _fault(watch, still, largest)
            if found is not None:
                parts["trained"] = found
                return
        parts["trained"] = model.numbers()

    def outputs(self, exercise: Exercise, part: str) -> tuple[Output, ...]:
        """The parameters."""
        return exercise.outputs

    def normalise(self, part: str, raw: Any, count: int) -> Any:
        """Everything was given its form when it was kept."""
        return raw


def _fault(watch: Watch, unchanged: bool, largest: int) -> Finding | None:
    sizes = [call.count for call in watch.forwards]
    if any(size > largest for size in sizes):
        return Finding(
            "one-large-batch",
            f"You send {max(sizes)} images through the model at once. The batches are small "
            "because more images do not fit into the memory.",
            "Call the model and `backward` for each batch by itself.",
            f"the largest batch has {largest} images",
        )
    sent_back = any(call.backwards for call in watch.forwards)
    return standing_still(watch, sent_back) if unchanged else None


@dataclass(frozen=True)
class OneByOne(Accumulated):
    """Whether each graph is used up before the next one is built."""

    parts: tuple[str, ...] = ("graphs",)

    def call(self, answer: Any, args: Args, parts: dict[str, Any]) -> None:
        """1 where the first backward comes before the second forward."""
        params, lr, batches, per_step = args
        watch = Watch.over(train=batches)
        model = Network(params, normalised=False, watch=watch)
        answer(model, Descent(list(model.parameters()), lr, watch), batches, per_step)
        calls = [event for event in watch.events if event in ("forward", "backward")]
        alive = calls[:2] == ["forward", "forward"]
        parts["graphs"] = torch.tensor(float(not alive), dtype=torch.float64, device="cpu")

    def outputs(self, exercise: Exercise, part: str) -> tuple[Output, ...]:
        """One number."""
        return (Output(part),)
