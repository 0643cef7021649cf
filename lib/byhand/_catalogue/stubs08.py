"""Exercise cells of chapter 8. Each part below is one notebook cell, without its last line."""

# A layer is a tuple of a name and numbers; that `photo` is not used is one of the leaks.
# mypy: disallow-any-generics=False
# ruff: noqa: ARG001

import torch
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
    """Height or width of what a convolution gives, for one axis.

    size is the height or width of its input. The padding is added at
    both ends. With dilation d, neighbouring weights of the kernel lie
    d pixels apart. Max-pooling follows the same rule.
    """
    raise NotImplementedError


# %% count-parameters
def count_parameters(
    channels: int,
    size: int,
    layers: list[tuple],
) -> int:
    """Number of parameters of a CNN, weights and biases together.

    The input is an image of (channels, size, size). A layer is one of
    ("conv", out_channels, kernel_size, padding), with stride 1,
    ("pool", kernel_size), with a stride of kernel_size,
    ("flatten",), from (channels, size, size) to one axis, and
    ("linear", out_features).
    Every "conv" and every "linear" has biases. Pooling drops rows and
    columns that do not fill a whole window.
    """
    raise NotImplementedError


# %% train-and-validate
def train_and_validate(
    model: nn.Module,
    optimizer: Optimizer,
    train_loader: DataLoader[tuple[Tensor, Tensor]],
    val_loader: DataLoader[tuple[Tensor, Tensor]],
) -> tuple[float, float]:
    """Train for one epoch, then validate: (val_loss, val_accuracy).

    The loss is F.cross_entropy(model(images), labels). The optimizer
    takes one step for each training batch. val_loss is the mean over
    all validation images, val_accuracy the share that is right. The
    last batch may be smaller than the others. The model has batch
    normalisation, and this function is called once for each epoch.
    """
    raise NotImplementedError


# %% split-leak
def leaky_split(
    images: Tensor,
    photo: Tensor,
    n_photos: int,
    generator: torch.Generator,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Split for training and validation, and numbers to normalise.

    images is (N, C, H, W). Some were cut from the same photograph:
    photo, of shape (N,), holds its number. Two leaks are in here.
    """
    mean = images.mean(dim=(0, 2, 3))
    std = images.std(dim=(0, 2, 3))
    order = torch.randperm(len(images), generator=generator)
    train_index, val_index = order[n_photos:], order[:n_photos]
    return train_index, val_index, mean, std


def clean_split(
    images: Tensor,
    photo: Tensor,
    n_photos: int,
    generator: torch.Generator,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The same four values, without the leaks.

    All images of n_photos photographs, chosen at random with
    `generator`, are for validation, and all others for training.
    mean and std have shape (C,).
    """
    raise NotImplementedError


# %% accumulate-epoch
def accumulate_epoch(
    model: nn.Module,
    optimizer: Optimizer,
    batches: list[tuple[Tensor, Tensor]],
    per_step: int,
) -> None:
    """One epoch in which each step uses per_step batches.

    The batches have different sizes. Each step follows the gradient of
    the mean of F.cross_entropy(model(images), labels) over all images
    of its batches. Only one batch at a time fits into the memory. The
    last step has fewer batches where their number is no multiple of
    per_step. The model has no batch normalisation.
    """
    raise NotImplementedError
