"""The stated answer of every predict-first question is the one that PyTorch computes."""

import importlib
from collections.abc import Callable, Mapping

import pytest

from byhand.labs._questions import Choice, Number, Right, Wrong, every_question

CHAPTERS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
Answers = Mapping[str, Callable[[], float | str]]


def answers_of(chapter: int) -> Answers:
    """The computations of one chapter, by the ids of its questions."""
    found: Answers = importlib.import_module(f"tests.unit.predict_answers_{chapter:02}").ANSWERS
    return found


COMPUTED = {name: run for chapter in CHAPTERS for name, run in answers_of(chapter).items()}


def test_there_are_questions() -> None:
    assert every_question()


@pytest.mark.parametrize("name", sorted(every_question()))
def test_answer_is_what_pytorch_computes(name: str) -> None:
    question = every_question()[name]
    assert name in COMPUTED, f"tests/unit/predict_answers_{question.chapter:02}.py lacks {name}"
    computed = COMPUTED[name]()
    if isinstance(question, Number):
        assert isinstance(computed, int | float), computed
        assert abs(computed - question.answer) <= question.tolerance
        for wrong in question.typical:
            assert abs(computed - wrong) > question.tolerance, f"{wrong} is right"
    else:
        labels = [choice.label for choice in question.choices]
        assert computed in labels, f"no choice is {computed!r}: {labels}"
        assert computed == question.answer


def test_every_computation_has_its_question() -> None:
    for chapter in CHAPTERS:
        ids = {one.id for one in every_question().values() if one.chapter == chapter}
        assert set(answers_of(chapter)) == ids, f"chapter {chapter}"


def choice(*choices: Right | Wrong, id: str = "a-question", text: str = "What?") -> Choice:
    return Choice(id=id, chapter=1, text=text, choices=choices)


def number(typical: dict[float, str], tolerance: float = 0.1) -> Number:
    return Number(
        id="a-question", chapter=1, text="What?", answer=1.0, tolerance=tolerance,
        right="Yes.", typical=typical, other="Try again.",
    )  # fmt: skip


def test_questions_that_cannot_be_asked_are_refused() -> None:
    yes, no = Right("yes", "It is."), Wrong("no", "It is not.")
    assert choice(yes, no).answer == "yes"
    assert number({2.0: "Too large."}).answer == 1
    for wrong, message in (
        (lambda: choice(no, Wrong("never", "Why?")), "0 right choices of 2"),
        (lambda: choice(yes, Right("of course", "Why?")), "2 right choices of 2"),
        (lambda: choice(yes), "1 right choices of 1"),
        (lambda: choice(yes, Wrong("yes", "Twice.")), "a choice twice"),
        (lambda: choice(yes, Wrong("no", " ")), "an empty text"),
        (lambda: choice(yes, no, text="`x is what?"), "a single backtick"),
        (lambda: choice(yes, no, id="A question"), "is no id"),
        (lambda: number({}), "no typical wrong number"),
        (lambda: number({1.15: "Near."}), "cannot be told apart"),
        (lambda: number({2.0: "Too large."}, tolerance=0.0), "must be above 0"),
    ):
        with pytest.raises(ValueError, match=message):
            wrong()
