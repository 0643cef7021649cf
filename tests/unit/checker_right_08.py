"""Right answers to the exercises of chapter 8, each in several forms."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from tests.unit.checker_right_08_training import ACCUMULATE, EPOCH


def size_counted(size, kernel_size, stride, padding, dilation):
    padded = size + padding + padding
    begins = [
        at for at in range(0, padded, stride) if at + dilation * (kernel_size - 1) <= padded - 1
    ]
    return len(begins)


def size_while(size, kernel_size, stride, padding, dilation):
    last, count = dilation * (kernel_size - 1), 0
    while last < size + 2 * padding:
        last, count = last + stride, count + 1
    return count


def size_pytorch(size, kernel_size, stride, padding, dilation):
    layer = nn.Conv1d(1, 1, kernel_size, stride, padding, dilation)
    return layer(torch.zeros(1, 1, size)).shape[-1]


def size_unfold(size, kernel_size, stride, padding, dilation):
    x = F.pad(torch.zeros(size), (padding, padding))
    return len(x.unfold(0, dilation * (kernel_size - 1) + 1, stride))


def size_keywords(size, kernel_size, stride=1, padding=0, dilation=1):
    effective = kernel_size + (kernel_size - 1) * (dilation - 1)
    return int((size + 2 * padding - effective) / stride) + 1


SIZE = (
    size_counted,
    size_while,
    size_pytorch,
    size_unfold,
    size_keywords,
    lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) // s + 1,
    lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1 + s) // s,
    lambda n, k, s, p, d: math.floor((n + 2 * p - d * (k - 1) - 1) / s + 1),
    lambda n, k, s, p, d: math.ceil((n + 2 * p - d * (k - 1)) / s),
    lambda n, k, s, p, d: -(-(n + 2 * p - d * (k - 1)) // s),
    lambda n, k, s, p, d: len(range(0, n + 2 * p - d * (k - 1), s)),
    lambda n, k, s, p, d: divmod(n + 2 * p - d * (k - 1) - 1, s)[0] + 1,
    lambda n, k, s, p, d: np.int64(n + 2 * p - d * (k - 1) - 1) // s + 1,
    lambda n, k, s, p, d: torch.tensor(n + 2 * p - d * (k - 1) - 1) // s + 1,
    lambda n, k, s, p, d: len(torch.arange(d * (k - 1), n + 2 * p, s)),
)


def count_separately(channels, size, layers):
    weights, biases = 0, 0
    side, inputs = size, channels
    for layer in layers:
        match layer:
            case ("conv", out, k, p):
                weights, biases = weights + out * inputs * k * k, biases + out
                inputs, side = out, side - k + 1 + 2 * p
            case ("pool", k):
                side //= k
            case ("flatten",):
                inputs *= side**2
            case ("linear", out):
                weights, biases, inputs = weights + inputs * out, biases + out, out
    return weights + biases


def modules(channels, size, layers):
    side, now = size, channels
    for name, *numbers in layers:
        if name == "conv":
            yield nn.Conv2d(now, numbers[0], numbers[1], padding=numbers[2])
            now, side = numbers[0], side + 2 * numbers[2] - numbers[1] + 1
        elif name == "pool":
            yield nn.MaxPool2d(*numbers)
            side = side // numbers[0]
        elif name == "flatten":
            yield nn.Flatten()
            now = now * side * side
        else:
            yield nn.Linear(now, *numbers)
            now = numbers[0]


def count_modules(channels, size, layers):
    model = nn.Sequential(*modules(channels, size, layers))
    return sum(p.numel() for p in model.parameters())


def count_lazy(channels, size, layers):
    kinds: Any = {
        "conv": lambda out, k, p: nn.LazyConv2d(out, k, padding=p),
        "pool": nn.MaxPool2d,
        "flatten": nn.Flatten,
        "linear": nn.LazyLinear,
    }
    model = nn.Sequential(*(kinds[name](*numbers) for name, *numbers in layers))
    model(torch.zeros(2, channels, size, size))
    return sum(math.prod(p.shape) for p in model.parameters())


def count_recursive(channels, size, layers):
    if not layers:
        return 0
    (kind, *rest), *others = layers
    if kind == "conv":
        out, k, p = rest
        here = (channels * k**2 + 1) * out
        return here + count_recursive(out, size + 2 * p - (k - 1), others)
    if kind == "pool":
        return count_recursive(channels, int(size / rest[0]), others)
    if kind == "flatten":
        return count_recursive(channels * size**2, 1, others)
    return rest[0] * channels + rest[0] + count_recursive(rest[0], size, others)


def count_shape(channels, size, layers):
    shape: tuple[int, ...] = (channels, size, size)
    total = 0
    for layer in layers:
        if layer[0] == "conv":
            out, k = layer[1], layer[2]
            total += np.prod((out, shape[0], k, k)) + out
            side = shape[1] + 2 * layer[3] - k + 1
            shape = (out, side, side)
        if layer[0] == "pool":
            shape = (shape[0], shape[1] // layer[1], shape[2] // layer[1])
        if layer[0] == "flatten":
            shape = (math.prod(shape),)
        if layer[0] == "linear":
            total += layer[1] * shape[0] + layer[1]
            shape = (layer[1],)
    return total


COUNT = (count_separately, count_modules, count_lazy, count_recursive, count_shape)


def by_training(images, train, val):
    seen = images[train]
    return train, val, seen.mean((0, 2, 3)), seen.std((0, 2, 3))


def split_loop(images, photo, n_photos, generator):
    numbers = sorted(set(photo.tolist()))
    order = torch.randperm(len(numbers), generator=generator).tolist()
    chosen = {numbers[k] for k in order[:n_photos]}
    val = [k for k, number in enumerate(photo.tolist()) if number in chosen]
    train = [k for k, number in enumerate(photo.tolist()) if number not in chosen]
    mean, std = by_training(images, torch.tensor(train), torch.tensor(val))[2:]
    return train, val, mean, std


def split_inverse(images, photo, n_photos, generator):
    numbers, which = torch.unique(photo, return_inverse=True)
    rank = torch.randperm(len(numbers), generator=generator)[which]
    return by_training(images, torch.where(rank >= n_photos)[0], torch.where(rank < n_photos)[0])


def split_training_first(images, photo, n_photos, generator):
    numbers = photo.unique()[torch.randperm(len(photo.unique()), generator=generator)]
    training = numbers[:-n_photos]
    mask = (photo[:, None] == training).any(dim=1)
    return by_training(images, mask.nonzero()[:, 0], (~mask).nonzero()[:, 0])


def split_multinomial(images, photo, n_photos, generator):
    numbers = photo.unique()
    weights = torch.ones(len(numbers))
    chosen = numbers[torch.multinomial(weights, n_photos, generator=generator)]
    val = torch.cat([(photo == number).nonzero().squeeze(1) for number in chosen])
    every = torch.arange(len(photo))
    return by_training(images, every[~torch.isin(every, val)], val)


def split_moments(images, photo, n_photos, generator):
    train, val, _, _ = split_inverse(images, photo, n_photos, generator)
    channels = images[train].transpose(0, 1).reshape(images.shape[1], -1)
    mean = channels.sum(1) / channels.shape[1]
    std = ((channels - mean[:, None]) ** 2).mean(1).sqrt()
    return train, val, mean, std


def split_shuffled(images, photo, n_photos, generator):
    """Images in a random order; photographs by their first image in it."""
    order = torch.randperm(len(photo), generator=generator)
    chosen = list(dict.fromkeys(photo[order].tolist()))[:n_photos]
    is_val = np.isin(photo.numpy(), chosen)
    train = torch.from_numpy(np.flatnonzero(~is_val))
    val = torch.from_numpy(np.flatnonzero(is_val))
    return by_training(images, train[torch.randperm(len(train), generator=generator)], val)


def split_masks(images, photo, n_photos, generator):
    numbers = photo.unique()
    chosen = numbers[torch.rand(len(numbers), generator=generator).argsort()[:n_photos]]
    val = torch.isin(photo, chosen)
    return by_training(images, ~val, val)


def split_normalise(images, photo, n_photos, generator):
    train, val, _, _ = split_inverse(images, photo, n_photos, generator)
    std, mean = torch.std_mean(images[train], dim=(0, 2, 3), correction=0)
    return [train, val, mean, std]


SPLIT = (
    split_loop,
    split_inverse,
    split_training_first,
    split_multinomial,
    split_moments,
    split_shuffled,
    split_masks,
    split_normalise,
)

RIGHT: dict[str, tuple[Any, ...]] = {
    "conv-output-shape": SIZE,
    "count-parameters": COUNT,
    "train-and-validate": EPOCH,
    "split-leak": SPLIT,
    "accumulate-epoch": ACCUMULATE,
}
