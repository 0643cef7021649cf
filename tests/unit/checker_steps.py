"""Answers to the exercises of chapter 7, built from the wrong formulas of their catalogues."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from byhand._catalogue.chapter07.accumulate_kind import Accumulation
from byhand._catalogue.chapter07.clip import Clip
from byhand._catalogue.chapter07.update_kind import Update
from byhand._checker.spec import Exercise, Formula, Mistake


def _middle(value: Any) -> Any:
    """One right tensor, where several are."""
    return (value.low + value.high) / 2 if hasattr(value, "low") else value


def _formulas(exercise: Exercise, mistake: Mistake) -> dict[str, Formula]:
    return {**exercise.reference, mistake.part: mistake.formula}


def _fill(params: list[Tensor], grads: Any) -> None:
    for p, grad in zip(params, grads, strict=True):
        p.grad = None if grad is None else _middle(grad).detach().to(p.dtype)


def wrong_update(exercise: Exercise, mistake: Mistake) -> Any:
    """A step of an optimizer, right in every part but one."""
    kind, formulas = exercise.kind, _formulas(exercise, mistake)
    assert isinstance(kind, Update)

    def answer(*args: Any) -> None:
        found = {part: formulas[part](*args) for part in ("value", *kind.states)}
        with torch.no_grad():
            for tensors, new in zip(args, found.values(), strict=False):
                for old, value in zip(tensors, new, strict=True):
                    old.copy_(value)
        for p in args[0]:
            p.grad = None

    return answer


def wrong_clip(exercise: Exercise, mistake: Mistake) -> Any:
    """A clipping that returns a wrong norm, or leaves wrong gradients."""
    formulas = _formulas(exercise, mistake)

    def answer(params: list[Tensor], max_norm: float) -> Tensor:
        total: Tensor = formulas["value"](params, max_norm)
        _fill(params, formulas["gradient"](params, max_norm))
        return total.to(params[0].dtype)

    return answer


def wrong_accumulation(_: Exercise, mistake: Mistake) -> Any:
    """A wrong sum of the batches' gradients."""

    def answer(params: list[Tensor], mean_loss: Any, batches: Any) -> None:
        _fill(params, mistake.formula(params, mean_loss, batches))

    return answer


BUILDERS = ((Update, wrong_update), (Clip, wrong_clip), (Accumulation, wrong_accumulation))
"""How to make one mistake, by the form of the answer."""
