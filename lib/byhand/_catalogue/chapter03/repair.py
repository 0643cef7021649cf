"""in-place-repair."""

# ruff: noqa: ARG002, ARG005  (kinds and formulas take all that others need, used or not)

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from torch import Tensor

from byhand._catalogue.chapter03.contract import contract, twice_noted
from byhand._catalogue.chapter03.points import ALONE, AT_ZERO, HANDED, point, value
from byhand._checker.forms import backward_of
from byhand._checker.function_kind import FunctionClass, shallow
from byhand._checker.kinds import wire
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Exercise, Finding, Ladder, Mistake, Output, Probe
from byhand._checker.standard import elementwise

WANTED = "a subclass of torch.autograd.Function whose `apply(x)` is (x − 1)²"


SHARED = "refers to a single memory location"


def _square(x: Tensor) -> Tensor:
    return (x - 1) ** 2


@dataclass(frozen=True)
class Untouched(FunctionClass):
    """Whether one argument was written to, even if it holds its old numbers again at the end.

    `position` counts grad_output as 0 and x as 1. PyTorch counts the changes of each tensor, and
    refuses to write into one whose rows share their memory, even through `.data`.
    """

    parts: tuple[str, ...] = ("written",)
    position: int = 0

    def call(self, answer: Any, args: Args, parts: dict[str, Any]) -> None:
        """Let the rows of one argument share their memory, and count its changes."""
        given = [*args]
        given[self.position] = given[self.position][:1].expand_as(given[self.position])
        grad_output, leaves = given[0], wire(tuple(given[1:]))
        watched = (grad_output, *leaves)[self.position]
        before = watched._version
        try:
            with shallow(answer):
                backward_of(answer)(answer.apply(*leaves).grad_fn, grad_output)
        except RuntimeError as error:
            if SHARED not in str(error):
                raise
            parts["written"] = True
        else:
            parts["written"] = watched._version != before

    def outputs(self, exercise: Exercise, part: str) -> tuple[Output, ...]:
        """Nothing to compare."""
        return ()

    def normalise(self, part: str, raw: Any, count: int) -> Any:
        """A finding, where the tensor was written to."""
        if not raw:
            return ()
        name = ("grad_output", "x")[self.position]
        return Finding(
            f"changed-{'grad-output' if name == 'grad_output' else 'input'}",
            f"`{name}` is changed in place and then set back. PyTorch counts the changes of each "
            "tensor: a backward elsewhere that saved this one will refuse to run.",
            "Compute into a new tensor, and leave this one alone.",
        )


UNTOUCHED = tuple(
    Probe(
        code,
        f"the count of changes to {words}",
        point,
        "",
        "Compute into a new tensor, and leave this one alone.",
        expected=lambda *_: {"written": ()},
        listed=False,
        kind=Untouched("y", position=position),
    )
    for position, code, words in (
        (0, "changed-grad-output", "`grad_output`"),
        (1, "changed-input", "x"),
    )
)


def _value_mistakes() -> tuple[Mistake, ...]:
    same, ask = "Use `(x - 1) ** 2`.", "What does `Broken` give for x = 3, and what does yours?"
    return (
        value("value-not-shifted", lambda x: x**2,
              "forward returns x²: the line that subtracts 1 is gone, and nothing replaces it.",
              same, ask),
        value("value-shifted-twice", lambda x: (x - 2) ** 2,
              "forward subtracts 1 twice.", same, ask),
        value("value-shifted-up", lambda x: (x + 1) ** 2,
              "forward adds 1. `Broken` subtracts it.", same, ask),
        value("value-shifted-after", lambda x: x**2 - 1,
              "forward subtracts 1 after the square. `Broken` does it before.", same, ask),
        value("value-not-squared", lambda x: x - 1, "forward does not square.", same, ask),
        value("value-is-slope", lambda x: 2 * (x - 1),
              "forward returns 2 (x − 1), the slope of y and not y.", same, ask),
        value("value-summed", lambda x: ((x - 1) ** 2).sum(),
              "forward sums to one number. y has one number for each element of x.", same, ALONE),
    )  # fmt: skip


