"""Exercise cells of chapter 6. Each part below is one notebook cell, without its last line."""

import torch
import torch.nn.functional as F
from torch import Tensor


# %% cross-entropy-backward
def cross_entropy_backward(
    grad_output: Tensor,
    logits: Tensor,
    target: Tensor,
) -> Tensor:
    """Gradient of the mean cross-entropy with respect to logits.

    logits is (N, C), target is (N,) and holds class indices.
    """
    raise NotImplementedError


# %% bce-with-logits-backward
def bce_with_logits_backward(
    grad_output: Tensor,
    logits: Tensor,
    target: Tensor,
) -> Tensor:
    """Gradient of the mean binary cross-entropy of sigmoid(logits).

    target holds numbers from 0 to 1 and has the shape of logits.
    """
    raise NotImplementedError


# %% double-softmax
def broken_loss(
    x: Tensor,
    query: Tensor,
    weight: Tensor,
    target: Tensor,
) -> Tensor:
    """Weighs the T parts of a sample, adds them, classifies the sum.

    x is (N, T, K), query is (K,), weight is (C, K), target is (N,).
    One softmax is too many.
    """
    attention = torch.softmax(x @ query, dim=-1)  # (N, T)
    pooled = (attention.unsqueeze(-1) * x).sum(1)  # (N, K)
    output = torch.softmax(pooled @ weight.T, dim=-1)  # (N, C)
    log_p = torch.log_softmax(output, dim=-1)
    return F.nll_loss(log_p, target)


def repaired_loss(
    x: Tensor,
    query: Tensor,
    weight: Tensor,
    target: Tensor,
) -> Tensor:
    """The same model, with the mean cross-entropy as the loss."""
    raise NotImplementedError


# %% smoothed-cross-entropy-backward
def smooth_backward(
    grad_output: Tensor,
    logits: Tensor,
    target: Tensor,
    label_smoothing: float,
    ignore_index: int,
) -> Tensor:
    """Gradient of F.cross_entropy with smoothing and ignored rows.

    logits is (N, C), target is (N,); reduction is "mean".
    """
    raise NotImplementedError


# %% focal-loss-backward
def focal_loss_backward(
    grad_output: Tensor,
    logits: Tensor,
    target: Tensor,
    gamma: float,
) -> Tensor:
    """Gradient of the mean of −(1 − p_y)**gamma · log p_y.

    p_y is the probability of the target's class; logits is (N, C).
    """
    raise NotImplementedError
