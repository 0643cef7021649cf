"""The form of an answer that is a torch.autograd.Function."""

# ruff: noqa: ARG002  (every kind answers the same questions, used or not)

from __future__ import annotations

import contextlib
import functools
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from byhand._checker.arguments import copies
from byhand._checker.forms import accept_function_class, backward_name, backward_of
from byhand._checker.kinds import Accepted, NoGraph, fits, pull_back, wire
from byhand._checker.spec import Args, Exercise, Formula, Output

NESTED = 50
"""Backwards of one class that may run inside each other; from 60 on PyTorch uses more threads."""


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
        fresh = copies(args)  # a backward may use up what it saved, so each call has its own graph
        with shallow(answer):
            value = parts["value"] = answer.apply(*wire(args[1:], self.only))
            if not fits(value, args[0]):
                return
            if not value.requires_grad:
                parts["gradient"] = NoGraph()
                return
            if isinstance(value.grad_fn, torch.autograd.function.BackwardCFunction):
                with torch.no_grad():
                    parts["gradient"] = backward_of(answer)(value.grad_fn, args[0])
            with contextlib.redirect_stdout(io.StringIO()):  # a print was shown once already
                leaves = wire(fresh[1:], self.only)
                parts["engine"] = pull_back(answer.apply(*leaves), leaves, fresh[0])

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


@contextlib.contextmanager
def shallow(answer: Any) -> Iterator[None]:
    """Stop a backward that calls itself: PyTorch would start new threads for it without end."""
    original, name = backward_of(answer), backward_name(answer)
    own = vars(answer).get(name)
    depth = [0]

    @functools.wraps(original)
    def counted(*args: Any, **kwargs: Any) -> Any:
        if depth[0] >= NESTED:
            raise RecursionError("backward calls itself without end")
        depth[0] += 1
        try:
            return original(*args, **kwargs)
        finally:
            depth[0] -= 1

    setattr(answer, name, staticmethod(counted))
    try:
        yield
    finally:
        if own is None:
            delattr(answer, name)
        else:
            setattr(answer, name, own)


@dataclass(frozen=True)
class DoubleBackward(FunctionClass):
    """The gradient of the gradient, for the inputs that require gradients."""

    parts: tuple[str, ...] = ("double",)

    def call(self, answer: Any, args: Args, parts: dict[str, Any]) -> None:
        """Keep what a backward through the backward sends to the inputs."""
        with shallow(answer):
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
