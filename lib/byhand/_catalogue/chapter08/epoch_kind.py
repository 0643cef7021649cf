"""The form of an answer that trains a network for one epoch."""

# ruff: noqa: ARG002  (every kind answers the same questions, used or not)

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from byhand._catalogue.chapter08.drawn import Descent, Loader, Network
from byhand._checker.forms import accept_callable
from byhand._checker.kinds import Accepted
from byhand._checker.spec import Args, Exercise, Output


@dataclass(frozen=True)
class Epoch:
    """A function ``f(model, optimizer, train_loader, val_loader) → (loss, accuracy)``."""

    wanted: str = "a function `f(model, optimizer, train_loader, val_loader)`"
    parts: tuple[str, ...] = ("trained", "returned")
    mutates: tuple[str, ...] = ()
    reveals: bool = True

    def accept(self, answer: Any, exercise: Exercise) -> Accepted:
        """Any callable with the right number of arguments."""
        return accept_callable(answer, exercise, exercise.parameters)

    def call(self, answer: Any, args: Args, parts: dict[str, Any]) -> None:
        """Keep the parameters after the epoch, and what the answer returned."""
        params, lr, train, val = args
        model = Network(params, normalised=True)
        optimizer = Descent(list(model.parameters()), lr)
        returned = answer(model, optimizer, Loader(train), Loader(val))
        parts["trained"] = tuple(p.detach() for p in model.parameters())
        parts["returned"] = returned

    def outputs(self, exercise: Exercise, part: str) -> tuple[Output, ...]:
        """Parameters, or the two numbers."""
        if part == "trained":
            return exercise.outputs
        return (Output("val_loss"), Output("val_accuracy"))

    def normalise(self, part: str, raw: Any, count: int) -> Any:
        """Numbers become tensors."""
        if part == "trained":
            return raw
        return tuple(torch.tensor(float(x), dtype=torch.float64, device="cpu") for x in raw)


@dataclass(frozen=True)
class Accumulated:
    """A function ``f(model, optimizer, batches, per_step) → None``."""

    wanted: str = "a function `f(model, optimizer, batches, per_step)`"
    parts: tuple[str, ...] = ("trained",)
    mutates: tuple[str, ...] = ()
    reveals: bool = True

    def accept(self, answer: Any, exercise: Exercise) -> Accepted:
        """Any callable with the right number of arguments."""
        return accept_callable(answer, exercise, exercise.parameters)

    def call(self, answer: Any, args: Args, parts: dict[str, Any]) -> None:
        """Keep the parameters after the epoch."""
        params, lr, batches, per_step = args
        model = Network(params, normalised=False)
        optimizer = Descent(list(model.parameters()), lr)
        answer(model, optimizer, Loader(batches), per_step)
        parts["trained"] = tuple(p.detach() for p in model.parameters())

    def outputs(self, exercise: Exercise, part: str) -> tuple[Output, ...]:
        """Parameters."""
        return exercise.outputs

    def normalise(self, part: str, raw: Any, count: int) -> Any:
        """Exactly what came back."""
        return raw
