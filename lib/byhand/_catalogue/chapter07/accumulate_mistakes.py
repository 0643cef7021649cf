"""Wrong ways to put the gradients of small batches together."""

# ruff: noqa: ARG005  (every formula takes all that it may need, used or not)

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate

import torch
from torch import Tensor

from byhand._catalogue.chapter07.accumulate_kind import Loss
from byhand._catalogue.chapter07.drawn import Params
from byhand._checker.spec import Formula, Mistake

Weights = Callable[[list[int]], list[float]]
"""The factor of each batch's gradient, from the sizes of the batches."""

RULE = "Multiply the mean loss of each batch by len(x) / n, with n the number of all samples."
SHARE = (
    "One batch has 3 samples and another 7. Does a sample of the first count as much as one "
    "of the second?"
)


def weighted(weights: Weights) -> Formula:
    """The sum of the batches' gradients with these factors."""

    def formula(
        params: Params, loss: Loss, batches: list[tuple[Tensor, Tensor]]
    ) -> tuple[Tensor | None, ...]:
        leaves = [p.detach().clone().requires_grad_() for p in params]
        factors = weights([len(x) for x, _ in batches])
        pairs = zip(factors, batches, strict=True)
        total = torch.stack([factor * loss(leaves, *batch) for factor, batch in pairs]).sum()
        return torch.autograd.grad(total, leaves, allow_unused=True)

    return formula


def _mistake(code: str, weights: Weights, message: str, step: str, hint: str) -> Mistake:
    return Mistake(code, weighted(weights), message, step, hint)


def _only(k: int, of: Callable[[list[int]], float]) -> Weights:
    def weights(sizes: list[int]) -> list[float]:
        out = [0.0] * len(sizes)
        out[k] = of(sizes)
        return out

    return weights


def _size_mistakes() -> tuple[Mistake, ...]:
    return (
        _mistake("mean-of-means", lambda ns: [1 / len(ns)] * len(ns),
                 "You average over the batches. A sample of a small batch then counts more than "
                 "one of a large batch: that is right only where all batches have the same size.",
                 RULE, SHARE),
        _mistake("sum-of-means", lambda ns: [1.0] * len(ns),
                 "The gradients of the mean losses are added, and nothing is divided: the result "
                 "grows with the number of batches.", RULE, SHARE),
        _mistake("not-divided", lambda ns: [float(n) for n in ns],
                 "This is the gradient of the sum over all samples: the division by their number "
                 "is missing.", RULE, "What is the difference between a sum and a mean?"),
        _mistake("divided-by-size-again", lambda ns: [1 / n for n in ns],
                 "The mean loss of each batch is divided by the batch's size. It is a mean "
                 "already; here it must be weighted with the size.", RULE, SHARE),
        _mistake("divided-by-size-again", lambda ns: [1 / n / len(ns) for n in ns],
                 "The mean loss of each batch is divided by the batch's size and by the number of "
                 "batches. It is a mean already; here it must be weighted with the size.", RULE,
                 SHARE),
        _mistake("means-divided-by-total", lambda ns: [1 / sum(ns)] * len(ns),
                 "The mean losses are added and divided by the number of samples. Each mean must "
                 "first be multiplied by the size of its batch.", RULE, SHARE),
        _mistake("weights-inverted", lambda ns: [sum(ns) / n for n in ns],
                 "The weights are upside down: a small batch counts more than a large one.", RULE,
                 SHARE),
        _mistake("equal-sizes-assumed", lambda ns: [n / ns[0] / len(ns) for n in ns],
                 "You divide by the number of batches times the size of the first one. The "
                 "batches have different sizes.", "Divide by `sum(len(x) for x, _ in batches)`.",
                 SHARE),
        _mistake("equal-sizes-assumed", lambda ns: [n / ns[-1] / len(ns) for n in ns],
                 "You divide by the number of batches times the size of the last one. The "
                 "batches have different sizes.", "Divide by `sum(len(x) for x, _ in batches)`.",
                 SHARE),
        _mistake("equal-sizes-assumed", lambda ns: [n / max(ns) / len(ns) for n in ns],
                 "You divide by the number of batches times the size of the largest one. The "
                 "batches have different sizes.", "Divide by `sum(len(x) for x, _ in batches)`.",
                 SHARE),
        _mistake("divided-by-largest", lambda ns: [n / max(ns) for n in ns],
                 "You divide by the size of the largest batch, and not by the number of all "
                 "samples.", RULE, SHARE),
        _mistake("divided-twice", lambda ns: [n / sum(ns) / len(ns) for n in ns],
                 "On top of the right weights you divide by the number of batches.", RULE,
                 "Do the weights len(x) / n add up to 1 already?"),
        _mistake("squared-weights", lambda ns: [(n / sum(ns)) ** 2 for n in ns],
                 "The weight len(x) / n is multiplied in twice.", RULE,
                 "Do your weights add up to 1?"),
    )  # fmt: skip


