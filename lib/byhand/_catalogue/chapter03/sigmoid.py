"""sigmoid-backward."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

import torch
from torch import Tensor

from byhand._catalogue.chapter03.points import ALONE, HANDED, point
from byhand._checker.inputs import Inputs
from byhand._checker.kinds import BackwardFunction
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Exercise, Ladder, Mistake, Output, Probe
from byhand._checker.standard import four_dimensions, no_dimension, small, standard

SLOPE = "The slope of the sigmoid is y (1 − y), and y is `output`."
ASK = "How steep is the sigmoid in its middle, where y = 1/2, and how steep at its ends?"
AGAIN = "Which number is `output`: the x that went into the sigmoid, or the y that came out?"


def _outputs(inputs: Inputs) -> Args:
    """A `grad_output`, and outputs of a sigmoid: between 0.01 and 0.99."""
    grad_output, x = point(inputs)
    return grad_output, x / 6.25 + 0.5


def _with_ends(inputs: Inputs) -> Args:
    """Some outputs are exactly 0 or 1, as rounding makes them for a large |x|; some nearly."""
    grad_output, y = _outputs(inputs)
    y[..., 0], y[..., 1], y[..., 2], y[..., 3] = 0.0, 1.0, 1 / 1024, 1023 / 1024
    return grad_output, y


def _large(inputs: Inputs) -> Args:
    grad_output, y = _outputs(inputs)
    return 4096 * grad_output, y


def _input(y: Tensor) -> Tensor:
    """The x that belongs to y. `torch.logit` starts threads, which takes far longer."""
    return torch.log(y / (1 - y))


def _right(g: Tensor, y: Tensor) -> tuple[Tensor, ...]:
    """Autograd through PyTorch's sigmoid, at the x that belongs to y."""
    found: tuple[Tensor, ...] = gradients(torch.sigmoid, wrt=(0,))(g, _input(y))
    return found


ENDS = Probe(
    "wrong-at-the-ends",
    "outputs that are 0 or 1, or nearly so",
    _with_ends,
    "For a large |x| rounding makes the output exactly 0 or 1. The slope there is 0, and small "
    "beside it; your result is another number. A way back to x, through a logarithm or a "
    "division, has no value there.",
    "Use y (1 − y) only: it needs neither x nor a division.",
    expected=lambda g, y: {"gradient": (g * (y - y.square()),)},
    shape=(3, 5),
)
LARGE = Probe(
    "wrong-for-large-numbers",
    "a `grad_output` of several thousands",
    _large,
    "The numbers are right for a small `grad_output`, and wrong for a large one.",
    "Look for `clamp`, and for a constant that is added.",
    shape=(11, 13),
    listed=False,
)


def _factor_mistakes() -> tuple[Mistake, ...]:
    return (
        Mistake("missing-grad-output", lambda g, y: y * (1 - y),
                "`grad_output` is not used. You return the slope alone.",
                "Multiply the slope by `grad_output`.", HANDED),
        Mistake("missing-one-minus", lambda g, y: g * y,
                "The factor 1 − y is missing. y alone is the slope of exp, not of the sigmoid.",
                SLOPE, ASK),
        Mistake("missing-output", lambda g, y: g * (1 - y),
                "The factor y is missing. 1 − y alone is the slope of log(sigmoid).", SLOPE, ASK),
        Mistake("grad-output-returned", lambda g, y: g,
                "You hand `grad_output` on without a slope.", f"{SLOPE} Multiply by it.", ASK),
        Mistake("wrong-sign", lambda g, y: g * y * (y - 1),
                "The sign is wrong: you use y − 1. The sigmoid rises everywhere.", SLOPE,
                "Does the sigmoid ever fall?"),
        Mistake("one-plus", lambda g, y: g * y * (1 + y),
                "You use 1 + y in place of 1 − y.", SLOPE, ASK),
        Mistake("slope-of-tanh", lambda g, y: g * (1 - y * y),
                "1 − y² is the slope of tanh.", SLOPE, ASK),
        Mistake("output-squared", lambda g, y: g * y * y,
                "You multiply by y². One of the two factors is 1 − y.", SLOPE, ASK),
        Mistake("one-minus-squared", lambda g, y: g * (1 - y) ** 2,
                "You multiply by (1 − y)². One of the two factors is y.", SLOPE, ASK),
        Mistake("square-outside", lambda g, y: g * y * (1 - y * y),
                "You multiply by y (1 − y²). The second factor is 1 − y.", SLOPE, ASK),
        Mistake("slope-constant", lambda g, y: g / 4,
                "You use the slope 1/4 everywhere. That is the slope in the middle, at y = 1/2.",
                SLOPE, ASK),
        Mistake("divides-by-slope", lambda g, y: g / (y * (1 - y)),
                "You divide by the slope. The chain rule multiplies.",
                "Replace the division by a product.",
                "If y moves a quarter as fast as x, is ∂L/∂x larger or smaller than ∂L/∂y?"),
    )  # fmt: skip


