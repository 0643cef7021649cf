"""What PyTorch answers to the questions of chapter 7."""

from collections.abc import Callable, Mapping
from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def linear_xor() -> float:
    """Fit the four samples with the best linear function, which ten layers cannot beat."""
    x = torch.tensor([[0.0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]]).double()
    target = torch.tensor([0.0, 1, 1, 0]).double()[:, None]
    best = torch.linalg.lstsq(x, target).solution
    return float(((x @ best - target) ** 2).sum())


def rate_limit() -> float:
    """Make the thousand steps with PyTorch's own optimizer."""
    w = torch.tensor(1.0, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.2)
    for _ in range(1000):
        optimizer.zero_grad()
        (5 * w**2).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    return w.item()


def moved(optimizer: torch.optim.Optimizer, w: Tensor, gradient: Tensor) -> Tensor:
    """How far each number moves in one step with this gradient."""
    before = w.detach().clone()
    w.grad = gradient.clone()
    optimizer.step()
    return (w.detach() - before).abs()


def momentum_top_speed() -> float:
    """Measure the thousandth step along a gradient of 1."""
    w = torch.zeros((), dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.01, momentum=0.9)
    gradient = torch.ones((), dtype=torch.float64)
    for _ in range(999):
        moved(optimizer, w, gradient)
    return float(moved(optimizer, w, gradient))


def adam_first_step() -> float:
    """Measure how far Adam moves the number with the small gradient."""
    w = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    gradient = torch.tensor([1000.0, 0.001], dtype=torch.float64)
    return float(moved(torch.optim.Adam([w], lr=0.1), w, gradient)[1])


def rebound_parameters() -> str:
    """Run the loop twice, and look at the parameters and at what still records."""
    gen = torch.Generator().manual_seed(0)
    x = torch.randn(5, 3, generator=gen)
    model = nn.Linear(3, 7)
    params: list[Tensor] = list(model.parameters())
    before = [p.detach().clone() for p in params]
    for _ in range(2):
        try:
            F.mse_loss(model(x), torch.zeros(5, 7)).backward()  # type: ignore[no-untyped-call]
        except RuntimeError:
            return "it raises an error in the second step"
        with torch.no_grad():
            for p in params:
                assert p.grad is not None
                p = p - 0.1 * p.grad
    if not all(p.is_leaf for p in model.parameters()):
        return "the parameters are no longer leaves"
    same = all(torch.equal(a, b) for a, b in zip(before, model.parameters(), strict=True))
    return "nothing" if same else "one step of gradient descent"


ANSWERS: Final[Mapping[str, Callable[[], float | str]]] = {
    "linear-xor": linear_xor,
    "rate-limit": rate_limit,
    "momentum-top-speed": momentum_top_speed,
    "adam-first-step": adam_first_step,
    "rebound-parameters": rebound_parameters,
}
