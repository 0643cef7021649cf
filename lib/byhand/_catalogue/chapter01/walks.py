"""Small graphs for topological-backward, and ways to walk through them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from byhand._catalogue.stubs01 import Node
from byhand._checker.inputs import Inputs

Walk = Callable[[Node], None]


@dataclass(frozen=True)
class Graph:
    """A computation; node k was made from earlier nodes, and the last one is the root.

    Args:
        words: what is special about it.
        parents: for each node, the numbers of its parents.
        locals: for each node, one local gradient for each parent.
    """

    words: str
    parents: tuple[tuple[int, ...], ...]
    locals: tuple[tuple[float, ...], ...]

    def nodes(self, kind: type[Node] = Node) -> list[Node]:
        """New nodes of one class, in the order in which they were made."""
        made: list[Node] = []
        for k, (parents, slopes) in enumerate(zip(self.parents, self.locals, strict=True)):
            made.append(kind(0.5 + 3 * k % 7, tuple(made[p] for p in parents), slopes))
        return made


SHAPES: tuple[tuple[str, tuple[tuple[int, ...], ...]], ...] = (
    ("a chain", ((), (0,), (1,), (2,))),
    ("a node that two others use, one before the other", ((), (0,), (1,), (1, 2))),
    ("a product of a node with itself", ((), (0, 0), (1, 0))),
    ("two leaves that meet in several nodes", ((), (), (0, 1), (2, 0), (3, 2, 1))),
    ("a node that two others use, the later one first", ((), (0,), (1,), (2, 1), (3, 1))),
    ("a longer detour", ((), (), (0, 1), (2,), (3, 3), (2, 4), (1, 5, 2))),
)


def draw(inputs: Inputs) -> tuple[Graph]:
    """One of the shapes, with random local gradients that are never 0 or 1."""
    words, parents = SHAPES[inputs.seed % len(SHAPES)]
    slopes = iter((inputs.values(sum(map(len, parents))) + 0.01).tolist())
    return (Graph(words, parents, tuple(tuple(next(slopes) for _ in p) for p in parents)),)


def walked(walk: Walk) -> Callable[[Graph], Tensor]:
    """What a walk leaves in `.grad` of each node of a graph."""

    def formula(graph: Graph) -> Tensor:
        nodes = graph.nodes()
        walk(nodes[-1])
        return torch.tensor([node.grad for node in nodes], dtype=torch.float64, device="cpu")

    formula.walk = walk  # type: ignore[attr-defined]  # a test hands it to the check
    return formula


def by_autograd(graph: Graph) -> Tensor:
    """What PyTorch computes for sums of the parents, weighted with the local gradients."""
    made: list[Tensor] = []
    for parents, slopes in zip(graph.parents, graph.locals, strict=True):
        start = torch.zeros((), dtype=torch.float64, device="cpu", requires_grad=True)
        made.append(sum((made[p] * s for p, s in zip(parents, slopes, strict=True)), start))
    found = torch.autograd.grad(made[-1], made, allow_unused=True)
    return torch.stack([torch.zeros_like(made[-1]) if grad is None else grad for grad in found])


def ordered(root: Node) -> list[Node]:
    """Every node that root was made from, each after everything it was made from."""
    order: list[Node] = []

    def visit(node: Node) -> None:
        if node not in order:
            for parent in node.parents:
                visit(parent)
            order.append(node)

    visit(root)
    return order


def along(node: Node) -> list[tuple[Node, float]]:
    """The parents of a node with the local gradients."""
    return list(zip(node.parents, node.local_gradients, strict=True))
