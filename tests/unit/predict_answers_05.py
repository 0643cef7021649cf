"""What PyTorch answers to the questions of chapter 5."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final

import torch
from torch import Tensor

SCORES: Final = (3.0, 2.0, 1.0)  # exponentials: p is [1/2, 1/3, 1/6]


def scores() -> Tensor:
    """The scores whose exponentials are 3, 2 and 1, ready for a gradient."""
    return torch.tensor(SCORES, dtype=torch.float64).log().requires_grad_()


def softmax_shift() -> float:
    """Add 10 to all scores."""
    x = torch.tensor([2.0, 1.0, 0.1], dtype=torch.float64)
    return (x + 10).softmax(0)[0].item()


def softmax_sum_gradient() -> str:
    """Differentiate the sum of the probabilities, and write the gradient in fractions."""
    x = scores()
    (grad,) = torch.autograd.grad(x.softmax(0).sum(), x)
    fractions = [Fraction(v).limit_denominator(1000) for v in grad.tolist()]
    return f"[{', '.join(str(v) for v in fractions)}]"


def softmax_backward_second() -> float:
    """Send g = [2, 3, 6] through softmax."""
    x = scores()
    (grad,) = torch.autograd.grad(x.softmax(0), x, torch.tensor([2.0, 3.0, 6.0]).double())
    return grad[1].item()


def softmax_thousand() -> str:
    """Divide overflowing exponentials by their sum."""
    e = torch.tensor([1000.0, 999.0, 998.0]).exp()
    return f"[{', '.join(f'{v:.4g}' for v in (e / e.sum()).tolist())}]"


def temperature_cold() -> str:
    """Follow the largest entry of the Jacobian while the temperature falls."""
    x = torch.tensor([2.0, 1.0, 0.1], dtype=torch.float64)

    def largest(temperature: float) -> float:
        def cooled(x: Tensor) -> Tensor:
            return (x / temperature).softmax(0)

        return float(torch.func.jacrev(cooled)(x).abs().max())

    warm, cool, cold = (largest(temperature) for temperature in (1.0, 0.1, 0.01))
    if warm > 10 * cool > 100 * cold and cold < 1e-3:
        return "it shrinks to nearly 0"
    return "it grows" if cold > 2 * warm else "it stays about the same"


ANSWERS: Final[Mapping[str, Callable[[], float | str]]] = {
    "softmax-shift": softmax_shift,
    "softmax-sum-gradient": softmax_sum_gradient,
    "softmax-backward-second": softmax_backward_second,
    "softmax-thousand": softmax_thousand,
    "temperature-cold": temperature_cold,
}
