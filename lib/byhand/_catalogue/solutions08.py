"""Solutions of chapter 8. Each part below is one notebook cell, word for word."""

# `Tensor.backward` has no types, and a layer is a tuple of a name and numbers.
# mypy: disallow-untyped-calls=False, disallow-any-generics=False

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.utils.data import DataLoader


# %% conv-output-shape
def output_size(
    size: int,
    kernel_size: int,
    stride: int,
    padding: int,
    dilation: int,
) -> int:
    """Height or width of what a convolution gives, for one axis."""
    covered = dilation * (kernel_size - 1) + 1  # pixels it covers
    last = size + 2 * padding - covered  # where it begins at the end
    return last // stride + 1  # it begins at 0, stride, 2 stride, …


# %% count-parameters
def count_parameters(
    channels: int,
    size: int,
    layers: list[tuple],
) -> int:
    """Number of parameters of a CNN, weights and biases together."""
    total = 0
    for kind, *numbers in layers:
        if kind == "conv":
            out_channels, kernel_size, padding = numbers
            total += out_channels * (channels * kernel_size**2 + 1)
            channels = out_channels
            size = size + 2 * padding - kernel_size + 1
        elif kind == "pool":
            size = size // numbers[0]  # no parameters
        elif kind == "flatten":
            channels = channels * size * size  # now the features
        elif kind == "linear":
            total += numbers[0] * (channels + 1)
            channels = numbers[0]
    return total


# %% train-and-validate
def train_and_validate(
    model: nn.Module,
    optimizer: Optimizer,
    train_loader: DataLoader[tuple[Tensor, Tensor]],
    val_loader: DataLoader[tuple[Tensor, Tensor]],
) -> tuple[float, float]:
    """Train for one epoch, then validate: (val_loss, val_accuracy)."""
    model.train()
    for images, labels in train_loader:
        optimizer.zero_grad()
        F.cross_entropy(model(images), labels).backward()
        optimizer.step()

    model.eval()  # the running statistics of batch normalisation
    loss, right, n = 0.0, 0, 0
    with torch.no_grad():
        for images, labels in val_loader:
            logits = model(images)
            batch_loss = F.cross_entropy(logits, labels)
            loss += batch_loss.item() * len(labels)
            right += int((logits.argmax(1) == labels).sum())
            n += len(labels)
    return loss / n, right / n


# %% split-leak
def clean_split(
    images: Tensor,
    photo: Tensor,
    n_photos: int,
    generator: torch.Generator,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The same four values, without the leaks."""
    numbers = photo.unique()
    order = torch.randperm(len(numbers), generator=generator)
    for_validation = torch.isin(photo, numbers[order[:n_photos]])
    val_index = for_validation.nonzero().flatten()
    train_index = (~for_validation).nonzero().flatten()
    train_images = images[train_index]
    mean = train_images.mean(dim=(0, 2, 3))
    std = train_images.std(dim=(0, 2, 3))
    return train_index, val_index, mean, std


# %% accumulate-epoch
def accumulate_epoch(
    model: nn.Module,
    optimizer: Optimizer,
    batches: list[tuple[Tensor, Tensor]],
    per_step: int,
) -> None:
    """One epoch in which each step uses per_step batches."""
    for k in range(0, len(batches), per_step):
        group = batches[k : k + per_step]
        n = sum(len(labels) for _, labels in group)
        optimizer.zero_grad()
        for images, labels in group:
            loss = F.cross_entropy(model(images), labels)
            (loss * len(labels) / n).backward()
        optimizer.step()
