"""The local Jacobian of one node, row by row, from the node's own backward.

Backward computes vᵀJ. With v a basis vector that is one row of J, so a node with m output
numbers is run m times. It runs where it stands in the backward pass, while its saved tensors
still exist.
"""

from collections.abc import Sequence
from typing import Any, Final

import torch
from torch import Tensor
from torch.autograd.function import BackwardCFunction
from torch.autograd.graph import Node as GraphNode

from byhand._trace.saved import hooked

MOST: Final = 64
"""Most numbers on each side of a local Jacobian."""
_LIMIT: Final = "a local Jacobian is taken up to"

Jacobians = tuple[Tensor | None, ...]


def jacobians(node: GraphNode, received: Sequence[Tensor | None]) -> Jacobians | str:
    """Run a node on basis vectors.

    Args:
        node: A node of the graph, not an AccumulateGrad (running one would change a ``.grad``).
        received: What backward is about to give it; an output with None gets no rows.

    Returns:
        For each input of the node its Jacobian, shape (numbers in the outputs, numbers in the
        input), None where no gradient goes; or the reason why there is none.
    """
    reached = [gradient for gradient in received if gradient is not None]
    rows = sum(gradient.numel() for gradient in reached)
    if rows > MOST:
        return f"its outputs have {rows:,} numbers, and {_LIMIT} {MOST}"
    if any(gradient.is_complex() for gradient in reached):
        return "it is complex, and a local Jacobian is taken of real numbers only"
    if hooked(node):
        return "a saved-tensor hook (checkpoint, save_on_cpu) holds what its backward needs"
    found: list[tuple[Tensor | None, ...]] = []
    try:
        with torch.no_grad(), torch.random.fork_rng(devices=()):
            for number in range(rows):
                found.append(_row(node, received, number))
                largest = max((one.numel() for one in found[-1] if one is not None), default=0)
                if largest > MOST:
                    return f"an input has {largest:,} numbers, and {_LIMIT} {MOST}"
    except Exception as error:  # a reader's own backward may raise anything
        return f"its backward raised {type(error).__name__}: {error}"
    return _stack(found)


def _row(node: Any, received: Sequence[Tensor | None], number: int) -> tuple[Tensor | None, ...]:
    """Send one basis vector back and return what the node sends to each input."""
    custom = isinstance(node, BackwardCFunction)
    basis: list[Tensor | None] = []
    for gradient, output in zip(received, node._input_metadata, strict=True):
        if gradient is None:  # a Function expects zeros where nothing arrives
            zero = torch.zeros(output.shape, dtype=output.dtype, device=output.device)
            basis.append(zero if custom else None)
            continue
        vector = torch.zeros_like(gradient, memory_format=torch.contiguous_format)
        if 0 <= number < vector.numel():
            vector.view(-1)[number] = 1
        number -= vector.numel()
        basis.append(vector)
    run: Any = node.apply if custom else node
    sent = run(*basis)
    several = sent if isinstance(sent, tuple) else (sent,)
    if custom:
        several = _for_tensors(node, several)
    return tuple(
        None if one is None else _reduced(one.detach().to_dense(), *source).flatten()
        for one, source in zip(several, node.next_functions, strict=True)
    )


def _for_tensors(node: Any, sent: Sequence[Tensor | None]) -> tuple[Tensor | None, ...]:
    """Drop what a Function returns for arguments that are no tensors."""
    needed = iter([one for one, need in zip(sent, node.needs_input_grad, strict=False) if need])
    return tuple(None if source is None else next(needed) for source, _ in node.next_functions)


def _reduced(sent: Tensor, source: Any, output: int) -> Tensor:
    """Sum over broadcast dimensions, which the engine does between a node and the next."""
    if source is None:
        return sent
    return sent.sum_to_size(source._input_metadata[output].shape)


def _stack(rows: list[tuple[Tensor | None, ...]]) -> Jacobians:
    """Put the rows for each input together; a missing row among others is zero."""
    matrices: list[Tensor | None] = []
    for column in zip(*rows, strict=True):
        known = next((row for row in column if row is not None), None)
        if known is None:
            matrices.append(None)
            continue
        zero = torch.zeros_like(known)
        matrices.append(torch.stack([zero if row is None else row for row in column]))
    return tuple(matrices)
