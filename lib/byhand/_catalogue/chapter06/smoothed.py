"""smoothed-cross-entropy-backward."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from byhand._catalogue.chapter06.cross_entropy_mistakes import STABLE
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
from byhand._catalogue.chapter06.smoothed_mistakes import all_mistakes
from byhand._catalogue.far import far_away
from byhand._checker.inputs import Inputs
from byhand._checker.kinds import BackwardFunction
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Exercise, Ladder, Output, Probe, Region
from byhand._checker.standard import Make, not_contiguous, single_precision

SETTINGS = ((0.25, -100), (0.125, 1), (0.5, -1), (0.375, 2), (0.625, 0))
"""label_smoothing and ignore_index, by seed; one more than shapes, so no shape owns one."""


def _with(make: Make, smoothing: float | None = None, ignored: int | None = None) -> Make:
    """Some targets equal to `ignore_index`; the seed's own settings unless given.

    Args:
        make: draws `grad_output`, logits and target.
        smoothing: label_smoothing.
        ignored: ignore_index; no target is set to it where it is given.
    """

    def drawn(inputs: Inputs) -> Args:
        grad_output, logits, target = make(inputs)
        own_smoothing, own_index = SETTINGS[inputs.seed % len(SETTINGS)]
        chosen = own_smoothing if smoothing is None else smoothing
        index = own_index if ignored is None else ignored
        if ignored is None and len(target) > 1:
            target[:2][target[:2] == index] = 0 if index else 1  # two rows that count, for certain
            target[2::3] = index
        return grad_output, logits, target, chosen, index

    return drawn


def _class_ignored(inputs: Inputs) -> Args:
    grad_output, logits, target, smoothing, _ = _with(free, ignored=0)(inputs)
    target[0], target[1:3] = 1, 0
    return grad_output, logits, target, smoothing, 0


def _minus_one(inputs: Inputs) -> Args:
    """Ignored rows of −1 beside rows of class 1, which count."""
    grad_output, logits, target, smoothing, _ = _with(free, ignored=-1)(inputs)
    target[:4] = torch.tensor([1, -1, 1, -1])
    return grad_output, logits, target, smoothing, -1


def _beyond(inputs: Inputs) -> Args:
    """Ignored rows whose target is larger than any class, as in maps of pixels."""
    grad_output, logits, target, smoothing, _ = _with(free, ignored=255)(inputs)
    target[1::3] = 255
    return grad_output, logits, target, smoothing, 255


def _far(inputs: Inputs) -> Args:
    """The last row is far away as well, and ignored."""
    grad_output, logits, target, smoothing, index = far(_with(free, ignored=-100))(inputs)
    logits[4, 0], target[4] = 1000, index
    return grad_output, logits, target, smoothing, index


def _loss(logits: Tensor, target: Tensor, label_smoothing: float, ignore_index: int) -> Tensor:
    return F.cross_entropy(
        logits, target, label_smoothing=label_smoothing, ignore_index=ignore_index
    )


REFERENCE = {"gradient": gradients(_loss, wrt=(0,))}
PROBES = (
    single_precision(_with(batch)),
    Probe(
        "wrong-without-smoothing",
        "a label_smoothing of 0",
        _with(free, smoothing=0.0),
        "Without smoothing this is the gradient of the plain cross-entropy of the rows that count.",
        "Look for a division by label_smoothing and for a test such as `if label_smoothing`.",
        shape=(5, 3),
    ),
    Probe(
        "wrong-with-full-smoothing",
        "a label_smoothing of 1",
        _with(free, smoothing=1.0),
        "With a label_smoothing of 1 the target has no part left: each class gets 1/C.",
        "The soft target is (1 − label_smoothing) · onehot + label_smoothing / C.",
        shape=(5, 3),
        listed=False,
    ),
    Probe(
        "wrong-where-no-row-is-ignored",
        "targets of which none is ignored",
        _with(free, ignored=-100),
        "Where no target equals ignore_index, all rows count.",
        "Compare each target with ignore_index; the sign of a target says nothing.",
        shape=(5, 3),
    ),
    Probe(
        "wrong-where-class-0-is-ignored",
        "an ignore_index of 0",
        _class_ignored,
        "ignore_index may be any number, class 0 too. Its column still belongs to the other rows.",
        "Compare each target with ignore_index: `target != ignore_index`.",
        shape=(7, 3),
    ),
    Probe(
        "wrong-where-minus-one-is-ignored",
        "an ignore_index of −1",
        _minus_one,
        "Where ignore_index is −1, class 1 still counts: 1 and −1 are different targets.",
        "Compare each target with ignore_index: `target != ignore_index`.",
        shape=(7, 3),
        listed=False,
    ),
    Probe(
        "wrong-where-255-is-ignored",
        "an ignore_index of 255",
        _beyond,
        "ignore_index may be any number, also one above all classes. Many data sets use 255.",
        "Put a class that exists in the place of an ignored target, whatever its sign: "
        "`torch.where(target != ignore_index, target, 0)`.",
        shape=(7, 3),
    ),
    one_sample(_with(free)),
    two_classes(_with(free)),
    equal_logits(_with(free)),
    *far_away(_far, REFERENCE, STABLE, shape=FAR),
    not_contiguous(_with(free)),
    many(_with(free)),
    tiny(_with(free)),
)


def _counts(_: Tensor, logits: Tensor, target: Tensor, smoothing: float, ignore: int) -> Tensor:
    del smoothing
    return (target != ignore).unsqueeze(-1).expand(logits.shape)


REGIONS = (Region("in the rows that count", _counts),)


def _counted(g: Tensor, logits: Tensor, target: Tensor, _: float, ignore: int) -> dict[str, float]:
    return {**sizes(g, logits), "the number of counted rows": float((target != ignore).sum())}


def backward(stub: str, solution: str) -> Exercise:
    """The gradient of cross-entropy with label smoothing and ignored rows."""
    return Exercise(
        id="smoothed-cross-entropy-backward",
        chapter=6,
        title="Label smoothing and ignored rows",
        level=2,
        skills=("soft targets", "masks", "mean over what counts"),
        kind=BackwardFunction(
            "a function `f(grad_output, logits, target, label_smoothing, ignore_index)`"
        ),
        name="smooth_backward",
        parameters=("grad_output", "logits", "target", "label_smoothing", "ignore_index"),
        outputs=(Output("grad_logits"),),
        make=_with(batch),
        reference=REFERENCE,
        mistakes=all_mistakes(),
        probes=PROBES,
        regions=REGIONS,
        dims=_counted,
        ladder=Ladder(
            "Three classes, target 0, label_smoothing 0.3: which three numbers replace the "
            "one-hot row [1, 0, 0]?",
            "Two changes to p − onehot: the one-hot row becomes a soft one, and the rows whose "
            "target is ignore_index neither get a gradient nor count in the mean.",
            "q = (1 − label_smoothing) · onehot + label_smoothing / C. Rows that count: "
            "grad_output · (p − q) / M, with M the number of these rows; all other rows: 0.",
            "counted = target != ignore_index\n"
            "onehot = F.one_hot(torch.where(counted, target, 0), ...).to(logits)\n"
            "soft = ... * onehot + ...\n"
            "return grad_output * (...) * counted.unsqueeze(-1) / ...",
        ),
        stub=stub,
        solution=solution,
    )
