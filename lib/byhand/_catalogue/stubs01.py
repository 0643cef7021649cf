"""Exercise cells of chapter 1. Each part below is one notebook cell, without its last line."""

from collections.abc import Callable

import torch
from torch import Tensor

# %% chain-rule-by-hand
# x = [1, 0, 2, 4],  y = 3 − 2x,  z = 5y²,  out = mean(z)
gradient = ...  # ∂out/∂x: four numbers, such as [1, 2, 3, 4]


# %% grad-after-two-backwards
# w = torch.tensor(3.0, requires_grad=True)
# (w**2).backward()                  first number: w.grad here
# (5 * w).backward()                 second number: w.grad here
# w.grad.zero_(); (-w).backward()    third number: w.grad here
predicted = ...  # your three numbers, such as [1, 2, 3]


# %% fan-out-backward
def fan_out_backward(grad_output: Tensor, x: Tensor) -> Tensor:
    """Gradient of y = x · sin(x) + x² with respect to x."""
    raise NotImplementedError


# %% repair-cut-graph
def broken_loss(x: Tensor) -> Tensor:
    """The value is right. The graph is cut in three places."""
    centre = x.mean().item()
    deviation = torch.tensor((x - centre).tolist(), dtype=x.dtype)
    scale = (1 + x.square().mean()).detach()
    return deviation.pow(4).mean() / scale


def repaired_loss(x: Tensor) -> Tensor:
    """The same value, with a gradient that reaches x on every path."""
    raise NotImplementedError


# %% central-difference
def central_difference(
    function: Callable[[Tensor], Tensor],
    x: Tensor,
    step: float,
) -> Tensor:
    """Slopes of function at x, one for each entry, in x's shape.

    function takes a tensor of x's shape, and returns one of shape ().
    Each slope compares one entry moved up by step with the same
    entry moved down by step.
    """
    raise NotImplementedError


# %% topological-backward
class Node:
    """A number, and the numbers that it was made from."""

    def __init__(
        self,
        value: float,
        parents: tuple["Node", ...] = (),
        local_gradients: tuple[float, ...] = (),
    ) -> None:
        self.value = value
        self.parents = parents
        self.local_gradients = local_gradients  # ∂self/∂parent, each
        self.grad = 0.0  # ∂root/∂self, for backward to fill

    def __repr__(self) -> str:
        return f"Node(value={self.value})"


def backward(root: Node) -> None:
    """Fill .grad of root and of every node it was made from."""
    raise NotImplementedError


# %% jacobian-from-vjps
def jacobian(
    function: Callable[[Tensor], Tensor],
    x: Tensor,
) -> Tensor:
    """Jacobian of function at x, shape (m, n), row by row from VJPs.

    x has shape (n,) and requires a gradient. function(x) is (m,).
    """
    raise NotImplementedError
