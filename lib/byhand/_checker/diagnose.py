"""Which mistake it is: catalogue, factors, patterns, region; otherwise "not recognised"."""

from __future__ import annotations

from byhand._checker import behaviour, case_patterns, catalogue, patterns, shape_patterns
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
    if scene.part in GRADIENTS:
        by_behaviour = (
            behaviour.not_repeatable,
            behaviour.ignores_grad_output,
            behaviour.off_diagonal_missing,
            behaviour.samples_mixed,
            behaviour.not_linear,
        )
        for test in by_behaviour:
            if (finding := test(scene, observe)) is not None:
                return finding
    for rule in (
        case_patterns.some_shapes,
        patterns.unnamed_factor,
        patterns.constant_offset,
        patterns.region,
    ):
        if (finding := rule(scene)) is not None:
            return finding
    return patterns.unknown(scene)
