"""What a trace records: the derivation of the first chapter, roots, memory and hooks."""

import gc
import weakref
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from byhand._trace import Trace
from tests.unit.trace_tools import (
    Raises,
    WrongSquare,
    apply,
    count_tensors,
    equal,
    leaf,
    random,
    traced,
)


@pytest.fixture
def derivation() -> Trace:
    """Return the trace of mean(3(x+2)²)."""
    x = torch.tensor([[1, 2], [3, 4]], dtype=torch.float64, requires_grad=True)
    with Trace(jacobians=True, x=x) as trace:
        y = x + 2
        z = 3 * y**2
        out = z.mean()
    trace.name(y=y, z=z, out=out)
    trace.backward(out)
    return trace


def test_the_derivation_of_the_first_chapter(derivation: Trace) -> None:
    y = torch.tensor([[3, 4], [5, 6]], dtype=torch.float64)
    quarter = torch.full_like(y, 0.25)
    found = {node.name: (node.operation, node.value, node.grad_output) for node in derivation}
    expected = {
        "MeanBackward0": ("mean(z)", torch.tensor(64.5), torch.tensor(1.0)),
        "MulBackward0": ("PowBackward0 * 3", 3 * y**2, quarter),
        "PowBackward0": ("y ** 2", y**2, 3 * quarter),
        "AddBackward0": ("x + 2", y, 6 * y / 4),
        "AccumulateGrad": ("leaf", y - 2, 6 * y / 4),
    }
    assert list(found) == list(expected)
    for name, (operation, value, grad_output) in expected.items():
        assert found[name][0] == operation
        assert equal(found[name][1], value.double())
        assert equal(found[name][2], grad_output.double())
    assert equal(derivation["x"].grad, torch.tensor([[4.5, 6], [7.5, 9]]).double())


def test_local_jacobians_of_the_derivation(derivation: Trace) -> None:
    rows = {name: derivation[name].local_jacobian() for name in ("out", "z", "PowBackward0", "y")}
    y = torch.tensor([3, 4, 5, 6], dtype=torch.float64)
    assert equal(rows["out"], torch.full((1, 4), 0.25).double())
    assert equal(rows["z"], 3 * torch.eye(4).double())
    assert equal(rows["PowBackward0"], torch.diag(2 * y))
    assert equal(rows["y"], torch.eye(4).double())


def test_what_a_node_saved(derivation: Trace) -> None:
    power = derivation["PowBackward0"]
    assert power.saved["exponent"] == 2
    assert equal(power.saved["self"], derivation["y"].value)
    assert power.formula is not None
    assert power.formula.forward == "a ** k"


def test_iteration_length_and_edges(derivation: Trace) -> None:
    assert len(derivation) == len(list(derivation)) == 5
    mean = derivation["MeanBackward0"]
    edge = mean.inputs[0]
    assert edge is not None
    assert edge.node is derivation["z"]
    assert derivation["y"].inputs[1] is None  # the constant 2
    assert derivation["y"].grad_inputs[1] is None


def test_gradients_add_at_a_fork() -> None:
    x = leaf(2.0)
    trace = traced(lambda: (x.sin() * x.exp()).sum())
    arriving = [
        sent
        for node in trace
        for edge, sent in zip(node.inputs, node.grad_inputs, strict=True)
        if edge is not None and edge.node.kind == "leaf"
    ]
    assert len(arriving) == 2
    assert arriving[0] is not None
    assert arriving[1] is not None
    assert equal(arriving[0] + arriving[1], trace["AccumulateGrad"].grad_output)


def test_accumulated_gradient_holds_what_was_there() -> None:
    x = leaf(1.0, 2.0)
    x.grad = torch.tensor([10.0, 20.0], dtype=torch.float64)
    node = traced(lambda: (3 * x).sum())["AccumulateGrad"]
    assert equal(node.grad_output, torch.tensor([3.0, 3.0]).double())
    assert equal(node.grad, torch.tensor([13.0, 23.0]).double())


def test_several_roots_with_their_vectors() -> None:
    x, v = leaf(1.0, 2.0), torch.tensor([10.0, 20.0], dtype=torch.float64)
    with Trace() as trace:
        total, double = x.sum(), x * 2
    trace.backward([total, double], [None, v])
    assert equal(trace["SumBackward0"].grad_output, torch.tensor(1.0).double())
    assert equal(trace["MulBackward0"].grad_output, v)
    assert equal(x.grad, torch.tensor([21.0, 41.0]).double())
    assert [sent for node in trace for sent in node.grad_inputs if node.kind == "leaf"] == []


