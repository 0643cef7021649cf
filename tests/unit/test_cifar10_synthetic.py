"""The drawn pictures are the same everywhere, and as hard as they are meant to be."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from benchmarks import synthetic as bench
from byhand import CIFAR10, load_cifar10
from byhand._cifar10.archive import CLASSES
from byhand._cifar10.synthetic import CHUNK

HASHES = {
    "train": "d389af4a3fc6ecefbbb7fabb264897b8ad24bc09f6ca3c8ce78af54c282c75d9",
    "test": "988f16e6799bfc460b13d688959447dfa1123183b24b13ce89936047ad7bb08b",
}
"""SHA-256 of the first 1,000 pictures and labels, seed 0."""
STORED = Path(__file__).parents[2] / "benchmarks" / "synthetic.json"


def digest(data: CIFAR10) -> str:
    labels = data.labels.to(torch.uint8)
    return hashlib.sha256(bytes(data.images.numpy()) + bytes(labels.numpy())).hexdigest()


@pytest.mark.parametrize("split", ["train", "test"])
def test_same_pixels(split: str) -> None:
    assert digest(load_cifar10(split=split, n=1000)) == HASHES[split]  # type: ignore[arg-type]


PROGRAM = """
import torch
from byhand import load_cifar10
from tests.unit.test_cifar10_synthetic import digest
print(torch.get_num_threads(), torch.backends.cpu.get_cpu_capability())
print(digest(load_cifar10(n=1000)))
"""
PLAIN = {"OMP_NUM_THREADS": "1", "ATEN_CPU_CAPABILITY": "default", "MKL_CBWR": "COMPATIBLE"}


def test_same_pixels_with_other_threads_and_kernels() -> None:
    """In the tests' own environment, which is PLAIN, with all a processor has; else PLAIN."""
    plain = torch.backends.cpu.get_cpu_capability() == "DEFAULT"
    settings = {} if plain else PLAIN
    inherited = {name: value for name, value in os.environ.items() if name not in PLAIN}
    finished = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=Path(__file__).parents[2],
        env=inherited | settings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    threads, capability, found = finished.stdout.split()
    assert (threads, capability) == ("1", "DEFAULT") or plain
    assert found == HASHES["train"]


def test_layout_is_that_of_the_real_set() -> None:
    data = load_cifar10(n=3)
    assert data.images.shape == (3, 3, 32, 32)
    assert data.images.is_contiguous()
    assert (data.images.dtype, data.labels.dtype) == (torch.uint8, torch.int64)
    assert data.classes == CLASSES
    assert len(data) == 3
    assert repr(data) == "CIFAR10(3 images, (3, 3, 32, 32) uint8, 10 classes)"


def test_every_five_hundred_hold_each_class_alike() -> None:
    data = load_cifar10(n=3 * CHUNK)
    for k in range(3):
        labels = data.labels[k * CHUNK : (k + 1) * CHUNK]
        assert labels.bincount().tolist() == [CHUNK // 10] * 10
        assert not torch.equal(labels, data.labels[:CHUNK]) or k == 0


@pytest.mark.parametrize("n", [1, 9, CHUNK - 1, CHUNK, CHUNK + 1])
def test_fewer_are_the_first_of_more(n: int) -> None:
    more, fewer = load_cifar10(n=CHUNK + 100), load_cifar10(n=n)
    assert torch.equal(fewer.images, more.images[:n])
    assert torch.equal(fewer.labels, more.labels[:n])


def test_splits_and_seeds_share_no_picture() -> None:
    sets = [
        load_cifar10(split="train", n=1000),
        load_cifar10(split="test", n=1000),
        load_cifar10(split="train", n=1000, seed=1),
    ]
    pictures = [bytes(picture.numpy()) for data in sets for picture in data.images]
    assert len(set(pictures)) == 3000


def test_global_random_state_is_left_alone() -> None:
    before = torch.get_rng_state()
    load_cifar10(n=2)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.fixture(scope="module")
def drawn() -> tuple[CIFAR10, CIFAR10, float]:
    """Both sets in their default sizes, and the seconds of the processor for the first."""
    start = time.process_time()  # not the clock: others may share the machine
    train = load_cifar10()
    return train, load_cifar10(split="test"), time.process_time() - start


def test_default_sizes_and_time(drawn: tuple[CIFAR10, CIFAR10, float]) -> None:
    train, test, seconds = drawn
    assert (len(train), len(test)) == (10_000, 2_000)
    assert seconds <= bench.SECONDS


def test_threads_are_left_alone() -> None:
    threads = torch.get_num_threads()
    load_cifar10(n=1)
    assert torch.get_num_threads() == threads


def test_colour_alone_says_little(drawn: tuple[CIFAR10, CIFAR10, float]) -> None:
    """A linear model of each picture's colours, wherever in it they are, stays far from right."""
    features = []
    for data in drawn[:2]:
        pixels = data.images[:2000].double().flatten(2) / 255
        extremes = pixels.sort(2).values[:, :, [100, 900]]
        parts = [pixels.mean(2), pixels.std(2), extremes.flatten(1), torch.ones(2000, 1).double()]
        features.append(torch.cat(parts, dim=1))
    wanted = torch.nn.functional.one_hot(drawn[0].labels[:2000]).double()
    weights = torch.linalg.lstsq(features[0], wanted).solution
    accuracy = ((features[1] @ weights).argmax(1) == drawn[1].labels).double().mean()
    assert accuracy < 0.35


def test_a_linear_model_stays_low(drawn: tuple[CIFAR10, CIFAR10, float]) -> None:
    """Quickly; the long test and the benchmark give it every advantage."""
    data = bench.normalised(*drawn[:2])
    assert 0.2 < bench.linear_accuracy(data, epochs=2, decays=(0.1,)) <= bench.LINEAR


@pytest.mark.long
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_linear_model_and_network(seed: int) -> None:
    data = bench.batches(seed)
    assert bench.linear_accuracy(data) <= bench.LINEAR
    for relu in (False, True):
        assert bench.network_accuracy(data, relu=relu)[0] >= bench.NETWORK


def test_the_stored_figures_reach_what_is_promised() -> None:
    result = json.loads(STORED.read_text())["measured"]
    assert result["reached"]
    assert result["images"] == 10_000
    assert result["drawing_processor_s"] <= 5
    assert max(result["linear_test_accuracy"]) <= 0.60
    networks = result["network_test_accuracy"] + result["network_with_relu_test_accuracy"]
    assert len(networks) == 2 * len(result["seeds"])
    assert min(networks) >= 0.85
    assert result["network_training_processor_s"] <= 20


def test_the_networks_are_the_articles() -> None:
    for relu in (False, True):
        model = bench.network(relu=relu)
        assert sum(parameter.numel() for parameter in model.parameters()) == 145_578
        assert sum(isinstance(layer, torch.nn.ReLU) for layer in model) == 4 * relu
