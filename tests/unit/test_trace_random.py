"""Random computations: every gradient that a trace shows is the one that autograd computes."""

from collections import Counter
from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.autograd import Function
from torch.autograd.graph import GradientEdge

from byhand._trace import Trace
from tests.unit.test_functions_contract import FUNCTIONS, arguments
from tests.unit.trace_tools import TwoOutputs, WrongSquare, apply, equal, random

ROWS, COLUMNS = 2, 3


def shift_in_place(a: Tensor) -> Tensor:
    b = a.clone()
    b.mul_(1.5)
    return b


def change_a_row(a: Tensor) -> Tensor:
    b = a * 1.0
    b[0].mul_(b[1].clone())
    b[:, 1] = 0.5
    return b


def under_no_grad(a: Tensor) -> Tensor:
    with torch.no_grad():
        scale = a.abs().sum()
    return a / (1 + scale)


ONE: list[Callable[[Tensor], Tensor]] = [
    torch.sin,
    torch.tanh,
    torch.relu,
    lambda a: a.abs().sqrt(),
    lambda a: a.t().contiguous().t(),
    lambda a: a.reshape(COLUMNS, ROWS).reshape(ROWS, COLUMNS) * 2,
    lambda a: a - a.mean(0, keepdim=True),
    lambda a: a.softmax(1),
    lambda a: torch.stack(a.unbind(1)[::-1], 1),
    lambda a: torch.cat(torch.split(a, [1, 2], dim=1)[::-1], 1),
    lambda a: a[:, torch.tensor([0, 0, 2])],
    lambda a: a.max(1, keepdim=True)[0].expand(ROWS, COLUMNS),
    lambda a: torch.where(a > 0, a, a.detach() * 0.1),
    lambda a: torch.nn.functional.layer_norm(a, [COLUMNS]),
    lambda a: apply(WrongSquare, a),
    shift_in_place,
    change_a_row,
    under_no_grad,
]
TWO: list[Callable[[Tensor, Tensor], Tensor]] = [
    torch.add,
    torch.sub,
    torch.mul,
    lambda a, b: a / (1 + b.abs()),
    lambda a, b: a @ b.t() @ b,
    lambda a, b: a + b.sum(1, keepdim=True),
    lambda a, b: torch.add(a, b[0], alpha=2),
    torch.maximum,
    lambda a, b: sum(apply(TwoOutputs, a, b, 0.5)[:2]),
    lambda a, b: torch.addcmul(a, a, b, value=0.3),
]
Step = tuple[int, int, int]
steps = st.lists(
    st.tuples(st.integers(0, len(ONE) + len(TWO) - 1), st.integers(0, 99), st.integers(0, 99)),
    min_size=1,
    max_size=10,
)


def compute(leaves: list[Tensor], program: list[Step], separate: bool) -> list[Tensor]:
    """Run a program; each step takes earlier results. `separate`: each by a view."""
    results = list(leaves)

    def use(place: int) -> Tensor:
        tensor = results[place % len(results)]
        return tensor.view_as(tensor) if separate else tensor

    for number, first, second in program:
        if number < len(ONE):
            results.append(ONE[number](use(first)))
        else:
            results.append(TWO[number - len(ONE)](use(first), use(second)))
    return results[len(leaves) :]


