"""Wrong gradients of convolutions, by the name they get."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# ruff: noqa: ARG005  (an answer takes all arguments of its exercise, used or not)

from __future__ import annotations

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

BIAS: dict[str, list[Any]] = {
    "bias-not-summed": [lambda g: g, lambda g: g.clone()],
    "summed-over-samples-only": [lambda g: g.sum(0), lambda g: sum(g)],
    "summed-over-places-only": [lambda g: g.flatten(2).sum(2)],
    "rows-or-columns-left": [lambda g: g.sum(0).sum(1), lambda g: g.sum(0).sum(2)],
    "bias-keepdim": [lambda g: g.sum((0, 2, 3), keepdim=True)],
    "summed-to-one": [lambda g: g.sum()],
    "summed": [lambda g: g.sum().reshape(1)],
    "channels-summed": [lambda g: g.sum((1, 2, 3)), lambda g: g.sum(0).sum(0).sum(0)],
    "channels-reshaped": [
        lambda g: g.reshape(-1, g.shape[1]).sum(0),
        lambda g: g.reshape(g.shape[1], -1).sum(1),
    ],
    "bias-averaged": [lambda g: g.mean((0, 2, 3)), lambda g: g.transpose(0, 1).flatten(1).mean(1)],
    "batch-averaged": [lambda g: g.sum((0, 2, 3)) / len(g)],
    "places-averaged": [lambda g: g.mean((2, 3)).sum(0)],
    "constant-factor": [lambda g: g.sum((0, 2, 3)) / g.shape[-1], lambda g: 2 * g.sum((0, 2, 3))],
    "wrong-sign": [lambda g: -g.sum((0, 2, 3))],
    "missing-grad-output": [lambda g: torch.ones(g.shape[1], dtype=g.dtype)],
    "wrong-dtype": [lambda g: g.float().sum((0, 2, 3))],
    "not-a-tensor": [lambda g: [float(g[:, o].sum()) for o in range(g.shape[1])]],
    "wrong-count": [lambda g: (g.sum((0, 2, 3)),)],
    "not-linear-in-grad-output": [
        lambda g: g.abs().sum((0, 2, 3)),
        lambda g: (g + 1).sum((0, 2, 3)),
    ],
    "wrong-for-one-channel": [lambda g: g.sum((0, 2, 3)).squeeze()],
    "returned-none": [lambda g: None],
}


def conv1d(gx=None, gw=None):
    """The right gradients, with some replaced; each takes (g, x, w)."""

    def answer(g, x, w):
        right_x = F.conv_transpose1d(g[None, None], w[None, None])[0, 0]
        right_w = F.conv1d(x[None, None], g[None, None])[0, 0]
        return (gx(g, x, w) if gx else right_x, gw(g, x, w) if gw else right_w)

    return answer


def plain(a, b, **options):
    return F.conv1d(a[None, None], b[None, None], **options)[0, 0]


def assigned(g, x, w):
    out = torch.zeros_like(x)
    for i in range(len(g)):
        out[i : i + len(w)] = g[i] * w
    return out


def assigned_weight(g, x, w):
    out = torch.zeros_like(w)
    for i in range(len(g)):
        out[:] = g[i] * x[i : i + len(w)]
    return out


def one_too_few(g, x, w):
    out = torch.zeros_like(x)
    for i in range(len(g) - 1):
        out[i : i + len(w)] += g[i] * w
    return out


def in_place(g, x, w):
    g *= 2
    return conv1d()(g / 2, x, w)


CONV1D: dict[str, list[Any]] = {
    "kernel-not-flipped": [conv1d(lambda g, x, w: plain(g, w, padding=len(w) - 1))],
    "wrong-shift": [
        conv1d(lambda g, x, w: plain(F.pad(g, (0, 2 * len(w) - 2)), w)),
    ],
    "overwritten": [conv1d(assigned)],
    "border-missing": [
        conv1d(lambda g, x, w: plain(g, w.flip(0))),
        conv1d(lambda g, x, w: plain(g, w)),
    ],
    "weight-flipped": [conv1d(gw=lambda g, x, w: plain(x, g).flip(0))],
    "grad-output-flipped": [conv1d(gw=lambda g, x, w: plain(x, g.flip(0)))],
    "one-output-only": [conv1d(gw=assigned_weight)],
    "weight-averaged": [conv1d(gw=lambda g, x, w: plain(x, g) / len(g))],
    "weight-not-summed": [conv1d(gw=lambda g, x, w: x.unfold(0, len(g), 1) * g)],
    "weight-without-input": [conv1d(gw=lambda g, x, w: g.sum() * torch.ones_like(w))],
    "weight-without-grad-output": [
        conv1d(gw=lambda g, x, w: x.unfold(0, len(w), 1).sum(0)),
    ],
    "swapped-outputs": [lambda g, x, w: conv1d()(g, x, w)[::-1]],
    "true-convolution": [
        lambda g, x, w: (plain(g, w, padding=len(w) - 1), plain(x, g).flip(0)),
    ],
    "missing-grad-output": [lambda g, x, w: conv1d()(torch.ones_like(g), x, w)],
    "constant-factor": [
        lambda g, x, w: tuple(2 * t for t in conv1d()(g, x, w)),
        conv1d(lambda g, x, w: conv1d()(g, x, w)[0] / len(g)),  # and not both
    ],
    "both-averaged": [lambda g, x, w: tuple(t / len(g) for t in conv1d()(g, x, w))],
    "cut-to-output": [
        conv1d(lambda g, x, w: torch.from_numpy(np.convolve(g.numpy(), w.numpy(), "same")))
    ],
    "raised": [
        conv1d(lambda g, x, w: g * w),
        lambda g, x, w: (F.conv1d(g, w), F.conv1d(x, g)),
    ],
    "wrong-count": [lambda g, x, w: conv1d()(g, x, w)[0]],
    "returned-none": [conv1d(gw=lambda g, x, w: None)],
    "last-output-missing": [conv1d(one_too_few)],
    "not-recognised": [conv1d(lambda g, x, w: conv1d()(g, x, w)[0] * x)],
    "changed-grad-output": [in_place],
    "extra-dimension": [
        lambda g, x, w: (
            F.conv_transpose1d(g[None, None], w[None, None]),
            F.conv1d(x[None, None], g[None, None]),
        ),
    ],
    "wrong-for-one-weight": [
        conv1d(lambda g, x, w: conv1d()(g, x, w)[0] if len(w) > 1 else g),
    ],
}  # fmt: skip


def weight(image=None, change=None, g_=None):
    """The right gradient, with another image, another result or another grad_output."""

    def answer(g, x, k, p):
        padded = image(x, p) if image else F.pad(x, [p] * 4)
        g = g_(g) if g_ else g
        result = F.conv2d(padded.transpose(0, 1), g.transpose(0, 1)).transpose(0, 1)
        return change(result, g, x) if change else result

    return answer


def weight_loop(g, x, k, p):
    """`=` in place of `+=` in a loop over the samples."""
    result = torch.zeros(g.shape[1], x.shape[1], k, k, dtype=x.dtype)
    for n in range(len(x)):
        one = F.conv2d(x[n][:, None], g[n][:, None], padding=p).transpose(0, 1)
        result[:] = one
    return result


def last_taps(g, x, k, p):
    """Loops that end one step too early."""
    padded = F.pad(x, [p] * 4)
    result = torch.zeros(g.shape[1], x.shape[1], k, k, dtype=x.dtype)
    for i in range(k - 1):
        for j in range(k - 1):
            met = padded[:, :, i : i + g.shape[2], j : j + g.shape[3]]
            result[:, :, i, j] = torch.einsum("nohw,nchw->oc", g, met)
    return result


def weight_places(g, x, k, p):
    """`=` in place of `+=` in a loop over the places."""
    padded = F.pad(x, [p] * 4)
    result = torch.zeros(g.shape[1], x.shape[1], k, k, dtype=x.dtype)
    for a in range(g.shape[2]):
        for b in range(g.shape[3]):
            window = padded[:, :, a : a + k, b : b + k]
            result = torch.einsum("no,ncij->ocij", g[:, :, a, b], window)
    return result


WEIGHT: dict[str, list[Any]] = {
    "input-not-padded": [weight(lambda x, p: x)],
    "assumes-same-size": [lambda g, x, k, p: weight()(g, x, k, k // 2)],
    "padding-complemented": [lambda g, x, k, p: weight()(g, x, k, k - 1 - p)],
    "last-taps-missing": [last_taps],
    "padded-twice": [
        weight(lambda x, p: F.pad(F.pad(x, [p] * 4), [p] * 4)),
    ],
    "rows-not-padded": [weight(lambda x, p: F.pad(x, (p, p)))],
    "padding-on-one-side": [weight(lambda x, p: F.pad(x, (2 * p, 0, 2 * p, 0)))],
    "padding-not-zero": [weight(lambda x, p: F.pad(x, [p] * 4, mode="replicate"))],
    "channels-not-swapped-back": [
        lambda g, x, k, p: F.conv2d(x.transpose(0, 1), g.transpose(0, 1), padding=p)
    ],
    "channels-reshaped": [weight(change=lambda r, g, x: r.transpose(0, 1).reshape(r.shape))],
    "weight-flipped": [weight(change=lambda r, g, x: r.flip(-1, -2))],
    "grad-output-flipped": [weight(g_=lambda g: g.flip(-1, -2))],
    "rows-and-columns-swapped": [weight(change=lambda r, g, x: r.mT)],
    "batch-averaged": [weight(change=lambda r, g, x: r / len(x))],
    "one-sample-only": [weight_loop],
    "one-place-only": [weight_places],
    "places-averaged": [weight(change=lambda r, g, x: r / g[0, 0].numel())],
    "samples-mixed": [
        lambda g, x, k, p: weight()(g.sum(0, keepdim=True), x.sum(0, keepdim=True), k, p)
    ],
    "missing-grad-output": [weight(g_=torch.ones_like)],
    "constant-factor": [weight(change=lambda r, g, x: 2 * r)],
    "wrong-sign": [weight(change=lambda r, g, x: -r)],
    "raised": [
        lambda g, x, k, p: F.conv2d(x, g, padding=p),
        lambda g, x, k, p: torch.einsum("nohw,nchw->oc", g, x),
        lambda g, x, k, p: F.conv2d(x, g.transpose(0, 1), padding=p),
    ],
    "batch-not-summed": [
        lambda g, x, k, p: torch.einsum(
            "nohw,ncijhw->nocij",
            g,
            F.pad(x, [p] * 4).unfold(2, g.shape[2], 1).unfold(3, g.shape[3], 1),
        )
    ],
    "wrong-shape": [lambda g, x, k, p: weight()(g, x, k, p).sum((2, 3))],
    "wrong-dtype": [weight(change=lambda r, g, x: r.float())],
    "returned-none": [weight(change=lambda r, g, x: None)],
}


def back(kernel=None, padding=None, change=None):
    """grad_x by a convolution, with another kernel, padding, or result."""

    def answer(g, w, p):
        k = w.shape[-1]
        turned = kernel(w) if kernel else w.flip(2, 3).transpose(0, 1)
        result = F.conv2d(g, turned, padding=padding(k, p) if padding else k - 1 - p)
        return change(result, g, w) if change else result

    return answer


def assigned_taps(g, w, p):
    n, _, rows, columns = g.shape
    _, c, k, _ = w.shape
    full = torch.zeros(n, c, rows + k - 1, columns + k - 1, dtype=g.dtype)
    for i in range(k):
        for j in range(k):
            full[:, :, i : i + rows, j : j + columns] = torch.einsum(
                "nohw,oc->nchw", g, w[:, :, i, j]
            )
    return full[:, :, p : rows + k - 1 - p, p : columns + k - 1 - p]


def empty_slice(g, w, p):
    full = F.conv_transpose2d(g, w)
    return full[:, :, p:-p, p:-p]


INPUT: dict[str, list[Any]] = {
    "kernel-not-flipped": [
        back(lambda w: w.transpose(0, 1)),
        back(lambda w: w.transpose(0, 1), lambda k, p: p),
        back(lambda w: w.transpose(0, 1), lambda k, p: 0),
    ],
    "padding-not-complemented": [
        back(padding=lambda k, p: p),
        lambda g, w, p: F.conv2d(g, w.rot90(2, (2, 3)).permute(1, 0, 2, 3), None, 1, p),
    ],
    "padding-missing": [back(padding=lambda k, p: 0)],
    "padding-not-undone": [
        back(padding=lambda k, p: k - 1),
        lambda g, w, p: F.conv_transpose2d(g, w),
    ],
    "padding-one-too-large": [back(padding=lambda k, p: k - p)],
    "assumes-same-size": [back(padding=lambda k, p: k // 2)],
    "cropped-on-one-side": [
        lambda g, w, p: F.conv_transpose2d(g, w)[
            :, :, : g.shape[2] + w.shape[2] - 1 - 2 * p, : g.shape[3] + w.shape[3] - 1 - 2 * p
        ]
    ],
    "flipped-in-one-direction": [back(lambda w: w.flip(-1).transpose(0, 1))],
    "kernel-transposed": [back(lambda w: w.mT.transpose(0, 1))],
    "turned-by-90-degrees": [back(lambda w: w.rot90(1, (2, 3)).transpose(0, 1))],
    "channels-flipped": [
        back(lambda w: w.flip(0, 1, 2, 3).transpose(0, 1)),
        back(lambda w: w.flip(0, 2, 3).transpose(0, 1)),
    ],
    "channels-reshaped": [
        back(lambda w: w.flip(2, 3).reshape(w.shape[1], w.shape[0], *w.shape[2:])),
    ],
    "overwritten": [assigned_taps],
    "batch-summed": [back(change=lambda r, g, w: r.sum(0))],
    "batch-averaged": [back(change=lambda r, g, w: r / len(g))],
    "output-channels-averaged": [back(change=lambda r, g, w: r / len(w))],
    "missing-grad-output": [lambda g, w, p: F.conv_transpose2d(torch.ones_like(g), w, padding=p)],
    "constant-factor": [back(change=lambda r, g, w: r / 2)],
    "raised": [
        lambda g, w, p: F.conv2d(g, w, padding=p),
        lambda g, w, p: F.conv2d(g, w.flip(2, 3), padding=w.shape[-1] - 1 - p),
    ],
    "all-zero": [back(change=lambda r, g, w: 0 * r)],
    "not-recognised": [back(change=lambda r, g, w: r.roll(1, -1))],
    "empty-slice": [empty_slice],
    "wrong-without-padding": [
        lambda g, w, p: empty_slice(g, w, p) if w.shape[-1] == 3 else back()(g, w, p),
    ],
    "wrong-for-one-sample": [back(change=lambda r, g, w: r.squeeze())],
}  # fmt: skip