def _loop_mistakes() -> tuple[Mistake, ...]:
    clear = "Clear the gradients before the first batch only."
    kept = "What does `.grad` hold after the second backward, if nobody clears it?"
    return (
        _mistake("last-batch-only", _only(-1, lambda ns: 1.0),
                 "`.grad` holds the gradient of the last batch alone: those of the others were "
                 "cleared or overwritten.", clear, kept),
        _mistake("last-batch-only", _only(-1, lambda ns: ns[-1] / sum(ns)),
                 "`.grad` holds the share of the last batch alone: those of the others were "
                 "cleared or overwritten.", clear, kept),
        _mistake("last-batch-only", _only(-1, lambda ns: 1 / len(ns)),
                 "`.grad` holds the gradient of the last batch alone, divided by the number of "
                 "batches.", clear, kept),
        _mistake("last-batch-only", _only(-1, lambda ns: float(ns[-1])),
                 "`.grad` holds the gradient of the last batch alone, times its size.", clear,
                 kept),
        _mistake("first-batch-only", _only(0, lambda ns: 1.0),
                 "`.grad` holds the gradient of the first batch alone.",
                 "Go through all batches. Look for a `return` inside the loop.", kept),
        _mistake("first-batch-only", _only(0, lambda ns: ns[0] / sum(ns)),
                 "`.grad` holds the share of the first batch alone.",
                 "Go through all batches. Look for a `return` inside the loop.", kept),
        _mistake("last-batch-left-out", lambda ns: [n / sum(ns) for n in ns[:-1]] + [0.0],
                 "The last batch is left out.", "Go through all batches.", kept),
        _mistake("last-batch-left-out", lambda ns: [n / sum(ns[:-1]) for n in ns[:-1]] + [0.0],
                 "The last batch is left out, of the sum and of the number of samples.",
                 "Go through all batches.", kept),
        _mistake("first-batch-left-out", lambda ns: [0.0] + [n / sum(ns) for n in ns[1:]],
                 "The first batch is left out.", "Go through all batches.", kept),
        _mistake("first-batch-left-out", lambda ns: [0.0] + [n / sum(ns[1:]) for n in ns[1:]],
                 "The first batch is left out, of the sum and of the number of samples.",
                 "Go through all batches.", kept),
        _mistake("divided-inside-loop",
                 lambda ns: [(1 / len(ns)) ** (len(ns) - k) for k in range(len(ns))],
                 "`.grad` is divided by the number of batches after each backward. So what came "
                 "first is divided again and again.", f"Scale the loss, not `.grad`. {RULE}",
                 "How often is the gradient of the first batch divided?"),
        _mistake("divided-inside-loop",
                 lambda ns: [n * (1 / sum(ns)) ** (len(ns) - k) for k, n in enumerate(ns)],
                 "`.grad` is divided by the number of samples after each backward. So what came "
                 "first is divided again and again.", f"Scale the loss, not `.grad`. {RULE}",
                 "How often is the gradient of the first batch divided?"),
        _mistake("halved-each-time",
                 lambda ns: [0.5 ** (len(ns) - max(k, 1)) for k in range(len(ns))],
                 "The mean of the old and the new gradient is taken after each batch. So the last "
                 "batch counts one half, and the first ones almost nothing.", RULE,
                 "How often is the gradient of the first batch halved?"),
        _mistake("running-total",
                 lambda ns: [n / seen for n, seen in zip(ns, accumulate(ns), strict=True)],
                 "Each batch is divided by the number of samples seen so far. The first batches "
                 "then count too much.", "Count all samples before the loop: "
                 "`n = sum(len(x) for x, _ in batches)`.",
                 "How large is n when the first batch is weighted?"),
        _mistake("added-up-losses",
                 lambda ns: [(len(ns) - k) * n / sum(ns) for k, n in enumerate(ns)],
                 "The losses are added up, and the sum so far is differentiated after each batch: "
                 "the first batch is counted again and again.",
                 "Call `backward` on the loss of one batch, not on the sum so far.",
                 "How often does the gradient of the first batch reach `.grad`?"),
        _mistake("added-up-losses", lambda ns: [float(len(ns) - k) for k in range(len(ns))],
                 "The losses are added up without weights, and the sum so far is differentiated "
                 "after each batch: the first batch is counted again and again.",
                 f"Call `backward` on the loss of one batch. {RULE}",
                 "How often does the gradient of the first batch reach `.grad`?"),
    )  # fmt: skip


def all_mistakes() -> tuple[Mistake, ...]:
    """The whole catalogue of accumulation."""
    return (*_size_mistakes(), *_loop_mistakes())
