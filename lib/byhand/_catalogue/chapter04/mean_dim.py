"""mean-dim-backward."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

import torch
from torch import Tensor

from byhand._checker.inputs import Inputs
from byhand._checker.kinds import BackwardFunction
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Exercise, Formula, Ladder, Mistake, Output, Probe
from byhand._checker.standard import large, not_contiguous, one_number, single_precision, small

CASES = (((3, 5, 7), 1), ((5, 3), 0), ((5, 3, 7), -1), ((3, 7), 1), ((7, 3, 5), 0), ((3, 5, 7), -2))
"""Shape of x and dim, by seed."""


def _drawn(inputs: Inputs, shape: tuple[int, ...], dim: int) -> Args:
    x = inputs.values(*shape)
    return inputs.targets(*x.mean(dim).shape) + 0.3, x, dim


def _arguments(inputs: Inputs) -> Args:
    return _drawn(inputs, *CASES[inputs.seed % len(CASES)])


def _flat(inputs: Inputs) -> Args:
    return _drawn(inputs, inputs.shape(), 0)


def _right(g: Tensor, x: Tensor, dim: int) -> Tensor:
    return g.unsqueeze(dim).expand_as(x) / x.shape[dim]


def _spread(divisor: Formula) -> Formula:
    """The right shape with another divisor, from x and dim."""
    return lambda g, x, dim: g.unsqueeze(dim).expand_as(x) / divisor(x, dim)


def _divisor_mistakes() -> tuple[Mistake, ...]:
    step = "Divide by `x.shape[dim]`."
    ask = "How many entries of x are averaged to one entry of y?"
    return (
        Mistake("missing-mean", _spread(lambda x, dim: 1),
                "The factor 1/n is missing: this is the backward of a sum.", step, ask),
        Mistake("divides-by-all", _spread(lambda x, dim: x.numel()),
                "You divide by the number of all entries. Only the entries along dim are "
                "averaged.", step, ask),
        Mistake("divides-by-batch", _spread(lambda x, dim: x.shape[0]),
                "You divide by the first size of x, whatever dim is.", step, ask),
        Mistake("divides-by-second", _spread(lambda x, dim: x.shape[1]),
                "You divide by the second size of x, whatever dim is.", step, ask),
        Mistake("divides-by-last", _spread(lambda x, dim: x.shape[-1]),
                "You divide by the last size of x, whatever dim is.", step, ask),
        Mistake("divides-by-outputs", _spread(lambda x, dim: x.numel() / x.shape[dim]),
                "You divide by the number of entries of y. Each of them is a mean of n entries "
                "of x, with n the size along dim.", step, ask),
        Mistake("multiplied-by-n", _spread(lambda x, dim: 1 / x.shape[dim]),
                "You multiply by n. A mean divides.", step, ask),
        Mistake("divides-by-n-minus-one", _spread(lambda x, dim: x.shape[dim] - 1),
                "You divide by n − 1, as an unbiased variance does. A mean divides by n.", step,
                ask),
        Mistake("mean-twice", _spread(lambda x, dim: x.shape[dim] ** 2),
                "You divide by n twice.", step, ask),
        Mistake("root-of-n", _spread(lambda x, dim: x.shape[dim] ** 0.5),
                "You divide by the root of n.", step, ask),
    )  # fmt: skip


def _shape_mistakes() -> tuple[Mistake, ...]:
    back = "Put the dimension back with `unsqueeze(dim)`, then `expand` it to the shape of x."
    ask = "Which entries of x go into y[i], and what does each of them get back?"
    return (
        Mistake("not-expanded", lambda g, x, dim: g.unsqueeze(dim) / x.shape[dim],
                "The dimension is back, with size 1. Every entry along it gets the same gradient.",
                back, ask),
        Mistake("not-unsqueezed", lambda g, x, dim: g / x.shape[dim],
                "The gradient has the shape of y. It needs the shape of x.", back, ask),
        Mistake("grad-output-returned", lambda g, x, dim: g,
                "You return `grad_output` as it came, in the shape of y.", back, ask),
        Mistake("averaged-grad-output",
                lambda g, x, dim: g.mean().expand_as(x) / x.shape[dim],
                "Every entry gets the mean of `grad_output`. Each entry of x goes into one entry "
                "of y, and gets the gradient of that one.", back, ask),
        Mistake("summed-grad-output",
                lambda g, x, dim: g.sum().expand_as(x) / x.shape[dim],
                "Every entry gets the sum of `grad_output`. Each entry of x goes into one entry "
                "of y, and gets the gradient of that one.", back, ask),
        Mistake("first-entry-only", lambda g, x, dim: _one_entry(g, x, dim),
                "Only the first entry along dim gets the gradient. All n of them do, 1/n each.",
                back, ask),
    )  # fmt: skip


def _one_entry(g: Tensor, x: Tensor, dim: int) -> Tensor:
    out = torch.zeros_like(x)
    out.select(dim, 0).copy_(g)
    return out


def _factor_mistakes() -> tuple[Mistake, ...]:
    ask = "If the next step is `3 * y`, what does autograd hand to your function?"
    linear = "By how much does the mean move if one of n numbers grows by 1?"
    return (
        Mistake("missing-grad-output",
                lambda g, x, dim: torch.full_like(x, 1 / x.shape[dim]),
                "`grad_output` is not used: 1/n everywhere.", "Multiply by `grad_output`.", ask),
        Mistake("missing-grad-output", lambda g, x, dim: torch.full_like(x, 1 / x.numel()),
                "`grad_output` is not used, and 1/n counts all entries.",
                "Multiply by `grad_output`, and divide by `x.shape[dim]`.", ask),
        Mistake("missing-grad-output", lambda g, x, dim: torch.ones_like(x),
                "`grad_output` is not used, and the factor 1/n is missing: these are ones.",
                "Multiply by `grad_output`, and divide by `x.shape[dim]`.", ask),
        Mistake("times-x", lambda g, x, dim: _right(g, x, dim) * x,
                "You multiply by x. The mean is linear: its slope does not depend on x.",
                "Leave out x; only its shape counts.", linear),
        Mistake("value-not-gradient", lambda g, x, dim: x.mean(dim),
                "You return y itself.", "Differentiate y with respect to one entry of x.", linear),
        Mistake("value-not-gradient",
                lambda g, x, dim: x.mean(dim, keepdim=True).expand_as(x),
                "You return y itself, in the shape of x.",
                "Differentiate y with respect to one entry of x.", linear),
        Mistake("centred", lambda g, x, dim: _right(g, x, dim) * (x - x.mean(dim, keepdim=True)),
                "You multiply by x − mean, as for a variance. The mean is linear in x.",
                "Leave out x; only its shape counts.", linear),
    )  # fmt: skip


ONE_DIMENSION = Probe(
    "wrong-for-one-dimension",
    "x of shape (7,) and dim = -1",
    lambda inputs: _drawn(inputs, (7,), -1),
    "With x of shape (7,) y is one number, and every entry of x gets a seventh of its gradient.",
    "Let `unsqueeze(dim)` and `expand` do the work for any number of dimensions.",
    listed=False,
)
LAST_OF_SQUARE = Probe(
    "wrong-dimension-of-a-square",
    "x of shape (5, 5) and dim = 1",
    lambda inputs: _drawn(inputs, (5, 5), 1),
    "With x of shape (5, 5) a missing `unsqueeze` raises nothing: broadcasting puts `grad_output` "
    "along the wrong dimension.",
    "Call `unsqueeze(dim)` before `expand`.",
)


def backward(stub: str, solution: str) -> Exercise:
    """The gradient of a mean over one dimension."""
    return Exercise(
        id="mean-dim-backward",
        chapter=4,
        title="The backward of a mean over one dimension",
        level=1,
        skills=("mean", "unsqueeze", "expand"),
        kind=BackwardFunction("a function `f(grad_output, x, dim)`"),
        name="mean_dim_backward",
        parameters=("grad_output", "x", "dim"),
        outputs=(Output("grad_x"),),
        make=_arguments,
        reference={"gradient": gradients(torch.mean, wrt=(0,))},
        mistakes=(*_divisor_mistakes(), *_shape_mistakes(), *_factor_mistakes()),
        probes=(
            single_precision(_arguments),
            one_number(_flat),
            not_contiguous(_flat),
            LAST_OF_SQUARE,
            ONE_DIMENSION,
            large(_arguments),
            small(_arguments),
        ),
        dims=lambda g, x, dim: {"n": float(x.shape[dim]), "the number of entries": x.numel()},
        label=lambda g, x, dim: f"x of shape {tuple(x.shape)} and dim={dim}",
        ladder=Ladder(
            "x has shape (3, 5, 7) and dim is 1. Which shape has y, and which entries of x go "
            "into y[0, 0]?",
            "Two steps: each of the n entries gets 1/n; and the dimension that the mean removed "
            "comes back.",
            "∂L/∂x[…, k, …] = grad_output[…] / n for every k along dim, with n = x.shape[dim].",
            "return (grad_output / ...).unsqueeze(...).expand(...)",
        ),
        stub=stub,
        solution=solution,
        seeds=(0, 1, 2, 3, 4, 5),
    )
