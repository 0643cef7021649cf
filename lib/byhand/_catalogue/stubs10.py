"""Exercise cells of chapter 10. Each part below is one notebook cell, without its last line."""

from torch import Tensor


# %% repair-silent-backward
def broken_backward(
    grad_output: Tensor,
    x: Tensor,
    scale: Tensor,
) -> tuple[Tensor, Tensor, Tensor]:
    """Backward of y = scale * x**2 + x + shift. Silently wrong."""
    grad_x = 2 * scale * x  # through the square
    grad_x = grad_output  # through the second x
    grad_shift = grad_output
    grad_scale = grad_output.mul_(x**2)
    return grad_x, grad_scale, grad_shift


def repaired_backward(
    grad_output: Tensor,
    x: Tensor,
    scale: Tensor,
) -> tuple[Tensor, Tensor, Tensor]:
    """Gradients for x, scale and shift.

    x and grad_output are (samples, features); scale and shift are
    (features,), and broadcast.
    """
    raise NotImplementedError
