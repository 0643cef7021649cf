"""What changes of chapter 8's recipe cost in time, measured in short turns."""

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import torch

from benchmarks._cifar10_runs import Images, runs, variants

TURNS, TURN_IMAGES = 11, 2_560


def relative_times(page: Any, images: Images) -> dict[str, float]:
    """Return the time that each variant takes for an image, over the recipe's.

    The variants take short turns of some steps, so that all meet the same machine.
    """
    every = variants(page, images.train.device.type, 1)
    seconds: dict[str, list[float]] = {name: [] for name in every}
    for turn in range(TURNS + 1):
        for name, run in every.items():
            few = images.part(TURN_IMAGES, 2)
            spent = timed(partial(run.train, few, 0), images.train.device)[1]
            if turn:  # the first one is slower for all
                seconds[name].append(spent / len(few.train))
    base = seconds["the recipe"]
    return {
        name: round(statistics.median(a / b for a, b in zip(own, base, strict=True)), 2)
        for name, own in seconds.items()
    }


def pipeline_shares(page: Any, images: Images) -> dict[str, float]:
    """Return the part of an epoch that goes into making the batches, 0 to 1."""
    few = images.part(20 * 128, 2)
    recipe = replace(page.Recipe(), epochs=1)
    generator = torch.Generator().manual_seed(0)
    mirrored = torch.rand(len(few.train), generator=generator) < 0.5
    channels_last = few.train.contiguous(memory_format=torch.channels_last)
    every = runs(page, images.train.device.type, 1)
    pairs: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
        "article with ReLU": (
            lambda: list(page.loader(few.train, few.train_labels, 128, 0)),
            lambda: every["article with ReLU"].train(few, 0),
        ),
        "recipe": (
            lambda: [
                len(labels)
                for _, labels in page.fast_batches(
                    channels_last,
                    few.train_labels,
                    recipe,
                    mirrored.to(images.train.device),
                    generator,
                )
            ],
            lambda: every.get("recipe", every["recipe in float32"]).train(few, 0),
        ),
    }
    found: dict[str, float] = {}
    for name, (batches, training) in pairs.items():
        spent = [
            (timed(batches, images.train.device)[1], timed(training, images.train.device)[1])
            for _ in range(TURNS)
        ]
        found[name] = round(statistics.median(a / b for a, b in spent), 3)
    return found


def timed(work: Callable[[], Any], device: torch.device) -> tuple[Any, float]:
    """Return what a function returns, and the seconds that it takes."""
    if device.type == "cuda":
        torch.cuda.synchronize()
    start = time.perf_counter()
    result = work()
    if device.type == "cuda":
        torch.cuda.synchronize()
    return result, time.perf_counter() - start
