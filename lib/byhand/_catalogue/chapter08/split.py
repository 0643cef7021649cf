"""split-leak."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from byhand._catalogue.chapter08.drawn import dice
from byhand._catalogue.chapter08.split_kind import Split
from byhand._catalogue.chapter08.split_mistakes import all_mistakes
from byhand._checker.inputs import Inputs
from byhand._checker.spec import Args, Exercise, Ladder, Output, Probe
from byhand._checker.standard import Make, single_precision

CUTS = (1, 2, 3, 4, 5, 6)
"""Images of one photograph."""


def _drawn(photos: int = 0, n_photos: int = 0, cuts: tuple[int, ...] = CUTS) -> Make:
    """Images in no order, their photographs with gaps in the numbers; by seed unless given."""

    def make(inputs: Inputs) -> Args:
        numbers = dice(inputs)
        count = photos or numbers.randint(9, 12)
        names = numbers.sample(range(3, 500), count)
        photo = [name for name in names for _ in range(numbers.choice(cuts))]
        numbers.shuffle(photo)
        images = inputs.values(len(photo), 3, 2, 3) + _shade(photo).to(inputs.dtype)
        wanted = n_photos or numbers.randint(3, 5)
        return images, torch.tensor(photo, device="cpu"), wanted, inputs.seed

    return make


def _shade(photo: list[int]) -> Tensor:
    """Images of one photograph are alike: each has its own brightness, a multiple of 1/64."""
    shades = [(37 * number % 128) / 64 for number in photo]
    return torch.tensor(shades, dtype=torch.float64, device="cpu").reshape(-1, 1, 1, 1)


def _nothing_wrong(*args: Any) -> Tensor:
    del args
    return torch.zeros((), dtype=torch.float64, device="cpu")


PROBES = (
    single_precision(_drawn()),
    Probe(
        "wrong-for-single-images",
        "photographs with one image each",
        _drawn(cuts=(1,)),
        "The split is wrong where each photograph has one image.",
        "Look for `squeeze`, and for a test of how often a number occurs.",
    ),
    Probe(
        "wrong-for-few-photos",
        "one of two photographs",
        _drawn(2, 1, (3, 4)),
        "The split is wrong for two photographs, of which one is for validation.",
        "Look for `squeeze`, and for a loop that ends too early.",
    ),
    Probe(
        "wrong-for-many-photos",
        "60 photographs",
        _drawn(60, 23, (1, 2, 3)),
        "The split is right for a few photographs and wrong for many.",
        "Look for a fixed number of photographs or images.",
    ),
)


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
        make=_drawn(),
        reference={"split": _nothing_wrong},
        mistakes=all_mistakes(),
        probes=PROBES,
        ladder=Ladder(
            "Which numbers that `leaky_split` returns depend on validation images? And which "
            "photographs can lie on both sides?",
            "First choose photographs, then look up their images. Only then, and only from the "
            "training images, compute mean and std.",
            "val = { i : photo[i] ∈ chosen }, train = all others; mean and std over images[train] "
            "and the dimensions 0, 2 and 3.",
            "numbers = photo.unique()\norder = torch.randperm(..., generator=generator)\n"
            "for_validation = torch.isin(photo, ...)\n"
            "val_index = for_validation.nonzero().flatten()\ntrain_index = ...\n"
            "mean = images[...].mean(dim=(0, 2, 3))\nstd = ...",
        ),
        stub=stub,
        solution=solution,
    )
