"""Solutions of chapter 9. Each part below is one notebook cell, word for word."""

import torch
import torch.nn.functional as F
from torch import Tensor


# %% conv2d-bias-backward
def conv2d_bias_backward(grad_output: Tensor) -> Tensor:
    """Gradient of the bias of a convolution."""
    return grad_output.sum((0, 2, 3))


# %% conv1d-backward
def conv1d_backward(
    grad_output: Tensor,
    x: Tensor,
    weight: Tensor,
) -> tuple[Tensor, Tensor]:
    """Returns (grad_x, grad_weight) of a 1-D convolution."""
    size = len(grad_output)
    grad_x = torch.zeros_like(x)
    grad_weight = torch.zeros_like(weight)
    for k in range(len(weight)):
        grad_x[k : k + size] += grad_output * weight[k]
        grad_weight[k] = grad_output @ x[k : k + size]
    return grad_x, grad_weight


# %% global-average-pool-backward
def average_backward(
    grad_output: Tensor,
    x: Tensor,
) -> Tensor:
    """Gradient of y[n, c] = mean of x[n, c] over rows and columns."""
    height, width = x.shape[2:]
    share = grad_output / (height * width)
    return share[:, :, None, None].expand_as(x)


# %% conv2d-weight-backward
def conv2d_weight_backward(
    grad_output: Tensor,
    x: Tensor,
    kernel_size: int,
    padding: int,
) -> Tensor:
    """Gradient of F.conv2d(x, weight, padding=padding) for weight."""
    outputs, height, width = grad_output.shape[1:]
    channels = x.shape[1]
    padded = F.pad(x, [padding] * 4)
    shape = (outputs, channels, kernel_size, kernel_size)
    grad_weight = grad_output.new_zeros(shape)
    for i in range(kernel_size):
        for j in range(kernel_size):
            met = padded[:, :, i : i + height, j : j + width]
            sums = torch.einsum("nohw,nchw->oc", grad_output, met)
            grad_weight[:, :, i, j] = sums
    return grad_weight


# %% conv2d-input-backward
def conv2d_input_backward(
    grad_output: Tensor,
    weight: Tensor,
    padding: int,
) -> Tensor:
    """Gradient of F.conv2d(x, weight, padding=padding) for x."""
    k = weight.shape[-1]
    turned = weight.flip(-2, -1).transpose(0, 1)  # (C, O, k, k)
    return F.conv2d(grad_output, turned, padding=k - 1 - padding)


# %% max-pool-backward
def max_pool_backward(
    grad_output: Tensor,
    x: Tensor,
    kernel_size: int,
) -> Tensor:
    """Gradient of F.max_pool2d(x, kernel_size) for x."""
    _, index = F.max_pool2d(x, kernel_size, return_indices=True)
    n, c, height, width = x.shape
    flat = x.new_zeros(n, c, height * width)  # one row a picture
    flat.scatter_(2, index.flatten(2), grad_output.flatten(2))
    return flat.reshape(x.shape)


# %% batch-norm-backward
def batch_norm_backward(
    grad_output: Tensor,
    x: Tensor,
    eps: float,
) -> Tensor:
    """Gradient of a batch norm in training, without weight and bias."""
    dims = (0, 2, 3)
    centred = x - x.mean(dims, keepdim=True)
    var = centred.square().mean(dims, keepdim=True)
    std = (var + eps).sqrt()
    y = centred / std
    average = grad_output.mean(dims, keepdim=True)
    along = (grad_output * y).mean(dims, keepdim=True)
    return (grad_output - average - y * along) / std
