"""What every backward must respect: a gradient has the shape of its tensor."""

from torch import Size, Tensor

Size2d = int | list[int] | tuple[int, ...]  # one number, or (height, width)
Pair = tuple[int, int]


def pair(value: Size2d) -> Pair:
    """Return (v, v) for a number v or for (v,), and (height, width) as it is."""
    sizes = (value,) if isinstance(value, int) else value
    return sizes[0], sizes[-1]


def unbroadcast(grad: Tensor, shape: Size) -> Tensor:
    """Undo broadcasting: return a gradient in the shape that its tensor had.

    Broadcasting copies a tensor along new leading dimensions and along dimensions of size 1.
    Every copy contributes to the gradient, so they are summed.

    Args:
        grad: The gradient with respect to the broadcast tensor.
        shape: The shape before broadcasting.
    """
    leading = grad.dim() - len(shape)
    copied = [leading + position for position, size in enumerate(shape) if size == 1]
    if copied:
        grad = grad.sum(copied, keepdim=True)
    return grad.sum(tuple(range(leading))) if leading else grad
