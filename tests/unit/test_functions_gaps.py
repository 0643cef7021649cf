"""Cases that a mutant of a backward survived without."""

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch.autograd import Function

from byhand import functions
from byhand.functions._cross_entropy_terms import find_options, index_gradient
from tests.unit.test_functions_images import (
    assert_near,
    assert_same,
    leaves,
    random,
    sweep_convolution,
)


def watch(function: type[Function], monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Note what a backward itself receives and returns, before the engine mends anything."""
    seen: dict[str, Any] = {}
    right: Any = function.backward

    def backward(ctx: Any, *grad_outputs: Any) -> Any:
        seen["receives"], seen["returns"] = grad_outputs, right(ctx, *grad_outputs)
        return seen["returns"]

    monkeypatch.setattr(function, "backward", staticmethod(backward))
    return seen


def shapes(tensors: Any) -> list[tuple[int, ...]]:
    return [tuple(tensor.shape) for tensor in tensors]


@pytest.mark.parametrize("sizes", [((2, 3), (5, 3, 4)), ((5, 2, 3), (3, 4))])
def test_matmul_with_a_broadcast(sizes: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = leaves(0, torch.float64, *sizes)
    assert_same(functions.matmul, torch.matmul, inputs, 9)
    seen = watch(functions.MatMul, monkeypatch)
    functions.matmul(*inputs).sum().backward()  # type: ignore[no-untyped-call]
    assert shapes(seen["returns"]) == list(sizes)  # the engine would sum what is too large


@pytest.mark.parametrize("shape", [(1, 5), (3, 1), (1, 1), (2, 1, 5), (1, 3, 1)])
def test_broadcasting_of_ones_behind_new_dimensions(
    shape: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = leaves(0, torch.float64, shape, (7, 2, 3, 5))
    assert_same(functions.broadcast_add, torch.add, inputs, 9)
    seen = watch(functions.BroadcastAdd, monkeypatch)
    functions.broadcast_add(*inputs).sum().backward()  # type: ignore[no-untyped-call]
    assert shapes(seen["returns"]) == [shape, (7, 2, 3, 5)]


@pytest.mark.parametrize("kernel", [(3, 2), (4, 3), (5, 4)])
def test_same_padding_of_taller_kernels(kernel: tuple[int, int]) -> None:
    inputs = leaves(0, torch.float64, (2, 2, 7, 6), (3, 2, *kernel))
    assert_same(
        lambda x, w: functions.conv2d(x, w, padding="same"),
        lambda x, w: F.conv2d(x, w, padding="same"),
        inputs,
        9,
    )


@pytest.mark.parametrize("stride", [(1, 2), (2, 1)])
def test_conv2d_of_whole_pages_with_uneven_strides(stride: tuple[int, int]) -> None:
    """A plane of 32 × 32 numbers is a whole page, and gets a row of zeros."""
    image = [31 * step + 3 - 2 * zeros for step, zeros in zip(stride, (1, 2), strict=True)]
    options = {"stride": stride, "padding": (1, 2)}
    sweep_convolution(([(2, 2, *image), (2, 2, 3, 3)], options), 1, torch.float64)


@pytest.mark.parametrize("samples", [0, 5, 32, 64])
def test_many_grad_outputs_of_a_convolution_at_once(samples: int) -> None:
    """Autograd's own vmap is older than `torch.func`'s, and refuses some views."""
    x, w = leaves(0, torch.float64, (samples, 2, 4, 3), (3, 2, 2, 2))
    many = random((6, samples, 3, 3, 2), 9)
    ours, theirs = (
        torch.autograd.grad(conv2d(x, w), (x, w), many, is_grads_batched=True)
        for conv2d in (functions.conv2d, F.conv2d)
    )
    for actual, expected in zip(ours, theirs, strict=True):
        assert_near(actual, expected)


def test_running_statistics_may_change_before_a_backward_in_training() -> None:
    """They are no part of its gradient, so it must not hold on to them."""
    x = random((4, 2, 3, 3), 0).requires_grad_()
    mean, var = torch.zeros(2).double(), torch.ones(2).double()
    output = functions.batch_norm2d(x, mean, var, training=True).pow(3)
    expected = F.batch_norm(x, None, None, training=True).pow(3)
    mean.zero_()
    var.zero_()
    for ours, theirs in zip(
        torch.autograd.grad(output.sum(), x),
        torch.autograd.grad(expected.sum(), x),
        strict=True,
    ):
        assert_near(ours, theirs)


def test_pooling_has_no_zeros_made_for_its_indices(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = watch(functions.MaxPool2d, monkeypatch)
    x = random((1, 2, 4, 4), 0).requires_grad_()
    functions.max_pool2d(x, 2).sum().backward()  # type: ignore[no-untyped-call]
    assert seen["receives"][0].shape == (1, 2, 2, 2)
    assert seen["receives"][1:] == (None,)


@pytest.mark.parametrize("double", range(3))
def test_cross_entropy_returns_the_dtype_of_each_tensor(
    double: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Logits, class probabilities and class weights: one of them, or two, in another dtype."""
    shapes = [(4, 3), (4, 3), (3,)]
    for one, other in ((torch.float64, torch.float32), (torch.float32, torch.float64)):
        dtypes = [one if i == double else other for i in range(3)]
        x, q, w = (
            random(shape, i, dtype).requires_grad_()
            for i, (shape, dtype) in enumerate(zip(shapes, dtypes, strict=True))
        )
        with monkeypatch.context() as patch:
            seen = watch(functions.CrossEntropy, patch)
            grads = torch.autograd.grad(functions.cross_entropy(x, q, w), (x, q, w))
        assert [grad.dtype for grad in seen["returns"][:3]] == dtypes
        expected = torch.autograd.grad(F.cross_entropy(x, q, w), (x, q, w))
        torch.testing.assert_close(grads, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_cross_entropy_with_a_wider_grad_output(smoothing: float) -> None:
    """So it is under autocast on a GPU: the loss is float32, the logits are half as wide."""
    x, target = random((4, 3), 0, torch.float32), torch.tensor([0, 2, -100, 1])
    options = find_options((x, target, None, -100, "mean", smoothing))
    grad = index_gradient(torch.tensor(1.5).double(), x, target, None, options)
    x.requires_grad_()
    (expected,) = torch.autograd.grad(
        1.5 * F.cross_entropy(x, target, label_smoothing=smoothing), x
    )
    torch.testing.assert_close(grad, expected)


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_cross_entropy_with_an_infinite_grad_output(smoothing: float) -> None:
    """Without smoothing the other classes get ∞ · p = ∞, and not ∞ − ∞ · 0."""
    x, target = random((1, 3), 0).requires_grad_(), torch.tensor([1])
    upstream = torch.tensor(torch.inf).double()
    actual, expected = (
        torch.autograd.grad(
            function(x, target, reduction="sum", label_smoothing=smoothing), x, upstream
        )
        for function in (functions.cross_entropy, F.cross_entropy)
    )
    torch.testing.assert_close(actual, expected, equal_nan=True)
