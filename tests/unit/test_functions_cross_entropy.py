"""Cross-entropy against PyTorch's, over shapes, targets, options and dtypes."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.autograd import gradcheck, gradgradcheck
from torch.autograd.forward_ad import dual_level, make_dual, unpack_dual

from byhand.functions import cross_entropy

Options = dict[str, Any]
TOLERANCES = {
    torch.float64: 1e-12,
    torch.float32: 1e-5,
    torch.float16: 4e-3,
    torch.bfloat16: 3e-2,
}
REDUCTIONS = ["none", "mean", "sum"]
both_targets = pytest.mark.parametrize("soft", [False, True], ids=["indices", "probabilities"])
reductions = pytest.mark.parametrize("reduction", REDUCTIONS)


class Case(NamedTuple):
    """Logits, a target, and options for both functions."""

    input: Tensor
    target: Tensor
    options: Options


def make(
    shape: tuple[int, ...],
    seed: int,
    dtype: torch.dtype = torch.float64,
    *,
    soft: bool,
    weighted: bool = False,
    ignored: float = 0.0,
    scale: float = 2.0,
    **options: Any,
) -> Case:
    generator = torch.Generator().manual_seed(seed)

    def normal(*size: int) -> Tensor:
        return torch.randn(size, generator=generator, dtype=torch.float64)

    dim = min(len(shape) - 1, 1)
    classes = shape[dim]
    if soft:
        target = normal(*shape).softmax(dim).to(dtype)
    else:
        samples = shape[:dim] + shape[dim + 1 :]
        target = torch.randint(0, classes, samples, generator=generator)
        drop = torch.rand(samples, generator=generator) < ignored
        target = target.masked_fill(drop, options.get("ignore_index", -100))
    if weighted:
        options["weight"] = (0.3 + torch.rand(classes, generator=generator)).to(dtype)
    return Case((scale * normal(*shape)).to(dtype), target, options)


def derivatives(loss: Callable[..., Tensor], case: Case) -> list[Tensor]:
    """Return the value and the gradients of every tensor that can have one."""
    input = case.input.clone().requires_grad_()
    leaves, options, target = [input], dict(case.options), case.target
    if target.is_floating_point():
        target = target.clone().requires_grad_()
        leaves.append(target)
        if "weight" in options:
            options["weight"] = options["weight"].clone().requires_grad_()
            leaves.append(options["weight"])
    value = loss(input, target, **options)
    generator = torch.Generator().manual_seed(value.numel())
    upstream = torch.randn(value.shape, generator=generator).to(value.dtype)
    return [value.detach(), *torch.autograd.grad(value, leaves, upstream)]


def assert_same(case: Case) -> None:
    """Compare values and gradients, relative to the largest entry; NaN for NaN."""
    ours, theirs = derivatives(cross_entropy, case), derivatives(F.cross_entropy, case)
    tolerance = TOLERANCES[case.input.dtype]
    for actual, expected in zip(ours, theirs, strict=True):
        finite = expected[expected.isfinite()].abs()
        size = max(float(finite.max()) if finite.numel() else 0.0, 1.0)
        torch.testing.assert_close(
            actual, expected, rtol=tolerance, atol=tolerance * size, equal_nan=True
        )


logit_shapes = st.one_of(
    st.tuples(st.integers(2, 7)),  # one class would make () and (1,) ambiguous
    st.builds(
        lambda batch, classes, rest: (batch, classes, *rest),
        st.integers(0, 4),
        st.integers(1, 7),
        st.lists(st.integers(0, 3), max_size=3),
    ),
)


@both_targets
@settings(max_examples=300)
@given(
    shape=logit_shapes,
    seed=st.integers(0, 10_000),
    dtype=st.sampled_from(list(TOLERANCES)),
    scale=st.sampled_from([2.0, 30.0, 1e4]),
    weighted=st.booleans(),
    ignored=st.sampled_from([0.0, 0.4, 1.0]),
    ignore_index=st.sampled_from([-100, 0, -1, 2]),
    reduction=st.sampled_from(REDUCTIONS),
    label_smoothing=st.sampled_from([0.0, 0.1, 0.5, 1.0]),
)
def test_equals_pytorch(
    soft: bool, shape: tuple[int, ...], seed: int, dtype: torch.dtype, **options: Any
) -> None:
    if soft:
        options["ignore_index"] = -100
    if dtype is torch.float16:  # a loss near its largest number overflows in one and not the other
        options["scale"] = min(options["scale"], 30.0)
    assert_same(make(shape, seed, dtype, soft=soft, **options))


@pytest.mark.long
@both_targets
@settings(max_examples=3000, derandomize=False)
@given(
    shape=logit_shapes,
    seed=st.integers(0, 1_000_000),
    scale=st.sampled_from([2.0, 1e4]),
    weighted=st.booleans(),
    ignored=st.sampled_from([0.0, 0.4, 1.0]),
    reduction=st.sampled_from(REDUCTIONS),
    label_smoothing=st.floats(0, 1),
)
def test_equals_pytorch_at_length(
    soft: bool, shape: tuple[int, ...], seed: int, **options: Any
) -> None:
    assert_same(make(shape, seed, soft=soft, **options))


@both_targets
@reductions
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_gradients_of_both_orders(
    soft: bool, reduction: str, weighted: bool, smoothing: float
) -> None:
    case = make(
        (2, 3, 2),
        1,
        soft=soft,
        weighted=weighted,
        ignored=0.3,
        reduction=reduction,
        label_smoothing=smoothing,
    )
    options = dict(case.options)
    leaves = [case.input.requires_grad_()]
    if soft:
        leaves.append(case.target.requires_grad_())
        if weighted:
            leaves.append(options.pop("weight").requires_grad_())

    def loss(*moving: Tensor) -> Tensor:
        weight: Options = {"weight": moving[2]} if len(moving) > 2 else {}
        return cross_entropy(moving[0], moving[1] if soft else case.target, **weight, **options)

    assert gradcheck(loss, leaves, check_forward_ad=True, check_batched_grad=True)
    assert gradgradcheck(loss, leaves, check_fwd_over_rev=True)


@both_targets
@reductions
def test_under_torch_func(soft: bool, reduction: str) -> None:
    case = make((7, 3, 5), 2, soft=soft, reduction=reduction, label_smoothing=0.1, ignored=0.3)
    x, y = case.input, case.target.reshape(7, 3, 5) if soft else torch.randint(-1, 5, (7, 3))
    options: Options = {"reduction": reduction, "label_smoothing": 0.1}
    if not soft:
        options["ignore_index"] = -1
    tangent = torch.randn_like(x)
    transform = torch.func

    def compare(derive: Callable[[Callable[..., Tensor]], Any]) -> None:
        torch.testing.assert_close(
            derive(lambda a, b: cross_entropy(a, b, **options)),
            derive(lambda a, b: F.cross_entropy(a, b, **options)),
            equal_nan=True,
        )

    def scalar(f: Callable[..., Tensor]) -> Callable[..., Tensor]:
        return lambda a, b: f(a, b).square().sum()

    compare(lambda f: transform.vmap(f)(x, y))
    compare(lambda f: transform.vmap(f, (0, None))(x, y[0]))
    compare(lambda f: transform.vmap(transform.grad(scalar(f)))(x, y))
    compare(lambda f: transform.jvp(lambda a: f(a, y[0]), (x[0],), (tangent[0],)))
    compare(lambda f: transform.hessian(lambda a: scalar(f)(a, y[0]))(x[0]))
    compare(lambda f: transform.jacrev(transform.jacfwd(lambda a: f(a, y[0])))(x[0]))

    # One logit matrix with many targets: PyTorch's own smoothing refuses, so a loop says what.
    ours = scalar(lambda a, b: cross_entropy(a, b, **options))
    theirs = scalar(lambda a, b: F.cross_entropy(a, b, **options))
    torch.testing.assert_close(
        transform.vmap(transform.grad(ours), (None, 0))(x[0], y),
        torch.stack([transform.grad(theirs)(x[0], one) for one in y]),
        equal_nan=True,
    )


@both_targets
def test_one_logit_vector_with_many_targets_without_a_graph(soft: bool) -> None:
    """Backward under vmap, no double backward asked for: it must not write into shared memory."""
    x = torch.randn(3, 5, dtype=torch.float64, requires_grad=True)
    many = make((7, 5, 3), 3, soft=soft).target
    many = many.mT if soft else many
    losses = [
        torch.func.vmap(lambda y, f=f: f(x, y), randomness="error")(many)
        for f in (cross_entropy, F.cross_entropy)
    ]
    upstream = torch.randn(7, dtype=torch.float64)
    ours, theirs = (torch.autograd.grad(loss, x, upstream)[0] for loss in losses)
    torch.testing.assert_close(ours, theirs)
    (jacobian,) = torch.autograd.grad(
        cross_entropy(x, many[0], reduction="none"), x, torch.eye(3).double(), is_grads_batched=True
    )
    (expected,) = torch.autograd.grad(
        F.cross_entropy(x, many[0], reduction="none"),
        x,
        torch.eye(3).double(),
        is_grads_batched=True,
    )
    torch.testing.assert_close(jacobian, expected)


def test_forward_over_reverse_without_a_graph() -> None:
    """The tangent of a gradient, taken with dual numbers and no create_graph."""
    case = make((3, 5), 4, soft=False)
    tangent = torch.randn_like(case.input)
    tangents = []
    for loss in (cross_entropy, F.cross_entropy):
        with dual_level():
            x = make_dual(case.input.clone().requires_grad_(), tangent)  # type: ignore[no-untyped-call]
            (gradient,) = torch.autograd.grad(loss(x, case.target), x)
            tangents.append(unpack_dual(gradient).tangent)  # type: ignore[no-untyped-call]
    torch.testing.assert_close(*tangents)


def test_the_example_of_the_article() -> None:
    x = torch.tensor([[0.1, 0.2, 0.3]], requires_grad=True)
    loss = cross_entropy(x, torch.tensor([1]))
    assert f"{loss.item():.4f}" == "1.1019"
    (gradient,) = torch.autograd.grad(loss, x)
    torch.testing.assert_close(gradient, x.softmax(1) - torch.tensor([[0.0, 1.0, 0.0]]))


@both_targets
@reductions
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_huge_logits_stay_finite(soft: bool, reduction: str, dtype: torch.dtype) -> None:
    x = torch.tensor([[1e4, -1e4, 0.0], [1e4, 1e4, 1e4], [-1e4, -1e4, 1e4]], dtype=dtype)
    target = torch.eye(3, dtype=dtype) if soft else torch.arange(3)
    for smoothing in (0.0, 0.1):
        case = Case(x, target, {"reduction": reduction, "label_smoothing": smoothing})
        assert all(result.isfinite().all() for result in derivatives(cross_entropy, case))
        assert_same(case)


SPECIAL = [float("nan"), float("inf"), -float("inf")]


@both_targets
@reductions
@pytest.mark.parametrize("special", SPECIAL)
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("weighted", [False, True])
def test_special_logits_do_what_pytorch_does(
    soft: bool, reduction: str, special: float, smoothing: float, weighted: bool
) -> None:
    """In a sample at its own class, at another one, and in a sample that is ignored."""
    case = make(
        (4, 3), 5, soft=soft, weighted=weighted, reduction=reduction, label_smoothing=smoothing
    )
    x, target = case.input.clone(), case.target.clone()
    x[:3, 1] = special
    if soft:
        target[0] = torch.tensor([0.4, 0.0, 0.6])
    else:
        target[:3] = torch.tensor([0, 1, -100])
    assert_same(Case(x, target, case.options))


@both_targets
@reductions
def test_uneven_weights_that_are_zero_or_negative(soft: bool, reduction: str) -> None:
    case = make((4, 3), 6, soft=soft, reduction=reduction)
    for weight in ([0.0, 0, 0], [0, 1, 2], [-1, 2, 0.5]):
        for smoothing in (0.0, 0.1):
            options = {"weight": torch.tensor(weight).double(), "label_smoothing": smoothing}
            assert_same(Case(case.input, case.target, case.options | options))


def test_weighted_mean_is_not_the_mean_of_none() -> None:
    case = make((4, 3), 7, soft=False, weighted=True)
    each = cross_entropy(*case[:2], reduction="none", **case.options)
    weights = case.options["weight"][case.target]
    mean = cross_entropy(*case[:2], **case.options)
    torch.testing.assert_close(mean, each.sum() / weights.sum())
    assert not torch.isclose(mean, each.mean())


def test_nothing_left_to_average_is_nan_with_zero_gradients() -> None:
    x = torch.randn(3, 5)
    for case in (Case(x, torch.full((3,), -100), {}), Case(x[:0], torch.zeros(0).long(), {})):
        value, gradient = derivatives(cross_entropy, case)
        assert value.isnan()
        assert torch.equal(gradient, torch.zeros_like(case.input))
        assert_same(case)


def test_bytes_are_class_indices_and_dtypes_mix_as_in_pytorch() -> None:
    x = torch.randn(3, 5)
    y = torch.tensor([0, 2, 4], dtype=torch.uint8)
    for smoothing in (0.0, 0.1):
        assert_same(Case(x, y, {"label_smoothing": smoothing}))
    probabilities = torch.randn(3, 5).softmax(1)
    for dtype in (torch.float16, torch.bfloat16, torch.float64):
        for weight in ({}, {"weight": torch.rand(5, dtype=dtype)}):
            for reduction in REDUCTIONS:
                options = {"reduction": reduction, **weight}
                mixed = derivatives(cross_entropy, Case(x, probabilities.to(dtype), options))
                expected = derivatives(F.cross_entropy, Case(x, probabilities.to(dtype), options))
                assert [a.dtype for a in mixed] == [a.dtype for a in expected]
                for a, b in zip(mixed, expected, strict=True):
                    torch.testing.assert_close(a, b, rtol=3e-2, atol=3e-2)


def test_inputs_are_left_as_they_were() -> None:
    case = make((3, 5), 8, soft=False, weighted=True, label_smoothing=0.1)
    before = [case.input.clone(), case.target.clone(), case.options["weight"].clone()]
    for _ in range(2):
        leaf = case.input.requires_grad_()
        loss = cross_entropy(leaf, case.target, **case.options)
        first, second = (torch.autograd.grad(loss, leaf, retain_graph=True)[0] for _ in range(2))
        assert torch.equal(first, second)
    for tensor, copy in zip((*case[:2], case.options["weight"]), before, strict=True):
        assert torch.equal(tensor, copy)
