"""The form of an answer that splits images for training and validation."""

# ruff: noqa: ARG002  (every kind answers the same questions, used or not)

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from byhand._catalogue.chapter08.split_seen import Data, look
from byhand._checker.forms import accept_callable
from byhand._checker.kinds import Accepted
from byhand._checker.spec import Args, Exercise, Output


def _nothing(data: Data) -> torch.Tensor:
    return torch.zeros((), dtype=data.images.dtype, device="cpu")


@dataclass(frozen=True)
class Split:
    """A function ``f(images, photo, n_photos, generator)``; a seed is drawn for the generator.

    Many splits are right, so what the answer returns is looked at, and not compared: the only
    part is 0, or the finding of what is wrong.
    """

    wanted: str = "a function `f(images, photo, n_photos, generator)`"
    parts: tuple[str, ...] = ("split",)
    mutates: tuple[str, ...] = ()
    reveals: bool = True

    def accept(self, answer: Any, exercise: Exercise) -> Accepted:
        """Any callable with the right number of arguments."""
        return accept_callable(answer, exercise, exercise.parameters)

    def call(self, answer: Any, args: Args, parts: dict[str, Any]) -> None:
        """Look at what the answer returns."""
        data = Data(*args)
        found = look(answer, data)
        parts["split"] = _nothing(data) if found is None else found

    def outputs(self, exercise: Exercise, part: str) -> tuple[Output, ...]:
        """One number."""
        return exercise.outputs

    def normalise(self, part: str, raw: Any, count: int) -> Any:
        """Exactly what was found."""
        return raw
