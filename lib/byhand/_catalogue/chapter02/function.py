"""mse-function."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch.nn.functional as F
from torch import Tensor

from byhand._catalogue.chapter02.mse import pair
from byhand._catalogue.chapter02.mse_mistakes import all_mistakes
from byhand._catalogue.chapter02.target import opposite, own_mistakes
from byhand._checker.function_contract import Interleaved, OnlyLater, SecondBackward
from byhand._checker.function_kind import DoubleBackward, FunctionClass, twice
from byhand._checker.reference import gradients
from byhand._checker.spec import Exercise, Ladder, Mistake, Output, Probe
from byhand._checker.standard import elementwise, ties

WANTED = "a subclass of torch.autograd.Function whose `apply(input, target)` is the mean loss"
NO_TARGET = (
    "backward returns None for the target. That is right as long as no target requires a "
    "gradient; where one does, PyTorch drops its gradient silently: `target.grad` stays None, and "
    "no error says so. The built-in loss returns −grad_input there."
)


def _value(code: str, formula: Any, message: str, next_step: str, hint: str = "") -> Mistake:
    return Mistake(code, lambda x, t: formula(x - t), message, next_step, hint, "value")


def _value_mistakes() -> tuple[Mistake, ...]:
    mean = "Use `((input - target) ** 2).mean()`."
    order = "In which order come difference, square and mean?"
    return (
        _value("value-summed", lambda d: (d**2).sum(),
               "forward sums the squared errors. The mean divides by their number.", mean, order),
        _value("value-not-reduced", lambda d: d**2,
               "forward returns one squared error for each element. It must return their mean.",
               mean, order),
        _value("value-divided-by-batch", lambda d: (d**2).sum() / d.shape[0],
               "forward divides by the batch size. The mean runs over all elements.", mean, order),
        _value("value-halved", lambda d: (d**2).mean() / 2,
               "forward returns half of the mean squared error.", mean, order),
        _value("value-absolute", lambda d: d.abs().mean(),
               "forward returns the mean absolute error: the square is missing.", mean, order),
        _value("value-root", lambda d: (d**2).mean().sqrt(),
               "forward takes the root of the mean squared error.", mean, order),
        _value("value-squared-after-mean", lambda d: d.mean() ** 2,
               "forward squares the mean of the errors, where opposite errors cancel. The mean is "
               "taken of the squares.", mean, order),
        _value("value-squared-after-sum", lambda d: d.sum() ** 2 / d.numel(),
               "forward squares the sum of the errors, where opposite errors cancel. Square "
               "first, then take the mean.", mean, order),
        _value("value-standard-deviation", lambda d: d.std(),
               "forward returns a standard deviation. The mean squared error subtracts no mean "
               "and takes no root.", mean, order),
        _value("value-variance", lambda d: d.var(),
               "forward returns a variance: it subtracts the mean error first.", mean, order),
        _value("value-not-squared", lambda d: d.mean(),
               "forward returns the mean difference: the square is missing.", mean, order),
    )  # fmt: skip


def _partial(only: tuple[int, ...], words: str) -> Probe:
    """Only some inputs require gradients."""

    def expected(*args: Any) -> dict[str, tuple[Tensor | None, ...]]:
        found = gradients(F.mse_loss, wrt=(0, 1))(*args)
        return {"engine": tuple(g if k in only else None for k, g in enumerate(found))}

    return Probe(
        "wrong-with-partial-gradients",
        words,
        pair,
        "The gradient is wrong when only some inputs require one.",
        "Use `ctx.needs_input_grad` only to leave out work; the numbers stay the same.",
        expected=expected,
        kind=FunctionClass("loss", parts=("engine",), only=only),
    )


def _second(*args: Any) -> dict[str, Any]:
    return {"double": twice(F.mse_loss, (0,), *args)}


TWICE = Probe(
    "no-double-backward",
    "a gradient of the gradient",
    pair,
    "Your backward cannot be differentiated again, or gives a wrong second derivative. The "
    "exercise does not ask for it; chapter 3 explains what it takes.",
    "",
    expected=_second,
    note_only=True,
    kind=DoubleBackward("loss", only=(0,)),
)


def _contract(code: str, label: str, kind: FunctionClass, message: str, step: str) -> Probe:
    """A case about how a Function is used, with the usual numbers."""
    return Probe(code, label, pair, message, step, listed=False, kind=kind)


def _only_target(*args: Any) -> dict[str, tuple[Tensor | None, ...]]:
    found = gradients(F.mse_loss, wrt=(0, 1))(*args)
    return {"engine": (None, found[1])}


CONTRACT = (
    replace(
        _contract(
            "wrong-with-partial-gradients",
            "an input that requires no gradient",
            OnlyLater("loss", only=(1,)),
            "The target's gradient is wrong, or lost, when only the target requires one.",
            "Use `ctx.needs_input_grad[0]` for the input's gradient and `[1]` for the target's.",
        ),
        expected=_only_target,
    ),
    *(
        _contract(
            "shared-between-calls",
            words,
            Interleaved("loss", rows=rows),
            "Two losses are in use at once, and the backward of the first works with what the "
            "second has left: something is kept outside of `ctx`, on the class or in a global "
            "variable.",
            "Keep everything that backward needs on `ctx`: each call of `apply` has its own.",
        )
        for rows, words in (
            (0, "a second forward before the first backward"),
            (1, "a second forward, of a larger input, before the first backward"),
        )
    ),
    _contract(
        "changed-saved-tensor",
        "a second backward of the same loss",
        SecondBackward("loss"),
        "The first backward changes in place what forward saved, so a second backward "
        "(`retain_graph=True`) gives other numbers.",
        "Compute into a new tensor: `d * 2` in place of `d *= 2` or `d.mul_(2)`.",
    ),
)


def _for_both(mistake: Mistake) -> Mistake:
    """The same mistake in both gradients; a wrong sign in both could be a wrong order too."""
    if mistake.code != "wrong-sign":
        return opposite(mistake)
    return replace(mistake, formula=lambda g, x, t: (mistake.formula(g, x, t), None))


def function(stub: str, solution: str) -> Exercise:
    """The mean squared error as an autograd.Function."""
    return Exercise(
        id="mse-function",
        chapter=2,
        title="The mean squared error as an autograd.Function",
        level=2,
        skills=("autograd.Function", "save_for_backward", "one gradient for each input"),
        kind=FunctionClass("loss", WANTED),
        name="MyMSE",
        parameters=("grad_output", "input", "target"),
        outputs=(Output("grad_input"), Output("grad_target", NO_TARGET)),
        make=pair,
        reference={"value": F.mse_loss, "gradient": gradients(F.mse_loss, wrt=(0, 1))},
        mistakes=(
            *_value_mistakes(),
            *own_mistakes(),
            *(_for_both(m) for m in all_mistakes()),
        ),
        probes=(
            *elementwise(pair),
            ties(pair),
            _partial((0,), "a target that requires no gradient"),
            *CONTRACT,
            TWICE,
        ),
        ladder=Ladder(
            "What does backward need to know that only forward has seen?",
            "Save both inputs in forward; return one gradient for each of them in backward.",
            "∂L/∂xᵢ = grad_output · 2 (xᵢ − tᵢ) / n, and ∂L/∂tᵢ = −∂L/∂xᵢ.",
            "@staticmethod\ndef forward(ctx, input, target):\n"
            "    ctx.save_for_backward(...)\n    return ...\n\n"
            "@staticmethod\ndef backward(ctx, grad_output):\n"
            "    input, target = ctx.saved_tensors\n    grad_input = ...\n"
            "    return grad_input, ...",
        ),
        stub=stub,
        solution=solution,
    )
