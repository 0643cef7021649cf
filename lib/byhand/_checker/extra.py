"""Stages 4 to 6: what must hold for any backward, and the special cases of an exercise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import torch

from byhand._checker.behaviour import takes_grad_output
from byhand._checker.compare import close
from byhand._checker.crash import crashed
from byhand._checker.inputs import Inputs
from byhand._checker.observer import Observer
from byhand._checker.reading import Case, read, shape_fault, type_fault
from byhand._checker.scene import Scene, evidence, output_right, wrong_outputs
from byhand._checker.spec import Args, Exercise, Finding, Observation, Probe

FLOAT32_RTOL = 1e-4


def invariants(
    exercise: Exercise, runs: Sequence[Observation], observe: Observer
) -> Finding | None:
    """Inputs unchanged, the same result twice, linear in `grad_output`."""
    for run in runs:
        if run.changed:
            return _changed(run.changed[0], exercise, run.args)
    finding = _not_repeatable(exercise, runs[0], observe)
    if finding is None and takes_grad_output(exercise):
        finding = _not_linear(exercise, runs[0].args, observe)
    return finding


def _changed(name: str, exercise: Exercise, args: Args) -> Finding:
    code = "changed-grad-output" if name == "grad_output" else "changed-input"
    why = (
        "Autograd may hand the same tensor to other backwards, which would then get wrong numbers."
        if name == "grad_output"
        else "The caller's data is different after the call, and other backwards may need it."
    )
    given = dict(zip(exercise.parameters, args, strict=False)).get(name)
    advice = (
        f"Compute into a new tensor: `x * 2` in place of `x *= 2` or `x.mul_(2)`, or begin with "
        f"`{name}.clone()`."
    )
    if isinstance(given, list):
        advice = f"Take nothing out of `{name}` and put nothing in: work on `list({name})`."
    return Finding(
        code,
        f"The numbers that you return are right, but the call changes `{name}` in place. {why}",
        advice,
    )


def _not_repeatable(exercise: Exercise, first: Observation, observe: Observer) -> Finding | None:
    second = observe(first.args)
    if second.failure is not None:
        return crashed(exercise, second, ", in a second call with equal inputs")
    for part in first.parts:
        before, after = read(exercise, part, first), read(exercise, part, second)
        if isinstance(before, Finding) or isinstance(after, Finding):
            continue
        for old, new, name in zip(before.got, after.got, exercise.outputs, strict=False):
            if old is not None and new is not None and not close(new, old.double(), 1e-9):
                return Finding(
                    "not-repeatable",
                    f"Two calls with equal inputs give different results for {name.name}.",
                    "Look for random numbers, and for something that is kept from one call to "
                    "the next.",
                )
    return None


def _not_linear(exercise: Exercise, args: Args, observe: Observer) -> Finding | None:
    grad_output, *rest = args
    for factor, words in ((-3.0, "−3 times the"), (0.0, "a zero")):
        changed = (factor * grad_output, *rest)
        run = observe(changed)
        if run.failure is not None:
            return crashed(exercise, run, f", for {words} `grad_output`")
        for part in run.parts:
            case = read(exercise, part, run)
            if isinstance(case, Finding):
                return case
            if wrong_outputs([case], exercise.rtol):
                return Finding(
                    "not-linear-in-grad-output",
                    f"The result is wrong for {words} `grad_output`. A backward is linear in "
                    "`grad_output`, always.",
                    "Let `grad_output` appear once, as a factor; never test or divide by it.",
                    _case_evidence(exercise, part, case),
                )
    return None


def _case_evidence(exercise: Exercise, part: str, case: Case, rtol: float | None = None) -> str:
    """The worst entry of one case."""
    tolerance = exercise.rtol if rtol is None else rtol
    for k, (got, want) in enumerate(zip(case.got, case.want, strict=True)):
        if got is not None and want is None and not output_right(got, want, tolerance):
            return f"{exercise.kind.outputs(exercise, part)[k].name} is not needed here"
        if not output_right(got, want, tolerance):
            return evidence(Scene(replace(exercise, rtol=tolerance), part, (case,), k))
    return ""


def probes(exercise: Exercise, observe: Observer) -> Finding | tuple[str, ...]:
    """The special cases; a finding for the first that fails, or notes."""
    notes: list[str] = []
    for probe in exercise.probes:
        finding = _probe(exercise, probe, observe)
        if finding is None:
            continue
        if probe.lenient and finding.status == "crashed":
            notes.append(f"For {probe.label}: {finding.message}. {probe.next_step}")
        elif not probe.note_only:
            return finding
        else:
            notes.append(f"{probe.message} {probe.next_step}".strip())
    return tuple(notes)


def _probe(exercise: Exercise, probe: Probe, observe: Observer) -> Finding | None:
    args = probe.make(Inputs(probe.seed, probe.dtype, probe.shape))
    altered = exercise if probe.kind is None else replace(exercise, kind=probe.kind)
    run = observe(args) if probe.kind is None else observe.with_kind(probe.kind)(args)
    if run.failure is not None:
        return crashed(altered, run, f", for {probe.label}")
    wants: dict[str, Any] = {} if probe.expected is None else dict(probe.expected(*args))
    rtol = exercise.rtol if probe.dtype == torch.float64 else FLOAT32_RTOL
    for part in altered.kind.parts:
        if part in run.parts:
            finding = _probe_part(altered, probe, part, run, wants.get(part), rtol)
            if finding is not None:
                return finding
    if run.changed:
        return _changed(run.changed[0], exercise, run.args)
    return None


def _probe_part(
    exercise: Exercise, probe: Probe, part: str, run: Observation, want: Any, rtol: float
) -> Finding | None:
    case = read(exercise, part, run, want)
    if isinstance(case, Finding):
        case = replace(case, message=f"For {probe.label}: {case.message}")
        if case.code != "returned-none":
            return case
        return replace(case, code=probe.code, next_step=probe.next_step)
    fault = shape_fault(exercise, part, case) or type_fault(exercise, part, case)
    if fault is not None:
        code = fault.code if fault.code == "wrong-dtype" else probe.code
        return replace(fault, code=code, message=f"For {probe.label}: {fault.message}")
    shown = _case_evidence(exercise, part, case, rtol)
    if not shown:
        return None
    return Finding(probe.code, probe.message, probe.next_step, f"for {probe.label}, {shown}")
