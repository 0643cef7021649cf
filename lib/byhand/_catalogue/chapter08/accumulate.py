"""accumulate-epoch."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from byhand._catalogue.chapter08.drawn import Batch, Descent, Network, batches, parameters
from byhand._catalogue.chapter08.epoch_kind import Accumulated
from byhand._checker.inputs import Inputs
from byhand._checker.spec import Args, Exercise, Ladder, Output


def _drawn(inputs: Inputs) -> Args:
    return parameters(inputs), 0.25, batches(inputs, (3, 7, 5, 2, 5)), 2


def _large(params: list[Tensor], lr: float, small: list[Batch], per_step: int) -> Any:
    model = Network(params, normalised=False)
    optimizer = Descent(list(model.parameters()), lr)
    for k in range(0, len(small), per_step):
        images, labels = (torch.cat(x) for x in zip(*small[k : k + per_step], strict=True))
        loss = F.cross_entropy(model(images), labels)
        for p, grad in zip(
            optimizer.params, torch.autograd.grad(loss, optimizer.params), strict=True
        ):
            p.grad = grad
        optimizer.step()
    return tuple(model.parameters())


def accumulate(stub: str, solution: str) -> Exercise:
    """Large batches out of small ones, through a whole epoch."""
    return Exercise(
        id="accumulate-epoch",
        chapter=8,
        title="Steps of large batches, one small batch at a time",
        level=3,
        skills=("accumulation", "mean", "training loop"),
        kind=Accumulated(),
        name="accumulate_epoch",
        parameters=("model", "optimizer", "batches", "per_step"),
        outputs=tuple(Output(f"parameter {k}") for k in range(5)),
        make=_drawn,
        reference={"trained": _large},
        mistakes=(),
        ladder=Ladder("?", "w", "f", "..."),
        stub=stub,
        solution=solution,
    )
