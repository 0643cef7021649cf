"""Wrong states after a right step of Adam."""

from __future__ import annotations

import torch
from torch import Tensor

from byhand._catalogue.chapter07.adam_now import FIRST, SECOND, Now, Rule, each
from byhand._checker.spec import Mistake


def _stored(name: str, kept: int, right: Rule, corrected: Rule, rule: str) -> tuple[Mistake, ...]:
    """What may be wrong with a state after a right step."""
    ask = f"What will this function find in `{name}` in the next step?"

    def mistake(code: str, wrong: Rule, message: str, step: str) -> Mistake:
        return Mistake(code, each(wrong, kept), message, step, ask, part=name)

    return (
        mistake("average-not-stored", lambda x: (x.w, x.m, x.v)[kept],
                f"The parameters are right, and `{name}` holds what it held before the call.",
                "Change the tensor in place, with `mul_` and `add_`. A line `m = …` makes a new "
                "tensor, and the caller never sees it."),
        mistake("correction-stored", corrected,
                f"`{name}` holds the corrected average. The correction is for this step only: "
                "stored, it would be made again and again.",
                f"Store {rule} The correction goes into a new tensor."),
        mistake("average-cleared", lambda x: torch.zeros_like(x.w),
                f"`{name}` is zero after the call, so all earlier gradients are forgotten.",
                "Clear `.grad` only."),
        mistake("averaged-twice", lambda x: _twice(x, kept),
                f"The gradient was put into `{name}` twice.",
                "Update each average once for each parameter."),
        mistake("gradient-stored", lambda x: x.g**kept,
                f"`{name}` holds {('', 'the gradient', 'the squared gradient')[kept]} of this step "
                "alone.", rule),
        mistake("stored-without-share", lambda x: _in_full(x, kept),
                f"In `{name}` the new gradient counts in full: the factor 1 − β is missing.", rule),
        mistake("other-average-stored", lambda x: x.first if kept == 2 else x.second,
                f"`{name}` holds the other average.", rule),
        mistake("root-stored", lambda x: right(x).abs().sqrt(),
                f"`{name}` holds a root of the average.", rule),
    )  # fmt: skip


def _twice(x: Now, kept: int) -> Tensor:
    beta, new = (x.b1, x.g) if kept == 1 else (x.b2, x.g**2)
    return beta * (x.first if kept == 1 else x.second) + (1 - beta) * new


def _in_full(x: Now, kept: int) -> Tensor:
    return x.b1 * x.m + x.g if kept == 1 else x.b2 * x.v + x.g**2


def state_mistakes() -> tuple[Mistake, ...]:
    """What may be wrong with the averages that are kept."""
    return (
        *_stored("means", 1, lambda x: x.first, lambda x: x.first / (1 - x.b1**x.t), FIRST),
        *_stored("squares", 2, lambda x: x.second, lambda x: x.second / (1 - x.b2**x.t), SECOND),
    )
