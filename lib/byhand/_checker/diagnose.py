"""Which mistake it is: catalogue, factors, patterns, region; otherwise "not recognised"."""

from __future__ import annotations

from byhand._checker import (
    behaviour,
    case_patterns,
    catalogue,
    patterns,
    shape_patterns,
    size_patterns,
)
from byhand._checker.behaviour import Observe
from byhand._checker.scene import Scene
from byhand._checker.spec import Finding

GRADIENTS = ("gradient", "engine")


def diagnose(scene: Scene, observe: Observe) -> Finding:
    """The first explanation that holds in every case.

    A diagnosis never guesses: each rule below is a statement about all cases that has been
    computed, and where none holds the finding says that the mistake is not recognised.
    """
    by_value = (
        patterns.unneeded,
        patterns.unchanged,
        patterns.not_finite,
        catalogue.by_catalogue,
        catalogue.by_factor,
        case_patterns.some_labels,
        patterns.swapped,
        shape_patterns.shapes,
        patterns.all_zero,
    )
    for rule in by_value:
        if (finding := rule(scene)) is not None:
            return finding
    finding = _by_behaviour(scene, observe) if scene.part in GRADIENTS else None
    finding = finding or case_patterns.some_shapes(scene, observe)
    if finding is not None:
        return finding
    for rule in (
        patterns.unnamed_factor,
        patterns.constant_offset,
        size_patterns.nearly,
        patterns.region,
    ):
        if (finding := rule(scene)) is not None:
            return finding
    return patterns.unknown(scene)


def _by_behaviour(scene: Scene, observe: Observe) -> Finding | None:
    """What more calls of the answer show, and what would look like it."""
    for test in (
        behaviour.not_repeatable,
        behaviour.ignores_grad_output,
        behaviour.off_diagonal_missing,
        behaviour.samples_mixed,
    ):
        if (finding := test(scene, observe)) is not None:
            return finding
    finding = size_patterns.clipped(scene) or size_patterns.nearly(scene)
    return finding or behaviour.not_linear(scene, observe)
