"""Exercise cells of chapter 4. Each part below is one notebook cell, without its last line."""

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
    raise NotImplementedError


# %% broadcast-mul-backward
def broadcast_mul_backward(
    grad_output: Tensor,
    a: Tensor,
    b: Tensor,
) -> tuple[Tensor, Tensor]:
    """Gradients of a and b in y = a * b; the shapes may differ."""
    raise NotImplementedError


# %% matmul-backward
def matmul_backward(
    grad_output: Tensor,
    a: Tensor,
    b: Tensor,
) -> tuple[Tensor, Tensor]:
    """Gradients of a and b in y = a @ b.

    a is (m, k), b is (k, n), grad_output is (m, n).
    """
    raise NotImplementedError


# %% linear-backward
def linear_backward(
    grad_output: Tensor,
    x: Tensor,
    weight: Tensor,
) -> tuple[Tensor, Tensor, Tensor]:
    """Gradients of x, weight and bias in y = x @ weight.T + bias.

    x is (N, in), weight is (out, in), bias is (out,),
    grad_output is (N, out).
    """
    raise NotImplementedError


# %% mean-dim-backward
def mean_dim_backward(
    grad_output: Tensor,
    x: Tensor,
    dim: int,
) -> Tensor:
    """Gradient of x in y = x.mean(dim); y has no dimension dim."""
    raise NotImplementedError


# %% transposed-matmul-backward
def transposed_backward(
    grad_output: Tensor,
    a: Tensor,
    b: Tensor,
) -> tuple[Tensor, Tensor]:
    """Gradients of a and b in y = a.T @ b.

    a is (k, m), b is (k, n), grad_output is (m, n).
    """
    raise NotImplementedError


# %% gather-backward
def gather_backward(
    grad_output: Tensor,
    x_shape: tuple[int, int],
    index: Tensor,
) -> Tensor:
    """Gradient of x in y = x.gather(1, index), in the shape of x.

    index has the shape of y and of grad_output. It may name an entry
    several times.
    """
    raise NotImplementedError


# %% linear-function
class MyLinear(torch.autograd.Function):
    """y = x @ weight.T + bias; gradients only where needed."""

    @staticmethod
    def forward(ctx, x, weight, bias):
        raise NotImplementedError

    @staticmethod
    def backward(ctx, grad_output):
        raise NotImplementedError


# %% layernorm-backward
def layernorm_backward(
    grad_output: Tensor,
    x: Tensor,
    eps: float,
) -> Tensor:
    """Gradient of x in y = (x − mean) / √(variance + eps).

    Mean and variance are taken over the last dimension of x; the
    variance divides by n, the size of that dimension.
    """
    raise NotImplementedError
