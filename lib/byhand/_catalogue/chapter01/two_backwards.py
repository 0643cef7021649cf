"""grad-after-two-backwards."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

import torch
from torch import Tensor

from byhand._checker.kinds import Value
from byhand._checker.spec import Exercise, Ladder, Mistake, Output


def _right() -> Tensor:
    """What PyTorch itself leaves in `.grad` after each line."""
    w = torch.tensor(3.0, dtype=torch.float64, device="cpu", requires_grad=True)
    seen = []
    for loss in (w**2, 5 * w):
        loss.backward()  # type: ignore[no-untyped-call]
        assert w.grad is not None
        seen.append(w.grad.clone())
    assert w.grad is not None
    w.grad.zero_()
    (-w).backward()  # type: ignore[no-untyped-call]
    return torch.stack([*seen, w.grad])


def _mistake(
    code: str, numbers: tuple[float, ...], message: str, next_step: str, hint: str
) -> Mistake:
    def formula() -> Tensor:
        return torch.tensor(numbers, dtype=torch.float64, device="cpu")

    return Mistake(code, formula, message, next_step, hint, "value")


def _accumulation_mistakes() -> tuple[Mistake, ...]:
    adds = "`backward` adds to `.grad`; it never replaces what is there."
    step = "Add the second slope to the first."
    ask = "Does `backward` replace the number in `.grad`, or add to it?"
    return (
        _mistake("overwritten", (6, 5, -1),
                 f"Your second number is the slope of the second loss alone. {adds}", step, ask),
        _mistake("never-cleared", (6, 11, 10),
                 "Your third number still contains the old gradients. `w.grad.zero_()` sets them "
                 "to 0, and the third backward adds to that 0.", "Start again from 0.",
                 "What is in `w.grad` between the two statements of the last line?"),
        _mistake("overwritten-and-never-cleared", (6, 5, 4),
                 f"Your second number is the slope of the second loss alone. {adds} The third "
                 "line first sets `.grad` to 0.", step, ask),
        _mistake("averaged", (6, 5.5, -1),
                 f"Your second number is the mean of the two slopes. {adds} No mean is taken.",
                 step, ask),
        _mistake("multiplied", (6, 30, -1),
                 "Your second number is the product of the two slopes. The chain rule multiplies "
                 "along one path; the gradients of two losses are added.", step, ask),
        _mistake("cleared-too-late", (6, 11, 0),
                 "Your third number is what `zero_()` leaves. The backward after it adds the "
                 "slope of −w.", "Add the slope of −w to 0.",
                 "Which of the two statements of the last line comes last?"),
        _mistake("only-cleared-part", (6, 11, 5),
                 "Your third number keeps the slope of the second loss. `zero_()` clears the "
                 "whole sum, not the first part of it.", "Start again from 0.",
                 "Does `.grad` remember which loss its number came from?"),
    )  # fmt: skip


def _slope_mistakes() -> tuple[Mistake, ...]:
    ask = "Is `.grad` the height of the loss at w = 3, or its slope there?"
    values = "These are values of the losses. `.grad` holds slopes."
    slopes = "Differentiate each loss with respect to w, then put w = 3."
    return (
        _mistake("value-not-gradient", (9, 15, -3), values, slopes, ask),
        _mistake("value-not-gradient", (9, 24, -3), f"{values} You did add them up, as PyTorch "
                 "does with slopes.", slopes, ask),
        _mistake("w-kept", (6, 21, -3),
                 "The slopes of 5w and −w are 5 and −1, without the factor w.", slopes,
                 "By how much does 5w grow when w grows by 1?"),
        _mistake("missing-two", (3, 8, -1),
                 "The slope of w² is 2w, not w.", slopes, "What is the derivative of w²?"),
        _mistake("two-without-w", (2, 7, -1),
                 "The slope of w² is 2w, and w is 3. The factor w is missing.", slopes,
                 "What is the derivative of w², and what is it at w = 3?"),
        _mistake("sign-lost", (6, 11, 1),
                 "The slope of −w is −1: your third number lacks the minus.", slopes,
                 "If w grows by 1, does −w grow or fall?"),
        _mistake("overwritten", (6, 5, 1),
                 "Your second number is the slope of the second loss alone: `backward` adds to "
                 "`.grad`. The slope of −w is −1.", "Add the second slope to the first.",
                 "Does `backward` replace the number in `.grad`, or add to it?"),
    )  # fmt: skip


def two_backwards(stub: str, solution: str) -> Exercise:
    """What `.grad` holds after each of three backward calls."""
    return Exercise(
        id="grad-after-two-backwards",
        chapter=1,
        title="What is in .grad after the second backward?",
        level=1,
        skills=("accumulation", "clearing gradients"),
        kind=Value("the three numbers, as a list or a tensor"),
        name="predicted",
        parameters=(),
        outputs=(Output("predicted"),),
        make=lambda inputs: (),
        reference={"value": _right},
        mistakes=(*_accumulation_mistakes(), *_slope_mistakes()),
        dims=lambda: {"w": 3.0},
        ladder=Ladder(
            "Does the second backward replace what the first one left, or add to it?",
            "Note the slope of each loss at w = 3 first. Then follow `.grad` line by line.",
            "The slopes are 2w, 5 and −1. `.grad` is their running sum, and `zero_()` starts the "
            "sum again.",
            "predicted = [2 * 3, 2 * 3 + ..., 0 + ...]",
        ),
        stub=stub,
        solution=solution,
        rtol=5e-3,  # as for every answer on paper
        seeds=(0,),
    )
