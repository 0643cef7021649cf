"""Which hint comes next."""

from __future__ import annotations

from dataclasses import replace

from byhand._checker.spec import Exercise
from byhand._checker.store import Record
from byhand._checker.views import Hint

LAST = 5

GENERIC = (
    ("missing-grad-output", "What does autograd hand to your function, and where do you use it?"),
    ("wrong-sign", "Which of the two is subtracted from the other, and which one do you vary?"),
    ("constant-factor", "Which factors does the derivative bring down, and which does a mean add?"),
    ("wrong-shape", "How many numbers can you move? How many slopes are there, then?"),
    ("transposed", "Which index of the result counts what?"),
    ("unsummed-broadcast", "One number was used in several places. What happens to its slopes?"),
    ("summed", "How many entries of the input can you move one by one?"),
    ("not-finite", "Which step of your formula has no value for this input?"),
    ("cut-graph", "At which line does your result stop being a tensor that knows its history?"),
    ("changed-input", "Which line writes into a tensor that belongs to the caller?"),
    ("changed-grad-output", "Which line writes into a tensor that belongs to the caller?"),
    ("wrong-dtype", "Where do the digits of a float64 input get lost?"),
    ("returned-none", "Which line hands the result back?"),
    ("wrong-count", "What does the exercise ask you to return, and how many things is that?"),
    ("off-diagonal-missing", "If you move one input, which outputs move?"),
    ("samples-mixed", "Along which dimension do the samples lie?"),
    ("called-forward", "Who makes the `ctx`?"),
    ("missing-none", "How many inputs does forward have, and how many values do you return?"),
    ("once-differentiable", "What does the decorator above your backward promise?"),
    ("unneeded-gradient", "Which inputs can be moved a little, and which are only settings?"),
    ("saved-non-tensor", "Which of the things that you save are tensors?"),
    ("graph-freed", "What does a backward do with the tensors that its graph has saved?"),
    ("missing-grad-outputs", "For an output of several numbers: which vector v of vᵀJ is meant?"),
    ("wrong-grad-outputs", "vᵀJ: does v count the outputs or the inputs?"),
)
"""A first question for mistakes that any exercise can have."""


def own_question(exercise: Exercise, code: str | None) -> str:
    """The question that leads to one mistake, or an empty text."""
    for mistake in exercise.mistakes:
        if mistake.code == code and mistake.hint:
            return mistake.hint
    for probe in exercise.probes:
        if probe.code == code:
            return probe.next_step
    return dict(GENERIC).get(code or "", "")


def next_level(exercise: Exercise, record: Record) -> int:
    """One more than last time; from the start again for a new mistake with its own question."""
    fresh = record.mistake != record.hinted_mistake
    if fresh and own_question(exercise, record.mistake):
        return 1
    return min(record.hints + 1, LAST)


def shown(record: Record, level: int) -> Record:
    """The record after a hint was shown."""
    return replace(record, hints=level, hinted_mistake=record.mistake)


def make_hint(exercise: Exercise, record: Record, level: int, note: str = "") -> Hint:
    """The hint of one level; the first depends on the mistake that was diagnosed last."""
    ladder = exercise.ladder
    if level == 1:
        text = own_question(exercise, record.mistake) or ladder.question
        return Hint(exercise.id, 1, text, note=note)
    if level == 2:
        return Hint(exercise.id, 2, ladder.where, note=note)
    if level == 3:
        return Hint(exercise.id, 3, ladder.formula, note=note)
    if level == 4:
        return Hint(exercise.id, 4, "Fill in the dots.", ladder.skeleton, note)
    text = "This is one right answer. Close it, and write it again from memory."
    return Hint(exercise.id, LAST, text, exercise.solution, note)
