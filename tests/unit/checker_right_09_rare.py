"""Right answers to the exercises of chapter 9 that few readers write."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# ruff: noqa: ARG005  (an answer takes all arguments of its exercise, used or not)

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch.nn import grad as gradients

from tests.unit.checker_right_09_rare_norm import NORM, POOL

BIAS = [
    lambda g: torch.tensordot(
        g.new_ones(len(g), *g.shape[2:]), g, dims=([0, 1, 2], [0, 2, 3])
    ),
    lambda g: g.double().sum((0, 2, 3)).to(g.dtype),
    lambda g: F.avg_pool2d(g, g.shape[2:], divisor_override=1).sum(0).flatten(),
    lambda g: g.permute(1, 0, 2, 3).contiguous().view(g.shape[1], -1).sum(-1),
    lambda g: sum(sample.sum((1, 2)) for sample in g),
    lambda g: torch.from_numpy(g.numpy().sum(axis=(0, 2, 3))),
    lambda g: torch.sparse.sum(g.to_sparse(), (0, 2, 3)).to_dense(),
    lambda g: F.conv2d(g.transpose(0, 1), g.new_ones(1, len(g), *g.shape[2:])).flatten(),
    lambda g: torch.vmap(torch.sum, in_dims=1)(g),
]  # fmt: skip


def line_by_index(g, x, w):
    place = (torch.arange(len(g))[:, None] + torch.arange(len(w))).flatten()
    grad_x = torch.zeros_like(x).index_add(0, place, torch.outer(g, w).flatten())
    return grad_x, (g[:, None] * x.unfold(0, len(w), 1)).sum(0)


def line_by_sums(g, x, w):
    def entry(j):
        met = [g[j - k] * w[k] for k in range(len(w)) if 0 <= j - k < len(g)]
        return sum(met, torch.zeros((), dtype=x.dtype))

    windows = x.as_strided((len(w), len(g)), (1, 1))
    return torch.stack([entry(j) for j in range(len(x))]), windows @ g


def line_by_matrix(g, x, w):
    lag = torch.arange(len(x))[:, None] - torch.arange(len(g))
    inside = (lag >= 0) & (lag < len(w))
    table = torch.where(inside, w[lag.clamp(0, len(w) - 1)], 0)
    return table @ g, torch.stack([g @ x[k : k + len(g)] for k in range(len(w))])


LINE = [
    line_by_index,
    line_by_sums,
    line_by_matrix,
    lambda g, x, w: (
        torch.from_numpy(np.convolve(g.numpy(), w.numpy(), "full")),
        torch.from_numpy(np.correlate(x.numpy(), g.numpy(), "valid")),
    ),
    lambda g, x, w: torch.func.vjp(
        lambda a, b: F.conv1d(a[None, None], b[None, None])[0, 0], x, w
    )[1](g),
    lambda g, x, w: (
        sum(F.pad(g * w[k], (k, len(w) - 1 - k)) for k in range(len(w))),
        torch.tensor([float(g @ x[k : k + len(g)]) for k in range(len(w))], dtype=x.dtype),
    ),
    lambda g, x, w: (
        F.fold(torch.outer(w, g)[None], (1, len(x)), (1, len(w)))[0, 0, 0],
        torch.einsum("i,ik->k", g, x.unfold(0, len(w), 1)),
    ),
    lambda g, x, w: (
        gradients.conv1d_input((1, 1, len(x)), w[None, None], g[None, None])[0, 0],
        gradients.conv1d_weight(x[None, None], (1, 1, len(w)), g[None, None])[0, 0],
    ),
]  # fmt: skip


def average_transposed(g, x):
    share = x.new_ones(x.shape[1], 1, *x.shape[2:]) / x[0, 0].numel()
    return F.conv_transpose2d(g[:, :, None, None], share, groups=x.shape[1])


def average_outer(g, x):
    share = x.new_full((x[0, 0].numel(),), 1 / x[0, 0].numel())
    return torch.outer(g.flatten(), share).reshape(x.shape)


AVERAGE = [
    average_transposed,
    average_outer,
    lambda g, x: g[:, :, None, None].div(x.shape[-1]).div(x.shape[-2]) + x * 0,
    lambda g, x: torch.zeros_like(x) + g.unsqueeze(2).unsqueeze(3) / (x.size(2) * x.size(3)),
    lambda g, x: g.new_empty(x.shape).copy_((g / math.prod(x.shape[2:]))[..., None, None]),
    lambda g, x: (g / (x.numel() / g.numel()))[:, :, None, None].broadcast_to(x.shape),
    lambda g, x: F.interpolate(g[:, :, None, None], size=x.shape[2:], mode="bilinear")
    / x[0, 0].numel(),
    lambda g, x: torch.from_numpy(
        np.broadcast_to((g.numpy() / x[0, 0].numel())[:, :, None, None], x.shape).copy()
    ),
]  # fmt: skip


def kernel_strided(g, x, k, p):
    padded = F.pad(x, [p] * 4)
    a, b, c, d = padded.stride()
    windows = padded.as_strided((*x.shape[:2], k, k, *g.shape[2:]), (a, b, c, d, c, d))
    return torch.einsum("nohw,ncijhw->ocij", g, windows)


def zero_kernel(g, x, k):
    return x.new_zeros(g.shape[1], x.shape[1], k, k)


KERNEL = [
    kernel_strided,
    lambda g, x, k, p: torch.func.vjp(
        lambda w: F.conv2d(x, w, padding=p), zero_kernel(g, x, k)
    )[1](g)[0],
    lambda g, x, k, p: torch.autograd.functional.vjp(
        lambda w: F.conv2d(x, w, padding=p), zero_kernel(g, x, k), g
    )[1],
    lambda g, x, k, p: torch.stack([
        F.conv2d(x.transpose(0, 1), g[:, o].unsqueeze(0), padding=p)[:, 0]
        for o in range(g.shape[1])
    ]),
    lambda g, x, k, p: (
        g.movedim(1, 0).flatten(1) @ F.unfold(x, k, padding=p).movedim(1, 0).flatten(1).T
    ).reshape(-1, x.shape[1], k, k),
    lambda g, x, k, p: F.conv3d(
        F.pad(x, [p] * 4).transpose(0, 1)[:, None], g.transpose(0, 1)[:, None]
    )[:, :, 0].transpose(0, 1),
    lambda g, x, k, p: F.conv2d(
        F.pad(x, [p] * 4).transpose(0, 1), g.transpose(0, 1)
    )[:, :, :k, :k].swapaxes(0, 1),
    lambda g, x, k, p: torch.ops.aten.convolution_backward(
        g, x, zero_kernel(g, x, k), None, [1, 1], [p, p], [1, 1], False, [0, 0], 1,
        [False, True, False],
    )[1],
]  # fmt: skip


def size(g, w, p):
    return [side + w.shape[-1] - 1 - 2 * p for side in g.shape[2:]]


def back_by_index(g, w, p):
    k = w.shape[-1]
    high, wide = size(g, w, 0)
    steps = torch.arange(k)
    row = torch.arange(g.shape[2])[:, None, None, None] + steps[:, None]
    column = torch.arange(g.shape[3])[:, None, None] + steps
    sent = torch.einsum("nohw,ocij->nchwij", g, w).flatten(2)
    flat = sent.new_zeros(*sent.shape[:2], high * wide)
    flat = flat.index_add(2, (row * wide + column).flatten(), sent)
    return flat.view(*sent.shape[:2], high, wide)[:, :, p : high - p, p : wide - p]


def back_unfolded(g, w, p):
    k = w.shape[-1]
    columns = F.unfold(F.pad(g, [k - 1 - p] * 4), k)
    rows = w.flip(2, 3).transpose(0, 1).flatten(1) @ columns
    return rows.reshape(len(g), w.shape[1], *size(g, w, p))


BACK = [
    back_by_index,
    back_unfolded,
    lambda g, w, p: torch.func.vjp(
        lambda x: F.conv2d(x, w, padding=p), g.new_zeros(len(g), w.shape[1], *size(g, w, p))
    )[1](g)[0],
    lambda g, w, p: F.pad(F.conv_transpose2d(g, w), [-p] * 4),
    lambda g, w, p: torch.cat([F.conv_transpose2d(one[None], w, padding=p) for one in g]),
    lambda g, w, p: torch.cat(
        [F.conv_transpose2d(g, w[:, c : c + 1], padding=p) for c in range(w.shape[1])], 1
    ),
    lambda g, w, p: F.conv2d(
        g.flip(2, 3), w.transpose(0, 1), padding=w.shape[-1] - 1 - p
    ).flip(2, 3),
    lambda g, w, p: F.conv2d(
        F.pad(g, [w.shape[-1] - 1] * 4), w.flip((-1, -2)).swapdims(0, 1)
    )[..., p : (-p or None), p : (-p or None)],
    lambda g, w, p: F.conv2d(
        g, w.rot90(2, (2, 3)).transpose(0, 1), padding=w.shape[2] - 1 - p
    ).to(memory_format=torch.channels_last),
]  # fmt: skip

RARE: dict[str, list[Any]] = {
    "conv2d-bias-backward": BIAS,
    "conv1d-backward": LINE,
    "global-average-pool-backward": AVERAGE,
    "conv2d-weight-backward": KERNEL,
    "conv2d-input-backward": BACK,
    "max-pool-backward": POOL,
    "batch-norm-backward": NORM,
}
