"""What an optimizer's step may do to the parameters apart from their numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from byhand._checker.spec import Finding
from byhand._checker.wording import listing

NO_GRAD = "Put the update under `with torch.no_grad():` and change the tensor: `p -= …`."


@dataclass(frozen=True)
class Before:
    """A parameter as it was before the call."""

    value: Tensor
    grad: Tensor | None
    version: int
    requires_grad: bool

    @classmethod
    def of(cls, p: Tensor) -> Before:
        """Copies, so that nothing the answer does can change them."""
        grad = None if p.grad is None else p.grad.detach().clone()
        return cls(p.detach().clone(), grad, p._version, p.requires_grad)

    def unchanged(self, p: Tensor) -> bool:
        """Whether the numbers are what they were."""
        return bool(torch.equal(self.value, p.detach()))

    @property
    def must_move(self) -> bool:
        """Whether there is a gradient to follow."""
        return self.grad is not None and bool((self.grad != 0).any())


def met_none(error: Exception) -> Finding:
    """The finding for a crash on a parameter without a gradient."""
    return Finding(
        "needs-every-gradient",
        f"Your code raised {type(error).__name__}: {str(error)[:300]}. A parameter that takes no "
        "part in the loss has `.grad` None.",
        "Begin the loop with `if p.grad is None: continue`.",
        status="crashed",
    )


def explained(error: Exception, params: list[Tensor], before: list[Before]) -> Finding | None:
    """Why the answer met a None where it expected a tensor, or None where that is not known."""
    text = str(error)
    if "NoneType" not in text:
        return None
    shown = f"Your code raised {type(error).__name__}: {text[:300]}"
    if any(old.grad is None for old in before):
        return met_none(error)
    if not all(old.unchanged(p) for old, p in zip(before, params, strict=True)):
        return None
    if any(p.grad is None for p in params):
        return Finding(
            "cleared-too-early",
            f"{shown}. `.grad` was set to None before the update could use it.",
            "Update first, then clear.",
            status="crashed",
        )
    if not isinstance(error, AttributeError):
        return None
    return Finding(
        "rebound",
        f"{shown}. No parameter has changed, and each still has its `.grad`: what has none is a "
        "new tensor. `p = p - …` makes one.",
        NO_GRAD,
        status="crashed",
    )


def fault(returned: Any, held: Any, params: list[Tensor], before: list[Before]) -> Finding | None:
    """The first thing that is wrong with the parameters apart from their numbers.

    Args:
        returned: what the answer returned.
        held: the list of parameters after the call.
        params: the parameters that were passed.
        before: the same, before the call.
    """
    pairs = list(zip(before, params, strict=True))
    finding = _replaced(held, params) or _disconnected(pairs)
    if finding is not None:
        return finding
    still = [k for k, (old, p) in enumerate(pairs) if old.must_move and old.unchanged(p)]
    moving = [k for k, (old, _) in enumerate(pairs) if old.must_move]
    if not still:
        return None
    if len(still) < len(moving):
        if any(pairs[k][1]._version > pairs[k][0].version for k in still):
            return None  # written to, with the same numbers: the numbers say why
        return _some_still(still, pairs)
    if _are_tensors(returned, len(params)):
        return Finding(
            "returned-new-tensors",
            "You return new tensors, and the parameters are as they were. The model would not "
            "learn: it holds the old ones.",
            NO_GRAD,
        )
    cleared = all(p.grad is None or not bool(p.grad.any()) for p in params)
    if cleared and any(p._version > old.version for old, p in pairs):
        return Finding(
            "cleared-too-early",
            "Each parameter was written to, and its numbers are the same: what is subtracted is "
            "zero. That happens where `.grad` is cleared before the update.",
            "Update first, then clear.",
        )
    return None


def _replaced(held: Any, params: list[Tensor]) -> Finding | None:
    if len(held) == len(params) and all(a is b for a, b in zip(held, params, strict=True)):
        return None
    if all(any(item is p for p in params) for item in held):
        return Finding(
            "changed-list",
            "After the call tensors are missing in the list `params`, or stand in another order. "
            "The list belongs to the caller.",
            "Leave the list as it is, and go through it with `for p in params`.",
        )
    return Finding(
        "replaced-parameter",
        "After the call the list `params` holds other tensors. The model, which made the list, "
        "still holds the old ones.",
        NO_GRAD,
    )


def _disconnected(pairs: list[tuple[Before, Tensor]]) -> Finding | None:
    if not torch.is_grad_enabled():
        return Finding(
            "gradients-left-off",
            "After the call gradients are switched off for everything that follows, and no later "
            "loss has a graph.",
            "Use `with torch.no_grad():`, which ends with its block.",
        )
    for k, (old, p) in enumerate(pairs):
        if old.requires_grad and not p.requires_grad:
            return Finding(
                "requires-grad-lost",
                f"After the call params[{k}] no longer requires a gradient, so the next backward "
                "does not reach it.",
                f"Leave `requires_grad` as it is. {NO_GRAD}",
            )
        if not p.is_leaf:
            return Finding(
                "joined-graph",
                f"After the call params[{k}] is no leaf any more: autograd has recorded the "
                "update, and the next backward goes through it.",
                NO_GRAD,
            )
    return None


def _some_still(still: list[int], pairs: list[tuple[Before, Tensor]]) -> Finding:
    names = listing(f"params[{k}]" for k in still)
    verb = "is" if len(still) == 1 else "are"
    if any(old.grad is None for old, _ in pairs):
        return Finding(
            "needs-every-gradient",
            f"{names} {verb} as before the call, in spite of a gradient. Another parameter has "
            "none, and the loop ends there.",
            "Use `continue`, which goes on with the next parameter; no `break`, no `return`.",
        )
    return Finding(
        "not-all-parameters",
        f"{names} {verb} as before the call; others have changed.",
        "Go through all of `params`. Look for a `return` inside the loop, for a fixed index, and "
        "for a line that clears all gradients before the loop has ended.",
    )


def _are_tensors(returned: Any, count: int) -> bool:
    sequence = type(returned) in (list, tuple) and len(returned) == count
    return sequence and all(isinstance(item, Tensor) for item in returned)
