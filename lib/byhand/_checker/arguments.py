"""Copies of arguments, and whether a call changed them."""

from __future__ import annotations

import inspect
from typing import Any

import torch
from torch import Tensor

from byhand._checker.spec import Args, Finding


def copy(value: Any, requires_grad: bool = False) -> Any:
    """A copy that shares no memory; tensors inside lists and tuples are copied too."""
    if isinstance(value, Tensor):
        twin = value.detach().clone()
        if value.grad is not None:
            twin.grad = value.grad.detach().clone()
        return twin.requires_grad_(requires_grad or value.requires_grad)
    if isinstance(value, list | tuple):
        return type(value)(copy(item) for item in value)
    return value


def copies(args: Args) -> Args:
    """A copy of every argument."""
    return tuple(copy(value) for value in args)


def same(before: Any, after: Any) -> bool:
    """Whether a value is unchanged: numbers, shape and type of every tensor in it."""
    if isinstance(before, Tensor):
        return (
            isinstance(after, Tensor)
            and after.dtype == before.dtype
            and after.shape == before.shape
            and bool(torch.equal(before.detach(), after.detach()))
        )
    if isinstance(before, list | tuple):
        return len(before) == len(after) and all(map(same, before, after))
    return bool(before == after)


def changed(names: tuple[str, ...], before: Args, after: Args) -> tuple[str, ...]:
    """Names of the arguments that are no longer what they were."""
    pairs = zip(names, before, after, strict=True)
    return tuple(name for name, old, new in pairs if not same(old, new))


def parameter_names(function: Any) -> list[str] | None:
    """Names of the positional parameters, or None where Python cannot tell."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return None
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [name for name, item in signature.parameters.items() if item.kind in kinds]


def signature_fault(function: Any, wanted: tuple[str, ...], what: str) -> Finding | None:
    """Why `function` cannot be called with the arguments `wanted`, or None.

    Args:
        function: the callable to look at.
        wanted: names of the arguments, in order.
        what: how to call it in the message, such as "Your function".
    """
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return None
    try:
        signature.bind(*wanted)
    except TypeError:
        listed = ", ".join(wanted)
        shown = str(signature.replace(return_annotation=inspect.Signature.empty))
        return Finding(
            "wrong-signature",
            f"{what} takes `{shown}`, but it is called with {len(wanted)} "
            f"argument{'s' if len(wanted) != 1 else ''} in this order: `({listed})`.",
            f"Write `def …({listed}):` and use these names.",
        )
    return None
