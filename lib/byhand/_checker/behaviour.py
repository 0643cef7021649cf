"""Diagnosis by calling the answer again with other inputs, and looking at what moves."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from byhand._checker.compare import close, middle
from byhand._checker.reading import Case, read
from byhand._checker.reference import right
from byhand._checker.scene import Scene, found, wrong_outputs
from byhand._checker.spec import Args, Exercise, Finding, Observation

Observe = Callable[[Args], Observation]
SMALL = 64
"""Largest result whose Jacobian's diagonal is computed entry by entry."""


def takes_grad_output(exercise: Exercise) -> bool:
    """Whether the first drawn argument is the incoming gradient."""
    return exercise.parameters[:1] == ("grad_output",)


def again(
    scene: Scene, observe: Observe, case: Case, grad_output: Tensor | None = None
) -> Tensor | None:
    """The wrong output of another call, or None where the call does not give one.

    Args:
        scene: the part and the output.
        observe: calls the answer.
        case: the case to repeat.
        grad_output: replaces the first argument; unless given, all arguments are the same.
    """
    args = case.observation.args
    run = observe(args if grad_output is None else (grad_output, *args[1:]))
    if run.failure is not None or scene.part not in run.parts:
        return None
    reading = read(scene.exercise, scene.part, run)
    return None if isinstance(reading, Finding) else reading.got[scene.index]


def _moved(
    scene: Scene, observe: Observe, change: Callable[[Tensor], Tensor]
) -> list[tuple[Tensor, Tensor]]:
    """The wrong output before and after a change of `grad_output`, in every case."""
    moved = []
    for case in scene.cases:
        before = case.got[scene.index]
        after = again(scene, observe, case, change(case.observation.args[0]))
        if before is None or after is None or before.shape != after.shape:
            return []
        moved.append((before, after))
    return moved


def not_repeatable(scene: Scene, observe: Observe) -> Finding | None:
    """Two calls with equal inputs give different results."""
    for case in scene.cases:
        before, after = case.got[scene.index], again(scene, observe, case)
        if before is None or after is None or bool(torch.equal(before, after)):
            continue
        return found(
            scene,
            "not-repeatable",
            f"Two calls with equal inputs give different results for {scene.name}.",
            "Look for random numbers, and for something that is kept from one call to the next.",
        )
    return None


def ignores_grad_output(scene: Scene, observe: Observe) -> Finding | None:
    """The result stays the same when `grad_output` changes."""
    if not takes_grad_output(scene.exercise) or not scene.same_shapes:
        return None
    pairs = _moved(scene, observe, lambda g: -0.6 * g + 0.11)
    if not pairs or not all(bool(torch.equal(a, b)) for a, b in pairs):
        return None
    return found(
        scene,
        "missing-grad-output",
        f"{scene.name} does not change when `grad_output` changes, so the chain rule's factor is "
        "missing.",
        "Multiply the local derivative by `grad_output`, the gradient that comes from behind.",
    )


def not_linear(scene: Scene, observe: Observe) -> Finding | None:
    """−2 times the `grad_output` does not give −2 times the result."""
    if not takes_grad_output(scene.exercise):
        return None
    pairs = _moved(scene, observe, lambda g: -2 * g)
    if not pairs or any(close(b, -2 * a.double(), 1e-6) for a, b in pairs):
        return None
    return found(
        scene,
        "not-linear-in-grad-output",
        f"−2 times the `grad_output` does not give −2 times the {scene.name}. A backward is "
        "linear in `grad_output`, always.",
        "Let `grad_output` appear once, as a factor: no square, no absolute value, no constant "
        "added to it.",
    )


def off_diagonal_missing(scene: Scene, _: Observe) -> Finding | None:
    """`grad_output` times the diagonal of the Jacobian: each entry treated as if alone."""
    if not takes_grad_output(scene.exercise) or not scene.same_shapes:
        return None
    small = [case for case in scene.cases if case.observation.args[0].numel() <= SMALL]
    if not small or not all(_is_diagonal(scene, case) for case in small):
        return None
    if not wrong_outputs(small, scene.exercise.rtol):
        return None  # where the Jacobian is diagonal, its diagonal is right
    return found(
        scene,
        "off-diagonal-missing",
        f"{scene.name} uses only the diagonal of the Jacobian: how each output depends on the "
        "input at its own place. Here every output depends on other inputs too.",
        "Add up what reaches one input from all outputs: the sum over i of grad_output[i] times "
        "∂y[i]/∂x[j].",
    )


def _is_diagonal(scene: Scene, case: Case) -> bool:
    grad_output, *rest = case.observation.args
    got, want = case.got[scene.index], case.want[scene.index]
    if got is None or want is None or got.shape != grad_output.shape or got.numel() < 2:
        return False
    diagonal = torch.zeros(got.numel(), dtype=torch.float64, device="cpu")
    for k in range(got.numel()):
        basis = torch.zeros(got.numel(), dtype=torch.float64, device="cpu")
        basis[k] = 1.0
        row = right(scene.exercise, scene.part, (basis.reshape(got.shape), *rest))[scene.index]
        diagonal[k] = 0.0 if row is None else middle(row).flatten()[k]
    return close(got, diagonal.reshape(got.shape) * grad_output, 1e-6)


def samples_mixed(scene: Scene, observe: Observe) -> Finding | None:
    """`grad_output` of the first sample reaches the results of other samples."""
    if not takes_grad_output(scene.exercise) or not scene.same_shapes:
        return None
    batches = [case for case in scene.cases if _has_samples(scene, case)]
    if not batches or not all(_mixes(scene, observe, case) for case in batches):
        return None
    return found(
        scene,
        "samples-mixed",
        f"In {scene.name} the samples are mixed: changing `grad_output` of sample 0 changes the "
        "result of other samples.",
        "Check along which dimension you sum or average; the first one counts the samples.",
    )


def _has_samples(scene: Scene, case: Case) -> bool:
    want, grad_output = case.want[scene.index], case.observation.args[0]
    return want is not None and grad_output.ndim > 1 and middle(want).shape == grad_output.shape


def _mixes(scene: Scene, observe: Observe, case: Case) -> bool:
    grad_output, *rest = case.observation.args
    other = grad_output.clone()
    other[0] = -0.6 * other[0] + 0.11
    before, after = case.got[scene.index], again(scene, observe, case, other)
    first = right(scene.exercise, scene.part, case.observation.args)[scene.index]
    second = right(scene.exercise, scene.part, (other, *rest))[scene.index]
    if before is None or after is None or first is None or second is None:
        return False
    reference_mixes = not torch.equal(middle(first)[1:], middle(second)[1:])
    return not reference_mixes and not close(after[1:], before[1:], 1e-6)
