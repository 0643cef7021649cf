"""A trace as a table of its steps: plain text, and HTML without any script."""

from collections.abc import Sequence
from html import escape
from typing import Final

from byhand._trace.cells import aligned, counted, html_table
from byhand._trace.node import Node
from byhand._trace.numbers import inline
from byhand._trace.operation import in_full
from byhand._trace.summary import Summary

MOST_NODES: Final = 64
"""Most nodes of a trace that is written out and drawn; a larger one is summed up."""

_HEAD: Final = ("step", "node", "operation", "value", "grad_output")
_WIDEST: Final = 44  # characters of a cell in plain text


def as_text(order: Sequence[Node], forward: Sequence[Node], state: str) -> str:
    """Write the steps in the order of backward, aligned, or the summary of a large trace.

    Args:
        order: The nodes in the order of backward; empty before it has run.
        forward: The same in the order of the forward pass.
        state: What to say before backward has run.
    """
    if not order:
        return f"Trace: {state}"
    if len(order) > MOST_NODES:
        return f"{too_large(len(order))}\n\n{Summary(forward)}"
    cells = [_HEAD, *(tuple(_cut(cell) for cell in row) for row in _rows(order, forward))]
    return f"{_title(order)}\n\n{aligned(cells)}"


def as_html(order: Sequence[Node], forward: Sequence[Node], state: str) -> str:
    """Write the same as a table in HTML."""
    if not order:
        return f"<p>Trace: {escape(state)}</p>"
    if len(order) > MOST_NODES:
        return f"<p>{escape(too_large(len(order)))}</p>{Summary(forward)._repr_html_()}"
    return html_table(_title(order), _HEAD, _rows(order, forward))


def too_large(count: int) -> str:
    """Say that a trace is too large to draw, and what there is instead."""
    return (
        f"This trace has {count:,} nodes, and up to {MOST_NODES} are drawn: trace a smaller part, "
        "look at single nodes by name, or read trace.summary()."
    )


def _title(order: Sequence[Node]) -> str:
    leaves = sum(node.kind == "leaf" for node in order)
    return (
        f"Backward pass through {counted(len(order) - leaves, leaves, ' to ')}, from the loss down"
    )


def _rows(order: Sequence[Node], forward: Sequence[Node]) -> list[tuple[str, ...]]:
    operations = in_full(forward)
    return [
        (
            str(step),
            node.label if node.label == node.name else f"{node.label} ({node.name})",
            operations[node],
            "; ".join(inline(kept, _WIDEST) for kept in node.values),
            "; ".join(inline(kept, _WIDEST) for kept in node.received),
        )
        for step, node in enumerate(order, 1)
    ]


def _cut(text: str) -> str:
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"
