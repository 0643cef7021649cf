"""Exercise cells of chapter 9. Each part below is one notebook cell, without its last line."""

from torch import Tensor


# %% conv2d-bias-backward
def conv2d_bias_backward(grad_output: Tensor) -> Tensor:
    """Gradient of the bias of a convolution.

    grad_output is (N, O, H, W): samples, channels, rows, columns.
    The bias is (O,), and bias[o] is added to all of channel o.
    """
    raise NotImplementedError


# %% conv1d-backward
def conv1d_backward(
    grad_output: Tensor,
    x: Tensor,
    weight: Tensor,
) -> tuple[Tensor, Tensor]:
    """Returns (grad_x, grad_weight) of y[i] = Σₖ weight[k] · x[i + k].

    x is (n,), weight is (k,), y and grad_output are (n − k + 1,).
    """
    raise NotImplementedError


# %% global-average-pool-backward
def average_backward(
    grad_output: Tensor,
    x: Tensor,
) -> Tensor:
    """Gradient of y[n, c] = mean of x[n, c] over rows and columns.

    x is (N, C, H, W), grad_output is (N, C).
    """
    raise NotImplementedError


# %% conv2d-weight-backward
def conv2d_weight_backward(
    grad_output: Tensor,
    x: Tensor,
    kernel_size: int,
    padding: int,
) -> Tensor:
    """Gradient of F.conv2d(x, weight, padding=padding) for weight.

    x is (N, C, H, W), grad_output is (N, O, H', W').
    weight is (O, C, kernel_size, kernel_size).
    """
    raise NotImplementedError


# %% conv2d-input-backward
def conv2d_input_backward(
    grad_output: Tensor,
    weight: Tensor,
    padding: int,
) -> Tensor:
    """Gradient of F.conv2d(x, weight, padding=padding) for x.

    grad_output is (N, O, H', W'), weight is (O, C, k, k), and
    padding is at most k − 1. x was (N, C, H, W).
    """
    raise NotImplementedError


# %% max-pool-backward
def max_pool_backward(
    grad_output: Tensor,
    x: Tensor,
    kernel_size: int,
) -> Tensor:
    """Gradient of F.max_pool2d(x, kernel_size) for x.

    x is (N, C, H, W); windows do not overlap. Rows and columns that
    fill no window are left out. Where several entries of a window
    are the largest, the first one in reading order gets it all.
    """
    raise NotImplementedError


# %% batch-norm-backward
def batch_norm_backward(
    grad_output: Tensor,
    x: Tensor,
    eps: float,
) -> Tensor:
    """Gradient of a batch norm in training, without weight and bias.

    x is (N, C, H, W). Each channel has one mean and one variance (1/n),
    over all its N · H · W numbers; eps is added to the variance.
    """
    raise NotImplementedError
