"""A trace of code of the reader's own: Functions, hooks and checkpoints."""

from typing import Any

import pytest
import torch
from torch import Tensor
from torch.autograd import Function
from torch.utils.checkpoint import checkpoint

from byhand._trace import Trace
from tests.unit.trace_tools import (
    Overwrites,
    TwoOutputs,
    WrongSquare,
    apply,
    equal,
    hook,
    leaf,
    random,
    traced,
)


def test_a_wrong_backward_is_seen_as_such() -> None:
    x = leaf(3.0, 5.0)
    trace = traced(
        lambda: apply(WrongSquare, x).sum(),
        jacobians=True,
    )
    node = trace["WrongSquareBackward"]
    assert node.kind == "custom"
    assert equal(node.value, torch.tensor([9.0, 25.0]).double())
    assert equal(node.grad_inputs[0], torch.tensor([3.0, 5.0]).double())  # 6 and 10 are right
    assert equal(node.local_jacobian(), torch.diag(torch.tensor([3.0, 5.0])).double())
    assert equal(node.saved["saved_tensors[0]"], x)
    assert node.operation == "WrongSquare(AccumulateGrad)"


def test_several_outputs_of_a_custom_function() -> None:
    a, b = random(3), random(3, seed=1)
    with Trace(jacobians=True) as trace:
        first, second, flag = apply(TwoOutputs, a, b, 2.0)
        loss = (first.sin() * second + flag).sum()
    trace.name(first=first, second=second)
    trace.backward(loss)
    node = trace["first"]
    assert node is trace["second"]
    assert node.label == "first, second"
    values, gradients = node.value, node.grad_output
    assert isinstance(values, tuple)
    assert isinstance(gradients, tuple)
    assert equal(values[0], first)
    assert equal(values[1], second)
    assert equal(gradients[0], (2 * a).cos() * second)
    jacobians = node.local_jacobian()
    assert isinstance(jacobians, tuple)
    assert jacobians[0] is not None
    assert jacobians[0].shape == (6, 3)  # no gradient reached the flag
    assert len(node.inputs) == len(node.grad_inputs) == 2  # a Function's tensors only


def test_a_gradient_is_seen_before_a_backward_overwrites_it() -> None:
    x = leaf(1.0, 2.0)
    trace = traced(lambda: (apply(Overwrites, x) * 3).sum())
    assert equal(trace["OverwritesBackward"].grad_output, torch.tensor([3.0, 3.0]).double())
    assert equal(trace["MulBackward0"].grad_inputs[0], torch.tensor([3.0, 3.0]).double())
    assert equal(trace["OverwritesBackward"].grad_inputs[0], torch.tensor([6.0, 6.0]).double())


@pytest.mark.parametrize("reentrant", [False, True])
def test_checkpoint(reentrant: bool) -> None:
    x, w = random(3), random(3, seed=1)

    def inner(t: Tensor) -> Tensor:
        return torch.mul((t * w).sin(), w)

    def compute() -> Tensor:
        result: Tensor = (checkpoint(inner, x * 2, use_reentrant=reentrant) * w).sum()
        return result

    expected = torch.autograd.grad((inner(x * 2) * w).sum(), (x, w))
    trace = traced(compute, w=w)
    assert equal(x.grad, expected[0])
    torch.testing.assert_close(w.grad, expected[1])
    torch.testing.assert_close(trace["w"].grad_output, expected[1])
    assert equal(trace["w"].grad, w.grad)
    if not reentrant:
        assert "saved-tensor hook" in trace["SinBackward0"].saved["self"]


def test_jacobians_beside_a_checkpoint() -> None:
    x = random(3)
    trace = traced(
        lambda: checkpoint(torch.sin, x, use_reentrant=False).sum(),
        jacobians=True,
    )
    with pytest.raises(ValueError, match=r"SinBackward0 has no local Jacobian.*saved-tensor hook"):
        trace["SinBackward0"].local_jacobian()
    assert equal(x.grad, x.cos())


def test_hooks_of_the_readers_own_are_respected() -> None:
    x = leaf(1.0, 2.0)
    hook(x, lambda gradient: gradient * 10)
    seen: list[Tensor] = []
    with Trace() as trace:
        y = x * 3
        hook(y, seen.append)
        loss = y.sum()
    trace.backward(loss)
    assert equal(x.grad, torch.tensor([30.0, 30.0]).double())
    assert equal(trace["AccumulateGrad"].grad_output, torch.tensor([30.0, 30.0]).double())
    assert equal(trace["MulBackward0"].grad_inputs[0], torch.tensor([3.0, 3.0]).double())
    assert equal(seen[0], trace["MulBackward0"].grad_output)


def test_a_hook_that_overwrites_a_gradient_is_noticed() -> None:
    x = leaf(1.0, 2.0)
    hook(x, lambda gradient: gradient.mul_(10))
    trace = traced(lambda: (x * 3).sum())
    with pytest.raises(RuntimeError, match="changed in place"):
        _ = trace["MulBackward0"].grad_inputs
    assert equal(trace["AccumulateGrad"].grad_output, torch.tensor([30.0, 30.0]).double())


class Noisy(Function):
    """Draws a random number in backward."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        return x * 2

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> Tensor:
        return torch.mul(grad_output, torch.rand(()))


def test_jacobians_draw_no_random_numbers() -> None:
    x = random(2)
    torch.manual_seed(5)
    expected = torch.autograd.grad(apply(Noisy, x).sum(), x)[0]
    torch.manual_seed(5)
    trace = traced(lambda: apply(Noisy, x).sum(), jacobians=True)
    assert equal(x.grad, expected)
    assert trace["NoisyBackward"].local_jacobian() is not None
