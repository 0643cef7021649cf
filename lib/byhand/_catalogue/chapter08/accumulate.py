"""accumulate-epoch."""

# ruff: noqa: ARG005  (every probe takes the drawn arguments, used or not)

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from byhand._catalogue.chapter08.accumulate_kind import Accumulated, OneByOne
from byhand._catalogue.chapter08.accumulate_order import all_mistakes
from byhand._catalogue.chapter08.drawn import LR, PARAMETERS, Batch, batches, parameters
from byhand._checker.inputs import Inputs
from byhand._checker.spec import Args, Exercise, Ladder, Probe
from byhand._checker.standard import Make, single_precision

SIZES = (((3, 7, 5, 2, 4), 2), ((5, 3, 7, 2, 4), 3), ((2, 7, 3, 5, 4, 6, 3, 8), 3), ((7, 2, 5), 2))
"""Images of each batch, and batches for each step, by seed; the last step has fewer."""


def _drawn(sizes: tuple[int, ...] = (), per_step: int = 0) -> Make:
    """Parameters, learning rate, batches of these sizes, batches for each step."""

    def make(inputs: Inputs) -> Args:
        own_sizes, own_count = SIZES[inputs.seed % len(SIZES)]
        params = parameters(inputs)
        return params, LR, batches(inputs, sizes or own_sizes), per_step or own_count

    return make


def by_large_batches(
    params: list[Tensor], lr: float, small: list[Batch], per_step: int
) -> tuple[Tensor, ...]:
    """Autograd on all images of a step at once."""
    now = [p.detach().clone() for p in params]
    for k in range(0, len(small), per_step):
        images, labels = (torch.cat(x) for x in zip(*small[k : k + per_step], strict=True))
        leaves = [p.requires_grad_() for p in now]
        first, scale, shift, second, bias = leaves
        hidden = F.relu(F.linear(images.flatten(1), first) * scale + shift)
        loss = F.cross_entropy(F.linear(hidden, second, bias), labels)
        grads = torch.autograd.grad(loss, leaves)
        now = [(p - lr * g).detach() for p, g in zip(leaves, grads, strict=True)]
    return tuple(now)


def _two_epochs(
    params: list[Tensor], lr: float, small: list[Batch], per_step: int
) -> Mapping[str, Any]:
    once = by_large_batches(params, lr, small, per_step)
    return {"trained": by_large_batches(list(once), lr, small, per_step)}


def _probe(code: str, label: str, make: Make, message: str, step: str) -> Probe:
    return Probe(code, label, make, message, step)


KIND = Accumulated()
PROBES = (
    single_precision(_drawn()),
    _probe(
        "wrong-without-rest",
        "a number of batches that is a multiple of per_step",
        _drawn((3, 7, 5, 2, 4, 6), 3),
        "The result is wrong where each step has all its batches.",
        "Look at what happens behind the loop: no step is due there.",
    ),
    _probe(
        "wrong-for-one-per-step",
        "per_step = 1",
        _drawn((3, 7, 5), 1),
        "The result is wrong where each batch has a step of its own.",
        "Look at the test that decides when a step is due.",
    ),
    _probe(
        "wrong-for-large-per-step",
        "a per_step larger than the number of batches",
        _drawn((3, 7, 5), 7),
        "The result is wrong where all batches fit into one step.",
        "Look for a division by per_step, and for a step that waits for per_step batches.",
    ),
    _probe(
        "wrong-for-single-images",
        "batches of one image",
        _drawn((1, 1, 1, 1, 1), 2),
        "The result is wrong where every batch holds one image.",
        "Look for `squeeze`, and for n − 1.",
    ),
    Probe(
        "wrong-in-second-epoch",
        "two epochs with one model",
        _drawn(),
        "The first epoch is right, and the second one is wrong.",
        "Look for something that the first call leaves behind, such as gradients.",
        expected=_two_epochs,
        kind=replace(KIND, epochs=2),
    ),
    Probe(
        "all-graphs-alive",
        "the order of forward and backward",
        _drawn(),
        "The losses of a whole step are computed before the first backward. The numbers are "
        "right, but the graphs of all its batches are in memory at the same time.",
        "Call `backward` right after each loss: it frees the graph.",
        expected=lambda *args: {"graphs": (torch.ones((), dtype=torch.float64, device="cpu"),)},
        note_only=True,
        listed=False,
        kind=OneByOne(),
    ),
)


def accumulate(stub: str, solution: str) -> Exercise:
    """Large batches out of small ones, through a whole epoch."""
    return Exercise(
        id="accumulate-epoch",
        chapter=8,
        title="Large batches, one small batch at a time",
        level=3,
        skills=("accumulation", "means over batches", "training loop"),
        kind=KIND,
        name="accumulate_epoch",
        parameters=("model", "optimizer", "batches", "per_step"),
        outputs=PARAMETERS,
        make=_drawn(),
        reference={"trained": by_large_batches},
        mistakes=all_mistakes(),
        probes=PROBES,
        ladder=Ladder(
            "A step uses one batch of 3 images and one of 7. Which share of the mean over all 10 "
            "images does each of them have?",
            "Cut the list into groups of per_step batches. For each group: clear once, send back "
            "the share of each batch, step once. The last group may be shorter.",
            "L = Σₖ (nₖ / n) · Lₖ, where batch k of the step has nₖ images and the mean loss Lₖ, "
            "and n is the sum of the nₖ of this step.",
            "for k in range(0, len(batches), per_step):\n    group = ...\n    n = ...\n"
            "    optimizer.zero_grad()\n    for images, labels in group:\n"
            "        loss = F.cross_entropy(model(images), labels)\n"
            "        (loss * ...).backward()\n    ...",
        ),
        stub=stub,
        solution=solution,
    )
