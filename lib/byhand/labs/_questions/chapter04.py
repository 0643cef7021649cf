"""The questions of chapter 4."""

from typing import Final

from byhand.labs._questions.question import Question

QUESTIONS: Final[tuple[Question, ...]] = ()
