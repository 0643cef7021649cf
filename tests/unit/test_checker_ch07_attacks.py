"""More wrong answers to chapter 7, by the name they get, and right ones of rare form."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# ruff: noqa: ARG005  (an answer takes all arguments of its exercise, used or not)

from __future__ import annotations

from typing import Any

import pytest
import torch

from byhand._checker.api import find, judge
from tests.unit.checker_attack import (
    Wrong,
    attacks,
    gets_a_true_name,
    ids_of_chapter,
    right_answers,
)
from tests.unit.checker_right_07_rare import RARE
from tests.unit.checker_wrong_steps import adam, keep, momentum, usual


def clears_all_inside_the_loop(params, lr):
    with torch.no_grad():
        for p in params:
            if p.grad is not None:
                p -= lr * p.grad
            for q in params:
                q.grad = None


def truth_of_a_gradient(params, lr):
    with torch.no_grad():
        for p in params:
            if p.grad:
                p -= lr * p.grad
                p.grad = None


def two_layer(mask, first=None):
    """The backward of two layers, around another mask and another first layer."""

    def answer(g, x, w1, w2):
        z = x @ w1
        grad_h = g @ w2.T
        grad_z = mask(grad_h, z)
        return grad_z @ w1.T, (first or torch.Tensor.t)(x) @ grad_z, z.relu().T @ g

    return answer


def steps_at_the_end(params, mean_loss, batches):
    n = sum(len(x) for x, _ in batches)
    for x, target in batches:
        (mean_loss(params, x, target) * len(x) / n).backward()
    torch.optim.SGD(params, lr=0.1).step()


def detached_parameters(params, mean_loss, batches):
    plain = [p.detach() for p in params]
    for x, target in batches:
        mean_loss(plain, x, target).backward()


def grads(params):
    return [p.grad for p in params if p.grad is not None]


def length(tensors):
    return torch.stack([g.norm() for g in tensors]).norm()


def clips_to_own_length(params, max_norm):
    total = length(grads(params))
    for g in grads(params):
        g *= max_norm / g.norm() if total > max_norm else 1.0
    return total


def clips_in_one_loop(params, max_norm):
    squares = torch.zeros(())
    for g in grads(params):
        squares = squares + (g**2).sum()
        g *= min(1.0, max_norm / squares.sqrt())
    return squares.sqrt()


def correction(m_hat, v_hat):
    """A step of Adam with other corrections of both averages."""
    return adam(
        lambda m, v, b1, b2, t, eps: m / m_hat(b1, b2, t) / ((v / v_hat(b1, b2, t)).sqrt() + eps)
    )


WRONG: Wrong = {
    "sgd-step": {
        "not-all-parameters": [clears_all_inside_the_loop],
        "raised": [truth_of_a_gradient],
    },
    "two-layer-backward": {
        "masked-by-gradient": [two_layer(lambda g, z: g * (g > 0))],
        "relu-inverted": [two_layer(lambda g, z: g * (z < 0))],
        "not-recognised": [
            two_layer(lambda g, z: torch.where(z > 0, g, 0.01 * g)),
            two_layer(lambda g, z: g * (z > 0), lambda x: x.relu().T),
        ],
    },
    "accumulate-gradients": {
        "parameters-changed": [steps_at_the_end],
        "no-graph": [detached_parameters],
    },
    "clip-by-norm": {
        "each-by-itself": [clips_to_own_length],
        "norm-so-far": [clips_in_one_loop],
    },
    "momentum-step": {
        "momentum-inverted": [momentum(lambda bs, k, g, mu, lr: bs[k].mul_(1 - mu).add_(g))],
        "momentum-twice": [
            momentum(lambda bs, k, g, mu, lr: bs[k].mul_(mu).add_(g).mul_(mu)),
            momentum(keep, lambda p, b, g, mu, lr: p.sub_(lr * mu * b)),
        ],
        "lr-inside-buffer": [
            momentum(
                lambda bs, k, g, mu, lr: bs[k].mul_(mu).sub_(lr * g),
                lambda p, b, g, mu, lr: p.add_(b),
            ),
        ],
    },
    "adam-step": {
        "corrections-swapped": [
            correction(lambda b1, b2, t: 1 - b2**t, lambda b1, b2, t: 1 - b1**t)
        ],
        "factor-squared": [
            adam(usual, second=lambda v, g, b2: b2 * v + ((1 - b2) * g) ** 2),
        ],
        "betas-swapped": [
            lambda params, means, squares, step, lr, betas, eps: adam(
                usual,
                first=lambda m, g, _: betas[1] * m + (1 - betas[1]) * g,
                second=lambda v, g, _: betas[0] * v + (1 - betas[0]) * g * g,
            )(params, means, squares, step, lr, betas, eps),
        ],
        "same-beta": [
            lambda params, means, squares, step, lr, betas, eps: adam(
                usual, second=lambda v, g, _: betas[0] * v + (1 - betas[0]) * g * g
            )(params, means, squares, step, lr, betas, eps),
            lambda params, means, squares, step, lr, betas, eps: adam(
                usual, first=lambda m, g, _: betas[1] * m + (1 - betas[1]) * g
            )(params, means, squares, step, lr, betas, eps),
        ],
    },
}


@pytest.mark.parametrize(("id", "code", "answer"), attacks(WRONG))
def test_wrong_answer_gets_a_true_name(id: str, code: str, answer: Any) -> None:
    gets_a_true_name(id, code, answer)


@pytest.mark.parametrize(("id", "answer"), right_answers(RARE))
def test_right_answer_of_rare_form_passes(id: str, answer: Any) -> None:
    result = judge(find(id), answer)
    assert result, str(result)


def test_every_exercise_is_attacked_from_both_sides() -> None:
    assert set(WRONG) == set(RARE) == ids_of_chapter(7)
    assert all(len(answers) >= 4 for answers in RARE.values())


def test_advice_on_a_loop_that_clears_too_much() -> None:
    result = judge(find("sgd-step"), clears_all_inside_the_loop)
    assert "clears all gradients before the loop has ended" in (result.next_step or "")


def test_a_list_that_is_emptied_is_not_to_be_cloned() -> None:
    def answer(params, mean_loss, batches):
        total = sum(len(x) for x, _ in batches)
        while batches:
            x, target = batches.pop(0)
            (mean_loss(params, x, target) * len(x) / total).backward()

    result = judge(find("accumulate-gradients"), answer)
    assert result.mistake == "changed-input"
    assert "list(batches)" in result.next_step
    assert "clone" not in result.next_step
