"""needs-input-grad."""

from __future__ import annotations

from collections.abc import Callable

import torch

from byhand._catalogue.chapter03.contract import contract, twice_noted
from byhand._catalogue.chapter03.needs_kind import (
    NONE,
    RIGHT,
    ZERO,
    Partial,
    Product,
    Report,
    among,
)
from byhand._catalogue.chapter03.needs_mistakes import gradient_mistakes, value_mistakes
from byhand._catalogue.chapter03.points import point
from byhand._checker.inputs import Inputs
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Exercise, Finding, Ladder, Output, Probe
from byhand._checker.standard import elementwise

WANTED = "a subclass of torch.autograd.Function whose `apply(a, b)` is a * b"
TESTS = "Test `ctx.needs_input_grad[0]` for a, and by itself `ctx.needs_input_grad[1]` for b."


def _arguments(inputs: Inputs) -> Args:
    return *point(inputs), inputs.values(*inputs.shape())


def _case(code: str, verdict: Callable[[Report], bool], message: str, step: str = TESTS) -> Probe:
    """One way to get it wrong when only one of the two inputs requires a gradient."""
    return Probe(
        code,
        "inputs of which only one requires a gradient",
        _arguments,
        message,
        step,
        expected=lambda *_: {"needed": ()},
        kind=Partial("y", verdict=verdict, finding=Finding(code, message, step)),
        listed=code == "index-swapped",
    )


def _zeros(found: Report) -> bool:
    return any(ZERO in each for each in found.returned)


CASES = (
    _case(
        "positions-lost",
        lambda found: min(found.count) < 2,
        "backward returns fewer values, because fewer are needed. Autograd counts them: the first "
        "value belongs to a and the second to b, always.",
        "Begin with `grad_a = grad_b = None` and end with `return grad_a, grad_b`.",
    ),
    _case(
        "index-swapped",
        among((NONE, RIGHT, RIGHT, NONE)),
        "a's gradient is computed when b needs one, and the other way round. The two indices of "
        "`ctx.needs_input_grad` are swapped.",
    ),
    _case(
        "all-or-nothing",
        among((NONE, NONE, NONE, NONE)),
        "both gradients are None. They are computed only where both are needed, so the one that "
        "is needed alone gets lost, silently.",
    ),
    _case(
        "one-index-for-both",
        among((RIGHT, RIGHT, NONE, NONE), (NONE, NONE, RIGHT, RIGHT)),
        "one test decides about both gradients. If that input needs none, the gradient of the "
        "other one gets lost, silently.",
    ),
    _case(
        "gradient-lost",
        among(
            (RIGHT, NONE, NONE, NONE),
            (NONE, NONE, NONE, RIGHT),
            (NONE, RIGHT, NONE, RIGHT),
            (RIGHT, NONE, RIGHT, NONE),
        ),
        "the gradient that is needed is None for one of the two inputs. It gets lost, silently.",
    ),
    _case(
        "needless-gradient",
        among((RIGHT, RIGHT, RIGHT, RIGHT)),
        "backward returns both gradients. If you test `ctx.needs_input_grad` without an index: "
        "it is a tuple, and a tuple with something in it is always true.",
    ),
    _case(
        "one-test-missing",
        among((RIGHT, RIGHT, NONE, RIGHT), (RIGHT, NONE, RIGHT, RIGHT)),
        "one of the two gradients is returned even when it is not needed. The other one is "
        "tested for.",
    ),
    _case(
        "wrong-with-partial-gradients",
        lambda found: found.meant != ((RIGHT, NONE), (NONE, RIGHT)),
        "what comes back is wrong. With two inputs that require gradients it is right.",
    ),
    _case(
        "needless-work",
        lambda found: found.needless,
        "backward returns None where nothing is needed, but computes the gradient all the same "
        "and throws it away: as many operations run for one input as for both.",
        "Move the product into the `if`: compute it only after the test.",
    ),
)
ZEROS = Probe(
    "zeros-for-none",
    "an input that needs no gradient",
    _arguments,
    "For an input that needs no gradient backward returns zeros. That is allowed; None says the "
    "same, and no tensor has to be made and filled.",
    "",
    expected=lambda *_: {"needed": ()},
    note_only=True,
    kind=Partial("y", verdict=_zeros, finding=Finding("zeros-for-none", "Zeros.")),
)


def function(stub: str, solution: str) -> Exercise:
    """A product whose backward leaves out what nobody needs."""
    return Exercise(
        id="needs-input-grad",
        chapter=3,
        title="A product whose backward does only the work that is needed",
        level=2,
        skills=("needs_input_grad", "None", "two inputs"),
        kind=Product("y", WANTED),
        name="MyProduct",
        parameters=("grad_output", "a", "b"),
        outputs=(Output("grad_a"), Output("grad_b")),
        make=_arguments,
        reference={"value": torch.mul, "gradient": gradients(torch.mul, wrt=(0, 1))},
        mistakes=(*value_mistakes(), *gradient_mistakes()),
        probes=(
            *elementwise(_arguments),
            *CASES,
            *contract(_arguments),
            ZEROS,
            twice_noted(_arguments, torch.mul),
        ),
        ladder=Ladder(
            "If b is a fixed mask that nobody trains, which of the two products is wasted?",
            "The ctx of backward knows: `ctx.needs_input_grad` is a tuple of two bools, one for "
            "each input of forward.",
            "grad_a = grad_output · b if a needs it, else None; grad_b = grad_output · a if b "
            "needs it, else None.",
            "@staticmethod\ndef backward(ctx, grad_output):\n    a, b = ctx.saved_tensors\n"
            "    grad_a = grad_b = None\n    if ctx.needs_input_grad[...]:\n"
            "        grad_a = ...\n    ...\n    return grad_a, grad_b",
        ),
        stub=stub,
        solution=solution,
    )
