"""Wrong ways to split images for training and validation."""

# `Tensor.unique` has no types.
# mypy: disallow-untyped-calls=False
# ruff: noqa: ARG001, ARG005  (every answer takes the same arguments, used or not)

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from byhand._catalogue.chapter08.split_faults import FAULTS
from byhand._catalogue.chapter08.split_seen import Answer, Data, look
from byhand._checker.spec import Mistake

Parts = tuple[Tensor, Tensor, Tensor, Tensor]
Chosen = Callable[[Tensor, int, torch.Generator], Tensor]
"""The numbers of the photographs for validation; of photo, n_photos and generator."""
Statistics = Callable[[Tensor, Tensor, Tensor], tuple[Tensor, Tensor]]
"""Of all images, train_index and val_index."""


def at_random(photo: Tensor, n_photos: int, generator: torch.Generator) -> Tensor:
    """The right choice."""
    numbers = photo.unique()
    chosen: Tensor = numbers[torch.randperm(len(numbers), generator=generator)[:n_photos]]
    return chosen


def of(images: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation of each channel."""
    return images.mean((0, 2, 3)), images.std((0, 2, 3))


def of_training(images: Tensor, train: Tensor, val: Tensor) -> tuple[Tensor, Tensor]:
    """The right statistics."""
    return of(images[train])


def split(
    choose: Chosen = at_random,
    statistics: Statistics = of_training,
    sides: Callable[[Tensor, Tensor], tuple[Tensor, Tensor]] = lambda train, val: (train, val),
) -> Answer:
    """An answer that is right unless told otherwise."""

    def answer(images: Tensor, photo: Tensor, n_photos: int, generator: torch.Generator) -> Parts:
        mask = torch.isin(photo, choose(photo, n_photos, generator))
        train, val = (~mask).nonzero().flatten(), mask.nonzero().flatten()
        train, val = sides(train, val)
        return train, val, *statistics(images, train, val)

    return answer


def by_images(images: Tensor, photo: Tensor, n_photos: int, generator: torch.Generator) -> Parts:
    """Images are split in place of photographs."""
    order = torch.randperm(len(images), generator=generator)
    train, val = order[n_photos:], order[:n_photos]
    return train, val, *of(images[train])


def until_enough_images(photo: Tensor, n_photos: int, generator: torch.Generator) -> Tensor:
    """Photographs, one after the other, until there are n_photos images."""
    chosen: list[int] = []
    for number in at_random(photo, len(photo), generator).tolist():
        if int(torch.isin(photo, torch.tensor(chosen, device="cpu")).sum()) >= n_photos:
            break
        chosen.append(number)
    return torch.tensor(chosen, device="cpu")


def _twice(train: Tensor, val: Tensor) -> tuple[Tensor, Tensor]:
    return torch.cat([train, train[:3]]), val


def _one_number(images: Tensor, train: Tensor, val: Tensor) -> tuple[Tensor, Tensor]:
    ones = torch.ones_like(images[0, :, 0, 0])
    return images[train].mean() * ones, images[train].std() * ones


def _noisy(images: Tensor, train: Tensor, val: Tensor) -> tuple[Tensor, Tensor]:
    mean, std = of(images[train])
    return mean + 0.5, std


ANSWERS: dict[str, Answer] = {
    "overlap": split(sides=lambda train, val: (torch.cat([train, val]), val)),
    "repeated-images": split(sides=_twice),
    "images-lost": split(sides=lambda train, val: (train[:-2], val)),
    "photo-on-both-sides": by_images,
    "sides-swapped": split(sides=lambda train, val: (val, train)),
    "wrong-number-of-photos": split(until_enough_images),
    "not-random": split(lambda photo, n_photos, generator: photo.unique()[:n_photos]),
    "generator-ignored": split(
        lambda photo, n_photos, generator: at_random(photo, n_photos, torch.default_generator)
    ),
    "statistics-of-all": split(statistics=lambda images, train, val: of(images)),
    "statistics-of-validation": split(statistics=lambda images, train, val: of(images[val])),
    "statistics-swapped": split(statistics=lambda images, train, val: of(images[train])[::-1]),
    "one-number-for-all": split(statistics=_one_number),
    "variance": split(
        statistics=lambda images, train, val: (
            images[train].mean((0, 2, 3)),
            images[train].var((0, 2, 3)),
        )
    ),
    "std-over-part": split(
        statistics=lambda images, train, val: (
            images[train].mean((0, 2, 3)),
            images[train].std((2, 3)).mean(0),
        )
    ),
    "wrong-statistics": split(statistics=_noisy),
}
"""One answer for each fault."""


@dataclass(frozen=True)
class Looked:
    """Which fault an answer has, as a formula: its number, or 0."""

    answer: Answer

    def __call__(self, images: Tensor, photo: Tensor, n_photos: int, seed: int) -> Tensor:
        """The position of the fault, counted from 1."""
        found = look(self.answer, Data(images, photo, n_photos, seed))
        codes = list(FAULTS)
        at = 0 if found is None else codes.index(found.code) + 1
        return torch.tensor(float(at), dtype=torch.float64, device="cpu")


def all_mistakes() -> tuple[Mistake, ...]:
    """The whole catalogue."""
    return tuple(
        Mistake(code, Looked(ANSWERS[code]), *words, part="split") for code, words in FAULTS.items()
    )
