"""Exercise cells of chapter 7. Each part below is one notebook cell, without its last line."""

from collections.abc import Callable

from torch import Tensor


# %% sgd-step
def sgd_step(params: list[Tensor], lr: float) -> None:
    """One step of gradient descent, in place.

    params are leaves whose .grad is filled, or None for one that takes
    no part. Afterwards their .grad is cleared: None or zero.
    """
    raise NotImplementedError


# %% two-layer-backward
def two_layer_backward(
    grad_output: Tensor,
    x: Tensor,
    w1: Tensor,
    w2: Tensor,
) -> tuple[Tensor, Tensor, Tensor]:
    """Gradients of y = relu(x @ w1) @ w2 for x, w1 and w2.

    x is (samples, features), w1 is (features, hidden) and w2 is
    (hidden, outputs); grad_output has the shape of y.
    """
    raise NotImplementedError


# %% accumulate-gradients
def accumulate_gradients(
    params: list[Tensor],
    mean_loss: Callable[[list[Tensor], Tensor, Tensor], Tensor],
    batches: list[tuple[Tensor, Tensor]],
) -> None:
    """Leave the gradient of the mean loss over all samples in .grad.

    mean_loss(params, x, target) is the mean over the samples of one
    batch; call it with one batch at a time. The batches have different
    sizes, len(x). Before the call .grad of each parameter is None.
    """
    raise NotImplementedError


# %% clip-by-norm
def clip_by_norm(params: list[Tensor], max_norm: float) -> Tensor:
    """Scale all gradients together to a norm of max_norm at most.

    Gradients below the limit stay as they are, and .grad may be None.
    Returns the norm before the scaling.
    """
    raise NotImplementedError


# %% momentum-step
def momentum_step(
    params: list[Tensor],
    buffers: list[Tensor],
    lr: float,
    momentum: float,
) -> None:
    """One step with momentum, in place, as torch.optim.SGD does it.

    buffers holds one tensor for each parameter, zeros before the first
    step; it is updated too. Skip a parameter whose .grad is None.
    Afterwards .grad is cleared.
    """
    raise NotImplementedError


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
    """One step of Adam, in place, as torch.optim.Adam does it.

    means and squares hold the averages of the gradients and of their
    squares, not corrected, zeros before the first step; both are
    updated. step counts from 1. Skip a parameter whose .grad is None.
    Afterwards .grad is cleared.
    """
    raise NotImplementedError
