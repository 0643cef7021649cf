"""Write numbers and tensors shortly, the same way everywhere."""

import math
from typing import Any, Final

import torch
from torch import Tensor

from byhand._trace.kept import Kept, changed

SHOWN: Final = 16
"""Most numbers of a tensor that are written out; a larger one is described."""
MINUS: Final = "\N{MINUS SIGN}"


def number(item: float | complex | bool, digits: int = 4) -> str:
    """Write a number with a few digits and a true minus sign."""
    if isinstance(item, int):  # True and False as well
        return str(item).replace("-", MINUS)
    if isinstance(item, complex):
        sign = "-" if math.copysign(1, item.imag) < 0 else "+"
        return f"{number(item.real, digits)} {sign} {number(abs(item.imag), digits)}i".replace(
            "-", MINUS
        )
    text = f"{item:.{digits}g}"
    return ("0" if text == "-0" else text).replace("-", MINUS)


def norm(tensor: Tensor) -> float:
    """Return the Euclidean norm of all entries of a tensor."""
    dense = tensor.detach().to_dense()
    wide = dense.to(torch.complex128 if dense.is_complex() else torch.float64)
    return float(torch.linalg.vector_norm(wide).item())


def shape_text(shape: tuple[int, ...] | torch.Size) -> str:
    """Write a shape the way Python writes a tuple."""
    return str(tuple(shape))


def inline(kept: Kept | None, longest: int) -> str:
    """Write a tensor on one line: its numbers if they are few, else its shape and norm."""
    if kept is None:
        return "none"
    if changed(kept):
        return "changed in place since"
    tensor = kept[0].detach().to_dense()
    text = _nested(tensor.tolist()) if tensor.numel() <= SHOWN else ""
    if not text or len(text) > longest:
        text = f"{shape_text(tensor.shape)}, norm {number(norm(tensor), 3)}"
    return text


def _nested(items: Any) -> str:
    if isinstance(items, list):
        return f"[{', '.join(map(_nested, items))}]"
    return number(items)
