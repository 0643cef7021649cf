"""What an answer returned for a split, as two index tensors and two statistics."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from byhand._checker.spec import Finding
from byhand._checker.wording import a_kind_of

NAMES = ("train_index", "val_index", "mean", "std")


def four(returned: Any, count: int) -> tuple[Tensor, Tensor, Any, Any] | Finding:
    """Two index tensors, and whatever stands for mean and std."""
    wanted = f"Four values are expected: ({', '.join(NAMES)})."
    if returned is None:
        return Finding("returned-none", f"Your function returns None. {wanted}",
                       f"End with `return {', '.join(NAMES)}`.")  # fmt: skip
    if type(returned) not in (tuple, list) or len(returned) != 4:
        return Finding("wrong-count", f"You return {a_kind_of(returned)}. {wanted}",
                       f"End with `return {', '.join(NAMES)}`.")  # fmt: skip
    sides = []
    for name, value in zip(NAMES, returned[:2], strict=False):
        index = _index(value, count)
        if index is None:
            return Finding(
                "not-indices",
                f"{name} is {a_kind_of(value)}. This exercise asks for the positions of the "
                "images, whole numbers in one dimension.",
                "Return positions, such as `mask.nonzero().flatten()`, and not the images.",
            )
        if bool(((index < 0) | (index >= count)).any()):
            return Finding(
                "no-such-image",
                f"{name} holds {int(index[(index < 0) | (index >= count)][0])}, and the images "
                f"have the positions 0 to {count - 1}.",
                "Return positions of images, not numbers of photographs.",
            )
        sides.append(index)
    return sides[0], sides[1], returned[2], returned[3]


def _index(value: Any, count: int) -> Tensor | None:
    """Positions as a tensor; a mask of all images stands for the positions where it is true."""
    if not isinstance(value, Tensor):
        try:
            value = torch.as_tensor(value, device="cpu")
        except (TypeError, ValueError, RuntimeError):
            return None
    if value.layout != torch.strided or value.device.type != "cpu" or value.ndim != 1:
        return None
    if value.dtype == torch.bool and len(value) == count:
        mask: Tensor = value.nonzero()
        return mask.flatten()
    if value.is_floating_point() or value.is_complex() or value.dtype == torch.bool:
        return value.long() if value.numel() == 0 else None
    found: Tensor = value.detach().long()
    return found
