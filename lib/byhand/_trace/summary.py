"""A trace of any size as two tables: its operations by type, and its leaves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from byhand._trace.cells import aligned, counted, html_table
from byhand._trace.kept import Kept, changed
from byhand._trace.node import Node
from byhand._trace.numbers import norm, number, shape_text

_HEAD: Final = ("node", "count", "largest output", "norm of grad_output")
_LEAF_HEAD: Final = ("leaf", "shape", "norm of gradient", "norm of value")
_LEAVES: Final = 24


class Summary:
    """What a trace holds, by type of node.

    The norm of `grad_output` shows where gradients vanish or explode; for several nodes of a
    type it is the smallest and the largest.

    Args:
        nodes: The nodes, in the order of the forward pass.
    """

    def __init__(self, nodes: Sequence[Node]) -> None:
        self._groups: dict[str, list[Node]] = {}
        for node in nodes:
            if node.kind != "leaf":
                self._groups.setdefault(node.type, []).append(node)
        self._leaves = [node for node in nodes if node.kind == "leaf"]

    def __repr__(self) -> str:
        text = f"{self._title()}\n\n{aligned([_HEAD, *self._operations()])}"
        if self._leaves:
            text += f"\n\n{aligned([_LEAF_HEAD, *self._leaf_rows()])}{self._more()}"
        return text

    def _repr_html_(self) -> str:
        html = html_table(self._title(), _HEAD, self._operations())
        if self._leaves:
            title = f"The leaves, in the order of the forward pass{self._more()}"
            html += html_table(title, _LEAF_HEAD, self._leaf_rows())
        return html

    def _title(self) -> str:
        operations = sum(map(len, self._groups.values()))
        return counted(operations, len(self._leaves), ", ")

    def _more(self) -> str:
        left_out = len(self._leaves) - _LEAVES
        return f"\n… and {left_out:,} more leaves" if left_out > 0 else ""

    def _operations(self) -> list[tuple[str, ...]]:
        return [
            (kind, str(len(nodes)), _largest(nodes), _range(nodes))
            for kind, nodes in self._groups.items()
        ]

    def _leaf_rows(self) -> list[tuple[str, ...]]:
        return [
            (node.label, shape_text(node.shapes[0]), _range([node]), _norm_of(node.values[0]))
            for node in self._leaves[:_LEAVES]
        ]


def _largest(nodes: Sequence[Node]) -> str:
    outputs = [output.shape for node in nodes for output in node.outputs]
    return shape_text(max(outputs, key=math.prod))


def _range(nodes: Sequence[Node]) -> str:
    """Write the norms of what reached the nodes, smallest and largest."""
    found = [
        norm(kept[0])
        for node in nodes
        for kept in node.received
        if kept is not None and not changed(kept)
    ]
    if not found:
        return "none"
    return " to ".join(dict.fromkeys(number(extreme, 3) for extreme in (min(found), max(found))))


def _norm_of(kept: Kept | None) -> str:
    return "" if kept is None or changed(kept) else number(norm(kept[0]), 3)
