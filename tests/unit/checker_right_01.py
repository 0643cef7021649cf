"""Right answers to the exercises of chapter 1, each in several forms."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False

from __future__ import annotations

from collections import deque
from fractions import Fraction
from typing import Any

import numpy as np
import torch

PAPER = (
    [-5, -15, 5, 25],
    (-5.0, -15.0, 5.0, 25.0),
    torch.tensor([-5, -15, 5, 25]),
    np.array([-5.0, -15, 5, 25]),
    [Fraction(-5), -15, 5.0, torch.tensor(25.0)],
    [-5 * (3 - 2 * x) for x in (1, 0, 2, 4)],
    [-5.001, -15, 4.999, 25.02],
)

PREDICTED = (
    [6, 11, -1],
    (6.0, 11.0, -1.0),
    torch.tensor([6.0, 11.0, -1.0]),
    np.array([6, 11, -1]),
    [torch.tensor(6.0), torch.tensor(11.0), torch.tensor(-1.0)],
)


def fan_out_autograd(grad_output, x):
    leaf = x.detach().requires_grad_()
    y = leaf * leaf.sin() + leaf**2
    return torch.autograd.grad(y, leaf, grad_output)[0]


def fan_out_adds_up(grad_output, x):
    grad_x = torch.zeros_like(x)
    grad_x += grad_output * x.sin()
    grad_x += grad_output * x * x.cos()
    grad_x += grad_output * x
    grad_x += grad_output * x
    return grad_x


FAN_OUT = (
    fan_out_autograd,
    fan_out_adds_up,
    lambda g, x: g * (torch.sin(x) + x * (torch.cos(x) + 2)),
    lambda g, x: torch.func.vjp(lambda t: t * t.sin() + t * t, x)[1](g)[0],
    lambda g, x: (2 * x + x.cos() * x + x.sin()).mul(g),
    lambda g, x: torch.addcmul(g * (x.sin() + 2 * x), g, x * x.cos()),
)


def repaired_in_one_line(x):
    return ((x - x.mean()) ** 4).mean() / (1 + (x**2).mean())


def repaired_with_sums(x):
    n = x.numel()
    deviation = x - x.sum() / n
    return deviation.square().square().sum() / (n + (x * x).sum())


def repaired_with_copies(x):
    y = x.clone()
    deviation = y - y.mean().expand_as(y)
    scale = 1 + torch.linalg.vector_norm(y) ** 2 / y.numel()
    return torch.div((deviation * deviation * deviation * deviation).mean(), scale)


def repaired_in_a_loop(x):
    flat = x.flatten()
    centre = sum(flat) / len(flat)
    spread = sum((value - centre) ** 4 for value in flat) / len(flat)
    return spread / (1 + sum(value**2 for value in flat) / len(flat))


REPAIRED = (
    repaired_in_one_line,
    repaired_with_sums,
    repaired_with_copies,
    repaired_in_a_loop,
    lambda x: (x - x.mean()).pow(4).mean().div(x.square().mean().add(1)),
)


def difference_in_place(function, x, step):
    y = x.clone()
    slopes = torch.empty_like(x)
    for index in np.ndindex(*x.shape):
        here = y[index].item()
        y[index] = here + step
        high = function(y).item()
        y[index] = here - step
        low = function(y).item()
        y[index] = here
        slopes[index] = (high - low) / (2 * step)
    return slopes


def difference_moves_x_and_puts_it_back(function, x, step):
    slopes = torch.zeros_like(x)
    for index in np.ndindex(*x.shape):
        x[index] += step
        high = function(x)
        x[index] -= 2 * step
        low = function(x)
        x[index] += step
        slopes[index] = (high - low) / (2 * step)
    return slopes


def difference_vectorised(function, x, step):
    moves = torch.eye(x.numel(), dtype=x.dtype).reshape(-1, *x.shape) * step
    batch = torch.vmap(function)
    return ((batch(x + moves) - batch(x - moves)) / (2 * step)).reshape(x.shape)


def difference_of_numbers(function, x, step):
    found = []
    for k in range(x.numel()):
        up, down = x.flatten().clone(), x.flatten().clone()
        up[k] += step
        down[k] -= step
        high, low = float(function(up.view(x.shape))), float(function(down.view(x.shape)))
        found.append((high - low) / step / 2)
    return torch.tensor(found, dtype=torch.float64).reshape(x.shape)


def difference_without_grad(function, x, step):
    with torch.no_grad():
        basis = torch.eye(x.numel(), dtype=torch.float64).unbind()
        moved = [step * e.reshape(x.shape) for e in basis]
        forward = torch.stack([function(x + e) - function(x) for e in moved])
        behind = torch.stack([function(x) - function(x - e) for e in moved])
        return ((forward + behind) / (2 * step)).reshape(x.shape)


DIFFERENCE = (
    difference_in_place,
    difference_moves_x_and_puts_it_back,
    difference_vectorised,
    difference_of_numbers,
    difference_without_grad,
)


def backward_by_paths(root, gradient=1.0):
    root.grad += gradient
    for parent, local in zip(root.parents, root.local_gradients, strict=True):
        backward_by_paths(parent, gradient * local)


def backward_by_counting(root):
    uses: dict[Any, int] = {}
    stack, seen = [root], {root}
    while stack:
        node = stack.pop()
        for parent in node.parents:
            uses[parent] = uses.get(parent, 0) + 1
            if parent not in seen:
                seen.add(parent)
                stack.append(parent)
    root.grad = 1
    ready = deque([root])
    while ready:
        node = ready.popleft()
        for parent, local in zip(node.parents, node.local_gradients, strict=True):
            parent.grad += local * node.grad
            uses[parent] -= 1
            if uses[parent] == 0:
                ready.append(parent)


def backward_with_list(root):
    order = []

    def visit(node):
        if node in order:
            return
        for parent in node.parents:
            visit(parent)
        order.append(node)

    visit(root)
    for node in order:
        node.grad = 0.0
    root.grad = 1.0
    while order:
        node = order.pop()
        for k in range(len(node.parents)):
            node.parents[k].grad = node.parents[k].grad + node.grad * node.local_gradients[k]
    return root.grad


def backward_with_marks(root):
    order: list[Any] = []
    marked = set()

    def visit(node):
        if id(node) not in marked:
            marked.add(id(node))
            [visit(parent) for parent in node.parents]
            order.insert(0, node)

    visit(root)
    root.grad = torch.tensor(1.0, dtype=torch.float64)
    for node in order:
        node.visited = True
        for parent, local in zip(node.parents, node.local_gradients, strict=True):
            parent.grad = parent.grad + node.grad * local


def backward_from_the_leaves(root):
    order = []

    def visit(node):
        if node not in order:
            for parent in node.parents:
                visit(parent)
            order.append(node)

    visit(root)
    root.grad = 1.0
    for k in range(len(order) - 2, -1, -1):
        node = order[k]
        node.grad = sum(
            user.grad * local
            for user in order[k + 1 :]
            for parent, local in zip(user.parents, user.local_gradients, strict=True)
            if parent is node
        )


WALKS = (
    backward_by_paths,
    backward_by_counting,
    backward_with_list,
    backward_with_marks,
    backward_from_the_leaves,
)


def jacobian_by_backward(function, x):
    y = function(x)
    rows = []
    for k in range(len(y)):
        x.grad = None
        y[k].backward(retain_graph=True)
        rows.append(x.grad)
    return torch.stack(rows)


def jacobian_fills_a_matrix(function, x):
    leaf = x.detach().clone().requires_grad_(True)
    y = function(leaf)
    result = torch.empty(y.shape[0], leaf.shape[0], dtype=leaf.dtype)
    for k in range(y.shape[0]):
        v = torch.zeros_like(y)
        v[k] = 1.0
        (result[k],) = torch.autograd.grad(y, leaf, v, retain_graph=True)
    return result


def jacobian_forward_again(function, x):
    rows = []
    for k in range(len(function(x))):
        rows.append(torch.autograd.grad(function(x)[k], x)[0])
    return torch.vstack(rows)


def jacobian_accumulates_and_clears(function, x):
    y = function(x)
    rows = []
    for basis in torch.eye(y.numel()).to(y):
        y.backward(basis, retain_graph=True)
        rows.append(x.grad.clone())
        x.grad.zero_()
    return torch.stack(rows, dim=0)


JACOBIAN = (
    jacobian_by_backward,
    jacobian_fills_a_matrix,
    jacobian_forward_again,
    jacobian_accumulates_and_clears,
    lambda f, x: torch.autograd.functional.jacobian(f, x),
    lambda f, x: torch.func.jacrev(f)(x.detach()),
    lambda f, x: torch.autograd.grad(
        y := f(x), x, torch.eye(len(y), dtype=y.dtype), is_grads_batched=True
    )[0],
)

RIGHT: dict[str, tuple[Any, ...]] = {
    "chain-rule-by-hand": PAPER,
    "grad-after-two-backwards": PREDICTED,
    "fan-out-backward": FAN_OUT,
    "repair-cut-graph": REPAIRED,
    "central-difference": DIFFERENCE,
    "topological-backward": WALKS,
    "jacobian-from-vjps": JACOBIAN,
}
