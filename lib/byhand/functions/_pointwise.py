"""Functions that treat every element alone: their Jacobian is diagonal.

With y = f(x) elementwise, ∂L/∂xᵢ = grad_outputᵢ · f′(xᵢ).
"""

from typing import Any

from torch import Tensor
from torch.autograd import Function

from byhand.functions._apply import apply


class Square(Function):
    """Square, y = x², dy/dx = 2x.

    `Square.apply(input)`: input and result of shape (…). Differentiable any number of times;
    works under `torch.func` (vmap, grad). Same values as `torch.square`.
    """

    generate_vmap_rule = True

    @staticmethod
    def forward(input: Tensor) -> Tensor:
        """Return x²."""
        return input * input

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        """Keep the input: the slope at x needs x."""
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> Tensor:
        """Return grad_output · 2x."""
        (input,) = ctx.saved_tensors
        grad_input: Tensor = grad_output * 2 * input
        return grad_input


class Exp(Function):
    """Exponential function, y = eˣ, dy/dx = eˣ = y.

    `Exp.apply(input)`: input and result of shape (…). Differentiable any number of times;
    works under `torch.func` (vmap, grad). Same values as `torch.exp`.
    """

    generate_vmap_rule = True

    @staticmethod
    def forward(input: Tensor) -> Tensor:
        """Return eˣ."""
        return input.exp()

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        """Keep the output: it is its own derivative, so nothing is computed twice."""
        ctx.save_for_backward(output)

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> Tensor:
        """Return grad_output · y."""
        (output,) = ctx.saved_tensors
        grad_input: Tensor = grad_output * output
        return grad_input


def square(input: Tensor) -> Tensor:
    """Return `Square.apply(input)`."""
    return apply(Square, input)


def exp(input: Tensor) -> Tensor:
    """Return `Exp.apply(input)`."""
    return apply(Exp, input)
