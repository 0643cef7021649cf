"""What PyTorch answers to the questions of chapter 3."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import torch
from torch import Tensor
from torch.autograd import Function, gradcheck


class _Exchanged(Function):
    """y = a · b, with the two gradients exchanged."""

    @staticmethod
    def forward(ctx: Any, a: Tensor, b: Tensor) -> Tensor:
        ctx.save_for_backward(a, b)
        return a * b

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> tuple[Tensor, Tensor]:
        a, b = ctx.saved_tensors
        return grad_output * a, grad_output * b


class _Triple(Function):
    """Triples a tensor in place, and does not mark it."""

    @staticmethod
    def forward(ctx: Any, z: Tensor) -> Tensor:
        return z.mul_(3)

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> Tensor:
        return 3 * grad_output


class _SavesMiddle(Function):
    """SiLU, with its sigmoid saved."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        s = torch.sigmoid(x)
        ctx.save_for_backward(x, s)
        return x * s

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> Tensor:
        x, s = ctx.saved_tensors
        grad: Tensor = grad_output * (s + x * s * (1 - s))
        return grad


class _SquaresGradOutput(Function):
    """x², with grad_output squared."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return x**2

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        grad: Tensor = grad_output**2 * 2 * x
        return grad


def softplus_gradient() -> str:
    """Let autograd differentiate the softplus of the page."""
    x = torch.tensor([0.0, 100.0], requires_grad=True)
    y = torch.where(x > 20, x, torch.log(1 + torch.exp(x)))
    grad = torch.autograd.grad(y.sum(), x)[0][1]
    return f"{grad.item():g}"


def exchanged_gradients() -> str:
    """Run the backward with exchanged gradients."""
    a = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
    b = torch.tensor([10.0, 20.0, 30.0], requires_grad=True)
    try:
        grad = torch.autograd.grad(_Exchanged.apply(a, b).sum(), a)[0]  # type: ignore[no-untyped-call]
    except RuntimeError:
        return "PyTorch raises an error"
    names = {True: "a gets [1, 2, 3], silently", False: "a gets [10, 20, 30] all the same"}
    return names[torch.equal(grad, a)]


def in_place_unmarked() -> float:
    """Differentiate a tensor that was changed in place, unmarked."""
    x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
    z = 1 * x
    _Triple.apply(z)  # type: ignore[no-untyped-call]
    assert z.tolist() == [3, 6, 9]
    first, *others = torch.autograd.grad(z.sum(), x)[0].tolist()
    assert all(one == first for one in others)
    return float(first)


def silu_second_derivative() -> float:
    """Differentiate twice an operation that saves an intermediate."""
    x = torch.tensor(0.0, dtype=torch.float64, requires_grad=True)
    y = _SavesMiddle.apply(x)  # type: ignore[no-untyped-call]
    (first,) = torch.autograd.grad(y, x, create_graph=True)
    return torch.autograd.grad(first, x)[0].item()


def gradcheck_square_of_g() -> str:
    """Ask gradcheck."""
    x = torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64, requires_grad=True)
    accepted = gradcheck(_SquaresGradOutput.apply, (x,), raise_exception=False)
    return "no" if accepted else "yes: the numbers differ"


ANSWERS: Final[Mapping[str, Callable[[], float | str]]] = {
    "softplus-gradient": softplus_gradient,
    "exchanged-gradients": exchanged_gradients,
    "in-place-unmarked": in_place_unmarked,
    "silu-second-derivative": silu_second_derivative,
    "gradcheck-square-of-g": gradcheck_square_of_g,
}
