"""needs-input-grad."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

from collections.abc import Callable

import torch

from byhand._catalogue.chapter03.contract import contract, twice_noted
from byhand._catalogue.chapter03.needs_kind import NONE, RIGHT, ZERO, Partial, Report, among
from byhand._catalogue.chapter03.points import ALONE, HANDED, point, value
from byhand._checker.function_kind import FunctionClass
from byhand._checker.inputs import Inputs
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Exercise, Finding, Ladder, Mistake, Output, Probe
from byhand._checker.standard import elementwise

WANTED = "a subclass of torch.autograd.Function whose `apply(a, b)` is a * b"
TESTS = "Test `ctx.needs_input_grad[0]` for a, and by itself `ctx.needs_input_grad[1]` for b."


def _arguments(inputs: Inputs) -> Args:
    return *point(inputs), inputs.values(*inputs.shape())


def _value_mistakes() -> tuple[Mistake, ...]:
    same, ask = "Use `a * b`.", "What is y for a = 3 and b = 5?"
    return (
        value("value-added", lambda a, b: a + b, "forward adds a and b.", same, ask),
        value("value-divided", lambda a, b: a / b, "forward divides a by b.", same, ask),
        value("value-squared", lambda a, b: a * a, "forward returns a². b is not used.", same, ask),
        value("value-squared", lambda a, b: b * b, "forward returns b². a is not used.", same, ask),
        value("value-not-multiplied", lambda a, b: a, "forward returns a alone.", same, ask),
        value("value-summed", lambda a, b: (a * b).sum(),
              "forward sums the products to one number. y has one for each element.", same, ALONE),
        value("value-averaged", lambda a, b: (a * b).mean(),
              "forward averages the products to one number. y has one for each element.",
              same, ALONE),
    )  # fmt: skip


def _gradient_mistakes() -> tuple[Mistake, ...]:
    slope = "grad_a = grad_output * b, and grad_b = grad_output * a."
    ask = "If b = 5 and you move a by 1, by how much does a · b move?"
    return (
        Mistake("own-factor", lambda g, a, b: (g * a, g * b),
                "Each gradient is multiplied by its own input. It is the other input's turn; or "
                "the two gradients are in each other's place.", slope, ask),
        Mistake("missing-grad-output", lambda g, a, b: (b, a),
                "`grad_output` is not used. backward returns the slopes alone.",
                "Multiply both slopes by `grad_output`.", HANDED),
        Mistake("factor-missing", lambda g, a, b: (g, g),
                "backward hands `grad_output` on to both. The slopes b and a are missing.",
                slope, ask),
        Mistake("both-factors", lambda g, a, b: (g * a * b, g * a * b),
                "Both gradients are multiplied by y = a · b. The slope of y in a is b alone.",
                slope, ask),
        Mistake("same-gradient-twice", lambda g, a, b: (g * b, g * b),
                "Both gradients are grad_output · b. That is right for a only.", slope, ask),
        Mistake("same-gradient-twice", lambda g, a, b: (g * a, g * a),
                "Both gradients are grad_output · a. That is right for b only.", slope, ask),
        Mistake("sign-of-a-quotient", lambda g, a, b: (g * b, -g * a),
                "The gradient of b has the wrong sign.", slope, ask),
        Mistake("divided-by-factor", lambda g, a, b: (g / b, g / a),
                "You divide by the other input. The slope of a · b in a is b.", slope, ask),
        Mistake("quotient-rule", lambda g, a, b: (g / b, -g * a / b**2),
                "These are the gradients of a / b.", slope, ask),
        Mistake("sum-of-slopes", lambda g, a, b: (g * (a + b), g * (a + b)),
                "You use a + b for both. The slope in a is b, the slope in b is a.", slope, ask),
        Mistake("gradient-summed", lambda g, a, b: ((g * b).sum(), (g * a).sum()),
                "The gradients are summed to one number each. a and b have many elements.",
                "Leave out the sums.", ALONE),
    )  # fmt: skip


def _case(code: str, verdict: Callable[[Report], bool], message: str, step: str = TESTS) -> Probe:
    """One way to get it wrong when only one of the two inputs requires a gradient."""
    return Probe(
        code,
        "a alone, and b alone, requiring a gradient",
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
        "backward returns fewer values when fewer are needed. Autograd counts them: the first "
        "value belongs to a and the second to b, always.",
        "Begin with `grad_a = grad_b = None` and end with `return grad_a, grad_b`.",
    ),
    _case(
        "index-swapped",
        among((NONE, RIGHT, RIGHT, NONE)),
        "a's gradient is computed when b needs one, and the other way round: the two indices of "
        "`ctx.needs_input_grad` are swapped.",
    ),
    _case(
        "all-or-nothing",
        among((NONE, NONE, NONE, NONE)),
        "When only one of the two needs a gradient, both are None. It is computed only where "
        "both are needed, so the one that is needed gets lost, silently.",
    ),
    _case(
        "one-index-for-both",
        among((RIGHT, RIGHT, NONE, NONE), (NONE, NONE, RIGHT, RIGHT), (RIGHT, NONE, NONE, NONE),
              (NONE, NONE, NONE, RIGHT), (NONE, RIGHT, NONE, NONE), (NONE, NONE, RIGHT, NONE)),
        "When only one input needs a gradient, the right thing happens for a or for b, and not "
        "for the other one: a gradient that is needed gets lost, silently.",
    ),
    _case(
        "needless-gradient",
        among((RIGHT, RIGHT, RIGHT, RIGHT)),
        "backward returns both gradients even when only one is needed. If you test "
        "`ctx.needs_input_grad` without an index: it is a tuple, and a tuple with something in "
        "it is always true.",
    ),
    _case(
        "one-test-missing",
        among((RIGHT, RIGHT, NONE, RIGHT), (RIGHT, NONE, RIGHT, RIGHT)),
        "One of the two gradients is returned even when it is not needed; the other one is "
        "tested for.",
    ),
    _case(
        "wrong-with-partial-gradients",
        lambda found: found.meant != ((RIGHT, NONE), (NONE, RIGHT)),
        "When only one of the two inputs needs a gradient, what comes back is wrong.",
    ),
    _case(
        "needless-work",
        lambda found: found.needless,
        "backward returns None where nothing is needed, but the gradient is computed all the "
        "same and then thrown away: as many operations run for one input as for both.",
        "Move the product into the `if`: compute it only after the test.",
    ),
)  # fmt: skip
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
        kind=FunctionClass("y", WANTED),
        name="MyProduct",
        parameters=("grad_output", "a", "b"),
        outputs=(Output("grad_a"), Output("grad_b")),
        make=_arguments,
        reference={"value": torch.mul, "gradient": gradients(torch.mul, wrt=(0, 1))},
        mistakes=(*_value_mistakes(), *_gradient_mistakes()),
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
