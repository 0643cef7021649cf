"""The two forms of cross-entropy, and their gradients: class indices, class probabilities.

`a` is what `byhand.functions._cross_entropy` calls a: the numbers that multiply −log p.
"""

from contextlib import suppress
from typing import Any, NamedTuple

import torch
from torch import Tensor

from byhand.functions._shapes import unbroadcast
from byhand.functions._softmax import log_softmax, softmax


class Options(NamedTuple):
    """What is not a tensor among the arguments, and the dimension of the classes."""

    ignore_index: int
    reduction: str
    smoothing: float
    dim: int
    classes: int
    soft: bool  # class probabilities, not indices

    def over(self, input: Tensor, weight: Tensor | None) -> Tensor | float:
        """Return the class weights so that they broadcast over input, or 1."""
        return 1.0 if weight is None else weight.view(-1, *[1] * (input.dim() - self.dim - 1))


def find_options(inputs: tuple[Any, ...]) -> Options:
    """Sort the arguments of `CrossEntropy.apply`."""
    input, target, _, ignore_index, reduction, smoothing = inputs
    dim = 0 if input.dim() == 1 else 1
    soft = target.shape == input.shape
    return Options(ignore_index, reduction, smoothing, dim, input.shape[dim], soft)


def _picked(log_p: Tensor, index: Tensor, dim: int) -> Tensor:
    """Return log p of each sample's class."""
    try:
        return log_p.gather(dim, index)
    except RuntimeError as error:
        if "out of bounds" not in str(error):
            raise
        raise IndexError(
            f"target holds a class index that is out of bounds ({str(error).split()[1]}); with "
            f"{log_p.shape[dim]} classes it must be 0 to {log_p.shape[dim] - 1}, or ignore_index."
        ) from None


def _classes(target: Tensor, options: Options) -> tuple[Tensor, Tensor]:
    """Return the class of each sample, 0 where ignored, and what is ignored: (N, 1, …) or ()."""
    target = target.long()  # uint8 is allowed, and cannot hold −100
    if options.dim:
        target = target.unsqueeze(1)
    ignored = target == options.ignore_index
    return target.masked_fill(ignored, 0), ignored


def _own_weights(
    weight: Tensor | None, index: Tensor, ignored: Tensor
) -> tuple[Tensor | int, Tensor]:
    """Return the weight of each sample's class, or 1, and what "mean" divides by."""
    if weight is None:
        return 1, (~ignored).sum()
    own = weight[index].masked_fill(ignored, 0)
    return own, own.sum()


def index_loss(log_p: Tensor, target: Tensor, weight: Tensor | None, options: Options) -> Tensor:
    """Return the reduced loss for class indices; it is linear in log p."""
    index, ignored = _classes(target, options)
    loss = -_picked(log_p, index, options.dim)  # first: its message is plainer
    own, total = _own_weights(weight, index, ignored)
    loss = loss * own
    if options.smoothing:
        even = -(log_p * options.over(log_p, weight)).sum(options.dim, keepdim=True)
        share = options.smoothing / options.classes
        loss = (1 - options.smoothing) * loss + share * even
    loss = loss.masked_fill(ignored, 0).squeeze(options.dim)
    if options.reduction == "none":
        return loss
    return loss.sum() / total if options.reduction == "mean" else loss.sum()


def soft_loss(log_p: Tensor, q: Tensor, weight: Tensor | None, options: Options) -> Tensor:
    """Return the reduced loss for class probabilities; it is linear in each tensor."""
    loss = -(log_p * q * options.over(log_p, weight))
    if options.reduction == "none":
        return loss.sum(options.dim)
    samples = log_p.numel() // options.classes
    return loss.sum() / samples if options.reduction == "mean" else loss.sum()


def smoothed(target: Tensor, options: Options) -> Tensor:
    """Return (1 − ε) q + ε / C."""
    smoothing = options.smoothing
    return target * (1 - smoothing) + smoothing / options.classes if smoothing else target


def _times_softmax(factor: Tensor, input: Tensor, dim: int) -> Tensor:
    """Return factor · p, in the memory of p where nothing else needs p.

    New memory costs more time than the product. But a graph (double backward) needs p as it is,
    and the book's Softmax; and under vmap, which refuses, there may be one p for many factors.
    """
    if torch.is_grad_enabled():
        return softmax(input, dim) * factor
    p = torch.softmax(input, dim)
    with suppress(RuntimeError):
        return p.mul_(factor)
    return p * factor


def index_gradient(
    grad_output: Tensor,
    input: Tensor,
    target: Tensor,
    weight: Tensor | None,
    options: Options,
) -> Tensor:
    """Return the gradient of the logits, g (p Σ a − a), with a never written out for ε = 0."""
    dim, smoothing = options.dim, options.smoothing
    index, ignored = _classes(target, options)
    own, total = _own_weights(weight, index, ignored)
    if options.reduction == "none":
        grad_output = grad_output.unsqueeze(dim)
    elif options.reduction == "mean":
        grad_output = grad_output / total
    # `pull` is g a at the sample's own class; what is ignored gets 0 also where total is 0.
    pull = grad_output * own
    if not smoothing:
        pull = torch.where(ignored, 0, pull).to(input.dtype)
        return _times_softmax(pull, input, dim).scatter_add_(dim, index, -pull)
    pull = torch.where(ignored, 0, pull * (1 - smoothing)).to(input.dtype)
    each = torch.where(ignored, 0, grad_output * (smoothing / options.classes)).to(input.dtype)
    mass = pull + each * (options.classes if weight is None else weight.sum())
    grad_input = _times_softmax(mass, input, dim) - each * options.over(input, weight)
    return grad_input.scatter_add_(dim, index, -pull)


def soft_gradients(ctx: Any, grad_output: Tensor) -> tuple[Tensor | None, ...]:
    """Return the gradients of logits, class probabilities and class weights."""
    input, target, weight = ctx.saved_tensors
    options: Options = ctx.options
    dim, over = options.dim, options.over(input, weight)
    if options.reduction == "none":
        grad_output = grad_output.unsqueeze(dim)
    elif options.reduction == "mean":
        grad_output = grad_output / (input.numel() // options.classes)
    q = smoothed(target, options)
    grad_input = grad_target = grad_weight = None
    if ctx.needs_input_grad[0]:
        a = q * over
        mass = a.sum(dim, keepdim=True)
        grad_input = (grad_output * (softmax(input, dim) * mass - a)).to(input.dtype)
    if ctx.needs_input_grad[1] or ctx.needs_input_grad[2]:
        loss = -grad_output * log_softmax(input, dim)
        if ctx.needs_input_grad[1]:
            grad_target = (loss * over * (1 - options.smoothing)).to(target.dtype)
        if ctx.needs_input_grad[2]:
            every = (loss * q).movedim(dim, -1)
            grad_weight = unbroadcast(every, weight.shape).to(weight.dtype)
    return grad_input, grad_target, grad_weight
