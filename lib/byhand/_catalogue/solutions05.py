"""Solutions of chapter 5. Each part below is one notebook cell, word for word."""

import torch
from torch import Tensor


# %% softmax-stable
def softmax_stable(x: Tensor) -> Tensor:
    """Softmax over the last dimension, finite for logits of any size."""
    largest = x.amax(dim=-1, keepdim=True)
    exponentials = (x - largest).exp()  # the largest one is 1
    return exponentials / exponentials.sum(dim=-1, keepdim=True)


# %% softmax-backward
def softmax_backward(grad_output: Tensor, output: Tensor) -> Tensor:
    """Gradient of softmax, last dimension; output is the softmax."""
    dot = (grad_output * output).sum(dim=-1, keepdim=True)
    return output * (grad_output - dot)


# %% log-softmax-backward
def log_softmax_backward(grad_output: Tensor, output: Tensor) -> Tensor:
    """Gradient of log-softmax over the last dimension."""
    total = grad_output.sum(dim=-1, keepdim=True)
    return grad_output - output.exp() * total


# %% temperature-backward
def temperature_backward(
    grad_output: Tensor,
    logits: Tensor,
    temperature: Tensor,
) -> tuple[Tensor, Tensor]:
    """Gradients of p = softmax(logits / temperature), last dimension."""
    p = torch.softmax(logits / temperature, dim=-1)
    dot = (grad_output * p).sum(dim=-1, keepdim=True)
    grad_scaled = p * (grad_output - dot)  # of logits / temperature
    grad_logits = grad_scaled / temperature
    grad_temperature = -(grad_scaled * logits).sum() / temperature**2
    return grad_logits, grad_temperature


# %% softmax-null-space
def softmax_null_space(logits: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Three tensors shaped like logits; no row is all zeros."""
    ones = torch.ones_like(logits)  # softmax's J is symmetric: v = g
    return ones, ones, torch.softmax(logits, dim=-1)
