"""Wrong gradients of pooling, by the name they get."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# ruff: noqa: ARG005  (an answer takes all arguments of its exercise, used or not)

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F


def wide(g, x):
    return g[:, :, None, None].expand_as(x)


def size(x):
    return x.shape[2] * x.shape[3]


AVERAGE: dict[str, list[Any]] = {
    "not-divided": [wide, lambda g, x: torch.ones_like(x) * g[..., None, None]],
    "divided-by-rows": [lambda g, x: wide(g, x) / x.shape[2]],
    "divided-by-columns": [lambda g, x: wide(g, x) / x.shape[-1]],
    "divided-by-batch": [lambda g, x: wide(g, x) / len(x)],
    "divided-by-channels": [lambda g, x: wide(g, x) / x.shape[1]],
    "divided-by-all": [lambda g, x: wide(g, x) / x.numel()],
    "divided-by-outputs": [lambda g, x: wide(g, x) / g.numel()],
    "samples-counted": [lambda g, x: wide(g, x) / x[:, 0].numel()],
    "channels-counted": [lambda g, x: wide(g, x) / x[0].numel()],
    "multiplied-not-divided": [lambda g, x: wide(g, x) * size(x)],
    "not-expanded": [lambda g, x: g / size(x), lambda g, x: g[:, :, None, None] / size(x)],
    "grad-output-returned": [lambda g, x: g],
    "repeated-in-the-wrong-order": [
        lambda g, x: g.repeat(1, size(x)).view(x.shape) / size(x),
    ],
    "missing-grad-output": [
        lambda g, x: torch.ones_like(x) / size(x),
        lambda g, x: torch.full_like(x, 1 / size(x)),
    ],
    "times-x": [lambda g, x: wide(g, x) * x / size(x)],
    "largest-pixel-only": [
        lambda g, x: wide(g, x) * (x == x.amax((2, 3), keepdim=True)),
    ],
    "samples-mixed": [lambda g, x: g.sum(0)[:, None, None].expand_as(x) / size(x)],
    "raised": [
        lambda g, x: g.expand_as(x) / size(x),
        lambda g, x: g.view(x.shape) / size(x),
        lambda g, x: g / x.shape[2:],
    ],
    "wrong-sign": [lambda g, x: -wide(g, x) / size(x)],
    "wrong-dtype": [lambda g, x: (wide(g, x) / size(x)).float()],
    "constant-factor": [lambda g, x: 3 * wide(g, x) / size(x)],
    "wrong-for-one-place": [
        lambda g, x: wide(g, x) / max(size(x), 2),
    ],
    "wrong-for-one-sample": [
        lambda g, x: (wide(g, x) / size(x)).squeeze(),
    ],
}  # fmt: skip


def places(g, x, k):
    return F.max_pool2d(x, k, return_indices=True)[1]


def up(values, k):
    return values.repeat_interleave(k, 2).repeat_interleave(k, 3)


def fit(values, x):
    return F.pad(values, (0, x.shape[3] - values.shape[3], 0, x.shape[2] - values.shape[2]))


def every_tie(g, x, k):
    y = F.max_pool2d(x, k)
    mask = x == fit(up(y, k), x)
    mask[:, :, g.shape[2] * k :] = False
    mask[:, :, :, g.shape[3] * k :] = False
    return mask * fit(up(g, k), x)


def amax(g, x, k):
    leaf = x.detach().requires_grad_()
    y = leaf.unfold(2, k, k).unfold(3, k, k).amax((-1, -2))
    return torch.autograd.grad(y, leaf, g)[0]


def loop(larger, place=lambda a, b, i, j, k: (a * k + i, b * k + j), add=True):
    """A loop over windows, with a comparison and a place."""

    def answer(g, x, k):
        out = torch.zeros_like(x)
        for n in range(x.shape[0]):
            for c in range(x.shape[1]):
                for a in range(g.shape[2]):
                    for b in range(g.shape[3]):
                        best, at = x[n, c, a * k, b * k], (0, 0)
                        for i in range(k):
                            for j in range(k):
                                if larger(x[n, c, a * k + i, b * k + j], best):
                                    best, at = x[n, c, a * k + i, b * k + j], (i, j)
                        row, column = place(a, b, *at, k)
                        if add:
                            out[n, c, row, column] += g[n, c, a, b]
                        else:
                            out[n, c, row, column] = g[n, c, a, b]
        return out

    return answer


def scattered(flat, index, g, add=True):
    return flat.scatter_add(-1, index, g) if add else flat.scatter(-1, index, g)


def by_index(g, x, k):
    flat = torch.zeros_like(x).flatten(2)
    return scattered(flat, places(g, x, k).flatten(2), g.flatten(2), add=False).reshape(x.shape)


def lost_in_a_copy(g, x, k):
    """`flatten` is a view of contiguous tensors only."""
    out = torch.zeros_like(x)
    out.flatten(2).scatter_(2, places(g, x, k).flatten(2), g.flatten(2))
    return out


def inside_the_window(g, x, k):
    columns = F.unfold(x.flatten(0, 1)[:, None], k, stride=k)
    index = columns.argmax(1).reshape(g.shape).flatten(2)
    return scattered(torch.zeros_like(x).flatten(2), index, g.flatten(2)).reshape(x.shape)


def all_planes(g, x, k):
    flat = torch.zeros(x.numel(), dtype=x.dtype)
    flat[places(g, x, k).flatten()] = g.flatten()
    return flat.reshape(x.shape)


def stretched(g, x, k):
    y = F.max_pool2d(x, k)
    mask = x == F.interpolate(y, size=x.shape[2:])
    return mask * F.interpolate(g, size=x.shape[2:])


MAX: dict[str, list[Any]] = {
    "sent-to-every-tie": [every_tie],
    "shared-among-ties": [amax],
    "last-of-ties": [loop(lambda new, best: new >= best)],
    "sent-to-the-smallest": [loop(lambda new, best: new < best)],
    "sent-to-the-largest-size": [loop(lambda new, best: new.abs() > best.abs())],
    "spread-evenly": [lambda g, x, k: fit(up(g, k), x) / k**2],
    "sent-to-the-whole-window": [lambda g, x, k: fit(up(g, k), x)],
    "put-at-the-first-place": [loop(lambda new, best: False)],
    "index-inside-the-window": [inside_the_window],
    "window-corner-missing": [loop(lambda new, best: new > best, lambda a, b, i, j, k: (i, j))],
    "corner-not-multiplied": [
        loop(lambda new, best: new > best, lambda a, b, i, j, k: (a + i, b + j)),
        loop(lambda new, best: new > best, lambda a, b, i, j, k: (a + i, b + j), add=False),
    ],
    "rows-and-columns-swapped": [
        loop(lambda new, best: new > best, lambda a, b, i, j, k: (a * k + j, b * k + i)),
    ],
    "planes-mixed": [all_planes],
    "windows-stretched": [stretched],
    "windows-cut-off": [
        lambda g, x, k: by_index(g, x, k)[:, :, : g.shape[2] * k, : g.shape[3] * k],
    ],
    "missing-grad-output": [lambda g, x, k: by_index(torch.ones_like(g), x, k)],
    "value-not-gradient": [
        lambda g, x, k: F.max_unpool2d(
            F.max_pool2d(x, k), places(g, x, k), k, output_size=x.shape
        ),
    ],
    "times-the-value": [lambda g, x, k: by_index(g, x, k) * x],
    "divided-by-window": [lambda g, x, k: by_index(g, x, k) / k**2],
    "index-returned": [lambda g, x, k: places(g, x, k).to(x.dtype)],
    "constant-factor": [lambda g, x, k: 2 * by_index(g, x, k)],
    "wrong-sign": [lambda g, x, k: -by_index(g, x, k)],
    "wrong-when-not-contiguous": [lost_in_a_copy],
    "raised": [
        lambda g, x, k: torch.zeros_like(x).scatter(2, places(g, x, k), g),
        lambda g, x, k: up(g, k) * (x == up(F.max_pool2d(x, k), k)),
    ],
    "wrong-shape": [lambda g, x, k: g],
    "wrong-after-a-relu": [lambda g, x, k: by_index(g, x, k) * (x != 0)],
    "wrong-for-negative-numbers": [
        lambda g, x, k: by_index(g, x, k) * (x.amax() > 0),
    ],
}  # fmt: skip


def norm(std=None, dims=(0, 2, 3), first=1.0, second=1.0):
    """A batch norm's gradient with another standard deviation, or other dimensions."""

    def answer(g, x, eps):
        mean = x.mean(dims, keepdim=True)
        s = std(x, eps) if std else (x.var(dims, unbiased=False, keepdim=True) + eps).sqrt()
        y = (x - mean) / s
        return (
            g - first * g.mean(dims, keepdim=True) - second * y * (g * y).mean(dims, keepdim=True)
        ) / s

    return answer


