"""Exercise cells of chapter 5. Each part below is one notebook cell, without its last line."""

from torch import Tensor


# %% softmax-stable
def softmax_stable(x: Tensor) -> Tensor:
    """Softmax over the last dimension, finite for logits of any size.

    Stay with tensor operations: autograd differentiates the result.
    """
    raise NotImplementedError


# %% softmax-backward
def softmax_backward(grad_output: Tensor, output: Tensor) -> Tensor:
    """Gradient of softmax, last dimension; output is the softmax."""
    raise NotImplementedError


# %% log-softmax-backward
def log_softmax_backward(grad_output: Tensor, output: Tensor) -> Tensor:
    """Gradient of log-softmax over the last dimension.

    output is the log-softmax: logarithms of probabilities.
    """
    raise NotImplementedError


# %% temperature-backward
def temperature_backward(
    grad_output: Tensor,
    logits: Tensor,
    temperature: Tensor,
) -> tuple[Tensor, Tensor]:
    """Gradients of p = softmax(logits / temperature), last dimension.

    temperature is one number, of shape (). Return the gradients with
    respect to logits and temperature, in their shapes.
    """
    raise NotImplementedError


# %% softmax-null-space
def softmax_null_space(logits: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Three tensors in the shape of logits; no row of them is all zeros.

    J belongs to one row (the last dimension). Any scale is right.
    1. v: J v = 0 for softmax's J. The probabilities do not move.
    2. g: gᵀJ = 0 for softmax's J. Its backward turns g into zeros.
    3. h: hᵀJ = 0 for log-softmax's J. Its backward turns h into zeros.
    """
    raise NotImplementedError
