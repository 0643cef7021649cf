"""Write an operation of the forward pass the way a reader would: ``x + 2``, ``mean(z)``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import torch
from torch import Tensor

from byhand._trace.numbers import number

if TYPE_CHECKING:
    from byhand._trace.node import Edge, Node
    from byhand._trace.recorder import Call

_INFIX: Final = {
    "add": "+", "sub": "-", "mul": "*", "div": "/", "pow": "**",
    "mm": "@", "bmm": "@", "mv": "@", "dot": "@",
}  # fmt: skip
_BACKWARD: Final = re.compile(r"Backward\d*$")
_INNER_CAPITAL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NAME: Final = re.compile(r"\b(?:\w*Backward\d*|AccumulateGrad)(?:#\d+)?")
_CALL: Final = re.compile(r"\w+\(.*\)|[\w #]+")
_LONGEST: Final = 5  # numbers of a list that are written out


def describe(node: Node) -> str:
    """Return what the forward pass did at a node."""
    if node.kind == "leaf":
        return "leaf"
    if node.kind == "operation" and node.call is not None:
        return _written(node.call, iter(node.sources))
    name = _BACKWARD.sub("", node.type)
    if node.kind == "operation":
        name = _INNER_CAPITAL.sub("_", name).lower()
    given = ", ".join(_edge(edge) for edge in node.inputs if edge is not None)
    return f"{name}({given})"


def in_full(forward: Sequence[Node]) -> dict[Node, str]:
    """Write every operation, and short ones in place of the nodes that have no name of yours.

    Args:
        forward: All nodes, in the order of the forward pass.
    """
    written: dict[Node, str] = {}
    known: dict[str, str] = {}
    for node in forward:
        if node.kind == "leaf":
            written[node] = node.name.replace("AccumulateGrad", "leaf ").strip()
        else:
            written[node] = inlined(describe(node), known)
        known[node.name] = written[node]
    return written


def inlined(operation: str, known: Mapping[str, str]) -> str:
    """Write operations in place of the names of nodes, where that is no longer than the name.

    ``"sum(MulBackward0)"`` becomes ``"sum(a * h)"``.

    Args:
        operation: An operation that mentions nodes by name.
        known: What the nodes without a name of the reader's compute.
    """

    def instead(found: re.Match[str]) -> str:
        words = known.get(found[0], found[0])
        if not (_CALL.fullmatch(operation) or _CALL.fullmatch(words)):
            words = f"({words})"
        return words if len(words) <= len(found[0]) else found[0]

    return _NAME.sub(instead, operation)


def _written(call: Call, sources: Iterator[Edge | None]) -> str:
    """Write a call with its arguments; those that have their default are left out."""
    operator, args, kwargs, _ = call
    schema = operator._schema
    name = schema.name.rpartition("::")[2].strip("_").removesuffix("_forward")
    in_place = schema.name.endswith("_")
    positional = [_argument(argument, sources) for argument in args]
    named = [
        f"{key}={_argument(item, sources)}"
        for key, item in (kwargs or {}).items()
        if not (isinstance(item, torch.dtype) and name != "to_copy") and item is not None
    ]
    for declared in reversed(schema.arguments[: len(args)]):
        if not declared.has_default_value() or args[len(positional) - 1] not in (
            declared.default_value,
            None,
        ):
            break
        positional.pop()
    if name in ("addmm", "addmv", "baddbmm") and len(positional) == 3 and not named:
        return f"{positional[0]} + {positional[1]} @ {positional[2]}"
    if name in _INFIX and len(positional) == 2 and not named:
        sign = _INFIX[name] + "=" * in_place
        return f"{positional[0]} {sign} {positional[1]}"
    return f"{name}{'_' * in_place}({', '.join(positional + named)})"


def _argument(argument: Any, sources: Iterator[Edge | None]) -> str:
    if isinstance(argument, Tensor):
        if argument.requires_grad:
            edge = next(sources, None)
            return _edge(edge) if edge is not None else _shaped(argument)
        return _shaped(argument)
    if isinstance(argument, list | tuple):
        written = [_argument(one, sources) for one in argument]
        left_out = ["…"] * (len(written) > _LONGEST)
        return f"[{', '.join(written[:_LONGEST] + left_out)}]"
    if isinstance(argument, (int, float)):
        return number(argument)
    return str(argument)


def _edge(edge: Edge) -> str:
    """Name the tensor that a node reads: the reader's name, or the node that made it."""
    return edge.node.labels[edge.output] or edge.node.name


def _shaped(tensor: Tensor) -> str:
    """Write a constant: its number if it is one, else its shape."""
    if tensor.dim() == 0 and tensor.device.type != "meta":
        return number(tensor.item())
    return f"a constant {list(tensor.shape)}"
