"""Calling an answer and keeping what it did."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from byhand._checker.arguments import changed, copies
from byhand._checker.guard import attempt
from byhand._checker.spec import Args, Exercise, Kind, Observation


class Observer:
    """Calls one answer, each time on fresh copies of the arguments.

    Only the first call may print. The memory of what an answer returned is copied at once: an
    answer may return the same buffer each time, or a view of its input.
    """

    def __init__(self, exercise: Exercise, answer: Any, quiet: bool = False) -> None:
        self._exercise = exercise
        self._answer = answer
        self._quiet = quiet

    def with_kind(self, kind: Kind) -> Observer:
        """An observer of the same answer that calls it in another way."""
        return Observer(replace(self._exercise, kind=kind), self._answer, quiet=True)

    def __call__(self, args: Args) -> Observation:
        """Call the answer on a copy of `args`."""
        kind, given = self._exercise.kind, copies(args)
        raw: dict[str, Any] = {}
        failure = attempt(lambda: kind.call(self._answer, given, raw), self._quiet)
        self._quiet = True
        touched = changed(self._exercise.parameters, args, given)
        unwanted = tuple(name for name in touched if name not in kind.mutates)
        parts = {name: freeze(value) for name, value in raw.items()}
        return Observation(args, parts, unwanted, failure)


def freeze(value: Any) -> Any:
    """A copy of the tensors in a returned value; everything else stays what it is."""
    if isinstance(value, Tensor):
        with torch._C.DisableTorchFunctionSubclass():
            plain = value.detach()
            plain = plain if type(plain) is Tensor else plain.as_subclass(Tensor)
            return plain.clone(memory_format=torch.contiguous_format) if _dense(plain) else plain
    if type(value) in (tuple, list):
        return type(value)(freeze(item) for item in value)
    return value


def _dense(value: Tensor) -> bool:
    return value.layout == torch.strided
