"""Read what a node saved in the forward pass for its backward."""

from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from torch import Tensor
from torch.autograd.function import BackwardCFunction
from torch.autograd.graph import Node as GraphNode

from byhand._trace.kept import Kept
from byhand._trace.recorder import Recorder

HOOKED: Final = "not shown: a saved-tensor hook (checkpoint, save_on_cpu) holds it"
FREED: Final = "second time"
"""What PyTorch's message says of a saved tensor that an earlier backward has freed."""

Items = dict[str, Kept | str | None]
"""Saved tensors by name; `HOOKED` for one that is not shown."""


def tensors(made: GraphNode, recorder: Recorder) -> Items:
    """Return the tensors that a node saved, by PyTorch's names for them.

    A tensor behind a saved-tensor hook is not unpacked, because unpacking may run the forward
    again. One that was changed in place is left out: backward itself explains it.

    Raises:
        RuntimeError: If an earlier backward has freed one.
    """
    try:
        if isinstance(made, BackwardCFunction):
            if _hooked(made._raw_saved_tensors):
                return {"saved_tensors": HOOKED}
            return _several("saved_tensors", made.saved_tensors, recorder)
        found: Items = {}
        may_be_hooked = recorder.hooked or not recorder.made(made)
        for name, own_name, raw_name in _tensor_names(type(made)):
            if may_be_hooked and _hooked(getattr(made, raw_name)):
                found[name] = HOOKED
                continue
            item = getattr(made, own_name)
            if item is None:
                found[name] = None
            elif isinstance(item, tuple):
                found |= _several(name, item, recorder)
            else:
                found[name] = recorder.keep(item)
    except RuntimeError as error:
        if FREED in str(error):
            raise
        return {}
    return found


def constants(made: GraphNode) -> dict[str, Any]:
    """Return the numbers, sizes and flags that a built-in node saved; backward keeps them."""
    if isinstance(made, BackwardCFunction):
        return {}
    of_tensors = {own_name for _, own_name, _ in _tensor_names(type(made))}
    found = {}
    for own_name in _names(type(made)):
        if own_name not in of_tensors:
            item = getattr(made, own_name)
            # PyTorch hands −1 out without its sign.
            wrapped = isinstance(item, int) and item >= 2**63
            found[own_name.removeprefix(_PREFIX)] = item - 2**64 if wrapped else item
    return found


def hooked(made: Any) -> bool:
    """Say whether a saved-tensor hook holds something that the node saved."""
    if isinstance(made, BackwardCFunction):
        return _hooked(made._raw_saved_tensors)
    kind: type = type(made)
    return any(_hooked(getattr(made, raw_name)) for _, _, raw_name in _tensor_names(kind))


def _hooked(raw: Any) -> bool:
    if isinstance(raw, tuple):
        return any(map(_hooked, raw))
    return bool(raw.unpack_hook is not None)


def _several(name: str, items: Iterable[Tensor | None], recorder: Recorder) -> Items:
    return {
        f"{name}[{number}]": None if item is None else recorder.keep(item)
        for number, item in enumerate(items)
    }


_PREFIX: Final = "_saved_"


@cache  # the types of built-in nodes are few and never freed
def _names(kind: type) -> tuple[str, ...]:
    """Return the attributes that hold what nodes of a built-in type save."""
    return tuple(name for name in dir(kind) if name.startswith(_PREFIX))


@cache
def _tensor_names(kind: type) -> tuple[tuple[str, str, str], ...]:
    """Return for each saved tensor its name, and the attributes that are it and its holder."""
    return tuple(
        (name.removeprefix(_PREFIX), name, f"_raw{name}")
        for name in _names(kind)
        if hasattr(kind, f"_raw{name}")
    )
