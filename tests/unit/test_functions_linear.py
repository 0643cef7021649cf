"""Pointwise, linear and normalising Functions against PyTorch, over shapes and values."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from byhand import functions

sizes = st.integers(1, 4)
seeds = st.integers(0, 10_000)
leading = st.lists(sizes, max_size=2)


def leaves(seed: int, *shapes: Sequence[int]) -> list[Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return [
        torch.randn(tuple(shape), generator=generator, dtype=torch.float64).requires_grad_()
        for shape in shapes
    ]


def assert_same(
    ours: Callable[..., Tensor], theirs: Callable[..., Tensor], inputs: list[Tensor], seed: int
) -> None:
    """Compare values, and gradients for a random grad_output."""
    actual, expected = ours(*inputs), theirs(*inputs)
    torch.testing.assert_close(actual, expected, rtol=1e-10, atol=1e-10)
    (grad_output,) = leaves(seed + 1, expected.shape)
    for a, b in zip(
        torch.autograd.grad(actual, inputs, grad_output.detach()),
        torch.autograd.grad(expected, inputs, grad_output.detach()),
        strict=True,
    ):
        torch.testing.assert_close(a, b, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("ours", "theirs"), [(functions.square, torch.square), (functions.exp, torch.exp)]
)
@given(shape=st.lists(st.integers(0, 4), max_size=3), seed=seeds)
def test_pointwise(
    ours: Callable[..., Tensor], theirs: Callable[..., Tensor], shape: list[int], seed: int
) -> None:
    assert_same(ours, theirs, leaves(seed, shape), seed)


@given(shape=st.lists(sizes, max_size=3), data=st.data(), seed=seeds)
def test_broadcast_add(shape: list[int], data: st.DataObject, seed: int) -> None:
    def narrowed() -> list[int]:
        """Return a shape that broadcasts to `shape`: some sizes 1, some dimensions left out."""
        kept = data.draw(st.integers(0, len(shape)))
        return [data.draw(st.sampled_from([1, size])) for size in shape[len(shape) - kept :]]

    assert_same(functions.broadcast_add, torch.add, leaves(seed, narrowed(), narrowed()), seed)


@given(batch=leading, n=sizes, k=sizes, m=sizes, cut=st.integers(0, 2), seed=seeds)
def test_matmul(batch: list[int], n: int, k: int, m: int, cut: int, seed: int) -> None:
    inputs = leaves(seed, [*batch, n, k], [*batch[cut:], k, m])
    assert_same(functions.matmul, torch.matmul, inputs, seed)


@given(batch=leading, k=sizes, m=sizes, bias=st.booleans(), seed=seeds)
def test_linear(batch: list[int], k: int, m: int, bias: bool, seed: int) -> None:
    inputs = leaves(seed, [*batch, k], [m, k], *([[m]] if bias else []))
    assert_same(functions.linear, F.linear, inputs, seed)


@given(
    batch=leading,
    shape=st.lists(st.integers(2, 4), min_size=1, max_size=2),
    affine=st.sampled_from([(), ("weight",), ("bias",), ("weight", "bias")]),
    seed=seeds,
)
def test_layer_norm(batch: list[int], shape: list[int], affine: tuple[str, ...], seed: int) -> None:
    def with_options(function: Callable[..., Tensor]) -> Callable[..., Tensor]:
        def run(input: Tensor, *rest: Tensor) -> Tensor:
            options: dict[str, Any] = dict(zip(affine, rest, strict=True))
            return function(input, shape, eps=1e-3, **options)

        return run

    inputs = leaves(seed, [*batch, *shape], *([shape] * len(affine)))
    assert_same(with_options(functions.layer_norm), with_options(F.layer_norm), inputs, seed)


def test_layer_norm_of_almost_equal_numbers() -> None:
    (x,) = leaves(0, (3, 5))
    near = (1 + 1e-7 * x).detach().requires_grad_()
    assert_same(lambda x: functions.layer_norm(x, (5,)), lambda x: F.layer_norm(x, (5,)), [near], 1)


def test_bad_input_is_explained() -> None:
    with pytest.raises(ValueError, match=r"b has shape \(3,\).*b\[None, :\]"):
        functions.matmul(torch.zeros(2, 3), torch.zeros(3))
    with pytest.raises(ValueError, match=r"\(2, 3\) and normalized_shape is \(4,\)"):
        functions.layer_norm(torch.zeros(2, 3), (4,))
    with pytest.raises(ValueError, match="normalized_shape is \\(\\)"):
        functions.layer_norm(torch.zeros(2, 3), ())
