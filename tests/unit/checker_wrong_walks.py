"""Wrong answers to topological-backward, by the name they get."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# ruff: noqa: ARG005  (an answer takes all arguments of its exercise, used or not)

from __future__ import annotations

from typing import Any

import torch


def pairs(node):
    return zip(node.parents, node.local_gradients, strict=True)


def forgets_the_one(root):
    for parent, local in pairs(root):
        parent.grad += root.grad * local
        forgets_the_one(parent)


def begins_if_zero(root):
    if root.grad == 0:
        root.grad = 1.0
    for parent, local in pairs(root):
        parent.grad += root.grad * local
        begins_if_zero(parent)


def hands_on_what_it_has(root):
    def visit(node, gradient):
        node.grad += gradient
        for parent, local in pairs(node):
            visit(parent, node.grad * local)

    visit(root, 1.0)


def sets_along_paths(root):
    def visit(node, gradient):
        node.grad = gradient
        for parent, local in pairs(node):
            visit(parent, gradient * local)

    visit(root, 1.0)


def queue_of_new_nodes(root):
    queue, root.grad = [root], 1.0
    for node in queue:
        for parent, local in pairs(node):
            parent.grad += node.grad * local
            if parent not in queue:
                queue.append(parent)


def in_order(root, push):
    order: list[Any] = []

    def visit(node):
        if node not in order:
            for parent in node.parents:
                visit(parent)
            order.append(node)

    visit(root)
    root.grad = 1.0
    for node in reversed(order):
        push(node)
    return order


def counts_repeats_once(root):
    def push(node):
        for parent in set(node.parents):
            parent.grad += node.grad * node.local_gradients[node.parents.index(parent)]

    in_order(root, push)


def wrong_attribute(root):
    def push(node):
        for parent, local in pairs(node):
            parent.gradient = node.grad * local

    in_order(root, push)


def clears_each_node(root):
    def push(node):
        for parent, local in pairs(node):
            parent.grad += node.grad * local
        node.grad = 0.0

    in_order(root, push)


def unhooks_parents(root):
    def push(node):
        for parent, local in pairs(node):
            parent.grad += node.grad * local

    for node in in_order(root, push):
        node.parents = ()


def sets(value):
    def answer(root):
        root.grad = value

    return answer


WALKS: dict[str, list[Any]] = {
    "root-is-zero": [forgets_the_one, clears_each_node, lambda root: 1.0],
    "sent-on-repeatedly": [begins_if_zero, hands_on_what_it_has],
    "overwritten": [sets_along_paths],
    "too-early": [queue_of_new_nodes],
    "repeated-parent-lost": [counts_repeats_once],
    "only-root": [wrong_attribute, sets(1), sets(torch.tensor(1.0))],
    "changed-graph": [unhooks_parents],
    "not-a-number": [sets("1"), sets(None), sets(torch.ones(3)), sets([1.0]), sets(1j)],
    "raised": [lambda root: root.value.backward()],
}
