"""Wrong gradients of softmax with a temperature."""

# ruff: noqa: ARG001, ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from byhand._catalogue.chapter05.softmax_mistakes import row, vjp
from byhand._checker.spec import Formula, Mistake

Part = Callable[[Tensor, Tensor, Tensor, Tensor], Tensor]
"""One output from `grad_output`, the logits, T and the gradient of logits / T."""
LOGITS = "grad_logits = grad_z / T, with z = logits / T."
TEMPERATURE = "grad_temperature = −Σ grad_z · logits / T², the sum over all entries."


def _p(x: Tensor, t: Tensor) -> Tensor:
    return torch.softmax(x / t, -1)


def _right_logits(g: Tensor, x: Tensor, t: Tensor, z: Tensor) -> Tensor:
    return z / t


def _right_temperature(g: Tensor, x: Tensor, t: Tensor, z: Tensor) -> Tensor:
    return -(z * x).sum() / t**2


def _pair(logits: Part, temperature: Part) -> Formula:
    def formula(g: Tensor, x: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
        z = vjp(g, _p(x, t))
        return logits(g, x, t, z), temperature(g, x, t, z)

    return formula


def _both(grad_z: Formula) -> Formula:
    """Another gradient of z = logits / T, and from there on the right way."""

    def formula(g: Tensor, x: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
        z = grad_z(g, x, t)
        return _right_logits(g, x, t, z), _right_temperature(g, x, t, z)

    return formula


def _logits(code: str, part: Part, message: str, hint: str) -> Mistake:
    return Mistake(code, _pair(part, _right_temperature), message, LOGITS, hint)


def _temperature(code: str, part: Part, message: str, hint: str) -> Mistake:
    return Mistake(code, _pair(_right_logits, part), message, TEMPERATURE, hint)


def _logits_mistakes() -> tuple[Mistake, ...]:
    ask = "If a logit grows by 1, by how much does logits / T grow?"
    return (
        _logits("inner-factor-missing", lambda g, x, t, z: z,
                "The factor 1/T is missing: this is the gradient with respect to logits / T.", ask),
        _logits("multiplied-by-temperature", lambda g, x, t, z: z * t,
                "You multiply by T. The slope of logits / T is 1/T.", ask),
        _logits("temperature-twice", lambda g, x, t, z: z / t**2,
                "You divide by T twice: 1/T comes once, from the logits; the T inside of softmax "
                "is in p already.", ask),
        _logits("sign-of-logits-gradient", lambda g, x, t, z: -z / t,
                "The sign is wrong. Only the temperature's gradient has a minus.", ask),
    )  # fmt: skip


def _temperature_mistakes() -> tuple[Mistake, ...]:
    ask = "What is the derivative of x / T with respect to T?"
    many = "How many entries of logits / T does the one number T reach?"
    return (
        _temperature("sign-of-temperature-gradient", lambda g, x, t, z: (z * x).sum() / t**2,
                     "The sign is wrong: the derivative of x / T with respect to T is −x / T².",
                     ask),
        _temperature("inner-factor-missing", lambda g, x, t, z: -(z * x).sum(),
                     "The factor 1/T² is missing.", ask),
        _temperature("one-temperature-missing", lambda g, x, t, z: -(z * x).sum() / t,
                     "You divide by T once. The derivative of x / T is −x / T².", ask),
        _temperature("one-temperature-missing", lambda g, x, t, z: (z * x).sum() / t,
                     "You divide by T once, and the sign is wrong. The derivative of x / T is "
                     "−x / T².", ask),
        _temperature("inner-factor-missing", lambda g, x, t, z: (z * x).sum(),
                     "The factor −1/T² is missing.", ask),
        _temperature("one-temperature-too-many", lambda g, x, t, z: -(z * x).sum() / t**3,
                     "You divide by T three times. If you start from grad_logits, which holds 1/T "
                     "already, or from logits / T, one T is left.", ask),
        _temperature("temperature-gradient-zero", lambda g, x, t, z: torch.zeros_like(t),
                     "grad_temperature is 0, up to rounding. T moves the probabilities, so it has "
                     "a gradient. (A plain sum of softmax's gradient is always 0: the factor "
                     "`logits` belongs inside of the sum.)", ask),
        _temperature("not-summed", lambda g, x, t, z: -z * x / t**2,
                     "You return one number for each logit. T is one number, and what comes back "
                     "from all entries is added.", many),
        _temperature("not-summed", lambda g, x, t, z: -(z * x).sum(-1) / t**2,
                     "You return one number for each row. T is shared by all rows, so their "
                     "gradients are added.", many),
        _temperature("not-summed", lambda g, x, t, z: -(z * x).sum(0) / t**2,
                     "You sum over the first dimension only. T is one number, and what comes back "
                     "from all entries is added.", many),
        _temperature("mean-for-sum", lambda g, x, t, z: -(z * x).mean() / t**2,
                     "You take the mean. What comes back to one number on many paths is added.",
                     many),
        _temperature("mean-for-sum", lambda g, x, t, z: -(z * x).sum(-1).mean() / t**2,
                     "You average over the rows. What comes back to one number on many paths is "
                     "added.", many),
        _temperature("softmax-skipped", lambda g, x, t, z: -(g * x).sum() / t**2,
                     "`grad_output` belongs to p. It goes through softmax's backward before it "
                     "reaches logits / T.", "Which tensor does `grad_output` belong to?"),
        _temperature("p-for-logits", lambda g, x, t, z: -(z * _p(x, t)).sum() / t**2,
                     "p stands where the logits belong.", ask),
    )  # fmt: skip


def _softmax_mistakes() -> tuple[Mistake, ...]:
    dot = "The gradient of z = logits / T is p · (g − dot), with dot = Σ g · p over the row."
    ask = "If one logit of a row grows, which probabilities of that row change?"
    inside = "What exactly is p here the softmax of?"
    use = "Write `p = torch.softmax(logits / temperature, dim=-1)`."

    def both(code: str, grad_z: Formula, message: str, step: str = dot, hint: str = ask) -> Mistake:
        return Mistake(code, _both(grad_z), message, step, hint)

    return (
        both("off-diagonal-missing", lambda g, x, t: g * _p(x, t) * (1 - _p(x, t)),
             "You use the diagonal of softmax's Jacobian only, p(1 − p)."),
        both("dot-product-missing", lambda g, x, t: g * _p(x, t),
             "In softmax's gradient the term with the dot product is missing."),
        both("softmax-skipped", lambda g, x, t: g,
             "You use `grad_output` as if it belonged to logits / T: the backward of softmax is "
             "missing.", hint="Which tensor does `grad_output` belong to?"),
        both("samples-mixed", lambda g, x, t: _p(x, t) * (g - (g * _p(x, t)).sum()),
             "The dot product runs over the whole tensor, so the samples are mixed. Each row has "
             "its own."),
        both("wrong-dimension",
             lambda g, x, t: _p(x, t) * (g - (g * _p(x, t)).sum(0, keepdim=True)),
             "The dot product runs over the first dimension, which counts the samples."),
        both("wrong-dimension", lambda g, x, t: _over_first(g, x / t),
             "Softmax runs over the first dimension, which counts the samples.", use, inside),
        both("sign-of-dot-product", lambda g, x, t: _p(x, t) * (g + row(g * _p(x, t))),
             "In softmax's gradient the dot product is added. It is subtracted."),
        both("temperature-not-in-softmax", lambda g, x, t: vjp(g, _p(x, torch.ones_like(t))),
             "p is the softmax of the logits without the temperature.", use, inside),
        both("temperature-not-in-softmax", lambda g, x, t: vjp(g, _p(x, 1 / t)),
             "p is the softmax of logits · T. The temperature divides.", use, inside),
        both("log-softmax-formula", lambda g, x, t: g - _p(x, t) * row(g),
             "You use log-softmax's gradient, g − p · Σ g."),
        both("softmax-twice", lambda g, x, t: vjp(g, torch.softmax(_p(x, t), -1)),
             "Softmax is taken twice.", use, inside),
        both("missing-grad-output", lambda g, x, t: _p(x, t) * (1 - _p(x, t)),
             "`grad_output` is not used: this begins with the diagonal of softmax's Jacobian."),
    )  # fmt: skip


def _over_first(g: Tensor, z: Tensor) -> Tensor:
    p = torch.softmax(z, 0)
    return p * (g - (g * p).sum(0, keepdim=True))


def all_mistakes() -> tuple[Mistake, ...]:
    """The whole catalogue of the temperature's gradient."""
    return (*_softmax_mistakes(), *_logits_mistakes(), *_temperature_mistakes())
