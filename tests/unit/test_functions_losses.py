"""The hand-written losses against PyTorch, over shapes, values and reductions."""

from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.autograd import gradcheck, gradgradcheck

from byhand import functions

Loss = Callable[..., Tensor]
# (ours, PyTorch's, keyword arguments beside the reduction)
LOSSES: list[tuple[Loss, Loss, dict[str, float]]] = [
    (functions.mse_loss, F.mse_loss, {}),
    (functions.l1_loss, F.l1_loss, {}),
    (functions.huber_loss, F.huber_loss, {"delta": 1.0}),
    (functions.huber_loss, F.huber_loss, {"delta": 0.3}),
]
REDUCTIONS = ["none", "mean", "sum"]
losses = pytest.mark.parametrize(
    ("ours", "theirs", "options"), LOSSES, ids=["mse", "l1", "huber", "huber-0.3"]
)
reductions = pytest.mark.parametrize("reduction", REDUCTIONS)
shapes = st.lists(st.integers(0, 5), max_size=4).map(tuple)


def random_pair(shape: tuple[int, ...], seed: int, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    """Return two leaves, away from the kinks |d| = 0, 0.3 and 1."""
    generator = torch.Generator().manual_seed(seed)
    target = torch.randn(shape, generator=generator, dtype=dtype)
    distance = torch.rand(shape, generator=generator, dtype=dtype) * 3
    for kink in (0.0, 0.3, 1.0):
        distance = torch.where((distance - kink).abs() < 1e-2, distance + 0.05, distance)
    sign = torch.randint(0, 2, shape, generator=generator) * 2 - 1
    return (target + sign * distance).requires_grad_(), target.requires_grad_()


@losses
@reductions
@given(shape=shapes, seed=st.integers(0, 10_000), double=st.booleans())
def test_loss_equals_pytorch(
    ours: Loss,
    theirs: Loss,
    options: dict[str, float],
    reduction: str,
    shape: tuple[int, ...],
    seed: int,
    double: bool,
) -> None:
    dtype, rtol = (torch.float64, 1e-12) if double else (torch.float32, 1e-5)
    pair = random_pair(shape, seed, dtype)
    expected = theirs(*pair, reduction=reduction, **options)
    grad_output = torch.randn(
        expected.shape, generator=torch.Generator().manual_seed(seed), dtype=dtype
    )
    actual = ours(*pair, reduction=reduction, **options)
    torch.testing.assert_close(actual, expected, rtol=rtol, atol=rtol, equal_nan=True)
    for a, b in zip(
        torch.autograd.grad(actual, pair, grad_output),
        torch.autograd.grad(expected, pair, grad_output),
        strict=True,
    ):
        torch.testing.assert_close(a, b, rtol=rtol, atol=rtol)


@losses
@reductions
def test_gradients_and_double_backward(
    ours: Loss, theirs: Loss, options: dict[str, float], reduction: str
) -> None:
    pair = random_pair((3, 5), 0, torch.float64)
    assert gradcheck(lambda *x: ours(*x, reduction=reduction, **options), pair)
    assert gradgradcheck(lambda *x: ours(*x, reduction=reduction, **options), pair)


@losses
@reductions
def test_under_torch_func(
    ours: Loss, theirs: Loss, options: dict[str, float], reduction: str
) -> None:
    x, y = (tensor.detach() for tensor in random_pair((7, 3), 1, torch.float64))

    def gradient(loss: Loss) -> Tensor:
        scalar = lambda a, b: loss(a, b, reduction=reduction, **options).sum()  # noqa: E731
        result: Tensor = torch.func.vmap(torch.func.grad(scalar, argnums=1))(x, y)
        return result

    torch.testing.assert_close(gradient(ours), gradient(theirs))


@losses
def test_at_the_kink(ours: Loss, theirs: Loss, options: dict[str, float]) -> None:
    delta = options.get("delta", 1.0)
    x = torch.tensor([0.0, delta, -delta], dtype=torch.float64, requires_grad=True)
    zero = torch.zeros_like(x)
    (a,) = torch.autograd.grad(ours(x, zero, reduction="sum", **options), x)
    (b,) = torch.autograd.grad(theirs(x, zero, reduction="sum", **options), x)
    assert torch.equal(a, b)


@losses
def test_a_gradient_has_the_dtype_of_its_input(
    ours: Loss, theirs: Loss, options: dict[str, float]
) -> None:
    x = torch.ones(3, requires_grad=True)
    y = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    gradients = torch.autograd.grad(ours(x, y, **options), (x, y))
    assert [gradient.dtype for gradient in gradients] == [torch.float32, torch.float64]


@losses
def test_bad_input_is_explained(ours: Loss, theirs: Loss, options: dict[str, float]) -> None:
    x = torch.zeros(3)
    with pytest.raises(ValueError, match=r"\(3,\) and target \(3, 1\).*reshape"):
        ours(x, x[:, None], **options)
    with pytest.raises(ValueError, match="'average'; use 'none', 'mean' or 'sum'"):
        ours(x, x, reduction="average", **options)


@pytest.mark.parametrize("delta", [0.0, -1.0, float("nan")])
def test_huber_needs_a_positive_delta(delta: float) -> None:
    with pytest.raises(ValueError, match=r"delta is .*positive"):
        functions.huber_loss(torch.zeros(3), torch.zeros(3), delta=delta)


def test_the_experiment_of_the_article_to_the_last_bit() -> None:
    x = torch.arange(1.0, 10).reshape(3, 3).requires_grad_()
    y = torch.tensor([[0.5, 2.5, 2], [3.5, 5.5, 5], [6.5, 8.5, 8]])
    ours, theirs = functions.mse_loss(x, y), F.mse_loss(x, y)
    assert ours.item() == theirs.item() == 0.5
    assert torch.equal(torch.autograd.grad(ours, x)[0], torch.autograd.grad(theirs, x)[0])
