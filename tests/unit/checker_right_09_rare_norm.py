"""Right gradients of max-pooling and of a batch norm that few readers write."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F


def places(x, k):
    return F.max_pool2d(x, k, return_indices=True)[1]


def pool_sparse(g, x, k):
    n, c, height, width = x.shape
    index = places(x, k).reshape(n * c, -1)
    planes = torch.arange(n * c)[:, None].expand_as(index)
    where = torch.stack([planes.flatten(), index.flatten()])
    table = torch.sparse_coo_tensor(where, g.reshape(-1), (n * c, height * width))
    return table.to_dense().reshape(x.shape)


def pool_sorted(g, x, k):
    windows = x.unfold(2, k, k).unfold(3, k, k).flatten(-2)
    first = windows.sort(dim=-1, descending=True, stable=True).indices[..., 0]
    grad_x = x.new_zeros(x.shape)
    high, wide = g.shape[2] * k, g.shape[3] * k
    for place in range(k * k):
        sent = g * (first == place)
        grad_x[:, :, place // k : high : k, place % k : wide : k] = sent
    return grad_x


def pool_numpy(g, x, k):
    numbers = x.numpy()
    grad_x = np.zeros(tuple(x.shape), dtype=numbers.dtype)
    for n, c, a, b in np.ndindex(*g.shape):
        window = numbers[n, c, a * k : a * k + k, b * k : b * k + k]
        i, j = np.unravel_index(np.argmax(window), window.shape)
        grad_x[n, c, a * k + i, b * k + j] = g[n, c, a, b]
    return torch.from_numpy(grad_x)


def pool_one_hot(g, x, k):
    index = places(x, k).flatten(2)
    table = F.one_hot(index, x.shape[2] * x.shape[3]).to(x)
    return (table * g.flatten(2)[..., None]).sum(2).reshape(x.shape)


def pool_by_planes(g, x, k):
    grad_x = x.new_zeros(x.shape)
    for n in range(len(x)):
        for c in range(x.shape[1]):
            plane = torch.zeros(x[n, c].numel(), dtype=x.dtype)
            plane[places(x[n : n + 1, c : c + 1], k).flatten()] = g[n, c].flatten()
            grad_x[n, c] = plane.view(x[n, c].shape)
    return grad_x


def pool_put(g, x, k):
    start = x[0, 0].numel() * torch.arange(len(x) * x.shape[1]).view(len(x), -1, 1, 1)
    return x.new_zeros(x.shape).put_(places(x, k) + start, g, accumulate=True)


POOL = [
    pool_sparse,
    pool_sorted,
    pool_numpy,
    pool_one_hot,
    pool_by_planes,
    pool_put,
    lambda g, x, k: torch.func.vjp(lambda v: F.max_pool2d(v, k), x)[1](g)[0],
    lambda g, x, k: F.max_unpool2d(g, places(x, k), k, stride=k, output_size=x.shape[2:]),
]

DIMS = (0, 2, 3)


def mean(x):
    return x.mean(DIMS, keepdim=True)


def norm_var_mean(g, x, eps):
    var, centre = torch.var_mean(x, DIMS, correction=0, keepdim=True)
    inverse = torch.rsqrt(var + eps)
    y = (x - centre) * inverse
    return inverse * (g - mean(g)) - inverse * y * mean(y * g)


def norm_numpy(g, x, eps):
    g, x = g.numpy(), x.numpy()
    std = np.sqrt(x.var(DIMS, keepdims=True) + eps)
    y = (x - x.mean(DIMS, keepdims=True)) / std
    second = (g * y).mean(DIMS, keepdims=True)
    return torch.from_numpy((g - g.mean(DIMS, keepdims=True) - y * second) / std)


def norm_module(g, x, eps):
    leaf = x.detach().clone().requires_grad_()
    layer = torch.nn.BatchNorm2d(x.shape[1], eps, affine=False, track_running_stats=False)
    (layer(leaf) * g).sum().backward()
    return leaf.grad


def norm_written_out(g, x, eps):
    leaf = x.detach().requires_grad_()
    var = leaf.var(DIMS, unbiased=False, keepdim=True)
    return torch.autograd.grad((leaf - mean(leaf)) / (var + eps).sqrt(), leaf, g)[0]


def norm_projected_twice(g, x, eps):
    inverse = 1 / torch.sqrt(x.var(DIMS, correction=0, keepdim=True) + eps)
    y, centred = (x - mean(x)) * inverse, g - mean(g)
    return inverse * (centred - y * mean(centred * y))


NORM = [
    norm_var_mean,
    norm_numpy,
    norm_module,
    norm_written_out,
    norm_projected_twice,
    lambda g, x, eps: norm_var_mean(g.double(), x.double(), eps).to(x.dtype),
    lambda g, x, eps: torch.func.vjp(
        lambda v: F.batch_norm(v, None, None, training=True, eps=eps), x
    )[1](g)[0],
    lambda g, x, eps: torch.stack(
        [norm_var_mean(g[:, c : c + 1], x[:, c : c + 1], eps)[:, 0] for c in range(x.shape[1])], 1
    ),
]  # fmt: skip