def check(trace: Trace, roots: list[Tensor], vectors: list[Tensor]) -> int:
    """Compare every gradient with `torch.autograd.grad`; return how many edges were compared."""
    list(trace)
    uses = Counter((edge.node, edge.output) for node in trace for edge in node.inputs if edge)
    starts = {(trace._nodes[root.grad_fn], root.output_nr) for root in roots if root.grad_fn}
    places = [(made, k) for made, node in trace._nodes.items() for k in range(len(node.outputs))]
    gradients = torch.autograd.grad(
        roots, [GradientEdge(*place) for place in places], vectors, allow_unused=True
    )
    expected = {
        (trace._nodes[made], k): gradient
        for (made, k), gradient in zip(places, gradients, strict=True)
    }
    compared = 0
    for (node, k), gradient in expected.items():
        received = node.received[k]
        assert (received is None) == (gradient is None)
        assert gradient is None or equal(received and received[0], gradient), node
    for node in trace:
        for edge, sent in zip(node.inputs, node.grad_inputs, strict=True):
            if edge is not None and uses[edge] == 1 and edge not in starts:
                gradient = expected[edge]
            elif edge is not None and node.type == "ViewBackward0":
                gradient = expected[node, 0]  # it sends on what it gets
            else:
                continue  # one of several gradients that add to what was compared above
            assert (sent is None) == (gradient is None)
            assert sent is None or equal(sent, gradient.reshape(sent.shape)), node
            compared += 1
    return compared


@settings(max_examples=250)
@given(steps, st.booleans(), st.booleans(), st.integers(0, 1000))
def test_every_edge_equals_autograd(
    program: list[Step], separate: bool, jacobians: bool, seed: int
) -> None:
    leaves = [random(ROWS, COLUMNS, seed=seed + k) for k in range(2)]
    twins = [tensor.detach().clone().requires_grad_() for tensor in leaves]
    with Trace(jacobians=jacobians) as trace:
        results = compute(leaves, program, separate)
    roots = [result for result in (results[-1], results[len(results) // 2]) if result.requires_grad]
    vectors = [random(ROWS, COLUMNS, seed=seed + 7).detach() for _ in roots]
    values = [(result.grad_fn, result.output_nr, result.detach().clone()) for result in results]
    trace.backward(roots, vectors, retain_graph=True)
    plain = compute(twins, program, separate)
    torch.autograd.backward([plain[-1], plain[len(results) // 2]], vectors)
    for tensor, twin in zip(leaves, twins, strict=True):
        assert tensor.grad is twin.grad is None or equal(tensor.grad, twin.grad)
    check(trace, roots, vectors)
    for made, k, value in values:
        if made in trace._nodes:
            kept = trace._nodes[made].values[k]
            assert kept is None or equal(kept[0], value)


def test_edges_of_a_program_with_separate_uses_are_all_compared() -> None:
    leaves = [random(ROWS, COLUMNS, seed=k) for k in range(2)]
    program = [(len(ONE) + 2, 0, 0), (0, 2, 0), (len(ONE), 3, 2), (len(ONE) + 2, 4, 1)]
    with Trace() as trace:
        roots = compute(leaves, program, separate=True)[-1:]
    vectors = [random(ROWS, COLUMNS, seed=9).detach()]
    trace.backward(roots, vectors, retain_graph=True)
    edges = sum(edge is not None for node in trace for edge in node.inputs)
    assert check(trace, roots, vectors) == edges


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
def test_every_function_of_the_book(function: type[Function]) -> None:
    given = arguments(function)
    with Trace() as trace:
        made = apply(function, *(a * 1 if isinstance(a, Tensor) else a for a in given))
    root, *rest = made if isinstance(made, tuple) else (made,)  # a pooling also gives places
    vector = torch.full_like(root, 1.7)
    trace.backward(root, vector, retain_graph=True)
    node = trace[f"{function.__name__}Backward"]
    assert node.kind == "custom"
    first = node.value[0] if rest else node.value  # type: ignore[index]
    assert equal(first, root.detach())
    assert check(trace, [root], [vector]) > 0


@pytest.mark.long
@settings(max_examples=2000)
@given(steps, st.booleans(), st.booleans(), st.integers(0, 10**6))
def test_every_edge_equals_autograd_at_length(
    program: list[Step], separate: bool, jacobians: bool, seed: int
) -> None:
    test_every_edge_equals_autograd.hypothesis.inner_test(  # type: ignore[attr-defined]
        program, separate, jacobians, seed
    )
