"""How far gradients in float32 stand from PyTorch's, and from those in float64.

The distance of two gradients is their largest difference over the largest entry of the second.
Float32 keeps 24 bits, a relative error of 6e-8 for each number that is rounded, so what a gradient
loses depends on the order in which its terms are added. The weight's and the bias's gradients of
the first convolution each add 131,072 terms of both signs (batch 128), and there the order shows.

oneDNN, the library that PyTorch convolves with on most processors, adds them one after the other
into one running sum (for each thread): on one thread the bias's gradient equals such a sum to the
last bit. That loses up to 2e-5 of the largest entry. `torch.sum`, PyTorch's convolution without
oneDNN, and the book's products add parts first, and lose a tenth of it. So three comparisons:

whole network, PyTorch without oneDNN   every gradient of the network, both ways, from the same
                                        parameters at each step: within 1e-5
whole network, PyTorch as it comes      the same with oneDNN: a bound that was measured, 4e-5
each layer                              both backwards get the same float32 input, parameters and
                                        grad_output, and are compared with the built-in in float64

In float64 the whole network cannot be the reference: rounding moves a few of its pooling maxima
and signs to another place, and their gradients with them. A layer alone has the same ones.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any, NamedTuple

import torch
from torch import Tensor

from benchmarks._cnn import BUILT_IN, BY_HAND, CNN, Operation, Operations
from byhand import load_cifar10

BOUND = 1e-5  # every gradient, of its largest entry
ONEDNN_BOUND = 4e-5  # against a running sum
LAYERS = [f"{kind}{i}" for i in (1, 2, 3) for kind in ("conv", "relu", "pool")]
LAYERS += ["linear1", "relu4", "linear2", "cross_entropy"]
TENSORS = ("input", "weight", "bias")


class Call(NamedTuple):
    """What one layer computed in a step, and the gradient that came back to it."""

    layer: str
    operation: str
    arguments: tuple[Any, ...]
    options: dict[str, Any]
    output: Tensor


class Distances(NamedTuple):
    """The largest distances of a layer's gradient: in float32, and of both from float64."""

    between: float
    by_hand: float
    built_in: float


def distance(actual: Tensor, expected: Tensor) -> float:
    """Return the largest difference over the largest entry expected."""
    return float((actual - expected).abs().max() / expected.abs().max())


def batches(steps: int, samples: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield images drawn by the book, normalised, and their labels."""
    data = load_cifar10("synthetic", n=2560)
    for step in range(steps):
        chosen = torch.randint(0, 2560, (samples,), generator=torch.Generator().manual_seed(step))
        yield (data.images[chosen] / 255 - 0.5) / 0.25, data.labels[chosen]


def gradients(network: CNN, images: Tensor, labels: Tensor) -> tuple[Tensor, ...]:
    """Return the loss's gradient for every parameter."""
    return torch.autograd.grad(network.loss(images, labels), list(network.parameters()))


def trained(steps: int, samples: int) -> Iterator[tuple[CNN, Tensor, Tensor]]:
    """Yield PyTorch's network before each step of Adam, and the batch of the step."""
    network = CNN(BUILT_IN)
    optimizer = torch.optim.Adam(network.parameters())
    for images, labels in batches(steps, samples):
        yield network, images, labels
        optimizer.zero_grad()
        network.loss(images, labels).backward()  # type: ignore[no-untyped-call]
        optimizer.step()


@contextmanager
def onednn(enabled: bool) -> Iterator[None]:
    """Let PyTorch use oneDNN, or not."""
    before = torch.backends.mkldnn.enabled
    switch: Any = torch.backends.mkldnn  # its type says that the switch is no bool
    switch.enabled = enabled
    try:
        yield
    finally:
        switch.enabled = before


def whole_network(
    steps: int, samples: int, with_onednn: bool, by_hand: Operations = BY_HAND
) -> dict[str, float]:
    """Return each parameter's largest distance over the steps, both networks in float32."""
    names = [*LAYERS[0:9:3], "linear1", "linear2"]
    keys = [f"{name} {tensor}" for tensor in TENSORS[1:] for name in names]
    largest = dict.fromkeys(keys, 0.0)
    ours = CNN(by_hand)
    for network, images, labels in trained(steps, samples):
        ours.load_state_dict(network.state_dict())
        with onednn(with_onednn):
            both = [gradients(either, images, labels) for either in (ours, network)]
        for key, actual, expected in zip(keys, *both, strict=True):
            largest[key] = max(largest[key], distance(actual, expected))
    return largest


def calls(network: CNN, images: Tensor, labels: Tensor) -> list[Call]:
    """Run a step, and return what each layer got and gave; `output.grad` is its grad_output."""
    made: list[Call] = []
    names = iter(LAYERS)

    def recorded(name: str, operation: Operation) -> Operation:
        def run(*arguments: Any, **options: Any) -> Tensor:
            output = operation(*arguments, **options)
            output.retain_grad()
            made.append(Call(next(names), name, arguments, options, output))
            return output

        return run

    operations = network.operations
    network.operations = Operations(
        *(recorded(name, operation) for name, operation in operations._asdict().items())
    )
    try:
        network.loss(images, labels).backward()  # type: ignore[no-untyped-call]
    finally:
        network.operations = operations
    return made


def alone(call: Call, operations: Operations, dtype: torch.dtype) -> dict[str, Tensor]:
    """Return the gradients of one layer, for the numbers and the grad_output of its call."""
    arguments = [
        value.detach().to(dtype).requires_grad_()
        if isinstance(value, Tensor) and value.is_floating_point()
        else value
        for value in call.arguments
    ]
    leaves = [value for value in arguments if isinstance(value, Tensor) and value.requires_grad]
    assert call.output.grad is not None
    output = getattr(operations, call.operation)(*arguments, **call.options)
    found = torch.autograd.grad(output, leaves, call.output.grad.to(dtype))
    return dict(zip(TENSORS, found, strict=False))


def each_layer(
    steps: int, samples: int, every: int = 1, by_hand: Operations = BY_HAND
) -> dict[str, Distances]:
    """Return the largest distances of each gradient of each layer, at every so many steps."""
    largest: dict[str, Distances] = {}
    for step, (network, images, labels) in zip(count(), trained(steps, samples), strict=False):
        for call in calls(network, images, labels) if step % every == 0 else []:
            ours = alone(call, by_hand, torch.float32)
            theirs = alone(call, BUILT_IN, torch.float32)
            for tensor, exact in alone(call, BUILT_IN, torch.float64).items():
                a, b, key = ours[tensor], theirs[tensor], f"{call.layer} {tensor}"
                found = distance(a, b), distance(a, exact), distance(b, exact)
                before = largest.get(key, Distances(0, 0, 0))
                largest[key] = Distances(*map(max, before, found))
    return largest


def measure(steps: int, samples: int, every: int) -> dict[str, Any]:
    """Return the comparisons of this module, each number with two digits."""
    short = "{:.1e}".format
    layers = each_layer(steps, samples, every)
    return {
        "steps": steps,
        "batch": samples,
        "images": "drawn by the book",
        "layers_every": every,
        "required": BOUND,
        "whole_network": {
            "without_onednn": largest(whole_network(steps, samples, False)),
            "as_it_comes": largest(whole_network(steps, samples, True)),
        },
        "layers": {
            key: {name: float(short(value)) for name, value in found._asdict().items()}
            for key, found in layers.items()
        },
    }


def largest(found: dict[str, float]) -> dict[str, Any]:
    """Return the largest distance, and whose it is."""
    whose = max(found, key=lambda key: found[key])
    return {"largest": float(f"{found[whose]:.1e}"), "of": whose}
