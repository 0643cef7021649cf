"""Wrong answers to chapter 1 that readers write, and the names they get."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# ruff: noqa: ARG005  (an answer takes all arguments of its exercise, used or not)

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch.autograd import grad

from byhand._checker.api import find, judge
from tests.unit.checker_build import run_cell


def slopes(point, distance):
    """Differences between two points, given by what to add to entry k in units of step."""

    def answer(function, x, step):
        found = torch.zeros_like(x)
        for index in np.ndindex(*x.shape):
            up, down = x.clone(), x.clone()
            up[index] += point[0] * step
            down[index] += point[1] * step
            found[index] = (function(up) - function(down)) / (distance * step)
        return found

    return answer


def difference_never_put_back(function, x, step):
    found = torch.zeros_like(x)
    for index in np.ndindex(*x.shape):
        x[index] += step
        high = function(x)
        x[index] -= 2 * step
        found[index] = (high - function(x)) / (2 * step)
    return found


def difference_of_two_names(function, x, step):
    found = torch.zeros_like(x)
    y = x.clone()
    for index in np.ndindex(*x.shape):
        up = y
        down = y
        up[index] = x[index] + step
        down[index] = x[index] - step
        found[index] = (function(up) - function(down)) / (2 * step)
        y[index] = x[index]
    return found


def difference_writes_into_a_copy(function, x, step):
    found = torch.zeros(x.numel(), dtype=x.dtype)
    for k in range(x.numel()):
        up, down = x.clone(), x.clone()
        up.flatten()[k] += step
        down.flatten()[k] -= step
        found[k] = (function(up) - function(down)) / (2 * step)
    return found.reshape(x.shape)


def difference_by_rows(function, x, step):
    found = torch.zeros_like(x)
    for k in range(len(x)):
        up, down = x.clone(), x.clone()
        up[k] += step
        down[k] -= step
        found[k] = (function(up) - function(down)) / (2 * step)
    return found


def difference_by_autograd(function, x, step):
    leaf = x.detach().requires_grad_()
    return grad(function(leaf), leaf)[0]


right_slopes = slopes((1, -1), 2)

DIFFERENCE: dict[str, list[Any]] = {
    "forward-difference": [slopes((1, 0), 1)],
    "backward-difference": [slopes((0, -1), 1)],
    "missing-two": [slopes((1, -1), 1)],
    "half-forward": [slopes((1, 0), 2)],
    "half-step": [slopes((0.5, -0.5), 1)],
    "sides-swapped": [slopes((-1, 1), 2)],
    "constant-factor": [slopes((1, -1), 4)],
    "not-put-back": [difference_never_put_back],
    "same-point-twice": [difference_of_two_names],
    "rows-moved-at-once": [difference_by_rows],
    "all-moved-at-once": [lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h)],
    "step-ignored": [
        difference_by_autograd,
        lambda f, x, h: right_slopes(f, x, 1e-3),
        lambda f, x, h: right_slopes(f, x, 1e-6),
    ],
    "wrong-when-not-contiguous": [difference_writes_into_a_copy],
    "wrong-dtype": [lambda f, x, h: right_slopes(f, x, h).float()],
    "extra-dimension": [lambda f, x, h: right_slopes(f, x, h).flatten()],
    "not-a-tensor": [lambda f, x, h: right_slopes(f, x, h).tolist(), lambda f, x, h: f],
    "wrong-shape": [lambda f, x, h: right_slopes(f, x, h).mean().repeat(2)],
    "not-recognised": [lambda f, x, h: right_slopes(f, x, 2 * h)],
}


def pairs(node):
    return zip(node.parents, node.local_gradients, strict=True)


def forgets_the_one(root):
    for parent, local in pairs(root):
        parent.grad += root.grad * local
        forgets_the_one(parent)


def begins_if_zero(root):
    if root.grad == 0:
        root.grad = 1.0
    for parent, local in pairs(root):
        parent.grad += root.grad * local
        begins_if_zero(parent)


def hands_on_what_it_has(root):
    def visit(node, gradient):
        node.grad += gradient
        for parent, local in pairs(node):
            visit(parent, node.grad * local)

    visit(root, 1.0)


def sets_along_paths(root):
    def visit(node, gradient):
        node.grad = gradient
        for parent, local in pairs(node):
            visit(parent, gradient * local)

    visit(root, 1.0)


def queue_of_new_nodes(root):
    queue, root.grad = [root], 1.0
    for node in queue:
        for parent, local in pairs(node):
            parent.grad += node.grad * local
            if parent not in queue:
                queue.append(parent)


def in_order(root, push):
    order: list[Any] = []

    def visit(node):
        if node not in order:
            for parent in node.parents:
                visit(parent)
            order.append(node)

    visit(root)
    root.grad = 1.0
    for node in reversed(order):
        push(node)
    return order


def counts_repeats_once(root):
    def push(node):
        for parent in set(node.parents):
            parent.grad += node.grad * node.local_gradients[node.parents.index(parent)]

    in_order(root, push)


def wrong_attribute(root):
    def push(node):
        for parent, local in pairs(node):
            parent.gradient = node.grad * local

    in_order(root, push)


def clears_each_node(root):
    def push(node):
        for parent, local in pairs(node):
            parent.grad += node.grad * local
        node.grad = 0.0

    in_order(root, push)


def unhooks_parents(root):
    def push(node):
        for parent, local in pairs(node):
            parent.grad += node.grad * local

    for node in in_order(root, push):
        node.parents = ()


def sets(value):
    def answer(root):
        root.grad = value

    return answer


WALKS: dict[str, list[Any]] = {
    "root-is-zero": [forgets_the_one, clears_each_node, lambda root: 1.0],
    "sent-on-repeatedly": [begins_if_zero, hands_on_what_it_has],
    "overwritten": [sets_along_paths],
    "too-early": [queue_of_new_nodes],
    "repeated-parent-lost": [counts_repeats_once],
    "only-root": [wrong_attribute, sets(1), sets(torch.tensor(1.0))],
    "changed-graph": [unhooks_parents],
    "not-a-number": [sets("1"), sets(None), sets(torch.ones(3)), sets([1.0]), sets(1j)],
    "raised": [lambda root: root.value.backward()],
}


def rows(collect):
    """A Jacobian from the rows that `collect` finds, from y and x."""
    return lambda function, x: torch.stack(collect(function(x), x))


def basis(y):
    return torch.eye(len(y), dtype=y.dtype)


def from_grad(keep, clear):
    """Rows that are read off `x.grad` after each backward."""

    def collect(y, x):
        found = []
        for output in y:
            output.backward(retain_graph=True)
            found.append(keep(x.grad))
            if clear:
                x.grad.zero_()
        return found

    return rows(collect)


def same(tensor):
    return tensor


JACOBIAN: dict[str, list[Any]] = {
    "rows-accumulate": [from_grad(torch.clone, clear=False)],
    "rows-share-memory": [
        from_grad(same, clear=False),
        from_grad(same, clear=True),
        rows(lambda y, x: [grad(y.sum(), x, retain_graph=True)[0] for _ in y]),
    ],
    "graph-freed": [rows(lambda y, x: [grad(y, x, e)[0] for e in basis(y)])],
    "missing-grad-outputs": [lambda f, x: grad(f(x), x)[0]],
    "wrong-grad-outputs": [
        rows(lambda y, x: [grad(y, x, e, retain_graph=True)[0] for e in basis(x)]),
        lambda f, x: grad(f(x), x, basis(f(x)))[0],
    ],
    "raised": [
        rows(lambda y, x: [grad(y, x, e, retain_graph=True) for e in basis(y)]),
        rows(lambda y, x: [grad(output.detach(), x)[0] for output in y]),
    ],
    "transposed": [
        lambda f, x: torch.stack(
            [grad(y, x, retain_graph=True)[0] for y in f(x)], dim=1
        ),
    ],
    "gradient-of-the-sum": [lambda f, x: grad(f(x), x, torch.ones_like(f(x)))[0]],
    "row-sums": [lambda f, x: torch.func.jvp(f, (x,), (torch.ones_like(x),))[1]],
    "weighted-by-2y": [
        rows(lambda y, x: [grad(output**2, x, retain_graph=True)[0] for output in y])
    ],
    "weighted-by-y": [rows(lambda y, x: [grad(y, x, y, retain_graph=True)[0] for _ in y])],
    "wrong-count": [lambda f, x: [grad(y, x, retain_graph=True)[0] for y in f(x)]],
    "wrong-dtype": [
        lambda f, x: torch.tensor([grad(y, x, retain_graph=True)[0].tolist() for y in f(x)])
    ],
    "wrong-for-one-number": [
        lambda f, x: torch.autograd.functional.jacobian(f, x).squeeze(),
    ],
    "wrong-in-float32": [
        lambda f, x: torch.stack([(f(x + 1e-6 * e) - f(x)) / 1e-6 for e in basis(x)], dim=1)
    ],
}  # fmt: skip


def sine(x):
    return torch.sin(x) + x * torch.cos(x)


FAN_OUT: dict[str, list[Any]] = {
    "overwritten": [lambda g, x: g * 2 * x, lambda g, x: g * sine(x)],
    "factor-path-missing": [lambda g, x: g * (x * x.cos() + 2 * x)],
    "sine-path-missing": [lambda g, x: g * (x.sin() + 2 * x)],
    "power-rule": [lambda g, x: g * (sine(x) + 2)],
    "product-rule": [
        lambda g, x: g * (x.cos() + 2 * x),
        lambda g, x: g * (x.sin() + x.cos() + 2 * x),
    ],
    "missing-grad-output": [lambda g, x: sine(x) + 2 * x, lambda g, x: g * sine(x) + 2 * x],
    "grad-output-summed": [
        lambda g, x: g.sum() * (sine(x) + 2 * x),
        lambda g, x: g.mean() * (sine(x) + 2 * x),
    ],
    "wrong-sign": [lambda g, x: -g * (sine(x) + 2 * x)],
    "summed": [lambda g, x: (g * (sine(x) + 2 * x)).sum()],
    "constant-factor": [lambda g, x: g * (sine(x) + 2 * x) / x.numel()],
    "wrong-count": [lambda g, x: (g * x.sin(), g * x * x.cos(), g * 2 * x)],
    "changed-grad-output": [lambda g, x: g.mul_(sine(x) + 2 * x)],
    "not-recognised": [lambda g, x: g * (sine(x) + 2 * x).abs(), lambda g, x: g * sine(x).exp()],
}


def broken(x):
    return run_cell(find("repair-cut-graph"), broken_text())(x)


def broken_text():
    stub = find("repair-cut-graph").stub
    return stub.replace("    raise NotImplementedError", "    return broken_loss(x)")


def loss(x, deviation=None, scale=None):
    deviation = x - x.mean() if deviation is None else deviation
    scale = 1 + x.square().mean() if scale is None else scale
    return deviation.pow(4).mean() / scale


def without_grad(x):
    with torch.no_grad():
        scale = 1 + x.square().mean()
    return loss(x, scale=scale)


def copied_leaf(x):
    return loss(x.clone().detach().requires_grad_())


CUT: dict[str, list[Any]] = {
    "cut-graph": [
        broken,
        lambda x: loss(x).detach(),
        lambda x: torch.from_numpy(np.asarray(loss(x).detach().numpy())),
    ],
    "graph-ends-before-x": [
        copied_leaf,
        lambda x: broken(x).requires_grad_(),
        lambda x: torch.tensor(loss(x).item(), dtype=x.dtype, requires_grad=True),
        lambda x: broken(x) + (x - x).sum(),
    ],
    "centre-cut": [lambda x: loss(x, x - x.mean().item()), lambda x: loss(x, x - x.mean().data)],
    "scale-cut": [without_grad, lambda x: loss(x, scale=(1 + x.square().mean()).item())],
    "centre-and-scale-cut": [
        lambda x: loss(x, x - x.mean().detach(), (1 + x.square().mean()).detach())
    ],
    "deviation-cut": [lambda x: loss(x, (x - x.mean()).detach())],
    "x-cut-in-deviation": [lambda x: loss(x, x.data - x.mean())],
    "missing-parentheses": [lambda x: (x - x.mean()).pow(4).mean() / 1 + x.square().mean()],
    "not-a-tensor": [lambda x: loss(x).item()],
    "extra-dimension": [lambda x: loss(x).reshape(1)],
    "wrong-dtype": [lambda x: loss(x).float()],
    "not-recognised": [
        lambda x: (x - x.mean()).abs().pow(3).mean() / (1 + x.square().mean()),
        lambda x: x.mean(),
    ],
}

PAPER: dict[str, list[Any]] = {
    "inner-sign": [[5, 15, -5, -25]],
    "missing-mean": [[-20, -60, 20, 100]],
    "evaluated-at-x": [[-5, 0, -10, -20]],
    "value-not-gradient": [45, [1, 3, -1, -5], [5, 45, 5, 125]],
    "constant-factor": [[-10, -30, 10, 50]],
    "wrong-shape": [[-5, -15, 5], [-5, -15, 5, 25, 0]],
    "not-numbers": ["-5 -15 5 25"],
    "not-recognised": [[-5, -15, 5, 24], [-5, -15, -5, -25], [1, 1, 1, 1]],
}

PREDICTED: dict[str, list[Any]] = {
    "overwritten": [[6, 5, -1], [6, 5, 1]],
    "never-cleared": [[6, 11, 10]],
    "cleared-too-late": [[6, 11, 0]],
    "value-not-gradient": [[9, 15, -3], [9, 24, -3]],
    "missing-two": [[3, 8, -1]],
    "all-zero": [[0, 0, 0]],
    "wrong-shape": [[6, 11], 6, [6, 11, -1, 0]],
    "not-recognised": [[6, 12, 6], [6, 11, -2], [11, 6, -1]],
}

WRONG = {
    "chain-rule-by-hand": PAPER,
    "grad-after-two-backwards": PREDICTED,
    "fan-out-backward": FAN_OUT,
    "repair-cut-graph": CUT,
    "central-difference": DIFFERENCE,
    "topological-backward": WALKS,
    "jacobian-from-vjps": JACOBIAN,
}
CASES = [
    pytest.param(id, code, answer, id=f"{id}-{code}-{k}")
    for id, codes in WRONG.items()
    for code, answers in codes.items()
    for k, answer in enumerate(answers)
]


@pytest.mark.parametrize(("id", "code", "answer"), CASES)
def test_wrong_answer_gets_a_true_name(id: str, code: str, answer: Any) -> None:
    result = judge(find(id), answer)
    assert not result
    assert result.mistake == code, str(result)
    assert result.next_step


def test_the_graph_says_where_a_walk_is_right() -> None:
    def answer(root):
        root.grad = 1.0
        node = root
        while node.parents:
            node.parents[0].grad += node.grad * sum(node.local_gradients)
            node = node.parents[0]

    result = judge(find("topological-backward"), answer)
    assert result.mistake == "right-in-some-cases"
    assert "right for a chain" in result.message


def test_every_exercise_is_attacked() -> None:
    assert set(WRONG) == {x for x in WRONG if find(x).chapter == 1}
    assert len(CASES) >= 120
