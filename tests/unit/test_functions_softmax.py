"""ReLU, sigmoid, softmax and log-softmax against PyTorch: derivatives, dtypes, bad input."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.autograd import gradcheck, gradgradcheck

from byhand import functions

Operation = Callable[..., Tensor]
POINTWISE: list[tuple[Operation, Operation]] = [
    (functions.relu, F.relu),
    (functions.sigmoid, torch.sigmoid),
]
ALONG: list[tuple[Operation, Operation]] = [
    (functions.softmax, F.softmax),
    (functions.log_softmax, F.log_softmax),
]
NAMES = ["relu", "sigmoid", "softmax", "log_softmax"]
# The same with dim filled in, so that all four take one tensor.
UNARY: list[tuple[Operation, Operation]] = [
    *POINTWISE,
    *[(lambda x, f=ours: f(x, dim=-1), lambda x, f=theirs: f(x, dim=-1)) for ours, theirs in ALONG],
]
pointwise = pytest.mark.parametrize(("ours", "theirs"), POINTWISE, ids=NAMES[:2])
along = pytest.mark.parametrize(("ours", "theirs"), ALONG, ids=NAMES[2:])
unary = pytest.mark.parametrize(("ours", "theirs"), UNARY, ids=NAMES)
# Relative to the largest entry: backward in half precision rounds after each step here, and
# once at the end in PyTorch's own kernels.
TOLERANCES = {
    torch.float64: 1e-12,
    torch.float32: 1e-5,
    torch.float16: 4e-3,
    torch.bfloat16: 3e-2,
}
dtypes = st.sampled_from(list(TOLERANCES))
seeds = st.integers(0, 10_000)


def random(shape: tuple[int, ...], seed: int, dtype: torch.dtype, scale: float = 1.0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return (scale * torch.randn(shape, generator=generator, dtype=torch.float64)).to(dtype)


def assert_same(ours: Operation, theirs: Operation, x: Tensor, seed: int = 1) -> None:
    """Compare value and gradient, NaN for NaN, relative to the largest entry."""
    tolerance = TOLERANCES[x.dtype]
    results = []
    for operation in (ours, theirs):
        leaf = x.clone().requires_grad_()
        output = operation(leaf)
        (gradient,) = torch.autograd.grad(output, leaf, random(output.shape, seed, x.dtype))
        assert gradient.dtype == x.dtype
        results.append((output.detach(), gradient))
    for actual, expected in zip(*results, strict=True):
        finite = expected[expected.isfinite()].abs()
        size = float(finite.max()) if finite.numel() else 0.0
        torch.testing.assert_close(
            actual, expected, rtol=tolerance, atol=tolerance * max(size, 1.0), equal_nan=True
        )


@pointwise
@given(shape=st.lists(st.integers(0, 5), max_size=4).map(tuple), seed=seeds, dtype=dtypes)
def test_pointwise_equals_pytorch(
    ours: Operation, theirs: Operation, shape: tuple[int, ...], seed: int, dtype: torch.dtype
) -> None:
    assert_same(ours, theirs, random(shape, seed, dtype, 3), seed + 1)


@along
@given(
    shape=st.lists(st.integers(0, 5), max_size=4).map(tuple),
    seed=seeds,
    dtype=dtypes,
    scale=st.sampled_from([1.0, 10.0, 1e4]),
    data=st.data(),
)
def test_along_a_dimension_equals_pytorch(
    ours: Operation,
    theirs: Operation,
    shape: tuple[int, ...],
    seed: int,
    dtype: torch.dtype,
    scale: float,
    data: st.DataObject,
) -> None:
    dims = max(len(shape), 1)
    dim = data.draw(st.integers(-dims, dims - 1))
    x = random(shape, seed, dtype, scale)
    assert_same(lambda x: ours(x, dim), lambda x: theirs(x, dim), x, seed + 1)


@along
def test_the_last_dimension_is_the_default(ours: Operation, theirs: Operation) -> None:
    x = random((2, 3, 5), 0, torch.float64)
    assert torch.equal(ours(x), theirs(x, -1))


@unary
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_huge_logits_stay_finite(ours: Operation, theirs: Operation, dtype: torch.dtype) -> None:
    x = torch.tensor([[1e4, -1e4, 0.0], [1e4, 1e4, 1e4], [-1e4, -1e4, -1e4]], dtype=dtype)
    leaf = x.clone().requires_grad_()
    output = ours(leaf)
    (gradient,) = torch.autograd.grad(output, leaf, random(x.shape, 0, dtype))
    assert output.isfinite().all()
    assert gradient.isfinite().all()
    assert_same(ours, theirs, x)


@unary
@pytest.mark.parametrize("special", [float("nan"), float("inf"), -float("inf"), 0.0, -0.0])
def test_special_values_do_what_pytorch_does(
    ours: Operation, theirs: Operation, special: float
) -> None:
    assert_same(ours, theirs, torch.tensor([[special, 1.0, -2.0], [3.0, 0.5, 1.0]]))
    assert_same(ours, theirs, torch.full((2, 3), special))


def test_relu_has_slope_0_at_0_and_lets_no_nan_through() -> None:
    x = torch.tensor([0.0, -0.0, -1.0, 2.0], requires_grad=True)
    upstream = torch.tensor([1.7, 1.7, float("nan"), 1.7])
    (gradient,) = torch.autograd.grad(functions.relu(x), x, upstream)
    (expected,) = torch.autograd.grad(F.relu(x), x, upstream)
    assert torch.equal(gradient, expected)
    assert gradient.tolist() == [0, 0, 0, pytest.approx(1.7)]


@unary
def test_every_order_of_derivative(ours: Operation, theirs: Operation) -> None:
    """Reverse and forward mode, one over the other, and both under vmap."""
    x, t = random((3, 5), 2, torch.float64), random((3, 5), 3, torch.float64)
    jvp, vmap, jacfwd, jacrev = (
        torch.func.jvp,
        torch.func.vmap,
        torch.func.jacfwd,
        torch.func.jacrev,
    )
    for derive in (
        lambda f: jvp(f, (x,), (t,)),
        lambda f: vmap(lambda a, b: jvp(f, (a,), (b,)))(x, t),
        lambda f: vmap(jacfwd(f))(x),
        lambda f: vmap(jacrev(f))(x),
        lambda f: jacfwd(jacrev(f))(x),
        lambda f: jacrev(jacfwd(f))(x),
        lambda f: torch.func.hessian(lambda x: f(x).pow(3).sum())(x),
    ):
        torch.testing.assert_close(derive(ours), derive(theirs))


def test_a_tangent_of_a_tangent_is_a_gap_of_pytorch() -> None:
    """Forward mode over forward mode is off inside every `jvp`, not only inside the book's.

    When this goes red, PyTorch has closed the gap: take the sentence out of the docstrings.
    """

    class Cube(torch.autograd.Function):
        generate_vmap_rule = True

        @staticmethod
        def forward(x: Tensor) -> Tensor:
            return x**3

        @staticmethod
        def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
            ctx.save_for_forward(*inputs)

        @staticmethod
        def jvp(ctx: Any, tangent: Tensor) -> Tensor:
            (x,) = ctx.saved_tensors
            change: Tensor = tangent * 3 * x**2
            return change

    x = torch.tensor(2.0)
    twice = torch.func.jacfwd(torch.func.jacfwd(Cube.apply))(x)
    assert (twice.item(), 6 * x.item()) == (0, 12)
    sigmoid = torch.func.jacfwd(torch.func.jacfwd(functions.sigmoid))(x)
    expected = torch.func.jacfwd(torch.func.jacfwd(torch.sigmoid))(x)
    assert not torch.isclose(sigmoid, expected)
    torch.testing.assert_close(torch.func.jacfwd(torch.func.jacrev(functions.sigmoid))(x), expected)


@unary
def test_gradcheck_in_both_modes(ours: Operation, theirs: Operation) -> None:
    x = random((3, 5), 4, torch.float64).requires_grad_()
    assert gradcheck(ours, x, check_forward_ad=True, check_batched_grad=True)
    assert gradgradcheck(ours, x, check_fwd_over_rev=True, check_batched_grad=True)


@pytest.mark.parametrize("n", [2, 64])
def test_softmax_product_is_the_jacobian_multiplied_out(n: int) -> None:
    x, g = random((n,), 5, torch.float64).requires_grad_(), random((n,), 6, torch.float64)
    p = functions.softmax(x)
    (gradient,) = torch.autograd.grad(p, x, g)
    jacobian = torch.diag(p) - torch.outer(p, p)
    torch.testing.assert_close(gradient, jacobian @ g)
    assert abs(gradient.sum()) < 1e-12


def outcome(operation: Operation, *arguments: Any) -> object:
    """Return the type of the exception, or the output."""
    try:
        return operation(*arguments)
    except Exception as error:
        return type(error)


INTEGERS = torch.arange(-2, 3)
BAD_POINTWISE = [INTEGERS, INTEGERS > 0, [1.0], None, 3.0]
BAD_ALONG = [
    (INTEGERS, 0),
    (INTEGERS > 0, 0),
    (torch.zeros(3, dtype=torch.complex64), 0),
    (torch.zeros(3, 5), 2),
    (torch.zeros(3, 5), -3),
    (torch.zeros(()), 1),
    (torch.zeros(3, 5), 1.0),
    (torch.zeros(3, 5), "last"),
]


@pointwise
@pytest.mark.parametrize("bad", BAD_POINTWISE, ids=lambda bad: str(bad))
def test_bad_input_to_pointwise(ours: Operation, theirs: Operation, bad: Any) -> None:
    actual, expected = outcome(ours, bad), outcome(theirs, bad)
    if isinstance(expected, Tensor):
        assert isinstance(actual, Tensor)
        torch.testing.assert_close(actual, expected)
    else:
        assert actual is expected


@along
@pytest.mark.parametrize("bad", BAD_ALONG, ids=str)
def test_bad_input_along_a_dimension(ours: Operation, theirs: Operation, bad: Any) -> None:
    assert outcome(ours, *bad) is outcome(theirs, *bad)
    assert isinstance(outcome(ours, *bad), type)


def test_a_list_is_no_tensor() -> None:
    for ours, theirs in ALONG:
        assert outcome(ours, [1.0], 0) is TypeError
        assert outcome(theirs, [1.0], 0) is AttributeError  # PyTorch's own sentence is no clearer


def test_complex_numbers_are_refused() -> None:
    x = torch.zeros(3, dtype=torch.complex64)
    assert outcome(functions.relu, x) is outcome(F.relu, x) is NotImplementedError
    with pytest.raises(NotImplementedError, match=r"complex64.*use torch\.sigmoid"):
        functions.sigmoid(x)
