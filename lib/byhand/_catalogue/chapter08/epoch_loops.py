"""A training loop with one place for each thing that a learner may do wrongly."""

# mypy: disallow-untyped-calls=False

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from byhand._catalogue.chapter08.drawn import Batch
from byhand._catalogue.chapter08.watched import Descent, Loader, Network, Watch

Losses = Callable[[Tensor, Tensor], Tensor]


class Row(NamedTuple):
    """What one validation batch gives: its mean loss, right answers, images."""

    loss: float
    right: float
    n: int


def over_images(rows: list[Row]) -> tuple[float, float]:
    """Means over all images."""
    n = sum(row.n for row in rows)
    return sum(row.loss * row.n for row in rows) / n, sum(row.right for row in rows) / n


@dataclass(frozen=True)
class Loop:
    """One epoch as a function of the reader, right unless told otherwise.

    Args:
        clears: whether gradients are cleared before each batch.
        update: when the optimizer steps: after "each" batch, "never", at the "end" or "twice".
        loss: of logits and labels, in training.
        batches: the training batches that are used, in order.
        train_mode: whether the model is put into train mode.
        extra: "before" or "after": a second forward of each batch, before or after the step.
        also: whether it trains on the validation batches too.
        early: validate before training.
        eval_mode: whether the model is put into eval mode.
        looks_at: "val" or "train": what the validation looks at.
        val_loss: of logits and labels, in the validation.
        result: the two numbers, from what each validation batch gave.
    """

    clears: bool = True
    update: str = "each"
    loss: Losses = F.cross_entropy
    batches: Callable[[list[Batch]], Iterable[Batch]] = lambda batches: batches
    train_mode: bool = True
    extra: str = ""
    also: bool = False
    early: bool = False
    eval_mode: bool = True
    looks_at: str = "val"
    val_loss: Losses = F.cross_entropy
    result: Callable[[list[Row]], tuple[float, float]] = over_images

    def __call__(
        self, model: Network, optimizer: Descent, train_loader: Any, val_loader: Any
    ) -> tuple[float, float]:
        """Train, and validate."""
        found = self._validate(model, val_loader) if self.early else None
        model.train(self.train_mode)
        used = list(self.batches(list(train_loader)))
        for images, labels in used + (list(val_loader) if self.also else []):
            self._batch(model, optimizer, images, labels)
        if self.update == "end":
            optimizer.step()
        looked_at = train_loader if self.looks_at == "train" else val_loader
        return found or self._validate(model, looked_at)

    def _batch(self, model: Network, optimizer: Descent, images: Tensor, labels: Tensor) -> None:
        if self.clears:
            optimizer.zero_grad()
        if self.extra == "before":
            model(images)
        loss = self.loss(model(images), labels)
        loss.backward()
        for _ in range({"each": 1, "twice": 2}.get(self.update, 0)):
            optimizer.step()
        if self.extra == "after":
            model(images)

    def _validate(self, model: Network, loader: Any) -> tuple[float, float]:
        model.train(not self.eval_mode)
        rows = []
        with torch.no_grad():
            for images, labels in loader:
                logits = model(images)
                right = float((logits.argmax(1) == labels).sum())
                rows.append(Row(float(self.val_loss(logits, labels)), right, len(labels)))
        model.train()
        return self.result(rows)


@dataclass(frozen=True)
class Simulated:
    """What a training loop gives, as a formula for one part."""

    answer: Loop
    part: str
    epochs: int = 1

    def __call__(self, params: list[Tensor], lr: float, train: Any, val: Any) -> Any:
        """Parameters, or the two numbers, after the last epoch."""
        watch = Watch({})
        model = Network(params, normalised=True, watch=watch)
        optimizer = Descent(list(model.parameters()), lr, watch)
        for _ in range(self.epochs):
            returned = self.answer(model, optimizer, Loader(train), Loader(val))
        if self.part == "trained":
            return model.numbers()
        return tuple(torch.tensor(x, dtype=torch.float64, device="cpu") for x in returned)
