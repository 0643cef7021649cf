"""split-leak."""

from __future__ import annotations

from typing import Any

import torch

from byhand._catalogue.chapter08.drawn import dice
from byhand._catalogue.chapter08.split_kind import Split
from byhand._checker.inputs import Inputs
from byhand._checker.spec import Args, Exercise, Ladder, Output


def _drawn(inputs: Inputs) -> Args:
    numbers = dice(inputs)
    photo = torch.tensor([numbers.randrange(11) for _ in range(40)], device="cpu")
    return inputs.values(40, 3, 2, 3), photo, 3, inputs.seed


def _none(*args: Any) -> Any:
    return torch.zeros((), dtype=torch.float64, device="cpu")


def repair(stub: str, solution: str) -> Exercise:
    """A split with two leaks."""
    return Exercise(
        id="split-leak",
        chapter=8,
        title="Find what leaks into the validation",
        level=2,
        skills=("validation", "data leaks", "normalisation"),
        kind=Split(),
        name="clean_split",
        parameters=("images", "photo", "n_photos", "generator"),
        outputs=(Output("split"),),
        make=_drawn,
        reference={"split": _none},
        mistakes=(),
        ladder=Ladder("?", "w", "f", "..."),
        stub=stub,
        solution=solution,
    )
