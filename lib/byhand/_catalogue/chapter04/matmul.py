"""matmul-backward."""

# ruff: noqa: ARG001, ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

import torch
from torch import Tensor

from byhand._checker.inputs import Inputs
from byhand._checker.kinds import BackwardFunction
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Exercise, Ladder, Mistake, Output, Probe
from byhand._checker.standard import Make, large, small, standard

SIZES = ((3, 5, 7), (5, 7, 3), (7, 3, 5), (3, 7, 5))
"""Sizes m, k, n by seed: a is (m, k), b is (k, n)."""
GRAD_OUTPUT = "If the next step is `3 * y`, what does autograd hand to your function?"
SHAPE = "Which shape must each gradient have, and which products give that shape?"


def sizes(inputs: Inputs) -> tuple[int, int, int]:
    """Three different sizes; three ones where a probe asks for one number."""
    if inputs.shape() == (1, 1):
        return 1, 1, 1
    return SIZES[inputs.seed % len(SIZES)]


def matrices(make: Make) -> tuple[Probe, ...]:
    """The cases that every product of matrices is tried with."""
    return (*standard(make), large(make), small(make))


def _arguments(inputs: Inputs) -> Args:
    m, k, n = sizes(inputs)
    return inputs.values(m, n), inputs.values(m, k), inputs.values(k, n)


def _ga(g: Tensor, b: Tensor) -> Tensor:
    return g @ b.T


def _gb(g: Tensor, a: Tensor) -> Tensor:
    return a.T @ g


def _shape_mistakes() -> tuple[Mistake, ...]:
    back = "grad_a = grad_output @ b.T and grad_b = a.T @ grad_output."
    return (
        Mistake("swapped-outputs", lambda g, a, b: (_gb(g, a), _ga(g, b)),
                "The two gradients are in each other's place.", "Return grad_a first.", SHAPE),
        Mistake("transposed", lambda g, a, b: (_ga(g, b).T, _gb(g, a).T),
                "Both gradients are transposed: (A B)ᵀ = Bᵀ Aᵀ turns the order round.", back,
                SHAPE),
        Mistake("grad-a-transposed", lambda g, a, b: (_ga(g, b).T, _gb(g, a)),
                "grad_a is transposed: it must have the shape (m, k) of a.", back, SHAPE),
        Mistake("grad-b-transposed", lambda g, a, b: (_ga(g, b), _gb(g, a).T),
                "grad_b is transposed: it must have the shape (k, n) of b.", back, SHAPE),
        Mistake("summed", lambda g, a, b: (_ga(g, b).sum(0), _gb(g, a).sum(1)),
                "The gradients are summed over a dimension that the inputs have.", back, SHAPE),
    )  # fmt: skip


def _number_mistakes() -> tuple[Mistake, ...]:
    add = "Use a matrix product: it adds up over the index that the two factors share."
    ask = "Which entries of y does a[i, p] reach?"
    return (
        Mistake("averaged", lambda g, a, b: (_ga(g, b) / g.shape[1], _gb(g, a) / g.shape[0]),
                "You take means over the summed index. What comes back from several entries of y "
                "is added.", add, ask),
        Mistake("averaged", lambda g, a, b: (_ga(g, b) / len(a), _gb(g, a) / len(a)),
                "Both gradients are divided by the number of rows. What comes back from several "
                "entries of y is added; a mean in the loss is already inside `grad_output`.", add,
                ask),
        Mistake("grad-b-averaged", lambda g, a, b: (_ga(g, b), _gb(g, a) / g.shape[0]),
                "grad_b is averaged over the rows of a. What comes back from several entries of y "
                "is added.", add, ask),
        Mistake("sums-multiplied",
                lambda g, a, b: (g.sum(1, keepdim=True) * b.sum(1), a.sum(0)[:, None] * g.sum(0)),
                "You sum each factor first and multiply the sums. The products come first, then "
                "the sum.", add, "Is g₁b₁ + g₂b₂ the same as (g₁ + g₂)(b₁ + b₂)?"),
        Mistake("sign-of-b", lambda g, a, b: (_ga(g, b), -_gb(g, a)),
                "grad_b has the wrong sign.", "Leave out the minus.",
                "Is there a minus anywhere in y = a @ b?"),
        Mistake("largest-only",
                lambda g, a, b: (
                    (g[:, None, :] * b).amax(2), (a[:, :, None] * g[:, None, :]).amax(0)
                ),
                "You take the largest of the products in place of their sum.", add, ask),
    )  # fmt: skip


def _grad_output_mistakes() -> tuple[Mistake, ...]:
    step = "Let `grad_output` be one of the two factors of each product."
    return (
        Mistake("missing-grad-output",
                lambda g, a, b: (_ga(torch.ones_like(g), b), _gb(torch.ones_like(g), a)),
                "`grad_output` is not used: you take it as ones.", step, GRAD_OUTPUT),
        Mistake("missing-grad-output", lambda g, a, b: (b.T, a.T),
                "`grad_output` is not used: you return the transposed factors.", step,
                GRAD_OUTPUT),
        Mistake("missing-grad-output", lambda g, a, b: (b, a),
                "`grad_output` is not used: you return the factors, as for a product of two "
                "numbers.", step, GRAD_OUTPUT),
        Mistake("value-not-gradient", lambda g, a, b: (a @ b, a @ b),
                "You return y itself.", step, "Is a gradient the height of y, or its slope?"),
        Mistake("grad-output-returned", lambda g, a, b: (g, g),
                "You return `grad_output` unchanged, as for a sum.",
                "Multiply by the other factor.", "By how much does y[i, j] grow with a[i, p]?"),
    )  # fmt: skip


def named_sizes(g: Tensor, a: Tensor, b: Tensor) -> dict[str, float]:
    """Sizes that may be lost as a factor."""
    return {"m": float(g.shape[0]), "n": float(g.shape[1]), "k": float(b.shape[0])}


def backward(stub: str, solution: str) -> Exercise:
    """The gradients of a matrix product."""
    return Exercise(
        id="matmul-backward",
        chapter=4,
        title="The backward of a matrix product",
        level=1,
        skills=("matrix product", "shapes", "transpose"),
        kind=BackwardFunction("a function `f(grad_output, a, b)`"),
        name="matmul_backward",
        parameters=("grad_output", "a", "b"),
        outputs=(Output("grad_a"), Output("grad_b")),
        make=_arguments,
        reference={"gradient": gradients(torch.matmul, wrt=(0, 1))},
        mistakes=(*_shape_mistakes(), *_number_mistakes(), *_grad_output_mistakes()),
        probes=matrices(_arguments),
        dims=named_sizes,
        ladder=Ladder(
            "y[i, j] = Σₚ a[i, p] · b[p, j]. Which entries of y does a[i, p] reach, and with which "
            "factors?",
            "Write grad_a[i, p] as a sum over j, then look for the matrix product that it is. The "
            "shapes (m, k), (k, n) and (m, n) leave one choice.",
            "grad_a[i, p] = Σⱼ grad_output[i, j] · b[p, j], and grad_b[p, j] = Σᵢ a[i, p] · "
            "grad_output[i, j].",
            "grad_a = grad_output @ ...\ngrad_b = ... @ grad_output\nreturn grad_a, grad_b",
        ),
        stub=stub,
        solution=solution,
    )
