"""Cross-entropy of logits: log-softmax, and the negative log-likelihood of a target.

For one sample with logits x, p = softmax(x) and numbers a over the classes,

    L = −Σ a_c log p_c,    ∂L/∂x = p Σ a_c − a,

because ∂log p_c/∂x_j = δ_cj − p_j. Every form of the loss is a choice of a. A class index y gives
a = onehot(y), so Σ a = 1 and the gradient is p − onehot(y). Class probabilities q give a = q.
Label smoothing ε replaces q by (1 − ε) q + ε / C; class weights w multiply a. Source: the PyTorch
page of `torch.nn.CrossEntropyLoss`; C. Szegedy et al., "Rethinking the Inception Architecture for
Computer Vision" (2016), section 7, for label smoothing.
"""

from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function

from byhand.functions._apply import apply
from byhand.functions._cross_entropy_checks import check_arguments
from byhand.functions._cross_entropy_terms import (
    Options,
    find_options,
    index_gradient,
    index_loss,
    smoothed,
    soft_gradients,
    soft_loss,
)
from byhand.functions._losses import Gradients, Reduction
from byhand.functions._softmax import log_softmax, softmax


class CrossEntropy(Function):
    """Cross-entropy between logits and a target.

    `CrossEntropy.apply(input, target, weight, ignore_index, reduction, label_smoothing)`: logits
    of shape (C,), (N, C) or (N, C, d₁, …). The target holds class indices of shape (), (N,) or
    (N, d₁, …), 0 to C − 1 or ignore_index; or class probabilities of the shape of input, which are
    not checked for their sum. weight of shape (C,) or None, label_smoothing from 0 to 1. The
    result has the shape of class indices for "none", () for "mean" and "sum".

    "mean" divides by the sum of the weights of the classes that were not ignored; with class
    probabilities by the number of samples. Where that is 0 the loss is NaN, as for an empty batch.

    Same values and gradients as `torch.nn.functional.cross_entropy`: also NaN for NaN or +∞ among
    a sample's logits, and gradients of class probabilities and, with those, of weight. In half
    precision the order of the products differs, and so does which losses above 65,504 overflow.
    Differentiable any number of times, because backward starts again from the logits: a saved p
    would be a constant for the second derivative. Works under `torch.func` (vmap, grad, jvp).

    Raises:
        TypeError: if a tensor or the integer is none.
        ValueError: if the reduction is unknown, or input and target have different batches.
        IndexError: if a class index is out of range (under vmap too, where PyTorch's own raises
            RuntimeError), or input has no classes (PyTorch returns NaN if no class is asked for).
        NotImplementedError: if the logits are not floating-point numbers.
        RuntimeError: if another shape or dtype does not fit, if ignore_index is not negative for
            class probabilities, if a gradient of weight is asked for with class indices, or if
            label_smoothing is not from 0 to 1 (PyTorch takes negative numbers and NaN for 0).
    """

    generate_vmap_rule = True

    @staticmethod
    def forward(
        input: Tensor,
        target: Tensor,
        weight: Tensor | None,
        ignore_index: int,
        reduction: str,
        label_smoothing: float,
    ) -> Tensor:
        """Return the reduced loss."""
        check_arguments(input, target, weight, ignore_index, reduction, label_smoothing)
        options = find_options((input, target, weight, ignore_index, reduction, label_smoothing))
        log_p = torch.log_softmax(input, options.dim)
        if options.soft:
            return soft_loss(log_p, smoothed(target, options), weight, options)
        return index_loss(log_p, target, weight, options)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        """Keep the tensors: nothing that was computed from them, so that it can be again."""
        ctx.options = find_options(inputs)
        if ctx.needs_input_grad[2] and not ctx.options.soft:
            raise RuntimeError(
                "weight requires a gradient, and with class indices cross-entropy has none for "
                "it; call weight.detach(), or give class probabilities as target."
            )
        ctx.save_for_backward(*inputs[:3])
        ctx.save_for_forward(*inputs[:3])

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> Gradients:
        """Return g (p Σ a − a) for the logits; see `soft_gradients` for the other two."""
        if ctx.options.soft:
            return (*soft_gradients(ctx, grad_output), None, None, None)
        input, target, weight = ctx.saved_tensors
        grad_input = index_gradient(grad_output, input, target, weight, ctx.options)
        return grad_input, None, None, None, None, None

    @staticmethod
    def jvp(ctx: Any, *tangents: Tensor | None) -> Tensor:
        """Return the change of the loss: one term for each tensor that moves."""
        input, target, weight = ctx.saved_tensors
        options: Options = ctx.options
        move, turn, shift = tangents[:3]
        changes = []
        if move is not None:
            p = softmax(input, options.dim)
            slope = move - (p * move).sum(options.dim, keepdim=True)
            if not options.soft:
                return index_loss(slope, target, weight, options)
            changes.append(soft_loss(slope, smoothed(target, options), weight, options))
        log_p = log_softmax(input, options.dim)
        if turn is not None:
            q = turn * (1 - options.smoothing)
            changes.append(soft_loss(log_p, q, weight, options))
        if shift is not None:
            changes.append(soft_loss(log_p, smoothed(target, options), shift, options))
        return torch.stack(changes).sum(0)


def cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    ignore_index: int = -100,
    reduction: Reduction = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """Return `CrossEntropy.apply` of the arguments, in this order."""
    return apply(CrossEntropy, input, target, weight, ignore_index, reduction, label_smoothing)
