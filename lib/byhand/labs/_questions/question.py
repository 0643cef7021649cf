"""What a predict-first question is made of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Right:
    """The right choice of a question: what it says, and why it is right."""

    label: str
    why: str


@dataclass(frozen=True)
class Wrong:
    """A wrong choice of a question: what it says, and which idea behind it is wrong."""

    label: str
    why: str


@dataclass(frozen=True)
class Choice:
    """A question with choices, of which one is right.

    Texts may hold inline ``code`` between backticks, and no other markup.

    Attributes:
        id: Lower-case words with hyphens, one in the whole book.
        chapter: Number of its chapter, 1 to 11.
        text: The question, one or two sentences.
        choices: One `Right` and one or more `Wrong`, in the order of the page.

    Raises:
        ValueError: If a text is missing, a label stands twice, or not exactly one choice is right.
    """

    id: str
    chapter: int
    text: str
    choices: tuple[Right | Wrong, ...]

    def __post_init__(self) -> None:
        _check_head(self)
        labels = [choice.label for choice in self.choices]
        rights = [choice for choice in self.choices if isinstance(choice, Right)]
        if len(rights) != 1 or len(labels) < 2:
            raise ValueError(
                f"{self.id} has {len(rights)} right choices of {len(labels)}: "
                "give one Right and at least one Wrong."
            )
        if len(set(labels)) < len(labels):
            raise ValueError(f"{self.id} has a choice twice: {labels}.")
        _check_texts(self.id, *labels, *(choice.why for choice in self.choices))

    @property
    def answer(self) -> str:
        """The label of the right choice."""
        return next(choice.label for choice in self.choices if isinstance(choice, Right))


@dataclass(frozen=True)
class Number:
    """A question whose answer is a number.

    Texts may hold inline ``code`` between backticks, and no other markup.

    Attributes:
        id: Lower-case words with hyphens, one in the whole book.
        chapter: Number of its chapter, 1 to 11.
        text: The question, one or two sentences.
        answer: The right number.
        tolerance: How far a right reply may be from `answer`, above 0.
        right: Why the answer is right.
        typical: For each typical wrong number, which idea behind it is wrong.
        other: A hint for any other wrong number. It must not give the answer away.

    Raises:
        ValueError: If a text is missing, or two numbers are too close to tell apart.
    """

    id: str
    chapter: int
    text: str
    answer: float
    right: str
    typical: Mapping[float, str]
    other: str
    tolerance: float = field(default=1e-3)

    def __post_init__(self) -> None:
        _check_head(self)
        if not self.typical:
            raise ValueError(f"{self.id} has no typical wrong number: explain at least one.")
        if self.tolerance <= 0:
            raise ValueError(f"{self.id} has the tolerance {self.tolerance}; it must be above 0.")
        numbers = sorted([self.answer, *self.typical])
        if any(high - low <= 2 * self.tolerance for low, high in pairwise(numbers)):
            raise ValueError(
                f"{self.id} knows the numbers {numbers}: with a tolerance of {self.tolerance} "
                "two of them cannot be told apart."
            )
        _check_texts(self.id, self.right, self.other, *self.typical.values())


Question = Choice | Number


def _check_head(question: Question) -> None:
    if not _ID.fullmatch(question.id):
        raise ValueError(f"{question.id!r} is no id: use lower-case words with hyphens.")
    if not 1 <= question.chapter <= 11:
        raise ValueError(f"{question.id} is in chapter {question.chapter}; there are 1 to 11.")
    _check_texts(question.id, question.text)


def _check_texts(name: str, *texts: str) -> None:
    for text in texts:
        if not text.strip() or text.count("`") % 2:
            raise ValueError(f"{name} has an empty text, or one with a single backtick: {text!r}.")
