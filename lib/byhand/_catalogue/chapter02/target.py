"""mse-target-backward."""

from __future__ import annotations

from dataclasses import replace

import torch
import torch.nn.functional as F
from torch import Tensor

from byhand._catalogue.chapter02.mse import pair
from byhand._catalogue.chapter02.mse_mistakes import all_mistakes
from byhand._checker.kinds import BackwardFunction
from byhand._checker.reference import gradients
from byhand._checker.spec import Exercise, Ladder, Mistake, Output
from byhand._checker.standard import elementwise, ties


def opposite(mistake: Mistake) -> Mistake:
    """The same mistake, made for both gradients: the target's is the input's, turned round."""

    def formula(g: Tensor, x: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
        wrong = mistake.formula(g, x, t)
        return wrong, -wrong

    return replace(mistake, formula=formula)


def _right(g: Tensor, x: Tensor, t: Tensor) -> Tensor:
    return 2 * g * (x - t) / x.numel()


def own_mistakes() -> tuple[Mistake, ...]:
    """Mistakes of the target's gradient."""
    return (
        Mistake(
            "sign-or-order",
            lambda g, x, t: (-_right(g, x, t), _right(g, x, t)),
            "Both gradients have the wrong sign. Either the difference is turned round, or the "
            "two gradients are returned in the wrong order; for this loss that is the same.",
            "Check that you use input − target, and that grad_input comes first.",
            "Which of the two gradients is positive where the input is above the target?",
            needs_all=True,
        ),
        Mistake(
            "target-sign",
            lambda g, x, t: (_right(g, x, t), _right(g, x, t)),
            "grad_target has the sign of grad_input. Raising the target does the opposite of "
            "raising the input.",
            "Differentiate (x − t)² with respect to t: the inner derivative is −1.",
            "What is the derivative of x − t with respect to t?",
        ),
        Mistake(
            "both-like-target",
            lambda g, x, t: (-_right(g, x, t), -_right(g, x, t)),
            "Both gradients are the target's, with the sign of target − input. Either both come "
            "from that difference, or both names stand for one tensor, and an operation in place "
            "such as `neg_()` or `*= -1` turned it round.",
            "Compute `grad_input` from input − target, and `-grad_input` as a new tensor.",
            "Does `b = a` make a second tensor, or a second name?",
            needs_all=True,
        ),
        Mistake(
            "target-zero",
            lambda g, x, t: (_right(g, x, t), torch.zeros_like(t)),
            "grad_target is zero. The loss does change when the target moves.",
            "Differentiate (x − t)² with respect to t.",
            "If the target came from another network, what would that network learn from?",
        ),
        Mistake(
            "target-without-mean",
            lambda g, x, t: (_right(g, x, t), -2 * g * (x - t)),
            "grad_input is right; grad_target lacks the factor 1/n.",
            "Compute grad_target from grad_input.",
            "By what do the two gradients differ, apart from the sign?",
        ),
        Mistake(
            "target-without-grad-output",
            lambda g, x, t: (_right(g, x, t), -2 * (x - t) / x.numel()),
            "grad_input is right; grad_target lacks the factor `grad_output`.",
            "Compute grad_target from grad_input.",
            "By what do the two gradients differ, apart from the sign?",
        ),
    )


def target(stub: str, solution: str) -> Exercise:
    """Both gradients of the mean squared error."""
    shared = tuple(opposite(m) for m in all_mistakes() if m.code != "wrong-sign")
    return Exercise(
        id="mse-target-backward",
        chapter=2,
        title="The target has a gradient too",
        level=2,
        skills=("chain rule", "one gradient for each input"),
        kind=BackwardFunction("a function `f(grad_output, input, target)`"),
        name="mse_target_backward",
        parameters=("grad_output", "input", "target"),
        outputs=(Output("grad_input"), Output("grad_target")),
        make=pair,
        reference={"gradient": gradients(F.mse_loss, wrt=(0, 1))},
        mistakes=(*own_mistakes(), *shared),
        probes=(*elementwise(pair), ties(pair)),
        ladder=Ladder(
            "The loss depends on input − target alone. What happens when both move together?",
            "Only the inner derivative differs between the two gradients.",
            "∂L/∂tᵢ = −∂L/∂xᵢ.",
            "grad_input = ...\nreturn grad_input, ... * grad_input",
        ),
        stub=stub,
        solution=solution,
    )
