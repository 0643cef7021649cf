"""The trainings that `benchmarks.cifar10` measures, made from the code of chapter 8."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn

FIRST_LAYER = 2_000  # images that the first layer's filters are computed from


@dataclass(frozen=True)
class Images:
    """Normalised images (N, 3, 32, 32) and labels (N,), to train with and to test with."""

    train: Tensor
    train_labels: Tensor
    test: Tensor
    test_labels: Tensor

    def part(self, count: int, size: int) -> "Images":
        """Return the first `count` training images, `size` of the test's."""
        return Images(
            self.train[:count], self.train_labels[:count], self.test[:size], self.test_labels[:size]
        )


@dataclass(frozen=True)
class Run:
    """One way to train: a function of the images and a seed that returns the network."""

    train: Callable[[Images, int], nn.Module]
    epochs: int
    batch_size: int
    precision: str = "float32"
    mirrored: bool = False  # whether the mirrored test is reported, too


def has_bfloat16(device: str) -> bool:
    """Return whether the device computes in bfloat16, and does not only imitate it."""
    if device != "cpu":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    able = torch.cpu.get_capabilities()
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))


def runs(page: Any, device: str, epochs: int | None) -> dict[str, Run]:
    """Return the networks of the page's table, and how each is trained."""

    def epoch_by_epoch(
        make: Callable[[], nn.Module], batch: int, count: int, optimizer: Callable[..., Any]
    ) -> Run:
        def train(images: Images, seed: int) -> nn.Module:
            network: nn.Module = page.seeded(make, seed).to(device)
            chosen = optimizer(network.parameters())
            batches = page.loader(images.train, images.train_labels, batch, seed)
            for _ in range(count):
                page.train(network, batches, chosen)
            return network

        return Run(train, count, batch)

    def sgd(parameters: Iterator[nn.Parameter]) -> torch.optim.Optimizer:
        return torch.optim.SGD(parameters, lr=0.001, momentum=0.9)

    def adam(parameters: Iterator[nn.Parameter]) -> torch.optim.Optimizer:
        return torch.optim.Adam(parameters, lr=0.001)

    def article(activation: bool) -> Run:
        return epoch_by_epoch(lambda: page.article_network(activation), 128, epochs or 3, adam)

    short = page.Recipe(epochs=epochs or 2, precision=torch.float32)
    found = {
        "lenet": epoch_by_epoch(page.lenet, 4, epochs or 2, sgd),
        "article": article(False),
        "article with ReLU": article(True),
        "recipe in float32": fast(page, short),
    }
    if has_bfloat16(device):
        recipe = page.Recipe()
        found["recipe"] = fast(page, replace(recipe, epochs=epochs or recipe.epochs))
    return found


def fast(
    page: Any,
    recipe: Any,
    change: Callable[[nn.Module], object] | None = None,
    **options: object,
) -> Run:
    """Return a run of the page's recipe; its network made with options, and then changed."""

    def train(images: Images, seed: int) -> nn.Module:
        def make() -> nn.Module:
            network: nn.Module = page.fast_network(images.train[:FIRST_LAYER].cpu(), **options)
            if change is not None:
                change(network)
            return network

        network: nn.Module = page.seeded(make, seed).to(images.train.device)
        page.train_fast(network, images.train, images.train_labels, recipe, seed)
        return network

    precision = str(recipe.precision).removeprefix("torch.")
    return Run(train, recipe.epochs, recipe.batch_size, precision, mirrored=True)


def variants(page: Any, device: str, epochs: int | None) -> dict[str, Run]:
    """Return the recipe, and the recipe with one thing changed."""
    recipe = page.Recipe()
    best = torch.bfloat16 if has_bfloat16(device) else torch.float32
    recipe = replace(recipe, precision=best, epochs=epochs or recipe.epochs)
    other = torch.float32 if best is torch.bfloat16 else torch.bfloat16
    return {
        "the recipe": fast(page, recipe),
        "batches of 32": fast(page, replace(recipe, batch_size=32, peak_rate=0.1)),
        "batches of 512": fast(page, replace(recipe, batch_size=512, peak_rate=0.5)),
        "Adam in place of SGD": fast(page, replace(recipe, optimizer="Adam", peak_rate=0.003)),
        "a constant rate": fast(page, replace(recipe, one_cycle=False, peak_rate=0.05)),
        "no mirror images": fast(page, replace(recipe, mirror=False)),
        "no label smoothing": fast(page, replace(recipe, label_smoothing=0.0)),
        "a learned first layer": fast(page, recipe, learned_first_layer),
        "no batch normalisation": fast(page, replace(recipe, peak_rate=0.05), normalise=False),
        "channels first in memory": fast(page, replace(recipe, channels_last=False)),
        str(other).removeprefix("torch."): fast(page, replace(recipe, precision=other)),
    }


def learned_first_layer(network: nn.Module) -> None:
    """Begin the first layer with PyTorch's random numbers, and train it."""
    first: nn.Conv2d = network[0]  # type: ignore[index]
    first.reset_parameters()
    first.requires_grad_(True)
