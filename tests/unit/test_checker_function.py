"""Wrong answers to mse-function: the contract of autograd.Function, clause by clause."""

# ruff: noqa: ARG005  (a formula takes all arguments, used or not)
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor
from torch.autograd import Function

from byhand._checker.api import find, judge
from tests.unit.checker_junk import EndlessBackward, EndlessForward
from tests.unit.checker_right_functions import Combined


def value(x: Tensor, t: Tensor) -> Tensor:
    return ((x - t) ** 2).mean()


def save(ctx: Any, input: Tensor, target: Tensor) -> Tensor:
    ctx.save_for_backward(input, target)
    return value(input, target)


def gradient(ctx: Any, grad_output: Tensor) -> Tensor:
    input, target = ctx.saved_tensors
    grad: Tensor = 2 * grad_output * (input - target) / input.numel()
    return grad


def both(ctx: Any, grad_output: Tensor) -> tuple[Tensor, Tensor]:
    grad = gradient(ctx, grad_output)
    return grad, -grad


def built(forward: Any = save, backward: Any = both) -> Any:
    return type(
        "Built",
        (Function,),
        {"forward": staticmethod(forward), "backward": staticmethod(backward)},
    )


def changes_its_input(ctx: Any, input: Tensor, target: Tensor) -> Tensor:
    ctx.save_for_backward(input.clone(), target)
    return input.sub_(target).pow(2).mean()


def doubles_grad_output(ctx: Any, grad_output: Tensor) -> tuple[Tensor, None]:
    grad_output *= 2
    input, target = ctx.saved_tensors
    return grad_output * (input - target) / input.numel(), None


class Instance(Combined):
    pass


class NoForward(Function):
    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        return grads


class NoBackward(Function):
    @staticmethod
    def forward(*args: Any, **kwargs: Any) -> Any:
        return args[1]


class Module(torch.nn.Module):
    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return value(input, target)


def silent_instance() -> Any:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Instance()


def raises_not_implemented(*args: Any) -> Any:
    raise NotImplementedError


WRONG: dict[str, list[Any]] = {
    "missing-forward": [NoForward],
    "missing-backward": [NoBackward],
    "function-instance": [silent_instance()],
    "not-a-function-class": [Module(), Module, value, torch.nn.MSELoss(), int, 3],
    "wrong-count": [
        built(backward=gradient),
        built(backward=lambda ctx, g: (gradient(ctx, g),)),
        built(backward=lambda ctx, g: (*both(ctx, g), gradient(ctx, g))),
        built(backward=lambda ctx, g: None),
        built(backward=lambda ctx, g: list(both(ctx, g))),
        built(forward=lambda ctx, x, t: (save(ctx, x, t),)),
    ],
    "returned-none": [
        built(backward=lambda ctx, g: (None, gradient(ctx, g))),
        built(backward=lambda ctx, g: (None, None)),
        built(forward=lambda ctx, x, t: None),
    ],
    "wrong-signature": [
        built(forward=lambda x, t: value(x, t)),
        built(forward=lambda ctx, x: x),
        built(backward=lambda g: (g, None)),
        built(backward=lambda ctx, g, more: (g, None)),
    ],
    "not-a-tensor": [
        built(forward=lambda ctx, x, t: save(ctx, x, t).item()),
        built(backward=lambda ctx, g: (gradient(ctx, g).numpy(), None)),
        built(backward=lambda ctx, g: (1.0, None)),
    ],
    "wrong-dtype": [
        built(backward=lambda ctx, g: (gradient(ctx, g).float(), None)),
        built(forward=lambda ctx, x, t: save(ctx, x, t).float()),
    ],
    "extra-dimension": [
        built(backward=lambda ctx, g: (gradient(ctx, g)[None], None)),
        built(forward=lambda ctx, x, t: save(ctx, x, t)[None]),
    ],
    "target-sign": [built(backward=lambda ctx, g: (gradient(ctx, g), gradient(ctx, g)))],
    "sign-or-order": [built(backward=lambda ctx, g: both(ctx, g)[::-1])],
    "wrong-sign": [built(backward=lambda ctx, g: (-gradient(ctx, g), None))],
    "missing-grad-output": [built(backward=lambda ctx, g: (gradient(ctx, torch.ones(())), None))],
    "changed-grad-output": [built(backward=doubles_grad_output)],
    "changed-input": [built(forward=changes_its_input)],
    "wrong-with-partial-gradients": [
        built(
            backward=lambda ctx, g: (gradient(ctx, g) if ctx.needs_input_grad[1] else None, None)
        ),
        built(
            backward=lambda ctx, g: (gradient(ctx, g) * sum(ctx.needs_input_grad) / 2, None),
        ),
    ],
    "cut-graph": [
        built(forward=lambda ctx, x, t: (y := save(ctx, x, t), ctx.mark_non_differentiable(y))[0])
    ],
    "saved-non-tensor": [
        built(forward=lambda ctx, x, t: (ctx.save_for_backward(x.tolist()), value(x, t))[1])
    ],
    "raised": [
        built(forward=lambda ctx, x, t: value(x, t)),
        built(backward=lambda ctx, g: (g * ctx.input, None)),
        EndlessForward,
        EndlessBackward,
    ],
}

CASES = [
    pytest.param(code, answer, id=f"{code}-{k}")
    for code, answers in WRONG.items()
    for k, answer in enumerate(answers)
]


@pytest.mark.parametrize(("code", "answer"), CASES)
def test_breach_of_the_contract_is_named(code: str, answer: Any) -> None:
    result = judge(find("mse-function"), answer)
    assert not result
    assert result.mistake == code, str(result)


def test_forward_done_and_backward_not() -> None:
    result = judge(find("mse-function"), built(backward=raises_not_implemented))
    assert result.status == "not started"
    assert "`backward`" in result.message


def test_wrong_forward_is_named_before_the_missing_backward() -> None:
    answer = built(lambda ctx, x, t: ((x - t) ** 2).sum(), raises_not_implemented)
    assert judge(find("mse-function"), answer).mistake == "value-summed"


def test_the_class_is_left_as_it_was() -> None:
    names = dict(vars(Combined)), dict(vars(EndlessBackward))
    judge(find("mse-function"), Combined)
    judge(find("mse-function"), EndlessBackward)
    assert (dict(vars(Combined)), dict(vars(EndlessBackward))) == names


@pytest.mark.parametrize(
    ("id", "answer", "code"),
    [
        ("mse-backward", Combined, "class-not-function"),
        ("mse-backward", lambda g, x, t: Combined.forward(None, x, t), "called-forward"),
        ("mse-backward", lambda g, x, t: Combined.forward(*[x, t]), "called-forward"),
    ],
)
def test_function_in_the_wrong_place(id: str, answer: Any, code: str) -> None:
    assert judge(find(id), answer).mistake == code
