"""One step of a traced backward pass."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from torch import Tensor

from byhand._trace.formulas import Formula, formula
from byhand._trace.kept import Kept, unkeep
from byhand._trace.operation import describe
from byhand._trace.recorder import Call
from byhand._trace.saved import Items

Output = Tensor | None | tuple[Tensor | None, ...]


class Edge(NamedTuple):
    """Where a gradient goes: output number `output` of `node` is an input of this node."""

    node: "Node"
    output: int


@dataclass(eq=False, repr=False, slots=True)
class Node:
    """An operation of the traced computation, or a leaf, and its part in the backward pass.

    Attributes:
        name: PyTorch's name of the node, such as ``"MeanBackward0"``; ``"AddBackward0#1"`` where
            several share it, numbered in the order of the forward pass. A leaf is an
            ``AccumulateGrad``.
        type: The same without a number.
        labels: The reader's name for each output, None where there is none.
        kind: ``"operation"``, ``"custom"`` (a Function written in Python) or ``"leaf"``.
        inputs: For each input of the operation where its gradient goes; None where it goes
            nowhere (a constant, or a tensor that does not require grad).
        recorded: Whether the forward operation ran inside the block.
    """

    type: str
    kind: str
    recorded: bool
    outputs: tuple[Any, ...]
    values: tuple[Kept | None, ...]
    saved_tensors: Items
    saved_constants: dict[str, Any]
    labels: list[str | None]
    name: str = ""
    inputs: tuple[Edge | None, ...] = ()
    call: Call | None = None
    sources: tuple[Edge | None, ...] = ()
    received: tuple[Kept | None, ...] = ()
    sent: tuple[Kept | None, ...] = ()
    jacobians: tuple[Tensor | None, ...] | str | None = None
    accumulated: Kept | None = None

    @property
    def label(self) -> str:
        """What the page calls this node: the reader's name where there is one, else its own."""
        return ", ".join(filter(None, self.labels)) or self.name

    @property
    def operation(self) -> str:
        """What the forward pass did, such as ``"x + 2"``."""
        return describe(self)

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """The shape of each output."""
        return tuple(tuple(output.shape) for output in self.outputs)

    @property
    def value(self) -> Output:
        """What the operation returned, or the leaf's value, as it was in the forward pass.

        One tensor for one output, a tuple for several. None where no operation inside the block
        took it, as for a node made before the block or an output that was not used.
        """
        return _one_or_tuple(self.values)

    @property
    def saved(self) -> dict[str, Any]:
        """What the node saved for backward, by PyTorch's names (``self``, ``other``, …)."""
        return self.saved_constants | {
            name: unkeep(item) if isinstance(item, tuple) else item
            for name, item in self.saved_tensors.items()
        }

    @property
    def grad_output(self) -> Output:
        """The gradient that reached the node: ∂L/∂value, shape of `value`.

        One tensor for one output, a tuple for several, None for an output that no gradient
        reached.
        """
        return _one_or_tuple(self.received)

    @property
    def grad_inputs(self) -> tuple[Tensor | None, ...]:
        """The gradient that the node sent to each of its `inputs`; empty for a leaf."""
        return tuple(unkeep(kept) for kept in self.sent)

    @property
    def grad(self) -> Tensor | None:
        """The ``.grad`` of a leaf after this backward, what was there before included."""
        return unkeep(self.accumulated)

    @property
    def formula(self) -> Formula | None:
        """The rule of the operation and of its backward, where the book has one for it."""
        return formula(self.type) if self.kind == "operation" else None

    def local_jacobian(self) -> Tensor | tuple[Tensor | None, ...]:
        """Return ∂(outputs)/∂(input): rows are outputs, columns are inputs, both flattened.

        Several outputs are stacked below each other; one that no gradient reached has no rows.
        The matrix comes from the node's own
        backward on basis vectors, so a wrong backward has a wrong Jacobian.

        Returns:
            One matrix if the gradient goes to one input, else a tuple like `grad_inputs`.

        Raises:
            RuntimeError: If the trace was made without ``jacobians=True``.
            ValueError: If this node has none: it is a leaf, too large, complex, or its backward
                cannot be run by itself.
        """
        if self.kind == "leaf":
            raise ValueError(f"{self.label} is a leaf: no operation made it, it has no Jacobian.")
        if self.jacobians is None:
            raise RuntimeError(
                "Local Jacobians were not recorded: use `with Trace(jacobians=True) as trace:` "
                "and run the block and backward again."
            )
        if isinstance(self.jacobians, str):
            raise ValueError(f"{self.name} has no local Jacobian here: {self.jacobians}.")
        known = [matrix for matrix in self.jacobians if matrix is not None]
        return known[0].clone() if len(known) == 1 else self.jacobians

    def __repr__(self) -> str:
        return f"<{self.name}: {self.operation}>"


def _one_or_tuple(items: Sequence[Kept | None]) -> Output:
    opened = tuple(map(unkeep, items))
    return opened[0] if len(opened) == 1 else opened
