"""The surfaces of the optimizer lab, and the race on them as `torch.optim` runs it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import torch

BOUND: Final = 100.0
"""A racer with a coordinate beyond ±`BOUND`, or with one that is not finite, has diverged."""

RACERS: Final = ("sgd", "momentum", "adam")


@dataclass(frozen=True)
class Surface:
    """A loss of two parameters. Its smallest value is 0.

    Attributes:
        name: What it is called on the page.
        formula: The loss as a reader sees it.
        loss: From a tensor of shape ``(2,)`` to one of shape ``()``.
        window: What the picture shows: lowest and highest w₁, lowest and highest w₂.
        start: Where the race starts unless something else is asked for.
        lr: A learning rate for each of `RACERS`.
    """

    name: str
    formula: str
    loss: Callable[[torch.Tensor], torch.Tensor]
    window: tuple[float, float, float, float]
    start: tuple[float, float]
    lr: tuple[float, float, float]


@dataclass(frozen=True)
class Run:
    """What one optimizer did.

    Attributes:
        places: The parameters before the first step and after each step; the last one is the
            place where the racer was found to have diverged, if it has.
        losses: The loss at each of the places.
        norms: The length of the gradient at each of the places.
        diverged: The step after which the racer was beyond `BOUND`, or None.
    """

    places: list[list[float]]
    losses: list[float]
    norms: list[float]
    diverged: int | None


@cache
def surfaces() -> dict[str, Surface]:
    """Return the surfaces by their keys.

    The third is that of H. H. Rosenbrock, *An automatic method for finding the greatest or least
    value of a function*, The Computer Journal 3, 1960.
    """
    return {
        "valley": Surface(
            "long valley",
            "L = ½ (w₁² + 25 w₂²)",
            lambda w: (w[0] ** 2 + 25 * w[1] ** 2) / 2,
            (-3.0, 3.0, -2.0, 2.0),
            (-2.5, 1.5),
            (0.02, 0.02, 0.2),
        ),
        "saddle": Surface(
            "saddle",
            "L = ¼ (w₁² − 1)² + ½ w₂²",
            lambda w: (w[0] ** 2 - 1) ** 2 / 4 + w[1] ** 2 / 2,
            (-2.25, 2.25, -1.5, 1.5),
            (0.01, 1.2),
            (0.1, 0.1, 0.1),
        ),
        "rosenbrock": Surface(
            "bent valley",
            "L = (1 − w₁)² + 100 (w₂ − w₁²)²",
            lambda w: (1 - w[0]) ** 2 + 100 * (w[1] - w[0] ** 2) ** 2,
            (-2.1, 2.1, -0.6, 2.2),
            (-1.2, 1.0),
            (0.001, 0.0005, 0.1),
        ),
    }


def optimizer(
    racer: str, w: torch.Tensor, lr: Sequence[float], momentum: float
) -> torch.optim.Optimizer:
    """Make the optimizer of a racer, with PyTorch's own defaults for what is not given.

    Args:
        racer: One of `RACERS`.
        w: The parameters, shape ``(2,)``.
        lr: A learning rate for each of `RACERS`.
        momentum: Of the second racer.
    """
    own = lr[RACERS.index(racer)]
    if racer == "adam":
        return torch.optim.Adam([w], lr=own)
    return torch.optim.SGD([w], lr=own, momentum=momentum if racer == "momentum" else 0.0)


def race(
    surface: str, start: Sequence[float], lr: Sequence[float], momentum: float, steps: int
) -> dict[str, Run]:
    """Run the three optimizers of `torch.optim` in float64.

    Args:
        surface: Key of one of `surfaces`.
        start: The two parameters at the beginning.
        lr: A learning rate for each of `RACERS`.
        momentum: Of the second racer.
        steps: How many steps each of them takes, unless it diverges before.

    Returns:
        What each of `RACERS` did.
    """
    loss = surfaces()[surface].loss
    return {
        racer: _run(loss, w, optimizer(racer, w, lr, momentum), steps)
        for racer in RACERS
        for w in [torch.tensor(start, dtype=torch.float64, requires_grad=True)]
    }


def _run(
    loss: Callable[[torch.Tensor], torch.Tensor],
    w: torch.Tensor,
    racer: torch.optim.Optimizer,
    steps: int,
) -> Run:
    run: dict[str, list[Any]] = {"places": [], "losses": [], "norms": []}
    diverged = None
    for step in range(steps + 1):
        value = loss(w)
        (w.grad,) = torch.autograd.grad(value, w)
        run["places"].append(w.tolist())
        run["losses"].append(value.item())
        run["norms"].append(w.grad.norm().item())
        # A comparison with NaN is false, so NaN is found as well.
        if not bool((w.detach().abs() <= BOUND).all()):
            diverged = step
            break
        racer.step()
    return Run(**run, diverged=diverged)