right = norm()
C = (0, 2, 3)


def without_keepdim(g, x, eps):
    s = (x.var(C, unbiased=False) + eps).sqrt()
    y = (x - x.mean(C)) / s
    return (g - g.mean(C) - y * (g * y).mean(C)) / s


def running(g, x, eps):
    leaf = x.detach().requires_grad_()
    zero, one = torch.zeros(x.shape[1]).to(x), torch.ones(x.shape[1]).to(x)
    return torch.autograd.grad(F.batch_norm(leaf, zero, one, training=False, eps=eps), leaf, g)[0]


def derived(std):
    """The gradient of a norm that divides by another standard deviation."""

    def answer(g, x, eps):
        leaf = x.detach().requires_grad_()
        y = (leaf - leaf.mean(C, keepdim=True)) / std(leaf, eps)
        return torch.autograd.grad(y, leaf, g)[0]

    return answer


def by_paths(g, x, eps):
    """The path through the variance, with std^(-3/2) in place of variance^(-3/2)."""
    n, centred = x[:, 0].numel(), x - x.mean(C, keepdim=True)
    std = (x.var(C, unbiased=False, keepdim=True) + eps).sqrt()
    to_var = (g * centred * -0.5 * std**-1.5).sum(C, keepdim=True)
    return g / std + to_var * 2 * centred / n - (g / std).mean(C, keepdim=True)


