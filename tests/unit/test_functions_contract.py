"""What every Function of the book keeps, whatever it computes."""

import ast
import inspect
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.autograd import Function, gradcheck, gradgradcheck
from torch.utils._python_dispatch import TorchDispatchMode

from byhand import functions

FUNCTIONS = [
    value
    for value in vars(functions).values()
    if inspect.isclass(value) and issubclass(value, Function)
]
every_function = pytest.mark.parametrize(
    "function", FUNCTIONS, ids=lambda function: function.__name__
)
# Names under which PyTorch would do the work for us.
FORBIDDEN_NAMES = {"grad", "autograd", "backward", "vjp", "jacobian", "functional"}


def leaf(*shape: int) -> Tensor:
    """Return random numbers away from 0, where some functions have a kink."""
    generator = torch.Generator().manual_seed(sum(shape))
    size = 0.2 + torch.rand(shape, generator=generator, dtype=torch.float64)
    sign = torch.randint(0, 2, shape, generator=generator) * 2 - 1
    return (size * sign).requires_grad_()


def arguments(function: type[Function]) -> tuple[Any, ...]:
    """Return arguments for `function.apply`; the tensors are leaves."""
    pair = (leaf(3, 5), leaf(3, 5) * 2)
    pair = (pair[0], pair[1].detach().requires_grad_())
    cases: dict[type[Function], tuple[Any, ...]] = {
        functions.MSELoss: (*pair, "mean"),
        functions.L1Loss: (*pair, "mean"),
        functions.HuberLoss: (*pair, "mean", 0.25),
        functions.Square: (leaf(3, 5),),
        functions.Exp: (leaf(3, 5),),
        functions.ReLU: (leaf(3, 5),),
        functions.Sigmoid: (leaf(3, 5),),
        functions.Softmax: (leaf(3, 5), 1),
        functions.LogSoftmax: (leaf(3, 5), 1),
        # Class probabilities, because class indices have no gradient to check.
        functions.CrossEntropy: (leaf(3, 5), leaf(3, 5), leaf(5), -100, "mean", 0.1),
        functions.BroadcastAdd: (leaf(7, 3, 1), leaf(3, 5)),
        functions.MatMul: (leaf(7, 3, 5), leaf(5, 2)),
        functions.Linear: (leaf(7, 3, 5), leaf(2, 5), leaf(2)),
        functions.Conv2d: (leaf(3, 2, 5, 7), leaf(4, 1, 3, 2), leaf(4), (2, 1), (1, 0), (1, 2), 2),
        functions.MaxPool2d: (leaf(3, 2, 5, 7), 3, 2, 1, 1, True),
        functions.BatchNorm2d: (leaf(3, 2, 5), None, None, leaf(2), leaf(2), True, 0.1, 1e-5),
        functions.LayerNorm: (leaf(7, 3, 5), (3, 5), leaf(3, 5), leaf(3, 5), 1e-5),
    }
    return cases[function]


def tensors(function: type[Function]) -> list[int]:
    """Return the positions of the tensors among the arguments."""
    return [i for i, value in enumerate(arguments(function)) if isinstance(value, Tensor)]


def call(function: type[Function], values: tuple[Any, ...]) -> Tensor:
    """Return the output; a pooling gives the places of its largest numbers, too."""
    outputs: Any = function.apply(*values)  # type: ignore[no-untyped-call]
    output: Tensor = outputs[0] if isinstance(outputs, tuple) else outputs
    return output


@every_function
def test_gradcheck_and_gradgradcheck(function: type[Function]) -> None:
    assert gradcheck(function.apply, arguments(function))
    assert gradgradcheck(function.apply, arguments(function))


def subsets(positions: list[int]) -> Iterator[set[int]]:
    for number in range(1, 2 ** len(positions)):
        yield {position for bit, position in enumerate(positions) if number >> bit & 1}


@every_function
def test_only_asked_for_gradients_are_computed(function: type[Function]) -> None:
    """For every subset of the inputs: a gradient for each of them, None for the others."""
    for wanted in subsets(tensors(function)):
        values = tuple(
            value.detach().requires_grad_(i in wanted) if isinstance(value, Tensor) else value
            for i, value in enumerate(arguments(function))
        )
        output = call(function, values)
        node: Any = output.grad_fn
        returned = node.apply(torch.full_like(output, 1.7))
        returned = returned if isinstance(returned, tuple) else (returned,)
        assert {i for i, gradient in enumerate(returned) if gradient is not None} == wanted


@every_function
def test_what_backward_returns_has_the_shape_and_dtype_of_its_input(
    function: type[Function],
) -> None:
    for dtype in (torch.float32, torch.float64):
        values = tuple(
            value.detach().to(dtype).requires_grad_() if isinstance(value, Tensor) else value
            for value in arguments(function)
        )
        output = call(function, values)
        node: Any = output.grad_fn
        returned = node.apply(torch.full_like(output, 1.7))
        returned = returned if isinstance(returned, tuple) else (returned,)
        for value, gradient in zip(values, returned, strict=True):
            if isinstance(value, Tensor):
                assert (gradient.shape, gradient.dtype) == (value.shape, dtype)


@every_function
def test_nothing_is_changed_in_place(function: type[Function]) -> None:
    values = arguments(function)
    output = call(function, values)
    grad_output = torch.full_like(output, 1.7)
    watched = [value for value in values if isinstance(value, Tensor)] + [output, grad_output]
    versions = [tensor._version for tensor in watched]
    node: Any = output.grad_fn
    node.apply(grad_output)
    assert [tensor._version for tensor in watched] == versions


@every_function
def test_under_torch_func(function: type[Function]) -> None:
    """One gradient per sample from vmap(grad) equals a loop over the samples."""
    values = list(arguments(function))
    position = tensors(function)[0]
    samples = torch.stack([values[position].detach() * factor for factor in (0.5, 1.0, 2.0)])

    def loss(sample: Tensor) -> Tensor:
        rest = [value.detach() if isinstance(value, Tensor) else value for value in values]
        rest[position] = sample
        return call(function, tuple(rest)).pow(2).sum()

    together = torch.func.vmap(torch.func.grad(loss))(samples)
    alone = torch.stack([torch.func.grad(loss)(sample) for sample in samples])
    torch.testing.assert_close(together, alone)


class Recorder(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Writes down the name of every operation that runs."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.names: list[str] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self.names.append(str(func))
        return func(*args, **(kwargs or {}))


@every_function
def test_no_backward_calls_pytorchs_own(function: type[Function]) -> None:
    output = call(function, arguments(function))
    node: Any = output.grad_fn
    with Recorder() as recorder:
        node.apply(torch.full_like(output, 1.7))
    assert recorder.names, "the backward ran nothing, so this test saw nothing"
    assert [name for name in recorder.names if "backward" in name] == []


@every_function
def test_no_backward_names_autograd(function: type[Function]) -> None:
    tree = ast.parse(inspect.getsource(inspect.getmodule(function)))  # type: ignore[arg-type]
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert used & FORBIDDEN_NAMES == set()
