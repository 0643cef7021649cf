"""The network of chapter 8, trained on drawn images, and a walk through its layers with PyTorch."""

import copy
from collections.abc import Sequence
from typing import Final, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from byhand._cifar10 import CIFAR10, load_cifar10

Snapshots = Sequence[tuple[int, nn.Sequential]]

SHOWN: Final = 6  # of the channels of a layer
CLASSES_SHOWN: Final = (0, 1, 3, 5, 7, 8)
_IMAGES: Final = 1000
_BATCH: Final = 64
_STEPS: Final = (0, 10, 40, 120)
_LR: Final = 1.5e-3


class Layer(NamedTuple):
    """One stop of the walk: the images, or what one layer of the network returns.

    Attributes:
        name: What the page calls it.
        kind: ``"input"``, ``"conv"``, ``"relu"``, ``"pool"``, ``"flatten"`` or ``"linear"``.
        shape: Of its output for one image.
        shown: Of what the page shows of it, as channels, rows and columns.
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    shown: tuple[int, int, int]


def _block(number: int, channels: int, size: int) -> tuple[Layer, ...]:
    whole, half = (channels, size, size), (channels, size // 2, size // 2)
    return (
        Layer(f"conv {number}", "conv", whole, (SHOWN, *whole[1:])),
        Layer(f"ReLU {number}", "relu", whole, (SHOWN, *whole[1:])),
        Layer(f"pool {number}", "pool", half, (SHOWN, *half[1:])),
    )


LAYERS: Final = (
    Layer("input", "input", (3, 32, 32), (3, 32, 32)),
    *_block(1, 32, 32),
    *_block(2, 32, 16),
    *_block(3, 64, 8),
    Layer("flatten", "flatten", (1024,), (1, SHOWN, 16)),
    Layer("linear 1", "linear", (64,), (1, 8, 8)),
    Layer("ReLU 4", "relu", (64,), (1, 8, 8)),
    Layer("linear 2", "linear", (10,), (1, 1, 10)),
)


class Walk(NamedTuple):
    """What each stop of `LAYERS` holds, in float64: tensors (N, *shape).

    Attributes:
        values: The images as the network gets them, and the output of every layer.
        gradients: Of the loss of each image (its own cross-entropy), for each of the values.
    """

    values: list[Tensor]
    gradients: list[Tensor]


def network() -> nn.Sequential:
    """Return the network of chapter 8: 145,578 parameters, as PyTorch starts them."""
    layers: list[nn.Module] = []
    for channels, kernels in ((3, 32), (32, 32), (32, 64)):
        layers += [nn.Conv2d(channels, kernels, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)]
    layers += [nn.Flatten(), nn.Linear(1024, 64), nn.ReLU(), nn.Linear(64, 10)]
    return nn.Sequential(*layers)


def walk(model: nn.Sequential, x: Tensor, labels: Tensor) -> Walk:
    """Run images through a network and back, layer by layer, in float64.

    Args:
        model: The network; it is not changed.
        x: Its input, (N, 3, 32, 32).
        labels: The classes, (N,).

    Returns:
        The values and gradients of `LAYERS`.
    """
    values = [x.detach().double().requires_grad_()]
    for layer in copy.deepcopy(model).double():
        values.append(layer(values[-1]))
    loss = F.cross_entropy(values[-1], labels, reduction="sum")
    gradients = torch.autograd.grad(loss, values)
    return Walk([value.detach() for value in values], list(gradients))


def normal(images: Tensor, mean: Sequence[float], std: Sequence[float]) -> Tensor:
    """Return pixels as the network gets them: (pixel − mean) / std, in float64."""
    middle, spread = (torch.tensor(one, dtype=torch.float64)[:, None, None] for one in (mean, std))
    return (images.double() - middle) / spread


def examples() -> CIFAR10:
    """Return six drawn test images of six classes."""
    drawn = load_cifar10(split="test", n=100)
    rows = torch.tensor([int((drawn.labels == k).nonzero()[0]) for k in CLASSES_SHOWN])
    return CIFAR10(drawn.images[rows], drawn.labels[rows], drawn.classes)


def pixel_statistics(images: Tensor) -> tuple[list[float], list[float]]:
    """Return mean and standard deviation of each colour, in units of the pixels."""
    pixels = images.float()
    return tuple(found.tolist() for found in (pixels.mean((0, 2, 3)), pixels.std((0, 2, 3))))  # type: ignore[return-value]


def trained() -> tuple[list[tuple[int, nn.Sequential]], list[float], list[float]]:
    """Train the network for some seconds on drawn images.

    Returns:
        The snapshots, and mean and standard deviation of the training pixels.
    """
    data = load_cifar10(n=_IMAGES)
    mean, std = pixel_statistics(data.images)
    x = normal(data.images, mean, std).float()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = network()
    optimizer = torch.optim.Adam(model.parameters(), lr=_LR)
    generator = torch.Generator().manual_seed(0)
    snapshots = [(0, copy.deepcopy(model))]
    for step in range(1, _STEPS[-1] + 1):
        rows = torch.randint(len(x), (_BATCH,), generator=generator)
        optimizer.zero_grad()
        torch.autograd.backward(F.cross_entropy(model(x[rows]), data.labels[rows]))
        optimizer.step()
        if step in _STEPS:
            snapshots.append((step, copy.deepcopy(model)))
    return snapshots, mean, std
