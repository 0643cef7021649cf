"""Right in some cases, such as one reduction or one shape, and wrong in others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from torch import Tensor

from byhand._checker.behaviour import Observe
from byhand._checker.catalogue import by_catalogue, by_factor
from byhand._checker.inputs import Inputs
from byhand._checker.patterns import unknown, unnamed_factor
from byhand._checker.reading import Case, read
from byhand._checker.scene import Scene, wrong_outputs
from byhand._checker.shape_patterns import shapes
from byhand._checker.spec import Args, Finding
from byhand._checker.wording import listing, shape

MORE_SEEDS = range(6, 36)
"""The shapes of the random inputs come again every six seeds, or every four."""


def some_labels(scene: Scene) -> Finding | None:
    """Right for one value of an argument, such as a reduction, and wrong for another."""
    return _some_cases(scene) if scene.exercise.label is not None else None


def some_shapes(scene: Scene, observe: Observe) -> Finding | None:
    """Right for inputs of some shapes, and wrong for others, whatever their numbers are."""
    if scene.exercise.label is not None:
        return None
    right, wrong = _sorted(scene, _labels(scene))
    if not right or not wrong:
        return None
    more = _labels(scene, _more_cases(scene, observe, (*right, *wrong)))
    still_right, still_wrong = _sorted(scene, more)
    if set(still_right) != set(right) or set(still_wrong) != set(wrong):
        return None  # the numbers decide, not the shape
    return _some_cases(scene)


def _more_cases(scene: Scene, observe: Observe, words: tuple[str, ...]) -> list[Case]:
    """Other numbers in the same shapes, together with the cases that are known."""
    cases = list(scene.cases)
    for seed in MORE_SEEDS:
        args = scene.exercise.make(Inputs(seed))
        run = observe(args)
        if _shape_words(args) not in words or scene.part not in run.parts:
            continue
        case = read(scene.exercise, scene.part, run)
        if isinstance(case, Case):
            cases.append(case)
    return cases


def _sorted(scene: Scene, labels: dict[str, list[Case]]) -> tuple[list[str], list[str]]:
    """The words of the cases that are all right, and of those that are all wrong."""
    rtol = scene.exercise.rtol
    flaws = {
        words: [scene.index in wrong_outputs([case], rtol) for case in cases]
        for words, cases in labels.items()
    }
    right = [words for words, wrong in flaws.items() if not any(wrong)]
    return right, [words for words, wrong in flaws.items() if all(wrong)]


def _some_cases(scene: Scene) -> Finding | None:
    exercise, labels = scene.exercise, _labels(scene)
    wrong = [k for k, cases in labels.items() if scene.index in wrong_outputs(cases, exercise.rtol)]
    right = [k for k in labels if k not in wrong]
    if not right or not wrong:
        return None
    # Each reduction has its own formula; one formula serves inputs of all shapes.
    chosen = wrong if exercise.label is None else wrong[:1]
    part = replace(scene, cases=tuple(case for k in chosen for case in labels[k]))
    finding = (
        by_catalogue(part, unique=True) or by_factor(part) or shapes(part) or unnamed_factor(part)
    )
    finding = finding or unknown(part)
    code = "right-in-some-cases" if finding.code == "not-recognised" else finding.code
    lead = f"{scene.name} is right for {listing(right)}, and wrong for {listing(wrong)}."
    words = "" if code == "right-in-some-cases" else f" For {listing(chosen)}: {finding.message}"
    return replace(
        finding, code=code, message=lead + words, evidence=f"for {wrong[0]}, {finding.evidence}"
    )


def _labels(scene: Scene, cases: Sequence[Case] | None = None) -> dict[str, list[Case]]:
    """The cases by what distinguishes them: the exercise's own words, or the shape."""
    labels: dict[str, list[Case]] = {}
    for case in scene.cases if cases is None else cases:
        words = scene.exercise.case_words(case.observation.args)
        labels.setdefault(words or _shape_words(case.observation.args), []).append(case)
    return labels


def _shape_words(args: Args) -> str:
    tensors = [x for x in args if isinstance(x, Tensor) and x.ndim > 0]
    return f"shape {shape(tensors[0].shape)}" if tensors else "this input"
