"""Looking at a split: indices, photographs, random numbers, statistics."""

# `Tensor.unique` has no types.
# mypy: disallow-untyped-calls=False

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import Tensor

from byhand._catalogue.chapter08.split_faults import FAULTS
from byhand._catalogue.chapter08.split_reading import four
from byhand._checker.spec import Finding
from byhand._checker.wording import a_kind_of, shape

OTHER_SEEDS = range(101, 113)
"""Seeds with which the choice must change at least once."""

Answer = Callable[[Tensor, Tensor, int, torch.Generator], Any]


class Data(NamedTuple):
    """What the answer is called with; a seed stands for the generator."""

    images: Tensor
    photo: Tensor
    n_photos: int
    seed: int


def finding(code: str, evidence: str) -> Finding:
    """The finding of a fault, with what was seen."""
    fault = FAULTS[code]
    return Finding(code, fault.message, fault.next_step, evidence)


def called(answer: Answer, data: Data, seed: int) -> Any:
    """What the answer returns with a new generator."""
    generator = torch.Generator().manual_seed(seed)
    return answer(data.images, data.photo, data.n_photos, generator)


def quietly(answer: Answer, data: Data, seed: int) -> Any:
    """The same on copies, without prints: it is not the first call."""
    copies = data._replace(images=data.images.clone(), photo=data.photo.clone())
    with contextlib.redirect_stdout(io.StringIO()):
        return called(answer, copies, seed)


def look(answer: Answer, data: Data) -> Finding | None:
    """The first thing that is wrong with a split, or None."""
    kept = data._replace(images=data.images.clone(), photo=data.photo.clone())
    read = four(called(answer, data, data.seed), len(data.photo))
    if isinstance(read, Finding):
        return read
    train, val, mean, std = read
    return (
        _sides(train, val, kept)
        or _statistics_shape(mean, std, kept)
        or _choice(answer, val, kept)
        or _statistics(mean, std, train, val, kept)
    )


def _sides(train: Tensor, val: Tensor, data: Data) -> Finding | None:
    count = len(data.photo)
    overlap = int(torch.isin(train.unique(), val).sum())
    if overlap:
        return finding("overlap", f"{overlap} of {count} images are on both sides")
    used = torch.cat([train, val])
    if len(used) > len(used.unique()):
        return finding("repeated-images", f"{len(used) - len(used.unique())} of them")
    ours, theirs = data.photo[val].unique(), data.photo[train].unique()
    both = int(torch.isin(ours, theirs).sum())
    if both:
        return finding("photo-on-both-sides", f"{both} photographs have images on both sides")
    if len(used) < count:
        return finding("images-lost", f"{count - len(used)} of {count} images")
    if len(ours) == data.n_photos:
        return None
    code = "sides-swapped" if len(theirs) == data.n_photos else "wrong-number-of-photos"
    return finding(code, f"{len(ours)} photographs for validation, n_photos is {data.n_photos}")


def _statistics_shape(mean: Any, std: Any, data: Data) -> Finding | None:
    wanted = data.images.shape[1:2]
    for name, value in (("mean", mean), ("std", std)):
        if not isinstance(value, Tensor):
            return Finding("not-a-tensor", f"{name} is {a_kind_of(value)}, not a tensor.",
                           f"Return a torch.Tensor for {name}: leave out `.item()`, `.tolist()` "
                           "and NumPy.")  # fmt: skip
        if value.layout != torch.strided or value.shape != wanted or value.device.type != "cpu":
            return Finding("wrong-shape",
                           f"{name} has shape {shape(value.shape)}; expected {shape(wanted)}: one "
                           "number for each channel.",
                           "Use `dim=(0, 2, 3)`, without `keepdim`.")  # fmt: skip
        if value.dtype != data.images.dtype:
            return Finding("wrong-dtype",
                           f"{name} has dtype {value.dtype}; expected {data.images.dtype}, like "
                           "the images.", "Let the type follow from the images.")  # fmt: skip
    return None


def _choice(answer: Answer, val: Tensor, data: Data) -> Finding | None:
    chosen = _photos(val, data)
    again = four(quietly(answer, data, data.seed), len(data.photo))
    if isinstance(again, Finding) or _photos(again[1], data) != chosen:
        return finding("generator-ignored", "two calls with equal generators")
    for seed in OTHER_SEEDS:
        other = four(quietly(answer, data, seed), len(data.photo))
        if isinstance(other, Finding) or _photos(other[1], data) != chosen:
            return None
    return finding("not-random", f"{len(OTHER_SEEDS) + 1} generators, one choice")


def _photos(val: Tensor, data: Data) -> list[int]:
    found: list[int] = data.photo[val].unique().tolist()
    return found


def _statistics(
    mean: Tensor, std: Tensor, train: Tensor, val: Tensor, data: Data
) -> Finding | None:
    seen = data.images[train]
    got_mean, got_std = mean.detach().double(), std.detach().double()
    right_mean = _near(got_mean, [seen.double().mean((0, 2, 3))], data)
    right_std = _near(got_std, _deviations(seen), data)
    if right_mean and right_std:
        return None
    shown = "mean is right, std is not" if right_mean else "std is right, mean is not"
    shown = shown if right_mean or right_std else "neither is right"
    for code, means, deviations in _known(seen, data, val):
        if (right_mean or _near(got_mean, means, data)) and (
            right_std or _near(got_std, deviations, data)
        ):
            return finding(code, shown)
    return finding("wrong-statistics", shown)


def _deviations(images: Tensor) -> list[Tensor]:
    """With and without Bessel's correction: both are in use."""
    return [images.double().std((0, 2, 3), correction=k) for k in (0, 1)]


def _known(seen: Tensor, data: Data, val: Tensor) -> list[tuple[str, list[Tensor], list[Tensor]]]:
    """Wrong pairs of statistics, by the name of the mistake."""
    every, x, ones = data.images.double(), seen.double(), torch.ones_like(seen[0, :, 0, 0]).double()
    looked_at = every[val]
    right = [x.mean((0, 2, 3))]
    parts = [x.std((2, 3), correction=k).mean(0) for k in (0, 1)]
    parts += [x.mean((2, 3)).std(0, correction=k) for k in (0, 1)]
    parts += [x.std(0, correction=k).mean((1, 2)) for k in (0, 1)]
    parts += [x.std(3, correction=k).mean((0, 2)) for k in (0, 1)]
    return [
        ("statistics-of-all", [every.mean((0, 2, 3))], _deviations(every)),
        ("statistics-of-validation", [looked_at.mean((0, 2, 3))], _deviations(looked_at)),
        ("statistics-swapped", _deviations(x), right),
        ("one-number-for-all", [x.mean() * ones], [x.std(correction=k) * ones for k in (0, 1)]),
        ("one-number-for-all", [every.mean() * ones],
         [every.std(correction=k) * ones for k in (0, 1)]),
        ("variance", right, [d**2 for d in _deviations(x)]),
        ("variance", [every.mean((0, 2, 3))], [d**2 for d in _deviations(every)]),
        ("std-over-part", right, parts),
    ]  # fmt: skip


def _near(got: Tensor, wanted: list[Tensor], data: Data) -> bool:
    rtol = 1e-6 if data.images.dtype == torch.float64 else 1e-4
    scale = float(data.images.abs().max())
    return any(bool((got - want).abs().max() <= rtol * scale) for want in wanted)
