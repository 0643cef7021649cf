"""Whichever backward of the CNN is broken, every kind of check sees it."""

from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.autograd import Function, gradcheck
from torch.autograd.gradcheck import GradcheckError

from benchmarks import _float32
from benchmarks._cnn import BUILT_IN, BY_HAND, Operation, Operations
from byhand import functions
from tests.unit.test_cnn_by_hand import compare_over_steps
from tests.unit.test_functions_images import assert_same, leaves

Change = Callable[[Tensor], Tensor]
# How each operation calls its Function, and how often the network runs it.
CALLS: dict[str, tuple[type[Function], Callable[..., tuple[Any, ...]], int]] = {
    "conv2d": (functions.Conv2d, lambda x, w, b, padding=1: (x, w, b, 1, padding, 1, 1), 3),
    "relu": (functions.ReLU, lambda x: (x,), 4),
    "max_pool2d": (functions.MaxPool2d, lambda x, size=2: (x, size, None, 0, 1, False), 3),
    "linear": (functions.Linear, lambda x, w, b: (x, w, b), 2),
    "cross_entropy": (
        functions.CrossEntropy,
        lambda x, target: (x, target, None, -100, "mean", 0.0),
        1,
    ),
}
# Small inputs, and what belongs to them.
SHAPES: dict[str, list[tuple[int, ...]]] = {
    "conv2d": [(2, 2, 5, 4), (3, 2, 3, 3), (3,)],
    "relu": [(3, 5)],
    "max_pool2d": [(2, 3, 4, 6)],
    "linear": [(7, 5), (3, 5), (3,)],
    "cross_entropy": [(3, 5)],
}
MORE: dict[str, tuple[Any, ...]] = {"cross_entropy": (torch.tensor([4, 0, 2]),)}
# What goes wrong with the gradient of input, weight or bias.
BREAKS: dict[str, list[Change]] = {
    "conv2d": [
        lambda g: g.roll(1, -1),  # the padding is one column off
        lambda g: g.mT,  # rows and columns of the kernel are swapped
        lambda g: g / 2,  # the mean over two samples, not the sum
    ],
    "relu": [lambda g: g + 1e-3],  # something comes through where x < 0
    "max_pool2d": [lambda g: g.roll(1, -1)],  # the neighbour of the largest gets it
    "linear": [
        lambda g: g.roll(1, -1),
        lambda g: g.flip(0),  # the outputs' rows in the wrong order
        lambda g: g / 7,  # the mean, not the sum
    ],
    "cross_entropy": [lambda g: g.clamp(min=0)],  # p, with −1 forgotten at the class
}


def operation(name: str, position: int, change: Change | None) -> Operation:
    """Return the book's operation with the gradient of one of its inputs changed."""
    function, arguments, _ = CALLS[name]

    class Changed(function):  # type: ignore[misc, valid-type]
        @staticmethod
        def backward(ctx: Any, *grad_outputs: Any) -> tuple[Any, ...]:
            found: Any = function.backward(ctx, *grad_outputs)
            gradients = list(found if isinstance(found, tuple) else (found,))
            if change is not None and gradients[position] is not None:
                gradients[position] = change(gradients[position])
            return tuple(gradients)

    def run(*inputs: Any, **options: Any) -> Tensor:
        output: Any = Changed.apply(*arguments(*inputs, **options))
        result: Tensor = output[0] if isinstance(output, tuple) else output
        return result

    return run


def network_with(name: str, layer: int, position: int, change: Change | None) -> Operations:
    """Return the book's operations, of which one layer's is changed."""
    number = CALLS[name][2]
    turns = cycle(
        operation(name, position, change) if i == layer else getattr(BY_HAND, name)
        for i in range(number)
    )
    return BY_HAND._replace(**{name: lambda *args, **kw: next(turns)(*args, **kw)})


def cases() -> Iterator[Any]:
    """Yield each gradient of each layer of the network, and what goes wrong with it."""
    for name, (_, _, number) in CALLS.items():
        for layer in range(number):
            for position, change in enumerate(BREAKS[name]):
                if (name, layer, position) == ("conv2d", 0, 0):
                    continue  # the images need no gradient
                label = f"{name}{layer + 1}-{_float32.TENSORS[position]}"
                yield pytest.param(name, layer, position, change, id=label)


@pytest.mark.parametrize("name", CALLS)
def test_what_is_not_broken_passes(name: str) -> None:
    right = operation(name, 0, None)
    inputs = leaves(3, torch.float64, *SHAPES[name])
    assert gradcheck(lambda *tensors: right(*tensors, *MORE.get(name, ())), inputs)
    compare_over_steps(2, 2, network_with(name, 0, 0, None))


@pytest.mark.parametrize(("name", "layer", "position", "change"), list(cases()))
def test_one_broken_gradient_is_caught_by_every_check(
    name: str, layer: int, position: int, change: Change
) -> None:
    wrong, more = operation(name, position, change), MORE.get(name, ())
    theirs = getattr(BUILT_IN, name)
    options: dict[str, Any] = {"conv2d": {"padding": 1}, "max_pool2d": {"kernel_size": 2}}.get(
        name, {}
    )
    inputs = leaves(3, torch.float64, *SHAPES[name])
    with pytest.raises(GradcheckError):
        gradcheck(lambda *tensors: wrong(*tensors, *more), inputs)
    with pytest.raises(AssertionError):  # what its unit tests compare
        assert_same(
            lambda *tensors: wrong(*tensors, *more),
            lambda *tensors: theirs(*tensors, *more, **options),
            inputs,
            9,
        )
    broken = network_with(name, layer, position, change)
    with pytest.raises(AssertionError):  # stops at the first step that differs
        compare_over_steps(50, 2, broken)
    apart = _float32.whole_network(1, 2, with_onednn=False, by_hand=broken)
    assert max(apart.values()) > _float32.ONEDNN_BOUND
