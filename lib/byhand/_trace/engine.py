"""Run PyTorch's own backward and write down what passes through every node."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import torch
from torch import Tensor
from torch.autograd.function import BackwardCFunction
from torch.autograd.graph import Node as GraphNode

from byhand._trace import hooks
from byhand._trace.jacobian import Jacobians
from byhand._trace.kept import Kept, copy, hold
from byhand._trace.recorder import Key, Recorder
from byhand._trace.saved import Items, tensors

_LEAF: Final = "torch::autograd::AccumulateGrad"


@dataclass(slots=True, eq=False)
class Recording:
    """What one backward did, by the nodes of PyTorch's graph.

    Attributes:
        saved: Every node that the roots can reach, and the tensors that it had saved.
        extra_values: Values that no operation took: of the roots, and of leaves that were used
            before the block only.
        leaves: The nodes among them that write to a leaf, and the leaf.
        custom: Whether a Function written in Python is among them.
        log: What passed through each node, in the order in which they ran. A leaf that a
            checkpoint's own backward reaches as well is in it more than once.
        jacobians: Local Jacobians, or the reasons why there is none.
        accumulated: What was in each leaf's ``.grad`` at the end.
    """

    saved: dict[GraphNode, Items] = field(default_factory=dict)
    extra_values: dict[Key, Kept] = field(default_factory=dict)
    leaves: dict[GraphNode, Tensor] = field(default_factory=dict)
    custom: bool = False
    log: list[hooks.Passed] = field(default_factory=list)
    jacobians: dict[GraphNode, Jacobians | str] = field(default_factory=dict)
    accumulated: dict[GraphNode, Kept] = field(default_factory=dict)


def run(
    roots: Sequence[Tensor],
    grad_tensors: Sequence[Tensor | None],
    recorder: Recorder,
    *,
    retain_graph: bool,
    jacobians: bool,
) -> Recording:
    """Run backward and return what it did.

    Hooks watch every node and are removed again whatever happens. They change nothing, so the
    gradients are those of `torch.autograd.backward`.

    Raises:
        RuntimeError: If a saved tensor has been freed by an earlier backward.
    """
    recording = _before_backward(roots, recorder)
    # The reader may change these later, and a view of them may travel far.
    given = [None if grad is None else grad.detach().clone() for grad in grad_tensors]
    careful = jacobians or recording.custom
    handles = []
    try:
        for made in recording.saved:
            if made in recording.leaves:
                handles.append(hooks.watch_leaf(made, recording.log))
            elif careful:
                taken = recording.jacobians if jacobians else None
                handles += hooks.watch_closely(made, recording.log, taken)
            else:
                handles.append(hooks.watch(made, recording.log))
        torch.autograd.backward(roots, given, retain_graph=retain_graph)
    finally:
        for handle in handles:
            handle.remove()
    for made, leaf in recording.leaves.items():
        if leaf.grad is not None:
            recording.accumulated[made] = hold(leaf.grad)
    return recording


def _before_backward(roots: Sequence[Tensor], recorder: Recorder) -> Recording:
    """Find every node that the roots can reach and read what backward will free."""
    recording = Recording()
    waiting: list[GraphNode] = []
    for root in reversed(roots):
        assert root.grad_fn is not None
        recording.extra_values[root.grad_fn, root.output_nr] = recorder.keep(root)
        waiting.append(root.grad_fn)
    found = recording.saved
    while waiting:
        made = waiting.pop()
        if made in found:
            continue
        sources = made.next_functions
        if sources or made.name() != _LEAF:
            found[made] = tensors(made, recorder)
            if isinstance(made, BackwardCFunction):
                recording.custom = True
            waiting += [source for source, _ in sources if source is not None]
        else:
            leaf: Tensor = made.variable  # type: ignore[attr-defined]
            found[made] = {}
            recording.leaves[made] = leaf
            if recorder.value(id(leaf)) is None:
                recording.extra_values[id(leaf)] = copy(leaf)
    return recording
