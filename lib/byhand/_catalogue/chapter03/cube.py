"""cube-function."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

from functools import partial

from torch import Tensor

from byhand._catalogue.chapter03.contract import contract
from byhand._catalogue.chapter03.cube_kind import (
    OfConstant,
    Twice,
    reversed_entries,
    through_backward,
)
from byhand._catalogue.chapter03.points import ALONE, AT_ZERO, HANDED, point, value
from byhand._checker.function_kind import twice
from byhand._checker.reference import gradients
from byhand._checker.spec import Exercise, Ladder, Mistake, Output, Probe
from byhand._checker.standard import elementwise

WANTED = (
    "a subclass of torch.autograd.Function whose `apply(x)` is x³, and whose backward can be "
    "differentiated"
)


def _cube(x: Tensor) -> Tensor:
    return x**3


CONSTANT = Probe(
    "wrong-for-constant-grad-output",
    "a `grad_output` that is a constant",
    point,
    "The gradient of the gradient is right where `grad_output` has a graph, and wrong where it is "
    "a constant, as after `torch.autograd.grad(y.sum(), x, create_graph=True)`.",
    "Let autograd record backward in both cases: do not test `grad_output.requires_grad`.",
    expected=lambda *args: {"double": twice(_cube, None, *args)},
    listed=False,
    kind=OfConstant("y"),
)


def _value_mistakes() -> tuple[Mistake, ...]:
    same, ask = "Use `x**3`.", "What is y for x = 2, and what for x = −2?"
    return (
        value("value-squared", lambda x: x**2, "forward returns x².", same, ask),
        value("value-tripled", lambda x: 3 * x, "forward returns 3x.", same, ask),
        value("value-is-slope", lambda x: 3 * x**2,
              "forward returns 3x², the slope of the cube and not the cube.", same, ask),
        value("value-fourth-power", lambda x: x**4, "forward returns x⁴.", same, ask),
        value("value-not-cubed", lambda x: x, "forward returns x itself.", same, ask),
        value("value-absolute", lambda x: x.abs() ** 3,
              "forward loses the sign of x. The cube of a negative number is negative.", same, ask),
        value("value-summed", lambda x: (x**3).sum(),
              "forward sums to one number. y has one number for each element of x.", same, ALONE),
    )  # fmt: skip


def _gradient_mistakes() -> tuple[Mistake, ...]:
    slope, ask = "The slope of x³ is 3x².", "What is the slope of x³ at x = 1, and what at x = 2?"
    return (
        Mistake("missing-grad-output", lambda g, x: 3 * x**2,
                "`grad_output` is not used. backward returns the slope alone.",
                "Multiply 3x² by `grad_output`.", HANDED),
        Mistake("missing-three", lambda g, x: g * x**2, "The factor 3 is missing.", slope, ask),
        Mistake("slope-of-square", lambda g, x: 2 * g * x,
                "You use 2x, the slope of x².", slope, ask),
        Mistake("power-not-kept", lambda g, x: 3 * g * x,
                "You use 3x: the power fell by two. It falls by one, from 3 to 2.", slope, ask),
        Mistake("power-not-lowered", lambda g, x: 3 * g * x**3,
                "You use 3x³, or 3y: the power stayed 3. It falls by one.", slope, ask),
        Mistake("wrong-three", lambda g, x: 2 * g * x**2,
                "You use 2x². The old power comes down as a factor, and that is 3.", slope, ask),
        Mistake("value-not-slope", lambda g, x: g * x**3,
                "You multiply by x³, the value of y.", slope, ask),
        Mistake("absolute-slope", lambda g, x: 3 * g * x * x.abs(),
                "Your slope is negative for negative x. x³ rises everywhere: 3x².", slope, ask),
        Mistake("second-derivative", lambda g, x: 6 * g * x,
                "You use 6x. That is the slope of the slope; backward computes the slope, and "
                "autograd differentiates backward by itself.", slope, ask),
        Mistake("grad-output-returned", lambda g, x: g,
                "backward hands `grad_output` on without the slope of x³.",
                f"{slope} Multiply by it.", ask),
        Mistake("gradient-summed", lambda g, x: (3 * g * x**2).sum(),
                "The gradient is summed to one number. x has one number for each element.",
                "Leave out the sum.", ALONE),
    )  # fmt: skip


def _double_mistakes() -> tuple[Mistake, ...]:
    lead = "The gradient is right, and its own gradient is wrong. "
    silent = (
        " gradcheck passes, and a Hessian or a gradient penalty is silently wrong; gradgradcheck "
        "sees it."
    )
    path = "Follow x from `ctx.saved_tensors` to the result: where does its graph begin or end?"
    save = (
        "Save x itself by `ctx.save_for_backward(x)`, compute 3x² in backward, and leave out "
        "`.detach()`, `.data` and `no_grad` there."
    )
    both = "What does s = grad_output · 3x² depend on, apart from x?"

    def double(code: str, first: float, second: float, why: str, step: str, hint: str) -> Mistake:
        """The two right results, each times a number."""

        def formula(g: Tensor, x: Tensor) -> tuple[Tensor, Tensor]:
            v = reversed_entries(g)
            return first * 6 * g * v * x, second * 3 * v * x**2

        return Mistake(code, formula, lead + why, step, hint, part="double")

    return (
        double("x-treated-as-constant", 0, 1,
               "backward treats x as a constant. Either something was computed in forward, such "
               "as x², and kept: forward runs without a graph, so x² does not know that it came "
               "from x. Or x is detached in backward." + silent, save, path),
        double("half-of-x-constant", 0.5, 1,
               "Of the two factors x in 3x², one counts as a constant: it was kept from forward, "
               "or is detached. Half of the second derivative is lost." + silent, save, path),
        double("grad-output-treated-as-constant", 1, 0,
               "backward treats `grad_output` as a constant: it is detached, or copied through "
               "`.data`, NumPy or `torch.tensor`." + silent,
               "Use `grad_output` itself as the factor.", both),
        double("no-graph-in-backward", 0, 0,
               "Nothing of it has a graph: backward runs under `no_grad`, or its result is "
               "detached." + silent,
               "Leave out `no_grad`, `.detach()` and `.data`: autograd records backward when "
               "somebody wants to differentiate it.", path),
        double("second-derivative-doubled", 2, 1,
               "∂s/∂x is twice as large as it should be.",
               "The second derivative of x³ is 6x.", "What is the slope of 3x²?"),
        double("second-derivative-sign", -1, 1,
               "∂s/∂x has the wrong sign.",
               "The second derivative of x³ is 6x.", "What is the slope of 3x²?"),
    )  # fmt: skip


def function(stub: str, solution: str) -> Exercise:
    """The cube, with a backward that can be differentiated."""
    return Exercise(
        id="cube-function",
        chapter=3,
        title="The cube, with a gradient that can be differentiated",
        level=3,
        skills=("double backward", "save inputs and not intermediates", "gradgradcheck"),
        kind=Twice("y", WANTED),
        name="MyCube",
        parameters=("grad_output", "x"),
        outputs=(Output("grad_x"),),
        make=point,
        reference={
            "value": _cube,
            "gradient": gradients(_cube, wrt=(0,)),
            "double": partial(through_backward, _cube),
        },
        mistakes=(*_value_mistakes(), *_gradient_mistakes(), *_double_mistakes()),
        probes=(*elementwise(point), AT_ZERO, *contract(point), CONSTANT),
        ladder=Ladder(
            "If autograd differentiates your backward, at which tensor does it find x?",
            "Tensors that are made in forward have no graph. Only inputs and outputs that "
            "`save_for_backward` saved come back with theirs.",
            "∂L/∂xᵢ = grad_outputᵢ · 3xᵢ², computed in backward from the saved x. Its own "
            "derivatives are then 6xᵢ · grad_outputᵢ and 3xᵢ².",
            "@staticmethod\ndef forward(ctx, x):\n    ctx.save_for_backward(...)\n"
            "    return ...\n\n@staticmethod\ndef backward(ctx, grad_output):\n"
            "    (x,) = ctx.saved_tensors\n    return ...",
        ),
        stub=stub,
        solution=solution,
    )
