"""What the hand-written cross-entropy costs beside PyTorch's: one forward and one backward.

Both are measured in turns in one run, on the same logits, and the order changes each round.
"""

import statistics
import time
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from byhand.functions import cross_entropy

SAMPLES, CLASSES = 1024, 1000
ROUNDS = 300
WARM_UP = 30
RATIO = 1.5
Loss = Callable[[Tensor, Tensor], Tensor]


def measure() -> dict[str, object]:
    """Return the median milliseconds of each, and their ratio."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        ours, theirs = _in_turns(cross_entropy, F.cross_entropy)
    finally:
        torch.set_num_threads(threads)
    ratio = round(_median(ours) / _median(theirs), 2)
    return {
        "shape": [SAMPLES, CLASSES],
        "dtype": "float32",
        "threads": 1,
        "rounds": ROUNDS,
        "seed": 0,
        "hand_written_ms": _summary(ours),
        "pytorch_ms": _summary(theirs),
        "ratio": ratio,
        "required": {"ratio": RATIO},
        "reached": ratio <= RATIO,
    }


def _in_turns(*losses: Loss) -> list[list[tuple[float, float]]]:
    """Return for each loss the seconds of forward and backward in every round."""
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(SAMPLES, CLASSES, generator=generator).requires_grad_()
    target = torch.randint(0, CLASSES, (SAMPLES,), generator=generator)
    times: list[list[tuple[float, float]]] = [[] for _ in losses]
    for round_ in range(WARM_UP + ROUNDS):
        turns = list(zip(losses, times, strict=True))
        for loss, taken in turns if round_ % 2 else reversed(turns):
            seconds = _step(loss, logits, target)
            if round_ >= WARM_UP:
                taken.append(seconds)
    return times


def _step(loss: Loss, logits: Tensor, target: Tensor) -> tuple[float, float]:
    """Return the seconds of one forward and one backward."""
    start = time.perf_counter()
    value = loss(logits, target)
    middle = time.perf_counter()
    torch.autograd.grad(value, logits)
    return middle - start, time.perf_counter() - middle


def _median(times: list[tuple[float, float]]) -> float:
    return statistics.median(forward + backward for forward, backward in times)


def _summary(times: list[tuple[float, float]]) -> dict[str, float]:
    """Return medians in milliseconds; forward and backward need not add up to both."""
    forward, backward = zip(*times, strict=True)
    return {
        "forward": round(1e3 * statistics.median(forward), 3),
        "backward": round(1e3 * statistics.median(backward), 3),
        "both": round(1e3 * _median(times), 3),
        "least": round(1e3 * min(sum(both) for both in times), 3),
    }
