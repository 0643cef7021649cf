"""The form of an answer that walks through a graph of nodes and fills their gradients."""

# ruff: noqa: ARG002  (every kind answers the same questions, used or not)

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from byhand._catalogue.chapter01.readers_node import node_class
from byhand._checker.forms import accept_callable
from byhand._checker.kinds import Accepted
from byhand._checker.spec import Args, Exercise, Finding, Output
from byhand._checker.wording import a_kind_of


@dataclass(frozen=True)
class GraphWalk:
    """A function ``f(root) → None`` that leaves a number in `.grad` of each node."""

    wanted: str = "a function `f(root)` that fills `.grad` of every node"
    parts: tuple[str, ...] = ("gradient",)
    mutates: tuple[str, ...] = ()
    reveals: bool = True

    def accept(self, answer: Any, exercise: Exercise) -> Accepted:
        """Any callable with one argument."""
        return accept_callable(answer, exercise, exercise.parameters)

    def call(self, answer: Any, args: Args, parts: dict[str, Any]) -> None:
        """Build new nodes, call the answer on the root and keep what the nodes hold."""
        nodes = args[0].nodes(node_class(answer))
        made = [_made_from(node) for node in nodes]
        answer(nodes[-1])
        now = [_made_from(node) for node in nodes]
        parts["gradient"] = [node.grad for node in nodes] if now == made else CHANGED

    def outputs(self, exercise: Exercise, part: str) -> tuple[Output, ...]:
        """One list of gradients."""
        return exercise.outputs

    def normalise(self, part: str, raw: Any, count: int) -> Any:
        """Numbers as a tensor; a finding where there is something else."""
        if isinstance(raw, Finding):
            return raw
        for grad in raw:
            if isinstance(grad, bool) or not hasattr(grad, "__float__"):
                return _not_a_number(grad)
        numbers = []
        for grad in raw:
            try:
                numbers.append(float(grad))
            except (TypeError, ValueError, RuntimeError, OverflowError):
                return _not_a_number(grad)
        return torch.tensor(numbers, dtype=torch.float64, device="cpu")


def _made_from(node: Any) -> list[Any]:
    """What a walk must leave as it is; a class of the reader's may keep lists."""
    kept = (node.value, node.parents, node.local_gradients)
    return [list(value) if isinstance(value, list) else value for value in kept]


CHANGED = Finding(
    "changed-graph",
    "After the call some node has another value, other parents or other local gradients.",
    "Change `.grad` only.",
)


def _not_a_number(grad: Any) -> Finding:
    return Finding(
        "not-a-number",
        f"`.grad` of a node is {a_kind_of(grad)}, not a number.",
        "Start with `root.grad = 1.0`, and add products of numbers: "
        "`parent.grad += node.grad * local`.",
    )
