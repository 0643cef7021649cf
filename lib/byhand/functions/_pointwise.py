"""Functions that treat every element alone: their Jacobian is diagonal.

With y = f(x) elementwise, ∂L/∂xᵢ = grad_outputᵢ · f′(xᵢ). A diagonal matrix is its own transpose,
so a tangent t is pushed forward by the same rule: tᵢ · f′(xᵢ).
"""

from contextlib import suppress
from typing import Any

import torch
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


def _where_positive(output: Tensor, values: Tensor) -> Tensor:
    """Return the values where y > 0, and 0 elsewhere, also in the place of a NaN.

    `masked_fill` decides for each entry, and after a ReLU the processor guesses wrong half of the
    time; a product with 0 or 1 takes a tenth of that time. But NaN · 0 and ∞ · 0 are NaN, so the
    product is taken only where the sum of the values tells that all are finite.
    """
    with suppress(RuntimeError):  # vmap refuses the question
        if values.sum().isfinite():
            ones = torch.ne(output, 0, out=torch.empty_like(output))  # 0.0 or 1.0: y ≥ 0
            return ones.mul_(values)
    return values.masked_fill(output <= 0, 0)


class ReLU(Function):
    """Rectified linear unit, y = max(x, 0): slope 1 where x > 0, and 0 where x ≤ 0.

    `ReLU.apply(input)`: input and result of shape (…). The kink at 0 gets slope 0, as in PyTorch;
    every number from 0 to 1 is a subgradient there. The second derivative is 0 wherever it exists
    (x ≠ 0), and that is what a double backward returns. Works under `torch.func` (vmap, grad, jvp).
    Same values as `torch.nn.functional.relu`, integers and NaN included.

    Raises:
        RuntimeError: PyTorch's own, if input is boolean.
        NotImplementedError: PyTorch's own (a RuntimeError), if input is complex.
    """

    generate_vmap_rule = True

    @staticmethod
    def forward(input: Tensor) -> Tensor:
        """Return max(x, 0)."""
        return torch.relu(input)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        """Keep the output: y > 0 exactly where x > 0."""
        ctx.save_for_backward(output)
        ctx.save_for_forward(output)

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> Tensor:
        """Return grad_output, with 0 where y ≤ 0."""
        (output,) = ctx.saved_tensors
        return _where_positive(output, grad_output)

    @staticmethod
    def jvp(ctx: Any, tangent: Tensor) -> Tensor:
        """Return the tangent, with 0 where y ≤ 0."""
        (output,) = ctx.saved_tensors
        return tangent.masked_fill(output <= 0, 0)


class Sigmoid(Function):
    """Logistic sigmoid, y = 1 / (1 + e⁻ˣ), dy/dx = y (1 − y).

    `Sigmoid.apply(input)`: real input and result of shape (…). The slope is largest at x = 0,
    where it is 1/4, and is exactly 0 where y rounds to 0 or 1. Differentiable any number of times;
    works under `torch.func` (vmap, grad, jvp). Same values as `torch.sigmoid`.

    Raises:
        NotImplementedError: if input is complex, which `torch.sigmoid` accepts.
    """

    generate_vmap_rule = True

    @staticmethod
    def forward(input: Tensor) -> Tensor:
        """Return 1 / (1 + e⁻ˣ), which overflows for no x."""
        if torch.is_tensor(input) and input.is_complex():
            raise NotImplementedError(
                f"input has dtype {input.dtype}; the backward of this Sigmoid holds for real "
                "numbers only, so use torch.sigmoid for complex ones."
            )
        return torch.sigmoid(input)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        """Keep the output: the slope is y (1 − y), with no exponential computed again."""
        ctx.save_for_backward(output)
        ctx.save_for_forward(output)

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> Tensor:
        """Return grad_output · y (1 − y)."""
        (output,) = ctx.saved_tensors
        grad_input: Tensor = grad_output * (output * (1 - output))
        return grad_input

    @staticmethod
    def jvp(ctx: Any, tangent: Tensor) -> Tensor:
        """Return tangent · y (1 − y)."""
        (output,) = ctx.saved_tensors
        tangent_output: Tensor = tangent * (output * (1 - output))
        return tangent_output


def square(input: Tensor) -> Tensor:
    """Return `Square.apply(input)`."""
    return apply(Square, input)


def exp(input: Tensor) -> Tensor:
    """Return `Exp.apply(input)`."""
    return apply(Exp, input)


def relu(input: Tensor) -> Tensor:
    """Return `ReLU.apply(input)`."""
    return apply(ReLU, input)


def sigmoid(input: Tensor) -> Tensor:
    """Return `Sigmoid.apply(input)`."""
    return apply(Sigmoid, input)
