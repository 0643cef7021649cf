"""What the book's CNN costs with every backward by hand: a training step, and each layer.

The network of `benchmarks._cnn`, once with the book's functions and once with PyTorch's, batch 128,
float32, two threads. A step is forward, backward and Adam. The two take turns in one run, and the
order changes each round. Each layer is measured alone, too: forward and backward on tensors of the
shapes that the network has there.

Other work on the machine lengthens some rounds many times over, and two threads that wait for each
other most of all. So the result is that of the calm rounds: the quarter in which both together took
least. The ratio of all rounds, and how busy the machine was, stand beside it. On a busy machine set
OMP_WAIT_POLICY=PASSIVE: a thread that waits then sleeps, and leaves its processor to the other one.

A step gives back to the system most of the memory that it took, and asks for it again in the next
one. Each page of memory that arrives anew costs time, and by hand there are more of them: how many
depends on where each tensor happens to lie, so that the ratio differs from one pair of networks to
the next. So there are several fresh pairs, and two measurements: `step`, with an allocator that
keeps its memory (as PyTorch's own does on a GPU), and `step_memory_returned`, as glibc behaves by
default. Both are for both networks. Where there is no glibc, the two are the same.

What the page quotes: `step` (by_hand_ms, built_in_ms, ratio), `layers` (the same for each), and
`float32`, how near every gradient in float32 is to its reference, in parts of its largest entry;
`benchmarks._float32` says what is compared. There `whole_network.without_onednn.largest` is held to
1e-5, and so is `by_hand` of each layer's gradients; `whole_network.as_it_comes` and `built_in` show
what PyTorch's own order of adding loses.
"""

import ctypes
import math
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from benchmarks import _float32
from benchmarks._cnn import BUILT_IN, BY_HAND, CHANNELS, CNN, FEATURES, KERNEL, Operations

BATCH = 128
THREADS = 2
PAIRS, STEPS, LAYER_ROUNDS = 5, 24, 24
GRADIENT_STEPS, LAYERS_EVERY = 50, 5
WARM_UP = 5
RATIO = 1.15
CALM = 0.25  # the part of the rounds that counts
Work = Callable[[], object]


def measure() -> dict[str, object]:
    """Return the median milliseconds of a step of both, each layer's, and the ratios."""
    busy = os.getloadavg()[0] if hasattr(os, "getloadavg") else math.nan  # none on Windows
    threads = torch.get_num_threads()
    torch.set_num_threads(THREADS)
    try:
        returned = _steps()
        keeps = _keep_memory()
        step = _steps()
        pairs = list(zip(_layers(BY_HAND), _layers(BUILT_IN), strict=True))
        layers = {ours[0]: _in_turns(ours[1], theirs[1], LAYER_ROUNDS) for ours, theirs in pairs}
    finally:
        torch.set_num_threads(threads)
    return {
        "batch": BATCH,
        "dtype": "float32",
        "threads": THREADS,
        "pairs": PAIRS,
        "steps": STEPS,
        "layer_rounds": LAYER_ROUNDS,
        "waiting_threads": os.environ.get("OMP_WAIT_POLICY", "default"),
        "calm_part": CALM,
        "load_before": round(busy, 1),
        "seed": 0,
        "memory_kept": keeps,
        "step": step,
        "step_memory_returned": returned,
        "layers": layers,
        "float32": _float32.measure(GRADIENT_STEPS, BATCH, LAYERS_EVERY),
        "required": {"ratio": RATIO},
        "reached": step["ratio"] <= RATIO,
    }


def _keep_memory() -> bool:
    """Let glibc keep all memory that it has, from now on; return whether it will.

    The names are those of mallopt(3): M_TRIM_THRESHOLD is −1, and M_MMAP_THRESHOLD is −3.
    """
    if sys.platform != "linux" or not hasattr(library := ctypes.CDLL(None), "mallopt"):
        return False
    return all(library.mallopt(option, 2**30) for option in (-1, -3))


def _steps() -> dict[str, float]:
    """Return the median pair of several: a training step of both, and the ratios of all pairs."""
    pairs = [_in_turns(_training(BY_HAND), _training(BUILT_IN), STEPS) for _ in range(PAIRS)]
    pairs.sort(key=lambda pair: pair["ratio"])
    ratios = {"least_ratio": pairs[0]["ratio"], "largest_ratio": pairs[-1]["ratio"]}
    return pairs[PAIRS // 2] | ratios


def _random(*shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(0))


def _labels() -> Tensor:
    return torch.randint(0, FEATURES[-1], (BATCH,), generator=torch.Generator().manual_seed(1))


def _training(operations: Operations) -> Work:
    """Return one training step."""
    network = CNN(operations)
    optimizer = torch.optim.Adam(network.parameters())
    images, labels = _random(BATCH, 3, 32, 32), _labels()

    def step() -> None:
        optimizer.zero_grad()
        network.loss(images, labels).backward()  # type: ignore[no-untyped-call]
        optimizer.step()

    return step


def _layers(run: Operations) -> Iterator[tuple[str, Work]]:
    """Yield each layer's name, and its forward and backward on tensors of the network's shapes."""
    parameters = CNN(run)
    weights, biases = parameters.weights, parameters.biases
    size = 32
    for i, channels in enumerate(CHANNELS[1:]):
        image = _random(BATCH, CHANNELS[i], size, size).requires_grad_(i > 0)
        kernel = weights[i], biases[i]
        yield f"conv{i + 1}", _both(run.conv2d, image, *kernel, padding=KERNEL // 2)
        image = _random(BATCH, channels, size, size).requires_grad_()
        yield f"relu{i + 1}", _both(run.relu, image)
        image = image.detach().relu().requires_grad_()  # half zeros, as behind a ReLU
        yield f"pool{i + 1}", _both(run.max_pool2d, image, 2)
        size //= 2
    for i, features in enumerate(FEATURES[:-1]):
        row = _random(BATCH, features).requires_grad_()
        yield f"linear{i + 1}", _both(run.linear, row, weights[3 + i], biases[3 + i])
    logits = _random(BATCH, FEATURES[-1]).requires_grad_()
    yield "cross_entropy", _both(run.cross_entropy, logits, _labels())


def _both(operation: Callable[..., Tensor], *arguments: object, **options: object) -> Work:
    """Return the forward and backward of one operation."""
    leaves = [value for value in arguments if isinstance(value, Tensor) and value.requires_grad]
    grad_output = _random(*operation(*arguments, **options).shape)

    def work() -> object:
        return torch.autograd.grad(operation(*arguments, **options), leaves, grad_output)

    return work


def _in_turns(ours: Work, theirs: Work, rounds: int) -> dict[str, float]:
    """Return the milliseconds of both and their ratio, over the calm rounds and over all."""
    pairs: list[tuple[float, float]] = []
    for round_ in range(WARM_UP + rounds):
        first = _seconds(ours) if round_ % 2 else 0.0
        second = _seconds(theirs)
        pairs.append((first or _seconds(ours), second))
    pairs = pairs[WARM_UP:]
    calm = sorted(pairs, key=sum)[: math.ceil(rounds * CALM)]
    (mine, built_in), (all_mine, all_built_in) = (
        [1e3 * statistics.median(times) for times in zip(*chosen, strict=True)]
        for chosen in (calm, pairs)
    )
    return {
        "by_hand_ms": round(mine, 3),
        "built_in_ms": round(built_in, 3),
        "ratio": round(mine / built_in, 2),
        "ratio_of_all_rounds": round(all_mine / all_built_in, 2),
    }


def _seconds(work: Work) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
