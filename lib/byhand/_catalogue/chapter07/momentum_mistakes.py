"""Wrong steps with momentum."""

# ruff: noqa: ARG005  (every rule takes all numbers of a step, used or not)

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from byhand._catalogue.chapter07.drawn import Params
from byhand._checker.spec import Formula, Mistake

BUFFER = "b ← momentum · b + g."
STEP = "w ← w − lr · b, with the new b."
Rule = Callable[[Tensor, Tensor, Tensor, float, float], Tensor]
"""A new tensor from the parameter, its gradient, its buffer, lr and momentum."""


def _each(rule: Rule, kept: int) -> Formula:
    """The same rule for each parameter with a gradient; without one, argument `kept` as it was."""

    def formula(params: Params, buffers: Params, lr: float, momentum: float) -> tuple[Tensor, ...]:
        out = []
        for p, b in zip(params, buffers, strict=True):
            if p.grad is None:
                out.append((p, b)[kept].detach().clone())
            else:
                out.append(rule(p.detach(), p.grad, b.detach(), lr, momentum).clone())
        return tuple(out)

    return formula


def _value(code: str, rule: Rule, message: str, step: str, hint: str) -> Mistake:
    return Mistake(code, _each(rule, 0), message, step, hint, part="value")


def _kept(code: str, rule: Rule, message: str, step: str, hint: str) -> Mistake:
    return Mistake(code, _each(rule, 1), message, step, hint, part="buffers")


def _buffer_mistakes() -> tuple[Mistake, ...]:
    both = f"{BUFFER} Then {STEP}"
    ask = "If all gradients are equal to g, to what does the buffer grow? PyTorch's: g / (1 − μ)."
    return (
        _value("averaged-buffer", lambda w, g, b, lr, mu: w - lr * (mu * b + (1 - mu) * g),
               "The new gradient is multiplied by 1 − momentum, so the buffer is a moving "
               "average. PyTorch's momentum adds the whole gradient.", both, ask),
        _value("weights-swapped", lambda w, g, b, lr, mu: w - lr * ((1 - mu) * b + mu * g),
               "The old buffer is multiplied by 1 − momentum and the gradient by momentum. "
               "PyTorch's momentum multiplies the old buffer, and adds the whole gradient.", both,
               ask),
        _value("momentum-on-gradient", lambda w, g, b, lr, mu: w - lr * (b + mu * g),
               "momentum multiplies the gradient. It belongs to the old buffer, which must fade.",
               both, "Which of the two must fade from step to step?"),
        _value("momentum-inverted", lambda w, g, b, lr, mu: w - lr * ((1 - mu) * b + g),
               "The old buffer is multiplied by 1 − momentum. With momentum 0.9 nearly all of it "
               "would be forgotten.", both, "How much of the old buffer is kept at momentum 0.9?"),
        _value("momentum-twice", lambda w, g, b, lr, mu: w - lr * mu * (mu * b + g),
               "momentum is multiplied in twice: once in the buffer, and once more afterwards.",
               both, "How often does momentum multiply the old buffer, and does it multiply the "
               "new gradient?"),
        _value("momentum-on-both", lambda w, g, b, lr, mu: w - lr * mu * (b + g),
               "momentum multiplies the gradient too.", both, "Which of the two must fade?"),
        _value("never-fades", lambda w, g, b, lr, mu: w - lr * (b + g),
               "momentum is not used: the old buffer is kept in full, and all gradients add up "
               "for ever.", both, "Which of the two must fade from step to step?"),
        _value("no-momentum", lambda w, g, b, lr, mu: w - lr * g,
               "The step is plain gradient descent: the buffer is not used.", both,
               "Which direction should the step take, that of g or that of the buffer?"),
        _value("old-buffer", lambda w, g, b, lr, mu: w - lr * b,
               "The step uses the buffer as it was before this gradient.",
               "Update the buffer first, then the parameter.",
               "Does the new gradient move the parameter in this step?"),
        _value("old-buffer", lambda w, g, b, lr, mu: w - lr * mu * b,
               "The gradient of this step is not used: only the old buffer moves the parameter.",
               both, "Does the new gradient move the parameter in this step?"),
        _value("gradient-subtracted", lambda w, g, b, lr, mu: w - lr * (mu * b - g),
               "The buffer and the gradient have opposite signs.", both,
               "Two equal gradients, one after the other: must the second step be longer or "
               "shorter than the first?"),
    )  # fmt: skip


