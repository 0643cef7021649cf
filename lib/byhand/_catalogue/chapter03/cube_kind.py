"""The form of an answer whose gradient must have a right gradient too."""

# ruff: noqa: ARG002  (every kind answers the same questions, used or not)

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from byhand._catalogue.chapter03.contract import Again
from byhand._checker.arguments import copies
from byhand._checker.function_kind import FunctionClass, shallow
from byhand._checker.spec import Args, Exercise, Formula, Output

NAMES = ("∂s/∂x", "∂s/∂grad_output")


@dataclass(frozen=True)
class Twice(FunctionClass):
    """A Function of one input, and the gradient of s = Σ vᵢ · grad_xᵢ.

    s depends on x and on `grad_output`. v is `grad_output` read backwards, so it is as random.
    """

    parts: tuple[str, ...] = ("value", "gradient", "engine", "double")

    def call(self, answer: Any, args: Args, parts: dict[str, Any]) -> None:
        """As for every Function, and then a backward through the backward."""
        again = copies(args)
        super().call(answer, args, parts)
        if "engine" in parts:
            with shallow(answer):
                parts["double"] = through_backward(answer.apply, *again)

    def outputs(self, exercise: Exercise, part: str) -> tuple[Output, ...]:
        """Two second derivatives; the rest as for every Function."""
        if part == "double":
            return tuple(Output(name) for name in NAMES)
        return super().outputs(exercise, part)

    def normalise(self, part: str, raw: Any, count: int) -> Any:
        """Exactly what autograd gave; the rest as for every Function."""
        return raw if part == "double" else super().normalise(part, raw, count)


@dataclass(frozen=True)
class OfConstant(Again):
    """The gradient of the sum of squares of the gradient, for a constant `grad_output`."""

    def outputs(self, exercise: Exercise, part: str) -> tuple[Output, ...]:
        """One second derivative."""
        return (Output("the gradient of Σ grad_x²"),)


def reversed_entries(grad_output: Tensor) -> Tensor:
    """The vector v that weighs the entries of the gradient."""
    return grad_output.detach().flip(tuple(range(grad_output.ndim)))


def through_backward(value: Formula, grad_output: Tensor, x: Tensor) -> tuple[Tensor, Tensor]:
    """∂s/∂x and ∂s/∂grad_output; zeros where autograd finds no path, as a sum of paths has it."""
    x = x.detach().requires_grad_()
    sent = grad_output.detach().requires_grad_()
    handed = sent.clone()  # no leaf: an in-place change is found and named elsewhere
    (grad_x,) = torch.autograd.grad(value(x), x, handed, create_graph=True)
    v = reversed_entries(grad_output)
    if not grad_x.requires_grad:
        return torch.zeros_like(x), torch.zeros_like(sent)
    found = torch.autograd.grad(grad_x, (x, sent), v, allow_unused=True, retain_graph=True)
    if all(grad is None for grad in found):
        torch.autograd.backward(
            grad_x, v
        )  # `@once_differentiable` raises here; `grad` never gets to it
    first, second = (
        torch.zeros_like(y) if grad is None else grad
        for grad, y in zip(found, (x, sent), strict=True)
    )
    return first, second
