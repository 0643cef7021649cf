"""Computations and Functions for the tests of a trace."""

import gc
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function
from torch.autograd.function import once_differentiable

from byhand._trace import Trace


def leaf(*numbers: float) -> Tensor:
    return torch.tensor(numbers, dtype=torch.float64, requires_grad=True)


def random(*shape: int, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=generator, dtype=torch.float64).requires_grad_()


def traced(compute: Callable[[], Tensor], **options: Any) -> Trace:
    """Trace a computation and its backward, from a fixed vector where it is not a number."""
    with Trace(**options) as trace:
        loss = compute()
    trace.backward(loss, None if loss.dim() == 0 else torch.full_like(loss, 1.7))
    return trace


def equal(a: Any, b: Any) -> bool:
    """Say whether two tensors are the same to the last bit, NaN and the sign of zero included."""
    if not (isinstance(a, Tensor) and isinstance(b, Tensor)):
        return False
    if a.shape != b.shape or a.dtype != b.dtype:
        return False
    bits = [tensor.detach().reshape(-1).contiguous().view(torch.uint8) for tensor in (a, b)]
    return torch.equal(*bits)


def apply(function: type[Function], *args: Any) -> Any:
    """Return ``function.apply(*args)``, which PyTorch does not type."""
    untyped: Any = function
    return untyped.apply(*args)


def hook(tensor: Tensor, function: Callable[[Tensor], Any]) -> None:
    """Call ``tensor.register_hook(function)``, which PyTorch does not type."""
    untyped: Any = tensor
    untyped.register_hook(function)


class WrongSquare(Function):
    """Forgets the factor 2."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        square: Tensor = x**2
        return square

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        return torch.mul(grad_output, x)


class TwoOutputs(Function):
    """Returns 2a, a·b and a flag, in the newer style."""

    @staticmethod
    def forward(a: Tensor, b: Tensor, scale: float) -> tuple[Tensor, Tensor, Tensor]:
        return a * scale, a * b, a > b

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        ctx.save_for_backward(*inputs[:2])
        ctx.scale = inputs[2]
        ctx.mark_non_differentiable(output[2])

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, first: Tensor, second: Tensor, _: Tensor) -> tuple[Tensor | None, ...]:
        a, b = ctx.saved_tensors
        return first * ctx.scale + second * b, second * a, None


class Overwrites(Function):
    """Changes its grad_output in place, which a backward must not do."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        return x * 2

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> Tensor:
        return grad_output.mul_(2)


class Raises(Function):
    """Raises in backward when told to."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, switch: list[bool]) -> Tensor:
        ctx.switch = switch
        return x * 2

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> tuple[Tensor, None]:
        if ctx.switch[0]:
            raise ZeroDivisionError("the reader's own")
        return grad_output * 2, None


def count_tensors() -> int:
    return sum(issubclass(type(thing), Tensor) for thing in gc.get_objects())
