"""Convolution, max-pooling and batch normalisation against PyTorch, over shapes and options."""

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
seeds = st.integers(0, 10_000)
dtypes = st.sampled_from([torch.float64, torch.float32])
TOLERANCES = {torch.float64: 1e-10, torch.float32: 1e-5}  # of the largest entry


def random(shape: tuple[int, ...], seed: int, dtype: torch.dtype = torch.float64) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=generator, dtype=torch.float64).to(dtype)


def leaves(seed: int, dtype: torch.dtype, *shapes: tuple[int, ...]) -> list[Tensor]:
    return [random(shape, seed + i, dtype).requires_grad_() for i, shape in enumerate(shapes)]


def assert_near(actual: Tensor, expected: Tensor, slack: float = 1) -> None:
    """Compare relative to the largest entry; `slack` times the tolerance is allowed."""
    assert (actual.shape, actual.dtype) == (expected.shape, expected.dtype)
    finite = expected[expected.isfinite()].abs()
    size = float(finite.max()) if finite.numel() else 0.0
    bound = slack * TOLERANCES[expected.dtype] * size
    torch.testing.assert_close(actual, expected, rtol=0, atol=bound, equal_nan=True)


def assert_same(
    ours: Operation, theirs: Operation, inputs: list[Tensor], seed: int, slack: float = 1
) -> None:
    """Compare values, and gradients for a random grad_output."""
    actual, expected = ours(*inputs), theirs(*inputs)
    assert_near(actual.detach(), expected.detach())
    grad_output = random(tuple(expected.shape), seed, expected.dtype)
    for a, b in zip(
        torch.autograd.grad(actual, inputs, grad_output),
        torch.autograd.grad(expected, inputs, grad_output),
        strict=True,
    ):
        assert_near(a, b, slack)


Forms = st.SearchStrategy[Any]


def one_or_two(low: int, high: int) -> Forms:
    """Draw a number, or one for the height and one for the width."""
    number = st.integers(low, high)
    return st.one_of(number, st.tuples(number), st.tuples(number, number))


def extent(value: Any, side: int) -> int:
    """Return the number for the height (0) or the width (1)."""
    values = value if isinstance(value, tuple) else (value,)
    return int(values[side if len(values) == 2 else 0])


@st.composite
def convolutions(draw: st.DrawFn) -> tuple[list[tuple[int, ...]], dict[str, Any]]:
    """Draw the shapes of input, weight and perhaps bias, and the options."""
    size = st.integers(1, 3)
    groups, inward, outward = draw(size), draw(size), draw(size)
    kernel = draw(size), draw(size)
    padding = draw(st.one_of(one_or_two(0, 3), st.sampled_from(["same", "valid"])))
    stride = 1 if padding == "same" else draw(one_or_two(1, 3))
    dilation = draw(one_or_two(1, 3))
    image = []
    for side in range(2):
        patch = extent(dilation, side) * (kernel[side] - 1) + 1
        zeros = 0 if isinstance(padding, str) else 2 * extent(padding, side)
        least = 1 if padding == "same" else max(1, patch - zeros)
        image.append(least + draw(st.integers(0, 4)))
    batch = draw(st.sampled_from([(), (0,), (1,), (3,)]))
    shapes: list[tuple[int, ...]] = [
        (*batch, groups * inward, *image),
        (groups * outward, inward, *kernel),
    ]
    if draw(st.booleans()):
        shapes.append((groups * outward,))
    options = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    return shapes, options


def sweep_convolution(case: Any, seed: int, dtype: torch.dtype, slack: float = 1) -> None:
    shapes, options = case
    inputs = leaves(seed, dtype, *shapes)
    assert_same(
        lambda *tensors: functions.conv2d(*tensors, **options),
        lambda *tensors: F.conv2d(*tensors, **options),
        inputs,
        seed + 9,
        slack,
    )


@given(case=convolutions(), seed=seeds, dtype=dtypes)
def test_conv2d(case: Any, seed: int, dtype: torch.dtype) -> None:
    sweep_convolution(case, seed, dtype)


