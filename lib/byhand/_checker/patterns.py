"""Diagnosis without a catalogue: patterns that any wrong result can show."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from byhand._checker.catalogue import by_catalogue, by_factor
from byhand._checker.compare import close, common_ratio
from byhand._checker.factors import common_number
from byhand._checker.reading import Case
from byhand._checker.scene import Scene, found, wrong_outputs
from byhand._checker.shape_patterns import shapes
from byhand._checker.spec import Finding
from byhand._checker.wording import listing, number, shape


def not_finite(scene: Scene) -> Finding | None:
    """NaN or infinity where the right result is finite."""
    for got, want in scene.pairs:
        if not bool(torch.isfinite(got).all()) and bool(torch.isfinite(want).all()):
            return found(
                scene,
                "not-finite",
                f"{scene.name} holds NaN or infinity, and the right result does not.",
                "Look for a division by zero, a logarithm or root of a negative number, or an "
                "exponential that overflows.",
            )
    return None


def all_zero(scene: Scene) -> Finding | None:
    """Zero everywhere."""
    if (
        not scene.same_shapes
        or not scene.pairs
        or any(bool((g != 0).any()) for g, _ in scene.pairs)
    ):
        return None
    return found(
        scene,
        "all-zero",
        f"{scene.name} is zero everywhere.",
        "Check that what you compute reaches the result, and that no `.detach()` or `.data` "
        "lies on the way.",
    )


def swapped(scene: Scene) -> Finding | None:
    """Right results in the wrong order."""
    count = len(scene.names)
    for first in range(count):
        for second in range(first + 1, count):
            if all(_crossed(case, first, second) for case in scene.cases):
                a, b = scene.names[first], scene.names[second]
                return found(
                    scene,
                    "swapped-outputs",
                    f"{a} and {b} are in each other's place.",
                    f"Return them in this order: ({', '.join(scene.names)}).",
                )
    return None


def _crossed(case: Case, a: int, b: int) -> bool:
    first, second = case.got[a], case.got[b]
    want_a, want_b = case.want[a], case.want[b]
    if first is None or second is None or want_a is None or want_b is None:
        return False
    return close(first, want_b, 1e-6) and close(second, want_a, 1e-6)


def unnamed_factor(scene: Scene) -> Finding | None:
    """The right result times one number without a name."""
    if len(scene.cases) == 1 and not scene.exercise.kind.reveals:
        return None
    ratios = [common_ratio(got, want) for got, want in scene.pairs]
    known = [ratio for ratio in ratios if ratio is not None]
    if not known or len(known) != len(ratios):
        return None
    factor = common_number(known)
    if factor is None:
        if any(want.numel() == 1 for _, want in scene.pairs):
            return None  # one number is always some multiple of another
        return found(
            scene,
            "constant-factor",
            f"{scene.name} is the right result times a number that depends on the inputs: "
            "its direction is right, its size is not.",
            "Write down every factor of your formula, and ask for each one where it comes from.",
        )
    return found(
        scene,
        "constant-factor",
        f"{scene.name} is the right result times {factor}.",
        "Write down every factor of your formula, and ask for each one where it comes from.",
    )


def some_cases(scene: Scene) -> Finding | None:
    """Right in all cases of some kind, such as one reduction, and wrong in those of another."""
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


def constant_offset(scene: Scene) -> Finding | None:
    """A value that is off by the same number in every case."""
    if scene.part != "value" or not scene.same_shapes or len(scene.cases) == 1:
        return None
    errors = torch.cat([(got.double() - want).flatten() for got, want in scene.pairs])
    first = float(errors[0])
    if not close(errors, torch.full_like(errors, first), 1e-6):
        return None
    return found(
        scene,
        "constant-offset",
        f"{scene.name} differs from the right value by {number(first)} in every case.",
        "Look for a constant that is added or left out.",
    )


def region(scene: Scene) -> Finding | None:
    """Right in a part of the domain only, in every case."""
    if not scene.same_shapes:
        return None
    for item in scene.exercise.regions:
        masks = [item.mask(*case.observation.args) for case in scene.cases]
        if any(
            mask.shape != want.shape for mask, (_, want) in zip(masks, scene.pairs, strict=True)
        ):
            continue
        hits = [
            (bool(mask.any()), _agree(got, want, mask), _agree(got, want, ~mask))
            for mask, (got, want) in zip(masks, scene.pairs, strict=True)
        ]
        if all(inside for _, inside, _ in hits) and any(some and not out for some, _, out in hits):
            return found(
                scene,
                "right-in-region",
                f"{scene.name} is right {item.words}, and wrong elsewhere.",
                "Keep that branch and derive the other one again.",
            )
    return None


def _agree(got: Tensor, want: Tensor, mask: Tensor) -> bool:
    """Whether the entries under the mask are right, on the scale of the whole tensor."""
    error = torch.where(mask, (got.double() - want).abs(), torch.zeros_like(want))
    return bool(error.max() <= 1e-6 * want.abs().max())


def unknown(scene: Scene) -> Finding:
    """No pattern fits: say so, and show the worst entry."""
    return found(
        scene,
        "not-recognised",
        f"{scene.name} is not the right result, and the difference fits no mistake that this "
        "check knows.",
        "Compute one entry on paper for a tiny input, such as two numbers, and compare it with "
        "yours factor by factor.",
    )
