"""mse-reductions."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from byhand._checker.inputs import Inputs
from byhand._checker.kinds import BackwardFunction
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Exercise, Ladder, Mistake, Output
from byhand._checker.standard import each_seed, elementwise, one_dimension, ties

NAMES = ("mean", "none", "sum")


def _arguments(inputs: Inputs) -> Args:
    shape, reduction = inputs.shape(), NAMES[inputs.seed % len(NAMES)]
    grad_output = inputs.values(*shape) if reduction == "none" else inputs.grad_scalar()
    return grad_output, inputs.values(*shape), inputs.targets(*shape), reduction


PROBES = tuple(
    case
    for probe in (*elementwise(_arguments), ties(_arguments), one_dimension(_arguments))
    for case in each_seed(probe, range(len(NAMES)))
)
"""Each special case for each reduction."""


def _mse(x: Tensor, t: Tensor, reduction: str) -> Tensor:
    return F.mse_loss(x, t, reduction=reduction)


def _divided(whole: Tensor, x: Tensor, reduction: str, by_n: tuple[str, ...]) -> Tensor:
    """Divide by n for the reductions in `by_n`."""
    return whole / x.numel() if reduction in by_n else whole


def _by_reduction(
    code: str, by_n: tuple[str, ...], message: str, next_step: str, hint: str
) -> Mistake:
    """1/n stands in the wrong places."""
    return Mistake(
        code,
        lambda g, x, t, r: _divided(2 * g * (x - t), x, r, by_n),
        message,
        next_step,
        hint,
    )


def _reduction_mistakes() -> tuple[Mistake, ...]:
    only_mean = 'Divide by `input.numel()` for "mean", and only there.'
    three = "Write the three losses one below the other. In which of them does 1/n stand?"
    return (
        _by_reduction("always-mean", NAMES, "You divide by n for every reduction. Only \"mean\" "
                      "has the factor 1/n.", only_mean, three),
        _by_reduction("always-sum", (), "You never divide by n. \"mean\" has the factor 1/n.",
                      only_mean, three),
        _by_reduction("none-divided", ("mean", "none"), "For \"none\" you divide by n. There is "
                      "no mean: each element is a loss of its own.", only_mean, three),
        _by_reduction("sum-divided", ("mean", "sum"), "For \"sum\" you divide by n. A sum has no "
                      "factor 1/n.", only_mean, three),
        _by_reduction("mean-and-sum-swapped", ("sum",), "\"mean\" and \"sum\" are swapped: you "
                      "divide by n for the sum and not for the mean.", only_mean, three),
        _by_reduction("mean-and-none-swapped", ("none",), "\"mean\" and \"none\" are swapped: "
                      "you divide by n for \"none\" and not for the mean.", only_mean, three),
        _by_reduction("mean-test-inverted", ("none", "sum"), "You divide by n for \"none\" and "
                      "\"sum\", and not for the mean: the test is the wrong way round.",
                      only_mean, three),
        Mistake(
            "none-averages-grad-output",
            lambda g, x, t, r: _divided(2 * g.mean() * (x - t), x, r, ("mean",)),
            "For \"none\" you reduce `grad_output` to one number. It has one number for each "
            "element, and each belongs to its own place.",
            "Multiply elementwise: `grad_output * …`.",
            "Which shape does `grad_output` have for each of the three reductions?",
        ),
        Mistake(
            "none-sums-grad-output",
            lambda g, x, t, r: _divided(2 * g.sum() * (x - t), x, r, ("mean",)),
            "For \"none\" you reduce `grad_output` to one number. It has one number for each "
            "element, and each belongs to its own place.",
            "Multiply elementwise: `grad_output * …`.",
            "Which shape does `grad_output` have for each of the three reductions?",
        ),
        Mistake(
            "none-ignores-grad-output",
            lambda g, x, t, r: _divided(
                2 * (torch.ones_like(x) if r == "none" else g) * (x - t), x, r, ("mean",)
            ),
            "For \"none\" you do not use `grad_output`.",
            "Multiply elementwise: `grad_output * …`.",
            "Which shape does `grad_output` have for each of the three reductions?",
        ),
    )  # fmt: skip


def _shared_mistakes() -> tuple[Mistake, ...]:
    mean = ("mean",)
    return (
        Mistake("missing-two", lambda g, x, t, r: _divided(g * (x - t), x, r, mean),
                "The factor 2 is missing: the derivative of d² is 2d.",
                "Multiply by 2 for each reduction.",
                "What is the derivative of d² with respect to d?"),
        Mistake("missing-grad-output", lambda g, x, t, r: _divided(2 * (x - t), x, r, mean),
                "`grad_output` is not used.", "Multiply your formula by `grad_output`.",
                "Which shape does `grad_output` have for each of the three reductions?"),
        Mistake("wrong-sign", lambda g, x, t, r: _divided(2 * g * (t - x), x, r, mean),
                "The sign is wrong: you use target − input.", "Use input − target.",
                "If a prediction is too large, does the loss grow or fall when you raise it?"),
        Mistake("absolute-difference",
                lambda g, x, t, r: _divided(2 * g * (x - t).abs(), x, r, mean),
                "The difference has lost its sign: you use |input − target|.",
                "Leave out the absolute value.",
                "Which sign must the gradient have where the prediction is too small?"),
        Mistake("divides-by-batch",
                lambda g, x, t, r: 2 * g * (x - t) / (x.shape[0] if r == "mean" else 1),
                "For \"mean\" you divide by the batch size. The mean runs over all elements.",
                "Divide by `input.numel()`.", "How many numbers does a 3 × 5 tensor hold?"),
        Mistake("square-kept", lambda g, x, t, r: _divided(g * (x - t) ** 2, x, r, mean),
                "You return the squared errors themselves. The gradient needs their derivative.",
                "The derivative of d² is 2d.", "What is the derivative of d²?"),
        Mistake("value-not-gradient", lambda g, x, t, r: _mse(x, t, r),
                "You return the loss, not its gradient.",
                "Differentiate the loss with respect to one element.",
                "How many inputs can you move, and so how many slopes are there?"),
    )  # fmt: skip


def reductions(stub: str, solution: str) -> Exercise:
    """The gradient of the squared error for three reductions."""
    return Exercise(
        id="mse-reductions",
        chapter=2,
        title="Three reductions, three gradients",
        level=2,
        skills=("reduction", "shape of grad_output"),
        kind=BackwardFunction("a function `f(grad_output, input, target, reduction)`"),
        name="mse_reductions",
        parameters=("grad_output", "input", "target", "reduction"),
        outputs=(Output("grad_input"),),
        make=_arguments,
        reference={"gradient": gradients(_mse, wrt=(0,))},
        mistakes=(*_reduction_mistakes(), *_shared_mistakes()),
        probes=PROBES,
        label=lambda g, x, t, r: f'reduction="{r}"',
        ladder=Ladder(
            "Which shape does the loss have for each reduction, and so which shape has "
            "grad_output?",
            'One factor differs between "mean" and "sum". Between "sum" and "none" only '
            "the shape of grad_output differs.",
            '2 (xᵢ − tᵢ) times: grad_output / n for "mean", grad_output for "sum", '
            'grad_output[i] for "none".',
            "grad_input = grad_output * 2 * (input - target)\nif reduction == ...:\n"
            "    grad_input = grad_input / ...\nreturn grad_input",
        ),
        stub=stub,
        solution=solution,
        seeds=(0, 1, 2, 3, 4, 5),
    )