def test_what_the_reader_does_to_the_vector_later_changes_nothing() -> None:
    x, v = leaf(1.0, 2.0), torch.tensor([1.0, 0.5], dtype=torch.float64)
    with Trace() as trace:
        y = x.view(2, 1).view(2)
    trace.backward(y, v)
    v.zero_()
    assert equal(trace["ViewBackward0#1"].grad_output, torch.tensor([1.0, 0.5]).double())
    assert equal(x.grad, torch.tensor([1.0, 0.5]).double())


def test_retain_graph_and_a_second_backward() -> None:
    x = leaf(1.0, 2.0)
    with Trace() as trace:
        loss = (x**2).sum()
    trace.backward(loss, retain_graph=True)
    assert equal(trace["AccumulateGrad"].grad, torch.tensor([2.0, 4.0]).double())
    trace.backward(loss)
    assert equal(trace["AccumulateGrad"].grad, torch.tensor([4.0, 8.0]).double())
    assert equal(trace["AccumulateGrad"].grad_output, torch.tensor([2.0, 4.0]).double())


def test_traces_inside_each_other() -> None:
    x = leaf(1.0, 2.0)
    with Trace() as outer, Trace() as inner:
        loss = (x * 3).sin().sum()
    outer.backward(loss, retain_graph=True)
    inner.backward(loss)
    for one, other in zip(outer, inner, strict=True):
        assert equal(one.value, other.value)
        assert equal(one.grad_output, other.grad_output)


def test_plain_backward_inside_the_block() -> None:
    x = leaf(1.0, 2.0)
    with Trace() as trace:
        torch.autograd.backward((x**2).sum())
        loss = (x**3).sum()
    trace.backward(loss)
    assert equal(x.grad, (2 * x + 3 * x**2))


def step_of(net: nn.Module) -> list[weakref.ref[Any]]:
    """Trace a step, look at it in every way, and let go of everything."""
    with Trace(jacobians=True, net=net) as trace:
        hidden = apply(WrongSquare, net(torch.ones(2, 3)))
        loss = hidden.sum()
    trace.backward(loss)
    parts = [repr(trace), trace.to_svg(), trace.to_dict(), trace.summary(), *trace]
    assert parts
    return [weakref.ref(thing) for thing in (trace, loss, hidden)]


def test_memory_returns_to_its_start() -> None:
    net = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 1))
    gc.collect()
    gc.disable()
    try:
        step_of(net)  # makes the gradients of the network
        before = count_tensors()
        for _ in range(3):
            assert [thing() for thing in step_of(net)] == [None] * 3  # no cycle kept them
        assert count_tensors() == before
    finally:
        gc.enable()


def test_no_hook_is_left_behind() -> None:
    x = leaf(1.0, 2.0)
    with Trace() as trace:
        loss = (x**2).sum()
    trace.backward(loss, retain_graph=True)
    shown = repr(trace)
    torch.autograd.backward(loss)
    assert repr(trace) == shown
    assert trace["AccumulateGrad"].grad_output is not None


@pytest.mark.parametrize("jacobians", [False, True])
def test_an_exception_in_backward_leaves_no_hook_and_a_usable_graph(jacobians: bool) -> None:
    x, switch = leaf(1.0, 2.0), [True]
    with Trace(jacobians=jacobians) as trace:
        loss = (apply(Raises, x, switch) * 3).sum()
    with pytest.raises(ZeroDivisionError, match="the reader's own"):
        trace.backward(loss, retain_graph=True)
    assert len(trace) == 0
    switch[0] = False
    calls: list[int] = []
    loss.grad_fn.register_hook(lambda *_: calls.append(len(trace)))
    torch.autograd.backward(loss)
    assert equal(x.grad, torch.tensor([6.0, 6.0]).double())
    assert calls == [0]  # nothing of the trace ran


def order_of_the_engine(loss: Tensor) -> list[str]:
    """Run backward and write down which node runs when, each with a hook of its own."""
    ran: list[str] = []
    waiting: list[Any] = [loss.grad_fn]
    seen: set[Any] = set()
    while waiting:
        node = waiting.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        what = str(tuple(node.variable.shape)) if node.name().endswith("Grad") else node.name()
        node.register_prehook(lambda _, what=what: ran.append(what))
        waiting += [source for source, _ in node.next_functions]
    torch.autograd.backward(loss)
    return ran


def test_nodes_are_in_the_order_in_which_they_ran() -> None:
    w, b, s, x = random(5, 3, seed=1), random(3, seed=2), random(1, seed=3), random(4, 5, seed=4)

    def compute() -> Tensor:
        hidden = torch.addmm(b, x, w).sigmoid() * s
        return F.layer_norm(hidden, (3,), b, None).sum() + (w * s).mean()

    with Trace() as trace:
        loss = compute()
    trace.backward(loss)
    shown = [str(node.shapes[0]) if node.kind == "leaf" else node.type for node in trace]
    assert shown == order_of_the_engine(compute())
    for node in trace:
        if node.kind == "leaf":
            assert equal(node.grad_output, node.grad)
