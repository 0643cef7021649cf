"""broadcast-add-backward."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from byhand._catalogue.chapter04 import sums
from byhand._catalogue.chapter04.sum_mistakes import number_mistakes, shape_mistakes
from byhand._catalogue.chapter04.sums import Reduce, Shape, right
from byhand._checker.inputs import Inputs
from byhand._checker.kinds import BackwardFunction
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Exercise, Formula, Ladder, Mistake, Output, Probe
from byhand._checker.standard import large, single_precision, small


def _arguments(inputs: Inputs) -> Args:
    a, b, y = sums.shapes(inputs)
    return inputs.values(*y), a, b


def _reference(g: Tensor, a_shape: Shape, b_shape: Shape) -> object:
    zeros = [torch.zeros(shape, dtype=g.dtype, device="cpu") for shape in (a_shape, b_shape)]
    return gradients(torch.add, wrt=(0, 1))(g, *zeros)


def _both(reduce: Reduce) -> Formula:
    return lambda g, a, b: (reduce(g, a), reduce(g, b))


def _own_mistakes() -> tuple[Mistake, ...]:
    ask = "If the next step is `3 * y`, what does autograd hand to your function?"
    return (
        Mistake("missing-grad-output", lambda g, a, b: (g.new_ones(a), g.new_ones(b)),
                "`grad_output` is not used: these are ones.", "Sum `grad_output` itself.", ask),
        Mistake("missing-grad-output",
                lambda g, a, b: (right(torch.ones_like(g), a), right(torch.ones_like(g), b)),
                "`grad_output` is not used: you count the copies.", "Sum `grad_output` itself.",
                ask),
        Mistake("swapped-outputs", lambda g, a, b: (right(g, b), right(g, a)),
                "The two gradients are in each other's place.", "Return the gradient of a first.",
                "Which of the two has the shape of a?"),
        Mistake("sign-of-a-difference", lambda g, a, b: (right(g, a), -right(g, b)),
                "The gradient of b has a minus, as for a − b. Here b is added.",
                "Leave out the minus.", "If b grows, does a + b grow or fall?"),
        Mistake("b-not-summed", lambda g, a, b: (right(g, a), g),
                "Only the gradient of a is summed back. b is broadcast as well, in other cases.",
                "Treat both inputs in the same way.", "Which of the two may be the smaller one?"),
        Mistake("a-not-summed", lambda g, a, b: (g, right(g, b)),
                "Only the gradient of b is summed back. a is broadcast as well, in other cases.",
                "Treat both inputs in the same way.", "Which of the two may be the smaller one?"),
        Mistake("halved", lambda g, a, b: (right(g, a) / 2, right(g, b) / 2),
                "The gradient is shared out between the two. A sum sends it to both, in full.",
                "Leave out the division by 2.", "By how much does a + b grow if a grows by 1?"),
    )  # fmt: skip


def a_number(make: object, words: str = "a b of shape ()") -> Probe:
    """One of the inputs has no dimension."""
    assert callable(make)
    return Probe(
        "wrong-for-a-number",
        words,
        make,
        "A tensor of shape () is broadcast to every entry, so all of grad_output is summed.",
        "Sum over every dimension that broadcasting put in front, until none is left.",
    )


ONES = Probe(
    "wrong-for-size-one",
    "inputs of shapes (1, 1) and (1,)",
    lambda inputs: (inputs.values(1, 1), (1, 1), (1,)),
    "A dimension of size 1 that is not stretched stays as it is.",
    "Use `keepdim=True` for the dimensions that the input has, and remove those in front.",
)


HIDDEN = (
    large(_arguments),
    small(_arguments),
    replace(a_number(lambda inputs: (inputs.values(3, 5), (), (3, 5)), "an a of shape ()"),
            listed=False),
    replace(a_number(lambda inputs: (inputs.values(), (), ()), "two numbers of shape ()"),
            listed=False),
)  # fmt: skip


def backward(stub: str, solution: str) -> Exercise:
    """The gradients of a sum that broadcasts."""
    return Exercise(
        id="broadcast-add-backward",
        chapter=4,
        title="The backward of a broadcast sum",
        level=2,
        skills=("broadcasting", "shapes"),
        kind=BackwardFunction("a function `f(grad_output, a_shape, b_shape)`"),
        name="broadcast_add_backward",
        parameters=("grad_output", "a_shape", "b_shape"),
        outputs=(Output("grad_a"), Output("grad_b")),
        make=_arguments,
        reference={"gradient": _reference},
        mistakes=(*_own_mistakes(), *shape_mistakes(_both), *number_mistakes(_both)),
        probes=(
            single_precision(_arguments),
            a_number(lambda inputs: (inputs.values(3, 5), (3, 5), ())),
            ONES,
            *HIDDEN,
        ),
        label=lambda g, a, b: f"shapes {a} and {b}",
        dims=lambda g, a, b: {"n": float(g.numel()), "the first dimension's size": g.shape[0]},
        ladder=Ladder(
            "y = a + b with a of shape (3, 5) and b of shape (5,). How many entries of y does "
            "b[0] reach?",
            "Two things can happen to a shape: new dimensions in front, and a size 1 that is "
            "stretched. Both copy entries, and copies are summed in backward.",
            "grad_a[i] is the sum of grad_output over all entries of y that a[i] reaches.",
            "def sum_to(shape):\n    result = grad_output\n"
            "    for _ in range(grad_output.ndim - len(shape)):\n        result = ...\n"
            "    for k, size in enumerate(shape):\n        if size == 1:\n"
            "            result = result.sum(k, ...)\n    return result\n\n"
            "return sum_to(a_shape), sum_to(b_shape)",
        ),
        stub=stub,
        solution=solution,
        seeds=(0, 1, 2, 3, 4, 5),
    )
