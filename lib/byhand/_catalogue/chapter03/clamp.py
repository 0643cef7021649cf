"""clamp-function."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from byhand._catalogue.chapter03.clamp_mistakes import gradient_mistakes, value_mistakes
from byhand._catalogue.chapter03.contract import contract
from byhand._catalogue.chapter03.points import point
from byhand._checker.function_kind import FunctionClass
from byhand._checker.inputs import Inputs
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Band, Exercise, Finding, Ladder, Output, Probe, Region
from byhand._checker.standard import elementwise
from byhand._checker.wording import a_kind_of

WANTED = "a subclass of torch.autograd.Function whose `apply(x, lo, hi)` is x.clamp(lo, hi)"
LIMITS = ((-1.0, 1.5), (0.25, 2.0), (-2.0, -0.5), (-1, 2))
"""Of both signs and of one, never one the negative of the other, and a pair of integers."""


ORDINAL = ("", "second", "third")


@dataclass(frozen=True)
class WithNumbers(FunctionClass):
    """A Function of one tensor and of numbers, for which backward must return None."""

    def normalise(self, part: str, raw: Any, count: int) -> Any:
        """A finding for a missing None, and for anything else than None for a number."""
        if part == "gradient" and count > 1:
            values = raw if isinstance(raw, tuple) else (raw,)
            if isinstance(values[0] if values else None, Tensor) and len(values) < count:
                return MISSING_NONE
            if len(values) >= count:
                for k, name in ((1, "lo"), (2, "hi")):
                    if values[k] is not None:
                        return _unneeded(ORDINAL[k], name, values[k])
        return super().normalise(part, raw, count)


MISSING_NONE = Finding(
    "missing-none",
    "backward returns fewer values than forward has inputs. The two numbers count too: PyTorch "
    "wants one value for each of x, lo and hi, and raises otherwise.",
    "Return None for each of the two numbers: `return grad_x, None, None`.",
)


def _unneeded(ordinal: str, name: str, value: Any) -> Finding:
    """The finding for a gradient of a number."""
    return Finding(
        "unneeded-gradient",
        f"The {ordinal} value that backward returns is {a_kind_of(value)}. It belongs to `{name}`, "
        "which is a number and not a tensor, so it has no gradient: PyTorch raises for anything "
        "but None.",
        "Return one value for each input of forward, in their order: `return grad_x, None, None`.",
    )


def _arguments(inputs: Inputs) -> Args:
    """Wherever there are three elements in a row, one is below lo, one inside, one above hi."""
    grad_output, x = point(inputs)
    lo, hi = LIMITS[inputs.seed % len(LIMITS)]
    if x.ndim > 0 and x.shape[-1] > 2:
        x[..., 0] = lo - x[..., 0].abs()
        x[..., 1] = (lo + hi) / 2 + x[..., 1] / 16
        x[..., 2] = hi + x[..., 2].abs()
    return grad_output, x, lo, hi


def _scaled(factor: float) -> Any:
    def make(inputs: Inputs) -> Args:
        grad_output, x, lo, hi = _arguments(inputs)
        return factor * grad_output, factor * x, factor * lo, factor * hi

    return make


def _at_limits(inputs: Inputs) -> Args:
    grad_output, x, lo, hi = _arguments(inputs)
    x[..., 3], x[..., 4] = lo, hi
    return grad_output, x, lo, hi


def _any_slope(g: Tensor, x: Tensor, lo: float, hi: float) -> dict[str, Any]:
    """Any slope from 0 to 1 at the two kinks."""
    sure, kink = g * ((x > lo) & (x < hi)), (x == lo) | (x == hi)
    low = torch.where(kink, g.clamp(max=0), sure)
    high = torch.where(kink, g.clamp(min=0), sure)
    expected = (Band(low, high), None, None)
    return {"gradient": expected, "engine": expected}


KINK = Probe(
    "wrong-at-kink",
    "inputs equal to lo or hi",
    _at_limits,
    "Where x = lo or x = hi the result is no slope between 0 and 1 times `grad_output`.",
    "Compare x with lo and with hi; at equality let the gradient through, or stop it.",
    expected=_any_slope,
    shape=(3, 5),
)
REGIONS = (
    Region("where x lies between lo and hi", lambda g, x, lo, hi: (x > lo) & (x < hi)),
    Region("where x > lo", lambda g, x, lo, hi: x > lo),
    Region("where x < hi", lambda g, x, lo, hi: x < hi),
)


def _sized(probe: Probe) -> bool:
    """The cases that scale the inputs scale the limits too, and stand below."""
    return probe.code not in ("wrong-for-large-numbers", "wrong-for-small-numbers")


LARGE, SMALL = (
    Probe(code, words, _scaled(factor), message, step, shape=(11, 13), listed=False)
    for code, words, factor, message, step in (
        (
            "wrong-for-large-numbers",
            "143 numbers of several thousands, and limits as large",
            4096,
            "The numbers are right for small inputs and limits, and wrong for large ones.",
            "Look for a number in your code that stands in for lo or hi.",
        ),
        (
            "wrong-for-small-numbers",
            "numbers and limits of some thousandths",
            1 / 1024,
            "The numbers are right for usual inputs and limits, and wrong for very small ones.",
            "Look for a small constant, for rounding, and for `int(…)` of a limit.",
        ),
    )
)


def function(stub: str, solution: str) -> Exercise:
    """A function with two arguments that are numbers."""
    return Exercise(
        id="clamp-function",
        chapter=3,
        title="Clamp: a Function with two arguments that are numbers",
        level=2,
        skills=("non-tensor arguments", "None for each of them", "mask"),
        kind=WithNumbers("y", WANTED),
        name="MyClamp",
        parameters=("grad_output", "x", "lo", "hi"),
        outputs=(Output("grad_x"), Output("grad_lo"), Output("grad_hi")),
        make=_arguments,
        reference={"value": torch.clamp, "gradient": gradients(torch.clamp, wrt=(0, 1, 2))},
        mistakes=(*value_mistakes(), *gradient_mistakes()),
        regions=REGIONS,
        probes=(
            *filter(_sized, elementwise(_arguments)),
            LARGE,
            SMALL,
            KINK,
            *contract(_arguments),
        ),
        label=lambda g, x, lo, hi: f"lo={lo} and hi={hi}",
        ladder=Ladder(
            "Where does y move when you move x a little, and where does it stay?",
            "Keep x by `save_for_backward`, and the two numbers as attributes of the ctx. forward "
            "has three inputs, so backward returns three things.",
            "∂L/∂xᵢ = grad_outputᵢ where lo < xᵢ < hi, and 0 elsewhere; None for lo and for hi.",
            "@staticmethod\ndef forward(ctx, x, lo, hi):\n    ctx.save_for_backward(...)\n"
            "    ctx.lo, ctx.hi = lo, hi\n    return ...\n\n"
            "@staticmethod\ndef backward(ctx, grad_output):\n"
            "    (x,) = ctx.saved_tensors\n    inside = ...\n"
            "    return torch.where(inside, ..., 0), ..., ...",
        ),
        stub=stub,
        solution=solution,
    )
