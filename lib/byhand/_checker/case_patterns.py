"""Right in some cases, such as one reduction or one shape, and wrong in others."""

from __future__ import annotations

from dataclasses import replace

from torch import Tensor

from byhand._checker.catalogue import by_catalogue, by_factor
from byhand._checker.patterns import unknown, unnamed_factor
from byhand._checker.reading import Case
from byhand._checker.scene import Scene, wrong_outputs
from byhand._checker.shape_patterns import shapes
from byhand._checker.spec import Finding
from byhand._checker.wording import listing, shape


def some_labels(scene: Scene) -> Finding | None:
    """Right for one value of an argument, such as a reduction, and wrong for another."""
    return _some_cases(scene) if scene.exercise.label is not None else None


def some_shapes(scene: Scene) -> Finding | None:
    """Right for inputs of some shapes, and wrong for others."""
    return _some_cases(scene) if scene.exercise.label is None else None


def _some_cases(scene: Scene) -> Finding | None:
    exercise, labels = scene.exercise, _labels(scene)
    wrong = [k for k, cases in labels.items() if scene.index in wrong_outputs(cases, exercise.rtol)]
    right = [k for k in labels if k not in wrong]
    if not right or not wrong:
        return None
    # Each reduction has its own formula; one formula serves inputs of all shapes.
    chosen = wrong if exercise.label is None else wrong[:1]
    part = replace(scene, cases=tuple(case for k in chosen for case in labels[k]))
    finding = by_catalogue(part) or by_factor(part) or shapes(part) or unnamed_factor(part)
    finding = finding or unknown(part)
    code = "right-in-some-cases" if finding.code == "not-recognised" else finding.code
    lead = f"{scene.name} is right for {listing(right)}, and wrong for {listing(wrong)}."
    words = "" if code == "right-in-some-cases" else f" For {listing(chosen)}: {finding.message}"
    return replace(
        finding, code=code, message=lead + words, evidence=f"for {wrong[0]}, {finding.evidence}"
    )


def _labels(scene: Scene) -> dict[str, list[Case]]:
    """The cases by what distinguishes them: the exercise's own words, or the shape."""
    labels: dict[str, list[Case]] = {}
    for case in scene.cases:
        words = scene.exercise.case_words(case.observation.args)
        labels.setdefault(words or _shape_words(case), []).append(case)
    return labels


def _shape_words(case: Case) -> str:
    tensors = [x for x in case.observation.args if isinstance(x, Tensor) and x.ndim > 0]
    return f"shape {shape(tensors[0].shape)}" if tensors else "this input"
