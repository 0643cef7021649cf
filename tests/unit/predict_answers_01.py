"""What PyTorch answers to the questions of chapter 1."""

import warnings
from collections.abc import Callable, Mapping
from typing import Final

import torch
import torch.nn.functional as F


def smaller_step() -> str:
    """Compare the errors of the central difference of x³ at 1.5, in float64."""
    x = torch.tensor(1.5, dtype=torch.float64)
    errors = {}
    for name, h in (("h = 1e-6", 1e-6), ("h = 1e-10", 1e-10)):
        right, left = x + h, x - h
        cubes = right * right * right, left * left * left
        errors[name] = abs((cubes[0] - cubes[1]).item() / (2 * h) - 6.75)
    best = min(errors, key=errors.__getitem__)
    assert max(errors.values()) > 100 * min(errors.values())
    return f"the one with {best}"


def calls_for_ten_doublings() -> float:
    """Follow every path of PyTorch's own graph of ten doublings, and count the nodes met."""

    def calls(node: object) -> int:
        parents = getattr(node, "next_functions", ())
        return 1 + sum(calls(parent) for parent, _ in parents)

    x = torch.tensor(1.0, requires_grad=True)
    for _ in range(10):
        x = x + x
    return calls(x.grad_fn)


def grad_of_non_leaf() -> str:
    """Read `.grad` of a tensor in the middle of a graph, and listen."""
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    y = x * torch.tensor([1.0, 2.0])
    y.sum().backward()  # type: ignore[no-untyped-call]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = str(y.grad)
    return f"{found}, {'with a warning' if caught else 'silently'}"


def grad_after_two_backwards() -> float:
    """Call backward on two equal losses."""
    x, target = torch.ones(1), torch.ones(1)
    w = torch.tensor([2.0], requires_grad=True)
    F.mse_loss(x * w, target).backward()  # type: ignore[no-untyped-call]
    assert w.grad is not None
    assert w.grad.item() == 2
    F.mse_loss(x * w, target).backward()  # type: ignore[no-untyped-call]
    return w.grad.item()


ANSWERS: Final[Mapping[str, Callable[[], float | str]]] = {
    "smaller-step": smaller_step,
    "calls-for-ten-doublings": calls_for_ten_doublings,
    "grad-of-non-leaf": grad_of_non_leaf,
    "grad-after-two-backwards": grad_after_two_backwards,
}
