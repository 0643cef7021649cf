"""Wrong answers to split-leak, by the name they get."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# ruff: noqa: ARG005  (an answer takes all arguments of its exercise, used or not)

from __future__ import annotations

from typing import Any

import torch

from byhand._checker.api import find
from tests.unit.checker_build import run_cell


def leaky(images, photo, n_photos, generator):
    text = find("split-leak").stub
    text = text.replace(
        "    raise NotImplementedError",
        "    return leaky_split(images, photo, n_photos, generator)",
    )
    return run_cell(find("split-leak"), text)(images, photo, n_photos, generator)


def chosen(photo, n_photos, generator):
    numbers = photo.unique()
    return numbers[torch.randperm(len(numbers), generator=generator)[:n_photos]]


def split(choose=chosen, statistics=None, sides=None):
    """Right, but for what is replaced; `statistics` is of images, train and val."""

    def answer(images, photo, n_photos, generator):
        mask = torch.isin(photo, choose(photo, n_photos, generator))
        train, val = (~mask).nonzero().flatten(), mask.nonzero().flatten()
        if sides is not None:
            train, val = sides(train, val)
        if statistics is None:
            seen = images[train]
            return train, val, seen.mean((0, 2, 3)), seen.std((0, 2, 3))
        return train, val, *statistics(images, train, val)

    return answer


def of(images):
    return images.mean((0, 2, 3)), images.std((0, 2, 3))


def by_images(images, photo, n_photos, generator):
    order = torch.randperm(len(images), generator=generator)
    train, val = order[n_photos:], order[:n_photos]
    return train, val, *of(images[train])


def moves_to_training(images, photo, n_photos, generator):
    """Images are split; then those whose photograph is on both sides go to training."""
    order = torch.randperm(len(images), generator=generator)
    train, val = order[n_photos:], order[:n_photos]
    both = torch.isin(photo[val], photo[train])
    train, val = torch.cat([train, val[both]]), val[~both]
    return train, val, *of(images[train])


def moves_to_validation(images, photo, n_photos, generator):
    """Images are split; then all images of their photographs go to validation."""
    order = torch.randperm(len(images), generator=generator)
    mask = torch.isin(photo, photo[order[: 2 * n_photos]])
    return (~mask).nonzero()[:, 0], mask.nonzero()[:, 0], *of(images[~mask])


def throws_away(images, photo, n_photos, generator):
    """Training images of validation photographs are dropped."""
    order = torch.randperm(len(images), generator=generator)
    train, val = order[n_photos:], order[:n_photos]
    train = train[~torch.isin(photo[train], photo[val])]
    return train, val, *of(images[train])


def one_of_each(images, photo, n_photos, generator):
    """Copies are removed: the first image of each photograph stays."""
    first = torch.tensor([int((photo == p).nonzero()[0]) for p in photo.unique()])
    order = first[torch.randperm(len(first), generator=generator)]
    train, val = order[n_photos:], order[:n_photos]
    return train, val, *of(images[train])


def trains_on_all(images, photo, n_photos, generator):
    _, val, _, _ = split()(images, photo, n_photos, generator)
    every = torch.arange(len(photo))
    return every, val, *of(images)


def returns_photos(images, photo, n_photos, generator):
    numbers = photo.unique()
    order = numbers[torch.randperm(len(numbers), generator=generator)]
    mask = torch.isin(photo, order[n_photos:])
    return order[n_photos:], order[:n_photos], *of(images[mask])


def returns_images(images, photo, n_photos, generator):
    train, val, mean, std = split()(images, photo, n_photos, generator)
    return images[train], images[val], mean, std


def until_images(photo, n_photos, generator):
    found: list[int] = []
    for number in chosen(photo, len(photo), generator).tolist():
        if sum((photo == f).sum() for f in found) >= n_photos:
            break
        found.append(number)
    return torch.tensor(found)


def seeds_itself(photo, n_photos, generator):
    return chosen(photo, n_photos, generator.manual_seed(0))


def own_generator(photo, n_photos, generator):
    return chosen(photo, n_photos, torch.Generator().manual_seed(42))


def global_seed(photo, n_photos, generator):
    torch.manual_seed(0)
    return chosen(photo, n_photos, None)


def normalises(images, photo, n_photos, generator):
    train, val, mean, std = split()(images, photo, n_photos, generator)
    images -= mean[:, None, None]
    return train, val, mean, std


def normalised_first(images, photo, n_photos, generator):
    images = (images - images.mean((0, 2, 3), True)) / images.std((0, 2, 3), keepdim=True)
    return split()(images, photo, n_photos, generator)


SPLITS: dict[str, list[Any]] = {
    "photo-on-both-sides": [leaky, by_images],
    "wrong-number-of-photos": [
        moves_to_training,
        moves_to_validation,
        split(until_images),
        split(lambda photo, n, g: torch.randperm(len(photo.unique()), generator=g)[:n]),
        split(lambda photo, n, g: torch.randperm(int(photo.max()) + 1, generator=g)[:n]),
        split(lambda photo, n, g: chosen(photo, n + 1, g)),
        split(lambda photo, n, g: chosen(photo, round(0.2 * len(photo.unique())), g)),
        split(lambda photo, n, g: photo[:0]),
    ],
    "images-lost": [throws_away, one_of_each, split(sides=lambda train, val: (train[:-1], val))],
    "overlap": [trains_on_all, split(sides=lambda train, val: (torch.cat([train, val]), val))],
    "repeated-images": [split(sides=lambda train, val: (torch.cat([train, train]), val))],
    "sides-swapped": [split(sides=lambda train, val: (val, train))],
    "not-random": [
        split(lambda photo, n, g: photo.unique()[:n]),
        split(lambda photo, n, g: photo.unique()[-n:]),
        split(lambda photo, n, g: photo.unique(return_counts=True)[1].argsort()[:n] * 0
              + photo.unique()[:n]),
        split(seeds_itself),
        split(own_generator),
        split(global_seed),
    ],
    "generator-ignored": [
        split(lambda photo, n, g: chosen(photo, n, None)),
        split(lambda photo, n, g: photo.unique()[torch.rand(len(photo.unique())).argsort()[:n]]),
    ],
    "statistics-of-all": [
        split(statistics=lambda images, train, val: of(images)),
        split(statistics=lambda images, train, val: (of(images[train])[0], of(images)[1])),
        split(statistics=lambda images, train, val: (of(images)[0], of(images[train])[1])),
    ],
    "statistics-of-validation": [split(statistics=lambda images, train, val: of(images[val]))],
    "statistics-swapped": [split(statistics=lambda images, train, val: of(images[train])[::-1])],
    "one-number-for-all": [
        split(statistics=lambda images, train, val: (
            images[train].mean().expand(3), images[train].std().expand(3))),
    ],
    "variance": [
        split(statistics=lambda images, train, val: (
            images[train].mean((0, 2, 3)), images[train].var((0, 2, 3)))),
    ],
    "std-over-part": [
        split(statistics=lambda images, train, val: (
            images[train].mean((0, 2, 3)), images[train].std((2, 3)).mean(0))),
        split(statistics=lambda images, train, val: (
            images[train].mean((0, 2, 3)), images[train].mean((2, 3)).std(0))),
    ],
    "wrong-statistics": [
        normalised_first,
        split(statistics=lambda images, train, val: (
            images[train].mean((0, 2, 3)), images[train].std((0, 2, 3)) + 1e-3)),
        split(statistics=lambda images, train, val: (
            images[train[:10]].mean((0, 2, 3)), images[train[:10]].std((0, 2, 3)))),
        split(statistics=lambda images, train, val: (torch.zeros(3).double(),) * 2),
    ],
    "wrong-shape": [
        split(statistics=lambda images, train, val: (images[train].mean(), images[train].std())),
        split(statistics=lambda images, train, val: (images[train].mean(0), images[train].std(0))),
        split(statistics=lambda images, train, val: (
            images[train].mean((0, 2, 3), keepdim=True), images[train].std((0, 2, 3)))),
    ],
    "wrong-dtype": [split(statistics=lambda images, train, val: of(images[train].float()))],
    "not-a-tensor": [
        split(statistics=lambda images, train, val: (
            images[train].mean((0, 2, 3)).tolist(), images[train].std((0, 2, 3)).tolist())),
    ],
    "no-such-image": [returns_photos],
    "not-indices": [returns_images],
    "changed-input": [normalises],
    "wrong-count": [lambda *args: split()(*args)[:2]],
    "returned-none": [lambda *args: None],
    "wrong-signature": [lambda images, photo, n_photos: None],
}  # fmt: skip
