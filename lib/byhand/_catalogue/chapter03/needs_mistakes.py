"""The wrong formulas of needs-input-grad."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

from byhand._catalogue.chapter03.points import ALONE, HANDED, value
from byhand._checker.spec import Mistake


def value_mistakes() -> tuple[Mistake, ...]:
    """Wrong forwards."""
    same, ask = "Use `a * b`.", "What is y for a = 3 and b = 5?"
    return (
        value("value-added", lambda a, b: a + b, "forward adds a and b.", same, ask),
        value("value-divided", lambda a, b: a / b, "forward divides a by b.", same, ask),
        value("value-squared", lambda a, b: a * a, "forward returns a². b is not used.", same, ask),
        value("value-squared", lambda a, b: b * b, "forward returns b². a is not used.", same, ask),
        value("value-not-multiplied", lambda a, b: a, "forward returns a alone.", same, ask),
        value("value-summed", lambda a, b: (a * b).sum(),
              "forward sums the products to one number. y has one for each element.", same, ALONE),
        value("value-averaged", lambda a, b: (a * b).mean(),
              "forward averages the products to one number. y has one for each element.",
              same, ALONE),
    )  # fmt: skip


def gradient_mistakes() -> tuple[Mistake, ...]:
    """Wrong gradients where both are needed."""
    slope = "grad_a = grad_output * b, and grad_b = grad_output * a."
    ask = "If b = 5 and you move a by 1, by how much does a · b move?"
    return (
        Mistake("own-factor", lambda g, a, b: (g * a, g * b),
                "Each gradient is multiplied by its own input. It is the other input's turn; or "
                "the two gradients are in each other's place.", slope, ask),
        Mistake("missing-grad-output", lambda g, a, b: (b, a),
                "`grad_output` is not used. backward returns the slopes alone.",
                "Multiply both slopes by `grad_output`.", HANDED),
        Mistake("factor-missing", lambda g, a, b: (g, g),
                "backward hands `grad_output` on to both. The slopes b and a are missing.",
                slope, ask),
        Mistake("both-factors", lambda g, a, b: (g * a * b, g * a * b),
                "Both gradients are multiplied by y = a · b. The slope of y in a is b alone.",
                slope, ask),
        Mistake("same-gradient-twice", lambda g, a, b: (g * b, g * b),
                "Both gradients are grad_output · b. That is right for a only.", slope, ask),
        Mistake("same-gradient-twice", lambda g, a, b: (g * a, g * a),
                "Both gradients are grad_output · a. That is right for b only.", slope, ask),
        Mistake("sign-of-a-quotient", lambda g, a, b: (g * b, -g * a),
                "The gradient of b has the wrong sign.", slope, ask),
        Mistake("divided-by-factor", lambda g, a, b: (g / b, g / a),
                "You divide by the other input. The slope of a · b in a is b.", slope, ask),
        Mistake("quotient-rule", lambda g, a, b: (g / b, -g * a / b**2),
                "These are the gradients of a / b.", slope, ask),
        Mistake("sum-of-slopes", lambda g, a, b: (g * (a + b), g * (a + b)),
                "You use a + b for both. The slope in a is b, the slope in b is a.", slope, ask),
        Mistake("gradient-summed", lambda g, a, b: ((g * b).sum(), (g * a).sum()),
                "The gradients are summed to one number each. a and b have many elements.",
                "Leave out the sums.", ALONE),
    )  # fmt: skip