def _gradient_mistakes() -> tuple[Mistake, ...]:
    slope, ask = "The slope of (x − 1)² is 2 (x − 1).", "At which x is the slope of (x − 1)² zero?"
    saved = "Which tensor does `ctx.saved_tensors` give back to you: x, or x − 1?"
    return (
        Mistake("shift-missing", lambda g, x: 2 * g * x,
                "You multiply by 2x. It looks as if x was saved before 1 is subtracted, and used "
                "as if it were the difference.", "Save x − 1, or write 2 (x − 1) in backward.",
                saved),
        Mistake("shifted-twice", lambda g, x: 2 * g * (x - 2),
                "You multiply by 2 (x − 2): 1 is subtracted twice. What was saved is the "
                "difference already, or x was changed in between.",
                "Save x, or save x − 1; subtract 1 once.", saved),
        Mistake("missing-grad-output", lambda g, x: 2 * (x - 1),
                "`grad_output` is not used. backward returns the slope alone.",
                "Multiply 2 (x − 1) by `grad_output`.", HANDED),
        Mistake("missing-two", lambda g, x: g * (x - 1),
                "The factor 2 is missing: it was in the line `difference *= 2`.", slope,
                "Which factor does the square bring down?"),
        Mistake("missing-slope", lambda g, x: 2 * g,
                "Only the factor 2 is left of the slope.", slope, ask),
        Mistake("grad-output-returned", lambda g, x: g,
                "backward hands `grad_output` on as it is. A product that is not stored in "
                "place must go somewhere: return it.",
                "Return `grad_output * 2 * difference`.", "What does `a * b` alone in a line do?"),
        Mistake("value-not-slope", lambda g, x: g * (x - 1) ** 2,
                "You multiply by (x − 1)², the value of y.", slope, ask),
        Mistake("output-for-difference", lambda g, x: 2 * g * (x - 1) ** 2,
                "You multiply by 2y. The slope is 2 (x − 1): it looks as if y was saved.",
                slope, saved),
        Mistake("wrong-sign", lambda g, x: 2 * g * (1 - x),
                "The sign is wrong: you use 1 − x.", slope, ask),
        Mistake("slope-shifted-up", lambda g, x: 2 * g * (x + 1),
                "You use x + 1 in place of x − 1.", slope, ask),
        Mistake("added-grad-output", lambda g, x: g + 2 * (x - 1),
                "You add `grad_output` to the slope. The chain rule multiplies.",
                "Multiply 2 (x − 1) by `grad_output`.", HANDED),
        Mistake("gradient-summed", lambda g, x: (2 * g * (x - 1)).sum(),
                "The gradient is summed to one number. x has one number for each element.",
                "Leave out the sum.", ALONE),
    )  # fmt: skip


def function(stub: str, solution: str) -> Exercise:
    """A Function that changes three tensors in place, to be repaired."""
    return Exercise(
        id="in-place-repair",
        chapter=3,
        title="Repair a Function that changes tensors in place",
        level=2,
        skills=("in-place operations", "save_for_backward", "retain_graph"),
        kind=FunctionClass("y", WANTED),
        name="Repaired",
        parameters=("grad_output", "x"),
        outputs=(Output("grad_x"),),
        make=point,
        reference={"value": _square, "gradient": gradients(_square, wrt=(0,))},
        mistakes=(*_value_mistakes(), *_gradient_mistakes()),
        probes=(
            *elementwise(point),
            AT_ZERO,
            *contract(point),
            *UNTOUCHED,
            twice_noted(point, _square),
        ),
        ladder=Ladder(
            "Which three lines of `Broken` write into a tensor that it did not make itself?",
            "x belongs to the caller, the saved tensor to the next backward, and grad_output to "
            "autograd. Look for `-=` and `*=`.",
            "y = (x − 1)² and ∂L/∂xᵢ = grad_outputᵢ · 2 (xᵢ − 1), each computed into a new tensor.",
            "@staticmethod\ndef forward(ctx, x):\n    difference = ...\n"
            "    ctx.save_for_backward(...)\n    return ...\n\n"
            "@staticmethod\ndef backward(ctx, grad_output):\n"
            "    (difference,) = ctx.saved_tensors\n    return grad_output * ...",
        ),
        stub=stub,
        solution=solution,
    )
