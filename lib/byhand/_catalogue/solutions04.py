"""Solutions of chapter 4. Each part below is one notebook cell, word for word."""

# mypy: disallow-untyped-defs=False
# The methods of a Function stand as in chapters 2 and 3, without types.

import torch
from torch import Tensor


# %% broadcast-add-backward
def broadcast_add_backward(
    grad_output: Tensor,
    a_shape: tuple[int, ...],
    b_shape: tuple[int, ...],
) -> tuple[Tensor, Tensor]:
    """Gradients of a and b in y = a + b, in their own shapes."""

    def sum_to(shape: tuple[int, ...]) -> Tensor:
        extra = grad_output.ndim - len(shape)
        result = grad_output
        for _ in range(extra):
            result = result.sum(0)  # put in front by broadcasting
        for k, size in enumerate(shape):
            if size == 1:
                result = result.sum(k, keepdim=True)  # stretched
        return result

    return sum_to(a_shape), sum_to(b_shape)


# %% broadcast-mul-backward
def broadcast_mul_backward(
    grad_output: Tensor,
    a: Tensor,
    b: Tensor,
) -> tuple[Tensor, Tensor]:
    """Gradients of a and b in y = a * b; the shapes may differ."""
    grad_a = (grad_output * b).sum_to_size(a.shape)
    grad_b = (grad_output * a).sum_to_size(b.shape)
    return grad_a, grad_b


# %% matmul-backward
def matmul_backward(
    grad_output: Tensor,
    a: Tensor,
    b: Tensor,
) -> tuple[Tensor, Tensor]:
    """Gradients of a and b in y = a @ b.

    a is (m, k), b is (k, n), grad_output is (m, n).
    """
    return grad_output @ b.T, a.T @ grad_output


# %% linear-backward
def linear_backward(
    grad_output: Tensor,
    x: Tensor,
    weight: Tensor,
) -> tuple[Tensor, Tensor, Tensor]:
    """Gradients of x, weight and bias in y = x @ weight.T + bias."""
    grad_x = grad_output @ weight
    grad_weight = grad_output.T @ x
    grad_bias = grad_output.sum(0)
    return grad_x, grad_weight, grad_bias


# %% mean-dim-backward
def mean_dim_backward(
    grad_output: Tensor,
    x: Tensor,
    dim: int,
) -> Tensor:
    """Gradient of x in y = x.mean(dim); y has no dimension dim."""
    return (grad_output / x.shape[dim]).unsqueeze(dim).expand(x.shape)


# %% transposed-matmul-backward
def transposed_backward(
    grad_output: Tensor,
    a: Tensor,
    b: Tensor,
) -> tuple[Tensor, Tensor]:
    """Gradients of a and b in y = a.T @ b.

    a is (k, m), b is (k, n), grad_output is (m, n).
    """
    grad_transposed = grad_output @ b.T  # of a.T, shape (m, k)
    return grad_transposed.T, a @ grad_output


# %% gather-backward
def gather_backward(
    grad_output: Tensor,
    x_shape: tuple[int, int],
    index: Tensor,
) -> Tensor:
    """Gradient of x in y = x.gather(1, index), in the shape of x."""
    grad_x = torch.zeros(x_shape, dtype=grad_output.dtype)
    return grad_x.scatter_add(1, index, grad_output)


# %% linear-function
class MyLinear(torch.autograd.Function):
    """y = x @ weight.T + bias; gradients only where needed."""

    @staticmethod
    def forward(ctx, x, weight, bias):
        ctx.save_for_backward(x, weight)
        return x @ weight.T + bias

    @staticmethod
    def backward(ctx, grad_output):
        x, weight = ctx.saved_tensors
        grad_x = grad_weight = grad_bias = None
        if ctx.needs_input_grad[0]:
            grad_x = grad_output @ weight
        if ctx.needs_input_grad[1]:
            grad_weight = grad_output.T @ x
        if ctx.needs_input_grad[2]:
            grad_bias = grad_output.sum(0)
        return grad_x, grad_weight, grad_bias


# %% layernorm-backward
def layernorm_backward(
    grad_output: Tensor,
    x: Tensor,
    eps: float,
) -> Tensor:
    """Gradient of x in y = (x − mean) / √(variance + eps)."""
    mean = x.mean(-1, keepdim=True)
    std = (x.var(-1, unbiased=False, keepdim=True) + eps).sqrt()
    normal = (x - mean) / std
    average = grad_output.mean(-1, keepdim=True)
    along = (grad_output * normal).mean(-1, keepdim=True)
    return (grad_output - average - normal * along) / std
