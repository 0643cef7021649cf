"""What softmax's product with a vector costs, beside its Jacobian multiplied by that vector.

The product is the backward of `byhand.functions.Softmax`, p ⊙ (g − ⟨g, p⟩), run by autograd. The
Jacobian is built, diag(p) − p pᵀ, in one pass into memory that is already there (fresh memory would
cost more than the work), and multiplied. The first does work in proportion to n, the second to n²;
from 8192 on the first is measured alone. Below some thousands of numbers the first takes what a
call of autograd takes, whatever n is.
"""

import math
import statistics
import time
from collections.abc import Callable

import torch
from torch import Tensor

from byhand.functions import softmax

BOTH = [2**k for k in range(6, 13)]
ALONE = [2**k for k in range(13, 21)]
ROUNDS = 15
SHORTEST_S = 2e-3  # one reading lasts at least this long: shorter ones are repeated
RATIO = 100.0


def measure() -> dict[str, object]:
    """Return the time of both for each n, in microseconds, and the ratio at n = 4096."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        points = [_point(n) for n in BOTH + ALONE]
    finally:
        torch.set_num_threads(threads)
    ratio = next(point["ratio"] for point in points if point["n"] == BOTH[-1])
    return {
        "dtype": "float32",
        "threads": 1,
        "rounds": ROUNDS,
        "seed": 0,
        "points": points,
        "slopes": {  # of log time against log n, where the work outweighs the call
            "vjp": _slope(points[-4:], "vjp_us"),
            "jacobian": _slope([point for point in points if "ratio" in point][-4:], "jacobian_us"),
        },
        "ratio_at_4096": ratio,
        "required": {"ratio_at_4096": RATIO},
        "reached": ratio >= RATIO,
    }


def _point(n: int) -> dict[str, float]:
    """Return the times for one n; the two are measured in turns."""
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(n, generator=generator).requires_grad_()
    g = torch.randn(n, generator=generator)
    p = softmax(x)
    fixed = p.detach()

    def product() -> Tensor:
        return torch.autograd.grad(p, x, g, retain_graph=True)[0]

    if n > BOTH[-1]:
        return {"n": n, "vjp_us": _in_turns(product)[0]}
    matrix = torch.empty(n, n)

    def jacobian() -> Tensor:
        torch.outer(-fixed, fixed, out=matrix)
        matrix.diagonal().add_(fixed)
        return matrix @ g

    torch.testing.assert_close(product(), jacobian(), rtol=1e-4, atol=1e-6)
    vjp, full = _in_turns(product, jacobian)
    return {"n": n, "vjp_us": vjp, "jacobian_us": full, "ratio": round(full / vjp, 1)}


def _in_turns(*functions: Callable[[], Tensor]) -> list[float]:
    """Return the microseconds of each function in its fastest round: others only slow it down."""
    least = [min(_seconds(function, 1) for _ in range(3)) for function in functions]
    repeats = [max(1, math.ceil(SHORTEST_S / seconds)) for seconds in least]
    times: list[list[float]] = [[] for _ in functions]
    for _ in range(ROUNDS):
        for function, repeat, taken in zip(functions, repeats, times, strict=True):
            taken.append(_seconds(function, repeat) / repeat)
    return [round(min(taken) * 1e6, 2) for taken in times]


def _seconds(function: Callable[[], Tensor], repeat: int) -> float:
    start = time.perf_counter()
    for _ in range(repeat):
        function()
    return time.perf_counter() - start


def _slope(points: list[dict[str, float]], name: str) -> float:
    """Return the least-squares slope of log time against log n: 1 for n, 2 for n²."""
    x = [math.log(point["n"]) for point in points]
    y = [math.log(point[name]) for point in points]
    return round(statistics.linear_regression(x, y).slope, 2)
