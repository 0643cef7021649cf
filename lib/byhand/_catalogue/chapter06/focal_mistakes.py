"""Wrong gradients of the focal loss."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from byhand._checker.spec import Formula, Mistake

PRODUCT = "(1 − p_y)^γ and log p_y both depend on p_y: use the product rule."
RIGHT = (
    "The gradient is grad_output · ((1 − p_y)^γ − γ (1 − p_y)^(γ−1) · p_y · log p_y) · "
    "(p − onehot) / N."
)


@dataclass(frozen=True)
class Parts:
    """What the right formula consists of; pt has shape (N, 1)."""

    x: Tensor
    p: Tensor
    onehot: Tensor
    gamma: float

    @property
    def pt(self) -> Tensor:
        """Probability of the target's class."""
        return (self.p * self.onehot).sum(-1, keepdim=True)

    @property
    def direct(self) -> Tensor:
        """The term in which log p_y is differentiated."""
        return (1 - self.pt) ** self.gamma

    @property
    def through(self) -> Tensor:
        """The term in which (1 − p_y)^γ is differentiated."""
        return self.gamma * (1 - self.pt) ** (self.gamma - 1) * self.pt * self.pt.log()

    @property
    def error(self) -> Tensor:
        """The difference p − onehot."""
        return self.p - self.onehot


def _formula(rows: Callable[[Parts], Tensor], use_grad_output: bool = True) -> Formula:
    """`grad_output` times what `rows` makes of the parts."""

    def formula(g: Tensor, x: Tensor, t: Tensor, gamma: float) -> Tensor:
        onehot = F.one_hot(t, x.shape[-1]).to(x)
        factor = g if use_grad_output else torch.ones_like(g)
        return factor * rows(Parts(x, torch.softmax(x, -1), onehot, gamma))

    return formula


def _front(front: Callable[[Parts], Tensor]) -> Formula:
    """Everything right but the factor in front of p − onehot."""
    return _formula(lambda k: front(k) * k.error / len(k.x))


def _product_mistakes() -> tuple[Mistake, ...]:
    ask = "In −(1 − p_y)^γ · log p_y, at how many places does p_y stand?"
    return (
        Mistake("modulating-factor-constant", _front(lambda k: k.direct),
                "The derivative of the modulating factor is left out: you treat (1 − p_y)^γ as a "
                "constant weight of cross-entropy's gradient.", PRODUCT, ask),
        Mistake("modulating-factor-missing", _front(lambda k: torch.ones_like(k.pt)),
                "This is the gradient of the plain cross-entropy: (1 − p_y)^γ does not appear.",
                PRODUCT, ask),
        Mistake("logarithm-constant", _front(lambda k: -k.through),
                "Only the modulating factor is differentiated. log p_y depends on p_y too.",
                PRODUCT, ask),
        Mistake("sign-of-second-term", _front(lambda k: k.direct + k.through),
                "The second term has the wrong sign: the derivative of 1 − p_y is −1.", RIGHT,
                "Which sign does the derivative of (1 − p_y)^γ have?"),
        Mistake("wrong-sign", _front(lambda k: k.through - k.direct),
                "The sign is wrong, in both terms: a wrong class gets a positive gradient.", RIGHT,
                "If a wrong class gets a larger logit, does the loss grow or fall?"),
        Mistake("product-of-derivatives", _front(lambda k: k.direct * -k.through),
                "The two derivatives are multiplied. The product rule adds two products.",
                PRODUCT, "What is the derivative of u · v?"),
        Mistake("one-term-of-plain-loss", _front(lambda k: 1 - k.through),
                "The first term lacks its factor (1 − p_y)^γ.", RIGHT, ask),
    )  # fmt: skip


def _power_mistakes() -> tuple[Mistake, ...]:
    ask = "What is the derivative of (1 − p)^γ with respect to p?"
    chain = "Which factor leads from p_y to the logits, apart from onehot − p?"

    def second(code: str, term: Callable[[Parts], Tensor], message: str, hint: str) -> Mistake:
        return Mistake(code, _front(lambda k: k.direct - term(k)), message, RIGHT, hint)

    return (
        second("gamma-missing", lambda k: k.through / k.gamma,
               "In the second term the factor γ is missing: the exponent comes down.", ask),
        second("exponent-not-lowered", lambda k: k.through * (1 - k.pt),
               "In the second term the exponent is still γ. It becomes γ − 1.", ask),
        second("power-missing", lambda k: k.gamma * k.pt * k.pt.log(),
               "In the second term the power (1 − p_y)^(γ−1) is missing.", ask),
        second("inner-factor-missing", lambda k: k.through / k.pt,
               "In the second term the factor p_y is missing: ∂p_y/∂x = p_y · (onehot − p).",
               chain),
        second("logarithm-missing", lambda k: k.through / k.pt.log(),
               "In the second term log p_y is missing.", ask),
        second("log-of-one-minus-p",
               lambda k: k.through / k.pt.log() * (1 - k.pt).log(),
               "In the second term the logarithm is of 1 − p_y. It is log p_y.", ask),
        second("power-rule-of-exponent",
               lambda k: k.direct * (1 - k.pt).log() * k.pt * k.pt.log(),
               "The second term differentiates with respect to γ. γ is a number; p_y moves.", ask),
        Mistake("gamma-fixed", _formula(_gamma_two),
                "You use γ = 2, whatever is handed to you.", "Use the argument gamma.",
                "Which of your numbers should follow the argument gamma?"),
        Mistake("power-of-p", _front(
                    lambda k: k.pt**k.gamma
                    + k.gamma * k.pt ** (k.gamma - 1) * k.pt * k.pt.log()),
                "The modulating factor is p_y^γ. It is (1 − p_y)^γ: easy samples, with p_y near 1, "
                "count less.", RIGHT, "Which samples should count less?"),
    )  # fmt: skip


