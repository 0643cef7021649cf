"""What PyTorch answers to the questions of chapter 2."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import Tensor


class _First(torch.autograd.Function):
    """The chapter's `FirstMSE`: no gradient for the target."""

    @staticmethod
    def forward(ctx: Any, input: Tensor, target: Tensor) -> Tensor:
        ctx.save_for_backward(input, target)
        return ((input - target) ** 2).mean()

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> tuple[Tensor, None]:
        input, target = ctx.saved_tensors
        d = input - target
        return grad_output * 2 * d / d.numel(), None


def _first(input: Tensor, target: Tensor) -> Tensor:
    loss: Tensor = _First.apply(input, target)  # type: ignore[no-untyped-call]
    return loss


def ratio_for_a_smaller_step() -> float:
    """Move the third prediction by 0.001."""
    x = torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64)
    target = torch.tensor([1.0, 2.0, 5.0], dtype=torch.float64)
    move = torch.tensor([0.0, 0.0, 0.001], dtype=torch.float64)
    return ((F.mse_loss(x + move, target) - F.mse_loss(x, target)) / 0.001).item()


def equal_to_the_last_bit() -> str:
    """Compare the gradients of the 3×3 experiment, bit by bit."""
    x = torch.arange(1.0, 10.0).reshape(3, 3).requires_grad_()
    target = torch.tensor([[0.5, 2.5, 2.0], [3.5, 5.5, 5.0], [6.5, 8.5, 8.0]])
    ways = (F.mse_loss, lambda input, target: ((input - target) ** 2).mean(), _first)
    built_in, module, function = (torch.autograd.grad(way(x, target), x)[0] for way in ways)
    answers = {
        (True, True): "all three are equal",
        (False, True): "Module and Function are equal, the built-in is not",
        (False, False): "no two of them are equal",
    }
    return answers[torch.equal(built_in, module), torch.equal(module, function)]


def gradient_past_the_target() -> float:
    """Run the backward without a gradient for the target, where the target depends on w."""
    w = torch.tensor(3.0, requires_grad=True)
    assert torch.autograd.grad(F.mse_loss(w, 2 * w), w)[0].item() == 6
    return torch.autograd.grad(_first(w, 2 * w), w)[0].item()


def perfect_predictions_in_a_column() -> float:
    """Let the shapes (3,) and (3, 1) broadcast."""
    perfect = torch.tensor([1.0, 2.0, 5.0], dtype=torch.float64)
    return ((perfect - perfect.reshape(3, 1)) ** 2).mean().item()


ANSWERS: Final[Mapping[str, Callable[[], float | str]]] = {
    "ratio-for-a-smaller-step": ratio_for_a_smaller_step,
    "equal-to-the-last-bit": equal_to_the_last_bit,
    "gradient-past-the-target": gradient_past_the_target,
    "perfect-predictions-in-a-column": perfect_predictions_in_a_column,
}
