"""The public functions of the exercise checker."""

from __future__ import annotations

import difflib
from dataclasses import replace
from typing import Any, Literal, cast

from byhand._catalogue import every_exercise
from byhand._checker import hinting, store
from byhand._checker.guard import attempt, isolated
from byhand._checker.result import Result, Status
from byhand._checker.spec import Exercise, Finding
from byhand._checker.stages import examine
from byhand._checker.views import ExerciseList, Hint, Notice, Progress, Row, Solution


def find(id: str) -> Exercise:
    """The exercise with this id.

    Raises:
        ValueError: no exercise has this id; the message names the nearest ones.
    """
    known = {exercise.id: exercise for exercise in every_exercise()}
    if isinstance(id, str) and id in known:
        return known[id]
    wanted = str(id).lower().replace("_", "-")
    near = [name for name in known if wanted and wanted in name][:3]
    near = near or difflib.get_close_matches(wanted, known, n=3, cutoff=0.5)
    advice = (
        f"Did you mean {' or '.join(repr(name) for name in near)}?"
        if near
        else "`byhand.exercises()` lists them all."
    )
    raise ValueError(f"There is no exercise {id!r}. {advice}")


def check(id: str, answer: Any, *, record: bool = True) -> Result:
    """Check an answer to an exercise, and say which mistake it has.

    Args:
        id: the exercise, such as ``"mse-backward"``.
        answer: what the exercise asks for: a function, an autograd.Function, a tensor, a number
            or a training step. Nothing that is passed here makes `check` raise.
        record: keep the outcome in the progress file.

    Returns:
        The outcome; it is true where the answer passed.

    Raises:
        ValueError: no exercise has this id.
        KeyboardInterrupt: the reader interrupted the answer.
    """
    exercise = find(id)
    result = judge(exercise, answer)
    if not record or result.status == "not started":
        return result
    note = store.update(lambda records: _remember(records, result))
    return replace(result, notes=(*result.notes, note)) if note else result


def judge(exercise: Exercise, answer: Any) -> Result:
    """The result of an answer, without recording it."""
    outcome: list[Finding | tuple[str, ...]] = []
    with isolated():
        failure = attempt(lambda: outcome.append(examine(exercise, answer)), quiet=False)
    if failure is not None:
        finding = Finding(
            "cannot-examine",
            f"The check could not look at this answer: {failure.name}: {failure.text[:300]}",
            f"This exercise asks for {exercise.kind.wanted}. Pass that: `{exercise.check_line()}`.",
            status="crashed",
        )
    elif isinstance(outcome[0], Finding):
        finding = outcome[0]
    else:
        return Result(exercise.id, "passed", None, praise(exercise), notes=outcome[0])
    return Result(
        exercise.id,
        cast(Status, finding.status),
        finding.code or None,
        finding.message,
        finding.evidence,
        finding.next_step,
        finding.notes,
    )


def praise(exercise: Exercise) -> str:
    """What was compared, for an answer that passed."""
    if exercise.kind.parts == ("value",):
        return "Right. These are the numbers that PyTorch computes."
    special = [probe.label for probe in exercise.probes if probe.listed and not probe.note_only]
    text = f"Right. It agrees with PyTorch on {len(exercise.seeds)} random inputs"
    return f"{text}, and for {'; '.join(special)}." if special else f"{text}."


def _remember(records: store.Records, result: Result) -> None:
    old = records.get(result.exercise, store.Record())
    records[result.exercise] = replace(
        old,
        passed=old.passed or bool(result),
        attempts=old.attempts + 1,
        mistake=result.mistake,
    )


def hint(id: str, level: Literal[1, 2, 3, 4, 5] | None = None) -> Hint:
    """The next hint for an exercise: question, where to look, formula, skeleton, solution.

    Args:
        id: the exercise.
        level: 1 to 5, to see one hint again; the next one unless given.

    Raises:
        ValueError: no exercise has this id, or the level is not 1 to 5.
    """
    exercise = find(id)
    if level is not None and (isinstance(level, bool) or level not in range(1, hinting.LAST + 1)):
        raise ValueError(
            f"level is {level!r}; expected a whole number from 1 (a question) to "
            f"{hinting.LAST} (the solution), or None for the next hint."
        )
    records, note = store.load()
    record = records.get(id, store.Record())
    if level is not None:
        return hinting.make_hint(exercise, record, int(level), note)
    following = hinting.next_level(exercise, record)

    def remember(current: store.Records) -> None:
        current[id] = hinting.shown(current.get(id, store.Record()), following)

    note = store.update(remember) or note
    return hinting.make_hint(exercise, record, following, note)


def solution(id: str) -> Solution:
    """The solution of an exercise, the same text as on the page.

    Raises:
        ValueError: no exercise has this id.
    """
    return Solution(id, find(id).solution)


def exercises(chapter: int | None = None) -> ExerciseList:
    """The exercises of a chapter, or of the whole book, and which have passed.

    Raises:
        ValueError: the chapter has no exercises.
    """
    every = every_exercise()
    chosen = [x for x in every if chapter is None or x.chapter == chapter]
    if not chosen:
        numbers = ", ".join(str(n) for n in sorted({x.chapter for x in every}))
        raise ValueError(f"chapter is {chapter!r}; chapters with exercises are {numbers}.")
    records, note = store.load()
    rows = tuple(
        Row(x.id, x.chapter, x.title, x.level, x.skills, _status(records.get(x.id))) for x in chosen
    )
    return ExerciseList(rows, note)


def _status(record: store.Record | None) -> str:
    if record is None or record.attempts == 0:
        return "not started"
    return "passed" if record.passed else "tried"


def progress() -> Progress:
    """How many exercises have passed, chapter by chapter."""
    records, note = store.load()
    counts: dict[int, tuple[int, int]] = {}
    for exercise in every_exercise():
        passed, total = counts.get(exercise.chapter, (0, 0))
        done = records.get(exercise.id, store.Record()).passed
        counts[exercise.chapter] = (passed + done, total + 1)
    return Progress(counts, note)


def reset(id: str | None = None) -> Notice:
    """Forget the progress of one exercise, or of all.

    Raises:
        ValueError: no exercise has this id.
    """
    if id is not None:
        find(id)

    def forget(records: store.Records) -> None:
        if id is None:
            records.clear()
        else:
            records.pop(id, None)

    note = store.update(forget)
    done = (
        "Progress of all exercises is forgotten."
        if id is None
        else f"Progress of {id} is forgotten."
    )
    return Notice(note or done)
