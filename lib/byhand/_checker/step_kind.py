"""The form of an answer that is a training step."""

# ruff: noqa: ARG002  (every kind answers the same questions, used or not)

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from torch import Tensor

from byhand._checker.forms import accept_callable
from byhand._checker.kinds import Accepted
from byhand._checker.spec import Args, Exercise, Output


@dataclass(frozen=True)
class Step:
    """A training step: ``f(params, …) → None`` changes the tensors of its first argument.

    The parts are the parameters afterwards, and their `.grad`, which a step leaves cleared.
    """

    wanted: str = "a function that changes the parameters in place"
    parts: tuple[str, ...] = ("value", "cleared")
    mutates: tuple[str, ...] = ("params",)
    reveals: bool = True

    def accept(self, answer: Any, exercise: Exercise) -> Accepted:
        """Any callable with the right number of arguments."""
        return accept_callable(answer, exercise, exercise.parameters)

    def call(self, answer: Any, args: Args, parts: dict[str, Any]) -> None:
        """Keep the tensors that were passed, not the ones that a list holds afterwards."""
        params = list(cast(list[Tensor], args[0]))
        answer(*args)
        parts["value"] = tuple(p.detach() for p in params)
        parts["cleared"] = tuple(p.grad for p in params)

    def outputs(self, exercise: Exercise, part: str) -> tuple[Output, ...]:
        """One output for each parameter."""
        if part == "value":
            return exercise.outputs
        return tuple(Output(f"{output.name}.grad") for output in exercise.outputs)

    def normalise(self, part: str, raw: Any, count: int) -> Any:
        """A single parameter stands alone."""
        return raw[0] if count == 1 else raw
