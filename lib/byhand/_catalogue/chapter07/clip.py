"""clip-by-norm."""

# ruff: noqa: ARG002  (every kind answers the same questions, used or not)

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Any

import torch
from torch import Tensor

from byhand._catalogue.chapter07.clip_mistakes import all_mistakes, norm
from byhand._catalogue.chapter07.drawn import OUTPUTS, Make, Params, parameters, step_probes, usual
from byhand._catalogue.chapter07.update_faults import met_none
from byhand._checker.forms import accept_callable
from byhand._checker.inputs import Inputs
from byhand._checker.kinds import Accepted
from byhand._checker.spec import Args, Band, Exercise, Expected, Finding, Ladder, Output, Probe

LIMITS = (0.5, 0.25, 1.75, 0.75)
"""The limit as a part of the norm; above 1 nothing is clipped."""


@dataclass(frozen=True)
class Clip:
    """A function ``f(params, max_norm) → total_norm`` that changes `.grad` of the parameters."""

    wanted: str = "a function `f(params, max_norm)` that returns the norm"
    parts: tuple[str, ...] = ("value", "gradient")
    mutates: tuple[str, ...] = ()
    reveals: bool = True

    def accept(self, answer: Any, exercise: Exercise) -> Accepted:
        """Any callable with the right number of arguments."""
        return accept_callable(answer, exercise, exercise.parameters)

    def call(self, answer: Any, args: Args, parts: dict[str, Any]) -> None:
        """Keep what is returned, and the gradients afterwards."""
        params = list(args[0])
        had = [p.grad is not None for p in params]
        before = [p.detach().clone() for p in params]
        try:
            returned = answer(*args)
        except (TypeError, AttributeError) as error:
            if all(had) or not any(had) or "NoneType" not in str(error):
                raise
            parts["value"] = met_none(error)
            return
        if isinstance(returned, Real):  # a number of Python or NumPy is as good
            returned = torch.tensor(float(returned), dtype=params[0].dtype, device="cpu")
        if type(returned) is Tensor and returned.is_floating_point() and not any(had):
            returned = returned.to(params[0].dtype)  # no gradient says which type is meant
        parts["value"] = returned
        lost = [k for k, p in enumerate(params) if had[k] and p.grad is None]
        grads = tuple(p.grad for p in params)
        moved = _moved(before, params)
        parts["gradient"] = moved if moved else _lost(lost[0]) if lost else grads

    def outputs(self, exercise: Exercise, part: str) -> tuple[Output, ...]:
        """The norm, or one gradient for each parameter."""
        return (Output("total_norm"),) if part == "value" else exercise.outputs

    def normalise(self, part: str, raw: Any, count: int) -> Any:
        """Exactly what came back."""
        return raw


def _moved(before: list[Tensor], params: Params) -> Finding | None:
    for k, (old, p) in enumerate(zip(before, params, strict=True)):
        if not torch.equal(old, p.detach()):
            return Finding(
                "parameters-changed",
                f"params[{k}] has other numbers after the call. Clipping changes the gradients, "
                "and the optimizer's step comes later.",
                "Scale `p.grad`, not `p`.",
            )
    return None


def _lost(k: int) -> Finding:
    return Finding(
        "cleared",
        f"params[{k}].grad is None after the call. The optimizer's step comes later, and needs it.",
        "Change the gradient in place: `p.grad.mul_(…)`.",
    )


def _clipped(params: Params, max_norm: float) -> tuple[Expected, ...]:
    """PyTorch's own result; it adds 1e-6 to the norm, and exactly the limit is right too."""
    copies = _copies(params)
    torch.nn.utils.clip_grad_norm_(copies, max_norm, foreach=False)
    total = norm([g for p in params if (g := p.grad) is not None])
    scale = min(1.0, max_norm / total) if total > 0 else 1.0
    return tuple(
        None if p.grad is None or twin.grad is None else _between(twin.grad, scale * p.grad)
        for p, twin in zip(params, copies, strict=True)
    )


def _between(a: Tensor, b: Tensor) -> Band:
    return Band(torch.minimum(a, b), torch.maximum(a, b))


def _copies(params: Params) -> Params:
    copies = [p.detach().clone().requires_grad_() for p in params]
    for p, twin in zip(params, copies, strict=True):
        twin.grad = None if p.grad is None else p.grad.clone()
    return copies


def _total(params: Params, max_norm: float) -> Tensor:
    return torch.nn.utils.clip_grad_norm_(_copies(params), max_norm, foreach=False)


def _arguments(inputs: Inputs, params: Params) -> Args:
    return _limited(params, LIMITS[inputs.seed % len(LIMITS)])


def _limited(params: Params, part: float) -> Args:
    """A limit that is this part of the norm, rounded so that it is the same everywhere."""
    total = norm([g for p in params if (g := p.grad) is not None])
    return params, float(f"{part * total:.3g}")


def _above(inputs: Inputs, params: Params) -> Args:
    del inputs
    return _limited(params, 3.0)


def _without(zero: bool) -> Make:
    """No gradient at all: zeros, or None."""

    def drawn(inputs: Inputs) -> Args:
        params = parameters(inputs)
        for p in params:
            p.grad = torch.zeros_like(p.detach()) if zero else None
        return params, 0.5

    return drawn


PROBES = (
    *step_probes(_arguments),
    Probe(
        "scaled-below-limit",
        "a norm far below the limit",
        usual(_above),
        "The norm is below the limit, and the gradients are changed all the same.",
        "Scale only where the norm is larger than `max_norm`.",
        listed=False,
    ),
    Probe(
        "wrong-for-zero-gradients",
        "gradients that are all zero",
        _without(zero=True),
        "The norm is 0 here. A division by it gives infinity, and 0 · ∞ is NaN.",
        "Divide only where the norm is larger than `max_norm`, or limit the factor to 1.",
    ),
    Probe(
        "wrong-without-gradients",
        "parameters whose `.grad` are all None",
        _without(zero=False),
        "There is nothing to clip, and the norm is 0.",
        "Start the sum with 0.",
        lenient=True,
        listed=False,
    ),
)


def clip(stub: str, solution: str) -> Exercise:
    """The gradients of all parameters, limited in their common length."""
    return Exercise(
        id="clip-by-norm",
        chapter=7,
        title="Clip by the global norm",
        level=2,
        skills=("norm", "in place", "one factor for all"),
        kind=Clip(),
        name="clip_by_norm",
        parameters=("params", "max_norm"),
        outputs=tuple(Output(f"{output.name}.grad") for output in OUTPUTS),
        make=usual(_arguments),
        reference={"value": _total, "gradient": _clipped},
        mistakes=all_mistakes(),
        probes=PROBES,
        dims=lambda params, max_norm: {
            "max_norm": max_norm,
            "the number of parameters": float(len(params)),
        },
        ladder=Ladder(
            "If all gradients stood in one long vector, how long would it be?",
            "One number first, from the gradients of all parameters; then one factor, the same "
            "for each of them.",
            "‖g‖ = √(Σ g²), the sum over all entries of all gradients. If ‖g‖ > max_norm, every "
            "gradient is multiplied by max_norm / ‖g‖. The result is ‖g‖, as it was before.",
            "grads = [p.grad for p in params if p.grad is not ...]\n"
            "total_norm = sum((g**2)... for g in grads) ** ...\nif total_norm > ...:\n"
            "    for g in grads:\n        g.mul_(...)\nreturn ...",
        ),
        stub=stub,
        solution=solution,
    )
