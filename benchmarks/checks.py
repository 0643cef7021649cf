"""How long `check` takes, without the reader's own time.

For every exercise: a right answer (all stages run), and every catalogued mistake (the diagnosis
runs). The reader's own time is what the answer itself needs, summed over all calls of it.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from os import environ
from pathlib import Path
from typing import Any

from byhand._catalogue import every_exercise
from byhand._checker import check
from byhand._checker.spec import Exercise
from tests.unit.checker_build import solved, wrong

ROUNDS = 5
MEDIAN_MS = 50.0
WORST_MS = 1000.0


class Stopwatch:
    """Adds up the time that is spent inside the functions it wraps."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def wrap(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, timed."""

        def timed(*args: Any) -> Any:
            start = time.perf_counter()
            try:
                return function(*args)
            finally:
                self.seconds += time.perf_counter() - start

        return timed

    def wrap_answer(self, answer: Any) -> Any:
        """A function timed, or a Function class with timed methods; a value as it is."""
        if isinstance(answer, type):
            methods = {
                name: staticmethod(self.wrap(getattr(answer, name)))
                for name in ("forward", "backward")
            }
            return type(answer.__name__, (answer,), methods)
        return self.wrap(answer) if callable(answer) else answer


def one_check(exercise: Exercise, answer: Any) -> float:
    """Milliseconds of one check, without the reader's own time."""
    watch = Stopwatch()
    timed = watch.wrap_answer(answer)
    start = time.perf_counter()
    check(exercise.id, timed)
    return 1000 * (time.perf_counter() - start - watch.seconds)


def of_exercise(exercise: Exercise) -> list[float]:
    """Milliseconds of each check of one exercise: right, and wrong in each catalogued way."""
    answers = [solved(exercise.id)]
    answers += [wrong(exercise, mistake) for mistake in exercise.mistakes]
    one_check(exercise, answers[0])  # what is loaded once is not counted
    return [one_check(exercise, answer) for _ in range(ROUNDS) for answer in answers]


def summary(times: list[float]) -> dict[str, float | int]:
    """Median and worst, in milliseconds."""
    return {
        "median_ms": round(statistics.median(times), 2),
        "worst_ms": round(max(times), 2),
        "checks": len(times),
    }


def measure() -> dict[str, object]:
    """Median and worst time of a check, for each exercise and for all; progress is recorded."""
    kept = environ.get("BYHAND_DATA_DIR")
    with tempfile.TemporaryDirectory() as folder:
        environ["BYHAND_DATA_DIR"] = str(Path(folder))
        try:
            start = time.perf_counter()
            check("mse-backward", solved("mse-backward"))
            first = 1000 * (time.perf_counter() - start)
            times = {exercise.id: of_exercise(exercise) for exercise in every_exercise()}
        finally:
            if kept is None:
                del environ["BYHAND_DATA_DIR"]
            else:
                environ["BYHAND_DATA_DIR"] = kept
    every = [value for values in times.values() for value in values]
    return {
        "all": summary(every),
        "first_check_ms": round(first, 2),
        "exercises": {name: summary(values) for name, values in times.items()},
        "required": {"median_ms": MEDIAN_MS, "worst_ms": WORST_MS},
        "reached": statistics.median(every) <= MEDIAN_MS and max(every) <= WORST_MS,
    }
