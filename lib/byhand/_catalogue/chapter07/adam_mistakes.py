"""Wrong steps of Adam."""

# ruff: noqa: ARG005  (every formula takes all that it may need, used or not)

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

from byhand._catalogue.chapter07.adam_now import FIRST, SECOND, Now, Rule, each
from byhand._catalogue.chapter07.adam_state_mistakes import state_mistakes
from byhand._checker.spec import Mistake

STEP = "w ← w − lr · m̂ / (√v̂ + eps), with m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ)."


def _value(code: str, rule: Rule, message: str, step: str, hint: str) -> Mistake:
    return Mistake(code, each(rule, 0), message, step, hint, part="value")


def _correction_mistakes() -> tuple[Mistake, ...]:
    ask = (
        "Both averages begin at 0. What is 0.9 · 0 + 0.1 · g, and what should the average of "
        "one gradient be?"
    )
    return (
        _value("no-correction", lambda x: x.go(x.first, x.second),
               "Neither average is corrected. Both begin at zero, so in the first steps both are "
               "too small.", STEP, ask),
        _value("first-not-corrected", lambda x: x.go(x.first, x.second / (1 - x.b2**x.t)),
               "The average of the gradients is not corrected: it is not divided by 1 − β₁ᵗ.",
               STEP, ask),
        _value("second-not-corrected", lambda x: x.go(x.first / (1 - x.b1**x.t), x.second),
               "The average of the squares is not corrected: it is not divided by 1 − β₂ᵗ.",
               STEP, ask),
        _value("corrections-multiplied",
               lambda x: x.go(x.first * (1 - x.b1**x.t), x.second * (1 - x.b2**x.t)),
               "You multiply by 1 − βᵗ. The averages are too small, so they must grow: divide.",
               STEP, ask),
        _value("same-correction",
               lambda x: x.go(x.first / (1 - x.b1**x.t), x.second / (1 - x.b1**x.t)),
               "Both averages are corrected with β₁.", STEP,
               "Which of the two betas belongs to which average?"),
        _value("same-correction",
               lambda x: x.go(x.first / (1 - x.b2**x.t), x.second / (1 - x.b2**x.t)),
               "Both averages are corrected with β₂.", STEP,
               "Which of the two betas belongs to which average?"),
        _value("corrections-swapped",
               lambda x: x.go(x.first / (1 - x.b2**x.t), x.second / (1 - x.b1**x.t)),
               "The average of the gradients is corrected with β₂, and that of the squares with "
               "β₁.", STEP, "Which of the two betas belongs to which average?"),
        _value("corrected-without-power",
               lambda x: x.go(x.first / (1 - x.b1), x.second / (1 - x.b2)),
               "The corrections do not depend on the step: 1 − β in the place of 1 − βᵗ. That is "
               "right in the first step only.", STEP,
               "How large is 1 − βᵗ after many steps?"),
        _value("counts-from-zero", lambda x: x.move(x.first, x.second, x.t - 1),
               "The corrections use the power step − 1. `step` counts from 1 already; with a 0 "
               "in the first step you would divide by zero.", "Use `beta ** step`.",
               "What is 1 − β⁰?"),
        _value("counts-too-far", lambda x: x.move(x.first, x.second, x.t + 1),
               "The corrections use the power step + 1. `step` counts from 1 already.",
               "Use `beta ** step`.", "What must 1 − βᵗ be in the first step?"),
    )  # fmt: skip


def _root_mistakes() -> tuple[Mistake, ...]:
    ask = "What is it that must not become zero, and how large is it for a tiny gradient?"

    def hats(x: Now) -> tuple[Tensor, Tensor]:
        return x.first / (1 - x.b1**x.t), x.second / (1 - x.b2**x.t)

    def with_hats(rule: Callable[[Now, Tensor, Tensor], Tensor]) -> Rule:
        return lambda x: x.w - x.lr * rule(x, *hats(x))

    return (
        _value("eps-inside-root", with_hats(lambda x, m, v: m / (v + x.eps).sqrt()),
               "eps is added under the root. There it counts as its own root, √eps, and 1e-8 "
               "becomes 1e-4.", STEP, ask),
        _value("eps-missing", with_hats(lambda x, m, v: m / v.sqrt()),
               "eps is missing, or a tiny fixed number stands in its place. Without it a number "
               "whose gradients are all zero would give 0/0.", STEP, ask),
        _value("eps-multiplied-in", with_hats(lambda x, m, v: m / v.sqrt() + x.eps),
               "eps is added to the quotient. It belongs below the line, beside the root.",
               f"Look at the parentheses. {STEP}", ask),
        _value("eps-before-correction",
               lambda x: x.w - x.lr * (1 - x.b2**x.t) ** 0.5 / (1 - x.b1**x.t)
               * x.first / (x.second.sqrt() + x.eps),
               "eps is added before the second average is corrected. Some texts have it so; "
               "`torch.optim.Adam` adds it to the root of the corrected average.", STEP, ask),
        _value("root-missing", with_hats(lambda x, m, v: m / (v + x.eps)),
               "The root is missing: the gradient is divided by its square, so a step becomes "
               "longer where the gradient is smaller.", STEP,
               "If all gradients become twice as large, how should Adam's step change?"),
        _value("not-divided", with_hats(lambda x, m, v: m),
               "The step is lr · m̂: it is not divided by the root of the second average.", STEP,
               "If all gradients become twice as large, how should Adam's step change?"),
        _value("root-multiplied", with_hats(lambda x, m, v: m * (v.sqrt() + x.eps)),
               "You multiply by √v̂ + eps. The step must be divided by it.", STEP,
               "If all gradients become twice as large, how should Adam's step change?"),
        _value("gradient-in-place-of-mean", with_hats(lambda x, m, v: x.g / (v.sqrt() + x.eps)),
               "The step uses the gradient itself, and not the average of the gradients. That is "
               "RMSprop, with a correction.", STEP, "Which of the two averages gives the "
               "direction?"),
        _value("wrong-sign", with_hats(lambda x, m, v: -m / (v.sqrt() + x.eps)),
               "The step is added. It must lead against the gradient.", STEP,
               "In which direction does the loss grow: along the gradient, or against it?"),
        _value("lr-missing",
               lambda x: x.w + (x.move(x.first, x.second) - x.w) / x.lr,
               "lr is missing: every number moves by about 1.", STEP,
               "About how far does Adam move a number in its first step?"),
    )  # fmt: skip


