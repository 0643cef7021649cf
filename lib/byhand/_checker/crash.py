"""Exceptions of an answer, explained."""

from __future__ import annotations

import re

from byhand._checker.advice import ADVICE, NEXT
from byhand._checker.arguments import parameter_names
from byhand._checker.spec import Exercise, Finding, Observation
from byhand._checker.wording import a_kind_of


def crashed(
    exercise: Exercise, run: Observation, where: str = "", started: bool = False
) -> Finding:
    """The finding for a call that raised an exception.

    Args:
        exercise: the exercise.
        run: the call; its failure is not None.
        where: the special case in words, beginning with a comma; may be empty.
        started: an earlier call returned something.
    """
    failure, args = run.failure, run.args
    assert failure is not None
    if failure.not_started and not started and not where:
        return _not_started(exercise, run)
    code, step = "raised", dict(NEXT).get(failure.name, "Read the last line of the message first.")
    for part, own_code, own_step in reversed(ADVICE):
        if part in failure.text:
            code, step = own_code, own_step
    if exercise.kind.mutates and code == "changed-input":
        code, step = "missing-no-grad", "Put the update under `with torch.no_grad():`."
    text = failure.text.strip().splitlines()
    first = text[0][:300] if text else "(no message)"
    shown = "; ".join(
        f"{name} {a_kind_of(value)}"
        for name, value in zip(exercise.parameters, args, strict=True)
        if hasattr(value, "shape")
    )
    words = exercise.case_words(args)
    shown = "; ".join(text for text in (shown, words) if text)
    line = f"in the line `{failure.line}`" if failure.line else "outside your own lines"
    line = f"in {failure.line}" if re.match(r"line \d+ of ", failure.line) else line
    return Finding(
        code,
        f"Your code raised {failure.name}: {first}{' …' if len(text) > 1 else ''}",
        step,
        f"{line}{where}{f', with {shown}' if shown else ''}",
        status="crashed",
    )


def _not_started(exercise: Exercise, run: Observation) -> Finding:
    what = "the function"
    if "engine" in exercise.kind.parts:
        what = "`backward`" if "value" in run.parts else "`forward`"
    return Finding(
        "",
        f"You have not written {what} yet: it raises NotImplementedError.",
        "Replace the line `raise NotImplementedError` by your own. `hint` helps you start.",
        status="not started",
    )


def wrong_order(answer: object, names: tuple[str, ...]) -> Finding | None:
    """The parameters have the expected names in another order."""
    own = parameter_names(answer)
    if own is None or tuple(own) == names or sorted(own) != sorted(names):
        return None
    return Finding(
        "argument-order",
        f"Your function takes `({', '.join(own)})`; it is called with `({', '.join(names)})`, "
        "by position.",
        "Put the parameters in this order.",
    )
