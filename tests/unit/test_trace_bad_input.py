"""What a trace says to a mistake, and that the reader's tensors and graph survive it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import _get_current_dispatch_mode

from byhand._trace import Trace
from tests.unit.trace_tools import equal, leaf, traced


def says(error: type[Exception], *words: str) -> Any:
    """Expect an error of one sentence that holds some words in this order."""
    return pytest.raises(error, match="(?s)" + ".*".join(map(re.escape, words)))


@pytest.fixture
def x() -> Tensor:
    return leaf(1.0, 2.0, 3.0)


def usable(x: Tensor, loss: Tensor, expected: Tensor) -> None:
    """Check that nothing was accumulated and that the graph still works."""
    assert x.grad is None
    torch.autograd.backward(loss)
    assert equal(x.grad, expected)


def test_a_loss_that_does_not_require_grad(x: Tensor) -> None:
    with Trace() as trace:
        loss = (x.detach() * 2).sum()
    with says(ValueError, "The loss does not require grad", "detached", "requires_grad=True"):
        trace.backward(loss)


def test_a_loss_made_under_no_grad_among_several(x: Tensor) -> None:
    with Trace() as trace:
        good = (x * 2).sum()
        with torch.no_grad():
            bad = (x * 2).sum()
    with says(ValueError, "Root 1 (of 2) does not require grad"):
        trace.backward([good, bad])
    usable(x, good, torch.tensor([2.0, 2.0, 2.0]).double())


def test_a_loss_made_elsewhere(x: Tensor) -> None:
    before = (x * 2).sum()
    with Trace() as trace:
        inside = x * 3
    for loss in (before, inside.sum(), x):
        with says(ValueError, "The loss was not made inside the block", "compute it inside"):
            trace.backward(loss, torch.ones_like(loss))
    usable(x, before, torch.tensor([2.0, 2.0, 2.0]).double())


def test_a_second_backward_without_retain_graph(x: Tensor) -> None:
    with Trace() as trace:
        loss = (x**2).sum()
    trace.backward(loss)
    with says(RuntimeError, "freed by an earlier backward", "retain_graph=True"):
        trace.backward(loss)
    assert equal(x.grad, 2 * x)  # not accumulated twice


def test_a_graph_that_plain_backward_has_freed(x: Tensor) -> None:
    with Trace() as trace:
        shared = x**2
        loss, other = shared.sum(), (x + shared).sum()
    torch.autograd.backward(loss)
    with says(RuntimeError, "freed by an earlier backward"):
        trace.backward(other)
    assert equal(x.grad, 2 * x)  # the branch through x + … was not run either


def test_a_second_backward_where_pytorch_allows_one(x: Tensor) -> None:
    with Trace() as trace:
        loss = (x + 1).sum()
    trace.backward(loss)
    trace.backward(loss)
    assert equal(x.grad, torch.tensor([2.0, 2.0, 2.0]).double())


def test_a_name_that_several_nodes_share(x: Tensor) -> None:
    trace = traced(lambda: (x + 1 + x.sin()).sum())
    with says(KeyError, "2 nodes are called AddBackward0", "AddBackward0#0, AddBackward0#1"):
        _ = trace["AddBackward0"]
    assert trace["AddBackward0#0"].operation == "AccumulateGrad + 1"  # the first that was written
    assert trace["AddBackward0#1"].operation == "AddBackward0#0 + SinBackward0"


def test_an_unknown_name(x: Tensor) -> None:
    trace = traced(lambda: (x + 1).sum(), x=x)
    with says(KeyError, "No node is called 'AddBackward'; did you mean AddBackward0"):
        _ = trace["AddBackward"]
    with says(KeyError, "No node is called 'q'; there are x, AccumulateGrad, AddBackward0"):
        _ = trace["q"]
    large = traced(lambda: sum((x + k).sum() for k in range(30)))  # type: ignore[arg-type,return-value]
    with says(KeyError, "and", "more"):
        _ = large["zzz"]


def stop(_: Tensor) -> None:
    raise ZeroDivisionError


def test_an_exception_inside_the_block(x: Tensor) -> None:
    trace, loss = Trace(), (x * 2).sum()
    with pytest.raises(ZeroDivisionError), trace:
        stop(x * 2)
    with says(RuntimeError, "raised an exception", "new Trace()"):
        trace.backward(loss)
    assert "raised an exception" in repr(trace)
    usable(x, loss, torch.tensor([2.0, 2.0, 2.0]).double())
    with says(RuntimeError, "make a new Trace()"), trace:
        pass
    assert _get_current_dispatch_mode() is None  # operations are no longer recorded


@pytest.mark.parametrize(
    "use",
    [
        lambda trace: trace.backward(torch.ones(())),
        lambda trace: trace["AddBackward0"],
        lambda trace: trace.summary(),
        lambda trace: trace.to_svg(),
        lambda trace: trace.to_dict(),
    ],
)
def test_before_and_inside_the_block(use: Callable[[Trace], object]) -> None:
    trace = Trace()
    with says(RuntimeError, "Nothing is recorded yet", "inside `with Trace() as trace:`"):
        use(trace)
    with trace, says(RuntimeError, "still open", "leave it"):
        use(trace)


def test_looking_before_backward(x: Tensor) -> None:
    with Trace() as trace:
        _ = x * 2
    with says(RuntimeError, "call trace.backward(loss)"):
        _ = trace["MulBackward0"]
    assert list(trace) == []
    assert "call trace.backward(loss)" in repr(trace)
    assert "call trace.backward(loss)" in trace._repr_html_()


def test_a_block_entered_twice(x: Tensor) -> None:
    with Trace() as trace:
        loss = x.sum()
    with says(RuntimeError, "records one block", "new Trace()"), trace:
        pass
    trace.backward(loss)
    assert equal(x.grad, torch.ones(3).double())


def test_a_loss_of_several_numbers(x: Tensor) -> None:
    with Trace() as trace:
        y = x * 2
    with says(ValueError, "The loss is of shape (3,)", "give grad_tensors of shape (3,)", ".sum()"):
        trace.backward(y)
    usable(x, y.sum(), torch.tensor([2.0, 2.0, 2.0]).double())


def test_one_number_in_a_list_needs_no_vector() -> None:
    x = leaf(2.0)
    with Trace() as trace:
        y = x * 2
    trace.backward(y)
    assert equal(x.grad, torch.tensor([2.0]).double())


def test_a_complex_loss() -> None:
    z = torch.tensor(1 + 2j, requires_grad=True)
    with Trace() as trace:
        loss = z * 2
    with says(ValueError, "The loss is complex", "one real number"):
        trace.backward(loss)


def test_vectors_of_the_wrong_shape_number_and_type(x: Tensor) -> None:
    with Trace() as trace:
        y, z = x * 2, (x * 3).sum()
    with says(ValueError, "The loss has shape (3,) and its grad_tensor (2,)"):
        trace.backward(y, torch.ones(2))
    with says(ValueError, "There are 2 roots and 1 grad_tensors", "one for each"):
        trace.backward([y, z], torch.ones(3))
    with says(TypeError, "grad_tensor of the loss is a float", "shape (3,)"):
        trace.backward(y, 1.0)  # type: ignore[arg-type]
    with says(TypeError, "The loss is a float; give the tensor"):
        trace.backward(1.0)  # type: ignore[arg-type]
    with says(ValueError, "There is no root"):
        trace.backward([])
    usable(x, y.sum(), torch.tensor([2.0, 2.0, 2.0]).double())


def test_names_of_things_without_a_gradient(x: Tensor) -> None:
    with says(ValueError, "target does not require grad", "requires_grad=True"):
        Trace(x=x, target=torch.ones(3))
    with says(TypeError, "lr is a float; name tensors or modules"):
        Trace(lr=0.1)  # type: ignore[arg-type]
    frozen = nn.Linear(2, 2)
    frozen.bias.requires_grad_(False)
    trace = traced(lambda: frozen(torch.ones(2)).sum(), layer=frozen)
    assert trace["layer.weight"].grad is not None
    with pytest.raises(KeyError):
        _ = trace["layer.bias"]


def test_local_jacobians_that_there_are_not(x: Tensor) -> None:
    with says(RuntimeError, "Trace(jacobians=True)"):
        traced(lambda: x.sum())["SumBackward0"].local_jacobian()
    wide = torch.ones(65, requires_grad=True)
    trace = traced(lambda: (wide * 2).sum(), jacobians=True, w=wide)
    with says(ValueError, "MulBackward0 has no local Jacobian", "65 numbers", "up to 64"):
        trace["MulBackward0"].local_jacobian()
    with says(ValueError, "SumBackward0 has no local Jacobian", "an input has 65", "up to 64"):
        trace["SumBackward0"].local_jacobian()
    with says(ValueError, "w is a leaf"):
        trace["w"].local_jacobian()


def test_what_pytorch_itself_refuses_is_left_to_its_message(x: Tensor) -> None:
    with Trace() as trace:
        y = x * 1
        loss = (y * y).sum()
        y.add_(1)
    with says(RuntimeError, "modified by an inplace operation"):
        trace.backward(loss)
    assert x.grad is None
