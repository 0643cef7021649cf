"""huber-backward."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from byhand._catalogue.chapter02.mse import pair
from byhand._checker.inputs import Inputs
from byhand._checker.kinds import BackwardFunction
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Exercise, Ladder, Mistake, Output, Probe, Region
from byhand._checker.standard import elementwise, scaled

DELTAS = (0.75, 1.25, 0.5, 2.0)
BRANCHES = "Inside, the slope of ½d² is d. Outside, the slope of δ(|d| − ½δ) is δ · sign(d)."


def _arguments(inputs: Inputs) -> Args:
    return (*pair(inputs), DELTAS[inputs.seed % len(DELTAS)])


def _on_the_border(inputs: Inputs) -> Args:
    """Differences of exactly −δ, 0 and δ."""
    grad_output, x, t, delta = _arguments(inputs)
    x[..., 0], x[..., 1], x[..., 2] = t[..., 0] - delta, t[..., 1], t[..., 2] + delta
    return grad_output, x, t, delta


BORDER = Probe(
    "wrong-at-border",
    "differences of exactly −δ, 0 and δ",
    _on_the_border,
    "The two branches meet at |d| = δ with one slope, and at d = 0 the slope is 0.",
    "Try d = δ in both branches of your formula; look for 0 / 0 at d = 0.",
    shape=(3, 5),
)


def _with_delta(delta: float) -> Probe:
    """Another δ, and differences of its size."""

    def arguments(inputs: Inputs) -> Args:
        return (*scaled(pair, delta)(inputs), delta)

    return Probe(
        "wrong-for-another-delta",
        f"delta={delta:g}",
        arguments,
        "The numbers are right for a δ between 0.5 and 2, and wrong for another one.",
        "Use `delta` itself, and compare it with nothing but |d|.",
        shape=(3, 5),
        listed=False,
    )


OTHER_DELTAS = (_with_delta(0.03125), _with_delta(1.0), _with_delta(256.0))

REGIONS = (
    Region("where |input − target| < δ", lambda g, x, t, delta: (x - t).abs() < delta),
    Region("where |input − target| > δ", lambda g, x, t, delta: (x - t).abs() > delta),
    Region("where input > target", lambda g, x, t, delta: x > t),
    Region("where input < target", lambda g, x, t, delta: x < t),
)


def _huber(x: Tensor, t: Tensor, delta: float) -> Tensor:
    return F.huber_loss(x, t, delta=delta)


def _pick(d: Tensor, delta: float, inside: Tensor, outside: Tensor) -> Tensor:
    return torch.where(d.abs() <= delta, inside, outside)


def _branch(
    code: str, inside: str, outside: str, message: str, next_step: str, hint: str = ""
) -> Mistake:
    """A slope made of two branches; each is the name of one of the pieces below."""

    def formula(g: Tensor, x: Tensor, t: Tensor, delta: float) -> Tensor:
        d = x - t
        pieces = {
            "d": d, "2d": 2 * d, "d/δ": d / delta, "δd": delta * d, "½d²": d * d / 2,
            "sign": torch.sign(d), "δ": torch.full_like(d, delta),
            "δ sign": delta * torch.sign(d), "½δ sign": delta * torch.sign(d) / 2,
            "δ² sign": delta**2 * torch.sign(d), "0": torch.zeros_like(d),
            "δ(|d|−½δ)": delta * (d.abs() - delta / 2),
        }  # fmt: skip
        return g * _pick(d, delta, pieces[inside], pieces[outside]) / x.numel()

    return Mistake(code, formula, message, next_step, hint)


def _branch_mistakes() -> tuple[Mistake, ...]:
    meet = "Do both branches give the same slope at |d| = δ? They must."
    return (
        _branch("delta-missing", "d", "sign", "Outside, the slope must be δ · sign(d): the factor "
                "δ is missing.", BRANCHES, meet),
        _branch("branches-swapped", "δ sign", "d", "The two branches are swapped: near the target "
                "the loss is quadratic, far away it is linear.", BRANCHES,
                "Which branch should hold back an outlier?"),
        _branch("never-clipped", "d", "d", "The slope is d everywhere. Beyond δ it must stay at "
                "−δ or δ.", BRANCHES, "What should an outlier's gradient be, at most?"),
        _branch("always-linear", "δ sign", "δ sign", "The slope is δ · sign(d) everywhere. Inside "
                "δ it must shrink with d.", BRANCHES, meet),
        _branch("smooth-l1-gradient", "d/δ", "sign", "This is the gradient of the smooth L1 loss: "
                "the Huber loss divided by δ.",
                "Multiply by δ, or differentiate the Huber loss again.",
                "Is the slope at d = δ equal to 1 or to δ?"),
        _branch("extra-two", "2d", "δ sign", "Inside, the slope is twice too large: the Huber "
                "loss is ½d² there, with a half.", BRANCHES, meet),
        _branch("sign-missing", "d", "δ", "Outside, the slope is δ on both sides. Below the "
                "target it must be −δ.", BRANCHES,
                "Which way should a prediction move that is far too small?"),
        _branch("delta-times-difference", "d", "δd", "Outside, the slope is δ · d. The linear "
                "branch has a constant slope.", BRANCHES, "Is δ|d| steeper at d = 9 than at 5?"),
        _branch("half-outside", "d", "½δ sign", "Outside, the slope is ½δ · sign(d): twice too "
                "small. The ½ belongs to the constant −½δ², which has no slope.", BRANCHES, meet),
        _branch("delta-squared", "d", "δ² sign", "Outside, the slope is δ² · sign(d). The factor δ "
                "comes once.", BRANCHES, meet),
        _branch("outliers-ignored", "d", "0", "Outside, the slope is 0. The Huber loss goes on "
                "growing there, along a straight line.", BRANCHES, meet),
        _branch("value-not-gradient", "½d²", "δ(|d|−½δ)", "You return the loss of each element, "
                "divided by n, not its slope.", BRANCHES, "What is the derivative of ½d²?"),
    )  # fmt: skip


def _clipped(d: Tensor, delta: float) -> Tensor:
    return d.clamp(-delta, delta)


def _other_mistakes() -> tuple[Mistake, ...]:
    mean = "Divide by `input.numel()`."
    return (
        Mistake("missing-grad-output", lambda g, x, t, s: _clipped(x - t, s) / x.numel(),
                "`grad_output` is not used.", "Multiply your formula by `grad_output`.",
                "If the next step is `3 * loss`, what does autograd hand to your function?"),
        Mistake("missing-mean", lambda g, x, t, s: g * _clipped(x - t, s),
                "The factor 1/n is missing. This is the gradient of the sum, not of the mean.",
                mean, "How many errors are averaged, and what does each one weigh?"),
        Mistake("divides-by-batch", lambda g, x, t, s: g * _clipped(x - t, s) / x.shape[0],
                "You divide by the batch size. The mean runs over all elements.", mean,
                "How many numbers does a 3 × 5 tensor hold?"),
        Mistake("wrong-sign", lambda g, x, t, s: g * _clipped(t - x, s) / x.numel(),
                "The sign is wrong: you use target − input.", "Use input − target.",
                "If a prediction is too large, does the loss grow or fall when you raise it?"),
        Mistake("absolute-missing", lambda g, x, t, s: g * (x - t).clamp(max=s) / x.numel(),
                "Large negative differences are not clipped. The test is |d| ≤ δ, not d ≤ δ.",
                "Take the absolute value in the condition.",
                "In which branch does d = −100 end up?"),
        Mistake("border-at-one", lambda g, x, t, s: g * _clipped(x - t, 1.0) / x.numel(),
                "δ is not used: you clip at −1 and 1.", "Use `delta` in place of 1.",
                "Where does δ appear in your code?"),
        Mistake("border-at-one",
                lambda g, x, t, s: g * _pick(x - t, 1.0, x - t, s * torch.sign(x - t)) / x.numel(),
                "The branches change at |d| = 1. They must change at |d| = δ.",
                "Compare |d| with `delta`.", "Where does δ appear in your condition?"),
        Mistake("summed", lambda g, x, t, s: g * _clipped(x - t, s).mean(),
                "The gradient is averaged or summed to one number. Each element keeps its own.",
                mean, "How many inputs can you move, and so how many slopes are there?"),
        Mistake("value-not-gradient", lambda g, x, t, s: _huber(x, t, s),
                "You return the loss. The gradient has one number for each element.",
                "Differentiate the loss with respect to one element.",
                "How many inputs can you move, and so how many slopes are there?"),
    )  # fmt: skip


def backward(stub: str, solution: str) -> Exercise:
    """The gradient of the mean Huber loss."""
    return Exercise(
        id="huber-backward",
        chapter=2,
        title="The backward of the Huber loss",
        level=2,
        skills=("branches", "clipping", "mean reduction"),
        kind=BackwardFunction("a function `f(grad_output, input, target, delta)`"),
        name="huber_backward",
        parameters=("grad_output", "input", "target", "delta"),
        outputs=(Output("grad_input"),),
        make=_arguments,
        reference={"gradient": gradients(_huber, wrt=(0,))},
        mistakes=(*_branch_mistakes(), *_other_mistakes()),
        regions=REGIONS,
        probes=(*elementwise(_arguments), BORDER, *OTHER_DELTAS),
        ladder=Ladder(
            "How hard may one outlier pull, at most?",
            "Take the two branches one by one, and compare their slopes where they meet.",
            "∂L/∂xᵢ = grad_output · clip(xᵢ − tᵢ, −δ, δ) / n.",
            "difference = input - target\nslope = torch.where(difference.abs() <= delta, ..., ...)"
            "\nreturn grad_output * slope / ...",
        ),
        stub=stub,
        solution=solution,
    )
