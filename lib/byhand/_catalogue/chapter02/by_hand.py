"""mse-by-hand."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from byhand._checker.kinds import Value
from byhand._checker.reference import gradients
from byhand._checker.spec import Exercise, Ladder, Mistake, Output

INPUT = (2.0, 0.0, 1.0, 4.0)
TARGET = (1.0, 0.0, 3.0, 4.0)


def _tensors() -> tuple[Tensor, Tensor]:
    return (
        torch.tensor(INPUT, dtype=torch.float64, device="cpu"),
        torch.tensor(TARGET, dtype=torch.float64, device="cpu"),
    )  # fmt: skip


def _right() -> Tensor:
    one = torch.ones((), dtype=torch.float64, device="cpu")
    found: Tensor = gradients(F.mse_loss, wrt=(0,))(one, *_tensors())[0]
    return found


def _difference() -> Tensor:
    x, t = _tensors()
    return x - t


def _mistake(code: str, factor: float, message: str, next_step: str, hint: str) -> Mistake:
    """A multiple of the difference x − t."""
    return Mistake(code, lambda: factor * _difference(), message, next_step, hint, "value")


def _mistakes() -> tuple[Mistake, ...]:
    mean = "The mean of four numbers divides each of them by 4."
    square = "The derivative of d² is 2d."
    return (
        _mistake("missing-two", 1 / 4, f"The factor 2 is missing. {square}", "Multiply by 2.",
                 "What is the derivative of d² with respect to d?"),
        _mistake("missing-mean", 2, f"The factor 1/n is missing. {mean}", "Divide by 4.",
                 "How many squared errors are averaged?"),
        _mistake("missing-two-and-mean", 1, "This is x − t itself. The square gives a factor 2, "
                 "and the mean divides by 4, the number of all elements, right ones too.",
                 "Multiply by 2 and divide by 4.",
                 "Which two operations lie between d = x − t and the loss?"),
        _mistake("wrong-sign", -2 / 4, "The sign is wrong: x₃ is below its target, so raising it "
                 "lowers the loss, and the slope is negative.", "Use x − t, not t − x.",
                 "Does the loss grow or fall when x₃ = 1 moves towards its target 3?"),
        Mistake("value-not-gradient", lambda: (_difference() ** 2).mean(),
                "This is the loss. The gradient has four numbers, one for each element of x.",
                "Differentiate the loss with respect to x₁, then x₂, then x₃.",
                "How many numbers can you move? How many slopes are there, then?", "value"),
        Mistake("value-not-gradient", lambda: _difference() ** 2,
                "These are the squared errors, the terms of the loss.",
                "Differentiate each of them.",
                "What is the derivative of d² with respect to d?", "value"),
        Mistake("value-not-gradient", lambda: _difference() ** 2 / 4,
                "These are the terms of the mean, not their slopes.", "Differentiate each of them.",
                "What is the derivative of d² with respect to d?", "value"),
        Mistake("summed", lambda: 2 * _difference().mean(),
                "The four slopes are added to one number. Each element keeps its own.",
                "Give a list of four numbers.",
                "How many numbers can you move? How many slopes are there, then?", "value"),
        Mistake("only-the-wrong-ones", lambda: _right()[::2],
                "These are two slopes of four. Where x equals its target the slope is a number "
                "too.", "Give a list of four numbers.",
                "What is the slope of (x − t)² at its lowest point?", "value"),
        Mistake("l1-gradient", lambda: torch.sign(_difference()) / 4,
                "This is the gradient of the mean absolute error.", square,
                "Should an error twice as large get the same slope, or one twice as large?",
                "value"),
        Mistake("target-forgotten", lambda: 2 * _tensors()[0] / 4,
                "The target does not appear: these are the slopes of the mean of x².",
                "Keep x − t as the inner function.",
                "Where is the slope zero: at x = 0, or at x = t?", "value"),
    )  # fmt: skip


def by_hand(stub: str, solution: str) -> Exercise:
    """Four slopes, computed on paper."""
    return Exercise(
        id="mse-by-hand",
        chapter=2,
        title="A gradient on paper",
        level=1,
        skills=("power rule", "mean reduction"),
        kind=Value("the four numbers of the gradient, as a list or a tensor"),
        name="gradient",
        parameters=(),
        outputs=(Output("gradient"),),
        make=lambda inputs: (),
        reference={"value": _right},
        mistakes=_mistakes(),
        dims=lambda: {"n": 4.0},
        ladder=Ladder(
            "Move x₃ a little upwards. Does the loss grow or fall, and how fast?",
            "The loss is ((x₁−1)² + (x₂−0)² + (x₃−3)² + (x₄−4)²) / 4. Look at one term at a time.",
            "∂L/∂xᵢ = 2 (xᵢ − tᵢ) / 4.",
            "gradient = [2 * (2 - 1) / 4, 2 * (0 - 0) / 4, ...]",
        ),
        stub=stub,
        solution=solution,
        rtol=5e-3,  # three digits from paper are enough
        seeds=(0,),
    )
