"""Bad arguments of convolution, pooling and batch normalisation raise what PyTorch raises."""

from typing import Any

import pytest
import torch
import torch.nn.functional as F

from byhand import functions

x = torch.randn(2, 3, 5, 5, generator=torch.Generator().manual_seed(0))
w = torch.randn(4, 3, 3, 3, generator=torch.Generator().manual_seed(1))
one, ones = torch.zeros(3), torch.ones(3)
training = {"training": True}

# (what is wrong, the arguments, the options)
CONV2D: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("other channels", (x, w[:, :2]), {}),
    ("kernel larger than the image", (x, torch.ones(4, 3, 7, 7)), {}),
    ("dilated kernel larger than the image", (x, w), {"dilation": 3}),
    ("negative padding", (x, w), {"padding": -1}),
    ("stride 0", (x, w), {"stride": 0}),
    ("dilation 0", (x, w), {"dilation": 0}),
    ("groups 0", (x, w), {"groups": 0}),
    ("groups that do not divide", (x, w), {"groups": 2}),
    ("same with stride 2", (x, w), {"padding": "same", "stride": 2}),
    ("unknown padding", (x, w), {"padding": "full"}),
    ("three strides", (x, w), {"stride": (1, 1, 1)}),
    ("a stride that is no integer", (x, w), {"stride": 1.5}),
    ("bias of another size", (x, w, one), {}),
    ("scalar bias", (x, w, torch.tensor(1.0)), {}),
    ("bias of another dtype", (x, w, torch.zeros(4).double()), {}),
    ("input of another dtype", (x.double(), w), {}),
    ("a matrix", (x[0, 0], w), {}),
    ("five dimensions", (x[None], w), {}),
    ("a kernel of three dimensions", (x, w[0]), {}),
    ("no output channels", (x, w[:0]), {}),
    ("booleans", (x > 0, w > 0), {}),
    ("a list", ([1.0], w), {}),
    ("no kernel", (x, None), {}),
]
MAX_POOL2D: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("window larger than the image", (x, 7), {}),
    ("negative padding", (x, 2), {"padding": -1}),
    ("padding of a whole window", (x, 2), {"padding": 2}),
    ("window 0", (x, 0), {}),
    ("stride 0", (x, 2), {"stride": 0}),
    ("dilation 0", (x, 2), {"dilation": 0}),
    ("three sizes", (x, (2, 2, 2)), {}),
    ("a size that is no integer", (x, 1.5), {}),
    ("a matrix", (x[0, 0], 2), {}),
    ("a vector", (x[0, 0, 0], 2), {}),
    ("five dimensions", (x[None], 2), {}),
    ("no channels", (x[:, :0], 2), {}),
    ("no rows", (x[:, :, :0], 2), {}),
    ("booleans", (x > 0, 2), {}),
    ("complex numbers", (x.to(torch.complex64), 2), {}),
    ("a list", ([1.0], 2), {}),
]
BATCH_NORM2D: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("one value a channel", (x[:1, :, :1, :1], None, None), training),
    ("one value a channel, two dimensions", (x[:1, :, 0, 0], None, None), training),
    ("no statistics in evaluation", (x, None, None), {}),
    ("no variance in evaluation", (x, one, None), {}),
    ("no variance in training", (x, one, None), training),
    ("no mean in training", (x, None, ones), training),
    ("statistics of another size", (x, torch.zeros(4), torch.ones(4)), training),
    ("statistics of size 1", (x, one[:1], ones[:1]), training),
    ("variance of another size", (x, one, torch.ones(4)), {}),
    ("weight of another size", (x, None, None, torch.ones(4)), training),
    ("weight of size 1", (x, None, None, torch.ones(1)), training),
    ("bias of another size", (x, None, None, None, torch.ones(4)), training),
    ("statistics in columns", (x, one[:, None], ones[:, None]), training),
    ("integers", (x.long(), None, None), training),
    ("complex numbers", (x.to(torch.complex64), None, None), training),
    ("weight of another dtype", (x.double(), None, None, ones), training),
    ("statistics of another dtype", (x, one.double(), ones.double()), training),
    ("a vector", (x[0, :, 0, 0], None, None), training),
    ("a scalar", (torch.tensor(1.0), None, None), training),
    ("eps 0", (x, None, None), {"training": True, "eps": 0.0}),
    ("no momentum", (x, None, None), {"training": True, "momentum": None}),
    ("a mean that requires a gradient", (x, one.clone().requires_grad_(), ones), training),
    ("a variance that requires one", (x, one, ones.clone().requires_grad_()), {}),
    ("a list", ([1.0], None, None), training),
]
BAD = [
    (ours, theirs, *case[1:])
    for ours, theirs, cases in (
        (functions.conv2d, F.conv2d, CONV2D),
        (functions.max_pool2d, F.max_pool2d, MAX_POOL2D),
        (functions.batch_norm2d, F.batch_norm, BATCH_NORM2D),
    )
    for case in cases
]
NAMES = [
    f"{name}: {case[0]}"
    for name, cases in (("conv", CONV2D), ("pool", MAX_POOL2D), ("norm", BATCH_NORM2D))
    for case in cases
]


@pytest.mark.parametrize(("ours", "theirs", "arguments", "options"), BAD, ids=NAMES)
def test_the_same_exception(
    ours: Any, theirs: Any, arguments: tuple[Any, ...], options: dict[str, Any]
) -> None:
    # A gradient is asked for, so that what only backward would notice is noticed, too.
    arguments = tuple(
        value.clone().requires_grad_()
        if isinstance(value, torch.Tensor) and value.is_floating_point() and not i
        else value
        for i, value in enumerate(arguments)
    )
    with pytest.raises(Exception) as expected:  # noqa: PT011  whatever PyTorch raises
        theirs(*arguments, **options)
    with pytest.raises(expected.type) as raised:
        ours(*arguments, **options)
    assert raised.type is expected.type
    assert len(str(raised.value)) > 20


def test_complex_numbers_are_refused() -> None:
    numbers = torch.zeros(1, 1, 3, 3, dtype=torch.complex64)
    assert F.conv2d(numbers, numbers).is_complex()
    with pytest.raises(NotImplementedError, match=r"complex64.*use torch\.conv2d"):
        functions.conv2d(numbers, numbers)


def test_what_pytorch_accepts_is_accepted() -> None:
    """Integers, half precision, an empty batch, one value a channel in evaluation."""
    for dtype in (torch.int64, torch.bfloat16, torch.float16):
        a, b = (10 * x).to(dtype), (10 * w).to(dtype)
        assert torch.equal(functions.conv2d(a, b), F.conv2d(a, b))
        assert torch.equal(functions.max_pool2d(a, 2), F.max_pool2d(a, 2))
    assert functions.conv2d(x[:0], w).shape == (0, 4, 3, 3)
    assert functions.max_pool2d(x[:0], 2, []).shape == (0, 3, 2, 2)
    small = x[:1, :, :1, :1]
    assert torch.equal(functions.batch_norm2d(small, one, ones), F.batch_norm(small, one, ones))
