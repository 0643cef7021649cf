"""softmax-null-space."""

from __future__ import annotations

import torch
from torch import Tensor

from byhand._catalogue.chapter05.drawn import SHAPES, images, one_row, turned
from byhand._catalogue.chapter05.null_space_kind import Directions, unit
from byhand._catalogue.chapter05.null_space_mistakes import all_mistakes
from byhand._checker.inputs import Inputs
from byhand._checker.spec import Args, Exercise, Ladder, Output, Probe
from byhand._checker.standard import one_number, single_precision


def _logits(inputs: Inputs) -> Args:
    return (inputs.values(*SHAPES[inputs.seed % len(SHAPES)]) / 2,)


def _free(inputs: Inputs) -> Args:
    return (inputs.values(*inputs.shape()) / 2,)


def _wide(inputs: Inputs) -> Args:
    return (inputs.values(*inputs.shape()) * 4,)


def _reference(logits: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The last singular vectors of PyTorch's own Jacobians, row by row."""
    rows = logits.reshape(-1, logits.shape[-1])
    v, g, h = zip(*(_of_row(row) for row in rows), strict=True)
    return tuple(unit(torch.stack(found).reshape(logits.shape)) for found in (v, g, h))  # type: ignore[return-value]


def _of_row(row: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    softmax = torch.func.jacrev(lambda x: torch.softmax(x, -1))(row)
    log_softmax = torch.func.jacrev(lambda x: torch.log_softmax(x, -1))(row)
    left, _, right = torch.linalg.svd(softmax)
    return right[-1], left[:, -1], torch.linalg.svd(log_softmax)[0][:, -1]


PROBES = (
    single_precision(_logits),
    one_row(_free),
    one_number(_free),
    turned(_free),
    images(_free),
    Probe(
        "wrong-for-large-numbers",
        "logits up to ±12",
        _wide,
        "The directions are right for small logits and wrong for larger ones.",
        "Compute the probabilities with `torch.softmax`.",
        shape=(3, 5),
        listed=False,
    ),
)


def null_space(stub: str, solution: str) -> Exercise:
    """The directions that the Jacobians of softmax and log-softmax turn into zeros."""
    return Exercise(
        id="softmax-null-space",
        chapter=5,
        title="What softmax cannot see",
        level=3,
        skills=("null space", "Jacobian", "JVP and VJP"),
        kind=Directions("a function `f(logits)` that returns three tensors"),
        name="softmax_null_space",
        parameters=("logits",),
        outputs=(Output("v"), Output("g"), Output("h")),
        make=_logits,
        reference={"gradient": _reference},
        mistakes=all_mistakes(),
        probes=PROBES,
        ladder=Ladder(
            "Which change of all logits of a row leaves every difference between them as it is?",
            "Put each candidate into the formulas: softmax's backward is p · (g − Σ g · p), "
            "log-softmax's is h − p · Σ h. When is each of them zero in all entries?",
            "J v = p · (v − Σ v · p) is zero where all entries of v are equal; softmax's J is "
            "symmetric, so g is the same. h − p · Σ h is zero where h is a multiple of p.",
            "same = torch.ones_like(...)\nreturn same, same, ...",
        ),
        stub=stub,
        solution=solution,
    )
