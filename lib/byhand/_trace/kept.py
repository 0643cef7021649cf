"""Tensors as they were at one moment, whatever happens to them later.

Most tensors of a graph never change once they are made, and a copy takes longer than many an
operation. So a tensor is held together with the count that PyTorch keeps of its in-place changes,
and copied when somebody looks, or at once where a change is to be expected.
"""

from typing import Final

from torch import Tensor

COPIED: Final = 2**20
"""Most elements of a tensor that is copied; a larger one is only held."""

Kept = tuple[Tensor, int]
"""A tensor and how often it had been changed in place when it was kept."""


def hold(tensor: Tensor) -> Kept:
    """Keep a tensor without copying it."""
    return tensor, tensor._version


def copy(tensor: Tensor) -> Kept:
    """Keep a copy, or the tensor itself if it is large."""
    if tensor.numel() > COPIED:
        return tensor, tensor._version
    copied = tensor.detach().clone()
    return copied, copied._version


def settle(kept: Kept | None) -> Kept | None:
    """Copy what has only been held so far, and has not changed since."""
    return kept if kept is None or changed(kept) else copy(kept[0])


def changed(kept: Kept) -> bool:
    """Say whether a tensor has been changed in place since it was kept."""
    return kept[0]._version != kept[1]


def unkeep(kept: Kept | None) -> Tensor | None:
    """Return a tensor as it was.

    Raises:
        RuntimeError: If it has been changed in place before it could be copied.
    """
    if kept is None:
        return None
    if changed(kept):
        raise RuntimeError(
            f"A tensor of shape {tuple(kept[0].shape)} was changed in place after the trace saw "
            "it, so what it was is lost; look at the trace before you change it."
        )
    return kept[0].detach()
