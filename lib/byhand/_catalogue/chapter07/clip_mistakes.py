"""Wrong ways to clip gradients."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from byhand._catalogue.chapter07.drawn import Params
from byhand._checker.spec import Formula, Mistake

Grads = list[Tensor]
FACTOR = "If the norm is larger than max_norm, multiply every gradient by max_norm / norm."
LENGTH = "‖g‖ = √(Σ g²), the sum over all entries of all gradients."
LONG = "If all gradients stood in one long vector, how long would it be?"
ONE = "Must the direction of the whole step stay the same? By what must each gradient be scaled?"


def norm(grads: Grads) -> float:
    """The length of all gradients together."""
    return math.sqrt(sum(float((g.detach().double() ** 2).sum()) for g in grads))


def _of(params: Params) -> Grads:
    return [g.detach() for p in params if (g := p.grad) is not None]


def _total(code: str, rule: Callable[..., Any], message: str, step: str, hint: str) -> Mistake:
    """A wrong norm, from the gradients, the limit and the parameters."""

    def formula(params: Params, max_norm: float) -> Tensor:
        found = rule(_of(params), max_norm, params)
        return torch.as_tensor(found, dtype=torch.float64, device="cpu").detach()

    return Mistake(code, formula, message, step, hint, part="value")


def each(rule: Callable[[Tensor, float, Grads], Tensor]) -> Formula:
    """The same rule for each gradient, from the gradient, the limit and all gradients."""

    def formula(params: Params, max_norm: float) -> tuple[Tensor | None, ...]:
        grads = _of(params)
        return tuple(
            None if p.grad is None else rule(p.grad.detach(), max_norm, grads).clone()
            for p in params
        )

    return formula


def _scaled(
    code: str,
    rule: Callable[[Tensor, float, Grads], Tensor],
    message: str,
    step: str,
    hint: str,
) -> Mistake:
    return Mistake(code, each(rule), message, step, hint)


def _norm_mistakes() -> tuple[Mistake, ...]:
    return (
        _total("sum-of-norms", lambda gs, top, ps: sum(g.norm() for g in gs),
               "The norms of the parameters are added. Lengths at right angles do not add up: "
               "3 and 4 give 5.", LENGTH, LONG),
        _total("root-missing", lambda gs, top, ps: norm(gs) ** 2,
               "The root is missing: this is the sum of the squares.", f"Take the root: {LENGTH}",
               "Which unit has a sum of squares, and which has a length?"),
        _total("sum-of-sizes", lambda gs, top, ps: sum(g.abs().sum() for g in gs),
               "The sizes of all entries are added. That is another norm, called L1.",
               f"Add squares: {LENGTH}", LONG),
        _total("largest-entry", lambda gs, top, ps: max(g.abs().max() for g in gs),
               "This is the size of the largest entry. It is another norm, called L∞.",
               f"Add squares: {LENGTH}", LONG),
        _total("largest-norm", lambda gs, top, ps: max(g.norm() for g in gs),
               "This is the largest of the norms of the single parameters.", LENGTH, LONG),
        _total("last-norm-only", lambda gs, top, ps: gs[-1].norm(),
               "This is the norm of the last gradient alone.",
               "Add up over all parameters before you take the root.", LONG),
        _total("first-norm-only", lambda gs, top, ps: gs[0].norm(),
               "This is the norm of the first gradient alone.",
               "Add up over all parameters before you take the root.", LONG),
        _total("root-of-sum-of-norms", lambda gs, top, ps: sum(g.norm() for g in gs) ** 0.5,
               "The root is taken of a sum of norms; it belongs to a sum of squares.",
               "Square each norm before you add: √(Σ ‖gₖ‖²).", LONG),
        _total("root-mean-square",
               lambda gs, top, ps: norm(gs) / sum(g.numel() for g in gs) ** 0.5,
               "The mean of the squares is taken in place of their sum.", LENGTH, LONG),
        _total("average-norm", lambda gs, top, ps: sum(g.norm() for g in gs) / len(gs),
               "This is the mean of the norms of the single parameters.", LENGTH, LONG),
        _total("signed-sum", lambda gs, top, ps: sum(g.sum() for g in gs),
               "The entries are added with their signs: large entries cancel.",
               f"Square first: {LENGTH}", LONG),
        _total("norm-of-parameters", lambda gs, top, ps: norm([p.detach() for p in ps]),
               "This is the norm of the parameters, not of their gradients.",
               "Use `p.grad`, not `p`.", "Which of the two is limited, the weights or the step?"),
        _total("clipped-norm-returned", lambda gs, top, ps: min(norm(gs), top),
               "You return the norm after the clipping. It says nothing new: it is at most "
               "max_norm.", "Return the norm as it was before.",
               "What would you like to see in a log: the limit, or how large the gradient was?"),
        _total("factor-returned", lambda gs, top, ps: min(top / norm(gs), 1.0),
               "You return the factor.", "Return the norm as it was before.",
               "What would you like to see in a log?"),
        _total("factor-returned", lambda gs, top, ps: top / norm(gs),
               "You return max_norm / norm, the factor.", "Return the norm as it was before.",
               "What would you like to see in a log?"),
        _total("limit-returned", lambda gs, top, ps: top,
               "You return max_norm.", "Return the norm as it was before.",
               "What would you like to see in a log?"),
        _total("norm-divided", lambda gs, top, ps: norm(gs) / top,
               "You return norm / max_norm.", "Return the norm as it was before.",
               "What would you like to see in a log?"),
    )  # fmt: skip


def _factor_mistakes() -> tuple[Mistake, ...]:
    below = "What should happen to gradients that are small enough already?"
    return (
        _scaled("each-by-itself", lambda g, top, gs: g * _factor(top, [g]),
                "Each parameter is clipped by its own norm. So some are scaled and others are "
                "not, and the whole step points in another direction.", FACTOR, ONE),
        _scaled("each-by-itself",
                lambda g, top, gs: g * top / norm([g]) if norm(gs) > top else g,
                "Where the global norm is above the limit, each parameter is scaled by its own "
                "norm. So each of them gets the length max_norm, and the whole step points in "
                "another direction.", FACTOR, ONE),
        Mistake("norm-so-far", _so_far,
                "Each gradient is scaled before the norm of all is known: the loop that adds up "
                "the squares also scales. So each parameter gets another factor.",
                "Use two loops: the first one for the norm, the second one for the factor.",
                "What is the norm when the first gradient is scaled?", needs_all=True),
        _scaled("clipped-by-value", lambda g, top, gs: g.clamp(-top, top),
                "Each entry is cut off at ±max_norm. That is clipping by value: it changes the "
                "direction, and the norm may still be above the limit.", FACTOR, ONE),
        _scaled("scaled-below-limit", lambda g, top, gs: g * top / norm(gs),
                "Gradients below the limit are scaled too: they become longer. max_norm is a "
                "limit, and not a length that every gradient must have.",
                "Scale only where the norm is larger than `max_norm`.", below),
        _scaled("limit-on-wrong-side",
                lambda g, top, gs: g if norm(gs) > top else g * top / norm(gs),
                "The comparison is the wrong way round: long gradients stay, and short ones are "
                "made longer.", FACTOR, below),
        _scaled("factor-inverted", lambda g, top, gs: g * max(norm(gs) / top, 1.0),
                "The factor is upside down: long gradients become even longer.", FACTOR,
                "Which factor takes a vector of length norm to the length max_norm?"),
        _scaled("factor-inverted", lambda g, top, gs: g * norm(gs) / top,
                "The factor is upside down.", FACTOR,
                "Which factor takes a vector of length norm to the length max_norm?"),
        _scaled("length-one", lambda g, top, gs: g / norm(gs) if norm(gs) > top else g,
                "Long gradients are scaled to length 1, whatever max_norm is.", FACTOR,
                "Which factor takes a vector of length norm to the length max_norm?"),
        _scaled("length-one", lambda g, top, gs: g / norm(gs),
                "All gradients are scaled to length 1, whatever max_norm is.", FACTOR, below),
        _scaled("limit-as-factor", lambda g, top, gs: g * top if norm(gs) > top else g,
                "Long gradients are multiplied by max_norm, and not divided by their norm.",
                FACTOR, "Which factor takes a vector of length norm to the length max_norm?"),
        _scaled("factor-squared", lambda g, top, gs: g * _factor(top, gs) ** 2,
                "The factor is applied twice.", "Scale each gradient once.",
                "How often does the loop meet each gradient?"),
        _scaled("factor-of-squares",
                lambda g, top, gs: g * (top / norm(gs) ** 2 if norm(gs) > top else 1.0),
                "The gradients are divided by the square of the norm.", FACTOR,
                "Which factor takes a vector of length norm to the length max_norm?"),
        _scaled("factor-rooted", lambda g, top, gs: g * _factor(top, gs) ** 0.5,
                "The root of the factor is used.", FACTOR,
                "Which factor takes a vector of length norm to the length max_norm?"),
        _scaled("gradients-cleared", lambda g, top, gs: torch.zeros_like(g),
                "All gradients are zero afterwards. The optimizer's step comes later, and needs "
                "them.", FACTOR, "What does the optimizer find in `.grad`?"),
        _scaled("cleared-above-limit",
                lambda g, top, gs: torch.zeros_like(g) if norm(gs) > top else g,
                "Long gradients are set to zero: the step is left out, not shortened.", FACTOR,
                "Must the direction of a long gradient be forgotten?"),
        Mistake("not-clipped", each(lambda g, top, gs: g),
                "The gradients are the same as before. `g = g * factor` makes a new tensor, and "
                "`.grad` keeps the old one.", "Change them in place: `g.mul_(factor)`, or set "
                "`p.grad = p.grad * factor`.", "Who sees the product that you compute?",
                needs_all=True),
        Mistake("only-first-clipped", _first_only,
                "Only the first gradient is scaled, the others are as before.",
                "Scale every gradient by the same factor.", ONE, needs_all=True),
    )  # fmt: skip


def _first_only(params: Params, max_norm: float) -> tuple[Tensor | None, ...]:
    grads = _of(params)
    scaled = [_factor(max_norm, grads) * grads[0], *grads[1:]]
    rest = iter(scaled)
    return tuple(None if p.grad is None else next(rest).clone() for p in params)


def _so_far(params: Params, max_norm: float) -> tuple[Tensor | None, ...]:
    grads = _of(params)
    scaled = iter(_factor(max_norm, grads[: k + 1]) * g for k, g in enumerate(grads))
    return tuple(None if p.grad is None else next(scaled).clone() for p in params)


def _factor(top: float, grads: Grads) -> float:
    total = norm(grads)
    return min(1.0, top / total) if total > 0 else 1.0


def all_mistakes() -> tuple[Mistake, ...]:
    """The whole catalogue of clipping."""
    return (*_norm_mistakes(), *_factor_mistakes())