def summed(g, x, eps):
    s = (x.var(C, unbiased=False, keepdim=True) + eps).sqrt()
    y = (x - x.mean(C, keepdim=True)) / s
    return (g - g.sum(C, keepdim=True) - y * (g * y).sum(C, keepdim=True)) / s


NORM: dict[str, list[Any]] = {
    "mean-and-variance-constant": [norm(first=0, second=0)],
    "mean-constant": [norm(first=0)],
    "variance-constant": [norm(second=0)],
    "sign-of-variance-term": [norm(second=-1)],
    "unbiased-variance": [
        norm(lambda x, eps: (x.var(C, keepdim=True) + eps).sqrt()),
        norm(lambda x, eps: x.std(C, keepdim=True) + eps),
        derived(lambda x, eps: (x.var(C, keepdim=True) + eps).sqrt()),
        derived(lambda x, eps: x.std(C, keepdim=True) + eps),
    ],
    "eps-outside-the-root": [
        norm(lambda x, eps: x.std(C, unbiased=False, keepdim=True) + eps),
        derived(lambda x, eps: x.std(C, unbiased=False, keepdim=True) + eps),
    ],
    "eps-as-a-minimum": [
        norm(lambda x, eps: x.var(C, unbiased=False, keepdim=True).clamp(min=eps).sqrt()),
    ],
    "wrong-power-of-std": [by_paths],
    "eps-missing": [norm(lambda x, eps: x.std(C, unbiased=False, keepdim=True))],
    "eps-fixed": [lambda g, x, eps: right(g, x, 1e-5)],
    "layer-norm": [norm(dims=(1, 2, 3))],
    "instance-norm": [norm(dims=(2, 3))],
    "statistics-over-samples-only": [norm(dims=0)],
    "statistics-over-everything": [norm(dims=(0, 1, 2, 3))],
    "last-dimension-only": [norm(dims=-1)],
    "sums-not-means": [summed],
    "running-statistics": [running],
    "std-missing": [
        lambda g, x, eps: right(g, x, eps) * (x.var(C, unbiased=False, keepdim=True) + eps).sqrt(),
    ],
    "missing-grad-output": [lambda g, x, eps: right(torch.ones_like(g), x, eps)],
    "constant-factor": [
        lambda g, x, eps: right(g, x, eps) * x.numel() / x.shape[1],
        lambda g, x, eps: right(g, x, eps) / len(x),
    ],
    "raised": [without_keepdim],
    "wrong-dtype": [lambda g, x, eps: right(g, x, eps).float()],
    "wrong-sign": [lambda g, x, eps: -right(g, x, eps)],
    "summed": [lambda g, x, eps: right(g, x, eps).sum(0)],
    "not-recognised": [lambda g, x, eps: right(g, x, eps) * x],
    "wrong-for-one-pixel": [
        lambda g, x, eps: right(g, x, eps) if x[0, 0].numel() > 1 else g / eps**0.5,
    ],
    "wrong-for-one-sample": [
        lambda g, x, eps: right(g, x, eps) if len(x) > 1 else norm(first=0)(g, x, eps),
    ],
}  # fmt: skip
