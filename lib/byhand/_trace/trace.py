"""`Trace`: record a forward pass and its backward, and look at every node."""

from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Any, Self

from torch import Tensor, nn
from torch.autograd.graph import GradientEdge

from byhand._trace import checks, drawing, engine, graph, notebook, player, table
from byhand._trace.lookup import find
from byhand._trace.node import Node
from byhand._trace.recorder import Recorder
from byhand._trace.summary import Summary


class Trace:
    """Records a computation and its backward pass, node by node.

        with Trace(x=x) as trace:
            loss = ((x + 2) ** 2 * 3).mean()
        trace.backward(loss)
        trace["MeanBackward0"].grad_output

    Everything shown is what PyTorch computed: the values as the forward pass made them, the
    gradients as the engine passed them on. The gradients left in ``.grad`` are those of
    ``loss.backward()``. Any computation can be traced; of what runs inside a `torch.func`
    transform, the part that belongs to the graph of the loss is.

    A trace is a container of nodes: iterate over it in the order of backward, or look a node up
    by PyTorch's name or by yours.

    Args:
        jacobians: Also record each node's local Jacobian, where it has at most 64 rows and 64
            columns. This runs the backward of a node once more for each output number.
        names: Tensors to show under names of your own, and modules, whose parameters are then
            called ``name.weight`` and so on.

    Raises:
        TypeError: If something to name is neither a tensor nor a module.
        ValueError: If a tensor to name does not require grad.
    """

    def __init__(self, *, jacobians: bool = False, **names: Tensor | nn.Module) -> None:
        self._jacobians = jacobians
        self._names: dict[str, GradientEdge] = {}
        self._recorder: Recorder | None = None
        self._state: checks.State = "new"
        self._recording: engine.Recording | None = None
        self._nodes: graph.Nodes = {}
        if names:
            self.name(**names)

    def __enter__(self) -> Self:
        checks.check_new(self._state)
        self._recorder = Recorder()
        self._state = "open"
        self._recorder.__enter__()  # type: ignore[no-untyped-call]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._recorder is not None
        self._recorder.__exit__(kind, error, traceback)  # type: ignore[no-untyped-call]
        if kind is None:
            self._recorder.finish()
            self._state = "recorded"
        else:
            self._recorder = None
            self._state = "failed"

    def name(self, **names: Tensor | nn.Module) -> None:
        """Show tensors, also those computed on the way, under names of your own.

        Args:
            names: As for `Trace`: ``trace.name(y=y)``. At any time, before or after backward.

        Raises:
            TypeError: If something to name is neither a tensor nor a module.
            ValueError: If a tensor to name does not require grad.
        """
        self._names |= checks.named_edges(names)
        graph.label(self._nodes, self._names)

    def _forward_order(self) -> list[Node]:
        """Describe the nodes when somebody looks for the first time."""
        if self._recording is not None and not self._nodes:
            assert self._recorder is not None
            self._nodes = graph.build(self._recording, self._recorder)
            graph.label(self._nodes, self._names)
        return list(self._nodes.values())

    def _backward_order(self) -> list[Node]:
        self._forward_order()
        log = self._recording.log if self._recording is not None else []
        return list(dict.fromkeys(self._nodes[passed[0]] for passed in log))

    def backward(
        self,
        roots: Tensor | Sequence[Tensor],
        grad_tensors: Tensor | Sequence[Tensor | None] | None = None,
        retain_graph: bool = False,
    ) -> None:
        """Run ``torch.autograd.backward(roots, grad_tensors, retain_graph)`` and record it.

        A further call, where the graph allows one, replaces what was recorded.

        Args:
            roots: The loss, or several tensors to start from, made inside the block.
            grad_tensors: ∂L/∂root for each root, in the root's shape; not needed for a root that
                is a single number.
            retain_graph: Keep the graph for another backward.

        Raises:
            RuntimeError: If the block is not finished, raised, or its graph has been freed.
            TypeError: If a root or a grad_tensor is not a tensor.
            ValueError: If a root does not require grad or was not made inside the block, or a
                grad_tensor is missing or of the wrong shape.
        """
        checks.check_recorded(self._state)
        assert self._recorder is not None
        tensors = checks.checked_roots(roots, self._recorder)
        grads = checks.checked_grads(tensors, grad_tensors)
        self._recording, self._nodes = None, {}
        try:
            self._recording = engine.run(
                tensors,
                grads,
                self._recorder,
                retain_graph=retain_graph,
                jacobians=self._jacobians,
            )
        except RuntimeError as error:
            checks.explain_freed(error)
            raise

    def __iter__(self) -> Iterator[Node]:
        """Go through the nodes in the order in which backward ran them."""
        return iter(self._backward_order())

    def __len__(self) -> int:
        return len(self._recording.saved) if self._recording is not None else 0

    def __getitem__(self, name: str) -> Node:
        """Return the node with PyTorch's name `name`, or with a name of yours.

        Raises:
            KeyError: If no node has the name, or several share it; the names are in the message.
        """
        checks.check_recorded(self._state, len(self))
        return find(name, self._forward_order())

    def summary(self) -> Summary:
        """Return a table by operation and by leaf: counts, largest tensors, gradient norms."""
        checks.check_recorded(self._state, len(self))
        return Summary(self._forward_order())

    def to_svg(self) -> drawing.Drawing:
        """Draw the graph: values blue, gradients orange, small tensors with their numbers.

        Returns:
            The text of one ``<svg>`` element; as the last line of a cell it is shown.

        Raises:
            ValueError: If there are too many nodes to draw; the summary has them all.
        """
        return drawing.draw(self.to_dict())

    def to_dict(self) -> dict[str, Any]:
        """Return the trace as plain numbers and texts, laid out, for a program that shows it.

        Returns:
            What `byhand._trace.player` describes; `json.dumps` takes it as it is.

        Raises:
            ValueError: If there are too many nodes to draw; the summary has them all.
        """
        checks.check_recorded(self._state, len(self))
        return player.describe(self._forward_order(), self._backward_order())

    def __repr__(self) -> str:
        state = checks.state_in_words(self._state)
        return table.as_text(self._backward_order(), self._forward_order(), state)

    def _repr_html_(self) -> str:
        state = checks.state_in_words(self._state)
        return table.as_html(self._backward_order(), self._forward_order(), state)

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return notebook.bundle(self)