def _gamma_two(k: Parts) -> Tensor:
    fixed = Parts(k.x, k.p, k.onehot, 2.0)
    return (fixed.direct - fixed.through) * k.error / len(k.x)


def _each_class(k: Parts) -> Tensor:
    """The p of each class where p_y is meant."""
    front = (1 - k.p) ** k.gamma
    front = front - k.gamma * (1 - k.p) ** (k.gamma - 1) * k.p * k.p.log()
    return front * k.error / len(k.x)


def _plain_mistakes() -> tuple[Mistake, ...]:
    chain = "If the next step is `3 * loss`, what does autograd hand to your function?"
    mean = "Divide by the number of samples, `len(logits)`."
    count = "How many losses of samples are averaged?"
    logits = "How does p_y change when the logit of another class grows?"

    def whole(k: Parts) -> Tensor:
        return (k.direct - k.through) * k.error

    return (
        Mistake("p-of-each-class", _formula(_each_class),
                "Each column uses its own p. p_y, the probability of the target's class, belongs "
                "to the whole row.", "Pick p_y with `p.gather(-1, target.unsqueeze(-1))`.",
                "How many p_y does one sample have?"),
        Mistake("batch-mean-missing", _formula(whole),
                "The batch mean is missing: the loss is the mean over the samples.", mean, count),
        Mistake("divides-by-elements", _formula(lambda k: whole(k) / k.x.numel()),
                "You divide by the number of all logits. The mean runs over the samples.", mean,
                count),
        Mistake("missing-grad-output", _formula(lambda k: whole(k) / len(k.x), False),
                "`grad_output` is not used. It is 1 only where this loss is the last step.",
                "Multiply by `grad_output`.", chain),
        Mistake("missing-grad-output", _formula(whole, False),
                "`grad_output` is not used, and the batch mean is missing.",
                "Multiply by `grad_output`, and divide by the number of samples.", chain),
        Mistake("onehot-missing", _formula(lambda k: (k.direct - k.through) * k.p / len(k.x)),
                "p stands where p − onehot belongs.", RIGHT, logits),
        Mistake("off-diagonal-missing",
                _formula(lambda k: whole(k) * k.onehot / len(k.x)),
                "Only the target's logit gets a gradient. p_y depends on all logits of the row.",
                RIGHT, logits),
        Mistake("stops-at-probabilities",
                _formula(lambda k: -(k.direct - k.through) / k.pt * k.onehot / len(k.x)),
                "This is the gradient of the probabilities. Softmax's backward is still missing.",
                RIGHT, "Which tensor does your gradient belong to?"),
        Mistake("softmax-over-batch", _formula(
                    lambda k: whole(Parts(k.x, torch.softmax(k.x, 0), k.onehot, k.gamma))
                    / len(k.x)),
                "Softmax runs over the batch. The classes of one sample compete.",
                "Use `dim=-1`.", "Which numbers of p add up to 1?"),
        Mistake("samples-mixed", _formula(
                    lambda k: whole(Parts(k.x, k.x.exp() / k.x.exp().sum(), k.onehot, k.gamma))
                    / len(k.x)),
                "You divide by the sum of all exponentials, so the samples are mixed.",
                "Use `dim=-1`.", "Which numbers of p add up to 1?"),
        Mistake("softmax-twice", _formula(
                    lambda k: whole(Parts(k.x, torch.softmax(k.p, -1), k.onehot, k.gamma))
                    / len(k.x)),
                "Softmax is applied twice.", "Use `torch.softmax(logits, dim=-1)`, once.",
                "Which numbers of p add up to 1?"),
    )  # fmt: skip


def all_mistakes() -> tuple[Mistake, ...]:
    """The whole catalogue of the focal loss."""
    return (*_product_mistakes(), *_power_mistakes(), *_plain_mistakes())
