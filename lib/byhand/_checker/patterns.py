"""Diagnosis without a catalogue: patterns that any wrong result can show."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from byhand._checker.catalogue import Scene, evidence, others
from byhand._checker.compare import close, common_ratio
from byhand._checker.factors import common_number
from byhand._checker.reading import Case
from byhand._checker.spec import Finding


def found(scene: Scene, code: str, message: str, next_step: str) -> Finding:
    """A finding with the worst entry of the scene."""
    return Finding(code, message, next_step, evidence(scene), notes=others(scene))


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
        "Check that the result is stored in the tensor that you return.",
    )


def shapes(scene: Scene) -> Finding | None:
    """Transposed, summed, broadcast and not summed back, or with a dimension too many."""
    if scene.same_shapes:
        return None
    rules: Sequence[tuple[str, Callable[[Tensor, Tensor], bool], str, str]] = (
        ("transposed", _transposed, "is the right result, transposed.", "Transpose it back."),
        (
            "extra-dimension",
            _squeezed,
            "holds the right numbers in another shape.",
            "Give the result the shape of the input; look for `keepdim`, `unsqueeze` or `reshape`.",
        ),
        (
            "unsummed-broadcast",
            _unsummed,
            "was not summed over the dimensions along which the input was broadcast.",
            "One number was used several times, so its gradients add up: sum over those "
            "dimensions.",
        ),
        (
            "summed",
            _summed,
            "is the sum of all entries of the right result.",
            "Return one number for each entry of the input: leave out the sum.",
        ),
    )
    for code, rule, words, step in rules:
        if all(rule(got, want) for got, want in scene.pairs):
            return found(scene, code, f"{scene.name} {words}", step)
    return None


def _transposed(got: Tensor, want: Tensor) -> bool:
    return got.ndim == want.ndim >= 2 and close(got.transpose(-1, -2), want, 1e-6)


def _squeezed(got: Tensor, want: Tensor) -> bool:
    return (
        got.shape != want.shape
        and got.numel() == want.numel()
        and [k for k in got.shape if k != 1] == [k for k in want.shape if k != 1]
        and close(got.reshape(want.shape), want, 1e-6)
    )


def _unsummed(got: Tensor, want: Tensor) -> bool:
    if got.numel() <= want.numel() or got.ndim < want.ndim:
        return False
    try:
        return close(got.sum_to_size(want.shape), want, 1e-6)
    except RuntimeError:
        return False


def _summed(got: Tensor, want: Tensor) -> bool:
    return got.numel() == 1 < want.numel() and close(got.reshape(()), want.sum(), 1e-6)


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
