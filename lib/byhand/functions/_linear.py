"""Sums and products: broadcast addition, matrix product, linear layer.

All three are linear in each of their arguments, so a gradient of one holds the others.
"""

from typing import Any

from torch import Tensor
from torch.autograd import Function

from byhand.functions._apply import apply
from byhand.functions._shapes import unbroadcast

Gradients = tuple[Tensor | None, ...]


class BroadcastAdd(Function):
    """Sum with broadcasting, y = a + b.

    `BroadcastAdd.apply(a, b)`: a and b of shapes that broadcast to one shape, the result's.
    ∂y/∂a and ∂y/∂b are 1, so both receive grad_output, summed over their copies. Differentiable
    any number of times; works under `torch.func` (vmap, grad). Same values as `a + b`.

    Raises:
        RuntimeError: PyTorch's own, if the shapes do not broadcast.
    """

    generate_vmap_rule = True

    @staticmethod
    def forward(a: Tensor, b: Tensor) -> Tensor:
        """Return a + b."""
        return a + b

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        """Keep the two shapes, and no tensor: the gradient does not depend on the values."""
        a, b = inputs
        ctx.shapes = a.shape, b.shape

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> Gradients:
        """Return grad_output summed to each shape."""
        a, b = ctx.shapes
        grad_a = unbroadcast(grad_output, a) if ctx.needs_input_grad[0] else None
        grad_b = unbroadcast(grad_output, b) if ctx.needs_input_grad[1] else None
        return grad_a, grad_b


class MatMul(Function):
    """Matrix product, y = a b.

    `MatMul.apply(a, b)`: a of shape (…, N, K), b of shape (…, K, M), the result (…, N, M); the
    leading dimensions broadcast. ∂L/∂a = grad_output bᵀ and ∂L/∂b = aᵀ grad_output.
    Differentiable any number of times; works under `torch.func` (vmap, grad). Same values as
    `a @ b`. Source: M. Giles, "Collected matrix derivative results for forward and reverse mode
    algorithmic differentiation" (2008), section 2.2.2.

    Raises:
        ValueError: if a or b is not a matrix or a batch of matrices.
        RuntimeError: PyTorch's own, if the sizes do not fit.
    """

    generate_vmap_rule = True

    @staticmethod
    def forward(a: Tensor, b: Tensor) -> Tensor:
        """Return a b."""
        for name, tensor in (("a", a), ("b", b)):
            if tensor.dim() < 2:
                raise ValueError(
                    f"{name} has shape {tuple(tensor.shape)}; MatMul multiplies matrices, so give "
                    f"a vector a second dimension, as in {name}[None, :] or {name}[:, None]."
                )
        return a @ b

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        """Keep both factors: each is in the gradient of the other."""
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> Gradients:
        """Return grad_output bᵀ and aᵀ grad_output, each in the shape of its factor."""
        a, b = ctx.saved_tensors
        grad_a = grad_b = None
        if ctx.needs_input_grad[0]:
            grad_a = unbroadcast(grad_output @ b.mT, a.shape)
        if ctx.needs_input_grad[1]:
            grad_b = unbroadcast(a.mT @ grad_output, b.shape)
        return grad_a, grad_b


class Linear(Function):
    """Linear layer, y = x Wᵀ + b.

    `Linear.apply(input, weight, bias)`: input x of shape (…, in), weight W (out, in), bias b
    (out,) or None, the result (…, out). ∂L/∂x = grad_output W; ∂L/∂W is the sum over all samples
    of the outer product of grad_output and x; ∂L/∂b the sum of grad_output over all samples.
    Differentiable any number of times; works under `torch.func` (vmap, grad). Same values as
    `torch.nn.functional.linear`.

    Raises:
        RuntimeError: PyTorch's own, if the sizes do not fit.
    """

    generate_vmap_rule = True

    @staticmethod
    def forward(input: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        """Return x Wᵀ + b."""
        output = input @ weight.T
        return output if bias is None else output + bias

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        """Keep input and weight; the bias is not needed again."""
        input, weight, _ = inputs
        ctx.save_for_backward(input, weight)

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> Gradients:
        """Return grad_output W, grad_outputᵀ x and the sum of grad_output over all samples."""
        input, weight = ctx.saved_tensors
        rows = grad_output.reshape(-1, weight.shape[0])  # one row for each sample
        grad_input = grad_weight = grad_bias = None
        if ctx.needs_input_grad[0]:
            grad_input = grad_output @ weight
        if ctx.needs_input_grad[1]:
            grad_weight = rows.T @ input.reshape(-1, weight.shape[1])
        if ctx.needs_input_grad[2]:
            grad_bias = rows.sum(0)
        return grad_input, grad_weight, grad_bias


def broadcast_add(a: Tensor, b: Tensor) -> Tensor:
    """Return `BroadcastAdd.apply(a, b)`."""
    return apply(BroadcastAdd, a, b)


def matmul(a: Tensor, b: Tensor) -> Tensor:
    """Return `MatMul.apply(a, b)`."""
    return apply(MatMul, a, b)


def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Return `Linear.apply(input, weight, bias)`."""
    return apply(Linear, input, weight, bias)
