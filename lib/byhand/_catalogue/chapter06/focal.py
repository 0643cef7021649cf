"""focal-loss-backward."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

from byhand._catalogue.chapter06.drawn import (
    FAR,
    batch,
    equal_logits,
    far,
    free,
    many,
    one_sample,
    sizes,
    tiny,
    two_classes,
)
from byhand._catalogue.chapter06.focal_mistakes import all_mistakes
from byhand._catalogue.far import far_away
from byhand._checker.inputs import Inputs
from byhand._checker.kinds import BackwardFunction
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Exercise, Ladder, Output, Probe
from byhand._checker.standard import Make, not_contiguous, single_precision

GAMMAS = (2.0, 1.5, 3.0, 0.5, 1.25)
"""By seed; one more than shapes, so no shape owns one."""
STABLE = (
    "Use `torch.log_softmax(logits, dim=-1)` for log p, and its `exp` for p. Divide neither by "
    "p_y nor by 1 − p_y: both may be 0."
)


def _with(make: Make, gamma: float | None = None) -> Make:
    """Gamma as the last argument; the seed's own unless given."""

    def drawn(inputs: Inputs) -> Args:
        own = GAMMAS[inputs.seed % len(GAMMAS)]
        return *make(inputs), own if gamma is None else gamma

    return drawn


def _loss(logits: Tensor, target: Tensor, gamma: float) -> Tensor:
    log_pt = -F.cross_entropy(logits, target, reduction="none")
    return (-((1 - log_pt.exp()) ** gamma) * log_pt).mean()


REFERENCE = {"gradient": gradients(_loss, wrt=(0,))}
PROBES = (
    single_precision(_with(batch)),
    Probe(
        "wrong-without-gamma",
        "a gamma of 0",
        _with(free, 0.0),
        "With gamma = 0 the focal loss is the cross-entropy, and its gradient p − onehot.",
        "Let gamma appear as a factor and as an exponent, and nowhere else.",
        shape=(3, 5),
    ),
    Probe(
        "wrong-for-another-gamma",
        "a gamma of 5",
        _with(free, 5.0),
        "The result is right for other values of gamma and wrong for 5.",
        "Look for a fixed number in the place of gamma or gamma − 1.",
        shape=(3, 5),
        listed=False,
    ),
    Probe(
        "wrong-for-another-gamma",
        "a gamma of 1",
        _with(free, 1.0),
        "The result is right for other values of gamma and wrong for 1, where gamma − 1 is 0.",
        "Any number to the power of 0 is 1: the second term stays, without its power.",
        shape=(3, 5),
        listed=False,
    ),
    one_sample(_with(free)),
    two_classes(_with(free)),
    equal_logits(_with(free)),
    *far_away(far(_with(free)), REFERENCE, STABLE, shape=FAR),
    not_contiguous(_with(free)),
    many(_with(free)),
    tiny(_with(free)),
)


def backward(stub: str, solution: str) -> Exercise:
    """The gradient of the focal loss."""
    return Exercise(
        id="focal-loss-backward",
        chapter=6,
        title="The backward of the focal loss",
        level=3,
        skills=("product rule", "chain rule through p", "numerical stability"),
        kind=BackwardFunction("a function `f(grad_output, logits, target, gamma)`"),
        name="focal_loss_backward",
        parameters=("grad_output", "logits", "target", "gamma"),
        outputs=(Output("grad_logits"),),
        make=_with(batch),
        reference=REFERENCE,
        mistakes=all_mistakes(),
        probes=PROBES,
        dims=sizes,
        ladder=Ladder(
            "In −(1 − p_y)^γ · log p_y, at how many places does p_y stand?",
            "Differentiate with respect to p_y by the product rule, then go from p_y to the "
            "logits: ∂p_y/∂x = p_y · (onehot − p).",
            "grad = grad_output · ((1 − p_y)^γ − γ (1 − p_y)^(γ−1) · p_y · log p_y) · "
            "(p − onehot) / N.",
            "log_p = torch.log_softmax(logits, dim=-1)\n"
            "log_p_y = log_p.gather(-1, target.unsqueeze(-1))\np_y = log_p_y.exp()\n"
            "direct = ...\nthrough = ...\n"
            "return grad_output * (direct - through) * (...) / ...",
        ),
        stub=stub,
        solution=solution,
    )
