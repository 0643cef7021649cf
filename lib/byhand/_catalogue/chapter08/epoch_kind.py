"""The form of an answer that trains a network for one epoch and validates it."""

# ruff: noqa: ARG002  (every kind answers the same questions, used or not)

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from byhand._catalogue.chapter08.epoch_faults import explained, fault, finding, two_numbers
from byhand._catalogue.chapter08.watched import Descent, Loader, Network, Watch
from byhand._checker.forms import accept_callable
from byhand._checker.kinds import Accepted
from byhand._checker.spec import Args, Exercise, Finding, Output


@dataclass(frozen=True)
class Epoch:
    """A function ``f(model, optimizer, train_loader, val_loader) → (loss, accuracy)``.

    The drawn arguments are the parameters, the learning rate and two lists of batches. A new
    network is made for each call. The parts are its parameters afterwards and the two numbers.

    Args:
        epochs: how often the answer is called with one network.
    """

    wanted: str = "a function `f(model, optimizer, train_loader, val_loader)`"
    parts: tuple[str, ...] = ("trained", "returned")
    mutates: tuple[str, ...] = ()
    reveals: bool = True
    epochs: int = 1

    def accept(self, answer: Any, exercise: Exercise) -> Accepted:
        """Any callable with the right number of arguments."""
        return accept_callable(answer, exercise, exercise.parameters)

    def call(self, answer: Any, args: Args, parts: dict[str, Any]) -> None:
        """Keep the parameters after the last epoch, and what the answer returned."""
        params, lr, train, val = args
        watch = Watch.over(train=train, val=val)
        model = Network(params, normalised=True, watch=watch)
        optimizer = Descent(list(model.parameters()), lr, watch)
        found, returned = None, None
        for epoch in range(self.epochs):
            watch.begin()
            before = model.numbers()
            try:
                returned = answer(model, optimizer, Loader(train), Loader(val))
            except RuntimeError as error:
                if (found := explained(error, watch)) is None:
                    raise
                parts["trained"] = found
                return
            still = all(map(torch.equal, before, model.numbers()))
            found = found or fault(watch, still, epoch)
        self.keep(parts, model, returned, watch, found)

    def keep(
        self,
        parts: dict[str, Any],
        model: Network,
        returned: Any,
        watch: Watch,
        found: Finding | None,
    ) -> None:
        """Fill the parts; a fault stands for both."""
        parts["trained"] = model.numbers() if found is None else found
        parts["returned"] = two_numbers(returned, model.numbers()[0].dtype)

    def outputs(self, exercise: Exercise, part: str) -> tuple[Output, ...]:
        """Parameters, or the two numbers."""
        if part == "trained":
            return exercise.outputs
        return (Output("val_loss"), Output("val_accuracy"))

    def normalise(self, part: str, raw: Any, count: int) -> Any:
        """Everything was given its form when it was kept."""
        return raw


@dataclass(frozen=True)
class Recorded(Epoch):
    """Whether autograd watches the validation."""

    parts: tuple[str, ...] = ("recorded",)

    def keep(
        self,
        parts: dict[str, Any],
        model: Network,
        returned: Any,
        watch: Watch,
        found: Finding | None,
    ) -> None:
        """0, or why not."""
        recorded = sum(call.recorded for call in watch.of("val"))
        held = isinstance(returned[0], Tensor) and returned[0].requires_grad
        parts["recorded"] = torch.zeros((), dtype=torch.float64, device="cpu")
        if held or recorded:
            code = "graph-kept" if held else "gradients-recorded"
            parts["recorded"] = finding(code, f"{recorded} validation batches with a graph")

    def outputs(self, exercise: Exercise, part: str) -> tuple[Output, ...]:
        """One number."""
        return (Output(part),)
