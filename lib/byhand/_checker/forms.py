"""Whether an answer has the form that its exercise asks for."""

from __future__ import annotations

import inspect
from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function

from byhand._checker.arguments import signature_fault
from byhand._checker.spec import Exercise, Finding
from byhand._checker.wording import a_kind_of

NOT_STATIC = (
    "`{name}` has no `@staticmethod`. PyTorch runs it all the same, because `apply` calls it on "
    "the class; write `@staticmethod`, so that the first argument is clearly `ctx` and not `self`."
)


def is_function_class(value: Any) -> bool:
    """Whether `value` is a subclass of torch.autograd.Function."""
    return isinstance(value, type) and issubclass(value, Function)


def nothing_yet(answer: Any, wanted: str) -> Finding | None:
    """The finding for an answer that is not there: `...` or None."""
    if answer is Ellipsis:
        return Finding(
            "", "You have not answered yet.", "Replace the three dots.", status="not started"
        )
    if answer is None:
        return Finding(
            "no-answer",
            f"The answer is None. This exercise asks for {wanted}.",
            "Give `check` the name that you defined. A call of a function that has no `return` "
            "is None too.",
        )
    return None


def accept_callable(
    answer: Any, exercise: Exercise, names: tuple[str, ...]
) -> tuple[Any, tuple[str, ...]] | Finding:
    """A function, or any object that can be called with the arguments `names`."""
    wanted = exercise.kind.wanted
    if (missing := nothing_yet(answer, wanted)) is not None:
        return missing
    if is_function_class(answer):
        return Finding(
            "class-not-function",
            f"You passed the class {answer.__name__}, an autograd.Function. "
            f"This exercise asks for {wanted}.",
            f"Write `def {exercise.name}({', '.join(names)}):` and pass `{exercise.name}`.",
        )
    if isinstance(answer, type):
        return Finding(
            "class-not-function",
            f"You passed the class {answer.__name__}. This exercise asks for {wanted}.",
            "Pass a function. An object of your class works too, if it can be called.",
        )
    if not callable(answer):
        return _not_callable(answer, exercise)
    fault = signature_fault(answer, names, "Your function")
    return fault if fault is not None else (answer, ())


def _not_callable(answer: Any, exercise: Exercise) -> Finding:
    called = isinstance(answer, Tensor | tuple | list | int | float)
    return Finding(
        "not-a-function",
        f"You passed {a_kind_of(answer)}. This exercise asks for {exercise.kind.wanted}.",
        f"Pass the function itself, without parentheses: `{exercise.check_line()}`."
        if called
        else f"Pass the function that you defined: `{exercise.check_line()}`.",
    )


def accept_function_class(
    answer: Any, exercise: Exercise, names: tuple[str, ...]
) -> tuple[Any, tuple[str, ...]] | Finding:
    """A subclass of autograd.Function that has a forward and a backward."""
    if (missing := nothing_yet(answer, exercise.kind.wanted)) is not None:
        return missing
    notes: list[str] = []
    owner = getattr(answer, "__self__", None)
    if (
        isinstance(owner, type)
        and issubclass(owner, Function)
        and getattr(answer, "__name__", "") == "apply"
    ):
        notes.append(f"You passed `{owner.__name__}.apply`; the class itself is enough.")
        answer = owner
    if isinstance(answer, Function):
        return Finding(
            "function-instance",
            f"You passed an object of {type(answer).__name__}. An autograd.Function is never "
            "instantiated: its methods are static.",
            f"Pass the class, without parentheses: `{exercise.check_line()}`.",
        )
    if not is_function_class(answer):
        return _not_function_class(answer, exercise)
    fault = _methods_fault(answer, names)
    if fault is not None:
        return fault
    return answer, tuple(notes + _static_notes(answer))


def _not_function_class(answer: Any, exercise: Exercise) -> Finding:
    if inspect.isfunction(answer) and answer.__qualname__.endswith(".forward"):
        return Finding(
            "called-forward",
            "You passed a `forward`. Called by itself it has no `ctx`, and it records no "
            "backward: only `apply` does both.",
            f"Pass the class, without `.forward`: `{exercise.check_line()}`.",
        )
    if isinstance(answer, type):
        shown = f"the class {answer.__name__}, which is not derived from torch.autograd.Function"
    elif isinstance(answer, torch.nn.Module):
        shown = "an nn.Module; its gradient is autograd's, not written by you"
    elif callable(answer):
        shown = "a function"
    else:
        shown = a_kind_of(answer)
    return Finding(
        "not-a-function-class",
        f"You passed {shown}. This exercise asks for {exercise.kind.wanted}.",
        f"Write `class {exercise.name}(torch.autograd.Function):` and pass the class. The check "
        "calls `apply` itself.",
    )


def _own(answer: type, name: str) -> bool:
    """Whether a class derived from Function defines the method itself."""
    default = inspect.getattr_static(Function, name, None)
    return inspect.getattr_static(answer, name, None) is not default


def backward_name(answer: Any) -> str:
    """Name of a Function's backward; PyTorch lets it be called `vjp` too."""
    return "backward" if _own(answer, "backward") else "vjp"


def backward_of(answer: Any) -> Any:
    """The backward of a Function class."""
    return getattr(answer, backward_name(answer))


def has_setup_context(answer: type) -> bool:
    """Whether a Function class keeps its saving apart, in `setup_context`."""
    return _own(answer, "setup_context")


def _methods_fault(answer: type, names: tuple[str, ...]) -> Finding | None:
    if not _own(answer, "forward"):
        return Finding(
            "missing-forward",
            f"{answer.__name__} defines no `forward`, so `apply` has nothing to compute.",
            "Add a static method `forward`.",
        )
    if not _own(answer, "backward") and not _own(answer, "vjp"):
        return Finding(
            "missing-backward",
            f"{answer.__name__} defines no `backward`, so it has no gradient.",
            "Add a static method `backward(ctx, grad_output)`.",
        )
    wanted = names if has_setup_context(answer) else ("ctx", *names)
    forward = answer.forward  # type: ignore[attr-defined]
    fault = signature_fault(forward, wanted, "`forward`")
    return fault or signature_fault(backward_of(answer), ("ctx", "grad_output"), "`backward`")


def _static_notes(answer: type) -> list[str]:
    """One note for each method that lacks @staticmethod; today it runs without."""
    names = ("forward", "backward", "setup_context")
    found = {name: inspect.getattr_static(answer, name, None) for name in names}
    return [
        NOT_STATIC.format(name=name) for name, item in found.items() if inspect.isfunction(item)
    ]
