"""Wrong answers to chapter 1 that readers write, and the names they get."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# ruff: noqa: ARG005  (an answer takes all arguments of its exercise, used or not)

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from byhand._checker.api import find, judge
from tests.unit.checker_attack import attacks, gets_a_true_name, ids_of_chapter
from tests.unit.checker_build import run_cell
from tests.unit.checker_wrong_difference import DIFFERENCE
from tests.unit.checker_wrong_jacobian import JACOBIAN
from tests.unit.checker_wrong_walks import WALKS


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
CASES = attacks(WRONG)


@pytest.mark.parametrize(("id", "code", "answer"), CASES)
def test_wrong_answer_gets_a_true_name(id: str, code: str, answer: Any) -> None:
    gets_a_true_name(id, code, answer)


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
    assert set(WRONG) == ids_of_chapter(1)
    assert len(CASES) >= 120
