"""The questions of chapter 3."""

from typing import Final

from byhand.labs._questions.question import Question

QUESTIONS: Final[tuple[Question, ...]] = ()
