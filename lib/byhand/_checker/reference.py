"""Right results, from PyTorch's own functions and its autograd in float64."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from byhand._checker.spec import Args, Exercise, Expected, Formula


def gradients(value: Formula, wrt: tuple[int, ...]) -> Formula:
    """The reference of a backward: autograd through `value`.

    Args:
        value: the forward computation, from PyTorch's own functions.
        wrt: positions among the inputs whose gradients are wanted, in the order of the outputs.

    Returns:
        ``f(grad_output, *inputs)`` that gives a tuple of gradients; None for an input that is
        not a floating-point tensor.
    """

    def reference(grad_output: Tensor, *inputs: Any) -> tuple[Tensor | None, ...]:
        leaves = [x.detach().requires_grad_() if _differentiable(x) else x for x in inputs]
        wanted = [leaves[k] for k in wrt if _differentiable(leaves[k])]
        found = iter(torch.autograd.grad(value(*leaves), wanted, grad_output))
        return tuple(next(found) if _differentiable(leaves[k]) else None for k in wrt)

    return reference


def _differentiable(value: Any) -> bool:
    return isinstance(value, Tensor) and value.is_floating_point()


def doubled(args: Args) -> Args:
    """The arguments with every floating-point tensor in float64."""
    return tuple(_doubled(value) for value in args)


def _doubled(value: Any) -> Any:
    if isinstance(value, Tensor) and value.is_floating_point():
        twin = value.detach().double()
        if value.grad is not None:
            twin = twin.clone()
            twin.grad = value.grad.double()
        return twin
    if isinstance(value, list | tuple):
        return type(value)(_doubled(item) for item in value)
    return value


def for_part(exercise: Exercise, part: str, args: Args) -> Args:
    """The arguments that a formula of `part` takes: a value does not depend on grad_output."""
    if part == "value" and exercise.parameters[:1] == ("grad_output",):
        return args[1:]
    return args


def listed(result: Any) -> list[Any]:
    """A formula's result as a list of outputs."""
    return list(result) if isinstance(result, tuple | list) else [result]


def apply(exercise: Exercise, formula: Formula, part: str, args: Args) -> list[Any]:
    """The outputs of a formula, in float64, on arguments of its own."""
    with torch.enable_grad():
        result = formula(*for_part(exercise, part, doubled(args)))
    return [x.detach() if isinstance(x, Tensor) else x for x in listed(result)]


def right(exercise: Exercise, part: str, args: Args) -> list[Expected]:
    """What each output of `part` must be."""
    source = "gradient" if part == "engine" else part
    return apply(exercise, exercise.reference[source], part, args)
