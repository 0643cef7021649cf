"""What PyTorch answers to the questions of chapter 10."""

import warnings
from collections.abc import Callable, Mapping
from typing import Any, Final

import torch
from torch import Tensor, nn
from torch.autograd import Function

from byhand.labs._questions.chapter10 import RAISES, SILENT_RIGHT, SILENT_WRONG, WARNS


def verdict(run: Callable[[], Tensor], right: Tensor | None = None) -> str:
    """What happens when `run` computes a gradient that should be `right`."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            gradient = run()
        except Exception:
            return RAISES
    if caught:
        return WARNS
    assert right is not None
    return SILENT_RIGHT if torch.allclose(gradient, right) else SILENT_WRONG


def gradient_of(w: Tensor) -> Tensor:
    """What has arrived in a tensor."""
    assert w.grad is not None
    return w.grad


def second_step() -> str:
    """Run the loop twice."""

    def run() -> Tensor:
        w = torch.tensor([1.0, 2.0], requires_grad=True)
        for _ in range(2):
            (w**2).sum().backward()  # type: ignore[no-untyped-call]
            with torch.no_grad():
                w = w - 0.1 * gradient_of(w)
        return w

    return verdict(run)


def column() -> str:
    """Compare a column of predictions with a row of targets."""

    def run() -> Tensor:
        y = torch.tensor([[1.0], [2.0], [4.0]], requires_grad=True)
        nn.HuberLoss()(y, torch.tensor([1.0, 2.0, 3.0])).backward()
        return gradient_of(y)

    return verdict(run)


def constant_mean() -> str:
    """Compare the gradient with that of the whole formula."""
    x = torch.tensor([1.0, 2.0, 6.0], dtype=torch.float64, requires_grad=True)
    (right,) = torch.autograd.grad(((x - x.mean()) ** 2).sum(), x)

    def run() -> Tensor:
        ((x - x.mean().item()) ** 2).sum().backward()  # type: ignore[no-untyped-call]
        return gradient_of(x)

    return verdict(run, right)


class Forgets(Function):
    """The square, with a backward that ignores what arrives."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        """Square each element."""
        ctx.save_for_backward(x)
        return x**2

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> Tensor:
        """Return the slope alone."""
        x: Tensor = ctx.saved_tensors[0]
        return 2 * x


def forgotten_mean() -> float:
    """Divide the gradient by that of PyTorch's own square."""
    x = torch.arange(1.0, 6.0, requires_grad=True)
    (wrong,) = torch.autograd.grad(Forgets.apply(x).mean(), x)  # type: ignore[no-untyped-call]
    (right,) = torch.autograd.grad((x**2).mean(), x)
    ratio = wrong / right
    assert torch.allclose(ratio, ratio[0].expand(5))
    return float(ratio[0])


ANSWERS: Final[Mapping[str, Callable[[], float | str]]] = {
    "gallery-second-step": second_step,
    "gallery-column": column,
    "gallery-constant-mean": constant_mean,
    "gallery-forgotten-mean": forgotten_mean,
}
