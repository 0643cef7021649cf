"""Diagnosis without a catalogue: patterns that any wrong result can show."""

from __future__ import annotations

import torch
from torch import Tensor

from byhand._checker.compare import close, common_ratio
from byhand._checker.factors import common_number
from byhand._checker.reading import Case
from byhand._checker.scene import Scene, found
from byhand._checker.spec import Finding
from byhand._checker.wording import number

NOTHING = 1e-12
"""A factor so small that the result is rounding noise."""


def unneeded(scene: Scene) -> Finding | None:
    """Something else than None or zeros where no gradient is needed, or none may be left."""
    if all(case.want[scene.index] is not None for case in scene.cases):
        return None
    if scene.part == "cleared":
        return found(
            scene,
            "not-cleared",
            f"{scene.name} still holds the gradient. The next backward would add to it.",
            "After the update set `p.grad = None`, or call `p.grad.zero_()`.",
        )
    return found(
        scene,
        "unneeded-gradient",
        f"{scene.name} belongs to an input that has no gradient, such as a number or an index.",
        "Return None in this place.",
    )


def unchanged(scene: Scene) -> Finding | None:
    """A step after which the parameters are what they were."""
    if not scene.exercise.kind.mutates or scene.part != "value":
        return None
    for case in scene.cases:
        got = case.got[scene.index]
        if got is None or not torch.equal(got, case.observation.args[0][scene.index].detach()):
            return None
    return found(
        scene,
        "unchanged",
        f"{scene.name} is the same tensor with the same numbers as before the call.",
        "Change the tensor itself: `p -= …` or `p.sub_(…)`. `p = p - …` makes a new tensor, and "
        "the caller never sees it.",
    )


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
        "Check that what you compute reaches the result, and that no `.detach()`, `.data` or "
        "`torch.tensor(…)` lies on the way.",
    )


def swapped(scene: Scene) -> Finding | None:
    """Right results in the wrong order: the first wrong output, and a later one."""
    first = scene.index
    for second in range(first + 1, len(scene.names)):
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
    if len(scene.cases) == 1 and all(want.numel() == 1 for _, want in scene.pairs):
        return None  # one number is always some multiple of another
    ratios = [common_ratio(got, want) for got, want in scene.pairs]
    known = [ratio for ratio in ratios if ratio is not None]
    if not known or len(known) != len(ratios):
        return None
    if all(abs(ratio) < NOTHING for ratio in known):
        return found(
            scene,
            "all-zero",
            f"{scene.name} is zero everywhere, up to rounding.",
            "Look for a difference of two equal numbers, and for a sum that is always the same.",
        )
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
                "Keep that branch and work out the other one again.",
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
