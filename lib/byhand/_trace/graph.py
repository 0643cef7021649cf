"""Turn what was recorded into nodes to read."""

from collections import Counter
from collections.abc import Iterator, Mapping

from torch import Tensor
from torch.autograd.function import BackwardCFunction
from torch.autograd.graph import GradientEdge
from torch.autograd.graph import Node as GraphNode

from byhand._trace import saved
from byhand._trace.engine import Recording
from byhand._trace.hooks import Gradients
from byhand._trace.kept import Kept, hold, settle, unkeep
from byhand._trace.node import Edge, Node
from byhand._trace.recorder import Key, Recorder

Nodes = dict[GraphNode, Node]
"""The nodes that backward will run, leaves first, then in the order of the forward pass."""


def build(recording: Recording, recorder: Recorder) -> Nodes:
    """Describe what backward ran, and copy the tensors that were only held so far."""
    nodes = {made: _node(made, recording, recorder) for made in _forward(recording, recorder)}
    for made, received, sent, versions in recording.log:
        _write(nodes[made], received, sent, iter(versions))
    leaves = {id(leaf): made for made, leaf in recording.leaves.items()}

    def edge(key: Key) -> Edge | None:
        if isinstance(key, int):
            return Edge(nodes[leaves[key]], 0) if key in leaves else None
        return Edge(nodes[key[0]], key[1]) if key[0] in nodes else None

    for made, node in nodes.items():
        node.inputs = tuple(
            None if source is None else Edge(nodes[source], output)
            for source, output in made.next_functions
        )
        call = recorder.calls.get(made._sequence_nr())
        if call is not None and node.kind == "operation" and node.recorded:
            sources = tuple(map(edge, call[-1]))
            # A call that made no node is filed under the node before it, which has other inputs.
            if set(node.inputs) - {None} <= set(sources):
                node.call, node.sources = call, sources
    _number(nodes)
    return nodes


def label(nodes: Nodes, names: Mapping[str, GradientEdge]) -> None:
    """Write the reader's names on the nodes that they stand for."""
    for name, edge in names.items():
        if edge.node in nodes:
            nodes[edge.node].labels[edge.output_nr] = name


def _forward(recording: Recording, recorder: Recorder) -> list[GraphNode]:
    """Return every node: leaves in the order of their first use, then the operations."""
    used = {key: position for position, key in enumerate(recorder.leaves)}
    leaves = sorted(
        recording.leaves, key=lambda made: used.get(id(recording.leaves[made]), len(used))
    )
    others = [made for made in recording.saved if made not in recording.leaves]
    return leaves + sorted(others, key=lambda made: made._sequence_nr())


def _node(made: GraphNode, recording: Recording, recorder: Recorder) -> Node:
    outputs = tuple(made._input_metadata)  # what backward takes in
    if made in recording.leaves:
        kind, recorded = "leaf", True
        keys: list[Key] = [id(recording.leaves[made])]
    else:
        kind = "custom" if isinstance(made, BackwardCFunction) else "operation"
        recorded = recorder.made(made)
        keys = [(made, k) for k in range(len(outputs))]
    return Node(
        type=made.name().rpartition("::")[2],
        kind=kind,
        recorded=recorded,
        outputs=outputs,
        values=tuple(settle(recording.extra_values.get(key, recorder.value(key))) for key in keys),
        saved_tensors={
            name: settle(item) if isinstance(item, tuple) else item
            for name, item in recording.saved[made].items()
        },
        saved_constants=saved.constants(made),
        labels=[None] * len(outputs),
        jacobians=recording.jacobians.get(made),
        accumulated=settle(recording.accumulated.get(made)),
    )


def _write(node: Node, received: Gradients, sent: Gradients, versions: Iterator[int]) -> None:
    """Write on a node what passed through it."""
    arrived = tuple(_kept(gradient, next(versions)) for gradient in received)
    if node.received:  # a checkpoint's own backward reached this leaf as well
        node.received = tuple(map(_sum, node.received, arrived))
    else:
        node.received = arrived
        node.sent = tuple(_kept(gradient, next(versions)) for gradient in sent)


def _kept(gradient: Tensor | None, version: int) -> Kept | None:
    return None if gradient is None else settle((gradient, version))


def _sum(first: Kept | None, second: Kept | None) -> Kept | None:
    one, other = unkeep(first), unkeep(second)
    return first or second if one is None or other is None else hold(one + other)


def _number(nodes: Nodes) -> None:
    """Name every node by its type, with a number where several share the type."""
    shared = Counter(node.type for node in nodes.values())
    count: Counter[str] = Counter()
    for node in nodes.values():
        node.name = node.type
        if shared[node.type] > 1:
            node.name += f"#{count[node.type]}"
            count[node.type] += 1