def _step_mistakes() -> tuple[Mistake, ...]:
    both = f"{BUFFER} Then {STEP}"
    rate = "If lr is halved from now on, by how much must the next step shrink?"
    return (
        _value("wrong-sign", lambda w, g, b, lr, mu: w + lr * (mu * b + g),
               "The buffer is added to the parameter. It points to where the loss grows.", STEP,
               "In which direction does the loss grow: along the gradient, or against it?"),
        _value("sign-of-buffer", lambda w, g, b, lr, mu: w + lr * (mu * b - g),
               "The buffer holds minus the gradients: b ← momentum · b − g, then w + lr · b. Here "
               "the buffers hold plus the gradients, as in PyTorch.", both,
               "The buffers are given: do they point uphill or downhill?"),
        _value("lr-inside-buffer", lambda w, g, b, lr, mu: w - (mu * b + lr * g),
               "lr multiplies the new gradient only, and not the old buffer. PyTorch's buffer "
               "holds gradients without lr; the whole of it is multiplied by lr. While lr stays "
               "the same the two agree; where it changes they do not.", both, rate),
        _value("lr-inside-buffer", lambda w, g, b, lr, mu: w + (mu * b - lr * g),
               "lr and the minus are inside the buffer: b ← momentum · b − lr · g, then w + b. "
               "Some texts have it so. Here the buffers hold plus the gradients, without lr, as "
               "in PyTorch.", both, rate),
        _value("lr-twice", lambda w, g, b, lr, mu: w - lr * (mu * b + lr * g),
               "lr multiplies the gradient twice: once inside the buffer, once outside.", both,
               rate),
        _value("lr-and-momentum-swapped", lambda w, g, b, lr, mu: w - mu * (lr * b + g),
               "lr and momentum are in each other's place.", both,
               "Which of the two multiplies the old buffer, and which the step?"),
        _value("momentum-fixed", lambda w, g, b, lr, mu: w - lr * (0.9 * b + g),
               "The old buffer is multiplied by 0.9, whatever momentum is.",
               f"Use the argument: {BUFFER}", "How can the caller choose another momentum?"),
        _value("lr-missing", lambda w, g, b, lr, mu: w - (mu * b + g),
               "lr is missing: the step is the whole buffer.", STEP, rate),
        _value("nesterov", lambda w, g, b, lr, mu: w - lr * (g + mu * (mu * b + g)),
               "The step uses momentum · (momentum · b + g) + g: the rule of the buffer is applied "
               "twice. Nesterov's momentum does that; here `nesterov=False` is meant.", both,
               "How often does momentum multiply the old buffer?"),
        _value("gradient-twice", lambda w, g, b, lr, mu: w - lr * (mu * b + 2 * g),
               "The gradient counts twice: once inside the buffer, and once by itself.", both,
               "The gradient is in the buffer already. Must it be subtracted too?"),
        _value("updated-twice", lambda w, g, b, lr, mu: w - 2 * lr * (mu * b + g),
               "The step is twice as long as it should be.", STEP,
               "How often does the update run for each parameter?"),
        _value("overwritten", lambda w, g, b, lr, mu: -lr * (mu * b + g),
               "The parameter is overwritten by the step: the old number is lost.", STEP,
               "What should happen to w where the buffer is zero?"),
    )  # fmt: skip


def _stored_mistakes() -> tuple[Mistake, ...]:
    store = (
        "Change the buffer in place: `b.mul_(momentum).add_(p.grad)`. A line `b = …` makes a "
        "new tensor, and the caller never sees it."
    )
    ask = "What will this function find in `buffers` in the next step?"
    return (
        _kept("buffer-not-stored", lambda w, g, b, lr, mu: b,
              "The parameter is right, and its buffer is what it was before the call. The next "
              "step would not know this gradient.", store, ask),
        _kept("buffer-is-gradient", lambda w, g, b, lr, mu: g,
              "The buffer holds the gradient of this step alone; all earlier ones are lost.",
              BUFFER, ask),
        _kept("buffer-zero", lambda w, g, b, lr, mu: torch.zeros_like(b),
              "The buffer is zero after the call. If it shares its memory with `.grad`, clearing "
              "the one clears the other.", "Keep the buffer's own memory: "
              "`b.mul_(momentum).add_(p.grad)`, or a `clone()`.",
              "Which tensors share their memory?"),
        _kept("step-stored", lambda w, g, b, lr, mu: lr * (mu * b + g),
              "The buffer holds lr · b. PyTorch's buffer holds gradients without lr.", BUFFER,
              "If lr is halved from now on, by how much must the next step shrink?"),
        _kept("step-stored", lambda w, g, b, lr, mu: -lr * (mu * b + g),
              "The buffer holds −lr · b, the whole step. PyTorch's buffer holds gradients without "
              "lr and without a sign.", BUFFER,
              "If lr is halved from now on, by how much must the next step shrink?"),
        _kept("gradient-added-twice", lambda w, g, b, lr, mu: mu * b + 2 * g,
              "The gradient was added to the buffer twice.", BUFFER,
              "How often does the update of the buffer run?"),
        _kept("gradient-not-stored", lambda w, g, b, lr, mu: mu * b,
              "The buffer lacks the gradient of this step.", BUFFER, ask),
        _kept("parameter-stored", lambda w, g, b, lr, mu: w - lr * (mu * b + g),
              "The buffer holds the parameter.", BUFFER, ask),
    )  # fmt: skip


def all_mistakes() -> tuple[Mistake, ...]:
    """The whole catalogue of momentum."""
    return (*_buffer_mistakes(), *_step_mistakes(), *_stored_mistakes())
