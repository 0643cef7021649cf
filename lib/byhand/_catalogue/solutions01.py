"""Solutions of chapter 1. Each part below is one notebook cell, word for word."""

from collections.abc import Callable

import torch
from torch import Tensor

from byhand._catalogue.stubs01 import Node

# %% chain-rule-by-hand
# 1/4 · 10y · (−2) = −5y, and y = [1, 3, −1, −5]
gradient = [-5, -15, 5, 25]


# %% grad-after-two-backwards
# 2w; then 5 is added; then from zero again: −1
predicted = [6, 11, -1]


# %% fan-out-backward
def fan_out_backward(grad_output: Tensor, x: Tensor) -> Tensor:
    """Gradient of y = x · sin(x) + x² with respect to x."""
    from_factor = grad_output * torch.sin(x)
    from_sine = grad_output * x * torch.cos(x)
    from_square = grad_output * 2 * x
    return from_factor + from_sine + from_square


# %% repair-cut-graph
def repaired_loss(x: Tensor) -> Tensor:
    """The same value, with a gradient that reaches x on every path."""
    centre = x.mean()
    deviation = x - centre
    scale = 1 + x.square().mean()
    return deviation.pow(4).mean() / scale


# %% central-difference
def central_difference(
    function: Callable[[Tensor], Tensor],
    x: Tensor,
    step: float,
) -> Tensor:
    """Slopes of function at x, one for each entry, in x's shape."""
    slopes = torch.zeros(x.numel(), dtype=x.dtype)
    for k in range(x.numel()):
        move = torch.zeros_like(slopes)
        move[k] = step
        move = move.reshape(x.shape)
        difference = function(x + move) - function(x - move)
        slopes[k] = difference / (2 * step)
    return slopes.reshape(x.shape)


# %% topological-backward
def backward(root: "Node") -> None:
    """Fill .grad of root and of every node it was made from."""
    order: list[Node] = []
    seen: set[Node] = set()

    def visit(node: "Node") -> None:
        if node in seen:
            return
        seen.add(node)
        for parent in node.parents:
            visit(parent)
        order.append(node)  # after everything it was made from

    visit(root)
    root.grad = 1.0
    for node in reversed(order):
        slopes = node.local_gradients
        for parent, local in zip(node.parents, slopes, strict=True):
            parent.grad += node.grad * local


# %% jacobian-from-vjps
def jacobian(
    function: Callable[[Tensor], Tensor],
    x: Tensor,
) -> Tensor:
    """Jacobian of function at x, shape (m, n), row by row from VJPs."""
    y = function(x)
    rows = []
    for basis in torch.eye(len(y), dtype=y.dtype):
        (row,) = torch.autograd.grad(y, x, basis, retain_graph=True)
        rows.append(row)
    return torch.stack(rows)
