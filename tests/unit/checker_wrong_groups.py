"""Wrong answers to accumulate-epoch, by the name they get."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# ruff: noqa: ARG005  (an answer takes all arguments of its exercise, used or not)

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F


def loss_of(model, batch):
    images, labels = batch
    return F.cross_entropy(model(images), labels)


def grouped(weight, clear_each=False, step_each=False, clear=True, step=True):
    """Groups are cut right; `weight` is of n, the group, all batches and per_step."""

    def answer(model, optimizer, batches, per_step):
        for k in range(0, len(batches), per_step):
            group = batches[k : k + per_step]
            if clear:
                optimizer.zero_grad()
            for batch in group:
                if clear_each:
                    optimizer.zero_grad()
                w = weight(len(batch[1]), [len(t) for _, t in group], batches, per_step)
                (loss_of(model, batch) * w).backward()
                if step_each:
                    optimizer.step()
            if step:
                optimizer.step()

    return answer


def share(n, group, batches, per_step):
    return n / sum(group)


def every(due, divide=lambda n, per_step: 1 / per_step, rest=False):
    """As in tutorials: one loop, and a test whether a step is due."""

    def answer(model, optimizer, batches, per_step):
        optimizer.zero_grad()
        for k, batch in enumerate(batches):
            (loss_of(model, batch) * divide(len(batch[1]), per_step)).backward()
            if due(k, per_step, len(batches)):
                optimizer.step()
                optimizer.zero_grad()
        if rest:
            optimizer.step()

    return answer


def plain(model, optimizer, batches, per_step):
    for batch in batches:
        optimizer.zero_grad()
        loss_of(model, batch).backward()
        optimizer.step()


def one_step(model, optimizer, batches, per_step):
    n = sum(len(t) for _, t in batches)
    optimizer.zero_grad()
    for batch in batches:
        (loss_of(model, batch) * len(batch[1]) / n).backward()
    optimizer.step()


def concatenates(model, optimizer, batches, per_step):
    for k in range(0, len(batches), per_step):
        images, labels = (torch.cat(x) for x in zip(*batches[k : k + per_step], strict=True))
        optimizer.zero_grad()
        F.cross_entropy(model(images), labels).backward()
        optimizer.step()


def clears_before_step(model, optimizer, batches, per_step):
    for k in range(0, len(batches), per_step):
        for batch in batches[k : k + per_step]:
            loss_of(model, batch).backward()
        optimizer.zero_grad()
        optimizer.step()


def skips_rest(model, optimizer, batches, per_step):
    for k in range(0, len(batches) - per_step + 1, per_step):
        grouped(share)(model, optimizer, batches[k : k + per_step], per_step)


def skips_rest_and_keeps_it(model, optimizer, batches, per_step):
    """The gradients of the rest stay, and join the first step of the next epoch."""
    sizes = [len(t) for _, t in batches]
    for k, batch in enumerate(batches):
        start = k - k % per_step
        n = sum(sizes[start : start + per_step])
        (loss_of(model, batch) * sizes[k] / n).backward()
        if (k + 1) % per_step == 0:
            optimizer.step()
            optimizer.zero_grad()


def never_steps(model, optimizer, batches, per_step):
    for batch in batches:
        loss_of(model, batch).backward()


def first_only(model, optimizer, batches, per_step):
    grouped(share)(model, optimizer, batches[:per_step], per_step)


def next_after_end(model, optimizer, batches, per_step):
    stream = iter(batches)
    while True:
        group = [next(stream) for _ in range(per_step)]
        grouped(share)(model, optimizer, group, per_step)


def reads_past_end(model, optimizer, batches, per_step):
    for k in range(0, len(batches), per_step):
        group = [batches[k + j] for j in range(per_step)]
        grouped(share)(model, optimizer, group, per_step)


def moves_alone(model, optimizer, batches, per_step):
    """No optimizer: parameters move by a rate of the reader's own."""
    for k in range(0, len(batches), per_step):
        group = batches[k : k + per_step]
        n = sum(len(t) for _, t in group)
        model.zero_grad()
        for batch in group:
            (loss_of(model, batch) * len(batch[1]) / n).backward()
        with torch.no_grad():
            for p in model.parameters():
                p -= 0.01 * p.grad


def due(k, per_step, count):
    return (k + 1) % per_step == 0 or k + 1 == count


GROUPS: dict[str, list[Any]] = {
    "sum-of-means": [grouped(lambda n, g, b, s: 1.0), every(due, lambda n, s: 1.0)],
    "divided-by-per-step": [
        grouped(lambda n, g, b, s: 1 / s),
        every(due),
        grouped(lambda n, g, b, s: n / s),
    ],
    "divided-by-largest": [grouped(lambda n, g, b, s: n / max(g))],
    "squared-weights": [grouped(lambda n, g, b, s: (n / sum(g)) ** 2)],
    "mean-of-means": [grouped(lambda n, g, b, s: 1 / len(g))],
    "not-divided": [grouped(lambda n, g, b, s: n), every(due, lambda n, s: n)],
    "divided-by-all-batches": [grouped(lambda n, g, b, s: 1 / len(b))],
    "divided-by-all-images": [grouped(lambda n, g, b, s: n / sum(len(t) for _, t in b))],
    "divided-by-size-again": [grouped(lambda n, g, b, s: 1 / n)],
    "means-divided-by-images": [grouped(lambda n, g, b, s: 1 / sum(g))],
    "equal-sizes-assumed": [
        grouped(lambda n, g, b, s: n / (s * len(b[0][1]))),
        grouped(lambda n, g, b, s: n / (len(g) * g[0])),
    ],
    "divided-twice": [grouped(lambda n, g, b, s: n / sum(g) / s)],
    "weights-inverted": [grouped(lambda n, g, b, s: sum(g) / n)],
    "wrong-sign": [grouped(lambda n, g, b, s: -n / sum(g))],
    "cleared-in-loop": [
        grouped(share, clear_each=True),
        grouped(lambda n, g, b, s: 1 / s, clear_each=True),
    ],
    "never-cleared": [
        grouped(share, clear=False),
        grouped(lambda n, g, b, s: 1 / s, clear=False),
    ],
    "no-accumulation": [plain, grouped(share, clear_each=True, step_each=True, step=False)],
    "step-in-loop": [
        grouped(share, step_each=True, step=False),
        grouped(lambda n, g, b, s: 1 / s, step_each=True, step=False),
    ],
    "one-step-per-epoch": [one_step],
    "step-missing": [never_steps, grouped(share, step=False)],
    "step-without-gradients": [clears_before_step],
    "last-group-skipped": [
        skips_rest,
        skips_rest_and_keeps_it,
        every(lambda k, s, n: (k + 1) % s == 0),
        every(lambda k, s, n: (k + 1) % s == 0, lambda n, s: 1.0),
    ],
    "step-too-early": [
        every(lambda k, s, n: k % s == 0),
        every(lambda k, s, n: k % s == 0, rest=True),
    ],
    "first-group-only": [first_only],
    "one-large-batch": [concatenates],
    "wrong-without-rest": [],
    "constant-factor": [],
    "not-recognised": [moves_alone],
    "raised": [next_after_end, reads_past_end],
    "wrong-signature": [lambda model, optimizer, batches: None],
}  # fmt: skip
