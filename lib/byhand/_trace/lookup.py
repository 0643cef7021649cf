"""Find a node by name, and say which names there are where that fails."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Final

from byhand._trace.node import Node

_LISTED: Final = 12


def find(name: str, nodes: Sequence[Node]) -> Node:
    """Return the node with PyTorch's or the reader's name `name`.

    Raises:
        KeyError: If no node has the name, or several share it.
    """
    for node in nodes:
        if name == node.name or name in node.labels:
            return node
    shared = [node.name for node in nodes if node.type == name]
    if shared:
        raise KeyError(f"{len(shared)} nodes are called {name}; choose one of {_list(shared)}.")
    names = [known for node in nodes for known in (*filter(None, node.labels), node.name)]
    close = get_close_matches(name, names, n=3)
    advice = f"did you mean {_list(close)}?" if close else f"there are {_list(names)}."
    raise KeyError(f"No node is called {name!r}; {advice}")


def _list(names: Sequence[str]) -> str:
    """Write names one after the other, and how many are left out."""
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more
