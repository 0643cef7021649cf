"""Small pieces of an exercise: outputs, wrong formulas, regions, hints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from torch import Tensor

Formula = Callable[..., Any]


@dataclass(frozen=True)
class Band:
    """Every number from `low` to `high` is right: at a kink, any subgradient."""

    low: Tensor
    high: Tensor


Expected = Tensor | Band | None
"""None stands for an input that needs no gradient: None or zeros are right."""


@dataclass(frozen=True)
class Output:
    """One thing that the answer gives back.

    Args:
        name: its name in the signature, such as ``grad_input``.
        none_note: what to tell a reader who returns None for it, where None is acceptable.
    """

    name: str
    none_note: str = ""


@dataclass(frozen=True)
class Mistake:
    """A wrong formula that learners really write.

    Args:
        code: its stable name.
        formula: computes what the mistaken answer returns, from the same arguments.
        message: which mistake it is, in one or two sentences.
        next_step: one thing to do now.
        hint: a question that leads to the mistake; the first hint after this diagnosis.
        part: the observed part that the formula stands for, ``"gradient"`` or ``"value"``.
        needs_all: the formula explains an answer only where no output of it is None.
    """

    code: str
    formula: Formula
    message: str
    next_step: str
    hint: str = ""
    part: str = "gradient"
    needs_all: bool = False


@dataclass(frozen=True)
class Region:
    """Where an answer may be right while it is wrong elsewhere.

    Args:
        words: completes "right where …".
        mask: a boolean tensor of the first output's shape, from the same arguments.
    """

    words: str
    mask: Callable[..., Tensor]


@dataclass(frozen=True)
class Ladder:
    """Hints from a question to a skeleton; the solution comes last."""

    question: str
    where: str
    formula: str
    skeleton: str
