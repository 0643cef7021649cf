"""Answers to chapter 9 that are right except in one special case, and right ones of rare form."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# ruff: noqa: ARG005  (an answer takes all arguments of its exercise, used or not)

from __future__ import annotations

from typing import Any

import pytest
import torch
import torch.nn.functional as F

from byhand._checker.api import find, judge
from tests.unit.checker_attack import (
    Wrong,
    attacks,
    gets_a_true_name,
    ids_of_chapter,
    right_answers,
)
from tests.unit.checker_build import solved
from tests.unit.checker_right_09_rare import RARE

IDS = sorted(ids_of_chapter(9))
bias = solved("conv2d-bias-backward")
line = solved("conv1d-backward")
average = solved("global-average-pool-backward")
kernel = solved("conv2d-weight-backward")
back = solved("conv2d-input-backward")
pool = solved("max-pool-backward")
norm = solved("batch-norm-backward")


def from_memory(value):
    """The numbers in the order in which they lie in memory."""
    return value.as_strided((value.numel(),), (1,)).reshape(value.shape)


def half(value):
    return value.half().float() if value.dtype == torch.float32 else value


def of_grad_output(change):
    """The right answer for another `grad_output`."""
    return lambda right: lambda g, *rest: right(change(g), *rest)


ANYWHERE = {
    "wrong-in-float32": of_grad_output(half),
    "wrong-for-large-numbers": of_grad_output(lambda g: g.clamp(-100, 100)),
    "wrong-for-small-numbers": of_grad_output(lambda g: torch.where(g.abs() < 1e-3, 0, g)),
    "wrong-when-not-contiguous": of_grad_output(from_memory),
}
FLAT = ("conv1d-backward", "global-average-pool-backward")
"""Exercises whose `grad_output` is no batch of images, so it lies in one way in memory."""


@pytest.mark.parametrize("id", IDS)
@pytest.mark.parametrize("code", ANYWHERE)
def test_a_flaw_that_any_answer_can_have(id: str, code: str) -> None:
    if code == "wrong-when-not-contiguous" and id in FLAT:
        assert judge(find(id), ANYWHERE[code](solved(id)))
    else:
        gets_a_true_name(id, code, ANYWHERE[code](solved(id)))


def unless(case, right, wrong):
    """Right except where `case` holds for the arguments."""
    return lambda *args: (wrong if case(*args) else right)(*args)


def nothing(g, x, *rest):
    return 0 * x


def squeezed(right):
    return lambda *args: right(*args).squeeze()


def few(g, x, w):
    """The last outputs of a long input are left out."""
    return line(torch.where(torch.arange(len(g)) < 4, g, 0), x, w)


def by_size(g, x):
    """Looks for the dimensions by their sizes."""
    shape = [size if size in g.shape else 1 for size in x.shape]
    return g.reshape(shape).expand(x.shape) / (x.shape[2] * x.shape[3])


def full_is_cut(g, w, p):
    """A slice that is empty where nothing is left to pad."""
    border = w.shape[-1] - 1 - p
    padded = F.pad(g, [w.shape[-1]] * 4)[:, :, p + 1 : -(p + 1), p + 1 : -(p + 1)]
    return F.conv2d(padded if border else g[:, :, 1:, 1:], w.flip(2, 3).transpose(0, 1))


def tops(x, k, same):
    """A mask of the first entry that is the `same` as the largest."""
    rows, columns = x.shape[2] // k, x.shape[3] // k
    windows = x.unfold(2, k, k).unfold(3, k, k).flatten(-2)
    mask = same(windows, windows.amax(-1, keepdim=True))
    place = mask.to(torch.int64).argmax(-1)
    row = torch.arange(rows)[:, None] * k + place // k
    return row * x.shape[3] + torch.arange(columns) * k + place % k


def at(places, g, x):
    flat = x.new_zeros(*x.shape[:2], x[0, 0].numel())
    return flat.scatter(2, places.flatten(2), g.flatten(2)).reshape(x.shape)


def cut_by_the_rest(g, x, k):
    """Cuts off the rows that fill no window, by a slice that is empty where there are none."""
    inside = x[:, :, : -(x.shape[2] % k), : -(x.shape[3] % k)]
    if inside.numel() == 0:
        return torch.zeros_like(x)
    grad = pool(g, inside, k)
    return F.pad(grad, (0, x.shape[3] % k, 0, x.shape[2] % k))


def wide_rows(g, x, k):
    """Takes the longer side for the length of a row."""
    index = F.max_pool2d(x, k, return_indices=True)[1]
    row, column = index // x.shape[3], index % x.shape[3]
    place = row * max(x.shape[2:]) + column
    return at(place.clamp(max=x[0, 0].numel() - 1), g, x)


def without_a_spread(g, x, eps):
    """Zero where a channel does not vary."""
    var = x.var((0, 2, 3), correction=0, keepdim=True)
    return torch.where(var == 0, 0, norm(g, x, eps))


def at_least(g, x, eps):
    """A standard deviation that is never small."""
    var = x.var((0, 2, 3), correction=0, keepdim=True)
    return norm(g, x, eps) * (var + eps).sqrt() / (var + eps).sqrt().clamp(min=0.01)


def by_channel_count(g, x, eps):
    """Looks for the dimension of the channels by its size."""
    dims = [k for k in range(4) if x.shape[k] != x.shape[1]]
    if not dims:
        return g / (x.var(correction=0) + eps).sqrt()
    return norm(g, x, eps)


CONVOLUTION = {
    "wrong-for-full-padding": lambda k, p: p > 2,
    "wrong-without-padding": lambda k, p: p == 0 and k == 3,
    "wrong-for-kernel-of-one": lambda k, p: k == 1,
    "wrong-for-large-images": lambda k, p: k > 5,
}
WEIGHT = {
    code: [unless(lambda g, x, k, p, case=case: case(k, p), kernel,
                  lambda *args: 2 * kernel(*args))]
    for code, case in CONVOLUTION.items()
}  # fmt: skip
INPUT = {
    code: [unless(lambda g, w, p, case=case: case(w.shape[-1], p), back,
                  lambda *args: 2 * back(*args))]
    for code, case in CONVOLUTION.items()
}  # fmt: skip

WRONG: Wrong = {
    "conv2d-bias-backward": {
        "wrong-for-one-sample": [
            unless(lambda g: len(g) == 1, bias, lambda g: g.squeeze(0).sum((0, 2)))
        ],
        "wrong-for-one-channel": [squeezed(bias)],
        "wrong-for-equal-sizes": [
            lambda g: g.sum([k for k in range(4) if k != g.shape.index(len(bias(g)))])
        ],
    },
    "conv1d-backward": {
        "wrong-for-one-weight": [
            unless(lambda g, x, w: len(w) == 1, line, lambda g, x, w: (g, x.sum()[None]))
        ],
        "wrong-for-one-output": [
            unless(lambda g, x, w: len(g) == 1 < len(w), line, lambda g, x, w: (w, x))
        ],
        "wrong-for-one-number": [
            lambda g, x, w: tuple(v.squeeze() if len(x) == 1 else v for v in line(g, x, w))
        ],
        "wrong-for-long-inputs": [unless(lambda g, x, w: len(w) > 64, line, few)],
    },
    "global-average-pool-backward": {
        "wrong-for-one-sample": [squeezed(average)],
        "wrong-for-one-place": [lambda g, x: average(g, x) if x[0, 0].numel() > 1 else 0 * x],
        "wrong-for-equal-sizes": [
            unless(lambda g, x: len(set(x.shape)) == 1 < len(x), average,
                   lambda g, x: g.expand_as(x) / 9)
        ],
    },
    "conv2d-weight-backward": {
        **WEIGHT,
        "wrong-for-one-sample": [squeezed(kernel)],
        "wrong-for-equal-sizes": [
            unless(lambda g, x, *rest: g.shape[1] == x.shape[1] > 1, kernel,
                   lambda *args: kernel(*args).transpose(0, 1))
        ],
        "wrong-for-one-output": [
            unless(lambda g, *rest: g[0, 0].numel() == 1, kernel,
                   lambda *args: kernel(*args) / 2)
        ],
    },
    "conv2d-input-backward": {
        **INPUT,
        "wrong-for-full-padding": [*INPUT["wrong-for-full-padding"], full_is_cut],
        "wrong-for-one-sample": [squeezed(back)],
        "wrong-for-equal-sizes": [
            unless(lambda g, w, p: g.shape[2] == g.shape[3] > 1, back,
                   lambda *args: back(*args).mT),
        ],
        "wrong-for-one-output": [
            unless(lambda g, *rest: g[0, 0].numel() == 1, back, lambda *args: back(*args) / 2)
        ],
    },
    "max-pool-backward": {
        "wrong-for-equal-numbers": [
            unless(lambda g, x, k: bool((x == x[0, 0, 0, 0]).all()), pool, nothing)
        ],
        "wrong-after-a-relu": [lambda g, x, k: pool(g, x, k) * (x != 0)],
        "wrong-for-negative-numbers": [
            lambda g, x, k: pool(g, x, k) * (F.pad(x, [1] * 4).amax() > 0),
            lambda g, x, k: pool(g, x.clamp(min=-1000), k),
        ],
        "wrong-for-nearly-equal-numbers": [
            lambda g, x, k: at(tops(x, k, torch.isclose), g, x),
            lambda g, x, k: pool(g, x.float().to(x.dtype), k),
        ],
        "wrong-for-windows-of-one": [unless(lambda g, x, k: k == 1, pool, nothing)],
        "wrong-for-whole-windows": [unless(lambda g, x, k: k == 1, cut_by_the_rest, pool)],
        "wrong-for-one-window": [squeezed(pool)],
        "wrong-for-tall-images": [wide_rows],
        "wrong-for-equal-sizes": [
            unless(lambda g, x, k: x.shape[0] == x.shape[3], pool, nothing)
        ],
    },
    "batch-norm-backward": {
        "wrong-for-one-sample": [unless(lambda g, x, eps: len(x) == 1, norm, nothing)],
        "wrong-for-one-channel": [lambda g, x, eps: norm(g, x, eps).squeeze(1)],
        "wrong-for-one-pixel": [unless(lambda g, x, eps: x[0, 0].numel() == 1, norm, nothing)],
        "wrong-for-equal-sizes": [by_channel_count],
        "wrong-for-tiny-variance": [at_least],
        "wrong-for-constant-channels": [without_a_spread],
    },
}  # fmt: skip


@pytest.mark.parametrize(("id", "code", "answer"), attacks(WRONG))
def test_a_special_case_is_named(id: str, code: str, answer: Any) -> None:
    gets_a_true_name(id, code, answer)


@pytest.mark.parametrize("id", IDS)
def test_every_special_case_is_attacked(id: str) -> None:
    codes = {probe.code for probe in find(id).probes}
    assert codes == set(WRONG[id]) | (codes & set(ANYWHERE))


@pytest.mark.parametrize(("id", "answer"), right_answers(RARE))
def test_a_right_answer_of_rare_form_passes(id: str, answer: Any) -> None:
    result = judge(find(id), answer)
    assert result.status == "passed", str(result)
    assert result.notes == ()


def test_every_exercise_has_rare_forms() -> None:
    assert set(RARE) == set(IDS)
    assert all(len(answers) >= 8 for answers in RARE.values())
