"""What a backward returns, and computes, when only one of two inputs requires a gradient."""

# ruff: noqa: ARG002  (every kind answers the same questions, used or not)

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from byhand._checker.arguments import copies
from byhand._checker.compare import close
from byhand._checker.forms import backward_of
from byhand._checker.function_kind import FunctionClass, shallow
from byhand._checker.kinds import wire
from byhand._checker.spec import Args, Exercise, Finding, Output

NONE, ZERO, RIGHT, OTHER = "none", "zero", "right", "other"
SITUATIONS: tuple[tuple[int, ...], ...] = ((0, 1), (0,), (1,))


@dataclass(frozen=True)
class Report:
    """What came back for a alone and for b alone.

    Args:
        returned: for each of the two, how the gradients of a and of b are.
        work: for both inputs, for a alone and for b alone: which operations ran, how often.
        count: for each of the two, how many values came back; 0 for a single tensor or None.
    """

    returned: tuple[tuple[str, ...], ...]
    work: tuple[Counter[str], ...]
    count: tuple[int, ...]

    @property
    def meant(self) -> tuple[tuple[str, ...], ...]:
        """The same, where zeros count as None."""
        return tuple(tuple(NONE if x == ZERO else x for x in each) for each in self.returned)

    @property
    def needless(self) -> bool:
        """Whether the work for one input alone holds all the work for both."""
        both, *alone = self.work
        return any(both and both <= each for each in alone)


class _Operations(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts the operations on tensors, without those that only look at the same memory."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.count: Counter[str] = Counter()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if not func.is_view and func.overloadpacket is not torch.ops.aten.detach:
            self.count[str(func)] += 1
        return func(*args, **(kwargs or {}))


@dataclass(frozen=True)
class Partial(FunctionClass):
    """The raw return value of backward, and its work, for each input alone.

    `verdict` tells from the report whether this case fails; `finding` is then what it says.
    """

    parts: tuple[str, ...] = ("needed",)
    verdict: Callable[[Report], bool] | None = None
    finding: Finding | None = None

    def call(self, answer: Any, args: Args, parts: dict[str, Any]) -> None:
        """Run forward and backward three times."""
        parts["needed"] = report(answer, args)

    def outputs(self, exercise: Exercise, part: str) -> tuple[Output, ...]:
        """Nothing to compare: the report is judged as a whole."""
        return ()

    def normalise(self, part: str, raw: Any, count: int) -> Any:
        """The finding, where the report has this fault."""
        if self.verdict is None or self.finding is None or not self.verdict(raw):
            return ()
        return replace(self.finding, evidence=_words(raw))


def _words(found: Report) -> str:
    """What came back, in words."""
    names = {NONE: "None", ZERO: "zeros", RIGHT: "the gradient", OTHER: "something else"}
    texts = (
        f"if only {name} requires a gradient, backward returns "
        f"({', '.join(names[x] for x in each)})"
        for name, each in zip("ab", found.returned, strict=True)
    )
    return "; ".join(texts)


def report(answer: Any, args: Args) -> Report:
    """Look at what backward itself returns, and at what it does."""
    returned, work, counts = [], [], []
    right = (args[0] * args[2], args[0] * args[1])
    for only in SITUATIONS:
        given = copies(args)
        with shallow(answer), torch.no_grad():
            with torch.enable_grad():
                node = answer.apply(*wire(given[1:], only)).grad_fn
            with _Operations() as operations:
                raw = backward_of(answer)(node, given[0])
        values = tuple(raw) if isinstance(raw, tuple | list) else (raw,)
        counts.append(len(values) if isinstance(raw, tuple | list) else 0)
        returned.append(tuple(_kind(x, y) for x, y in zip(values, right, strict=False)))
        work.append(operations.count)
    return Report(tuple(returned[1:]), tuple(work), tuple(counts[1:]))


def _kind(value: Any, right: Tensor) -> str:
    if value is None:
        return NONE
    if not isinstance(value, Tensor) or value.shape != right.shape:
        return OTHER
    if not bool(value.any()):
        return ZERO
    return RIGHT if close(value.detach(), right, 1e-6) else OTHER


@dataclass(frozen=True)
class Product(FunctionClass):
    """A Function of two tensors, of which backward must return both gradients."""

    def normalise(self, part: str, raw: Any, count: int) -> Any:
        """A finding where one of the two is None, although both are needed."""
        if part == "gradient" and isinstance(raw, tuple) and len(raw) >= count == 2:
            lost = [name for name, grad in zip("ab", raw, strict=False) if grad is None]
            if len(lost) == 1:
                return _lost(lost[0])
        return super().normalise(part, raw, count)


def _lost(name: str) -> Finding:
    return Finding(
        "returned-none",
        f"backward returns None for {name}. Both inputs require a gradient here, so both "
        "gradients are needed.",
        "Test for each input with an `if` of its own. After `elif` the second gradient is computed "
        "only where the first one is not needed.",
    )


def among(*patterns: tuple[str, ...]) -> Callable[[Report], bool]:
    """Whether a's and b's gradient for a alone, then for b alone, are one of these."""
    wanted = {(cells[:2], cells[2:]) for cells in patterns}
    return lambda found: found.meant in wanted
