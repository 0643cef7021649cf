"""The forms of answers: a function that returns gradients or a value, and a value."""

# ruff: noqa: ARG002  (every kind answers the same questions, used or not)

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from byhand._checker.forms import accept_callable, nothing_yet
from byhand._checker.spec import Args, Exercise, Finding, Output
from byhand._checker.wording import a_kind_of

Accepted = tuple[Any, tuple[str, ...]] | Finding


class NoGraph:
    """Stands for the gradient of a result that does not depend on the inputs for autograd."""


def wire(inputs: Args, only: tuple[int, ...] | None = None) -> list[Any]:
    """The inputs as leaves of a new graph: floating-point tensors require gradients.

    Args:
        inputs: what the answer will be called with.
        only: positions of those that do; all of them unless given.
    """
    return [
        x.requires_grad_()
        if isinstance(x, Tensor) and x.is_floating_point() and (only is None or k in only)
        else x
        for k, x in enumerate(inputs)
    ]


def pull_back(value: Any, leaves: list[Any], grad_output: Tensor) -> Any:
    """What autograd sends to each leaf; None for one that is not reached or needs no gradient."""
    if not isinstance(value, Tensor) or not value.requires_grad:
        return NoGraph()
    wanted = [x for x in leaves if isinstance(x, Tensor) and x.requires_grad]
    found = torch.autograd.grad(value, wanted, grad_output, allow_unused=True, retain_graph=True)
    sent = iter(found)
    return tuple(next(sent) if isinstance(x, Tensor) and x.requires_grad else None for x in leaves)


def _zeros_for_none(found: Any, leaves: list[Any]) -> Any:
    """Zeros for a leaf that the result does not depend on."""
    if isinstance(found, NoGraph):
        return found
    return tuple(
        torch.zeros_like(x) if grad is None and isinstance(x, Tensor) and x.requires_grad else grad
        for grad, x in zip(found, leaves, strict=True)
    )


def fits(value: Any, grad_output: Tensor) -> bool:
    """Whether a result has the shape for which `grad_output` was made."""
    return isinstance(value, Tensor) and value.shape == grad_output.shape


@dataclass(frozen=True)
class BackwardFunction:
    """A function that returns gradients: ``f(grad_output, …) → gradients``."""

    wanted: str = "a function"
    parts: tuple[str, ...] = ("gradient",)
    mutates: tuple[str, ...] = ()
    reveals: bool = True

    def accept(self, answer: Any, exercise: Exercise) -> Accepted:
        """Any callable with the right number of arguments."""
        return accept_callable(answer, exercise, exercise.parameters)

    def call(self, answer: Any, args: Args, parts: dict[str, Any]) -> None:
        """Keep what the function returns."""
        parts["gradient"] = answer(*args)

    def outputs(self, exercise: Exercise, part: str) -> tuple[Output, ...]:
        """The gradients."""
        return exercise.outputs

    def normalise(self, part: str, raw: Any, count: int) -> Any:
        """Exactly what was returned."""
        return raw


@dataclass(frozen=True)
class ForwardFunction:
    """A function built from tensor operations: ``f(input, …) → value``.

    The drawn arguments are ``(grad_output, *inputs)``; autograd supplies the gradient part.
    """

    value_name: str
    wanted: str = "a function"
    parts: tuple[str, ...] = ("value", "gradient")
    mutates: tuple[str, ...] = ()
    reveals: bool = True

    def accept(self, answer: Any, exercise: Exercise) -> Accepted:
        """Any callable that takes the inputs."""
        return accept_callable(answer, exercise, exercise.parameters[1:])

    def call(self, answer: Any, args: Args, parts: dict[str, Any]) -> None:
        """Keep the value, and pull `grad_output` back through its graph."""
        leaves = wire(args[1:])
        value = parts["value"] = answer(*leaves)
        if fits(value, args[0]):
            parts["gradient"] = _zeros_for_none(pull_back(value, leaves, args[0]), leaves)

    def outputs(self, exercise: Exercise, part: str) -> tuple[Output, ...]:
        """The value, or the gradients of the inputs."""
        return (Output(self.value_name),) if part == "value" else exercise.outputs

    def normalise(self, part: str, raw: Any, count: int) -> Any:
        """Gradients always come as a tuple from autograd."""
        if part == "gradient" and count == 1 and isinstance(raw, tuple):
            return raw[0]
        return raw


@dataclass(frozen=True)
class Value:
    """A tensor, a list of numbers or a number, found on paper."""

    wanted: str = "numbers"
    parts: tuple[str, ...] = ("value",)
    mutates: tuple[str, ...] = ()
    reveals: bool = False

    def accept(self, answer: Any, exercise: Exercise) -> Accepted:
        """Anything that is not a function or a class."""
        if (missing := nothing_yet(answer, self.wanted)) is not None:
            return missing
        if callable(answer) and not isinstance(answer, Tensor):
            return Finding(
                "not-a-value",
                "You passed a function or a class. This exercise asks for " + self.wanted + ".",
                "Pass the numbers.",
            )
        if not isinstance(self.normalise("value", answer, 1), Tensor):
            return Finding(
                "not-numbers",
                f"You passed {a_kind_of(answer)}, which cannot be read as numbers. This exercise "
                f"asks for {self.wanted}.",
                "Write real numbers in one list, such as [1, 2.5, −3 / 4].",
            )
        return answer, ()

    def call(self, answer: Any, args: Args, parts: dict[str, Any]) -> None:
        """The answer is the value."""
        parts["value"] = answer

    def outputs(self, exercise: Exercise, part: str) -> tuple[Output, ...]:
        """The value."""
        return exercise.outputs

    def normalise(self, part: str, raw: Any, count: int) -> Any:
        """Lists, arrays, fractions and integers become a float64 tensor where they can."""
        if isinstance(raw, Tensor):
            return raw if raw.is_floating_point() or raw.is_complex() else raw.double()
        if isinstance(raw, str | bytes | dict | set):
            return raw
        try:
            return torch.tensor(_floats(raw), dtype=torch.float64, device="cpu")
        except (TypeError, ValueError, RuntimeError, OverflowError):
            return raw


def _floats(value: Any) -> Any:
    """Nested lists of Python floats."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list | tuple | range):
        return [_floats(item) for item in value]
    if isinstance(value, str | bytes):
        raise TypeError("text is not a number")
    return float(value)
