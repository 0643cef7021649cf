"""The questions of chapter 5."""

from typing import Final

from byhand.labs._questions.question import Question

QUESTIONS: Final[tuple[Question, ...]] = ()
