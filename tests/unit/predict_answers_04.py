"""What PyTorch answers to the questions of chapter 4."""

from collections.abc import Callable, Mapping
from typing import Final

import torch
from torch import Tensor


def backward_of_shape_one() -> str:
    """Try both calls."""
    works = []
    for given in (None, torch.tensor(1.0)):
        x = torch.tensor([2.0], requires_grad=True)
        try:
            (x**2).backward(given)  # type: ignore[no-untyped-call]
        except RuntimeError:
            works.append(False)
        else:
            works.append(True)
    names = {
        (True, True): "both",
        (True, False): "only the first",
        (False, True): "only the second",
        (False, False): "neither",
    }
    return names[works[0], works[1]]


def cumulative_sum_pulled_back() -> float:
    """Let autograd compute vᵀJ of a cumulative sum."""
    x = torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64, requires_grad=True)
    v = torch.tensor([0.1, 1.0, 0.0001], dtype=torch.float64)
    return torch.autograd.grad(x.cumsum(0), x, v)[0][0].item()


def gradient_of_a_broadcast_bias() -> str:
    """Let autograd go back through a broadcast sum."""
    b = torch.zeros(3, requires_grad=True)
    g = torch.tensor([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]])
    return str([int(one) for one in torch.autograd.grad(torch.zeros(2, 3) + b, b, g)[0].tolist()])


def add_at_repeated_places() -> str:
    """Run the three ways, and see which give the sums."""
    index = torch.tensor([2, 0, 2, 2])
    g = torch.tensor([1.0, 2.0, 3.0, 4.0])

    def gives_the_sums(found: Tensor) -> bool:
        return found.tolist() == [2, 0, 8]

    one, two, three = torch.zeros(3, 3)
    one[index] = g
    two[index] += g
    three.index_add_(0, index, g)
    names = {
        (False, True, True): "two[index] += g and three.index_add_(0, index, g)",
        (True, True, True): "all three, one[index] = g too",
        (False, False, True): "only three.index_add_(0, index, g)",
    }
    return names[gives_the_sums(one), gives_the_sums(two), gives_the_sums(three)]


ANSWERS: Final[Mapping[str, Callable[[], float | str]]] = {
    "backward-of-shape-one": backward_of_shape_one,
    "cumulative-sum-pulled-back": cumulative_sum_pulled_back,
    "gradient-of-a-broadcast-bias": gradient_of_a_broadcast_bias,
    "add-at-repeated-places": add_at_repeated_places,
}
