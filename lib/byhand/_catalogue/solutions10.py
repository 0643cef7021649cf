"""Solutions of chapter 10. Each part below is one notebook cell, word for word."""

from torch import Tensor


# %% repair-silent-backward
def repaired_backward(
    grad_output: Tensor,
    x: Tensor,
    scale: Tensor,
) -> tuple[Tensor, Tensor, Tensor]:
    """Gradients for x, scale and shift."""
    grad_x = grad_output * 2 * scale * x  # through the square
    grad_x = grad_x + grad_output  # and through the second x
    grad_scale = (grad_output * x**2).sum(0)
    grad_shift = grad_output.sum(0)
    return grad_x, grad_scale, grad_shift
