"""Every kind of computation that PyTorch can do, traced."""

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from byhand._trace import Trace
from tests.unit.trace_tools import (
    equal,
    leaf,
    random,
    traced,
)


def in_place(x: Tensor) -> Tensor:
    y = x * 2
    y.add_(1)
    y[0].mul_(3)
    return y.exp().sum()


def test_values_before_and_after_in_place_operations() -> None:
    x = leaf(1.0, 2.0, 3.0)
    trace = traced(lambda: in_place(x))
    assert equal(trace["MulBackward0"].value, torch.tensor([2.0, 4.0, 6.0]).double())
    assert equal(trace["AddBackward0"].value, torch.tensor([3.0, 5.0, 7.0]).double())
    assert equal(trace["CopySlices"].value, torch.tensor([9.0, 5.0, 7.0]).double())
    assert trace["AddBackward0"].operation == "MulBackward0 += 1"


def test_in_place_changes_after_the_block_do_not_reach_what_was_looked_at() -> None:
    w = leaf(1.0, 2.0)
    with Trace(w=w) as trace:
        loss = (w.view(2, 1) * 3).sum()
    trace.backward(loss)
    with torch.no_grad():
        w -= 0.1 * w.grad  # type: ignore[operator]
    assert equal(trace["w"].value, torch.tensor([1.0, 2.0]).double())
    assert equal(trace["ViewBackward0"].value, torch.tensor([[1.0], [2.0]]).double())
    w.grad.zero_()  # type: ignore[union-attr]
    assert equal(trace["w"].grad_output, torch.tensor([3.0, 3.0]).double())
    assert equal(trace["w"].grad, torch.tensor([3.0, 3.0]).double())


def test_a_value_that_was_lost_is_refused_not_shown_wrongly() -> None:
    x = leaf(1.0, 2.0)
    with Trace() as trace:
        y = x * 2
        loss = y.sum()
    trace.backward(loss)
    with torch.no_grad():
        y.zero_()
    with pytest.raises(RuntimeError, match=r"shape \(2,\) was changed in place.*look at the trace"):
        _ = trace["MulBackward0"].value
    assert "changed in place since" in repr(trace)
    assert trace.to_dict()["nodes"][1]["value"] == [None]


def test_a_root_that_is_a_view_of_something_changed_in_place() -> None:
    x = leaf(1.0, 2.0)
    with Trace() as trace:
        y = x * 2
        root = y[0]
        y.add_(1)
    trace.backward(root)
    assert equal(x.grad, torch.tensor([2.0, 0.0]).double())


def test_outputs_that_are_not_used() -> None:
    x = random(4, 3)
    trace = traced(lambda: x.unbind()[1].sum())
    node = trace["UnbindBackward0"]
    assert isinstance(node.value, tuple)
    assert isinstance(node.grad_output, tuple)
    assert [value is None for value in node.value] == [True, False, True, True]
    assert [gradient is None for gradient in node.grad_output] == [True, False, True, True]


def test_branches_without_gradients() -> None:
    x = leaf(1.0, 2.0)

    def compute() -> Tensor:
        with torch.no_grad():
            scale = (x * 2).sum()
        return (x * scale * torch.tensor([3, 4]) + x.detach()).sum()

    trace = traced(compute)
    assert [node.name for node in trace] == [
        "SumBackward0", "AddBackward0", "MulBackward0#1", "MulBackward0#0", "AccumulateGrad",
    ]  # fmt: skip
    assert trace["MulBackward0#0"].operation == "AccumulateGrad * 6"


def test_nodes_made_before_the_block() -> None:
    x = leaf(1.0, 2.0)
    y = x.exp().sin()
    trace = traced(lambda: (y * 2).sum())
    assert trace["MulBackward0"].recorded
    assert not trace["SinBackward0"].recorded
    assert equal(trace["SinBackward0"].value, y)  # the block took it
    assert trace["ExpBackward0"].value is None
    assert equal(trace["AccumulateGrad"].value, x)
    assert equal(trace["ExpBackward0"].grad_output, 2 * x.exp().cos())


def test_complex_numbers() -> None:
    x = torch.tensor([1 + 2j, 3 - 1j], requires_grad=True)
    trace = traced(lambda: (x * (2 + 1j)).abs().sum(), jacobians=True)
    expected = torch.autograd.grad((x * (2 + 1j)).abs().sum(), x)[0]
    assert equal(trace["AccumulateGrad"].grad_output, expected)
    with pytest.raises(ValueError, match="complex"):
        trace["MulBackward0"].local_jacobian()
    assert "i" in repr(trace)
    assert "j" in trace.to_dict()["nodes"][0]["value"][0]["numbers"][0]


def test_torch_func_inside_a_block() -> None:
    x = random(3)

    def compute() -> Tensor:
        slope: Tensor = torch.func.grad(lambda t: (t**3).sum())(x * 1)
        return slope.sum()

    expected = torch.autograd.grad(compute(), x)[0]
    trace = traced(compute)
    assert equal(x.grad, expected)
    assert all(node.grad_output is not None for node in trace)


def test_sparse_gradients() -> None:
    table = nn.Embedding(5, 2, sparse=True)
    trace = traced(lambda: table(torch.tensor([1, 3])).sum(), jacobians=True)
    gradient = trace["AccumulateGrad"].grad_output
    assert isinstance(gradient, Tensor)
    assert equal(gradient.to_dense(), table.weight.grad.to_dense())  # type: ignore[union-attr]
    assert repr(trace)
    assert trace.to_svg()


def test_random_numbers_are_those_of_an_untraced_step() -> None:
    x = random(50)
    torch.manual_seed(5)
    expected = torch.autograd.grad(F.dropout(x * 1, 0.5).sum(), x)[0], torch.rand(3)
    torch.manual_seed(5)
    traced(lambda: F.dropout(x * 1, 0.5).sum(), jacobians=True)
    assert equal(x.grad, expected[0])
    assert equal(torch.rand(3), expected[1])


def test_an_operation_is_not_filed_under_another_node() -> None:
    x = random(3)
    before = x.exp()

    def compute() -> Tensor:
        positive = x > 0  # makes no node
        y = before * positive
        y[0].mul_(3)
        with torch.no_grad():
            y.sum()
        return y.sum()

    operations = {node.name: node.operation for node in traced(compute)}
    assert operations["ExpBackward0"] == "exp(AccumulateGrad)"
    assert operations["CopySlices"] == "copy_slices(MulBackward0)"
