"""Solutions of chapter 7. Each part below is one notebook cell, word for word."""

# `Tensor.backward` has no types.
# mypy: disallow-untyped-calls=False

from collections.abc import Callable

import torch
from torch import Tensor


# %% sgd-step
def sgd_step(params: list[Tensor], lr: float) -> None:
    """One step of gradient descent, in place."""
    with torch.no_grad():
        for p in params:
            if p.grad is None:
                continue
            p -= lr * p.grad  # the tensor itself, not a new one
            p.grad = None


# %% two-layer-backward
def two_layer_backward(
    grad_output: Tensor,
    x: Tensor,
    w1: Tensor,
    w2: Tensor,
) -> tuple[Tensor, Tensor, Tensor]:
    """Gradients of y = relu(x @ w1) @ w2 for x, w1 and w2."""
    z = x @ w1
    h = torch.relu(z)
    grad_w2 = h.T @ grad_output
    grad_h = grad_output @ w2.T
    grad_z = grad_h * (z > 0)  # only open units let it through
    grad_w1 = x.T @ grad_z
    grad_x = grad_z @ w1.T
    return grad_x, grad_w1, grad_w2


# %% accumulate-gradients
def accumulate_gradients(
    params: list[Tensor],
    mean_loss: Callable[[list[Tensor], Tensor, Tensor], Tensor],
    batches: list[tuple[Tensor, Tensor]],
) -> None:
    """Leave the gradient of the mean loss over all samples in .grad."""
    n = sum(len(x) for x, _ in batches)
    for x, target in batches:
        loss = mean_loss(params, x, target)
        (loss * len(x) / n).backward()  # adds to .grad, frees the graph


# %% clip-by-norm
def clip_by_norm(params: list[Tensor], max_norm: float) -> Tensor:
    """Scale all gradients together to a norm of max_norm at most."""
    grads = [p.grad for p in params if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    total_norm = torch.stack([(g**2).sum() for g in grads]).sum().sqrt()
    if total_norm > max_norm:
        for g in grads:
            g.mul_(max_norm / total_norm)  # one factor for all
    return total_norm


# %% momentum-step
def momentum_step(
    params: list[Tensor],
    buffers: list[Tensor],
    lr: float,
    momentum: float,
) -> None:
    """One step with momentum, in place, as torch.optim.SGD does it."""
    with torch.no_grad():
        for p, b in zip(params, buffers, strict=True):
            if p.grad is None:
                continue
            b.mul_(momentum).add_(p.grad)  # no lr in the buffer
            p -= lr * b
            p.grad = None


# %% adam-step
def adam_step(
    params: list[Tensor],
    means: list[Tensor],
    squares: list[Tensor],
    step: int,
    lr: float,
    betas: tuple[float, float],
    eps: float,
) -> None:
    """One step of Adam, in place, as torch.optim.Adam does it."""
    beta1, beta2 = betas
    with torch.no_grad():
        for p, m, v in zip(params, means, squares, strict=True):
            if p.grad is None:
                continue
            m.mul_(beta1).add_((1 - beta1) * p.grad)
            v.mul_(beta2).add_((1 - beta2) * p.grad**2)
            m_hat = m / (1 - beta1**step)  # both began at zero
            v_hat = v / (1 - beta2**step)
            p -= lr * m_hat / (v_hat.sqrt() + eps)
            p.grad = None
