"""jacobian-from-vjps."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from byhand._checker.inputs import Inputs
from byhand._checker.kinds import BackwardFunction
from byhand._checker.spec import Args, Exercise, Formula, Ladder, Mistake, Output, Probe

Function = Callable[[Tensor], Tensor]
SIZES = ((3, 5), (5, 3), (7, 3), (3, 3))
"""Inputs n and outputs m, by seed."""


def _function(first: Tensor, second: Tensor) -> Function:

    def function(x: Tensor) -> Tensor:
        return torch.tanh(first.to(x) @ x / 4) * (second.to(x) @ x)

    return function


def _sized(inputs: Inputs, n: int, m: int) -> Args:
    function = _function(inputs.values(m, n), inputs.values(m, n))
    return function, inputs.values(n).requires_grad_()


def _arguments(inputs: Inputs) -> Args:
    return _sized(inputs, *SIZES[inputs.seed % len(SIZES)])


def _right(function: Function, x: Tensor) -> Tensor:
    """All VJPs in one call: a check needs the Jacobian for each formula below."""
    leaf = x.detach().requires_grad_()
    y = function(leaf)
    basis = torch.eye(len(y), dtype=y.dtype, device="cpu")
    return torch.autograd.grad(y, leaf, basis, is_grads_batched=True)[0]


def _from(change: Callable[[Tensor], Tensor]) -> Formula:
    """What becomes of the Jacobian."""
    return lambda function, x: change(_right(function, x))


def _row_mistakes() -> tuple[Mistake, ...]:
    fresh = (
        "Use `torch.autograd.grad(y, x, basis, retain_graph=True)[0]`: it returns a new tensor "
        "and leaves `x.grad` alone."
    )
    ask = "What is in `x.grad` when the second row is computed?"
    return (
        Mistake("rows-accumulate", _from(lambda j: j.cumsum(0)),
                "Each row contains the rows above it: `x.grad` adds up from one backward to the "
                "next.", fresh, ask),
        Mistake("rows-share-memory", _from(lambda j: j.sum(0).expand_as(j)),
                "All rows are equal: each is the sum of all rows. Either every row is the gradient "
                "of `y.sum()`, or all rows are one tensor, `x.grad`, to which backward adds.",
                f"Give row k a `grad_outputs` that is 1 at entry k and 0 elsewhere. {fresh}", ask),
        Mistake("rows-share-memory", _from(lambda j: j[-1].expand_as(j)),
                "All rows are the last one. They are one tensor that every backward wrote to.",
                fresh, "Do your rows have memory of their own?"),
        Mistake("rows-share-memory", _from(torch.zeros_like),
                "All entries are zero. If you set `x.grad` to zero after each row, you clear the "
                "stored rows with it: they are that very tensor.", fresh,
                "Do your rows have memory of their own?"),
        Mistake("same-row", _from(lambda j: j[0].expand_as(j)),
                "All rows are the first one: the `grad_outputs` stays at entry 0.",
                "Move the 1 of `grad_outputs` to entry k for row k.",
                "Which entry of y does row k belong to?"),
        Mistake("rows-reversed", _from(lambda j: j.flip(0)),
                "The rows are right and in reversed order.", "Begin with the first entry of y.",
                "Which entry of y does row k belong to?"),
    )  # fmt: skip


def _shape_mistakes() -> tuple[Mistake, ...]:
    ask = "What do the rows of a Jacobian count, and what do its columns count?"
    basis = "Call `torch.autograd.grad` once for each entry of y, and stack the rows."
    many = "How many numbers does one call give, and how many does the Jacobian have?"
    return (
        Mistake("transposed", _from(lambda j: j.T),
                "This is the Jacobian, transposed. Rows belong to outputs, columns to inputs.",
                "Stack the VJPs as rows: `torch.stack(rows)`.", ask),
        Mistake("gradient-of-the-sum", _from(lambda j: j.sum(0)),
                "This is one VJP, with a `grad_outputs` of ones: the sum of all rows.", basis,
                many),
        Mistake("first-row-only", _from(lambda j: j[0]),
                "This is the first row alone.", basis, many),
        Mistake("first-row-only", _from(lambda j: j[:1]),
                "This is the first row alone.", basis, many),
        Mistake("row-sums", _from(lambda j: j.sum(1)),
                "These are the sums of the rows: a Jacobian times a vector of ones (a JVP). It "
                "mixes the inputs.", basis, many),
        Mistake("gradient-of-the-mean", _from(lambda j: j.mean(0)),
                "This is the gradient of `y.mean()`.", basis, many),
        Mistake("diagonal-only", _from(lambda j: j * torch.eye(*j.shape, dtype=j.dtype)),
                "Only the entries ∂y[k]/∂x[k] are left. Every output depends on every input.",
                basis, "If you move one input, which outputs move?"),
    )  # fmt: skip


def _weight_mistakes() -> tuple[Mistake, ...]:
    one = "Use a `grad_outputs` that is 1 at entry k and 0 elsewhere."
    ask = "Which vector v makes vᵀJ equal to row k of J?"
    return (
        Mistake("divided-by-m", _from(lambda j: j / len(j)),
                "Every row is divided by the number of outputs: this is the Jacobian of the terms "
                "of a mean.", one, ask),
        Mistake("weighted-by-y", lambda f, x: f(x)[:, None] * _right(f, x),
                "Row k is multiplied by y[k], as if y itself were in `grad_outputs`.", one, ask),
        Mistake("weighted-by-y", lambda f, x: f(x) @ _right(f, x),
                "This is one VJP, with y itself as `grad_outputs`.", one, ask),
        Mistake("weighted-by-y",
                lambda f, x: (f(x) @ _right(f, x)).expand(len(f(x)), len(x)),
                "All rows are equal: each is the VJP with y itself as `grad_outputs`.", one, ask),
        Mistake("weighted-by-2y", lambda f, x: 2 * f(x)[:, None] * _right(f, x),
                "Row k is the gradient of y[k]². Row k belongs to y[k] itself.", one, ask),
        Mistake("weighted-by-k",
                _from(lambda j: torch.arange(len(j), dtype=j.dtype)[:, None] * j),
                "Row k is multiplied by k: `grad_outputs` holds the number k in place of a 1.",
                one, ask),
        Mistake("value-not-gradient", lambda f, x: f(x),
                "You return y itself.", "Differentiate y, one entry at a time.",
                "How many numbers does the Jacobian have?"),
        Mistake("outer-product", lambda f, x: torch.outer(f(x), x),
                "You return the products y[k] · x[j]. The Jacobian holds slopes.",
                "Call `torch.autograd.grad` once for each entry of y.",
                "How does y[k] change when x[j] moves a little?"),
    )  # fmt: skip


def _one_by_one(inputs: Inputs) -> Args:
    return _sized(inputs, 1, 1)


PROBES = (
    Probe(
        "wrong-for-one-number",
        "one input and one output",
        _one_by_one,
        "The Jacobian of one output with respect to one input has shape (1, 1).",
        "Look for `squeeze`; let `torch.stack` make both dimensions.",
    ),
    Probe(
        "wrong-for-one-row",
        "five inputs and one output",
        lambda inputs: _sized(inputs, 5, 1),
        "With one output the Jacobian has shape (1, n).",
        "Look for `squeeze`; let `torch.stack` make both dimensions.",
    ),
    Probe(
        "wrong-for-one-column",
        "one input and five outputs",
        lambda inputs: _sized(inputs, 1, 5),
        "With one input the Jacobian has shape (m, 1).",
        "Look for `squeeze`; let `torch.stack` make both dimensions.",
    ),
    Probe(
        "wrong-in-float32",
        "float32 inputs",
        _arguments,
        "The numbers are right in float64 and wrong in float32.",
        "Compute the rows with `torch.autograd.grad`, and make the basis vectors with "
        "`dtype=y.dtype`. Differences of values lose their digits here.",
        dtype=torch.float32,
    ),
)


def jacobian(stub: str, solution: str) -> Exercise:
    """A Jacobian, one VJP for each row."""
    return Exercise(
        id="jacobian-from-vjps",
        chapter=1,
        title="A Jacobian, row by row",
        level=3,
        skills=("VJP", "Jacobian", "retain_graph"),
        kind=BackwardFunction("a function `f(function, x)`"),
        name="jacobian",
        parameters=("function", "x"),
        outputs=(Output("jacobian"),),
        make=_arguments,
        reference={"gradient": _right},
        mistakes=(*_row_mistakes(), *_shape_mistakes(), *_weight_mistakes()),
        probes=PROBES,
        dims=lambda f, x: {"n": float(len(x)), "the number of outputs": float(len(f(x)))},
        ladder=Ladder(
            "A VJP gives vᵀJ, a weighted sum of the rows of J. Which v picks out a single row?",
            "One forward, then one backward for each entry of y. The graph must survive all of "
            "them.",
            "Row k of J is eₖᵀJ, where eₖ is 1 at entry k and 0 elsewhere.",
            "y = function(x)\nrows = []\nfor basis in torch.eye(len(y), dtype=y.dtype):\n"
            "    rows.append(torch.autograd.grad(y, x, grad_outputs=..., retain_graph=...)[0])\n"
            "return torch.stack(rows)",
        ),
        stub=stub,
        solution=solution,
    )