def _other_mistakes() -> tuple[Mistake, ...]:
    def again(y: Tensor) -> Tensor:
        return torch.sigmoid(y) * (1 - torch.sigmoid(y))

    direct = "`output` is y already: use y (1 − y), without `torch.sigmoid` and `torch.exp`."
    return (
        Mistake("output-as-input", lambda g, y: g * again(y),
                "You take the sigmoid of `output` once more, as if it were x.", direct, AGAIN),
        Mistake("output-as-input", lambda g, y: again(y),
                "You take the sigmoid of `output` once more, as if it were x; and `grad_output` "
                "is not used.", direct, AGAIN),
        Mistake("value-not-gradient", lambda g, y: g * torch.sigmoid(y),
                "You multiply by the sigmoid of `output`.", direct, AGAIN),
        Mistake("half-output-as-input", lambda g, y: g * torch.sigmoid(y) * (1 - y),
                "In one of the two factors you take the sigmoid of `output` once more.",
                direct, AGAIN),
        Mistake("half-output-as-input", lambda g, y: g * y * (1 - torch.sigmoid(y)),
                "In one of the two factors you take the sigmoid of `output` once more.",
                direct, AGAIN),
        Mistake("exp-of-output", lambda g, y: g * torch.exp(-y),
                "You multiply by exp(−y). That is a part of the formula in x, and `output` is y.",
                direct, AGAIN),
        Mistake("times-input", lambda g, y: g * y * (1 - y) * _input(y),
                "There is a factor x too many.", SLOPE, ASK),
        Mistake("grad-output-in-slope", lambda g, y: g * y * (1 - g),
                "You use 1 − grad_output. The second factor is 1 − y.", SLOPE,
                "Which of your two arguments belongs to the sigmoid, and which to what follows?"),
        Mistake("grad-output-in-slope", lambda g, y: g * (1 - g),
                "You compute the slope from `grad_output`. It comes from `output`.", SLOPE,
                "Which of your two arguments belongs to the sigmoid, and which to what follows?"),
        Mistake("softmax-formula", lambda g, y: y * (g - (g * y).sum(-1, keepdim=True)),
                "This is the gradient of a softmax, whose outputs depend on each other. A sigmoid "
                "treats each element alone.", SLOPE, ALONE),
        Mistake("gradient-summed", lambda g, y: (g * y * (1 - y)).sum(),
                "The gradient is summed to one number. x has one number for each element.",
                "Leave out the sum.", ALONE),
    )  # fmt: skip


def backward(stub: str, solution: str) -> Exercise:
    """The gradient of the sigmoid, from its output."""
    return Exercise(
        id="sigmoid-backward",
        chapter=3,
        title="The backward of the sigmoid, from its output",
        level=1,
        skills=("saving the output", "quotient rule", "grad_output"),
        kind=BackwardFunction("a function `f(grad_output, output)`"),
        name="sigmoid_backward",
        parameters=("grad_output", "output"),
        outputs=(Output("grad_input"),),
        make=_outputs,
        reference={"gradient": _right},
        mistakes=(*_factor_mistakes(), *_other_mistakes()),
        probes=(
            *standard(_outputs),
            LARGE,
            small(_outputs),
            four_dimensions(_outputs),
            no_dimension(_outputs),
            ENDS,
        ),
        ladder=Ladder(
            ASK,
            "Differentiate 1 / (1 + e⁻ˣ), and look for y and for 1 − y in the result.",
            "∂L/∂xᵢ = grad_outputᵢ · yᵢ (1 − yᵢ).",
            "return grad_output * output * (...)",
        ),
        stub=stub,
        solution=solution,
    )
