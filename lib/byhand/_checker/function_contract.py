"""What a torch.autograd.Function must keep to when it is used more than once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from byhand._checker.arguments import copies
from byhand._checker.function_kind import FunctionClass, shallow
from byhand._checker.kinds import NoGraph, pull_back, wire
from byhand._checker.spec import Args


def other_inputs(args: Args, rows: int) -> Args:
    """The inputs of a second loss: other numbers, the first `rows` rows twice."""
    return tuple(_other(x, rows) for x in args)


def _other(x: Any, rows: int) -> Any:
    """Another tensor, or another setting such as a limit; whole numbers count something."""
    if isinstance(x, float):
        return x + 1
    return torch.cat([x * x, x[:rows]]) if isinstance(x, Tensor) and x.ndim > 0 else x


@dataclass(frozen=True)
class Interleaved(FunctionClass):
    """Two forwards, then the backward of the first: what is saved belongs to one call.

    `rows` says how many rows more the second call has.
    """

    parts: tuple[str, ...] = ("engine",)
    rows: int = 0

    def call(self, answer: Any, args: Args, parts: dict[str, Any]) -> None:
        """Keep the gradients of the first of two losses."""
        with shallow(answer):
            leaves = wire(args[1:], self.only)
            first = answer.apply(*leaves)
            second = answer.apply(*wire(other_inputs(copies(args[1:]), self.rows), self.only))
            parts["engine"] = pull_back(first, leaves, args[0])
            del second


@dataclass(frozen=True)
class SecondBackward(FunctionClass):
    """Two backwards of one graph: the first must leave what it needs as it was."""

    parts: tuple[str, ...] = ("engine",)

    def call(self, answer: Any, args: Args, parts: dict[str, Any]) -> None:
        """Keep the gradients of the second; a graph that may be used only once is fine."""
        with shallow(answer):
            leaves = wire(args[1:], self.only)
            value = answer.apply(*leaves)
            pull_back(value, leaves, args[0].clone())
            try:
                parts["engine"] = pull_back(value, leaves, args[0])
            except Exception as error:
                if "modified by an inplace operation" in str(error):
                    raise


@dataclass(frozen=True)
class OnlyLater(FunctionClass):
    """Only a later input requires a gradient, and `backward` knows it when all of them do."""

    parts: tuple[str, ...] = ("engine",)

    def call(self, answer: Any, args: Args, parts: dict[str, Any]) -> None:
        """Zeros where the gradient is None here, and was not when all inputs required one."""
        with shallow(answer):
            every = wire(copies(args[1:]))
            usual = pull_back(answer.apply(*every), every, args[0])
            leaves = wire(args[1:], self.only)
            found = pull_back(answer.apply(*leaves), leaves, args[0])
            if isinstance(usual, NoGraph) or isinstance(found, NoGraph):
                parts["engine"] = found
                return
            needed = self.only or ()
            parts["engine"] = tuple(
                torch.zeros_like(x) if lost is None and had is not None and k in needed else lost
                for k, (lost, had, x) in enumerate(zip(found, usual, leaves, strict=True))
            )
