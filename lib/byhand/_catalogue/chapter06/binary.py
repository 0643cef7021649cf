"""bce-with-logits-backward."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from byhand._catalogue.chapter06.binary_mistakes import STABLE, all_mistakes
from byhand._catalogue.far import far_away
from byhand._checker.inputs import Inputs
from byhand._checker.kinds import BackwardFunction
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Exercise, Ladder, Output, Probe
from byhand._checker.standard import four_dimensions, no_dimension, standard


def _arguments(inputs: Inputs) -> Args:
    """Soft targets: multiples of 1/256 between 0 and 3/4."""
    shape = inputs.shape()
    return inputs.grad_scalar(), inputs.values(*shape), inputs.positive(*shape) / 4


def _hard(inputs: Inputs) -> Args:
    grad_output, logits, target = _arguments(inputs)
    return grad_output, logits, (target > 0.35).to(target.dtype)


def _far(inputs: Inputs) -> Args:
    grad_output, logits, target = _hard(inputs)
    logits[..., 0], logits[..., 1] = logits[..., 0] - 1000, logits[..., 1] + 1000
    return grad_output, logits, target


def _many(inputs: Inputs) -> Args:
    grad_output, logits, target = _arguments(inputs)
    return grad_output * 4096, logits * 4, target


def _few(inputs: Inputs) -> Args:
    grad_output, logits, target = _arguments(inputs)
    return grad_output / 1024, logits / 1024, target


def _zero(inputs: Inputs) -> Args:
    grad_output, logits, target = _arguments(inputs)
    return grad_output, torch.zeros_like(logits), target


REFERENCE = {"gradient": gradients(F.binary_cross_entropy_with_logits, wrt=(0,))}
OVERFLOW = (
    "e^1000 is too large for any floating-point number, and σ or 1 − σ is rounded to 0 there. The "
    "gradient itself is finite for all logits."
)
FINITE = (
    "The result is right for small logits; for large ones it is finite and wrong. σ goes to 1 and "
    "0 there, and the gradient to 1 − target and −target."
)
PROBES = (
    Probe(
        "wrong-for-hard-targets",
        "targets of exactly 0 and 1",
        _hard,
        "The result is right for soft targets and wrong for targets of 0 and 1.",
        "Look for a logarithm of the target and for a `clamp`.",
        shape=(3, 5),
    ),
    *standard(_arguments),
    *far_away(_far, REFERENCE, STABLE, overflow=OVERFLOW, finite=FINITE, shape=(3, 5)),
    four_dimensions(_arguments),
    no_dimension(_arguments),
    Probe(
        "wrong-for-large-numbers",
        "143 logits up to ±12 and a `grad_output` of several thousands",
        _many,
        "The result is right for small inputs and a small `grad_output`, and wrong for more.",
        "Look for `clamp`, and for a fixed number in the place of `numel()`.",
        shape=(11, 13),
        listed=False,
    ),
    Probe(
        "wrong-for-small-numbers",
        "logits and a `grad_output` of some thousandths",
        _few,
        "The result is right for usual inputs and wrong for very small ones.",
        "Look for a small constant that is added, such as 1e-8, and for rounding.",
        listed=False,
    ),
    Probe(
        "wrong-at-zero",
        "logits of exactly 0",
        _zero,
        "The result is right for other logits and wrong for a logit of exactly 0, where σ is 1/2. "
        "max(x, 0) and |x| have a corner there, and the loss has none.",
        "Use σ(x) − target, which has no corner. Do not differentiate max and |x| one by one.",
        shape=(3, 5),
    ),
)


def backward(stub: str, solution: str) -> Exercise:
    """The gradient of the mean binary cross-entropy with logits."""
    return Exercise(
        id="bce-with-logits-backward",
        chapter=6,
        title="The backward of binary cross-entropy",
        level=1,
        skills=("sigmoid", "binary classification", "numerical stability"),
        kind=BackwardFunction("a function `f(grad_output, logits, target)`"),
        name="bce_with_logits_backward",
        parameters=("grad_output", "logits", "target"),
        outputs=(Output("grad_logits"),),
        make=_arguments,
        reference=REFERENCE,
        mistakes=all_mistakes(),
        probes=PROBES,
        ladder=Ladder(
            "For a target of 1 the loss is −log σ(x). What is its slope where x is very large, "
            "and where x is very small?",
            "The loss of one element is log(1 + e^x) − t · x. Differentiate both terms; then comes "
            "the mean, over all elements.",
            "∂L/∂x[i] = grad_output · (σ(x[i]) − t[i]) / n, with n the number of elements.",
            "return grad_output * (torch.sigmoid(...) - ...) / ...",
        ),
        stub=stub,
        solution=solution,
    )