def _average_mistakes() -> tuple[Mistake, ...]:
    share = "The two weights of an average add up to 1. Do yours?"
    both = f"{FIRST} {SECOND}"
    slower = "Which of the two averages should be slower?"
    return (
        _value("square-missing",
               lambda x: x.move(x.first, x.b2 * x.v + (1 - x.b2) * x.g),
               "The second average takes the gradient, and not its square. It can become "
               "negative, and then its root is NaN.", SECOND,
               "Of what is v the average?"),
        _value("absolute-gradient",
               lambda x: x.move(x.first, x.b2 * x.v + (1 - x.b2) * x.g.abs()),
               "The second average takes the size of the gradient, and not its square.", SECOND,
               "Of what is v the average?"),
        _value("square-of-mean",
               lambda x: x.move(x.first, x.b2 * x.v + (1 - x.b2) * x.first**2),
               "The second average takes the square of the first average. It must take the "
               "square of the gradient.", SECOND, "Of what is v the average?"),
        _value("factor-squared",
               lambda x: x.move(x.first, x.b2 * x.v + ((1 - x.b2) * x.g) ** 2),
               "The factor 1 − β₂ is squared together with the gradient. Only the gradient is.",
               f"Look at the parentheses. {SECOND}", "Of what is v the average?"),
        _value("squared-too-late",
               lambda x: x.move(x.first, (x.b2 * x.v + (1 - x.b2) * x.g) ** 2),
               "The whole second average is squared. Only the gradient is.", SECOND,
               "Of what is v the average?"),
        _value("betas-swapped",
               lambda x: x.go((x.b2 * x.m + (1 - x.b2) * x.g) / (1 - x.b2**x.t),
                              (x.b1 * x.v + (1 - x.b1) * x.g**2) / (1 - x.b1**x.t)),
               "The two betas are in each other's place: betas[0] belongs to the gradients, "
               "betas[1] to their squares.", both, slower),
        _value("betas-swapped",
               lambda x: x.move(x.b2 * x.m + (1 - x.b2) * x.g, x.b1 * x.v + (1 - x.b1) * x.g**2),
               "In the averages the two betas are in each other's place, and in the corrections "
               "not: betas[0] belongs to the gradients, betas[1] to their squares.", both, slower),
        _value("same-beta", lambda x: x.move(x.first, x.b1 * x.v + (1 - x.b1) * x.g**2),
               "Both averages use β₁.", both, slower),
        _value("same-beta", lambda x: x.move(x.b2 * x.m + (1 - x.b2) * x.g, x.second),
               "Both averages use β₂.", both, slower),
        _value("same-beta",
               lambda x: x.go(x.first / (1 - x.b1**x.t),
                              (x.b1 * x.v + (1 - x.b1) * x.g**2) / (1 - x.b1**x.t)),
               "Both averages use β₁.", both, slower),
        _value("weights-swapped",
               lambda x: x.move((1 - x.b1) * x.m + x.b1 * x.g,
                                (1 - x.b2) * x.v + x.b2 * x.g**2),
               "The two weights of each average are in each other's place: β belongs to the old "
               "average.", both, "β is near 1. Which part of an average should be large?"),
        _value("gradient-in-full", lambda x: x.move(x.b1 * x.m + x.g, x.b2 * x.v + x.g**2),
               "The gradient and its square are added in full: both factors 1 − β are missing.",
               both, share),
        _value("gradient-in-full", lambda x: x.move(x.b1 * x.m + x.g, x.second),
               "The gradient is added to the first average in full: the factor 1 − β₁ is missing.",
               FIRST, share),
        _value("gradient-in-full", lambda x: x.move(x.first, x.b2 * x.v + x.g**2),
               "The squared gradient is added to the second average in full: the factor 1 − β₂ is "
               "missing.", SECOND, share),
        _value("betas-fixed",
               lambda x: x.go((0.9 * x.m + 0.1 * x.g) / (1 - 0.9**x.t),
                              (0.999 * x.v + 0.001 * x.g**2) / (1 - 0.999**x.t)),
               "The betas are 0.9 and 0.999, whatever `betas` holds.", "Use the argument.",
               "How can the caller choose other betas?"),
        _value("old-averages", lambda x: x.move(x.m, x.v),
               "The step uses the averages as they were before this gradient.",
               "Update both averages first, then the parameter.",
               "Does the new gradient move the parameter in this step?"),
    )  # fmt: skip


def all_mistakes() -> tuple[Mistake, ...]:
    """The whole catalogue of Adam."""
    return (
        *_correction_mistakes(),
        *_root_mistakes(),
        *_average_mistakes(),
        *state_mistakes(),
    )
