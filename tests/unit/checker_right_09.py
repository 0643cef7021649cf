"""Right answers to the exercises of chapter 9, each in several forms."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F

from tests.unit.checker_right_09_conv import CONV_INPUT, CONV_WEIGHT
from tests.unit.checker_right_09_pool import AVERAGE_POOL, MAX_POOL


def bias_by_loops(grad_output):
    grad_bias = torch.zeros(grad_output.shape[1], dtype=grad_output.dtype)
    for sample in grad_output:
        for o, channel in enumerate(sample):
            grad_bias[o] += channel.sum()
    return grad_bias


def bias_by_autograd(grad_output):
    bias = grad_output.new_zeros(grad_output.shape[1], requires_grad=True)
    y = bias[None, :, None, None].expand_as(grad_output)
    return torch.autograd.grad(y, bias, grad_output)[0]


BIAS = (
    bias_by_loops,
    bias_by_autograd,
    lambda g: g.sum(0).sum(-1).sum(-1),
    lambda g: torch.einsum("nohw->o", g),
    lambda g: g.transpose(0, 1).flatten(1).sum(1),
    lambda g: g.movedim(1, -1).reshape(-1, g.shape[1]).sum(0),
    lambda g: g.mean((0, 2, 3)) * (g.numel() / g.shape[1]),
    lambda g: torch.stack([g[:, o].sum() for o in range(g.shape[1])]),
    lambda g: g.sum((0, 2, 3), keepdim=True).flatten(),
    lambda g: g.sum_to_size(1, g.shape[1], 1, 1).reshape(-1),
)


def conv1d_by_outputs(grad_output, x, weight):
    grad_x, grad_weight = torch.zeros_like(x), torch.zeros_like(weight)
    k = len(weight)
    for i, g in enumerate(grad_output):
        grad_x[i : i + k] += g * weight
        grad_weight += g * x[i : i + k]
    return grad_x, grad_weight


def conv1d_two_loops(grad_output, x, weight):
    grad_x = [0.0] * len(x)
    grad_weight = [0.0] * len(weight)
    for i in range(len(grad_output)):
        for k in range(len(weight)):
            grad_x[i + k] += grad_output[i].item() * weight[k].item()
            grad_weight[k] += grad_output[i].item() * x[i + k].item()
    return torch.tensor(grad_x, dtype=x.dtype), torch.tensor(grad_weight, dtype=x.dtype)


def conv1d_by_convolution(grad_output, x, weight):
    g, w = grad_output[None, None], weight.flip(0)[None, None]
    grad_x = F.conv1d(g, w, padding=len(weight) - 1)
    grad_weight = F.conv1d(x[None, None], g)
    return grad_x.flatten(), grad_weight.flatten()


def conv1d_transposed(grad_output, x, weight):
    grad_x = F.conv_transpose1d(grad_output[None, None], weight[None, None]).squeeze(0).squeeze(0)
    return grad_x, x.unfold(0, len(weight), 1).T @ grad_output


def conv1d_matrix(grad_output, x, weight):
    table = x.new_zeros(len(grad_output), len(x))
    for i in range(len(grad_output)):
        table[i, i : i + len(weight)] = weight
    return grad_output @ table, x.unfold(0, len(grad_output), 1) @ grad_output


def conv1d_autograd(grad_output, x, weight):
    x, weight = x.detach().requires_grad_(), weight.detach().requires_grad_()
    y = F.conv1d(x[None, None], weight[None, None])[0, 0]
    return torch.autograd.grad(y, (x, weight), grad_output)


def conv1d_fourier(grad_output, x, weight):
    n = len(x)
    g = torch.fft.rfft(grad_output, n)
    grad_x = torch.fft.irfft(g * torch.fft.rfft(weight, n), n)
    grad_weight = torch.fft.irfft(torch.fft.rfft(x, n) * g.conj(), n)[: len(weight)]
    return grad_x, grad_weight


def conv1d_padded(grad_output, x, weight):
    k, padded = len(weight), F.pad(grad_output, (len(weight) - 1, len(weight) - 1))
    grad_x = torch.stack([padded[j : j + k] @ weight.flip(0) for j in range(len(x))])
    size = len(grad_output)
    return [grad_x, torch.stack([(grad_output * x[j : j + size]).sum() for j in range(k)])]


CONV1D = (
    conv1d_by_outputs,
    conv1d_two_loops,
    conv1d_by_convolution,
    conv1d_transposed,
    conv1d_matrix,
    conv1d_autograd,
    conv1d_fourier,
    conv1d_padded,
)


def norm_expanded(grad_output, x, eps):
    dims, n = (0, 2, 3), x.numel() / x.shape[1]
    mean = x.sum(dims, keepdim=True) / n
    inverse = ((x - mean).square().sum(dims, keepdim=True) / n + eps).rsqrt()
    y = (x - mean) * inverse
    total = grad_output.sum(dims, keepdim=True)
    dot = (grad_output * y).sum(dims, keepdim=True)
    return inverse / n * (n * grad_output - total - y * dot)


def norm_by_paths(grad_output, x, eps):
    dims, n = (0, 2, 3), x.numel() // x.shape[1]
    mean = x.mean(dims, keepdim=True)
    std = torch.sqrt(x.var(dims, unbiased=False, keepdim=True) + eps)
    grad_var = (grad_output * (x - mean) * -0.5 * std**-3).sum(dims, keepdim=True)
    grad_mean = (-grad_output / std).sum(dims, keepdim=True)
    return grad_output / std + grad_var * 2 * (x - mean) / n + grad_mean / n


def norm_by_channel(grad_output, x, eps):
    grad_x = torch.zeros_like(x)
    for c in range(x.shape[1]):
        g, values = grad_output[:, c], x[:, c]
        std = (values.var(correction=0) + eps).sqrt()
        y = (values - values.mean()) / std
        grad_x[:, c] = (g - g.mean() - y * (g * y).mean()) / std
    return grad_x


def norm_of_rows(grad_output, x, eps):
    g, rows = (t.transpose(0, 1).flatten(1) for t in (grad_output, x))
    std = (rows.var(1, unbiased=False, keepdim=True) + eps).sqrt()
    y = (rows - rows.mean(1, keepdim=True)) / std
    result = (g - g.mean(1, keepdim=True) - y * (g * y).mean(1, keepdim=True)) / std
    n, c, height, width = x.shape
    return result.reshape(c, n, height, width).transpose(0, 1)


def norm_by_jacobian(grad_output, x, eps):
    grad_x = torch.empty_like(x)
    for c in range(x.shape[1]):
        row, g = x[:, c].flatten(), grad_output[:, c].flatten()
        n = len(row)
        std = (row.var(unbiased=False) + eps).sqrt()
        y = (row - row.mean()) / std
        table = torch.eye(n, dtype=x.dtype) - 1 / n - torch.outer(y, y) / n
        grad_x[:, c] = (g @ table / std).reshape(x[:, c].shape)
    return grad_x


def norm_autograd(grad_output, x, eps):
    leaf = x.detach().requires_grad_()
    y = F.batch_norm(leaf, None, None, training=True, eps=eps)
    return torch.autograd.grad(y, leaf, grad_output)[0]


def norm_of_moments(grad_output, x, eps):
    dims = (0, 2, 3)
    mean = x.mean(dims, keepdim=True)
    var = x.pow(2).mean(dims, keepdim=True) - mean.pow(2)
    std = (var.clamp(min=0) + eps) ** 0.5
    y = (x - mean) / std
    centred = grad_output - grad_output.mean(dims, keepdim=True)
    return (centred - y * (centred * y).mean(dims, keepdim=True)) / std


def norm_by_layer_norm(grad_output, x, eps):
    rows = x.transpose(0, 1).flatten(1)
    g = grad_output.transpose(0, 1).flatten(1)
    pull = torch.func.vjp(lambda v: F.layer_norm(v, v.shape[1:], eps=eps), rows)[1]
    n, c, height, width = x.shape
    return pull(g)[0].reshape(c, n, height, width).transpose(0, 1)


def norm_without_keepdim(grad_output, x, eps):
    def wide(values):
        return values[None, :, None, None]

    dims = [0, 2, 3]
    std, mean = (x.var(dims, correction=0) + eps).sqrt(), x.mean(dims)
    y = (x - wide(mean)) / wide(std)
    first, second = grad_output.mean(dims), (grad_output * y).mean(dims)
    return (grad_output - wide(first) - y * wide(second)) / wide(std)


BATCH_NORM = (
    norm_expanded,
    norm_by_paths,
    norm_by_channel,
    norm_of_rows,
    norm_by_jacobian,
    norm_autograd,
    norm_of_moments,
    norm_by_layer_norm,
    norm_without_keepdim,
)

RIGHT: dict[str, tuple[Any, ...]] = {
    "conv2d-bias-backward": BIAS,
    "conv1d-backward": CONV1D,
    "global-average-pool-backward": AVERAGE_POOL,
    "conv2d-weight-backward": CONV_WEIGHT,
    "conv2d-input-backward": CONV_INPUT,
    "max-pool-backward": MAX_POOL,
    "batch-norm-backward": BATCH_NORM,
}
