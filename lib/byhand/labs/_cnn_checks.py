"""What is checked when a reader gives the lab of chapter 8 a network or images of their own."""

from collections.abc import Sequence
from typing import Any, Final

import torch
from torch import Tensor, nn

from byhand._cifar10 import CIFAR10
from byhand.labs._cnn_walk import network

_MOST_SNAPSHOTS: Final = 6
_MOST_IMAGES: Final = 8


def checked_snapshots(snapshots: Any) -> list[tuple[int, nn.Sequential]]:
    """Return the snapshots as a list.

    Raises:
        TypeError: If one is not a pair of an int and a `Sequential`.
        ValueError: If there are none or too many, their steps do not grow, or the layers are not
            those of the chapter.
    """
    if not isinstance(snapshots, Sequence):
        raise TypeError(f"snapshots is a {type(snapshots).__name__}; give a list of pairs.")
    if not 1 <= len(snapshots) <= _MOST_SNAPSHOTS:
        raise ValueError(f"there are {len(snapshots)} snapshots; give 1 to {_MOST_SNAPSHOTS}.")
    for pair in snapshots:
        if (
            not isinstance(pair, tuple | list)
            or len(pair) != 2
            or not isinstance(pair[0], int)
            or not isinstance(pair[1], nn.Sequential)
        ):
            raise TypeError(f"a snapshot is {_short(pair)}; give pairs (step, nn.Sequential).")
        _check_layers(*pair)
    steps = [step for step, _ in snapshots]
    if steps != sorted(set(steps)):
        raise ValueError(f"the steps of the snapshots are {steps}; each must be larger.")
    return [(step, model) for step, model in snapshots]


def checked_data(data: Any) -> CIFAR10:
    """Return the images.

    Raises:
        TypeError: If `data` is not a `CIFAR10`.
        ValueError: If it has no images, or too many.
    """
    if not isinstance(data, CIFAR10):
        raise TypeError(f"data is a {type(data).__name__}; give a CIFAR10, as load_cifar10 does.")
    if not 1 <= len(data) <= _MOST_IMAGES:
        raise ValueError(f"data has {len(data)} images; the lab shows 1 to {_MOST_IMAGES}.")
    return data


def checked_pixels(name: str, numbers: Any) -> list[float]:
    """Return one number for each of the three colours.

    Raises:
        ValueError: If it is missing, does not have one or three finite numbers, or is a standard
            deviation that is not above 0.
    """
    if numbers is None:
        raise ValueError(
            f"{name} is missing: snapshots need the mean= and std= of the pixels (0 to 255) with "
            "which their training images were normalised."
        )
    found: Tensor = torch.as_tensor(numbers, dtype=torch.float64).flatten()
    if found.numel() not in (1, 3) or not torch.isfinite(found).all():
        raise ValueError(f"{name} is {_short(numbers)}; give one number, or one for each colour.")
    if name == "std" and not (found > 0).all():
        raise ValueError(f"std is {_short(numbers)}; every number must be above 0.")
    return [float(number) for number in found.expand(3)]


def _check_layers(step: int, model: nn.Sequential) -> None:
    expected = network()
    if [repr(layer) for layer in model] == [repr(layer) for layer in expected]:
        return
    for k, wanted in enumerate(expected):
        given = repr(model[k]) if k < len(model) else "missing"
        if given != repr(wanted):
            raise ValueError(
                f"layer {k} of the network of step {step} is {given}; this lab shows the network "
                f"of chapter 8, where it is {wanted!r}."
            )
    raise ValueError(
        f"the network of step {step} has {len(model)} layers; this lab shows the network of "
        f"chapter 8, which has {len(expected)}."
    )


def _short(thing: object) -> str:
    text = " ".join(repr(thing).split())
    return text if len(text) <= 60 else f"{text[:57]}…"
