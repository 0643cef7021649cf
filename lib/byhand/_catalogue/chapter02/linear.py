"""linear-sse-gradient."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from byhand._checker.inputs import Inputs
from byhand._checker.kinds import BackwardFunction
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Exercise, Ladder, Mistake, Output
from byhand._checker.standard import standard

SIZES = ((5, 3), (7, 5), (11, 7), (3, 13))
Pair = tuple[Any, Any]


def _arguments(inputs: Inputs) -> Args:
    shape = inputs.shape()
    samples, features = shape if shape == (1, 1) else SIZES[inputs.seed % len(SIZES)]
    return (
        inputs.values(samples, features),
        inputs.values(features),
        inputs.values(1).reshape(()),
        inputs.targets(samples),
    )


def _loss(x: Tensor, w: Tensor, b: Tensor, t: Tensor) -> Tensor:
    return ((t - torch.einsum("nd,d->n", x, w) - b) ** 2).sum()


def _reference(x: Tensor, w: Tensor, b: Tensor, t: Tensor) -> Any:
    one = torch.ones((), dtype=torch.float64, device="cpu")
    return gradients(_loss, wrt=(1, 2))(one, x, w, b, t)


def _from_residual(x: Tensor, residual: Tensor, factor: float = -2.0) -> Pair:
    return factor * x.T @ residual, factor * residual.sum()


def _residual(x: Tensor, w: Tensor, b: Tensor, t: Tensor) -> Tensor:
    return t - (x @ w + b)


def _factor_mistakes() -> tuple[Mistake, ...]:
    square = "The derivative of r² is 2r, times the inner derivative of r."
    return (
        Mistake("wrong-sign", lambda x, w, b, t: _from_residual(x, _residual(x, w, b, t), 2.0),
                "The sign is wrong: ∂/∂θ Σ(y − f)² = −2 Σ(y − f) ∇f. The model stands behind a "
                "minus, and its inner derivative is −∇f.",
                "Put the minus of the inner derivative in front of both gradients.",
                "r = target − prediction. If the prediction grows, does r grow or fall?"),
        Mistake("missing-two", lambda x, w, b, t: _from_residual(x, _residual(x, w, b, t), -1.0),
                "The factor 2 is missing: the derivative of r² is 2r.", square,
                "What is the derivative of r² with respect to r?"),
        Mistake("wrong-sign-and-missing-two",
                lambda x, w, b, t: _from_residual(x, _residual(x, w, b, t), 1.0),
                "Two factors are missing: 2 from the square, and −1 from the inner derivative.",
                square, "What is the derivative of (t − p)² with respect to p?"),
        Mistake("divided-by-n",
                lambda x, w, b, t: _from_residual(x, _residual(x, w, b, t), -2.0 / len(x)),
                "You divide by the number of samples. This loss is a sum, not a mean.",
                "Leave out the division.", "Does 1/n stand in the formula of this loss?"),
        Mistake("absolute-error",
                lambda x, w, b, t: _from_residual(x, torch.sign(_residual(x, w, b, t)), -1.0),
                "This is the gradient of the sum of absolute errors.", square,
                "What is the derivative of r² with respect to r?"),
    )  # fmt: skip


def _residual_mistakes() -> tuple[Mistake, ...]:
    return (
        Mistake("bias-forgotten", lambda x, w, b, t: _from_residual(x, t - x @ w),
                "The bias is missing in the prediction.", "Use `x @ weight + bias`.",
                "What does the model predict for x = 0?"),
        Mistake("target-forgotten", lambda x, w, b, t: _from_residual(x, -(x @ w + b)),
                "The target does not appear in the residual.", "Use target − prediction.",
                "Where should the gradient be zero?"),
        Mistake("prediction-forgotten", lambda x, w, b, t: _from_residual(x, t),
                "The prediction does not appear in the residual.", "Use target − prediction.",
                "Where should the gradient be zero?"),
        Mistake("square-kept", lambda x, w, b, t: _from_residual(x, _residual(x, w, b, t) ** 2),
                "The residual is squared in the gradient: the exponent must go down by one.",
                "The derivative of r² is 2r.", "What is the derivative of r²?"),
        Mistake("broadcast-difference",
                lambda x, w, b, t: _from_residual(x, (t[:, None] - (x @ w + b)).sum(1)),
                "Each target is compared with every prediction: (N, 1) and (N,) broadcast to "
                "(N, N).", "Print `(target - prediction).shape`; it must be (N,).",
                "What shape has a column of N numbers minus a row of N numbers?"),
        Mistake("broadcast-difference",
                lambda x, w, b, t: (
                    -2 * x.T @ (t[:, None] - (x @ w + b)),
                    -2 * (t[:, None] - (x @ w + b)).sum(),
                ),
                "Each target is compared with every prediction: (N, 1) and (N,) broadcast to "
                "(N, N).", "Print `(target - prediction).shape`; it must be (N,).",
                "What shape has a column of N numbers minus a row of N numbers?"),
    )  # fmt: skip


def _chain_mistakes() -> tuple[Mistake, ...]:
    def bias(x: Tensor, w: Tensor, b: Tensor, t: Tensor) -> Tensor:
        return -2 * _residual(x, w, b, t).sum()

    def weight(x: Tensor, w: Tensor, b: Tensor, t: Tensor) -> Tensor:
        return -2 * x.T @ _residual(x, w, b, t)

    shared = "One bias serves all samples. What happens to its slopes?"
    return (
        Mistake("input-forgotten",
                lambda x, w, b, t: (-2 * _residual(x, w, b, t), bias(x, w, b, t)),
                "grad_weight lacks the inner derivative: ∂(x · w)/∂w = x.",
                "Multiply by x and sum over the samples: `x.T @ …`.",
                "How much does a prediction move if weight j moves a little?"),
        Mistake("weight-not-summed",
                lambda x, w, b, t: (-2 * x * _residual(x, w, b, t)[:, None], bias(x, w, b, t)),
                "grad_weight still has one row for each sample. One weight serves all samples, so "
                "their slopes add up.", "Sum over the samples: `.sum(0)`, or `x.T @ …`.",
                "One weight serves all samples. What happens to its slopes?"),
        Mistake("weight-averaged",
                lambda x, w, b, t: (weight(x, w, b, t) / len(x), bias(x, w, b, t)),
                "grad_weight is averaged over the samples. This loss is a sum.",
                "Sum in place of `mean`.", "Does 1/n stand in the formula of this loss?"),
        Mistake("bias-not-summed",
                lambda x, w, b, t: (weight(x, w, b, t), -2 * _residual(x, w, b, t)),
                "grad_bias still has one number for each sample. One bias serves all samples, so "
                "their slopes add up.", "Sum over the samples: `.sum()`.", shared),
        Mistake("bias-averaged",
                lambda x, w, b, t: (weight(x, w, b, t), bias(x, w, b, t) / len(x)),
                "grad_bias is averaged over the samples. This loss is a sum.",
                "Use `.sum()` in place of `.mean()`.", shared),
        Mistake("bias-times-input",
                lambda x, w, b, t: (weight(x, w, b, t), weight(x, w, b, t).sum()),
                "grad_bias has a factor x. The bias is added as it is: its inner derivative is 1.",
                "Sum the residuals without x.", "How much does a prediction move if the bias "
                "moves by 1?"),
        Mistake("value-not-gradient", lambda x, w, b, t: (_loss(x, w, b, t), _loss(x, w, b, t)),
                "You return the loss. A gradient has one number for each parameter.",
                "Differentiate the loss with respect to weight and bias.",
                "How many parameters can you move, and so how many slopes are there?"),
    )  # fmt: skip


def gradient(stub: str, solution: str) -> Exercise:
    """The gradients of a linear model under the sum of squared errors."""
    return Exercise(
        id="linear-sse-gradient",
        chapter=2,
        title="From the loss to the parameters",
        level=3,
        skills=("chain rule", "sum over samples", "sign"),
        kind=BackwardFunction("a function `f(x, weight, bias, target)`"),
        name="linear_sse_gradient",
        parameters=("x", "weight", "bias", "target"),
        outputs=(Output("grad_weight"), Output("grad_bias")),
        make=_arguments,
        reference={"gradient": _reference},
        mistakes=(*_factor_mistakes(), *_residual_mistakes(), *_chain_mistakes()),
        probes=standard(_arguments),
        dims=lambda x, w, b, t: {
            "the number of samples": float(x.shape[0]),
            "the number of features": float(x.shape[1]),
        },
        ladder=Ladder(
            "If one weight grows, do the predictions grow or fall, and does the residual "
            "target − prediction grow or fall?",
            "Three factors: 2r from the square, −1 because the prediction is subtracted, and x "
            "(or 1 for the bias) from the model. One parameter serves all samples: sum.",
            "With r = target − (x w + b): ∂L/∂w = −2 xᵀ r, ∂L/∂b = −2 Σ r.",
            "residual = target - (x @ weight + bias)\ngrad_weight = ... @ residual\n"
            "grad_bias = ... * residual.sum()\nreturn grad_weight, grad_bias",
        ),
        stub=stub,
        solution=solution,
    )
