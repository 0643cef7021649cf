"""train-and-validate."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from byhand._catalogue.chapter08.drawn import Batch, Descent, Network, batches, parameters
from byhand._catalogue.chapter08.epoch_kind import Epoch
from byhand._checker.inputs import Inputs
from byhand._checker.spec import Args, Exercise, Ladder, Output


def _drawn(inputs: Inputs) -> Args:
    return (parameters(inputs), 0.25, batches(inputs, (7, 7, 5)), batches(inputs, (7, 3)))


def _epoch(params: list[Tensor], lr: float, train: list[Batch], val: list[Batch]) -> Any:
    model = Network(params, normalised=True)
    optimizer = Descent(list(model.parameters()), lr)
    for images, labels in train:
        loss = F.cross_entropy(model(images), labels)
        grads = torch.autograd.grad(loss, optimizer.params)
        for p, grad in zip(optimizer.params, grads, strict=True):
            p.grad = grad
        optimizer.step()
    return model.eval()


def _trained(params: list[Tensor], lr: float, train: list[Batch], val: list[Batch]) -> Any:
    return tuple(_epoch(params, lr, train, val).parameters())


def _returned(params: list[Tensor], lr: float, train: list[Batch], val: list[Batch]) -> Any:
    model = _epoch(params, lr, train, val)
    images, labels = (torch.cat(parts) for parts in zip(*val, strict=True))
    logits = model(images).detach()
    right = (logits.argmax(1) == labels).double().mean()
    return F.cross_entropy(logits, labels), right


def train_and_validate(stub: str, solution: str) -> Exercise:
    """One epoch of training, and the numbers of the validation after it."""
    return Exercise(
        id="train-and-validate",
        chapter=8,
        title="Train for one epoch, then validate",
        level=2,
        skills=("training loop", "train and eval mode", "means over batches"),
        kind=Epoch(),
        name="train_and_validate",
        parameters=("model", "optimizer", "train_loader", "val_loader"),
        outputs=tuple(Output(f"parameter {k}") for k in range(5)),
        make=_drawn,
        reference={"trained": _trained, "returned": _returned},
        mistakes=(),
        ladder=Ladder("?", "w", "f", "..."),
        stub=stub,
        solution=solution,
    )
