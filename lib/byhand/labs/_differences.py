"""Operations with right and wrong backwards, and finite differences to check them against.

PyTorch computes everything: each backward is that of an `autograd.Function`, and the verdict on
it is that of `torch.autograd.gradcheck` with its default settings.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import torch
from torch import Tensor
from torch.autograd import Function, gradcheck

DTYPES: Final = {"float64": torch.float64, "float32": torch.float32}
SCHEMES: Final = ("central", "forward")
GRAD_OUTPUTS: Final = (1, 2)
STEPS: Final = (
    *(
        float(f"{digits}e-{power}")
        for power in range(12, 0, -1)
        for digits in (1, 1.78, 3.16, 5.62)
    ),
    1.0,
)


@dataclass(frozen=True)
class Backward:
    """One way to write a backward.

    Attributes:
        key: Its name, the same for the same mistake in all operations.
        code: What it returns, as Python with ``g``, ``x`` and ``y``: grad_output, input, output.
        idea: What is wrong with it, in a few words; empty for the right one.
    """

    key: str
    code: str
    idea: str = ""

    def __call__(self, g: Tensor, x: Tensor, y: Tensor) -> Tensor:
        """Run the code, so that what the page shows is what was computed."""
        found: Tensor = eval(self.code, {"__builtins__": {}}, {"g": g, "x": x, "y": y})
        return found


@dataclass(frozen=True)
class Operation:
    """An operation at one number, with backwards for it.

    Attributes:
        formula: How it is written on the page.
        forward: Takes a tensor of any shape, elementwise.
        at: The number at which its derivative is checked.
        backwards: The right one first.
    """

    formula: str
    forward: Callable[[Tensor], Tensor]
    at: float
    backwards: tuple[Backward, ...]


_IGNORED: Final = "grad_output ignored"
_FACTOR: Final = "a factor is missing"
_SIGN: Final = "wrong sign"
_OUTPUT: Final = "y in place of x"
_INPUT: Final = "x in place of y"
OPERATIONS: Final = {
    "cube": Operation(
        formula="x³",
        forward=lambda x: x * x * x,
        at=1.5,
        backwards=(
            Backward("right", "g * 3 * x**2"),
            Backward("ignored", "3 * x**2", _IGNORED),
            Backward("factor", "g * x**2", _FACTOR),
            Backward("sign", "-g * 3 * x**2", _SIGN),
            Backward("confused", "g * 3 * y**2", _OUTPUT),
        ),
    ),
    "exp": Operation(
        formula="exp(x)",
        forward=torch.exp,
        at=1.0,
        backwards=(
            Backward("right", "g * y"),
            Backward("ignored", "y", _IGNORED),
            Backward("sign", "-g * y", _SIGN),
            Backward("confused", "g * x", _INPUT),
            Backward("rounded", "g * 2.718**x", "e rounded to 2.718"),
        ),
    ),
    "sigmoid": Operation(
        formula="sigmoid(x)",
        forward=torch.sigmoid,
        at=0.5,
        backwards=(
            Backward("right", "g * y * (1 - y)"),
            Backward("ignored", "y * (1 - y)", _IGNORED),
            Backward("factor", "g * y", _FACTOR),
            Backward("sign", "g * y * (y - 1)", _SIGN),
            Backward("confused", "g * x * (1 - x)", _INPUT),
        ),
    ),
}


class _ByHand(Function):
    """An operation with a backward that may be wrong."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, operation: Operation, way: Backward) -> Tensor:
        y = operation.forward(x)
        ctx.way = way
        ctx.save_for_backward(x, y)
        return y

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> tuple[Tensor, None, None]:
        return ctx.way(grad_output, *ctx.saved_tensors), None, None


def numeric(
    operation: Operation, dtype: torch.dtype, scheme: str, grad_output: float = 1
) -> list[float]:
    """Divide the change of ``grad_output * f(x)`` by its step, for every step."""
    x, h = torch.tensor(operation.at, dtype=dtype), torch.tensor(STEPS, dtype=dtype)

    def total(x: Tensor) -> Tensor:
        return grad_output * operation.forward(x)

    if scheme == "forward":
        return ((total(x + h) - total(x)) / h).tolist()
    return ((total(x + h) - total(x - h)) / (2 * h)).tolist()


def analytic(operation: Operation, way: Backward, dtype: torch.dtype, grad_output: float) -> float:
    """Return what a backward returns for a `grad_output`."""
    x = torch.tensor(operation.at, dtype=dtype, requires_grad=True)
    y = _ByHand.apply(x, operation, way)  # type: ignore[no-untyped-call]
    return torch.autograd.grad(y, x, torch.full_like(y, grad_output))[0].item()


def verdict(operation: Operation, way: Backward, grad_output: float) -> str:
    """Let `gradcheck` judge a backward behind a factor; return its objection, or nothing."""
    x = torch.tensor(operation.at, dtype=torch.float64, requires_grad=True)

    def total(x: Tensor) -> Tensor:
        return grad_output * _ByHand.apply(x, operation, way)  # type: ignore[no-untyped-call,no-any-return]

    try:
        gradcheck(total, (x,))
    except RuntimeError as objection:
        return str(objection).strip().splitlines()[0].rstrip(",")
    return ""


def derivatives(operation: Operation, count: int) -> list[float]:
    """Return an operation and its first derivatives at its number, by autograd in float64."""
    x = torch.tensor(operation.at, dtype=torch.float64, requires_grad=True)
    found = [operation.forward(x)]
    for _ in range(count):
        found.append(torch.autograd.grad(found[-1], x, create_graph=True)[0])
    return [one.item() for one in found]


@cache
def curves() -> dict[str, Any]:
    """Return all that the lab shows, as numbers and texts: see `DifferenceLab.curves`."""
    return {"steps": list(STEPS), "operations": {k: _described(o) for k, o in OPERATIONS.items()}}


def _described(operation: Operation) -> dict[str, Any]:
    value, _, second, third = derivatives(operation, 3)
    return {
        "formula": operation.formula,
        "at": operation.at,
        "numeric": {
            name: {scheme: numeric(operation, dtype, scheme) for scheme in SCHEMES}
            for name, dtype in DTYPES.items()
        },
        # On paper: the error of the method at h = 1, and that of rounding times h.
        "truncation": {"central": abs(third) / 6, "forward": abs(second) / 2},
        "rounding": {name: torch.finfo(d).eps * abs(value) for name, d in DTYPES.items()},
        "backwards": [
            {
                "key": way.key,
                "idea": way.idea,
                "code": way.code,
                "analytic": {
                    name: [analytic(operation, way, dtype, g) for g in GRAD_OUTPUTS]
                    for name, dtype in DTYPES.items()
                },
                "objection": [verdict(operation, way, g) for g in GRAD_OUTPUTS],
            }
            for way in operation.backwards
        ],
    }
