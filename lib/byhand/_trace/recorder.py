"""See every operation of a forward pass and hold on to the values that autograd will need.

Every operation reaches a `TorchDispatchMode`, also those that C++ calls inside another one, and
the tensors that it takes still know which node of the graph made them. That gives each node its
value without computing anything again. An in-place operation replaces a tensor's value and its
node, so what it is about to overwrite is copied first.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from torch import Tensor
from torch._C._autograd import _top_saved_tensors_default_hooks
from torch.autograd import _get_sequence_nr  # type: ignore[attr-defined]
from torch.autograd.graph import Node as GraphNode
from torch.utils._python_dispatch import TorchDispatchMode

from byhand._trace.kept import Kept, copy

Key = tuple[GraphNode, int] | int
"""What made a tensor: a node of the graph and the number of its output, or the id of a leaf."""


Call = tuple[Any, tuple[Any, ...], Mapping[str, Any] | None, list[Key]]
"""An operator such as ``aten.add.Tensor``, its arguments by position and by keyword, and what made
each of those that require grad, in their order."""


def key_of(tensor: Tensor) -> Key:
    """Return what made a tensor that requires grad."""
    node = tensor.grad_fn
    return id(tensor) if node is None else (node, tensor.output_nr)


class Recorder(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Records while it is active.

    Attributes:
        calls: The operations, by the sequence number of the node that they made.
        hooked: Whether a saved-tensor hook (checkpoint, save_on_cpu) was at work.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.calls: dict[int, Call] = {}
        self.hooked = False
        self._seen: dict[Key, Tensor] = {}
        self._values: dict[Key, Kept] = {}
        self._held: list[Tensor] = []  # leaves, so that no other tensor gets their ids
        self._by_storage: dict[int, list[Key]] = {}
        self._indexed = 0
        self._first = self._end = _get_sequence_nr()

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Do without PyTorch's wrapper: it imports the compiler, which takes seconds."""
        return False

    def __torch_dispatch__(
        self,
        func: Any,
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        """See the arguments, protect what is about to be overwritten, and run the operation."""
        keys: list[Key] = []
        seen = self._seen
        for argument in args:
            if isinstance(argument, Tensor):
                if argument.requires_grad:
                    node = argument.grad_fn
                    key = id(argument) if node is None else (node, argument.output_nr)
                    if key not in seen:
                        seen[key] = argument
                    keys.append(key)
            elif isinstance(argument, (list, tuple)):
                keys += self._see(argument)
        if kwargs:
            keys += self._see(kwargs.values())
        if func._schema.is_mutable:
            self._protect(written(func, args, kwargs or {}))
        if keys:
            if _top_saved_tensors_default_hooks(False) is not None:
                self.hooked = True
            number = _get_sequence_nr() - 1
            if number not in self.calls:
                self.calls[number] = (func, args, kwargs, keys)
        return func._op(*args, **kwargs) if kwargs else func._op(*args)

    def _see(self, arguments: Iterable[Any]) -> Iterator[Key]:
        """Hold every tensor that requires grad in a list, and yield what made it."""
        for argument in arguments:
            if isinstance(argument, Tensor) and argument.requires_grad:
                key = key_of(argument)
                self._seen.setdefault(key, argument)
                yield key
            elif isinstance(argument, (list, tuple)):
                yield from self._see(argument)

    def _protect(self, targets: Iterable[Tensor]) -> None:
        """Copy every value held so far whose memory is about to be written."""
        for key, tensor in islice(self._seen.items(), self._indexed, None):
            self._by_storage.setdefault(storage(tensor), []).append(key)
        self._indexed = len(self._seen)
        for target in targets:
            for key in self._by_storage.pop(storage(target), ()):
                self._held.append(self._seen[key])
                self._seen[key] = self._seen[key].detach().clone()

    def finish(self) -> None:
        """Keep the values as they are now."""
        self._end = _get_sequence_nr()
        values = self._values
        for key, tensor in self._seen.items():
            if isinstance(key, int):  # an optimizer may change a leaf next, and its views
                values[key] = copy(tensor)
                self._held.append(tensor)
            else:
                values[key] = (tensor, tensor._version) if tensor._base is None else copy(tensor)
        self._seen = {}
        self._by_storage = {}

    @property
    def leaves(self) -> list[int]:
        """The ids of the leaves that were used, in the order of their first use."""
        return [key for key in self._values if isinstance(key, int)]

    def made(self, node: GraphNode) -> bool:
        """Say whether a node was made while this recorder was active."""
        return self._first <= node._sequence_nr() < self._end

    def keep(self, tensor: Tensor) -> Kept:
        """Keep a tensor now.

        A leaf or a view may change next, when an optimizer steps, so it is copied; the copy is
        shared with the values if it is among them.
        """
        if tensor._base is None and (tensor.grad_fn is not None or not tensor.requires_grad):
            return tensor, tensor._version
        known = self.value(key_of(tensor))
        return copy(tensor) if known is None else known

    def value(self, key: Key) -> Kept | None:
        """Return the value of a node's output or of a leaf, if an operation took it."""
        return self._values.get(key)


def storage(tensor: Tensor) -> int:
    """Identify the memory of a tensor; 0 for one without memory of its own (sparse)."""
    try:
        return int(tensor.untyped_storage()._cdata)
    except (NotImplementedError, RuntimeError):
        return 0


def written(func: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Iterator[Tensor]:
    """Yield the arguments that an operation writes to."""
    for position, argument in enumerate(func._schema.arguments):
        if argument.alias_info is not None and argument.alias_info.is_write:
            given = args[position] if position < len(args) else kwargs.get(argument.name)
            several = given if isinstance(given, list | tuple) else (given,)
            yield from (tensor for tensor in several if isinstance(tensor, Tensor))
