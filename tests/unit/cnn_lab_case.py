"""A small CNN lab for tests: two networks, three images, one of them a plain surface.

The plain image has equal numbers everywhere, so that pooling must choose among equals.
"""

import functools
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from byhand import CIFAR10, load_cifar10
from byhand.labs import CnnLab
from byhand.labs._cnn_walk import LAYERS, network

MEAN, STD = [120.0, 125.5, 130.0], [55.0, 60.0, 65.25]
SHOWN = 6
LEVELS = 45


def seeded(seed: int) -> nn.Sequential:
    """Return the chapter's network with numbers of its own."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return network()


@functools.cache
def snapshots() -> tuple[tuple[int, nn.Sequential], ...]:
    """Return a network as it starts, and one that has learned a little."""
    data, model = load_cifar10(n=64, seed=3), seeded(1)
    x = (data.images.float() - 125) / 60
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    for _ in range(6):
        optimizer.zero_grad()
        torch.autograd.backward(F.cross_entropy(model(x), data.labels))
        optimizer.step()
    return (0, seeded(1)), (6, model)


def images() -> CIFAR10:
    """Return two drawn images, and one that is white on its left and grey on its right."""
    drawn = load_cifar10(split="test", n=2, seed=5)
    plain = torch.full((1, 3, 32, 32), 255, dtype=torch.uint8)
    plain[..., 16:] = 128
    labels = torch.cat([drawn.labels, torch.tensor([9])])
    return CIFAR10(torch.cat([drawn.images, plain]), labels, drawn.classes)


def small_lab() -> CnnLab:
    """Return the lab, with the second snapshot shown."""
    return CnnLab(list(snapshots()), images(), mean=MEAN, std=STD)


def by_pytorch(snapshot: int, image: int) -> tuple[list[Tensor], list[Tensor]]:
    """Run one image forward and back, in float64, with hooks on the modules.

    Returns:
        What every stop shows, and its gradient: tensors (channels, rows, columns).
    """
    data = images()
    model = seeded(1).double()
    model.load_state_dict(snapshots()[snapshot][1].state_dict())
    pixels = data.images[image : image + 1].double()
    x = torch.stack([(pixels[:, c] - MEAN[c]) / STD[c] for c in range(3)], 1).requires_grad_()
    seen: list[Tensor] = [x]

    def keep(module: nn.Module, inputs: Any, output: Tensor) -> None:
        output.retain_grad()
        seen.append(output)

    for module in model:
        module.register_forward_hook(keep)
    loss = F.cross_entropy(model(x), data.labels[image : image + 1])
    torch.autograd.backward(loss)
    gradients = [one.grad for one in seen]
    assert all(one is not None for one in gradients)
    return (
        [_as_shown(k, one.detach()) for k, one in enumerate(seen)],
        [_as_shown(k, one) for k, one in enumerate(gradients) if one is not None],
    )


def _as_shown(stop: int, tensor: Tensor) -> Tensor:
    channels, rows, columns = LAYERS[stop].shown
    if tensor.ndim == 4:
        return tensor[0, :channels]
    return tensor[0, : rows * columns].reshape(channels, rows, columns)
