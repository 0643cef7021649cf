"""chain-rule-by-hand."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

import torch
from torch import Tensor

from byhand._checker.kinds import Value
from byhand._checker.reference import gradients
from byhand._checker.spec import Exercise, Formula, Ladder, Mistake, Output

X = (1.0, 0.0, 2.0, 4.0)


def _x() -> Tensor:
    return torch.tensor(X, dtype=torch.float64, device="cpu")


def _y() -> Tensor:
    return 3 - 2 * _x()


def _out(x: Tensor) -> Tensor:
    return (5 * (3 - 2 * x) ** 2).mean()


def _right() -> Tensor:
    one = torch.ones((), dtype=torch.float64, device="cpu")
    found: Tensor = gradients(_out, wrt=(0,))(one, _x())[0]
    return found


def _mistake(code: str, formula: Formula, message: str, next_step: str, hint: str) -> Mistake:
    return Mistake(code, formula, message, next_step, hint, "value")


def _factor_mistakes() -> tuple[Mistake, ...]:
    inner = "y = 3 − 2x falls by 2 when x grows by 1: ∂y/∂x = −2."
    square = "The derivative of y² is 2y."
    mean = "The mean of four numbers divides each of them by 4."
    return (
        _mistake("inner-sign", lambda: 5 * _y(),
                 "The sign is wrong: x is subtracted, so the inner derivative is −2, not 2.",
                 "Multiply by −2.", "If x grows, does y = 3 − 2x grow or fall?"),
        _mistake("missing-inner", lambda: 2.5 * _y(),
                 f"The inner derivative is missing. {inner}", "Multiply by −2.",
                 "By how much does y change when x grows by 1?"),
        _mistake("missing-two", lambda: -2.5 * _y(),
                 f"The factor 2 of the square is missing. {square}", "Multiply by 2.",
                 "What is the derivative of y² with respect to y?"),
        _mistake("missing-inner-and-two", lambda: 1.25 * _y(),
                 f"Two factors are missing, from the square and from inside. {square} {inner}",
                 "Write down one factor for each of the three arrows x → y → z → out.",
                 "Through which three steps does a change of x reach out?"),
        _mistake("missing-mean", lambda: -20 * _y(),
                 f"The factor 1/4 is missing. {mean}", "Divide by 4.",
                 "How many numbers does the mean average?"),
        _mistake("missing-five", lambda: -_y(),
                 "The factor 5 of z = 5y² is missing. A constant factor stays in a derivative.",
                 "Multiply by 5.", "By how much does 5y² grow when y² grows by 1?"),
        _mistake("mean-and-five-missing", lambda: -4 * _y(),
                 "Two factors are missing: 5 from z = 5y², and 1/4 from the mean.",
                 "Write down one factor for each of the three arrows x → y → z → out.",
                 "Through which three steps does a change of x reach out?"),
    )  # fmt: skip


def _other_mistakes() -> tuple[Mistake, ...]:
    slopes = "How many numbers can you move? How many slopes are there, then?"
    where = "At which number is the slope of y² taken: at x, or at y?"
    return (
        _mistake("value-not-gradient", lambda: (5 * _y() ** 2).mean(),
                 "This is out itself. The gradient has four numbers, one for each entry of x.",
                 "Differentiate out with respect to the first entry, then the others.", slopes),
        _mistake("value-not-gradient", lambda: 5 * _y() ** 2,
                 "These are the four numbers of z, not slopes.", "Differentiate each of them.",
                 "What is the derivative of 5y² with respect to y?"),
        _mistake("value-not-gradient", _y, "These are the four numbers of y, not slopes.",
                 "Go on from y to out, and collect one factor at each step.",
                 "What is the derivative of 5y² with respect to y?"),
        _mistake("stops-at-y", lambda: 2.5 * _y() * 4,
                 "This is ∂z/∂y = 10y. Two factors are left: 1/4 from the mean, −2 from y.",
                 "Multiply by 1/4 and by −2.",
                 "Through which three steps does a change of x reach out?"),
        _mistake("evaluated-at-x", lambda: -5 * _x(),
                 "The slope of y² is taken at x. It is 2y, with y = 3 − 2x.",
                 "Compute the four numbers of y first.", where),
        _mistake("constant-forgotten", lambda: 10 * _x(),
                 "The 3 of y = 3 − 2x is lost. It has no slope, but y contains it.",
                 "Compute the four numbers of y first.", where),
        _mistake("square-kept", lambda: -5 * _y() ** 2,
                 "The square is still there: the exponent of y² goes down to 1.",
                 "The derivative of y² is 2y.", "What is the derivative of y² with respect to y?"),
        _mistake("summed", lambda: _right().sum(),
                 "The four slopes are added to one number. Each entry of x keeps its own.",
                 "Give a list of four numbers.", slopes),
    )  # fmt: skip


def by_hand(stub: str, solution: str) -> Exercise:
    """Four slopes through three steps, computed on paper."""
    return Exercise(
        id="chain-rule-by-hand",
        chapter=1,
        title="The chain rule on paper",
        level=1,
        skills=("chain rule", "inner derivative", "mean"),
        kind=Value("the four numbers of the gradient, as a list or a tensor"),
        name="gradient",
        parameters=(),
        outputs=(Output("gradient"),),
        make=lambda inputs: (),
        reference={"value": _right},
        mistakes=(*_factor_mistakes(), *_other_mistakes()),
        dims=lambda: {"n": 4.0},
        ladder=Ladder(
            "Move the first entry of x a little upwards. Does y grow or fall, and by how much?",
            "Three steps lead from x to out. Each of them gives one factor, and the factors are "
            "multiplied.",
            "∂out/∂x = ∂out/∂z · ∂z/∂y · ∂y/∂x = 1/4 · 10y · (−2), with y = 3 − 2x.",
            "y = [3 - 2 * 1, 3 - 2 * 0, ...]\ngradient = [1 / 4 * 10 * y[0] * (-2), ...]",
        ),
        stub=stub,
        solution=solution,
        rtol=5e-3,  # three digits from paper are enough
        seeds=(0,),
    )
