"""Diagnosis by the exercise's own catalogue of wrong formulas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from byhand._checker.compare import close, common_ratio, expected_shape, middle, worst_entry
from byhand._checker.factors import common_name, factors
from byhand._checker.reading import Case
from byhand._checker.reference import apply
from byhand._checker.spec import Exercise, Expected, Finding, Mistake
from byhand._checker.wording import entry, listing, shape


@dataclass(frozen=True)
class Scene:
    """What a diagnosis looks at: every case of one part, and the first output that is wrong."""

    exercise: Exercise
    part: str
    cases: tuple[Case, ...]
    index: int

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the outputs."""
        return tuple(x.name for x in self.exercise.kind.outputs(self.exercise, self.part))

    @property
    def name(self) -> str:
        """Name of the output that is wrong."""
        return self.names[self.index]

    @property
    def pairs(self) -> list[tuple[Tensor, Tensor]]:
        """The wrong output and what is right, in every case."""
        found = []
        for case in self.cases:
            got, want = case.got[self.index], case.want[self.index]
            if got is not None and want is not None:
                found.append((got, middle(want)))
        return found

    @property
    def same_shapes(self) -> bool:
        """Whether the wrong output has the right shape in every case."""
        return all(got.shape == want.shape for got, want in self.pairs)


def output_right(got: Tensor | None, want: Expected, rtol: float) -> bool:
    """Whether one output is right; None was judged when it was read."""
    if got is None:
        return True
    if want is None:
        return bool((got == 0).all())
    return close(got, want, rtol)


def wrong_outputs(cases: Sequence[Case], rtol: float) -> list[int]:
    """Positions of the outputs that are wrong in some case."""
    count = len(cases[0].got) if cases else 0
    return [
        k
        for k in range(count)
        if not all(output_right(case.got[k], case.want[k], rtol) for case in cases)
    ]


def evidence(scene: Scene) -> str:
    """The worst entry of the first case that is wrong."""
    for case in scene.cases:
        got, want = case.got[scene.index], case.want[scene.index]
        if got is None or want is None or output_right(got, want, scene.exercise.rtol):
            continue
        if got.shape != expected_shape(want):
            return (
                f"{scene.name}: yours has shape {shape(got.shape)}, "
                f"expected {shape(expected_shape(want))}"
            )
        return entry(worst_entry(got, want), scene.name)
    return ""


def others(scene: Scene) -> tuple[str, ...]:
    """A note on the outputs that are right already."""
    wrong = wrong_outputs(scene.cases, scene.exercise.rtol)
    right = [
        name
        for k, name in enumerate(scene.names)
        if k not in wrong and any(case.got[k] is not None for case in scene.cases)
    ]
    if not right:
        return ()
    return (f"{listing(right)} {'is' if len(right) == 1 else 'are'} right.",)


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


def by_catalogue(scene: Scene) -> Finding | None:
    """A wrong formula that equals the answer on every seed; all outputs first, then one."""
    own_part = "gradient" if scene.part == "engine" else scene.part
    mistakes = [m for m in scene.exercise.mistakes if m.part == own_part]
    found = [(mistake, predictions(scene, mistake)) for mistake in mistakes]
    several = len(scene.names) > 1
    for whole in (True, False) if several else (True,):
        for mistake, predicted in found:
            if predicted is not None and _matches(scene, predicted, whole):
                lead = "" if whole else f"In {scene.name}: "
                return _finding(scene, mistake, lead + mistake.message)
    return None


def _matches(scene: Scene, predicted: list[list[Any]], whole: bool) -> bool:
    rtol = scene.exercise.rtol
    positions = range(len(scene.names)) if whole else [scene.index]
    return all(
        len(formula) == len(case.got)
        and all(_explains(case.got[k], formula[k], rtol) for k in positions)
        for case, formula in zip(scene.cases, predicted, strict=True)
    )


def _finding(scene: Scene, mistake: Mistake, message: str) -> Finding:
    return Finding(mistake.code, message, mistake.next_step, evidence(scene), notes=others(scene))


def by_factor(scene: Scene) -> Finding | None:
    """The right result, or a wrong formula, times a named constant."""
    tables = [factors(scene.exercise, case.observation.args) for case in scene.cases]
    name = common_name(_ratios(scene.pairs), tables)
    if name is not None:
        return _times(scene, name)
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
        name = common_name(_ratios(pairs), tables)
        if name is not None:
            return _finding(
                scene,
                mistake,
                f"{mistake.message} There is a second mistake: the result is also multiplied by "
                f"{name}.",
            )
    return None


def _ratios(pairs: Sequence[tuple[Tensor, Tensor]]) -> list[float]:
    """The factor between the two of each pair; empty where some pair has none."""
    found = [common_ratio(got, want) for got, want in pairs]
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
