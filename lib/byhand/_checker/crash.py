"""Exceptions of an answer, explained."""

from __future__ import annotations

import re

from byhand._checker.arguments import parameter_names
from byhand._checker.spec import Exercise, Finding, Observation
from byhand._checker.wording import a_kind_of

ADVICE = (
    (
        "'NoneType' object has no attribute 'save_for_backward'",
        "called-forward",
        "`forward` was called directly, without a `ctx`. Call `apply`: it makes the `ctx`, runs "
        "`forward` and records the backward.",
    ),
    (
        "forward() missing",
        "called-forward",
        "Call `apply`, not `forward`: `apply` supplies the `ctx`.",
    ),
    (
        "returned an incorrect number of gradients",
        "wrong-count",
        "`backward` returns one gradient for each input of `forward`, in the same order, as "
        "a tuple; None stands for those that need none.",
    ),
    (
        "modified by an inplace operation",
        "changed-saved-tensor",
        "A tensor that backward needs was changed in place. Compute into a new tensor.",
    ),
    (
        "save_for_backward can only save variables",
        "saved-non-tensor",
        "`save_for_backward` takes tensors. Keep other values on the ctx: `ctx.delta = delta`.",
    ),
    (
        "not enough values to unpack (expected 2, got 0)",
        "raised",
        "If this is `ctx.saved_tensors`: it is empty, because `forward` saved nothing. Call "
        "`ctx.save_for_backward(…)` there.",
    ),
    (
        "view size is not compatible",
        "raised",
        "Use `reshape`: `view` works only where the numbers lie in order in memory.",
    ),
    (
        "does not require grad and does not have a grad_fn",
        "raised",
        "The inputs of a backward require no gradient. Write the gradient as a formula; if you "
        "want autograd, begin with `input.detach().requires_grad_()`.",
    ),
    (
        "Boolean value of Tensor",
        "raised",
        "A tensor of many numbers is neither true nor false. Choose for each element with "
        "`torch.where(condition, a, b)`.",
    ),
    (
        "must match the size of tensor",
        "raised",
        "Print the shapes of the two tensors in this line.",
    ),
    (
        "shapes cannot be multiplied",
        "raised",
        "Print both shapes. The inner sizes of a matrix product must agree; one of the two may "
        "need `.T`.",
    ),
    (
        "positional argument",
        "raised",
        "Compare how many arguments the called function takes and how many it gets.",
    ),
    (
        "leaf Variable that requires grad is being used in an in-place operation",
        "changed-input",
        "The input is changed in place. Compute into a new tensor: `x = x * 2`, not `x *= 2`.",
    ),
)
"""Part of a message, our code for it, and what to do; the first that fits counts."""

NEXT = (
    ("NotImplementedError", "This case is not written yet; other cases are."),
    ("NameError", "Check the spelling, and run the cell that defines the name or imports it."),
    ("RecursionError", "The function calls itself without end. Look for its own name in its body."),
    ("SystemExit", "Leave out `exit()` and `sys.exit()`: they would end the kernel."),
    ("ZeroDivisionError", "Ask which size can be zero, and whether it is the size you mean."),
    ("AssertionError", "An `assert` of yours is false for this input."),
)
"""What to do next, by the exception's name."""


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
