"""Stage 1: number, order, None, kind, device, type and shape of what an answer returned."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from byhand._checker.compare import expected_shape
from byhand._checker.kinds import NoGraph
from byhand._checker.reference import right
from byhand._checker.spec import Exercise, Expected, Finding, Observation, Output
from byhand._checker.wording import a_kind_of, listing, shape


@dataclass(frozen=True)
class Case:
    """One call, read: what one part gave and what is right, output by output."""

    observation: Observation
    got: tuple[Tensor | None, ...]
    want: tuple[Expected, ...]
    notes: tuple[str, ...] = ()


def read(
    exercise: Exercise, part: str, run: Observation, want: Sequence[Expected] | None = None
) -> Case | Finding:
    """Read one part of one call; differences of shape are left to `shape_fault`."""
    outputs = exercise.kind.outputs(exercise, part)
    expected = tuple(right(exercise, part, run.args) if want is None else want)
    raw = exercise.kind.normalise(part, run.parts[part], len(outputs))
    if isinstance(raw, Finding):
        return raw
    if isinstance(raw, NoGraph):
        return _cut_graph(outputs)
    items = _items(raw, outputs)
    if isinstance(items, Finding):
        return items
    got: list[Tensor | None] = []
    notes: list[str] = []
    for item, output, wanted in zip(items, outputs, expected, strict=True):
        value = _tensor(item, output, wanted, len(outputs))
        if isinstance(value, Finding):
            return value
        if value is None and wanted is not None and output.none_note and part != "engine":
            notes.append(output.none_note)
        got.append(value)
    return Case(run, tuple(got), expected, tuple(notes))


def _cut_graph(outputs: tuple[Output, ...]) -> Finding:
    return Finding(
        "cut-graph",
        "The result does not require a gradient, although the inputs do: the graph is cut, and "
        f"{listing(output.name for output in outputs)} cannot be computed.",
        "Look for `.item()`, `.detach()`, `.data`, `torch.tensor(…)`, `no_grad` or NumPy on the "
        "way from the inputs to the result, and stay with tensor operations.",
    )


def _items(raw: Any, outputs: tuple[Output, ...]) -> list[Any] | Finding:
    """The returned values one by one, or why their number is wrong."""
    names = ", ".join(output.name for output in outputs)
    sequence = isinstance(raw, tuple | list)
    if len(outputs) == 1:
        if not sequence or not any(isinstance(item, Tensor) for item in raw):
            return [raw]
        return Finding(
            "wrong-count",
            f"You return {a_kind_of(raw)}. This exercise asks for one tensor, {names}.",
            f"Return only {names}, without a tuple."
            if len(raw) == 1
            else f"Return only {names}. Look also for a comma too many.",
        )
    if sequence and len(raw) == len(outputs):
        return list(raw)
    return Finding(
        "wrong-count",
        f"You return {a_kind_of(raw)}. {len(outputs)} values are expected, in this order: "
        f"({names}).",
        f"End with `return {names}`, one value for each; None stands for a gradient that is "
        "not needed.",
    )


def _tensor(item: Any, output: Output, wanted: Expected, count: int) -> Tensor | Finding | None:
    """One returned value as a plain tensor on the CPU, or why it is none."""
    if item is None:
        return None if wanted is None or output.none_note else _none(output, count)
    if not isinstance(item, Tensor):
        return _not_tensor(item, output)
    if item.device.type != "cpu":
        return Finding(
            "wrong-device",
            f"{output.name} is on the device {item.device.type!r}; the inputs are on 'cpu'.",
            "Make new tensors with `torch.zeros_like(…)`, or with `device=input.device`.",
        )
    if item.layout != torch.strided:
        item = torch.Tensor.to_dense(item)
    if not item.is_floating_point():
        return _wrong_type(item, output, None)
    return torch.Tensor.detach(item)


def _none(output: Output, count: int) -> Finding:
    return Finding(
        "returned-none",
        f"{output.name} is None.",
        f"Return a tensor for {output.name}. "
        + (
            "None says that no gradient is needed, and here it is."
            if count > 1
            else "A function without `return` returns None."
        ),
    )


def _not_tensor(item: Any, output: Output) -> Finding:
    step = f"Return a torch.Tensor for {output.name}; compute it with tensor operations."
    if inspect.isgenerator(item):
        step = "Write `return` in place of `yield`."
    elif inspect.iscoroutine(item):
        item.close()
        step = "Write `def` in place of `async def`."
    elif callable(item):
        step = "Call it, or return what it computes."
    elif isinstance(item, int | float):
        step = "Keep the tensor: do not call `.item()` or `float(…)`."
    elif isinstance(item, list | tuple):
        step = "Return the tensor itself: do not call `.tolist()`, and do not collect numbers."
    elif type(item).__module__ == "numpy":
        step = "Stay with tensors: do not call `.numpy()`. NumPy arrays are invisible to autograd."
    return Finding("not-a-tensor", f"{output.name} is {a_kind_of(item)}, not a tensor.", step)


def _wrong_type(item: Tensor, output: Output, wanted: torch.dtype | None) -> Finding:
    right_type = f"{wanted}, like the input" if wanted else "the floating-point type of the input"
    return Finding(
        "wrong-dtype",
        f"{output.name} has dtype {item.dtype}; expected {right_type}.",
        "Let the type follow from the input. `.int()` and `.float()` change it; `torch.ones(…)`, "
        "`torch.tensor(…)` and `torch.where(…, 1.0, -1.0)` make float32: add `dtype=input.dtype` "
        "or `.to(input.dtype)`. The engine converts silently, after digits are lost.",
    )


def input_type(run: Observation) -> torch.dtype:
    """The floating-point type of the arguments."""
    for value in run.args:
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, Tensor) and item.is_floating_point():
                return item.dtype
    return torch.float64


def shape_fault(exercise: Exercise, part: str, case: Case) -> Finding | None:
    """The first output whose shape is wrong."""
    outputs = exercise.kind.outputs(exercise, part)
    for got, want, output in zip(case.got, case.want, outputs, strict=True):
        if got is None or want is None or got.shape == expected_shape(want):
            continue
        return Finding(
            "wrong-shape",
            f"{output.name} has shape {shape(got.shape)}; expected {shape(expected_shape(want))}.",
            "A gradient always has the shape of what it is the gradient of."
            if part != "value"
            else "Compare the shapes of the inputs and of the result.",
        )
    return None


def type_fault(exercise: Exercise, part: str, case: Case) -> Finding | None:
    """The first output whose floating-point type differs from the inputs'."""
    if not case.observation.args:
        return None
    wanted = input_type(case.observation)
    for got, output in zip(case.got, exercise.kind.outputs(exercise, part), strict=True):
        if got is not None and got.dtype != wanted:
            return _wrong_type(got, output, wanted)
    return None
