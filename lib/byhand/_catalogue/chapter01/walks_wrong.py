"""Walks through a graph that give wrong gradients, as learners write them."""

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


def every_path(push: Push = add) -> Walk:
    """Recursion that comes to a shared node several times, and sends all it has each time."""

    def walk(root: Node) -> None:
        def visit(node: Node) -> None:
            for parent, local in along(node):
                push(node, parent, local)
                visit(parent)

        root.grad = 1.0
        visit(root)

    return walk


def once_each_depth_first(root: Node) -> None:
    """Recursion that handles a node when it first comes there."""
    seen = set()

    def visit(node: Node) -> None:
        if node in seen:
            return
        seen.add(node)
        for parent, local in along(node):
            add(node, parent, local)
        for parent in node.parents:
            visit(parent)

    root.grad = 1.0
    visit(root)


def once_each_interleaved(root: Node) -> None:
    """Recursion that follows the first parent to the end before it looks at the second."""
    seen = set()

    def visit(node: Node) -> None:
        if node in seen:
            return
        seen.add(node)
        for parent, local in along(node):
            add(node, parent, local)
            visit(parent)

    root.grad = 1.0
    visit(root)


def once_each_breadth_first(root: Node) -> None:
    """A queue that handles nodes in the order in which it meets them."""
    queue, root.grad = [root], 1.0
    for node in queue:
        for parent, local in along(node):
            add(node, parent, local)
            if parent not in queue:
                queue.append(parent)


def queue_with_repeats(root: Node) -> None:
    """A queue that takes a shared node in several times."""
    queue, root.grad = [root], 1.0
    for node in queue:
        for parent, local in along(node):
            add(node, parent, local)
            queue.append(parent)


def one_step(root: Node) -> None:
    """The direct parents alone."""
    root.grad = 1.0
    for parent, local in along(root):
        add(root, parent, local)


def only_root(root: Node) -> None:
    """The root alone."""
    root.grad = 1.0


def repeated_parents_once(root: Node) -> None:
    """A set or a dict of parents, in which a parent that is used twice stands once."""
    root.grad = 1.0
    for node in reversed(ordered(root)):
        for parent, local in dict(along(node)).items():
            add(node, parent, local)


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
