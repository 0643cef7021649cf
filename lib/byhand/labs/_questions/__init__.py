"""The predict-first questions of the book, chapter by chapter: data for `byhand.labs.Predict`.

To add a question:

1. Put it into ``QUESTIONS`` of the module of its chapter, ``chapter03.py`` and so on, in the order
   of the page. ``chapter01.py`` has examples of both kinds::

       Choice(
           id="grad-after-two-backwards",
           chapter=1,
           text="One or two sentences. `code` stands between backticks.",
           choices=(
               Wrong("what a reader may think", "Why it is not so: name the wrong idea."),
               Right("the answer", "Why it is so."),
           ),
       )
       Number(
           id="calls-for-ten-doublings",
           chapter=1,
           text="How often is `f` called?",
           answer=2047,
           tolerance=0.1,
           right="Why it is so.",
           typical={11: "Which wrong idea gives 11."},
           other="A hint for any other number that does not give the answer away.",
       )

   Explain *every* wrong choice, and the two or three wrong numbers that people really give.
   The answer stands here and nowhere else.
2. Put the computation of its answer into ``ANSWERS`` of ``tests/unit/predict_answers_NN.py``: the
   id, and a function without arguments that runs PyTorch. It returns the number, or the label of
   the right choice. It must *find* the answer, so let it compare or count what PyTorch did::

       "grad-after-two-backwards": grad_after_two_backwards,

   ``tests/unit/test_predict_answers.py`` fails for a question without a computation, and when the
   computed answer is not the stated one.
3. In the notebook write a cell ``labs.Predict("grad-after-two-backwards")`` before the cell with
   the surprising output. It stands in place of the box "Predict first", so the output of the next
   cell stays folded (``hide-output``). Let the prose below say the answer.
"""

from __future__ import annotations

import difflib
from functools import cache

from byhand._chapters import chapter_modules
from byhand.labs._questions.question import Choice, Number, Question, Right, Wrong

__all__ = ["Choice", "Number", "Question", "Right", "Wrong", "every_question", "find"]


@cache
def every_question() -> dict[str, Question]:
    """Return all questions by their ids, in the order of the book.

    Raises:
        ValueError: If two questions have one id, or one stands in the module of another chapter.
    """
    found: dict[str, Question] = {}
    for module in chapter_modules(__name__):
        for question in module.QUESTIONS:
            if question.id in found:
                raise ValueError(f"Two questions have the id {question.id!r}: rename one.")
            if not module.__name__.endswith(f"{question.chapter:02}"):
                raise ValueError(f"{question.id} stands in {module.__name__}: move it.")
            found[question.id] = question
    return found


def find(id: str) -> Question:
    """Return the question with this id.

    Raises:
        ValueError: If no question has this id; the message names the nearest ones.
    """
    known = every_question()
    if isinstance(id, str) and id in known:
        return known[id]
    wanted = str(id).lower().replace("_", "-")
    near = difflib.get_close_matches(wanted, known, n=3, cutoff=0.5)
    near = near or [name for name in known if wanted and wanted in name][:3]
    advice = (
        f"Did you mean {' or '.join(map(repr, near))}?"
        if near
        else f"There are {', '.join(known)}."
    )
    raise ValueError(f"There is no question {id!r}. {advice}")
