"""The form of an answer that splits images for training and validation."""

# ruff: noqa: ARG002  (every kind answers the same questions, used or not)

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from byhand._checker.forms import accept_callable
from byhand._checker.kinds import Accepted
from byhand._checker.spec import Args, Exercise, Output


@dataclass(frozen=True)
class Split:
    """A function ``f(images, photo, n_photos, generator)``; a seed is drawn for the generator."""

    wanted: str = "a function `f(images, photo, n_photos, generator)`"
    parts: tuple[str, ...] = ("split",)
    mutates: tuple[str, ...] = ()
    reveals: bool = True

    def accept(self, answer: Any, exercise: Exercise) -> Accepted:
        """Any callable with the right number of arguments."""
        return accept_callable(answer, exercise, exercise.parameters)

    def call(self, answer: Any, args: Args, parts: dict[str, Any]) -> None:
        """Keep what came back."""
        images, photo, n_photos, seed = args
        generator = torch.Generator().manual_seed(seed)
        train, val, mean, std = answer(images, photo, n_photos, generator)
        chosen = images[train]
        parts["split"] = (mean - chosen.mean((0, 2, 3))).abs().max()

    def outputs(self, exercise: Exercise, part: str) -> tuple[Output, ...]:
        """What was found."""
        return exercise.outputs

    def normalise(self, part: str, raw: Any, count: int) -> Any:
        """Exactly what came back."""
        return raw
