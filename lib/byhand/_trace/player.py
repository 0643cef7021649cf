"""A trace as numbers and texts that JSON can hold, for a program that steps through it.

`describe` returns a dictionary:

- ``format`` 1. ``width`` and ``height`` of the drawing in pixels.
- ``nodes``, in the order of the forward pass, leaves first; the position is the id. Each has
  ``name``, ``type``, ``label`` (the reader's name, or ``name``), ``kind`` (``"operation"``,
  ``"custom"`` or ``"leaf"``), ``operation`` (such as ``"x + 2"``), ``formula`` (``forward`` and
  ``backward``, or None), ``layer``, ``x`` and ``y`` (the centre), ``width``, ``height``, and the
  numbers: ``value`` and ``grad_output`` (one tensor for each output), ``grad_inputs`` and
  ``jacobians`` (one for each input), ``saved`` (tensors by name, and other things as text) and
  ``grad`` (of a leaf, after this backward).
- ``edges``, each ``from`` the id of the node that made a tensor (``output`` says which of its
  outputs) ``to`` the id of the node that took it (``input`` says as which). ``gradient`` is what
  flows back along it; ``points`` are the places it passes, from above to below.
- ``forward``: the ids in the order of the forward pass; ``backward``: in the order of backward.
- ``steps``: for each step of backward its ``node``, and ``arriving`` and ``leaving``, the edges on
  which gradients come to it and go from it. A node's `grad_output` is the sum of what arrives,
  and at a root what the reader gave.

A tensor is None where there is none, else a dictionary with ``shape``, ``dtype``, ``norm``, and
``numbers``: all its entries in row-major order if there are at most 64, else None. A number that
JSON does not know is a text: ``"nan"``, ``"inf"``, ``"-inf"``, or a complex one such as ``"1+2j"``.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Any, Final

from torch import Tensor

from byhand._trace import boxes
from byhand._trace.kept import Kept, changed, unkeep
from byhand._trace.layout import place
from byhand._trace.node import Node
from byhand._trace.numbers import norm
from byhand._trace.operation import in_full
from byhand._trace.table import MOST_NODES, too_large

MOST_NUMBERS: Final = 64
"""Most numbers of a tensor that are written into the dictionary."""

Json = dict[str, Any]


def describe(forward: Sequence[Node], backward: Sequence[Node]) -> Json:
    """Describe and lay out a trace, as the head of this module says.

    Args:
        forward: The nodes in the order of the forward pass.
        backward: The same nodes in the order of backward.

    Raises:
        ValueError: If there are too many to draw.
    """
    if len(forward) > MOST_NODES:
        raise ValueError(too_large(len(forward)))
    ids = {node: position for position, node in enumerate(forward)}
    edges = [edge for node in forward for edge in _edges(node, ids)]
    operations = in_full(forward)
    nodes = [_node(node, operations[node]) for node in forward]
    layout = place(
        [boxes.size(node) for node in nodes], [(edge["from"], edge["to"]) for edge in edges]
    )
    for node, layer, (x, y) in zip(nodes, layout.layers, layout.centres, strict=True):
        width, height = boxes.size(node)
        node |= {"layer": layer, "x": _round(x), "y": _round(y), "width": width, "height": height}
    for edge, route in zip(edges, layout.routes, strict=True):
        edge["points"] = [[_round(x), _round(y)] for x, y in route]
    return {
        "format": 1,
        "width": _round(layout.size[0]),
        "height": _round(layout.size[1]),
        "nodes": nodes,
        "edges": edges,
        "forward": list(range(len(forward))),
        "backward": [ids[node] for node in backward],
        "steps": [_step(ids[node], edges) for node in backward],
    }


def _node(node: Node, operation: str) -> Json:
    formula = node.formula
    matrices = node.jacobians if isinstance(node.jacobians, tuple) else ()
    return {
        "name": node.name,
        "type": node.type,
        "label": node.label,
        "kind": node.kind,
        "operation": operation,
        "formula": formula and formula._asdict(),
        "value": _tensors(node.values),
        "grad_output": _tensors(node.received),
        "grad_inputs": _tensors(node.sent),
        "jacobians": [matrix if matrix is None else tensor(matrix) for matrix in matrices],
        "saved": {name: _kept(item) if isinstance(item, tuple) else item
                  for name, item in node.saved_tensors.items()}
        | {name: str(item) for name, item in node.saved_constants.items()},
        "grad": _kept(node.accumulated),
    }  # fmt: skip


def _edges(node: Node, ids: dict[Node, int]) -> Iterable[Json]:
    for number, source in enumerate(node.inputs):
        if source is not None:
            yield {
                "from": ids[source.node],
                "output": source.output,
                "to": ids[node],
                "input": number,
                "gradient": _kept(node.sent[number]) if node.sent else None,
            }


def _step(node: int, edges: Sequence[Json]) -> Json:
    return {
        "node": node,
        "arriving": [k for k, edge in enumerate(edges) if edge["from"] == node],
        "leaving": [k for k, edge in enumerate(edges) if edge["to"] == node],
    }


def _tensors(items: Iterable[Kept | None]) -> list[Json | None]:
    return [_kept(item) for item in items]


def _kept(item: Kept | None) -> Json | None:
    if item is None or changed(item):
        return None
    opened = unkeep(item)
    return None if opened is None else tensor(opened)


def tensor(given: Tensor) -> Json:
    """Describe one tensor."""
    dense = given.detach().to_dense()
    few = dense.numel() <= MOST_NUMBERS
    return {
        "shape": list(dense.shape),
        "dtype": str(dense.dtype).removeprefix("torch."),
        "norm": _number(norm(dense)),
        "numbers": [_number(one) for one in dense.flatten().tolist()] if few else None,
    }


def _number(item: float | complex) -> float | str:
    if isinstance(item, complex):
        return str(item).strip("()")
    return item if math.isfinite(item) else str(item)


def _round(pixels: float) -> float:
    return round(pixels, 1)
