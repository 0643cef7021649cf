"""Diagnosis by the exercise's own catalogue of wrong formulas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from byhand._checker.compare import close, common_ratio
from byhand._checker.factors import common_name, factors
from byhand._checker.reference import apply
from byhand._checker.scene import Scene, evidence, others
from byhand._checker.spec import Finding, Mistake


def predictions(scene: Scene, mistake: Mistake) -> list[list[Any]] | None:
    """What a wrong formula gives in every case, or None where it cannot be evaluated."""
    part = "gradient" if scene.part == "engine" else scene.part
    try:
        return [
            apply(scene.exercise, mistake.formula, part, case.observation.args)
            for case in scene.cases
        ]
    except (RuntimeError, ValueError, TypeError, IndexError):
        return None  # a formula may be undefined for some shapes; then it explains nothing


def _explains(got: Tensor | None, formula: Any, rtol: float) -> bool:
    if got is None or formula is None:
        return got is None and formula is None
    return close(got, torch.as_tensor(formula), rtol)


def by_catalogue(scene: Scene, unique: bool = False) -> Finding | None:
    """A wrong formula that equals the answer on every seed; all outputs first, then one.

    Args:
        scene: the cases to explain.
        unique: name nothing where several mistakes would explain these few cases.
    """
    own_part = "gradient" if scene.part == "engine" else scene.part
    mistakes = [m for m in scene.exercise.mistakes if m.part == own_part]
    found = [(mistake, predictions(scene, mistake)) for mistake in mistakes]
    several = len(scene.names) > 1
    for whole in (True, False) if several else (True,):
        fitting = [
            mistake
            for mistake, predicted in found
            if (whole or not mistake.needs_all)
            and predicted is not None
            and _matches(scene, mistake, predicted, whole)
        ]
        if unique and len({mistake.code for mistake in fitting}) > 1:
            return None
        if fitting:
            lead = "" if whole else f"In {scene.name}: "
            return _finding(scene, fitting[0], lead + fitting[0].message)
    return None


def _matches(scene: Scene, mistake: Mistake, predicted: list[list[Any]], whole: bool) -> bool:
    rtol = scene.exercise.rtol
    outputs = scene.exercise.kind.outputs(scene.exercise, scene.part)
    optional = whole and not mistake.needs_all
    positions = range(len(scene.names)) if whole else [scene.index]
    return all(
        len(formula) == len(case.got)
        and all(
            _explains(case.got[k], formula[k], rtol)
            or (optional and case.got[k] is None and bool(outputs[k].none_note))
            for k in positions
        )
        for case, formula in zip(scene.cases, predicted, strict=True)
    )


def _finding(scene: Scene, mistake: Mistake, message: str) -> Finding:
    return Finding(mistake.code, message, mistake.next_step, evidence(scene), notes=others(scene))


def by_factor(scene: Scene) -> Finding | None:
    """The right result, or a wrong formula, times a named constant."""
    rtol = scene.exercise.rtol
    tables = [factors(scene.exercise, case.observation.args) for case in scene.cases]
    name = common_name(_ratios(scene.pairs, rtol), tables, rtol)
    if name is not None:
        return _times(scene, name)
    if len(scene.cases) == 1:
        return None  # one answer on paper: too many formulas times a constant would fit by chance
    own_part = "gradient" if scene.part == "engine" else scene.part
    for mistake in scene.exercise.mistakes:
        predicted = predictions(scene, mistake) if mistake.part == own_part else None
        if predicted is None or any(len(p) <= scene.index for p in predicted):
            continue
        formulas = [
            torch.as_tensor(p[scene.index]) for p in predicted if p[scene.index] is not None
        ]
        if len(formulas) != len(scene.pairs):
            continue
        pairs = [(got, f) for (got, _), f in zip(scene.pairs, formulas, strict=True)]
        name = common_name(_ratios(pairs, rtol), tables, rtol)
        if name is not None:
            return _finding(
                scene,
                mistake,
                f"{mistake.message} On top of it, the result is off by a factor of {name}.",
            )
    return None


def _ratios(pairs: Sequence[tuple[Tensor, Tensor]], rtol: float) -> list[float]:
    """The factor between the two of each pair; empty where some pair has none."""
    found = [common_ratio(got, want, rtol) for got, want in pairs]
    return [ratio for ratio in found if ratio is not None] if None not in found else []


def _times(scene: Scene, name: str) -> Finding:
    """The right result times a constant with a name."""
    if name == "−1":
        return Finding(
            "wrong-sign",
            f"{scene.name} has the right size everywhere and the wrong sign.",
            "Find where the minus sign comes from; check which of the two is subtracted.",
            evidence(scene),
            notes=others(scene),
        )
    return Finding(
        "constant-factor",
        f"{scene.name} is the right result times {name}.",
        f"Look for a factor {name} too many, or for its inverse that is missing.",
        evidence(scene),
        notes=others(scene),
    )
