"""Wrong answers to conv-output-shape and count-parameters, by the name they get."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# ruff: noqa: ARG005  (an answer takes all arguments of its exercise, used or not)

from __future__ import annotations

import math
from typing import Any

import torch
import torch.nn.functional as F


def right(n, k, s, p, d):
    return (n + 2 * p - d * (k - 1) - 1) // s + 1


def only_plain(n, k, s, p, d):
    return n - k + 1


def prints(n, k, s, p, d):
    print(right(n, k, s, p, d))


SHAPES: dict[str, list[Any]] = {
    "padding-once": [lambda n, k, s, p, d: (n + p - d * (k - 1) - 1) // s + 1],
    "padding-forgotten": [
        lambda n, k, s, p, d: (n - d * (k - 1) - 1) // s + 1,
        lambda n, k, s, p, d: F.conv1d(torch.zeros(1, 1, n), torch.zeros(1, 1, k), None, s, 0, d)
        .shape[-1] if n > d * (k - 1) else (n - d * (k - 1) - 1) // s + 1,
        lambda n, k, s, p, d: (n - k) // s + 1,
    ],
    "dilation-forgotten": [
        lambda n, k, s, p, d: (n + 2 * p - k) // s + 1,
        lambda n, k, s, p, d: int((n - k + 2 * p) / s) + 1,
        lambda n, k, s, p, d: (n - k + 2 * p) / s + 1,
    ],
    "dilation-times-kernel": [lambda n, k, s, p, d: (n + 2 * p - d * k) // s + 1],
    "dilation-counts-gaps": [lambda n, k, s, p, d: (n + 2 * p - k - d * (k - 1)) // s + 1],
    "covered-one-too-few": [lambda n, k, s, p, d: (n + 2 * p - d * (k - 1)) // s + 1],
    "one-missing": [lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) // s],
    "one-added-too-early": [lambda n, k, s, p, d: (n + 2 * p - d * (k - 1)) // s],
    "rounded-up": [lambda n, k, s, p, d: math.ceil((n + 2 * p - d * (k - 1) - 1) / s) + 1],
    "rounded-to-nearest": [
        lambda n, k, s, p, d: round((n + 2 * p - d * (k - 1) - 1) / s) + 1,
        lambda n, k, s, p, d: round((n + 2 * p - d * (k - 1) - 1) / s + 1),
    ],
    "not-rounded": [lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) / s + 1],
    "stride-forgotten": [lambda n, k, s, p, d: n + 2 * p - d * (k - 1)],
    "stride-multiplied": [lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) * s + 1],
    "padding-not-divided": [lambda n, k, s, p, d: (n - d * (k - 1) - 1) // s + 1 + 2 * p],
    "rounded-twice": [
        lambda n, k, s, p, d: (n + 2 * p) // s - (d * (k - 1) + 1) // s + 1,
        lambda n, k, s, p, d: (n - d * (k - 1) - 1) // s + 2 * p // s + 1,
    ],
    "transposed-convolution": [lambda n, k, s, p, d: (n - 1) * s - 2 * p + d * (k - 1) + 1],
    "kernel-forgotten": [lambda n, k, s, p, d: (n + 2 * p) // s],
    "size-kept": [lambda n, k, s, p, d: n, lambda n, k, s, p, d: math.ceil(n / s)],
    "padding-subtracted": [lambda n, k, s, p, d: (n - 2 * p - d * (k - 1) - 1) // s + 1],
    "one-pixel-short": [
        lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 2) // s + 1,
        lambda n, k, s, p, d: math.ceil((n + 2 * p - d * (k - 1) - 1) / s),
    ],
    "float-result": [
        lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1.0) // s + 1,
        lambda n, k, s, p, d: torch.floor(torch.tensor((n + 2 * p - d * (k - 1) - 1) / s)) + 1,
    ],
    "right-in-region": [
        lambda n, k, s, p, d: right(n, k, s, p, d) if d == 1 else n,
        lambda n, k, s, p, d: right(n, k, s, p, d) if s == 1 else right(n, k, s, p, d) + 2,
        lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1 + (s > 1)) // s + 1 + (s > 1),
    ],
    "not-recognised": [
        only_plain,
        lambda n, k, s, p, d: n * k - s,
        lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) // s + 1 + (n % 3 == 0),
    ],
    "wrong-for-large-images": [lambda n, k, s, p, d: min(right(n, k, s, p, d), 100)],
    "wrong-at-the-edge": [
        lambda n, k, s, p, d: 7 if (n, k, s) == (9, 5, 4) else right(n, k, s, p, d),
    ],
    "constant-factor": [lambda n, k, s, p, d: 2 * right(n, k, s, p, d)],
    "returned-none": [prints],
    "not-a-number": [
        lambda n, k, s, p, d: [right(n, k, s, p, d)],
        lambda n, k, s, p, d: torch.zeros(right(n, k, s, p, d)),
        lambda n, k, s, p, d: str(right(n, k, s, p, d)),
    ],
    "argument-order": [lambda size, kernel_size, padding, stride, dilation: 1],
    "wrong-signature": [lambda size, kernel_size: size - kernel_size + 1],
}  # fmt: skip


def counts(
    conv=lambda i, o, k: o * (i * k * k + 1),
    linear=lambda i, o: o * (i + 1),
    pool=lambda c, k: 0,
    after_conv=lambda s, k, p: s + 2 * p - k + 1,
    after_pool=lambda s, k: s // k,
    flat=lambda c, s: c * s * s,
    update=True,
):
    """A counter whose rules can be replaced."""

    def answer(channels, size, layers):
        total = 0
        for name, *numbers in layers:
            if name == "conv":
                out, kernel, padding = numbers
                total += conv(channels, out, kernel)
                channels, size = out if update else channels, after_conv(size, kernel, padding)
            elif name == "pool":
                total += pool(channels, numbers[0])
                size = after_pool(size, numbers[0])
            elif name == "flatten":
                channels = flat(channels, size)
            else:
                total += linear(channels, numbers[0])
                channels = numbers[0] if update else channels
        return total

    return answer


def returns_in_loop(channels, size, layers):
    for name, *numbers in layers:
        if name == "conv":
            return numbers[0] * (channels * numbers[1] ** 2 + 1)
    return 0


def overwrites(channels, size, layers):
    total = 0
    for k, layer in enumerate(layers):
        if layer[0] in ("conv", "linear"):
            before = counts()(channels, size, layers[:k])
            total = counts()(channels, size, layers[: k + 1]) - before
    return total


def returns_after_the_first(channels, size, layers):
    for k in range(len(layers)):
        if layers[k][0] in ("conv", "linear"):
            return counts()(channels, size, layers[: k + 1])
    return 0


def this_network_only(channels, size, layers):
    return 145578


def one_network_and_none(channels, size, layers):
    return counts()(channels, size, layers) if len(layers) > 1 else None


def forgets_first(channels, size, layers):
    total, first = 0, True
    for k in range(len(layers)):
        if layers[k][0] in ("conv", "linear"):
            here = counts()(channels, size, layers[: k + 1]) - counts()(channels, size, layers[:k])
            total, first = total + (0 if first else here), False
    return total


COUNTS: dict[str, list[Any]] = {
    "bias-forgotten": [
        counts(conv=lambda i, o, k: o * i * k * k, linear=lambda i, o: o * i),
        counts(conv=lambda i, o, k: o * i * k * k),
        counts(linear=lambda i, o: o * i),
    ],
    "one-bias-per-layer": [
        counts(conv=lambda i, o, k: o * i * k * k + 1, linear=lambda i, o: o * i + 1),
    ],
    "bias-per-kernel": [counts(conv=lambda i, o, k: o * i * (k * k + 1))],
    "bias-per-input": [
        counts(conv=lambda i, o, k: i * (o * k * k + 1), linear=lambda i, o: i * (o + 1)),
    ],
    "kernel-not-squared": [
        counts(conv=lambda i, o, k: o * (i * k + 1)),
        counts(conv=lambda i, o, k: o * i * k, linear=lambda i, o: o * i),
    ],
    "kernel-doubled": [counts(conv=lambda i, o, k: o * (i * (k + k) + 1))],
    "kernel-forgotten": [counts(conv=lambda i, o, k: o * (i + 1))],
    "channels-added": [counts(conv=lambda i, o, k: (i + o) * k**2 + o)],
    "in-channels-forgotten": [counts(conv=lambda i, o, k: o * (k * k + 1))],
    "out-channels-forgotten": [counts(conv=lambda i, o, k: i * k * k + o)],
    "pooling-counted": [
        counts(pool=lambda c, k: k * k),
        counts(pool=lambda c, k: c * (c * k * k + 1)),
    ],
    "flatten-one-axis": [counts(flat=lambda c, s: c * s)],
    "flatten-channels-lost": [counts(flat=lambda c, s: s * s)],
    "flatten-forgotten": [counts(flat=lambda c, s: c)],
    "pooling-ignored": [counts(after_pool=lambda s, k: s)],
    "pooling-stride-one": [counts(after_pool=lambda s, k: s - k + 1)],
    "pooling-rounds-up": [counts(after_pool=lambda s, k: math.ceil(s / k))],
    "pooling-not-rounded": [counts(after_pool=lambda s, k: s / k)],
    "convolution-keeps-size": [counts(after_conv=lambda s, k, p: s)],
    "padding-ignored": [counts(after_conv=lambda s, k, p: s - k + 1)],
    "padding-once": [counts(after_conv=lambda s, k, p: s + p - k + 1)],
    "size-one-too-small": [counts(after_conv=lambda s, k, p: s + 2 * p - k)],
    "features-added": [counts(linear=lambda i, o: i + o)],
    "linear-left-out": [counts(linear=lambda i, o: 0)],
    "convolutions-left-out": [counts(conv=lambda i, o, k: 0)],
    "first-layer-only": [returns_after_the_first],
    "last-layer-only": [overwrites],
    "channels-not-updated": [counts(update=False)],
    "first-layer-left-out": [forgets_first],
    "not-recognised": [this_network_only, returns_in_loop],
    "right-in-region": [
        counts(flat=lambda c, s: c * s * s + 1),
        counts(conv=lambda i, o, k: o * (i * k * k + 1) + k),
    ],
    "float-result": [
        counts(linear=lambda i, o: o * (i + 1.0)),
        counts(conv=lambda i, o, k: o * (i * k**2.0 + 1)),
    ],
    "constant-factor": [lambda c, s, layers: 2 * counts()(c, s, layers)],
    "returned-none": [one_network_and_none],
    "not-a-number": [lambda c, s, layers: (counts()(c, s, layers),)],
    "wrong-for-this-chapter": [lambda c, s, layers: min(counts()(c, s, layers), 140000)],
    "wrong-for-small-networks": [lambda c, s, layers: max(counts()(c, s, layers), 50)],
    "raised": [lambda c, s, layers: sum(layer[1] for layer in layers)],
    "wrong-signature": [lambda layers: 145578],
}  # fmt: skip
