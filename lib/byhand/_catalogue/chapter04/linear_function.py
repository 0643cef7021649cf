"""linear-function."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

from typing import Any

import torch.nn.functional as F
from torch import Tensor

from byhand._catalogue.chapter04.linear import arguments, named_sizes
from byhand._catalogue.chapter04.linear_mistakes import gradient_mistakes
from byhand._checker.function_contract import Interleaved, SecondBackward
from byhand._checker.function_kind import DoubleBackward, FunctionClass, twice
from byhand._checker.inputs import Inputs
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Exercise, Formula, Ladder, Mistake, Output, Probe
from byhand._checker.standard import standard

WANTED = (
    "a subclass of torch.autograd.Function whose `apply(x, weight, bias)` is x @ weight.T + bias"
)
NAMES = ("x", "weight", "bias")


def _arguments(inputs: Inputs) -> Args:
    grad_output, x, weight = arguments(inputs)
    return grad_output, x, weight, inputs.values(len(weight))


def _value_mistakes() -> tuple[Mistake, ...]:
    same = "Use `x @ weight.T + bias`."
    ask = "What does `torch.nn.functional.linear(x, weight, bias)` give for the same inputs?"

    def value(code: str, formula: Formula, message: str) -> Mistake:
        return Mistake(code, formula, message, same, ask, "value")

    return (
        value("value-without-bias", lambda x, w, b: x @ w.T, "forward does not add the bias."),
        value("value-bias-subtracted", lambda x, w, b: x @ w.T - b,
              "forward subtracts the bias."),
        value("value-transposed", lambda x, w, b: (x @ w.T + b).T,
              "forward returns y transposed. Rows of y belong to samples."),
        value("value-bias-multiplied", lambda x, w, b: (x @ w.T) * b,
              "forward multiplies by the bias."),
        value("value-summed", lambda x, w, b: (x @ w.T + b).sum(),
              "forward sums y to one number. A layer keeps one row for each sample."),
        value("value-averaged", lambda x, w, b: x @ w.T / x.shape[1] + b,
              "forward divides the product by the number of inputs."),
        value("value-bias-twice", lambda x, w, b: x @ w.T + 2 * b,
              "forward adds the bias twice."),
    )  # fmt: skip


def _expected(only: tuple[int, ...]) -> Formula:
    def chosen(*args: Any) -> tuple[Tensor | None, ...]:
        found = gradients(F.linear, wrt=(0, 1, 2))(*args)
        return tuple(grad if k in only else None for k, grad in enumerate(found))

    return chosen


def _partial(only: tuple[int, ...]) -> Probe:
    """Only some inputs require gradients."""
    wanted = _expected(only)
    words = " and ".join(NAMES[k] for k in only)
    return Probe(
        "wrong-with-partial-gradients",
        f"{words} alone requiring gradients",
        _arguments,
        "The gradient is wrong when only some inputs require one.",
        "Test `ctx.needs_input_grad[k]` for each input by itself, and compute nothing else from "
        "it than whether to work.",
        expected=lambda *args: {"engine": wanted(*args)},
        kind=FunctionClass("y", parts=("engine",), only=only),
    )


def _needless(only: tuple[int, ...]) -> Probe:
    """A note for a backward that computes what nobody needs."""
    wanted = _expected(only)
    return Probe(
        "computes-needless-gradients",
        "a bias that requires no gradient",
        _arguments,
        "backward computes a gradient that nobody needs, such as that of a frozen bias. The "
        "result is right; `ctx.needs_input_grad` saves the work.",
        "",
        expected=lambda *args: {"gradient": wanted(*args)},
        note_only=True,
        kind=FunctionClass("y", parts=("gradient",), only=only),
    )


CONTRACT = (
    *(
        Probe(
            "shared-between-calls",
            words,
            _arguments,
            "Two layers are in use at once, and the backward of the first works with what the "
            "second has left: something is kept outside of `ctx`, on the class or in a global "
            "variable.",
            "Keep everything that backward needs on `ctx`: each call of `apply` has its own.",
            listed=False,
            kind=Interleaved("y", rows=rows),
        )
        for rows, words in (
            (0, "a second forward before the first backward"),
            (1, "a second forward, of a larger input, before the first backward"),
        )
    ),
    Probe(
        "changed-saved-tensor",
        "a second backward of the same loss",
        _arguments,
        "The first backward changes in place what forward saved, so a second backward "
        "(`retain_graph=True`) gives other numbers.",
        "Compute into a new tensor: `w * 2` in place of `w *= 2` or `w.mul_(2)`.",
        listed=False,
        kind=SecondBackward("y"),
    ),
)
TWICE = Probe(
    "no-double-backward",
    "a gradient of the gradient",
    _arguments,
    "Your backward cannot be differentiated again, or gives a wrong second derivative. The "
    "exercise does not ask for it; chapter 3 explains what it takes.",
    "",
    expected=lambda *args: {"double": twice(F.linear, None, *args)},
    note_only=True,
    kind=DoubleBackward("y"),
)


def function(stub: str, solution: str) -> Exercise:
    """A linear layer as an autograd.Function."""
    return Exercise(
        id="linear-function",
        chapter=4,
        title="A linear layer as an autograd.Function",
        level=2,
        skills=("autograd.Function", "needs_input_grad", "matrix product"),
        kind=FunctionClass("y", WANTED),
        name="MyLinear",
        parameters=("grad_output", *NAMES),
        outputs=tuple(Output(f"grad_{name}") for name in NAMES),
        make=_arguments,
        reference={"value": F.linear, "gradient": gradients(F.linear, wrt=(0, 1, 2))},
        mistakes=(*_value_mistakes(), *gradient_mistakes()),
        probes=(
            *standard(_arguments),
            *(_partial(only) for only in ((0,), (1,), (2,), (0, 1), (1, 2))),
            _needless((0, 1)),
            *CONTRACT,
            TWICE,
        ),
        dims=named_sizes,
        ladder=Ladder(
            "Which of the three inputs does backward need to know again?",
            "Save x and weight in forward. In backward, ask `ctx.needs_input_grad` before you "
            "compute each of the three gradients.",
            "grad_x = grad_output @ weight, grad_weight = grad_outputᵀ @ x, grad_bias[j] = "
            "Σₙ grad_output[n, j]; None for an input that needs none.",
            "@staticmethod\ndef forward(ctx, x, weight, bias):\n    ctx.save_for_backward(...)\n"
            "    return ...\n\n@staticmethod\ndef backward(ctx, grad_output):\n"
            "    x, weight = ctx.saved_tensors\n    grad_x = grad_weight = grad_bias = None\n"
            "    if ctx.needs_input_grad[0]:\n        grad_x = ...\n    ...\n"
            "    return grad_x, grad_weight, grad_bias",
        ),
        stub=stub,
        solution=solution,
    )
