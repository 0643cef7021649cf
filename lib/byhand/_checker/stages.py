"""The stages of a check, in order; the first failure is the one headline."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from byhand._checker.crash import crashed, wrong_order
from byhand._checker.diagnose import diagnose
from byhand._checker.extra import invariants, probes
from byhand._checker.inputs import Inputs
from byhand._checker.observer import Observer
from byhand._checker.reading import Case, read, shape_fault, type_fault
from byhand._checker.scene import Scene, wrong_outputs
from byhand._checker.spec import Exercise, Finding, Observation
from byhand._checker.wording import listing


def examine(
    exercise: Exercise, answer: Any, seeds: Iterable[int] | None = None
) -> Finding | tuple[str, ...]:
    """The finding of an answer that fails, or the notes for one that passes.

    Args:
        exercise: the exercise.
        answer: whatever the reader passed.
        seeds: seeds of the random inputs; the exercise's own unless given.
    """
    accepted = exercise.kind.accept(answer, exercise)
    if isinstance(accepted, Finding):
        return accepted
    ready, notes = accepted
    observe = Observer(exercise, ready)
    chosen = exercise.seeds if seeds is None else tuple(seeds)
    outcome = _stages(exercise, observe, chosen)
    if isinstance(outcome, Finding):
        return outcome if outcome.status == "not started" else _reordered(exercise, ready, outcome)
    return tuple(dict.fromkeys((*notes, *outcome)))


def _stages(
    exercise: Exercise, observe: Observer, seeds: tuple[int, ...]
) -> Finding | tuple[str, ...]:
    runs: list[Observation] = []
    for seed in seeds:
        run = observe(exercise.make(Inputs(seed)))
        if run.failure is not None and not run.parts:
            return crashed(exercise, run, started=bool(runs))
        runs.append(run)
    finding = judge(exercise, runs, observe) or _failed(exercise, runs)
    finding = finding or invariants(exercise, runs, observe)
    if finding is not None:
        return _with_changes(finding, runs)
    special = probes(exercise, observe)
    if isinstance(special, Finding):
        return special
    return (*_notes(exercise, runs), *special)


def _with_changes(finding: Finding, runs: list[Observation]) -> Finding:
    """The finding, with a note on an argument that changed, where it is not the headline."""
    names = listing(dict.fromkeys(f"`{name}`" for run in runs for name in run.changed))
    if not names or finding.code.startswith("changed-"):
        return finding
    note = f"The call also changes {names} in place. Compute into a new tensor."
    return replace(finding, notes=(*finding.notes, note))


def _failed(exercise: Exercise, runs: list[Observation]) -> Finding | None:
    """What raised, where what came back before explains nothing."""
    for run in runs:
        if run.failure is not None:
            return crashed(exercise, run)
    return None


def judge(exercise: Exercise, runs: list[Observation], observe: Observer) -> Finding | None:
    """Stages 1 to 3: form of what came back, then its numbers, part by part."""
    readings: dict[str, list[Case]] = {}
    for part in exercise.kind.parts:
        for run in runs:
            if part not in run.parts:
                continue
            reading = read(exercise, part, run)
            if isinstance(reading, Finding):
                return _in_case(exercise, run, reading)
            readings.setdefault(part, []).append(reading)
    for check in (_form, _explain):
        for part, cases in readings.items():
            finding = check(exercise, part, cases, observe)
            if finding is not None:
                return finding
    return None


def _form(exercise: Exercise, part: str, cases: list[Case], observe: Observer) -> Finding | None:
    """Shape and floating-point type. What is wrong is explained where it can be."""
    for case in cases:
        fault = shape_fault(exercise, part, case)
        if fault is not None:
            explained = _explain(exercise, part, cases, observe)
            known = explained is not None and explained.code != "not-recognised"
            return explained if known else _in_case(exercise, case.observation, fault)
    for case in cases:
        fault = type_fault(exercise, part, case)
        if fault is not None:
            explained = _explain(exercise, part, cases, observe)
            if explained is None or not _in_catalogue(exercise, explained.code):
                return fault
            return replace(explained, notes=(*explained.notes, fault.message))
    return None


def _in_catalogue(exercise: Exercise, code: str) -> bool:
    """Whether a wrong formula has this code: then it counts more than a wrong type."""
    return any(mistake.code == code for mistake in exercise.mistakes)


def _explain(exercise: Exercise, part: str, cases: list[Case], observe: Observer) -> Finding | None:
    wrong = wrong_outputs(cases, exercise.rtol)
    if not wrong:
        return None
    return diagnose(Scene(exercise, part, tuple(cases), wrong[0]), observe)


def _in_case(exercise: Exercise, run: Observation, finding: Finding) -> Finding:
    """The finding, with the words of its case."""
    words = exercise.case_words(run.args)
    return replace(finding, evidence=f"for {words}") if words and not finding.evidence else finding


def _notes(exercise: Exercise, runs: list[Observation]) -> tuple[str, ...]:
    """Notes on what is acceptable and worth knowing."""
    notes: list[str] = []
    for part in exercise.kind.parts:
        if part in runs[0].parts:
            reading = read(exercise, part, runs[0])
            notes += [] if isinstance(reading, Finding) else reading.notes
    return tuple(notes)


def _reordered(exercise: Exercise, answer: Any, finding: Finding) -> Finding:
    """The order of the parameters, where that explains why an answer fails."""
    names = exercise.parameters
    from_forward = exercise.kind.parts[0] != "gradient" and names[:1] == ("grad_output",)
    callable_names = names[1:] if from_forward else names
    return wrong_order(answer, callable_names) or finding
