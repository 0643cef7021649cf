"""The form of an answer that is a torch.autograd.Function."""

# ruff: noqa: ARG002  (every kind answers the same questions, used or not)

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from byhand._checker.forms import accept_function_class, backward_of
from byhand._checker.kinds import Accepted, NoGraph, fits, pull_back, wire
from byhand._checker.spec import Args, Exercise, Formula, Output


@dataclass(frozen=True)
class FunctionClass:
    """A torch.autograd.Function; the drawn arguments are ``(grad_output, *inputs)``.

    `backward` is called directly, because the engine silently sums or casts some mistakes away;
    then through the engine, as a reader would. `only` lists the inputs that require gradients.
    """

    value_name: str
    wanted: str = "a subclass of torch.autograd.Function"
    parts: tuple[str, ...] = ("value", "gradient", "engine")
    mutates: tuple[str, ...] = ()
    reveals: bool = True
    only: tuple[int, ...] | None = None

    def accept(self, answer: Any, exercise: Exercise) -> Accepted:
        """A class, or the `apply` of one."""
        return accept_function_class(answer, exercise, exercise.parameters[1:])

    def call(self, answer: Any, args: Args, parts: dict[str, Any]) -> None:
        """Keep the value, what `backward` itself returns, and what the engine makes of it."""
        leaves = wire(args[1:], self.only)
        value = parts["value"] = answer.apply(*leaves)
        if not fits(value, args[0]):
            return
        node = value.grad_fn
        if isinstance(node, torch.autograd.function.BackwardCFunction):
            with torch.no_grad():
                parts["gradient"] = backward_of(answer)(node, args[0])
        elif not value.requires_grad:
            parts["gradient"] = NoGraph()
            return
        parts["engine"] = pull_back(value, leaves, args[0])

    def outputs(self, exercise: Exercise, part: str) -> tuple[Output, ...]:
        """The value, or one gradient for each input."""
        return (Output(self.value_name),) if part == "value" else exercise.outputs

    def normalise(self, part: str, raw: Any, count: int) -> Any:
        """PyTorch allows trailing None, and a bare tensor where there is one input."""
        if part != "gradient" or not isinstance(raw, tuple):
            return raw[0] if part == "engine" and count == 1 else raw
        while len(raw) > count and raw[-1] is None:
            raw = raw[:-1]
        return raw[0] if count == 1 and len(raw) == 1 else raw


@dataclass(frozen=True)
class DoubleBackward(FunctionClass):
    """The gradient of the gradient, for the inputs that require gradients."""

    parts: tuple[str, ...] = ("double",)

    def call(self, answer: Any, args: Args, parts: dict[str, Any]) -> None:
        """Keep what a backward through the backward sends to the inputs."""
        parts["double"] = twice(answer.apply, self.only, *args)

    def normalise(self, part: str, raw: Any, count: int) -> Any:
        """Exactly what autograd gave."""
        return raw


def twice(value: Formula, only: tuple[int, ...] | None, *args: Any) -> Any:
    """The gradient of the sum of squares of the gradients, with respect to the inputs."""
    leaves = wire(tuple(x.detach() if isinstance(x, Tensor) else x for x in args[1:]), only)
    wanted = [x for x in leaves if isinstance(x, Tensor) and x.requires_grad]
    first = torch.autograd.grad(value(*leaves), wanted, args[0], create_graph=True)
    total = sum((grad * grad).sum() for grad in first)
    return pull_back(total, leaves, torch.ones((), dtype=args[0].dtype, device="cpu"))
