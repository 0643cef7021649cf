"""cross-entropy-backward."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from byhand._catalogue.chapter06.cross_entropy_mistakes import STABLE, all_mistakes
from byhand._catalogue.chapter06.drawn import (
    FAR,
    batch,
    equal_logits,
    far,
    free,
    many,
    one_class,
    one_sample,
    sizes,
    tiny,
    two_classes,
)
from byhand._catalogue.far import far_away
from byhand._checker.inputs import Inputs
from byhand._checker.kinds import BackwardFunction
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Exercise, Ladder, Output, Probe
from byhand._checker.standard import not_contiguous, single_precision


def _equal_targets(inputs: Inputs) -> Args:
    grad_output, logits, target = free(inputs)
    return grad_output, logits, torch.full_like(target, 2)


REFERENCE = {"gradient": gradients(F.cross_entropy, wrt=(0,))}
PROBES = (
    single_precision(batch),
    one_sample(free),
    Probe(
        "wrong-for-equal-targets",
        "samples of one and the same class",
        _equal_targets,
        "Several samples may have the same class, and a batch need not hold all classes.",
        "Take C from `logits.shape[-1]`, not from the targets.",
        shape=(3, 5),
        listed=False,
    ),
    one_class(free),
    two_classes(free),
    equal_logits(free),
    *far_away(far(free), REFERENCE, STABLE, shape=FAR),
    not_contiguous(free),
    many(free),
    tiny(free),
)


def backward(stub: str, solution: str) -> Exercise:
    """The gradient of the mean cross-entropy with class indices."""
    return Exercise(
        id="cross-entropy-backward",
        chapter=6,
        title="The backward of cross-entropy",
        level=1,
        skills=("p − onehot", "mean over samples", "class indices"),
        kind=BackwardFunction("a function `f(grad_output, logits, target)`"),
        name="cross_entropy_backward",
        parameters=("grad_output", "logits", "target"),
        outputs=(Output("grad_logits"),),
        make=batch,
        reference=REFERENCE,
        mistakes=all_mistakes(),
        probes=PROBES,
        dims=sizes,
        ladder=Ladder(
            "The loss of one sample is −x[y] + log Σ e^x. What is its slope in x[y], and what in "
            "another logit?",
            "log Σ e^x has the slope p. The term −x[y] has the slope −1 at the target and 0 "
            "elsewhere. Then comes the mean, over the samples.",
            "grad[i, j] = grad_output · (p[i, j] − (1 if j is target[i], else 0)) / N.",
            "p = torch.softmax(logits, dim=...)\n"
            "onehot = F.one_hot(target, ...)\n"
            "return grad_output * (...) / ...",
        ),
        stub=stub,
        solution=solution,
    )
