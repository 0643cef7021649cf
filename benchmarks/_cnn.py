"""The book's CNN for CIFAR-10, with every operation chosen: by hand, or PyTorch's own.

The network of chapters 8 and 9: three convolutions 5 × 5, each with ReLU and max-pooling by 2, and
two linear layers with a ReLU between them; 145,578 parameters. Tests and the benchmark compare one
such network that runs the book's functions with one that runs PyTorch's.
"""

import math
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from byhand import functions

Operation = Callable[..., Tensor]
CHANNELS = (3, 32, 32, 64)
FEATURES = (1024, 64, 10)
KERNEL = 5


class Operations(NamedTuple):
    """What a layer calls."""

    conv2d: Operation
    max_pool2d: Operation
    relu: Operation
    linear: Operation
    cross_entropy: Operation


BY_HAND = Operations(
    functions.conv2d,
    functions.max_pool2d,
    functions.relu,
    functions.linear,
    functions.cross_entropy,
)
BUILT_IN = Operations(F.conv2d, F.max_pool2d, F.relu, F.linear, F.cross_entropy)


class CNN(nn.Module):
    """Images (N, 3, 32, 32) to logits (N, 10), through the given operations."""

    def __init__(self, operations: Operations, seed: int = 0) -> None:
        super().__init__()
        self.operations = operations
        generator = torch.Generator().manual_seed(seed)
        kernels = [(o, i, KERNEL, KERNEL) for i, o in pairwise(CHANNELS)]
        matrices = [(o, i) for i, o in pairwise(FEATURES)]
        self.weights, self.biases = nn.ParameterList(), nn.ParameterList()
        for shape in (*kernels, *matrices):
            bound = math.prod(shape[1:]) ** -0.5  # as PyTorch's own layers start
            for parameters, size in ((self.weights, shape), (self.biases, shape[:1])):
                numbers = torch.rand(size, generator=generator) * 2 * bound - bound
                parameters.append(nn.Parameter(numbers))

    def forward(self, images: Tensor) -> Tensor:
        """Return the logits."""
        run, layers = self.operations, list(zip(self.weights, self.biases, strict=True))
        x = images
        for weight, bias in layers[:3]:
            x = run.conv2d(x, weight, bias, padding=KERNEL // 2)
            x = run.max_pool2d(run.relu(x), 2)
        (weight, bias), last = layers[3:]
        x = run.relu(run.linear(x.flatten(1), weight, bias))
        return run.linear(x, *last)

    def loss(self, images: Tensor, labels: Tensor) -> Tensor:
        """Return the mean cross-entropy, of shape ()."""
        return self.operations.cross_entropy(self(images), labels)
