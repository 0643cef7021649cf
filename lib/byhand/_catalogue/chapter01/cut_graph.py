"""repair-cut-graph."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

import torch
from torch import Tensor

from byhand._checker.inputs import Inputs
from byhand._checker.kinds import ForwardFunction
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Exercise, Formula, Ladder, Mistake, Output
from byhand._checker.standard import standard

ASK = "Which of the three tensors of `repaired_loss` have a `grad_fn`?"


def _loss(x: Tensor) -> Tensor:
    return (x - x.mean()).pow(4).mean() / (1 + x.square().mean())


def _cut(*names: str) -> Formula:
    """The gradient with some of the intermediate results treated as constants."""

    def value(x: Tensor) -> Tensor:
        fixed = x.detach()
        centre = (fixed if "centre" in names else x).mean()
        deviation = (fixed if "x" in names else x) - centre
        deviation = deviation.detach() if "deviation" in names else deviation
        scale = 1 + (fixed if "scale" in names else x).square().mean()
        return deviation.pow(4).mean() / scale

    return gradients(value, wrt=(0,))


def _gradient_mistakes() -> tuple[Mistake, ...]:
    mean = "Use `centre = x.mean()`: `.item()` gives a Python number, which autograd cannot see."
    keep = "Leave out `.detach()`."
    move = "Use `deviation = x - centre`: `torch.tensor(…)` makes a new leaf without a history."
    return (
        Mistake("centre-cut", _cut("centre"),
                "The value is right. The gradient lacks one path: `centre` depends on x too, and "
                "it is still a constant for autograd.", mean, ASK),
        Mistake("scale-cut", _cut("scale"),
                "The value is right. The gradient lacks one path: `scale` depends on x too, and "
                "it is still a constant for autograd.", keep, ASK),
        Mistake("centre-and-scale-cut", _cut("centre", "scale"),
                "The value is right. The gradient lacks two paths: `centre` and `scale` depend on "
                "x too, and both are still constants for autograd.", f"{mean} {keep}", ASK),
        Mistake("deviation-cut", _cut("deviation"),
                "The value is right. A gradient comes back through `scale` only: `deviation` is "
                "still a constant for autograd.", move, ASK),
        Mistake("x-cut-in-deviation", _cut("x"),
                "The value is right. In `deviation` only the centre depends on x for autograd: the "
                "x from which it is subtracted is cut off.", move, ASK),
        Mistake("x-cut-in-deviation", _cut("x", "scale"),
                "The value is right. In `deviation` only the centre depends on x for autograd, and "
                "`scale` is still a constant.", f"{move} {keep}", ASK),
        Mistake("graph-ends-before-x", lambda g, x: torch.zeros_like(x),
                "The value is right, and nothing comes back to x: the graph ends at another leaf. "
                "`requires_grad=True` on a copy gives the copy a gradient, not x.",
                "Stay with operations on x itself: no `torch.tensor(…)`, `.detach()`, `.data`, "
                "and no new leaf.", "Which tensor is the first one of your graph: x, or a copy?"),
    )  # fmt: skip


def _value(code: str, formula: Formula, message: str, next_step: str, hint: str) -> Mistake:
    return Mistake(code, formula, message, next_step, hint, "value")


def _parts(x: Tensor) -> tuple[Tensor, Tensor]:
    return x - x.mean(), 1 + x.square().mean()


def _value_mistakes() -> tuple[Mistake, ...]:
    ask = "Does `repaired_loss(x)` give the same number as `broken_loss(x)`?"
    same = "Keep the formula of `broken_loss` and replace only what cuts the graph."

    def value(code: str, formula: Formula, message: str) -> Mistake:
        return _value(code, lambda x: formula(x, *_parts(x)), message, same, ask)

    return (
        value("value-unscaled", lambda x, d, s: d.pow(4).mean(),
              "The value lacks the division by `scale`."),
        value("value-uncentred", lambda x, d, s: x.pow(4).mean() / s,
              "The value lacks the centre: `deviation` is x − centre."),
        value("value-squared", lambda x, d, s: d.square().mean() / s,
              "The deviation is squared. `broken_loss` takes its fourth power."),
        value("value-summed", lambda x, d, s: d.pow(4).sum() / s,
              "The fourth powers are summed. `broken_loss` takes their mean."),
        value("value-not-reduced", lambda x, d, s: d.pow(4) / s,
              "You return one number for each entry. A loss is one number: the mean is missing."),
        value("scale-without-one", lambda x, d, s: d.pow(4).mean() / (s - 1),
              "`scale` lacks the 1."),
        value("scale-multiplied", lambda x, d, s: d.pow(4).mean() * s,
              "You multiply by `scale`. `broken_loss` divides by it."),
        value("scale-summed", lambda x, d, s: d.pow(4).mean() / (1 + x.square().sum()),
              "`scale` sums the squares. `broken_loss` takes their mean."),
        value("missing-parentheses", lambda x, d, s: d.pow(4).mean() / 1 + (s - 1),
              "You divide by 1 and add mean(x²). Write parentheses: `/ (1 + …)`."),
        value("scale-squared-mean", lambda x, d, s: d.pow(4).mean() / (1 + x.mean().square()),
              "`scale` squares the mean of x. `broken_loss` takes the mean of the squares."),
        value("scale-of-deviation", lambda x, d, s: d.pow(4).mean() / (1 + d.square().mean()),
              "`scale` is computed from `deviation`. `broken_loss` computes it from x."),
    )  # fmt: skip


def _arguments(inputs: Inputs) -> Args:
    return inputs.grad_scalar(), inputs.values(*inputs.shape())


def repair(stub: str, solution: str) -> Exercise:
    """A loss of which three steps hide x from autograd."""
    return Exercise(
        id="repair-cut-graph",
        chapter=1,
        title="Repair a cut graph",
        level=2,
        skills=("detach", "item", "new leaf"),
        kind=ForwardFunction("loss", "a function `f(x)` that returns the loss"),
        name="repaired_loss",
        parameters=("grad_output", "x"),
        outputs=(Output("gradient"),),
        make=_arguments,
        reference={"value": _loss, "gradient": gradients(_loss, wrt=(0,))},
        mistakes=(*_gradient_mistakes(), *_value_mistakes()),
        probes=standard(_arguments),
        ladder=Ladder(
            "Call `broken_loss` with a leaf and print the `grad_fn` of every intermediate result. "
            "Where does it become None?",
            "There are three cuts: a Python number, a new tensor made from a list, and a "
            "`.detach()`. Each of them hides one path from x to the loss.",
            "centre = mean(x), deviation = x − centre, scale = 1 + mean(x²), all three as tensors "
            "that depend on x; the loss is mean(deviation⁴) / scale.",
            "centre = x.mean()\ndeviation = ...\nscale = ...\n"
            "return deviation.pow(4).mean() / scale",
        ),
        stub=stub,
        solution=solution,
    )
