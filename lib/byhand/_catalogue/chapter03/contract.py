"""What every Function of chapter 3 must keep to, whatever it computes."""

# ruff: noqa: ARG002  (every kind answers the same questions, used or not)

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from byhand._checker.function_contract import Interleaved, SecondBackward
from byhand._checker.function_kind import DoubleBackward, FunctionClass, shallow, twice
from byhand._checker.inputs import Inputs
from byhand._checker.kinds import wire
from byhand._checker.spec import Args, Exercise, Finding, Formula, Output, Probe

Make = Callable[[Inputs], Args]

INPUT_KEPT = (
    "A tensor is kept as an attribute of the ctx. The numbers are right. But nothing notices when "
    "it is changed in place before the backward runs, which then gives wrong numbers silently. "
    "`ctx.save_for_backward` notices, and raises."
)
OUTPUT_KEPT = (
    "The output is kept as an attribute of the ctx. The numbers are right. But the output knows "
    "the ctx and the ctx knows the output, so neither is freed: memory leaks with each call. "
    "`ctx.save_for_backward` avoids the circle."
)


@dataclass(frozen=True)
class KeptOnCtx(FunctionClass):
    """Tensors that are attributes of the ctx, and not saved by `save_for_backward`.

    `output` says which are meant: the output itself, or others.
    """

    parts: tuple[str, ...] = ("kept",)
    output: bool = False

    def call(self, answer: Any, args: Args, parts: dict[str, Any]) -> None:
        """Look at the ctx after a forward; then break the circle that it may form."""
        with shallow(answer):
            value = answer.apply(*wire(args[1:]))
        own = getattr(value.grad_fn, "__dict__", {})
        tensors = [x for x in own.values() if isinstance(x, Tensor)]
        circle = any(x is value for x in tensors)
        parts["kept"] = bool(tensors) and circle == self.output
        own.clear()

    def outputs(self, exercise: Exercise, part: str) -> tuple[Output, ...]:
        """Nothing to compare."""
        return ()

    def normalise(self, part: str, raw: Any, count: int) -> Any:
        """A finding, where there is something to say."""
        return Finding("kept-on-ctx", "A tensor is kept on the ctx.") if raw else ()


def _kept(make: Make, output: bool) -> Probe:
    """A note on tensors that are kept as attributes of the ctx."""
    return Probe(
        "kept-on-ctx",
        "what is kept on the ctx",
        make,
        OUTPUT_KEPT if output else INPUT_KEPT,
        "",
        expected=lambda *_: {"kept": ()},
        note_only=True,
        kind=KeptOnCtx("y", output=output),
    )


def contract(make: Make) -> tuple[Probe, ...]:
    """Two calls at once, two backwards of one call, and tensors kept on the ctx."""
    shared = (
        "Two results are in use at once, and the backward of the first works with what the second "
        "has left: something is kept outside of `ctx`, on the class or in a global variable."
    )
    return (
        *(
            Probe(
                "shared-between-calls",
                words,
                make,
                shared,
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
            "a second backward of the same result",
            make,
            "The first backward changes in place what forward saved, so a second backward "
            "(`retain_graph=True`) gives other numbers.",
            "Compute into a new tensor: `x * 2` in place of `x *= 2` or `x.mul_(2)`.",
            listed=False,
            kind=SecondBackward("y"),
        ),
        _kept(make, output=False),
        _kept(make, output=True),
    )


@dataclass(frozen=True)
class Again(DoubleBackward):
    """The gradient of the gradient, for any number of inputs."""

    def normalise(self, part: str, raw: Any, count: int) -> Any:
        """One input stands alone."""
        return raw[0] if count == 1 and isinstance(raw, tuple) else raw


def twice_noted(make: Make, reference: Formula) -> Probe:
    """A note for a backward that cannot be differentiated again, where none is asked for."""
    return Probe(
        "no-double-backward",
        "a gradient of the gradient",
        make,
        "Your backward cannot be differentiated again, or gives a wrong second derivative. This "
        "exercise does not ask for it; `cube-function` does.",
        "",
        expected=lambda *args: {"double": twice(reference, None, *args)},
        note_only=True,
        kind=Again("y"),
    )
