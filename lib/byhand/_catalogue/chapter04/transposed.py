"""transposed-matmul-backward."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

import torch
from torch import Tensor

from byhand._catalogue.chapter04.matmul import GRAD_OUTPUT, SHAPE, matrices, named_sizes, sizes
from byhand._checker.inputs import Inputs
from byhand._checker.kinds import BackwardFunction
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Exercise, Ladder, Mistake, Output


def _arguments(inputs: Inputs) -> Args:
    m, k, n = sizes(inputs)
    return inputs.values(m, n), inputs.values(k, m), inputs.values(k, n)


def _value(a: Tensor, b: Tensor) -> Tensor:
    return a.T @ b


def _ga(g: Tensor, b: Tensor) -> Tensor:
    return b @ g.T


def _gb(g: Tensor, a: Tensor) -> Tensor:
    return a @ g


def _transpose_mistakes() -> tuple[Mistake, ...]:
    turn = "a.T is an operation too: its backward transposes the gradient once more."
    ask = "Is the gradient that you found that of a, or that of a.T?"
    return (
        Mistake("gradient-of-a-transposed", lambda g, a, b: (_ga(g, b).T, _gb(g, a)),
                f"grad_a is the gradient of a.T, of shape (m, k). {turn}",
                "Transpose grad_a, or use `b @ grad_output.T`.", ask),
        Mistake("transposed", lambda g, a, b: (_ga(g, b).T, _gb(g, a).T),
                f"Both gradients are transposed. {turn} b is not transposed in y.",
                "Compare each shape with the shape of its tensor.", SHAPE),
        Mistake("grad-b-transposed", lambda g, a, b: (_ga(g, b), _gb(g, a).T),
                "grad_b is transposed: it must have the shape (k, n) of b.",
                "Use `a @ grad_output`.", SHAPE),
        Mistake("swapped-outputs", lambda g, a, b: (_gb(g, a), _ga(g, b)),
                "The two gradients are in each other's place.", "Return grad_a first.", SHAPE),
        Mistake("reshaped-not-transposed",
                lambda g, a, b: (_ga(g, b).T.reshape(a.shape), _gb(g, a)),
                "grad_a has the right shape and its entries in the wrong places: `reshape` and "
                "`view` keep the order of the entries in memory, a transpose does not.",
                "Use `.T` in place of `reshape`.", "Which entry of a.T is a[1, 0]?"),
    )  # fmt: skip


def _number_mistakes() -> tuple[Mistake, ...]:
    add = "Use a matrix product: it adds up over the index that the two factors share."
    ask = "Which entries of y does a[l, i] reach?"
    return (
        Mistake("averaged", lambda g, a, b: (_ga(g, b) / g.shape[1], _gb(g, a) / g.shape[0]),
                "You take means over the summed index. What comes back from several entries of y "
                "is added.", add, ask),
        Mistake("sums-multiplied",
                lambda g, a, b: (torch.outer(b.sum(1), g.sum(1)), torch.outer(a.sum(1), g.sum(0))),
                "You sum each factor first and multiply the sums. The products come first, then "
                "the sum.", add, "Is g₁b₁ + g₂b₂ the same as (g₁ + g₂)(b₁ + b₂)?"),
        Mistake("sign-of-a", lambda g, a, b: (-_ga(g, b), _gb(g, a)),
                "grad_a has the wrong sign. A transpose turns places round, not signs.",
                "Leave out the minus.", "Is there a minus anywhere in y = a.T @ b?"),
        Mistake("summed", lambda g, a, b: (_ga(g, b).sum(0), _gb(g, a).sum(0)),
                "The gradients are summed over a dimension that the inputs have.",
                "Leave out the sum.", SHAPE),
    )  # fmt: skip


def _grad_output_mistakes() -> tuple[Mistake, ...]:
    step = "Let `grad_output` be one of the two factors of each product."
    return (
        Mistake("missing-grad-output",
                lambda g, a, b: (_ga(torch.ones_like(g), b), _gb(torch.ones_like(g), a)),
                "`grad_output` is not used: you take it as ones.", step, GRAD_OUTPUT),
        Mistake("missing-grad-output", lambda g, a, b: (b, a),
                "`grad_output` is not used: you return the factors.", step, GRAD_OUTPUT),
        Mistake("missing-grad-output", lambda g, a, b: (b, a.T),
                "`grad_output` is not used: you return the factors.", step, GRAD_OUTPUT),
        Mistake("missing-grad-output", lambda g, a, b: (b.T, a),
                "`grad_output` is not used: you return the factors.", step, GRAD_OUTPUT),
        Mistake("value-not-gradient", lambda g, a, b: (_value(a, b), _value(a, b)),
                "You return y itself.", step, "Is a gradient the height of y, or its slope?"),
        Mistake("grad-output-returned", lambda g, a, b: (g, g),
                "You return `grad_output` unchanged, as for a sum.",
                "Multiply by the other factor.", "By how much does y[i, j] grow with a[l, i]?"),
    )  # fmt: skip


def backward(stub: str, solution: str) -> Exercise:
    """The gradients of a matrix product whose first factor is transposed."""
    return Exercise(
        id="transposed-matmul-backward",
        chapter=4,
        title="Back through a transpose",
        level=2,
        skills=("transpose", "matrix product", "shapes"),
        kind=BackwardFunction("a function `f(grad_output, a, b)`"),
        name="transposed_backward",
        parameters=("grad_output", "a", "b"),
        outputs=(Output("grad_a"), Output("grad_b")),
        make=_arguments,
        reference={"gradient": gradients(_value, wrt=(0, 1))},
        mistakes=(*_transpose_mistakes(), *_number_mistakes(), *_grad_output_mistakes()),
        probes=matrices(_arguments),
        dims=named_sizes,
        ladder=Ladder(
            "y is made in two steps: a transpose, then a product. Which gradient does the product "
            "send to a.T?",
            "Go back through the product first, as in matmul-backward with a.T in the place of a. "
            "Then go back through the transpose.",
            "The gradient of a.T is grad_output @ b.T; grad_a is its transpose, b @ grad_output.T. "
            "grad_b is (a.T).T @ grad_output.",
            "grad_transposed = grad_output @ ...  # of a.T, shape (m, k)\n"
            "return ..., ... @ grad_output",
        ),
        stub=stub,
        solution=solution,
    )
