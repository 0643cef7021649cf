"""Cases that a mutant of a backward survived without."""

import pytest
import torch
import torch.nn.functional as F

from byhand import functions
from tests.unit.test_functions_images import assert_same, leaves, random


def test_matmul_with_a_broadcast() -> None:
    assert_same(functions.matmul, torch.matmul, leaves(0, torch.float64, (2, 3), (5, 3, 4)), 9)


@pytest.mark.parametrize("shape", [(1, 5), (3, 1), (1, 1), (2, 1, 5), (1, 3, 1)])
def test_broadcasting_of_ones_behind_new_dimensions(shape: tuple[int, ...]) -> None:
    inputs = leaves(0, torch.float64, shape, (7, 2, 3, 5))
    assert_same(functions.broadcast_add, torch.add, inputs, 9)


@pytest.mark.parametrize("kernel", [(3, 2), (4, 3), (5, 4)])
def test_same_padding_of_taller_kernels(kernel: tuple[int, int]) -> None:
    inputs = leaves(0, torch.float64, (2, 2, 7, 6), (3, 2, *kernel))
    assert_same(
        lambda x, w: functions.conv2d(x, w, padding="same"),
        lambda x, w: F.conv2d(x, w, padding="same"),
        inputs,
        9,
    )


def test_two_batches_in_training_before_one_backward() -> None:
    """The running statistics change between them, so the first must not hold on to them."""
    x = random((4, 2, 3, 3), 0).requires_grad_()
    mean, var = torch.zeros(2).double(), torch.ones(2).double()
    first = functions.batch_norm2d(x, mean, var, training=True)
    second = functions.batch_norm2d(2 * x, mean, var, training=True)
    assert torch.autograd.grad(first.pow(3).sum() + second.sum(), x)[0].isfinite().all()
