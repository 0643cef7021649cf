"""x."""

from __future__ import annotations

from byhand._checker.spec import Mistake

STABLE = "Use `torch.sigmoid(logits)`: it is finite for all logits."
STEP = "Give the scores to `torch.log_softmax` or to `F.cross_entropy`."


def all_mistakes() -> tuple[Mistake, ...]:
    """None yet."""
    return ()
