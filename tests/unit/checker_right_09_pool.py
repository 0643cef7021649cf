"""Right gradients of max-pooling and of a global average pool, in several forms."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False

from __future__ import annotations

import torch
import torch.nn.functional as F


def average_by_loops(grad_output, x):
    grad_x = torch.zeros_like(x)
    for n in range(x.shape[0]):
        for c in range(x.shape[1]):
            grad_x[n, c] = grad_output[n, c] / x[n, c].numel()
    return grad_x


def average_autograd(grad_output, x):
    leaf = x.detach().requires_grad_()
    return torch.autograd.grad(leaf.mean((2, 3)), leaf, grad_output)[0]


AVERAGE_POOL = (
    average_by_loops,
    average_autograd,
    lambda g, x: (g / (x.shape[2] * x.shape[3])).unsqueeze(-1).unsqueeze(-1).expand_as(x),
    lambda g, x: g[..., None, None] * torch.ones_like(x) / x[0, 0].numel(),
    lambda g, x: g.reshape(*g.shape, 1, 1).repeat(1, 1, *x.shape[2:]) / x.shape[2] / x.shape[3],
    lambda g, x: torch.einsum("nc,nchw->nchw", g, torch.ones_like(x)) / x.shape[2:].numel(),
    lambda g, x: torch.full_like(x, 1 / (x.size(2) * x.size(3))) * g.view(*g.size(), 1, 1),
    lambda g, x: F.interpolate(g[:, :, None, None], size=x.shape[2:]) / x[0, 0].numel(),
    lambda g, x: g.repeat_interleave(x[0, 0].numel(), 1).reshape(x.shape) / x[0, 0].numel(),
    lambda g, x: torch.func.vjp(lambda v: F.adaptive_avg_pool2d(v, 1).flatten(1), x)[1](g)[0],
)


def pool_by_loops(grad_output, x, kernel_size):
    k, grad_x = kernel_size, torch.zeros_like(x)
    n_, c_, rows, columns = grad_output.shape
    for n in range(n_):
        for c in range(c_):
            for a in range(rows):
                for b in range(columns):
                    window = x[n, c, a * k : a * k + k, b * k : b * k + k]
                    place = int(window.argmax())
                    i, j = place // k, place % k
                    grad_x[n, c, a * k + i, b * k + j] += grad_output[n, c, a, b]
    return grad_x


def pool_strictly_larger(grad_output, x, kernel_size):
    """Looks for the largest by hand: a later entry must be larger."""
    k, grad_x = kernel_size, torch.zeros_like(x)
    for n, c, a, b in torch.cartesian_prod(*map(torch.arange, grad_output.shape)).tolist():
        best, at = -float("inf"), None
        for i in range(a * k, a * k + k):
            for j in range(b * k, b * k + k):
                if x[n, c, i, j] > best:
                    best, at = x[n, c, i, j], (n, c, i, j)
        grad_x[at] = grad_output[n, c, a, b]
    return grad_x


def pool_in_one_row(grad_output, x, kernel_size):
    _, index = F.max_pool2d(x, kernel_size, return_indices=True)
    n, c, height, width = x.shape
    plane = torch.arange(n * c).reshape(n, c, 1, 1) * height * width
    flat = torch.zeros(x.numel(), dtype=x.dtype)
    flat[(index + plane).flatten()] = grad_output.flatten()
    return flat.reshape(x.shape)


def pool_unpooled(grad_output, x, kernel_size):
    _, index = F.max_pool2d(x, kernel_size, return_indices=True)
    return F.max_unpool2d(grad_output, index, kernel_size, output_size=x.shape)


def pool_unfolded(grad_output, x, kernel_size):
    n, c, height, width = x.shape
    planes = x.reshape(n * c, 1, height, width)
    columns = F.unfold(planes, kernel_size, stride=kernel_size)
    onehot = F.one_hot(columns.argmax(1), kernel_size**2).transpose(1, 2).to(x.dtype)
    sent = onehot * grad_output.reshape(n * c, 1, -1)
    return F.fold(sent, (height, width), kernel_size, stride=kernel_size).reshape(x.shape)


def pool_windows(grad_output, x, kernel_size):
    k = kernel_size
    windows = x.unfold(2, k, k).unfold(3, k, k).flatten(-2)
    place = windows.argmax(-1)
    n, c, a, b = torch.meshgrid(*map(torch.arange, place.shape), indexing="ij")
    grad_x = torch.zeros_like(x)
    grad_x[n, c, a * k + place // k, b * k + place % k] = grad_output
    return grad_x


def pool_masked(grad_output, x, kernel_size):
    """The mask of the largest entries, and only the first of each window kept."""
    k = kernel_size
    rows, columns = grad_output.shape[2:]
    inside = x[:, :, : rows * k, : columns * k]
    tiles = inside.reshape(*x.shape[:2], rows, k, columns, k).permute(0, 1, 2, 4, 3, 5)
    flat = tiles.flatten(4)
    mask = flat == flat.max(-1, keepdim=True).values
    mask = mask & (mask.cumsum(-1) == 1)
    sent = (mask * grad_output.unsqueeze(-1)).reshape(tiles.shape).permute(0, 1, 2, 4, 3, 5)
    grad_x = torch.zeros(x.shape, dtype=x.dtype)
    grad_x[:, :, : rows * k, : columns * k] = sent.reshape(inside.shape)
    return grad_x


def pool_autograd(grad_output, x, kernel_size):
    leaf = x.detach().requires_grad_()
    return torch.autograd.grad(F.max_pool2d(leaf, kernel_size), leaf, grad_output)[0]


def pool_put(grad_output, x, kernel_size):
    index = F.max_pool2d(x, kernel_size, return_indices=True)[1]
    width = x.shape[3]
    n = torch.arange(x.shape[0])[:, None, None, None]
    c = torch.arange(x.shape[1])[None, :, None, None]
    result = x.new_zeros(x.shape)
    place = (n, c, index // width, index % width)
    return result.index_put(place, grad_output, accumulate=True)


def pool_running_maximum(grad_output, x, kernel_size):
    """One place of the window after the other, for all windows at once."""
    k = kernel_size
    rows, columns = grad_output.shape[2:]
    best = torch.full_like(grad_output, -torch.inf)
    at = torch.zeros(grad_output.shape, dtype=torch.int64)
    for i in range(k):
        for j in range(k):
            seen = x[:, :, i : rows * k : k, j : columns * k : k]
            at[seen > best] = i * k + j
            best = torch.maximum(best, seen)
    grad_x = torch.zeros_like(x)
    for i in range(k):
        for j in range(k):
            sent = torch.where(at == i * k + j, grad_output, 0)
            grad_x[:, :, i : rows * k : k, j : columns * k : k] = sent
    return grad_x


MAX_POOL = (
    pool_by_loops,
    pool_strictly_larger,
    pool_in_one_row,
    pool_unpooled,
    pool_unfolded,
    pool_windows,
    pool_masked,
    pool_autograd,
    pool_put,
    pool_running_maximum,
)
