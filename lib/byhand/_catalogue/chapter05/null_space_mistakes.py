"""Directions that are not in the null space of softmax or log-softmax."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from byhand._catalogue.chapter05.null_space_kind import unit
from byhand._checker.spec import Formula, Mistake

Rows = Callable[[Tensor], Tensor]
EQUAL = "Softmax's backward is p · (g − Σ g · p). Which g makes g[j] − Σ g · p zero for every j?"
MULTIPLE = "log-softmax's backward is h − p · Σ h. Which h equals p · Σ h?"


def _p(x: Tensor) -> Tensor:
    return torch.softmax(x, -1)


def _same(x: Tensor) -> Tensor:
    return torch.ones_like(x)


def _three(v: Rows, g: Rows, h: Rows) -> Formula:
    def formula(x: Tensor) -> tuple[Tensor, ...]:
        found = [rows(x) for rows in (v, g, h)]
        return tuple(unit(item) if item.ndim else item for item in found)

    return formula


def _everywhere(code: str, rows: Rows, message: str, step: str, hint: str) -> Mistake:
    """The same wrong direction in one place, or in all of them."""
    return Mistake(code, _three(rows, rows, rows), message, step, hint)


def _entry(k: int, other: float = 0.0) -> Rows:
    def rows(x: Tensor) -> Tensor:
        out = torch.zeros_like(x)
        out[..., k] = 1.0
        if other:
            out[..., k + 1] = other
        return out

    return rows


def _largest(x: Tensor) -> Tensor:
    return F.one_hot(x.argmax(-1), x.shape[-1]).to(x)


def _probability_mistakes() -> tuple[Mistake, ...]:
    step = "Put your direction into the backward: which numbers come out?"
    return (
        Mistake("probabilities-for-softmax", _three(_p, _p, _p),
                "p itself is no such direction of softmax: its backward gives p · (p − Σ p²), "
                "which is zero only where all probabilities are equal.", EQUAL,
                "Which change of all logits of a row leaves their differences as they are?"),
        Mistake("equal-entries-for-log-softmax", _three(_same, _same, _same),
                "Equal entries do not work for log-softmax's rows: its backward gives 1 − n · p. "
                "Its Jacobian, I − 1 pᵀ, is not symmetric.", MULTIPLE,
                "Is the Jacobian of log-softmax symmetric?"),
        _everywhere("softmax-over-batch", lambda x: torch.softmax(x, 0),
                    "The probabilities are taken over the first dimension, which counts the "
                    "samples.", "Use `dim=-1`.", "Along which dimension do the classes lie?"),
        _everywhere("complement", lambda x: 1 - _p(x),
                    "1 − p is the diagonal of log-softmax's Jacobian. The backward does not turn "
                    "it into zeros.", step, "What is J times a vector whose entries are equal?"),
        _everywhere("jacobian-diagonal", lambda x: _p(x) * (1 - _p(x)),
                    "p · (1 − p) is the diagonal of softmax's Jacobian. The backward does not "
                    "turn it into zeros.", step,
                    "What is J times a vector whose entries are equal?"),
        _everywhere("inverse-probabilities", lambda x: torch.softmax(-x, -1),
                    "These are multiples of 1/p, or the softmax of −logits.", step,
                    "What is h − p · Σ h for your h?"),
        _everywhere("log-probabilities", lambda x: torch.log_softmax(x, -1),
                    "This is log p. It differs from the logits by the same number in each entry "
                    "of a row, and does not have equal entries.", step,
                    "Which change of all logits of a row leaves their differences as they are?"),
        _everywhere("softmax-twice", lambda x: _p(_p(x)),
                    "Softmax is taken twice.", "Take it once.", "What is h − p · Σ h for your h?"),
    )  # fmt: skip


def _vector_mistakes() -> tuple[Mistake, ...]:
    ask = "Which change of all logits of a row leaves their differences as they are?"
    return (
        _everywhere("zero-direction", torch.zeros_like,
                    "Zeros are turned into zeros by every Jacobian. A direction must not be zero.",
                    "Find a direction with entries other than 0.", ask),
        _everywhere("logits-themselves", lambda x: x,
                    "Along the logits themselves their differences grow: this is what a lower "
                    "temperature does, and the probabilities move.", EQUAL, ask),
        _everywhere("centred-logits", lambda x: x - x.mean(-1, keepdim=True),
                    "The logits without their mean are the part that softmax sees. What is asked "
                    "for is the part that it does not see.", EQUAL, ask),
        _everywhere("centred-logits", lambda x: x - x.amax(-1, keepdim=True),
                    "The logits without their largest one still differ from each other, so the "
                    "probabilities move.", EQUAL, ask),
        _everywhere("one-entry", _entry(0),
                    "Only the first entry moves. Softmax compares the entries of a row: if one "
                    "grows alone, all probabilities change.", EQUAL, ask),
        _everywhere("one-entry", _entry(-1),
                    "Only the last entry moves. Softmax compares the entries of a row: if one "
                    "grows alone, all probabilities change.", EQUAL, ask),
        _everywhere("one-entry", _largest,
                    "Only the largest logit moves. Softmax compares the entries of a row: if one "
                    "grows alone, all probabilities change.", EQUAL, ask),
        _everywhere("opposite-moves", _entry(0, -1.0),
                    "Two entries move against each other. The sum stays the same, but the "
                    "difference, which softmax sees, changes.", EQUAL, ask),
    )  # fmt: skip


def _shape_mistakes() -> tuple[Mistake, ...]:
    shapes: tuple[Callable[[torch.Size], tuple[int, ...]], ...] = (
        lambda size: size[-1:],
        lambda size: size[1:],
        lambda size: size[:-1],
        lambda size: (*size[:-1], 1),
        lambda size: (*size[1:-1], 1),
        lambda size: size[:0],
    )
    return tuple(
        _everywhere("not-in-the-shape-of-logits", _ones(size),
                    "The entries are equal, as they should be for softmax, but the shape is not "
                    "that of `logits`.", "Use `torch.ones_like(logits)`.",
                    "How many directions does a batch need, and how many entries has each?")
        for size in shapes
    )  # fmt: skip


def _ones(size: Callable[[torch.Size], tuple[int, ...]]) -> Rows:
    return lambda x: torch.ones(size(x.shape), dtype=x.dtype, device="cpu")


def all_mistakes() -> tuple[Mistake, ...]:
    """The whole catalogue of the null spaces."""
    return (*_probability_mistakes(), *_vector_mistakes(), *_shape_mistakes())
