"""Answers to topological-backward that know the class of the nodes they are called with."""

from __future__ import annotations

from typing import Any

import pytest

from byhand._checker.api import find, judge
from tests.unit.checker_build import run_cell, solved

EXERCISE = find("topological-backward")
NODE = EXERCISE.stub.split("\n\n\n", maxsplit=1)[0]
WALK = """
def visit(node, order):
    if not {test}:
        raise TypeError("not a node")
    if node not in order:
        for parent in node.parents:
            visit(parent, order)
        order.append(node)


def backward(root):
    order = []
    visit(root, order)
    root.grad = 1.0
    for node in reversed(order):
        for parent, local in zip(node.parents, node.local_gradients, strict=True):
            parent.grad += node.grad * local
"""
INSTANCE = WALK.format(test="isinstance(node, Node)")
EXACT = WALK.format(test="type(node) is Node")

DECORATED = """
import functools


def silent(function):
    def inner(*args):
        return function(*args)
    return {how}


backward = silent(backward)
"""
OBJECT = """
class Walk:
    def __call__(self, root):
        assert isinstance(root, Node)
        walk(root)

    def method(self, root):
        self(root)


walk, backward = backward, {what}
"""


def inside(text: str, returned: str = "backward") -> str:
    """The same lines as the body of a function."""
    lines = [f"    {line}" if line else line for line in text.splitlines()]
    return "\n".join(["def made():", *lines, f"    return {returned}", "backward = made()"])


KEPT_LISTS = """
class Node:
    def __init__(self, value, parents=(), local_gradients=()):
        self.value, self.grad = value, None
        self.parents, self.local_gradients = list(parents), list(local_gradients)
"""
FROM_NONE = """
def backward(root):
    order = []
    def visit(node):
        assert type(node) is Node and node.grad is None
        if node not in order:
            for parent in node.parents:
                visit(parent)
            order.append(node)
    visit(root)
    root.grad = 1.0
    for node in reversed(order):
        for parent, local in zip(node.parents, node.local_gradients, strict=True):
            parent.grad = (parent.grad or 0.0) + node.grad * local
"""
SLOTS = """
from dataclasses import dataclass


@dataclass(slots=True, eq=False)
class Node:
    value: float
    parents: tuple = ()
    local_gradients: tuple = ()
    grad: float = 0.0
"""

KNOWING = {
    "isinstance": NODE + INSTANCE,
    "exact-type": NODE + EXACT,
    "slots": SLOTS + EXACT,
    "lists-and-none": KEPT_LISTS + FROM_NONE,
    "inside-a-function": inside(NODE + INSTANCE),
    "two-functions": NODE + INSTANCE + "\nwalk = backward\nbackward = lambda root: walk(root)",
    "decorated": NODE + INSTANCE + DECORATED.format(how="functools.wraps(function)(inner)"),
    "decorated-without-wraps": NODE + INSTANCE + DECORATED.format(how="inner"),
    "object": NODE + INSTANCE + OBJECT.format(what="Walk()"),
    "method": NODE + INSTANCE + OBJECT.format(what="Walk().method"),
    "partial": NODE + INSTANCE + DECORATED.format(how="functools.partial(function)"),
    "cached": NODE + INSTANCE + DECORATED.format(how="functools.lru_cache(function)"),
}


@pytest.mark.parametrize("text", KNOWING.values(), ids=KNOWING)
def test_the_nodes_are_of_the_readers_own_class(text: str) -> None:
    result = judge(EXERCISE, run_cell(EXERCISE, text))
    assert result.status == "passed", str(result)


def test_one_readers_class_is_not_kept_for_the_next() -> None:
    for _ in range(2):
        answer: Any = run_cell(EXERCISE, NODE + EXACT)
        assert judge(EXERCISE, answer), str(judge(EXERCISE, answer))


UNUSABLE = {
    "no-class": "Node = 3",
    "another-class": "class Node: pass",
    "other-arguments": "class Node:\n    def __init__(self, a, b, c, d): ...",
    "raises": "class Node:\n    def __init__(self, *args): raise ValueError('no')",
    "loses-a-parent": NODE.replace("= parents", "= tuple(set(parents))"),
    "no-grad": NODE.replace("self.grad = 0.0", "pass"),
    "torch": "from torch import Tensor as Node",
}


@pytest.mark.parametrize("node", UNUSABLE.values(), ids=UNUSABLE)
def test_an_unusable_class_does_not_hurt_a_right_answer(node: str) -> None:
    walk = EXERCISE.solution.replace('"Node"', "object")
    result = judge(EXERCISE, run_cell(EXERCISE, f"{node}\n\n\n{walk}"))
    assert result.status == "passed", str(result)


def test_a_name_without_a_value_does_not_hurt() -> None:
    text = inside(WALK.format(test="(lambda: Node)"), returned="backward\n    Node = 1")
    result = judge(EXERCISE, run_cell(EXERCISE, text))
    assert result.status == "passed", str(result)


def test_mistakes_keep_their_names_with_the_readers_class() -> None:
    for old, new, code in (
        ("parent.grad +=", "parent.grad =", "overwritten"),
        ("root.grad = 1.0", "pass", "root-is-zero"),
        ("node.grad * local", "local", "upstream-missing"),
    ):
        assert (
            judge(EXERCISE, run_cell(EXERCISE, NODE + INSTANCE.replace(old, new))).mistake == code
        )


def test_a_node_reads_well_in_a_message() -> None:
    text = NODE + INSTANCE.replace("order.append(node)", "{}[node]")
    assert "Node(value=" in str(judge(EXERCISE, run_cell(EXERCISE, text)))


def test_the_solution_needs_no_class_of_the_reader() -> None:
    assert judge(EXERCISE, solved(EXERCISE.id))
