"""What a traced step costs beside an untraced one, and what drawing a graph costs."""

import statistics
import time
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from byhand._trace import Trace

ROUNDS = 300


def measure() -> dict[str, object]:
    """Return the ratio of a traced to an untraced step, and the time to lay out a drawing."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return {
            "traced / untraced step": {
                name: _ratio(loss) for name, loss in _computations().items()
            },
            "layout of 60 nodes, ms": _layout(),
        }
    finally:
        torch.set_num_threads(threads)


def _computations() -> dict[str, Callable[[], Tensor]]:
    """Return small computations, each with leaves of its own."""
    generator = torch.Generator().manual_seed(0)
    x = torch.tensor([[1.0, 2.0], [3.0, 4.0]], dtype=torch.float64, requires_grad=True)
    w = torch.randn(8, 5, generator=generator).requires_grad_()
    b = torch.randn(5, generator=generator).requires_grad_()
    images = torch.randn(16, 8, generator=generator)
    classes = torch.randint(0, 5, (16,), generator=generator)
    net = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 5))
    return {
        "mean(3(x+2)²)": lambda: ((x + 2) ** 2 * 3).mean(),
        "softmax regression": lambda: F.cross_entropy(images @ w + b, classes),
        "two-layer network": lambda: F.cross_entropy(net(images), classes),
        "chain of 40": lambda: _chain(x, 40),
    }


def _chain(x: Tensor, length: int) -> Tensor:
    for step in range(length):
        x = torch.sin(x) if step % 2 else x * 1.1
    return x.sum()


def _ratio(loss: Callable[[], Tensor]) -> dict[str, float]:
    """Interleave plain and traced steps and compare their medians."""

    def plain() -> None:
        loss().backward()  # type: ignore[no-untyped-call]

    def traced() -> None:
        with Trace() as trace:
            output = loss()
        trace.backward(output)

    times: dict[Callable[[], None], list[float]] = {plain: [], traced: []}
    for round_ in range(ROUNDS + 20):
        for step, taken in times.items():
            start = time.perf_counter()
            step()
            if round_ >= 20:
                taken.append(time.perf_counter() - start)
    untraced, with_trace = (statistics.median(taken) for taken in times.values())
    return {
        "untraced, µs": round(untraced * 1e6, 1),
        "traced, µs": round(with_trace * 1e6, 1),
        "ratio": round(with_trace / untraced, 2),
    }


def _layout() -> float:
    """Return the median time of `Trace.to_dict` for a graph of 60 nodes with branches."""
    x = torch.randn(2, 2, generator=torch.Generator().manual_seed(0)).requires_grad_()
    with Trace() as trace:
        tips = [x]
        for number in range(58):
            tips.append(tips[number // 2] * tips[number] if number % 3 else tips[-1].sin())
        loss = tips[-1].sum()
    trace.backward(loss)
    times = []
    for _ in range(30):
        start = time.perf_counter()
        trace.to_dict()
        times.append(time.perf_counter() - start)
    return round(statistics.median(times) * 1e3, 2)
