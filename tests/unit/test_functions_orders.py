"""Derivatives of derivatives, and one grad_output for many samples."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.autograd import gradgradcheck

from tests.unit.test_functions_images import EVERY, Operation, leaves, random

every = pytest.mark.parametrize(
    ("ours", "theirs", "shapes"), [case[1:] for case in EVERY], ids=[case[0] for case in EVERY]
)


def gradient(operation: Operation) -> Callable[..., tuple[Tensor, ...]]:
    """Return the gradients as a function of grad_output and the inputs."""

    def first(grad_output: Tensor, *inputs: Tensor) -> tuple[Tensor, ...]:
        output = operation(*inputs)
        return torch.autograd.grad(output, inputs, grad_output, create_graph=True)

    return first


@every
def test_third_derivatives_in_both_modes(
    ours: Operation, theirs: Operation, shapes: list[tuple[int, ...]]
) -> None:
    inputs = leaves(3, torch.float64, *shapes)
    grad_output = random(tuple(ours(*inputs).shape), 8).requires_grad_()
    first = gradient(ours)
    # A gradient of pooling does not depend on the image, only on which entry is the largest.
    follows = len(inputs) > 1
    moving = (grad_output, *inputs) if follows else (grad_output,)
    fixed = () if follows else inputs
    assert gradgradcheck(
        lambda *tensors: first(*tensors, *fixed), moving, fast_mode=True, check_fwd_over_rev=True
    )


@every
def test_one_grad_output_for_many_samples(
    ours: Operation, theirs: Operation, shapes: list[tuple[int, ...]]
) -> None:
    derive: Any = torch.func
    x, *rest = (leaf.detach() for leaf in leaves(4, torch.float64, *shapes))
    samples = torch.stack([x, 2 * x.flip(0), x + 1])
    grad_output = random(tuple(ours(x, *rest).shape), 8)

    def pull(operation: Operation) -> Any:
        return lambda x: derive.vjp(operation, x, *rest)[1](grad_output)

    actual = derive.vmap(pull(ours))(samples)
    torch.testing.assert_close(actual, derive.vmap(pull(theirs))(samples), rtol=1e-9, atol=1e-9)
