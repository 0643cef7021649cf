"""Exercise cells of chapter 1. Each part below is one notebook cell, without its last line."""

from collections.abc import Callable

import torch
from torch import Tensor

# %% chain-rule-by-hand
# x = [1, 0, 2, 4],  y = 3 − 2x,  z = 5y²,  out = mean(z)
gradient = ...  # ∂out/∂x: four numbers, such as [1, 2, 3, 4]


# %% grad-after-two-backwards
# w = torch.tensor(3.0, requires_grad=True)
# (w**2).backward()                  first number: w.grad after this line
# (5 * w).backward()                 second number: w.grad after this line
# w.grad.zero_(); (-w).backward()    third number: w.grad after this line
predicted = ...  # your three numbers, such as [1, 2, 3]


# %% fan-out-backward
def fan_out_backward(grad_output: Tensor, x: Tensor) -> Tensor:
    """Gradient of y = x · sin(x) + x² with respect to x; all shapes are the same."""
    raise NotImplementedError


# %% repair-cut-graph
def broken_loss(x: Tensor) -> Tensor:
    """The value is right. The graph is cut in three places."""
    centre = x.mean().item()
    deviation = torch.tensor((x - centre).tolist(), dtype=x.dtype)
    scale = (1 + x.square().mean()).detach()
    return deviation.pow(4).mean() / scale


def repaired_loss(x: Tensor) -> Tensor:
    """The same value, of shape (), with a gradient that reaches x on every path."""
    raise NotImplementedError


# %% central-difference
def central_difference(
    function: Callable[[Tensor], Tensor],
    x: Tensor,
    step: float,
) -> Tensor:
    """Slopes of function at x, one for each entry of x, in the shape of x.

    function takes a tensor of x's shape and returns a tensor of shape (). Each slope
    compares one entry moved up by step with the same entry moved down by step.
    """
    raise NotImplementedError


# %% topological-backward
class Node:
    """One number of a computation, and the numbers it was made from."""

    def __init__(
        self,
        value: float,
        parents: tuple["Node", ...] = (),
        local_gradients: tuple[float, ...] = (),
    ) -> None:
        self.value = value
        self.parents = parents
        self.local_gradients = local_gradients  # ∂self/∂parent, one for each parent
        self.grad = 0.0  # ∂root/∂self, for backward to fill


def backward(root: Node) -> None:
    """Fill .grad of root and of every node it was made from, directly or not."""
    raise NotImplementedError


# %% jacobian-from-vjps
def jacobian(function: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """Jacobian of function at x, shape (m, n), row by row from VJPs.

    x has shape (n,) and requires a gradient; function(x) has shape (m,).
    """
    raise NotImplementedError
