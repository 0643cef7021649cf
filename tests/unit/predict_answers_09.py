"""What PyTorch answers to the questions of chapter 9."""

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import Tensor

from benchmarks._cnn import BUILT_IN, BY_HAND, CNN
from byhand import load_cifar10


def conv_edge_gradient() -> float:
    """Take the gradient of the first number from autograd."""
    x = torch.zeros(1, 1, 10, requires_grad=True)
    kernel = torch.tensor([1.0, 2, -1])[None, None]
    F.conv1d(x, kernel).sum().backward()  # type: ignore[no-untyped-call]
    assert x.grad is not None
    return x.grad[0, 0, 0].item()


def conv_backward_padding() -> float:
    """Try all paddings, and return the one that gives autograd's gradient."""
    gen = torch.Generator().manual_seed(0)
    x = torch.randn(2, 3, 11, generator=gen).double().requires_grad_()
    w = torch.randn(7, 3, 5, generator=gen).double()
    y = F.conv1d(x, w, padding=1)
    g = torch.randn(y.shape, generator=gen).double()
    (wanted,) = torch.autograd.grad(y, x, g)
    turned = w.flip(2).transpose(0, 1)
    found = [padding for padding in range(8) if _same(F.conv1d(g, turned, padding=padding), wanted)]
    (padding,) = found
    return padding


def _same(a: Tensor, b: Tensor) -> bool:
    return a.shape == b.shape and torch.allclose(a, b)


def max_pool_tie() -> str:
    """Look at what PyTorch sends to the window."""
    x = torch.tensor([[[[2.0, 2.0], [2.0, 1.0]]]], requires_grad=True)
    F.max_pool2d(x, 2).backward(torch.full((1, 1, 1, 1), 8.0))  # type: ignore[no-untyped-call]
    assert x.grad is not None
    sent = {
        (8.0, 8.0, 8.0, 0.0): "8 to each of the three",
        (8.0, 0.0, 0.0, 0.0): "8 to the first one",
        (0.0, 0.0, 8.0, 0.0): "8 to the last one",
    }
    return sent.get(tuple(x.grad.flatten().tolist()), "8/3 to each of the three")


def batch_norm_of_two() -> float:
    """Take the gradient of the first of the two numbers from autograd."""
    x = torch.tensor([3.0, 7.0]).double().reshape(2, 1, 1, 1).requires_grad_()
    y = F.batch_norm(x, None, None, training=True)
    (grad,) = torch.autograd.grad(y[0].sum(), x)
    return grad[0].item()


class _Unturned(torch.autograd.Function):
    """A convolution that forgets to turn the kernel for the gradient of its input."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, w: Tensor, b: Tensor, padding: int) -> Tensor:
        ctx.save_for_backward(x, w)
        ctx.padding = padding
        return torch.conv2d(x, w, b, padding=padding)

    @staticmethod
    def backward(ctx: Any, g: Tensor) -> tuple[Tensor | None, ...]:
        x, w = ctx.saved_tensors
        padding = w.shape[-1] - 1 - ctx.padding
        grad_x = torch.conv2d(g, w.transpose(0, 1), padding=padding)
        swapped = torch.conv2d(x.transpose(0, 1), g.transpose(0, 1), padding=ctx.padding)
        return grad_x, swapped.transpose(0, 1), g.sum((0, 2, 3)), None


def _unturned(x: Tensor, w: Tensor, b: Tensor, padding: int) -> Tensor:
    y: Tensor = _Unturned.apply(x, w, b, padding)  # type: ignore[no-untyped-call]
    return y


@contextmanager
def _one_thread() -> Iterator[None]:
    """Train small networks on one thread: several wait for each other on a busy machine."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _pictures(n: int) -> tuple[Tensor, Tensor]:
    data = load_cifar10(n=n)
    return (data.images.float() / 255 - 0.5) / 0.25, data.labels


@_one_thread()
def wrong_kernel_training() -> str:
    """Train with the wrong convolution, and look at the first and the last loss."""
    network = CNN(BY_HAND._replace(conv2d=_unturned))
    images, labels = _pictures(16)
    optimizer = torch.optim.Adam(network.parameters())
    losses = []
    for _ in range(40):
        optimizer.zero_grad()
        loss = network.loss(images, labels)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        losses.append(loss.item())
    if not math.isfinite(losses[-1]):
        return "it becomes nan"
    ratio = losses[-1] / losses[0]
    if ratio < 0.1:
        return "it falls to nearly 0, as with the right backward"
    return "it rises" if ratio > 1.1 else "it stays where it was"


def _drift(seed: int) -> float:
    """Train both copies freely from these parameters, and measure the largest distance."""
    networks = CNN(BY_HAND, seed), CNN(BUILT_IN, seed)
    optimizers = [torch.optim.Adam(network.parameters()) for network in networks]
    images, labels = _pictures(800)
    for step in range(50):
        rows = slice(16 * step, 16 * step + 16)
        for network, optimizer in zip(networks, optimizers, strict=True):
            optimizer.zero_grad()
            network.loss(images[rows], labels[rows]).backward()  # type: ignore[no-untyped-call]
            optimizer.step()
    pairs = zip(*(network.parameters() for network in networks), strict=True)
    return max(float((p - q).detach().abs().max()) for p, q in pairs)


@_one_thread()
def float32_drift() -> str:
    """Look for a drift of a whole step: about one start in eight does not part in 50 steps."""
    apart = next((far for far in map(_drift, range(1, 5)) if far > 1e-3), 0.0)
    if apart == 0:
        return "about 0.0000001, one rounding"
    return "more than 10" if apart > 10 else "more than 0.001, a whole step of Adam"


ANSWERS: Final[Mapping[str, Callable[[], float | str]]] = {
    "conv-edge-gradient": conv_edge_gradient,
    "conv-backward-padding": conv_backward_padding,
    "max-pool-tie": max_pool_tie,
    "batch-norm-of-two": batch_norm_of_two,
    "wrong-kernel-training": wrong_kernel_training,
    "float32-drift": float32_drift,
}
