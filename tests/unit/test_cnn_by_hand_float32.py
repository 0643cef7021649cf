"""In float32, from the same parameters at each step, every gradient is near its reference."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from benchmarks import _float32
from benchmarks._float32 import BOUND, LAYERS, ONEDNN_BOUND, distance

STORED = Path(__file__).parents[2] / "benchmarks" / "cnn_by_hand.json"
NO_PARAMETERS = {name for name in LAYERS if name.rstrip("1234") in ("relu", "pool")}


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Two threads would add in another order each time."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def compare_whole_network(steps: int, samples: int) -> None:
    """Both networks with the same convolutions: every gradient within 1e-5 of its largest entry."""
    same = _float32.whole_network(steps, samples, with_onednn=False)
    assert len(same) == 10
    assert max(same.values()) <= BOUND, same
    as_it_comes = _float32.whole_network(steps, samples, with_onednn=True)
    print(f"{steps} steps of {samples}: {max(same.values()):.1e}, {max(as_it_comes.values()):.1e}")
    assert max(as_it_comes.values()) <= ONEDNN_BOUND, as_it_comes


def compare_each_layer(steps: int, samples: int) -> None:
    """Each layer from the same numbers: within 1e-5 of float64, whatever PyTorch's own is."""
    found = _float32.each_layer(steps, samples)
    assert {key.split()[0] for key in found} == set(LAYERS)
    for key, apart in found.items():
        assert apart.by_hand <= BOUND / 2, (key, apart)
        # Where PyTorch's own is as near, the two are within 1e-5 of each other, too.
        assert apart.between <= apart.by_hand + apart.built_in + 1e-7, (key, apart)
        assert apart.built_in <= ONEDNN_BOUND, (key, apart)
        if key.split()[0] in NO_PARAMETERS:  # only moves numbers, so nothing is rounded
            assert apart == (0, 0, 0), (key, apart)


def test_whole_network() -> None:
    compare_whole_network(steps=3, samples=40)


def test_each_layer() -> None:
    compare_each_layer(steps=2, samples=40)


@pytest.mark.long
def test_whole_network_over_fifty_steps() -> None:
    compare_whole_network(steps=50, samples=128)


@pytest.mark.long
def test_each_layer_over_ten_steps() -> None:
    compare_each_layer(steps=10, samples=128)


def test_a_running_sum_loses_what_the_built_in_bias_gradient_loses() -> None:
    """Measured: oneDNN's equals the running sum to the last bit; `torch.sum` adds parts first."""
    grad_output = torch.randn(128, 32, 32, 32, generator=torch.Generator().manual_seed(0))
    terms = grad_output.transpose(0, 1).flatten(1)
    exact = terms.double().sum(1)
    image, kernel = torch.zeros(128, 1, 32, 32), torch.zeros(32, 1, 5, 5)
    bias = torch.zeros(32, requires_grad=True)
    output = torch.nn.functional.conv2d(image, kernel, bias, padding=2)
    (built_in,) = torch.autograd.grad(output, bias, grad_output)
    running = torch.zeros(32)
    for term in terms.T:  # `torch.cumsum` keeps its running sum in float64
        running += term
    in_parts = distance(grad_output.sum((0, 2, 3)), exact)
    lost = distance(running, exact)
    print(f"running {lost:.1e}, built-in {distance(built_in, exact):.1e}, parts {in_parts:.1e}")
    assert in_parts < 1e-6 < BOUND / 2 < lost < ONEDNN_BOUND
    assert distance(built_in, exact) <= 2 * lost


def test_the_stored_distances_keep_the_bound() -> None:
    stored = json.loads(STORED.read_text())["measured"]["float32"]
    assert (stored["steps"], stored["batch"], stored["required"]) == (50, 128, BOUND)
    whole = stored["whole_network"]
    assert 0 < whole["without_onednn"]["largest"] <= BOUND
    assert 0 < whole["as_it_comes"]["largest"] <= ONEDNN_BOUND
    assert {key.split()[0] for key in stored["layers"]} == set(LAYERS)
    for apart in stored["layers"].values():
        assert apart["by_hand"] <= BOUND
        assert apart["built_in"] <= ONEDNN_BOUND
