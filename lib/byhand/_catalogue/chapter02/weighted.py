"""weighted-mse-backward."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

from byhand._catalogue.chapter02.mse import pair
from byhand._checker.inputs import Inputs
from byhand._checker.kinds import BackwardFunction
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Exercise, Ladder, Mistake, Output, Probe
from byhand._checker.standard import elementwise, ties


def _arguments(inputs: Inputs) -> Args:
    grad_output, x, t = pair(inputs)
    return grad_output, x, t, inputs.positive(*x.shape)


def _some_zero(inputs: Inputs) -> Args:
    grad_output, x, t, weight = _arguments(inputs)
    weight[..., 0] = 0.0
    return grad_output, x, t, weight


ZERO_WEIGHTS = Probe(
    "wrong-for-zero-weights",
    "weights of which some are zero",
    _some_zero,
    "Elements of weight zero are left out of the loss, so their gradient is zero.",
    "Divide by the sum of the weights, never by a single weight.",
)


def _loss(x: Tensor, t: Tensor, weight: Tensor) -> Tensor:
    loss: Tensor = F.mse_loss(x, t, weight=weight)  # type: ignore[call-arg]  # PyTorch's stub lacks it
    return loss


def _normaliser_mistakes() -> tuple[Mistake, ...]:
    total = "Divide by `weight.sum()`."
    ask = "If all weights double, should the loss change?"
    return (
        Mistake("divides-by-n", lambda g, x, t, w: 2 * g * w * (x - t) / x.numel(),
                "You divide by the number of elements. A weighted mean divides by the sum of the "
                "weights.", total, ask),
        Mistake("missing-mean", lambda g, x, t, w: 2 * g * w * (x - t),
                "The division by the sum of the weights is missing.", total, ask),
        Mistake("divides-by-batch", lambda g, x, t, w: 2 * g * w * (x - t) / x.shape[0],
                "You divide by the batch size. A weighted mean divides by the sum of the weights.",
                total, ask),
        Mistake("mean-twice", lambda g, x, t, w: 2 * g * w * (x - t) / w.sum() / x.numel(),
                "You divide by the sum of the weights and by n as well. One division is enough.",
                total, ask),
        Mistake("row-sums", lambda g, x, t, w: 2 * g * w * (x - t) / w.sum(-1, keepdim=True),
                "You divide each row by the sum of its own weights. The loss has one sum, over all "
                "elements.", total, "Over which elements does the mean run?"),
        Mistake("divides-by-mean-weight", lambda g, x, t, w: 2 * g * w * (x - t) / w.mean(),
                "You divide by the mean of the weights. It is n times too small.", total, ask),
    )  # fmt: skip


def _weight_mistakes() -> tuple[Mistake, ...]:
    once = "Each squared error is multiplied by its weight once."
    return (
        Mistake("weight-forgotten", lambda g, x, t, w: 2 * g * (x - t) / x.numel(),
                "The weights have no effect: this is the gradient of the plain mean.", once,
                "Which elements should pull harder?"),
        Mistake("weight-forgotten", lambda g, x, t, w: 2 * g * (x - t) / w.sum(),
                "The weights appear in the divisor only. Each element's slope has its weight as a "
                "factor.", once, "Which elements should pull harder?"),
        Mistake("weight-squared", lambda g, x, t, w: 2 * g * w**2 * (x - t) / w.sum(),
                "The weight is squared. It stands outside the square: w · d², not (w · d)².", once,
                "Is the weight inside or outside the square?"),
        Mistake("weight-root", lambda g, x, t, w: 2 * g * w.sqrt() * (x - t) / w.sum(),
                "You use the root of the weight.", once,
                "Is the weight inside or outside the square?"),
        Mistake("weight-divides", lambda g, x, t, w: 2 * g * (x - t) / w / w.sum(),
                "You divide by the weight. A larger weight must give a larger gradient.", once,
                "Which elements should pull harder?"),
    )  # fmt: skip


def _factor_mistakes() -> tuple[Mistake, ...]:
    return (
        Mistake("missing-two", lambda g, x, t, w: g * w * (x - t) / w.sum(),
                "The factor 2 is missing: the derivative of d² is 2d.", "Multiply by 2.",
                "What is the derivative of d² with respect to d?"),
        Mistake("missing-grad-output", lambda g, x, t, w: 2 * w * (x - t) / w.sum(),
                "`grad_output` is not used.", "Multiply your formula by `grad_output`.",
                "If the next step is `3 * loss`, what does autograd hand to your function?"),
        Mistake("wrong-sign", lambda g, x, t, w: 2 * g * w * (t - x) / w.sum(),
                "The sign is wrong: you use target − input.", "Use input − target.",
                "If a prediction is too large, does the loss grow or fall when you raise it?"),
        Mistake("absolute-difference", lambda g, x, t, w: 2 * g * w * (x - t).abs() / w.sum(),
                "The difference has lost its sign: you use |input − target|.",
                "Leave out the absolute value.",
                "Which sign must the gradient have where the prediction is too small?"),
        Mistake("square-kept", lambda g, x, t, w: g * w * (x - t) ** 2 / w.sum(),
                "You return the weighted squared errors. The gradient needs their derivative.",
                "The derivative of d² is 2d.", "What is the derivative of d²?"),
        Mistake("summed", lambda g, x, t, w: 2 * g * (w * (x - t)).sum() / w.sum(),
                "The gradient is summed to one number. Each element keeps its own.",
                "Leave out the sum above the fraction's line.",
                "How many inputs can you move, and so how many slopes are there?"),
        Mistake("value-not-gradient", lambda g, x, t, w: _loss(x, t, w),
                "You return the loss. The gradient has one number for each element.",
                "Differentiate the loss with respect to one element.",
                "How many inputs can you move, and so how many slopes are there?"),
    )  # fmt: skip


def _sizes(*args: Tensor) -> dict[str, float]:
    _, x, _, w = args
    return {
        "n": float(x.numel()),
        "the sum of the weights": float(w.sum()),
        "the batch size": float(x.shape[0]),
    }


def backward(stub: str, solution: str) -> Exercise:
    """The gradient of the weighted mean squared error."""
    return Exercise(
        id="weighted-mse-backward",
        chapter=2,
        title="Some errors count more",
        level=2,
        skills=("weighted mean", "normalisation"),
        kind=BackwardFunction("a function `f(grad_output, input, target, weight)`"),
        name="weighted_mse_backward",
        parameters=("grad_output", "input", "target", "weight"),
        outputs=(Output("grad_input"),),
        make=_arguments,
        reference={"gradient": gradients(_loss, wrt=(0,))},
        mistakes=(*_normaliser_mistakes(), *_weight_mistakes(), *_factor_mistakes()),
        probes=(*elementwise(_arguments), ties(_arguments), ZERO_WEIGHTS),
        dims=_sizes,
        ladder=Ladder(
            "If all weights are 5, what should the gradient be?",
            "The loss is Σ w d² / Σ w. The divisor does not depend on the input.",
            "∂L/∂xᵢ = grad_output · 2 wᵢ (xᵢ − tᵢ) / Σ w.",
            "return grad_output * 2 * ... * (input - target) / ...",
        ),
        stub=stub,
        solution=solution,
    )
