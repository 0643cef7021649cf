"""Answers that are no answers."""

# ruff: noqa: ARG002  (hostile objects take anything)
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

import asyncio
import functools
import math
import sys
import types
from collections import namedtuple
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.autograd import Function


def endless(*args: Any) -> Any:
    return endless(*args)


class EndlessForward(Function):
    @staticmethod
    def forward(ctx: Any, *args: Any) -> Any:
        return EndlessForward.apply(*args)

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        return grads


class EndlessBackward(Function):
    @staticmethod
    def forward(ctx: Any, input: Tensor, target: Tensor) -> Tensor:
        ctx.save_for_backward(input, target)
        return ((input - target) ** 2).mean()

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        with torch.enable_grad():
            leaf = ctx.saved_tensors[0].detach().requires_grad_()
            loss: Any = EndlessBackward.apply(leaf, ctx.saved_tensors[1])
        return torch.autograd.grad(loss, leaf, grads[0])[0], None


def leaves(*args: Any) -> Any:
    sys.exit(3)


def raises(error: BaseException) -> Any:
    def answer(*args: Any) -> Any:
        raise error

    return answer


class UnprintableError(Exception):
    def __str__(self) -> str:
        raise ValueError("no text")


class Hostile:
    """Fails at whatever is asked of it."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(name)

    def __call__(self, *args: Any) -> Any:
        return self

    def __bool__(self) -> bool:
        raise RuntimeError("bool")

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("eq")

    def __repr__(self) -> str:
        raise RuntimeError("repr")

    __hash__ = None  # type: ignore[assignment]


class HostileTensor(Tensor):
    """A subclass that refuses every operation."""

    @classmethod
    def __torch_function__(cls, *args: Any, **kwargs: Any) -> Any:
        raise RuntimeError("refused")


class LyingClass:
    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        return Tensor


def generates(*args: Any) -> Iterator[int]:
    yield 1


async def waits(*args: Any) -> int:
    return 1


Point = namedtuple("Point", "x y")

VALUES: tuple[Any, ...] = (
    None, NotImplemented, True, 0, 3, -1.5, math.nan, math.inf, 1j, 10**400, Decimal("1.5"),
    "", "text", "🙂", b"bytes", bytearray(b"a"), memoryview(b"a"),
    [], (), {}, set(), frozenset([1]), range(3), [1, 2, 3], [1, 2], [[1], [2, 3]], ["a", "b", "c"],
    [None] * 3, [[[]]], (1, None, 3), [math.nan] * 3, [1j, 2j, 3j], {"a": 1}, Point(1, 2),
    object(), object, type, int, Exception, KeyError("k"), Path("x"), sys, types, slice(3),
    np.zeros(3), np.array(["a"]), np.float64(1.0), np.array(None), np.zeros((0, 3)),
    torch.zeros(3), torch.zeros(0), torch.zeros(3, 0), torch.tensor(1.0), torch.zeros(3, 5, 7),
    torch.zeros(3, dtype=torch.int64), torch.zeros(3, dtype=torch.complex64),
    torch.zeros(3, dtype=torch.bool), torch.zeros(3, device="meta"), torch.full((3,), math.nan),
    torch.zeros(1).expand(3), torch.eye(3).to_sparse(), torch.zeros(3).as_subclass(HostileTensor),
    torch.nn.Parameter(torch.zeros(3)), torch.float32, torch.device("cpu"), torch.Size([3]),
    torch.nn.Linear(3, 3), torch.nn.MSELoss(), torch.nn.MSELoss, torch.nn.functional.mse_loss,
    Hostile(), Hostile, LyingClass(), HostileTensor, Function, EndlessForward, EndlessBackward,
    EndlessForward.apply, Function.apply, torch.autograd.Function.forward,
    endless, leaves, generates, waits, len, max, print, torch.mul, isinstance, asyncio.run,
    functools.partial(max), functools.partial(endless, 1, 2, 3, 4, 5), "a".upper, [].append,
    (x for x in [1]), iter([1]), types.SimpleNamespace(), staticmethod(endless), property(endless),
)  # fmt: skip
"""Passed to every exercise as the answer."""

BACK: tuple[Any, ...] = tuple(value for value in VALUES if type(value) is not LyingClass)
"""Returned by a function of the right signature.

Without the object that claims to be a Tensor: returned by a `forward`, it makes PyTorch itself
end the process, with or without a checker.
"""

ERRORS: tuple[BaseException, ...] = (
    ValueError("<b>bold</b> & `code`"), KeyError("x"), UnprintableError(), StopIteration(),
    SystemExit(2), GeneratorExit(), MemoryError("no memory"), asyncio.CancelledError(),
    RuntimeError(), RuntimeError("\n\n"), RuntimeError("x" * 10_000), AssertionError(),
    ImportError("no module"), RecursionError("deep"), NotImplementedError("aten::x"),
    UnicodeDecodeError("utf-8", b"x", 0, 1, "bad"), BaseException("base"),
    BaseExceptionGroup("several", [ValueError(1)]), Warning("w"), OSError(2, "none"),
)  # fmt: skip
