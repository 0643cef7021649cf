"""One step of Adam for one parameter, in pieces that wrong formulas are made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

from byhand._catalogue.chapter07.drawn import Params
from byhand._checker.spec import Formula

FIRST = "m ← β₁ m + (1 − β₁) g."
SECOND = "v ← β₂ v + (1 − β₂) g²."


@dataclass(frozen=True)
class Now:
    """One parameter in one step: everything that the formulas use, before the step."""

    w: Tensor
    g: Tensor
    m: Tensor
    v: Tensor
    t: int
    lr: float
    b1: float
    b2: float
    eps: float

    @property
    def first(self) -> Tensor:
        """The new average of the gradients."""
        return self.b1 * self.m + (1 - self.b1) * self.g

    @property
    def second(self) -> Tensor:
        """The new average of their squares."""
        return self.b2 * self.v + (1 - self.b2) * self.g**2

    def move(self, first: Tensor, second: Tensor, t: int | None = None) -> Tensor:
        """The right step from these averages; step `t` where it is another one."""
        power = self.t if t is None else t
        return self.go(first / (1 - self.b1**power), second / (1 - self.b2**power))

    def go(self, m_hat: Tensor, v_hat: Tensor) -> Tensor:
        """The step from corrected averages."""
        return self.w - self.lr * m_hat / (v_hat.sqrt() + self.eps)


Rule = Callable[[Now], Tensor]


def each(rule: Rule, kept: int) -> Formula:
    """The same rule for each parameter with a gradient; without one, argument `kept` as it was."""

    def formula(
        params: Params, means: Params, squares: Params, step: int, lr: float,
        betas: tuple[float, float], eps: float,
    ) -> tuple[Tensor, ...]:  # fmt: skip
        out = []
        for p, m, v in zip(params, means, squares, strict=True):
            if p.grad is None:
                out.append((p, m, v)[kept].detach().clone())
                continue
            now = Now(p.detach(), p.grad, m.detach(), v.detach(), step, lr, *betas, eps)
            out.append(rule(now).clone())
        return tuple(out)

    return formula
