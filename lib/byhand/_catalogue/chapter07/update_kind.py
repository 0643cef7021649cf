"""The form of an answer that is one step of an optimizer."""

# ruff: noqa: ARG002, ARG005  (every kind answers the same questions, used or not)

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from byhand._catalogue.chapter07.update_faults import Before, explained, fault
from byhand._checker.spec import Args, Exercise, Finding, Output, Probe
from byhand._checker.step_kind import Step


@dataclass(frozen=True)
class Update(Step):
    """A step ``f(params, …) → None`` that may keep lists of tensors from step to step.

    `states` names these lists. They are the arguments after `params`, and parts of their own:
    what they hold afterwards, whether each tensor was changed or put in the place of another.
    """

    states: tuple[str, ...] = ()

    def call(self, answer: Any, args: Args, parts: dict[str, Any]) -> None:
        """Keep the parameters that were passed, the states and the gradients."""
        params = list(args[0])
        self.steps(answer, args, params, parts)
        parts.setdefault("value", tuple(p.detach() for p in params))
        for name, held in zip(self.states, args[1:], strict=False):
            parts[name] = list(held)
        parts["cleared"] = tuple(p.grad for p in params)

    def steps(self, answer: Any, args: Args, params: list[Tensor], parts: dict[str, Any]) -> None:
        """Call the answer once; a fault in what it did to the parameters is the value."""
        found = one_call(answer, args, params)
        if found is not None:
            parts["value"] = found

    def outputs(self, exercise: Exercise, part: str) -> tuple[Output, ...]:
        """One output for each parameter; the states are numbered like the parameters."""
        if part not in self.states:
            return super().outputs(exercise, part)
        return tuple(Output(f"{part}[{k}]") for k in range(len(exercise.outputs)))

    def normalise(self, part: str, raw: Any, count: int) -> Any:
        """A finding where a state is no longer a list of tensors."""
        if part not in self.states or isinstance(raw, Finding):
            return raw
        if len(raw) == count and all(isinstance(item, Tensor) for item in raw):
            return raw
        return Finding(
            "state-lost",
            f"After the call `{part}` no longer holds one tensor for each parameter.",
            f"Change the tensors in place, or put a new one in the place of each: `{part}[k] = …`.",
        )


def one_call(answer: Any, args: Args, params: list[Tensor]) -> Finding | None:
    """Call the answer, and find what is wrong with the parameters apart from their numbers."""
    before = [Before.of(p) for p in params]
    try:
        returned = answer(*args)
    except (TypeError, AttributeError) as error:
        finding = explained(error, params, before)
        if finding is None:
            raise
        return finding
    return fault(returned, args[0], params, before)


@dataclass(frozen=True)
class Tracked(Update):
    """Whether autograd can know that the parameters were changed."""

    parts: tuple[str, ...] = ("tracked",)

    def call(self, answer: Any, args: Args, parts: dict[str, Any]) -> None:
        """1 where the version of every parameter went up."""
        params = list(args[0])
        versions = [p._version for p in params]
        answer(*args)
        seen = all(p._version > old for p, old in zip(params, versions, strict=True))
        parts["tracked"] = torch.tensor(float(seen), dtype=torch.float64, device="cpu")

    def outputs(self, exercise: Exercise, part: str) -> tuple[Output, ...]:
        """One number."""
        return (Output(part),)


def tracked(make: Callable[..., Args], kind: Update) -> Probe:
    """A note for a step that goes around autograd."""
    return Probe(
        "changed-unseen",
        "the version counters",
        make,
        "The parameters change without autograd's knowledge, as through `.data` or NumPy. It works "
        "here; but where a graph still needs the old numbers, its gradients become wrong "
        "silently.",
        "`with torch.no_grad():` and `p -= …` do the same, and PyTorch keeps watch.",
        expected=lambda *args: {"tracked": (torch.ones((), dtype=torch.float64, device="cpu"),)},
        note_only=True,
        listed=False,
        kind=Tracked(kind.wanted, mutates=kind.mutates, states=kind.states),
    )


Again = Callable[[Args, int], Args]
"""The arguments of a later step, from those of the first and the number of steps before it."""


@dataclass(frozen=True)
class Several(Update):
    """Three steps with the same tensors; `again` says what changes from one to the next."""

    again: Again = lambda args, done: args

    def steps(self, answer: Any, args: Args, params: list[Tensor], parts: dict[str, Any]) -> None:
        """Call the answer three times, each time with new gradients."""
        for done in range(3):
            found = one_call(answer, self.again(args, done), params)
            if found is not None:
                parts["value"] = found
                return
            if done < 2:
                next_gradients(params)


def next_gradients(params: list[Tensor]) -> None:
    """Gradients of the next step: those of a bowl, so they depend on where the step led."""
    for p in params:
        p.grad = p.detach() * 0.5 + 0.25


def several(
    make: Callable[..., Args],
    kind: Update,
    again: Again,
    step: Callable[..., tuple[Any, ...]],
    next_step: str,
) -> Probe:
    """Three steps, one after the other.

    Args:
        make: draws the arguments of the first step.
        kind: the exercise's kind.
        again: the arguments of a later step.
        step: the reference of one step on ``(params, …)``; returns parameters and states.
        next_step: what to look for.
    """

    def expected(*args: Any) -> dict[str, Any]:
        params: list[Tensor] = args[0]
        now: Args = args
        for done in range(3):
            found = step(*again(now, done))
            params = [p.clone() for p in found[0]]
            next_gradients(params)
            now = (params, *found[1:], *now[len(found) :])
        wanted = zip(("value", *kind.states), found, strict=True)
        return {**{part: tuple(tensors) for part, tensors in wanted}, "cleared": (None,) * 3}

    several_kind = Several(kind.wanted, kind.parts, kind.mutates, kind.reveals, kind.states, again)
    return Probe(
        "wrong-in-later-steps",
        "three steps, one after the other",
        make,
        "The first step is right, and a later one is wrong.",
        next_step,
        expected=expected,
        kind=several_kind,
    )
