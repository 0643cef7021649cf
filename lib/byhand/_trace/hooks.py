"""Hooks that write down the gradients that reach a node and that it sends on.

They hold the tensors instead of copying them, which keeps the engine from reusing their memory,
and note how often each had been changed in place, so that a later change cannot go unseen.
"""

from typing import Any

from torch import Tensor
from torch.autograd.graph import Node as GraphNode

from byhand._trace.jacobian import Jacobians, jacobians
from byhand._trace.kept import copy

Gradients = tuple[Tensor | None, ...]
Passed = tuple[GraphNode, Gradients, Gradients, list[int]]
"""A node, what it received, what it sent, and the count of in-place changes of each in turn."""


def watch(made: GraphNode, log: list[Passed]) -> Any:
    """Watch a built-in node: it leaves its grad_output alone, so one hook sees everything."""

    def after(sent: Gradients, received: Gradients) -> None:
        log.append((made, received, sent, _versions(received + sent)))

    return made.register_hook(after)


def watch_leaf(made: GraphNode, log: list[Passed]) -> Any:
    """Watch a leaf, before it puts its gradient into ``.grad``, where it changes."""

    def before(received: Gradients) -> None:
        log.append((made, received, (), _versions(received)))

    return made.register_prehook(before)


def watch_closely(
    made: GraphNode, log: list[Passed], found: dict[GraphNode, Jacobians | str] | None
) -> list[Any]:
    """Watch a node of a graph with a reader's own Functions, which may change any gradient.

    Everything is copied before anything else can touch it.

    Args:
        made: The node.
        log: Where to write what passes.
        found: Where to write its local Jacobian; None if that is not wanted.

    Returns:
        The handles of the hooks.
    """
    arrived: list[Gradients] = []

    def before(received: Gradients) -> None:
        arrived.append(_copies(received))
        if found is not None:
            found[made] = jacobians(made, received)

    def after(sent: Gradients, _: Gradients) -> None:
        received, sent = arrived.pop(), _copies(sent)
        log.append((made, received, sent, _versions(received + sent)))

    return [made.register_prehook(before), made.register_hook(after)]


def _versions(gradients: Gradients) -> list[int]:
    return [0 if gradient is None else gradient._version for gradient in gradients]


def _copies(gradients: Gradients) -> Gradients:
    return tuple([None if g is None else copy(g)[0] for g in gradients])
