"""accumulate-gradients."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from byhand._catalogue.chapter07.accumulate_kind import Accumulation, Loss, OneByOne
from byhand._catalogue.chapter07.accumulate_mistakes import all_mistakes
from byhand._catalogue.chapter07.drawn import OUTPUTS, Make, Params
from byhand._checker.inputs import Inputs
from byhand._checker.spec import Args, Exercise, Ladder, Output, Probe
from byhand._checker.standard import single_precision

Batches = list[tuple[Tensor, Tensor]]

SIZES = ((3, 7, 5), (5, 3), (2, 7, 3, 5), (7, 2, 3))
"""Samples of each batch, by seed."""


def _mean_loss(params: Params, x: Tensor, target: Tensor) -> Tensor:
    weight, bias, scale = params
    return F.mse_loss(torch.tanh(x @ weight + bias) * scale, target)


def _without_scale(params: Params, x: Tensor, target: Tensor) -> Tensor:
    return F.mse_loss(torch.tanh(x @ params[0] + params[1]), target)


def _drawn(sizes: tuple[int, ...] | None = None, loss: Loss = _mean_loss) -> Make:
    """Parameters without gradients, a loss, and batches of these sizes; by seed unless given."""

    def make(inputs: Inputs) -> Args:
        counts = SIZES[inputs.seed % len(SIZES)] if sizes is None else sizes
        params = [inputs.values(*size) / 2 for size in ((5, 3), (3,), (3,))]
        batches = [(inputs.values(n, 5) / 2, inputs.targets(n, 3)) for n in counts]
        return [p.requires_grad_() for p in params], loss, batches

    return make


def _large_batch(params: Params, loss: Loss, batches: Batches) -> tuple[Tensor | None, ...]:
    """Autograd on all samples at once."""
    leaves = [p.detach().clone().requires_grad_() for p in params]
    x, target = (torch.cat(parts) for parts in zip(*batches, strict=True))
    return torch.autograd.grad(loss(leaves, x, target), leaves, allow_unused=True)


def _sizes(batches: Batches) -> list[int]:
    return [len(x) for x, _ in batches]


PROBES = (
    single_precision(_drawn()),
    Probe(
        "wrong-for-one-batch",
        "a single batch",
        _drawn((7,)),
        "With one batch the result is the gradient of its own mean loss.",
        "Look for an index, and for a sum that begins with the second batch.",
    ),
    Probe(
        "wrong-for-equal-sizes",
        "three batches of the same size",
        _drawn((5, 5, 5)),
        "The result is right for batches of different sizes and wrong for equal ones.",
        "Weight each batch with its number of samples, divided by the number of all samples.",
        listed=False,
    ),
    Probe(
        "wrong-for-single-samples",
        "batches of one sample",
        _drawn((1, 1, 1, 1)),
        "The result is wrong where every batch holds one sample.",
        "Look for `squeeze`, and for n − 1.",
    ),
    Probe(
        "wrong-for-many-batches",
        "11 batches",
        _drawn((3, 1, 2, 5, 1, 4, 2, 3, 1, 7, 2)),
        "The result is right for a few batches and wrong for many.",
        "Look for a fixed number of batches or of samples.",
        listed=False,
    ),
    Probe(
        "wrong-for-unused-parameter",
        "a parameter that the loss does not use",
        _drawn(loss=_without_scale),
        "Its `.grad` stays None, and the others are as always.",
        "Skip a parameter whose `.grad` is None.",
        lenient=True,
        listed=False,
    ),
    Probe(
        "all-graphs-alive",
        "the order of forward and backward",
        _drawn(),
        "All losses are computed before the first backward. The numbers are right, but the graphs "
        "of all batches are in memory at the same time.",
        "Call `backward` right after each loss: it frees the graph.",
        expected=lambda *args: {"graphs": (torch.ones((), dtype=torch.float64, device="cpu"),)},
        note_only=True,
        listed=False,
        kind=OneByOne(),
    ),
)


def accumulate(stub: str, solution: str) -> Exercise:
    """The gradient of a large batch from the gradients of small ones."""
    return Exercise(
        id="accumulate-gradients",
        chapter=7,
        title="A large batch in small pieces",
        level=2,
        skills=("accumulation", "mean", "memory"),
        kind=Accumulation(),
        name="accumulate_gradients",
        parameters=("params", "mean_loss", "batches"),
        outputs=tuple(Output(f"{output.name}.grad") for output in OUTPUTS),
        make=_drawn(),
        reference={"gradient": _large_batch},
        mistakes=all_mistakes(),
        probes=PROBES,
        dims=lambda params, loss, batches: {
            "the number of batches": float(len(batches)),
            "the number of samples": float(sum(_sizes(batches))),
            "the size of the largest batch": float(max(_sizes(batches))),
            "the size of the first batch": float(_sizes(batches)[0]),
        },
        ladder=Ladder(
            "One batch has 3 samples and another 7. Which share of the mean over all 10 samples "
            "does each of them have?",
            "A mean over all samples is a sum of the batches' means, each with its own weight. "
            "`backward` adds to `.grad` by itself.",
            "L = Σₖ (nₖ / n) · Lₖ, where nₖ is the size of batch k and n the sum of all sizes. "
            "Gradients add up in the same way.",
            "n = sum(len(x) for x, target in batches)\nfor x, target in batches:\n"
            "    loss = mean_loss(params, ..., ...)\n    (loss * ...).backward()",
        ),
        stub=stub,
        solution=solution,
    )