@pytest.mark.parametrize("samples", [31, 32, 33, 70])
@pytest.mark.parametrize("groups", [1, 2])
def test_conv2d_of_many_samples(samples: int, groups: int) -> None:
    """The weight's gradient takes some samples at a time; a plane of 32 × 32 is a whole page."""
    for dtype in TOLERANCES:
        for stride in (1, 2):
            size = 31 * stride + 3
            shapes = [(samples, 2, size, size), (2, 2 // groups, 3, 3), (2,)]
            options = {"stride": stride, "groups": groups}
            assert 32 * 32 * dtype.itemsize % 4096 == 0
            # An entry sums 70,000 products of both signs, whose rounding does not cancel.
            sweep_convolution((shapes, options), 1, dtype, slack=10)


@pytest.mark.parametrize("channels", [1, 2, 3, 4, 6, 8])
@pytest.mark.parametrize("dilation", [1, (2, 1), (1, 2)])
@pytest.mark.parametrize("groups", [1, 3])
def test_conv2d_of_many_channels(channels: int, dilation: Any, groups: int) -> None:
    """The weight's gradient takes up to four channels of a group side by side."""
    shapes = [(5, groups * channels, 7, 9), (groups * 2, channels, 2, 3), (groups * 2,)]
    for stride in (1, 2, (2, 3)):
        options = {"stride": stride, "padding": (2, 1), "dilation": dilation, "groups": groups}
        for dtype in TOLERANCES:
            sweep_convolution((shapes, options), 1, dtype)


@pytest.mark.parametrize("padding", ["same", "valid", 1])
def test_conv2d_of_a_transposed_image(padding: Any) -> None:
    inputs = leaves(0, torch.float64, (7, 5, 2, 3), (4, 2, 2, 3))

    def turned(operation: Operation) -> Operation:
        return lambda image, weight: operation(image.permute(3, 2, 0, 1), weight, padding=padding)

    assert_same(turned(functions.conv2d), turned(F.conv2d), inputs, 9)


@st.composite
def poolings(draw: st.DrawFn) -> tuple[tuple[int, ...], dict[str, Any]]:
    """Draw the shape of the input, and the options."""
    kernel, dilation = draw(one_or_two(1, 3)), draw(one_or_two(1, 2))
    stride = draw(st.one_of(st.none(), one_or_two(1, 4)))
    padding = tuple(draw(st.integers(0, extent(kernel, side) // 2)) for side in range(2))
    image = [
        max(
            extent(dilation, side) if padding[side] else 1,
            extent(dilation, side) * (extent(kernel, side) - 1) + 1 - 2 * padding[side],
        )
        + draw(st.integers(0, 4))
        for side in range(2)
    ]
    batch = draw(st.sampled_from([(), (0,), (1,), (3,)]))
    options = {"stride": stride, "padding": padding, "dilation": dilation}
    options |= {"kernel_size": kernel, "ceil_mode": draw(st.booleans())}
    return (*batch, draw(st.integers(1, 3)), *image), options


@given(case=poolings(), seed=seeds, dtype=dtypes, kind=st.sampled_from(["plain", "ties", "nan"]))
def test_max_pool2d(case: Any, seed: int, dtype: torch.dtype, kind: str) -> None:
    shape, options = case
    x = random(shape, seed, dtype)
    if kind != "plain":  # a few values only: most windows hold their largest twice
        x = x.round()
    if kind == "nan":
        x = torch.where(random(shape, seed + 1) > 1, torch.nan, x)
        x = torch.where(random(shape, seed + 2) > 1, -torch.inf, x)
    for leaf in (x.clone(), x.mT.contiguous().mT):  # also not contiguous
        assert_same(
            lambda x: functions.max_pool2d(x, **options),
            lambda x: F.max_pool2d(x, **options),
            [leaf.requires_grad_()],
            seed + 9,
        )


def test_the_first_of_equal_numbers_receives_the_gradient() -> None:
    x = torch.ones(1, 1, 4, 4, requires_grad=True)
    output, indices = functions.MaxPool2d.apply(x, 2, None, 0, 1, False)  # type: ignore[no-untyped-call]
    (gradient,) = torch.autograd.grad(output, x, torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]]))
    assert indices.tolist() == [[[[0, 2], [8, 10]]]]
    assert gradient.flatten().nonzero().flatten().tolist() == [0, 2, 8, 10]
    assert gradient.sum() == 10
    assert not indices.requires_grad


def test_a_window_of_padding_only_is_refused() -> None:
    """PyTorch's index for it is 3, one behind the last entry of the image."""
    _, indices = F.max_pool2d(torch.zeros(1, 1, 3), 2, 1, (1, 0), 2, return_indices=True)
    assert indices.max() == 3
    with pytest.raises(RuntimeError, match=r"\(1, 1, 3\).*dilation 2 and padding 1.*padding only"):
        functions.max_pool2d(torch.zeros(1, 1, 3), 2, 1, (1, 0), 2)


def test_windows_that_overlap_add_their_gradients() -> None:
    x = torch.zeros(1, 3, 3)
    x[0, 1, 1] = 1
    x.requires_grad_()
    (gradient,) = torch.autograd.grad(functions.max_pool2d(x, 2, 1).sum(), x)
    assert gradient.tolist() == [[[0, 0, 0], [0, 4, 0], [0, 0, 0]]]


@st.composite
def normalisations(draw: st.DrawFn) -> tuple[tuple[int, ...], dict[str, bool]]:
    """Draw a shape with more than one value a channel, and which of the tensors there are."""
    places = draw(st.lists(st.integers(1, 3), max_size=3))
    shape = (draw(st.integers(2, 4)), draw(st.integers(1, 3)), *places)
    return shape, {name: draw(st.booleans()) for name in ("weight", "bias", "training", "running")}


@given(
    case=normalisations(),
    momentum=st.sampled_from([0.1, 0.0, 1.0, 0.3]),
    eps=st.sampled_from([1e-5, 0.5]),
    seed=seeds,
    dtype=dtypes,
)
def test_batch_norm2d(
    case: Any, momentum: float, eps: float, seed: int, dtype: torch.dtype
) -> None:
    (samples, *rest), there = case
    # In float32 the gradient of few numbers is what rounding leaves of a difference.
    shape = (samples + 40 * (dtype == torch.float32), *rest)
    affine = [name for name in ("weight", "bias") if there[name]]
    inputs = leaves(seed, dtype, shape, *[(shape[1],)] * len(affine))
    kept = []

    def run(operation: Operation) -> Operation:
        running: Any = None, None
        if there["running"] or not there["training"]:
            running = random(shape[1:2], seed + 5, dtype), random(shape[1:2], seed + 6, dtype) ** 2
            kept.append(running)

        def call(input: Tensor, *rest: Tensor) -> Tensor:
            options: dict[str, Any] = dict(zip(affine, rest, strict=True))
            options |= {"training": there["training"], "momentum": momentum, "eps": eps}
            return operation(input, *running, **options)

        return call

    assert_same(run(functions.batch_norm2d), run(F.batch_norm), inputs, seed + 9)
    if kept:
        for actual, expected in zip(*kept, strict=True):
            assert_near(actual, expected)


def test_running_statistics_follow_their_formula() -> None:
    x = random((4, 3, 2, 5), 0)
    mean, var = torch.full((3,), 2.0).double(), torch.full((3,), 3.0).double()
    functions.batch_norm2d(x, mean, var, training=True, momentum=0.25)
    new = x.transpose(0, 1).flatten(1)
    torch.testing.assert_close(mean, 0.75 * 2 + 0.25 * new.mean(1))
    torch.testing.assert_close(var, 0.75 * 3 + 0.25 * new.var(1, correction=1))
    before = mean.clone(), var.clone()
    functions.batch_norm2d(x, mean, var, training=False)
    assert torch.equal(mean, before[0])
    assert torch.equal(var, before[1])


def test_defaults_and_order_are_those_of_pytorch() -> None:
    x, w, b = random((2, 3, 6, 5), 0), random((4, 3, 3, 2), 1), random((4,), 2)
    assert torch.equal(functions.conv2d(x, w), F.conv2d(x, w))
    grouped = random((6, 1, 3, 2), 3)
    arguments: Any = (grouped, None, (2, 1), (1, 2), 2, 3)
    assert torch.equal(functions.conv2d(x, *arguments), F.conv2d(x, *arguments))
    assert torch.equal(functions.conv2d(x, w, b, padding=1), F.conv2d(x, w, b, padding=1))
    assert torch.equal(functions.max_pool2d(x, 2), F.max_pool2d(x, 2))
    arguments = ((3, 2), 2, 1, 1, True)
    assert torch.equal(functions.max_pool2d(x, *arguments), F.max_pool2d(x, *arguments))
    mean, var = random((3,), 4), random((3,), 5).square()
    assert torch.equal(functions.batch_norm2d(x, mean, var), F.batch_norm(x, mean, var))


RUNNING = random((2,), 7), random((2,), 8).square() + 0.5


def conv2d_case(**options: Any) -> tuple[str, Operation, Operation, list[tuple[int, ...]]]:
    return (
        f"conv2d {options}",
        lambda *tensors: functions.conv2d(*tensors, **options),
        lambda *tensors: F.conv2d(*tensors, **options),
        [(2, 2, 5, 4), (2, 2 // options.get("groups", 1), 2, 3), (2,)],
    )


# (name, ours, PyTorch's, the shapes of its tensors)
EVERY: list[tuple[str, Operation, Operation, list[tuple[int, ...]]]] = [
    conv2d_case(padding=1),
    conv2d_case(stride=(2, 3), padding=(1, 2)),
    conv2d_case(padding="same", dilation=(1, 2)),
    conv2d_case(groups=2, stride=2, padding=2, dilation=2),
    (
        "conv2d of one image",
        lambda x, w, b: functions.conv2d(x, w, b, 2),
        lambda x, w, b: F.conv2d(x, w, b, 2),
        [(2, 5, 4), (3, 2, 2, 2), (3,)],
    ),
    (
        "max_pool2d",
        lambda x: functions.max_pool2d(x, 2),
        lambda x: F.max_pool2d(x, 2),
        [(2, 2, 5, 4)],
    ),
    (
        "max_pool2d that overlaps",
        lambda x: functions.max_pool2d(x, 3, 1, 1, 2, True),
        lambda x: F.max_pool2d(x, 3, 1, 1, 2, True),
        [(2, 5, 6)],
    ),
    (
        "batch_norm2d in training",
        lambda x, w, b: functions.batch_norm2d(x, None, None, w, b, training=True),
        lambda x, w, b: F.batch_norm(x, None, None, w, b, training=True),
        [(3, 2, 2, 2), (2,), (2,)],
    ),
    (
        "batch_norm2d in evaluation",
        lambda x, w, b: functions.batch_norm2d(x, *RUNNING, w, b),
        lambda x, w, b: F.batch_norm(x, *RUNNING, w, b),
        [(3, 2, 2, 2), (2,), (2,)],
    ),
]
every = pytest.mark.parametrize(
    ("ours", "theirs", "shapes"), [case[1:] for case in EVERY], ids=[case[0] for case in EVERY]
)


@every
def test_gradcheck_in_both_modes(
    ours: Operation, theirs: Operation, shapes: list[tuple[int, ...]]
) -> None:
    inputs = leaves(3, torch.float64, *shapes)
    assert gradcheck(ours, inputs, check_forward_ad=True, check_batched_grad=True)
    assert gradgradcheck(ours, inputs, check_fwd_over_rev=True, check_batched_grad=True)


@every
def test_every_order_of_derivative(
    ours: Operation, theirs: Operation, shapes: list[tuple[int, ...]]
) -> None:
    """Reverse and forward mode, one over the other, a third derivative, and vmap over samples."""
    x, *rest = (leaf.detach() for leaf in leaves(4, torch.float64, *shapes))
    t = random(tuple(x.shape), 11)
    derive: Any = torch.func
    vmap = derive.vmap
    samples = torch.stack([x, 2 * x, x + t])

    def loss(f: Operation) -> Callable[[Tensor], Tensor]:
        return lambda x: f(x, *rest).pow(3).sum()

    def moved(f: Operation) -> Any:
        tangents = tuple(random(tuple(r.shape), 12 + i) for i, r in enumerate((x, *rest)))
        return derive.jvp(f, (x, *rest), tangents)[1]

    def hessian_product(f: Operation) -> Any:
        return derive.jvp(derive.grad(loss(f)), (x,), (t,))[1]

    def third(f: Operation) -> Any:
        return derive.grad(lambda x: derive.grad(loss(f))(x).pow(2).sum())(x)

    for compute in (
        moved,
        hessian_product,
        third,
        lambda f: vmap(derive.grad(loss(f)))(samples),
        lambda f: vmap(lambda x: f(x, *rest))(samples),
        lambda f: vmap(lambda t: derive.vjp(f, x, *rest)[1](f(x, *rest) * t)[-1])(t.flatten()[:3]),
    ):
        actual, expected = compute(ours), compute(theirs)
        torch.testing.assert_close(actual, expected, rtol=1e-9, atol=1e-9)
