"""CIFAR-10 on real photographs: what chapter 8's networks reach, and in what time.

    make bench-cifar ARCHIVE=cifar-10-binary.tar.gz [DEVICE=cuda] [PHOTOGRAPHS="..."]

The code is that of the page: `benchmarks._page` runs its cells. A beginners' LeNet (batches of 4,
SGD with rate 0.001 and momentum 0.9, two epochs) gives the time that the recipe may take. All runs
of one seed follow each other before the next seed begins, so that a machine that becomes slower
does so for all; a result is the median of the seeds. Seconds are those of the training alone.

The recipe was chosen on 5,000 of the 50,000 training images. The leave-one-out runs (the recipe
with one thing changed) train on the other 45,000 and are measured on those 5,000. The test images
are used for the final runs only, which train on all 50,000. What a change costs in time is
measured apart, in short turns.
"""

import hashlib
import os
import statistics
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor, nn

from benchmarks._cifar10_runs import Images, Run, runs, variants
from benchmarks._cifar10_times import pipeline_shares, relative_times, timed
from benchmarks._page import definitions
from byhand import CIFAR10, DatasetError, load_cifar10

CHAPTER = "08-cifar10"
OFFICIAL = "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"
SEEDS = (0, 1, 2)
VALIDATION = 5_000
REQUIRED = {"recipe": 0.78, "recipe in float32": 0.72, "article": 0.65, "pipeline_share": 0.10}


def measure() -> dict[str, object]:
    """Measure on the archive that the environment names; see this module's text."""
    archive = os.environ.get("ARCHIVE", "")
    if not archive:
        raise SystemExit("Name the archive, as in: make bench-cifar ARCHIVE=FILE")
    try:
        return measure_archive(
            archive, os.environ.get("PHOTOGRAPHS", ""), os.environ.get("DEVICE", "cpu")
        )
    except (DatasetError, OSError, ValueError) as error:
        raise SystemExit(str(error)) from None


def measure_archive(
    archive: str, photographs: str = "", device: str = "cpu", epochs: int | None = None
) -> dict[str, object]:
    """Return what every run reaches on the archive's images.

    photographs: what the images are, where the archive is not the official one. device: "cpu" or
    "cuda". epochs: in place of every run's own number, for a quick trial. Raises ValueError when
    the archive is neither the official one nor described, DatasetError when it cannot be read.
    """
    path = Path(archive).resolve()
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest == OFFICIAL:
        photographs = photographs or "the original photographs"
    if not photographs:
        raise ValueError(
            "This is not the official archive. Say what its images are, "
            'as in PHOTOGRAPHS="JPEG copies of the photographs".'
        )
    train, test = (
        load_cifar10("cifar10", split=split, url=str(path), sha256=digest)
        for split in ("train", "test")
    )
    page = SimpleNamespace(**definitions(CHAPTER))
    images = prepared(page, train, test, device)
    order = torch.randperm(len(train), generator=torch.Generator().manual_seed(0))
    held = min(VALIDATION, len(train) // 5)
    chosen = prepared(page, part(train, order[held:]), part(train, order[:held]), device)
    rows = final_runs(page, images, epochs)
    return {
        "data": {
            "source": path.name,
            "sha256": digest,
            "photographs": photographs,
            "train": len(train),
            "validation": held,
            "test": len(test),
        },
        "device": device if device == "cpu" else torch.cuda.get_device_name(device),
        "threads": torch.get_num_threads(),
        "seeds": SEEDS,
        "runs": rows,
        "ablation": ablation(page, chosen, epochs),
        "pipeline_share": pipeline_shares(page, images),
        "required": REQUIRED,
    }


def part(data: CIFAR10, rows: Tensor) -> CIFAR10:
    """Return some of the images."""
    return CIFAR10(data.images[rows], data.labels[rows], data.classes)


def prepared(page: Any, train: CIFAR10, test: CIFAR10, device: str) -> Images:
    """Return both normalised by the training images' means and standard deviations."""
    pixels = train.images.float()
    numbers = pixels.mean((0, 2, 3)), pixels.std((0, 2, 3))
    return Images(
        page.normalised(train.images, *numbers).to(device),
        train.labels.to(device),
        page.normalised(test.images, *numbers).to(device),
        test.labels.to(device),
    )


def final_runs(page: Any, images: Images, epochs: int | None) -> dict[str, dict[str, object]]:
    """Return the test accuracy and the seconds of every run and seed, and the medians."""
    every = runs(page, images.train.device.type, epochs)
    for run in every.values():  # the first steps of a process are slower than all others
        run.train(images.part(5 * run.batch_size, 2), 0)
    results: dict[str, list[tuple[float, float, float]]] = {name: [] for name in every}
    for seed in SEEDS:
        for name, run in every.items():
            network, seconds = timed(partial(run.train, images, seed), images.train.device)
            plain = page.accuracy(network, images.test, images.test_labels)
            both = mirrored_accuracy(page, network, images)
            results[name].append((plain, both, seconds))
            print(f"seed {seed}, {name}: {plain:.4f} in {seconds:.1f} s", flush=True)
    lenet = [seconds for _, _, seconds in results["lenet"]]
    return {name: row(every[name], results[name], lenet) for name in every}


def mirrored_accuracy(page: Any, network: nn.Module, images: Images) -> float:
    """Return the test accuracy of an image's logits and its mirror image's, added up."""
    logits = page.logits_of(network, images.test) + page.logits_of(network, images.test.flip(3))
    right: float = (logits.argmax(1) == images.test_labels).double().mean().item()
    return right


def row(run: Run, results: list[tuple[float, float, float]], lenet: list[float]) -> dict[str, Any]:
    """Return a row of the page's table."""
    plain, mirrored, seconds = (list(values) for values in zip(*results, strict=True))
    ratios = [own / limit for own, limit in zip(seconds, lenet, strict=True)]
    found: dict[str, Any] = {
        "epochs": run.epochs,
        "batch_size": run.batch_size,
        "precision": run.precision,
        "test_accuracy": [round(value, 4) for value in plain],
        "median_test_accuracy": round(statistics.median(plain), 4),
        "seconds": [round(value, 1) for value in seconds],
        "seconds_over_lenet": round(statistics.median(ratios), 2),
    }
    if run.mirrored:
        found["mirrored_accuracy"] = [round(value, 4) for value in mirrored]
        found["median_mirrored_accuracy"] = round(statistics.median(mirrored), 4)
    return found


def ablation(page: Any, images: Images, epochs: int | None) -> list[dict[str, object]]:
    """Return what each change does to the accuracy on the validation images, and to the time."""
    every = variants(page, images.train.device.type, epochs)
    times = relative_times(page, images)
    found: list[dict[str, object]] = []
    for name, run in every.items():
        networks = [run.train(images, seed) for seed in SEEDS]
        right = [page.accuracy(one, images.test, images.test_labels) for one in networks]
        found.append(
            {
                "change": name,
                "validation_accuracies": [round(value, 4) for value in right],
                "validation_accuracy": round(statistics.median(right), 4),
                "relative_time": times[name],
            }
        )
        print(f"{name}: {right}, time {times[name]}", flush=True)
    return found
