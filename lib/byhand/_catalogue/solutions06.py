"""Solutions of chapter 6. Each part below is one notebook cell, word for word."""

import torch
import torch.nn.functional as F
from torch import Tensor


# %% cross-entropy-backward
def cross_entropy_backward(
    grad_output: Tensor,
    logits: Tensor,
    target: Tensor,
) -> Tensor:
    """Gradient of the mean cross-entropy with respect to logits."""
    p = torch.softmax(logits, dim=-1)
    onehot = F.one_hot(target, logits.shape[-1])
    return grad_output * (p - onehot) / len(logits)


# %% bce-with-logits-backward
def bce_with_logits_backward(
    grad_output: Tensor,
    logits: Tensor,
    target: Tensor,
) -> Tensor:
    """Gradient of the mean binary cross-entropy of sigmoid(logits)."""
    p = torch.sigmoid(logits)
    return grad_output * (p - target) / logits.numel()


# %% double-softmax
def repaired_loss(
    x: Tensor,
    query: Tensor,
    weight: Tensor,
    target: Tensor,
) -> Tensor:
    """The same model, with the mean cross-entropy as the loss."""
    attention = torch.softmax(x @ query, dim=-1)
    pooled = (attention.unsqueeze(-1) * x).sum(1)
    logits = pooled @ weight.T  # scores: no softmax here
    log_p = torch.log_softmax(logits, dim=-1)
    return F.nll_loss(log_p, target)


# %% smoothed-cross-entropy-backward
def smooth_backward(
    grad_output: Tensor,
    logits: Tensor,
    target: Tensor,
    label_smoothing: float,
    ignore_index: int,
) -> Tensor:
    """Gradient of F.cross_entropy with smoothing and ignored rows."""
    classes = logits.shape[-1]
    counted = target != ignore_index
    safe = torch.where(counted, target, 0)  # a class that exists
    onehot = F.one_hot(safe, classes).to(logits)
    soft = (1 - label_smoothing) * onehot + label_smoothing / classes
    difference = torch.softmax(logits, dim=-1) - soft
    counted = counted.unsqueeze(-1)
    return grad_output * difference * counted / counted.sum()


# %% focal-loss-backward
def focal_loss_backward(
    grad_output: Tensor,
    logits: Tensor,
    target: Tensor,
    gamma: float,
) -> Tensor:
    """Gradient of the mean of −(1 − p_y)**gamma · log p_y."""
    log_p = torch.log_softmax(logits, dim=-1)
    p = log_p.exp()
    log_p_y = log_p.gather(-1, target.unsqueeze(-1))
    p_y = log_p_y.exp()
    direct = (1 - p_y) ** gamma
    through = gamma * (1 - p_y) ** (gamma - 1) * p_y * log_p_y
    through = torch.where(p_y < 1, through, 0)  # not 0 · ∞
    onehot = F.one_hot(target, logits.shape[-1])
    return grad_output * (direct - through) * (p - onehot) / len(logits)
