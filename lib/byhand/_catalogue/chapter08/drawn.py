"""Whole numbers, images and networks for the exercises of chapter 8."""

from __future__ import annotations

import random
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from byhand._checker.inputs import Inputs

Batch = tuple[Tensor, Tensor]
"""Images (n, 3, 2, 2) and labels (n,)."""

IMAGE = (3, 2, 2)
FEATURES, HIDDEN, CLASSES = 12, 7, 5
SHAPES = ((HIDDEN, FEATURES), (HIDDEN,), (HIDDEN,), (CLASSES, HIDDEN), (CLASSES,))
"""Of the two matrices, and of what stands behind each."""


def dice(inputs: Inputs) -> random.Random:
    """A generator of whole numbers that belongs to the seed."""
    return random.Random(f"byhand chapter 8, {inputs.seed}")


def parameters(inputs: Inputs) -> list[Tensor]:
    """Two matrices, each with a row of scales or shifts; see `SHAPES`."""
    return [inputs.values(*shape) / 4 for shape in SHAPES]


def batches(inputs: Inputs, sizes: tuple[int, ...]) -> list[Batch]:
    """Batches of these sizes."""
    numbers = dice(inputs)
    return [
        (
            inputs.values(n, *IMAGE),
            torch.tensor([numbers.randrange(CLASSES) for _ in range(n)], device="cpu"),
        )
        for n in sizes
    ]


class Loader(list[Batch]):
    """Batches in a list, with what code for a DataLoader asks for."""

    @property
    def dataset(self) -> list[tuple[Tensor, Tensor]]:
        """All images with their labels."""
        return [pair for images, labels in self for pair in zip(images, labels, strict=True)]

    @property
    def batch_size(self) -> int:
        """Images of the first batch."""
        return len(self[0][1])


class Descent(torch.optim.Optimizer):
    """Plain gradient descent that notices what is done with it.

    `torch.optim.SGD` imports a compiler at its first use, which takes seconds.
    """

    def __init__(self, params: list[torch.nn.Parameter], lr: float) -> None:
        self.defaults: dict[str, Any] = {"lr": lr}
        self.param_groups = [{"params": params, "lr": lr}]
        self.state: Any = {}
        self.steps = 0

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Clear the gradients."""
        for p in self.params:
            if set_to_none:
                p.grad = None
            elif p.grad is not None:
                p.grad.zero_()

    def step(self, closure: Any = None) -> Any:
        """One step along the gradients."""
        loss = None if closure is None else closure()
        self.steps += 1
        with torch.no_grad():
            for p in self.params:
                if p.grad is not None:
                    p.sub_(p.grad, alpha=self.param_groups[0]["lr"])
        return loss

    @property
    def params(self) -> list[torch.nn.Parameter]:
        """All parameters."""
        return list(self.param_groups[0]["params"])


class Network(torch.nn.Module):
    """Two matrices with a ReLU between them, and batch normalisation where it is wanted."""

    def __init__(self, params: list[Tensor], normalised: bool) -> None:
        super().__init__()
        self.values = torch.nn.ParameterList(p.detach().clone() for p in params)
        self.running_mean: Tensor
        self.running_var: Tensor
        self.register_buffer("running_mean", torch.zeros_like(params[1]) if normalised else None)
        self.register_buffer("running_var", torch.ones_like(params[1]) if normalised else None)
        self.normalised = normalised

    def forward(self, images: Tensor) -> Tensor:
        """Logits (n, classes)."""
        first, scale, shift, second, bias = self.values
        hidden = images.flatten(1) @ first.T
        if self.normalised:
            hidden = F.batch_norm(
                hidden, self.running_mean, self.running_var, scale, shift, self.training
            )
        else:
            hidden = hidden * scale + shift
        return torch.relu(hidden) @ second.T + bias
