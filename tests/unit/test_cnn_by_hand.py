"""The CNN with every backward by hand learns exactly what PyTorch's own learns."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from benchmarks._cnn import BUILT_IN, BY_HAND, CNN, Operations
from benchmarks._float32 import distance, gradients

STORED = Path(__file__).parents[2] / "benchmarks" / "cnn_by_hand.json"


def batch(seed: int, samples: int, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    images = torch.randn(samples, 3, 32, 32, generator=generator, dtype=torch.float64)
    return images.to(dtype), torch.randint(0, 10, (samples,), generator=generator)


def compare_over_steps(steps: int, samples: int, by_hand: Operations = BY_HAND) -> None:
    """Train both with Adam in float64: loss and every parameter stay within 1e-12."""
    networks = [CNN(operations).double() for operations in (by_hand, BUILT_IN)]
    optimizers = [torch.optim.Adam(network.parameters()) for network in networks]
    start = [parameter.clone() for parameter in networks[0].parameters()]
    for step in range(steps):
        images, labels = batch(step, samples, torch.float64)
        losses = []
        for network, optimizer in zip(networks, optimizers, strict=True):
            optimizer.zero_grad()
            loss = network.loss(images, labels)
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            losses.append(loss.item())
        assert abs(losses[0] - losses[1]) < 1e-12
        for ours, theirs in zip(*(network.parameters() for network in networks), strict=True):
            assert (ours - theirs).abs().max() < 1e-12
    for before, after in zip(start, networks[0].parameters(), strict=True):
        assert (before - after).abs().max() > 1e-4 * min(steps, 10)  # it has learned


def test_the_network_is_the_articles() -> None:
    network = CNN(BY_HAND)
    assert sum(parameter.numel() for parameter in network.parameters()) == 145_578
    assert network(batch(0, 2, torch.float32)[0]).shape == (2, 10)


def test_adam_steps_in_float64() -> None:
    compare_over_steps(steps=5, samples=4)


@pytest.mark.long
def test_fifty_adam_steps_in_float64() -> None:
    compare_over_steps(steps=50, samples=33)


def wrong(layer: str, change: Any) -> CNN:
    """Return the network with one backward changed, forward as it was."""

    class Changed(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, output: Tensor) -> Tensor:
            return output.clone()

        @staticmethod
        def backward(ctx: Any, grad_output: Tensor) -> Tensor:
            changed: Tensor = change(grad_output)
            return changed

    right = getattr(BY_HAND, layer)
    through: Any = Changed.apply
    return CNN(
        BY_HAND._replace(**{layer: lambda *args, **kw: through(right(*args, **kw))})
    ).double()


@pytest.mark.parametrize("layer", BY_HAND._fields)
def test_one_wrong_layer_is_seen_in_the_first_step(layer: str) -> None:
    """A relative error of 1e-9 in one backward moves some gradient by more than the bound."""
    images, labels = batch(0, 4, torch.float64)
    expected = gradients(CNN(BUILT_IN).double(), images, labels)
    for factor, differs in ((1.0, False), (1 + 1e-9, True)):
        actual = gradients(wrong(layer, lambda g, f=factor: g * f), images, labels)
        apart = [distance(a, b) for a, b in zip(actual, expected, strict=True)]
        assert (max(apart) > 1e-11) == differs


def test_the_stored_benchmark_reports_every_layer() -> None:
    stored = json.loads(STORED.read_text())
    assert {"date", "machine", "versions"} <= set(stored)
    measured = stored["measured"]
    assert (measured["batch"], measured["dtype"], measured["threads"]) == (128, "float32", 2)
    layers = [f"{kind}{i}" for i in (1, 2, 3) for kind in ("conv", "relu", "pool")]
    assert list(measured["layers"]) == [*layers, "linear1", "linear2", "cross_entropy"]
    steps = measured["step"], measured["step_memory_returned"]
    for entry in steps:
        assert entry["least_ratio"] <= entry["ratio"] <= entry["largest_ratio"]
    for entry in (*steps, *measured["layers"].values()):
        ratio = entry["by_hand_ms"] / entry["built_in_ms"]
        assert entry["ratio"] == pytest.approx(ratio, abs=0.02, rel=0.02)
    reached = measured["step"]["ratio"] <= measured["required"]["ratio"] == 1.15
    assert measured["reached"] == reached
    assert measured["step"]["ratio"] < 1.5
