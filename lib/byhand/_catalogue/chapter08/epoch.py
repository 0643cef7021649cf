"""train-and-validate."""

# ruff: noqa: ARG005  (every probe takes the drawn arguments, used or not)

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from byhand._catalogue.chapter08.drawn import LR, PARAMETERS, Batch, batches, parameters
from byhand._catalogue.chapter08.epoch_kind import Epoch, Recorded
from byhand._catalogue.chapter08.validation_mistakes import all_mistakes
from byhand._checker.inputs import Inputs
from byhand._checker.spec import Args, Exercise, Ladder, Probe
from byhand._checker.standard import Make, single_precision

TRAIN = ((7, 7, 5), (5, 5, 3), (3, 3, 3, 2), (7, 7, 4))
VAL = ((11, 11, 3), (7, 7, 7, 2), (13, 5), (11, 11, 4))
"""Images of each batch, by seed; the last batch is smaller."""


def _drawn(train: tuple[int, ...] = (), val: tuple[int, ...] = ()) -> Make:
    """Parameters, learning rate and batches of these sizes; by seed unless given."""

    def make(inputs: Inputs) -> Args:
        chosen = train or TRAIN[inputs.seed % len(TRAIN)]
        looked_at = val or VAL[inputs.seed % len(VAL)]
        params = parameters(inputs)
        return params, LR, batches(inputs, chosen, 1), batches(inputs, looked_at, 2)

    return make


def _forward(params: list[Tensor], state: list[Tensor], images: Tensor, training: bool) -> Tensor:
    first, scale, shift, second, bias = params
    mean, var = state
    hidden = F.batch_norm(F.linear(images.flatten(1), first), mean, var, scale, shift, training)
    return F.linear(hidden.relu(), second, bias)


def by_autograd(
    params: list[Tensor], lr: float, train: list[Batch], val: list[Batch]
) -> dict[str, Any]:
    """The parameters after the training, and the mean loss and accuracy of all images at once."""
    now = [p.detach().clone() for p in params]
    state = [torch.zeros_like(now[1]), torch.ones_like(now[1])]
    for images, labels in train:
        leaves = [p.requires_grad_() for p in now]
        loss = F.cross_entropy(_forward(leaves, state, images, True), labels)
        grads = torch.autograd.grad(loss, leaves)
        now = [(p - lr * g).detach() for p, g in zip(leaves, grads, strict=True)]
    images, labels = (torch.cat(parts) for parts in zip(*val, strict=True))
    logits = _forward(now, state, images, False)
    right = (logits.argmax(1) == labels).to(logits.dtype).mean()
    return {"trained": tuple(now), "returned": (F.cross_entropy(logits, labels), right)}


def _two_epochs(
    params: list[Tensor], lr: float, train: list[Batch], val: list[Batch]
) -> Mapping[str, Any]:
    return by_autograd(params, lr, train * 2, val)


KIND = Epoch()
PROBES = (
    Probe(
        "wrong-in-second-epoch",
        "two epochs with one model",
        _drawn(),
        "The first epoch is right, and the second one is wrong.",
        "Look for something that the first call leaves behind: the mode of the model, gradients, "
        "a counter.",
        expected=_two_epochs,
        kind=replace(KIND, epochs=2),
    ),
    single_precision(_drawn()),
    Probe(
        "wrong-for-one-batch",
        "loaders with a single batch",
        _drawn((5,), (7,)),
        "The result is right for several batches and wrong for a single one.",
        "Look for an index, and for a loop that begins with the second batch.",
    ),
    Probe(
        "wrong-for-one-image",
        "a validation batch of one image",
        _drawn((4, 4), (7, 7, 1)),
        "The result is wrong where the last validation batch holds one image.",
        "Look for `squeeze`, and for n − 1.",
    ),
    Probe(
        "wrong-for-many-batches",
        "nine batches",
        _drawn((3, 3, 3, 3, 3, 3, 3, 3, 2), (5, 5, 5, 5, 5, 5, 5, 5, 3)),
        "The result is right for a few batches and wrong for many.",
        "Look for a fixed number of batches or images.",
        listed=False,
    ),
    Probe(
        "gradients-recorded",
        "the validation",
        _drawn(),
        "Autograd records a graph for each validation batch.",
        "What does autograd do during your validation, and who switches it off?",
        expected=lambda *args: {"recorded": (torch.zeros((), dtype=torch.float64, device="cpu"),)},
        listed=False,
        kind=Recorded(),
    ),
)


def train_and_validate(stub: str, solution: str) -> Exercise:
    """One epoch of training, and the numbers of the validation after it."""
    return Exercise(
        id="train-and-validate",
        chapter=8,
        title="Train for one epoch, then validate",
        level=2,
        skills=("training loop", "train and eval mode", "means over batches"),
        kind=KIND,
        name="train_and_validate",
        parameters=("model", "optimizer", "train_loader", "val_loader"),
        outputs=PARAMETERS,
        make=_drawn(),
        reference={
            "trained": lambda *args: by_autograd(*args)["trained"],
            "returned": lambda *args: by_autograd(*args)["returned"],
        },
        mistakes=all_mistakes(),
        probes=PROBES,
        ladder=Ladder(
            "Which four things happen with each training batch, and which of them also happen "
            "with a validation batch?",
            "There are two loops. Before each of them the model is put into its mode, and autograd "
            "is switched off for the second one. The last batch may be smaller: count images, "
            "not batches.",
            "val_loss = Σₖ nₖ · Lₖ / n and val_accuracy = right answers / n, where batch k has nₖ "
            "images and the mean loss Lₖ, and n is the sum of all nₖ.",
            "model.train()\nfor images, labels in train_loader:\n    ...\n\nmodel.eval()\n"
            "loss, right, n = 0.0, 0, 0\nwith torch.no_grad():\n"
            "    for images, labels in val_loader:\n        logits = model(images)\n"
            "        loss += ...\n        right += ...\n        n += len(labels)\nreturn ...",
        ),
        stub=stub,
        solution=solution,
    )
