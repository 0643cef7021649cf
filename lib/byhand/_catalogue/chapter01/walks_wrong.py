"""Walks in the right order that send wrong gradients on, as learners write them."""

# ruff: noqa: ARG001  (every way to send a gradient on takes the same arguments, used or not)

from __future__ import annotations

from collections.abc import Callable

from byhand._catalogue.chapter01.walks import Walk, along, ordered
from byhand._catalogue.stubs01 import Node

Push = Callable[[Node, Node, float], None]


def add(node: Node, parent: Node, local: float) -> None:
    """The right way to send a gradient on."""
    parent.grad += node.grad * local


def overwrite(node: Node, parent: Node, local: float) -> None:
    """Replace what is there."""
    parent.grad = node.grad * local


def without_local(node: Node, parent: Node, local: float) -> None:
    """Send on what came in, unchanged."""
    parent.grad += node.grad


def without_upstream(node: Node, parent: Node, local: float) -> None:
    """Send on the local gradient alone."""
    parent.grad += local


def added_up(node: Node, parent: Node, local: float) -> None:
    """Add where the chain rule multiplies."""
    parent.grad += node.grad + local


def times_value(node: Node, parent: Node, local: float) -> None:
    """Use the parent's value as the slope."""
    parent.grad += node.grad * parent.value


def in_order(push: Push, start: float = 1.0) -> Walk:
    """A walk in the right order that sends gradients on in another way."""

    def walk(root: Node) -> None:
        root.grad = start
        for node in reversed(ordered(root)):
            for parent, local in along(node):
                push(node, parent, local)

    return walk


def only_root(root: Node) -> None:
    """The root alone."""
    root.grad = 1.0


def repeated_parents_once(root: Node) -> None:
    """A set or a dict of parents, in which a parent that is used twice stands once."""
    root.grad = 1.0
    for node in reversed(ordered(root)):
        for parent, local in dict(along(node)).items():
            add(node, parent, local)


def repeated_parents_first_local(root: Node) -> None:
    """A set of parents, each with the local gradient of its first place."""
    root.grad = 1.0
    for node in reversed(ordered(root)):
        for parent in dict.fromkeys(node.parents):
            add(node, parent, node.local_gradients[node.parents.index(parent)])


def first_local_only(root: Node) -> None:
    """All parents get the first local gradient."""
    root.grad = 1.0
    for node in reversed(ordered(root)):
        for parent in node.parents:
            add(node, parent, node.local_gradients[0])


def locals_reversed(root: Node) -> None:
    """Local gradients in the opposite order of the parents."""
    root.grad = 1.0
    for node in reversed(ordered(root)):
        for parent, local in zip(node.parents, reversed(node.local_gradients), strict=True):
            add(node, parent, local)


def all_ones(root: Node) -> None:
    """Nothing but ones."""
    for node in ordered(root):
        node.grad = 1.0


def begins_with_value(root: Node) -> None:
    """The root's value in place of 1."""
    in_order(add, start=root.value)(root)


def subtract(node: Node, parent: Node, local: float) -> None:
    """A step of gradient descent where none is asked for."""
    parent.grad -= node.grad * local


def first_parent_only(root: Node) -> None:
    """A chain is followed, the other parents are not."""
    root.grad = 1.0
    for node in reversed(ordered(root)):
        for parent, local in along(node)[:1]:
            add(node, parent, local)


def leaves_only(root: Node) -> None:
    """Intermediate nodes are cleared afterwards, as PyTorch does not keep theirs."""
    in_order(add)(root)
    for node in ordered(root):
        if node.parents:
            node.grad = 0.0


def root_left_out(root: Node) -> None:
    """The right gradients, and 0 at the root."""
    in_order(add)(root)
    root.grad = 0.0


def averaged(root: Node) -> None:
    """The mean over the uses of a node in place of the sum."""
    in_order(add)(root)
    order = ordered(root)
    uses = {node: sum(other.parents.count(node) for other in order) for node in order}
    for node in order:
        node.grad /= max(uses[node], 1)
