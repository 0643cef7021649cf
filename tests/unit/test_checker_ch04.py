"""Wrong answers to chapter 4 that readers write, and the names they get."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# ruff: noqa: ARG005  (an answer takes all arguments of its exercise, used or not)

from __future__ import annotations

from typing import Any

import pytest
import torch

from byhand._checker.api import find, judge
from tests.unit.checker_attack import attacks, gets_a_true_name, ids_of_chapter
from tests.unit.checker_wrong_norm import GATHER, LAYERNORM
from tests.unit.checker_wrong_products import LINEAR, MATMUL, TRANSPOSED


def back(g, shape):
    return g.sum_to_size(shape)


def leading(g, shape):
    while g.ndim > len(shape):
        g = g.sum(0)
    return g


def squeezed(g, shape):
    g = leading(g, shape)
    for k in reversed(range(len(shape))):
        g = g.sum(k) if shape[k] == 1 else g
    return g


def kept(g, shape):
    shape = (1,) * (g.ndim - len(shape)) + tuple(shape)
    dims = [k for k, size in enumerate(shape) if size != g.shape[k]]
    return g.sum(dims, keepdim=True) if dims else g


def means(g, shape):
    while g.ndim > len(shape):
        g = g.mean(0)
    for k, size in enumerate(shape):
        g = g.mean(k, keepdim=True) if size == 1 else g
    return g


ADD: dict[str, list[Any]] = {
    "unsummed-broadcast": [lambda g, a, b: (g, g)],
    "stretched-not-summed": [lambda g, a, b: (leading(g, a), leading(g, b))],
    "stretched-lost": [lambda g, a, b: (squeezed(g, a), squeezed(g, b))],
    "front-kept": [lambda g, a, b: (kept(g, a), kept(g, b))],
    "averaged": [lambda g, a, b: (means(g, a), means(g, b))],
    "a-not-summed": [lambda g, a, b: (g, back(g, b))],
    "b-not-summed": [lambda g, a, b: (back(g, a), g)],
    "swapped-outputs": [lambda g, a, b: (back(g, b), back(g, a))],
    "sign-of-a-difference": [lambda g, a, b: (back(g, a), -back(g, b))],
    "always-first-dimension": [lambda g, a, b: (g.sum(0), g.sum(0))],
    "summed": [lambda g, a, b: (g.sum(), g.sum())],
    "constant-factor": [lambda g, a, b: (2 * back(g, a), 2 * back(g, b))],
    "wrong-count": [
        lambda g, a, b: back(g, a),
        lambda g, a, b: (back(g, a), back(g, b), None),
    ],
    "returned-none": [lambda g, a, b: (back(g, a), None)],
    "missing-grad-output": [lambda g, a, b: (torch.ones(a), torch.ones(b))],
    "wrong-dtype": [lambda g, a, b: (back(g, a).float(), back(g, b))],
    "raised": [lambda g, a, b: (g.expand(a), g.expand(b)), lambda g, a, b: (g.view(a), g.view(b))],
    "wrong-for-a-number": [lambda g, a, b: (back(g, a) if a else g, back(g, b) if b else g)],
}

MUL: dict[str, list[Any]] = {
    "unsummed-broadcast": [lambda g, a, b: (g * b, g * a)],
    "stretched-not-summed": [lambda g, a, b: (leading(g * b, a.shape), leading(g * a, b.shape))],
    "stretched-lost": [lambda g, a, b: (squeezed(g * b, a.shape), squeezed(g * a, b.shape))],
    "averaged": [lambda g, a, b: (means(g * b, a.shape), means(g * a, b.shape))],
    "own-factor": [lambda g, a, b: (back(g * a, a.shape), back(g * b, b.shape))],
    "factor-missing": [
        lambda g, a, b: (back(g, a.shape), back(g, b.shape)),
        lambda g, a, b: (back(g * b, a.shape), back(g, b.shape)),
    ],
    "both-factors": [lambda g, a, b: (back(g * a * b, a.shape), back(g * a * b, b.shape))],
    "missing-grad-output": [
        lambda g, a, b: (b, a),
        lambda g, a, b: (back(b.expand_as(g), a.shape), back(a.expand_as(g), b.shape)),
    ],
    "summed-before-factor": [lambda g, a, b: (back(g, a.shape) * b, back(g, b.shape) * a)],
    "swapped-outputs": [lambda g, a, b: (back(g * a, b.shape), back(g * b, a.shape))],
    "divided-by-factor": [lambda g, a, b: (back(g / b, a.shape), back(g / a, b.shape))],
    "not-linear-in-grad-output": [lambda g, a, b: (back(g + b, a.shape), back(g + a, b.shape))],
}

MEAN: dict[str, list[Any]] = {
    "raised": [
        lambda g, x, dim: g.expand(x.shape) / x.shape[dim],
        lambda g, x, dim: g / x.shape[dim] * torch.ones_like(x),
        lambda g, x, dim: g.unsqueeze(0).expand_as(x) / x.shape[dim],
    ],
    "not-unsqueezed": [lambda g, x, dim: g / x.shape[dim]],
    "not-expanded": [lambda g, x, dim: g.unsqueeze(dim) / x.shape[dim]],
    "missing-mean": [lambda g, x, dim: g.unsqueeze(dim).expand_as(x)],
    "divides-by-all": [lambda g, x, dim: g.unsqueeze(dim).expand_as(x) / x.numel()],
    "divides-by-batch": [lambda g, x, dim: g.unsqueeze(dim).expand_as(x) / len(x)],
    "divides-by-second": [lambda g, x, dim: g.unsqueeze(dim).expand_as(x) / x.shape[1]],
    "divides-by-outputs": [lambda g, x, dim: g.unsqueeze(dim).expand_as(x) / g.numel()],
    "multiplied-by-n": [lambda g, x, dim: g.unsqueeze(dim).expand_as(x) * x.shape[dim]],
    "missing-grad-output": [
        lambda g, x, dim: torch.ones_like(x) / x.shape[dim],
        lambda g, x, dim: x / x.shape[dim],
    ],
    "times-x": [lambda g, x, dim: g.unsqueeze(dim) * x / x.shape[dim]],
    "grad-output-returned": [lambda g, x, dim: g],
    "wrong-dimension-of-a-square": [
        lambda g, x, dim: (
            g.unsqueeze(dim).expand_as(x) if len(set(x.shape)) > 1 else g.expand_as(x)
        ) / x.shape[dim],
    ],
    "not-finite": [lambda g, x, dim: g.unsqueeze(dim).expand_as(x) / dim],
}  # fmt: skip


WRONG = {
    "broadcast-add-backward": ADD,
    "broadcast-mul-backward": MUL,
    "matmul-backward": MATMUL,
    "transposed-matmul-backward": TRANSPOSED,
    "linear-backward": LINEAR,
    "mean-dim-backward": MEAN,
    "gather-backward": GATHER,
    "layernorm-backward": LAYERNORM,
}
CASES = attacks(WRONG)


@pytest.mark.parametrize(("id", "code", "answer"), CASES)
def test_wrong_answer_gets_a_true_name(id: str, code: str, answer: Any) -> None:
    gets_a_true_name(id, code, answer)


def test_a_missing_dimension_is_explained() -> None:
    result = judge(find("mean-dim-backward"), lambda g, x, dim: g.expand(x.shape) / x.shape[dim])
    assert "unsqueeze(dim)" in result.next_step


def test_what_is_right_and_what_is_not() -> None:
    def answer(g, x, dim):
        size = x.shape[dim] if dim >= 0 else 1
        return g.unsqueeze(dim).expand_as(x) / size

    result = judge(find("mean-dim-backward"), answer)
    assert "right for x of shape (3, 5, 7) and dim=1" in result.message
    assert "wrong for x of shape (5, 3, 7) and dim=-1" in result.message


def test_a_few_cases_that_several_mistakes_explain_get_no_name() -> None:
    """In a 3 × 7 tensor the batch size is also the number of outputs of a mean over dim 1."""

    def answer(g, x, dim):
        size = len(x) if x.shape == (3, 7) else x.shape[dim]
        return g.unsqueeze(dim).expand_as(x) / size

    result = judge(find("mean-dim-backward"), answer)
    assert not result
    assert result.mistake not in ("divides-by-batch", "divides-by-outputs"), str(result)


def test_every_exercise_is_attacked() -> None:
    # linear-function has a file of its own
    assert set(WRONG) == ids_of_chapter(4) - {"linear-function"}
    assert len(CASES) >= 120
