"""Walks through a graph in a wrong order, as learners write them."""

from __future__ import annotations

from byhand._catalogue.chapter01.walks import Walk, along
from byhand._catalogue.chapter01.walks_wrong import Push, add
from byhand._catalogue.stubs01 import Node


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


def stack_with_repeats(root: Node) -> None:
    """A stack that takes a shared node in several times."""
    stack, root.grad = [root], 1.0
    while stack:
        node = stack.pop()
        for parent, local in along(node):
            add(node, parent, local)
            stack.append(parent)


def list_with_repeats(root: Node) -> None:
    """A list of nodes as recursion meets them, in which a shared node stands several times."""
    order: list[Node] = []

    def visit(node: Node) -> None:
        order.append(node)
        for parent in node.parents:
            visit(parent)

    visit(root)
    root.grad = 1.0
    for node in order:
        for parent, local in along(node):
            add(node, parent, local)


def stack(root: Node) -> None:
    """A stack that takes each node in once."""
    stack, seen, root.grad = [root], {root}, 1.0
    while stack:
        node = stack.pop()
        for parent, local in along(node):
            add(node, parent, local)
            if parent not in seen:
                seen.add(parent)
                stack.append(parent)


def first_use_only(root: Node) -> None:
    """A parent that has a gradient already gets no other."""
    seen, root.grad = {root}, 1.0

    def visit(node: Node) -> None:
        for parent, local in along(node):
            if parent not in seen:
                seen.add(parent)
                add(node, parent, local)
                visit(parent)

    visit(root)


def one_step(root: Node) -> None:
    """The direct parents alone."""
    root.grad = 1.0
    for parent, local in along(root):
        add(root, parent, local)
