"""Parameters with gradients, as the steps of chapter 7 get them, and their special cases."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from byhand._checker.inputs import Inputs
from byhand._checker.spec import Args, Output, Probe

Shapes = tuple[tuple[int, ...], ...]
Params = list[Tensor]
Make = Callable[[Inputs], Args]
MakeSome = Callable[[Inputs, Params], Args]
"""The arguments from parameters that are drawn already."""

SHAPES: tuple[Shapes, ...] = (
    ((3, 5), (7,), (5,)),
    ((7,), (5, 3), (3,)),
    ((5,), (3,), (7, 3)),
    ((3, 7), (5,), (11,)),
)
NAMES = ("params[0]", "params[1]", "params[2]")
OUTPUTS = tuple(Output(name) for name in NAMES)


def parameters(inputs: Inputs, shapes: Shapes | None = None) -> Params:
    """Three leaves with a gradient each; shapes by seed unless given."""
    chosen = SHAPES[inputs.seed % len(SHAPES)] if shapes is None else shapes
    params = [inputs.values(*size).requires_grad_() for size in chosen]
    for p in params:
        p.grad = inputs.targets(*p.shape)
    return params


def like(inputs: Inputs, params: Params) -> Params:
    """One tensor for each parameter, with other numbers."""
    return [inputs.values(*p.shape) for p in params]


def usual(make: MakeSome) -> Make:
    """Parameters of the seed's own shapes."""
    return lambda inputs: make(inputs, parameters(inputs))


def of_shapes(make: MakeSome, *shapes: tuple[int, ...]) -> Make:
    """Parameters of these shapes."""
    return lambda inputs: make(inputs, parameters(inputs, shapes))


def frozen(make: MakeSome) -> Make:
    """The second parameter takes no part: its `.grad` is None."""

    def drawn(inputs: Inputs) -> Args:
        params = parameters(inputs)
        params[1].grad = None
        return make(inputs, params)

    return drawn


def scaled(make: MakeSome, factor: float) -> Make:
    """Gradients times a power of two."""

    def drawn(inputs: Inputs) -> Args:
        params = parameters(inputs)
        for p in params:
            p.grad = factor * p.grad if p.grad is not None else None
        return make(inputs, params)

    return drawn


def turned(make: MakeSome) -> Make:
    """Parameters and gradients whose rows are not in order in memory.

    A copy of a tensor keeps its order in memory.
    """

    def drawn(inputs: Inputs) -> Args:
        params = parameters(inputs, ((3, 5), (5, 3), (7, 3)))
        other = [_columns_first(p.detach()).requires_grad_() for p in params]
        for p, twin in zip(params, other, strict=True):
            assert p.grad is not None
            twin.grad = _columns_first(p.grad)
        return make(inputs, other)

    return drawn


def _columns_first(value: Tensor) -> Tensor:
    return value.transpose(0, 1).contiguous().transpose(0, 1)


def step_probes(make: MakeSome) -> tuple[Probe, ...]:
    """Special cases that every function of parameters and their gradients is tried with."""
    return (
        Probe(
            "needs-every-gradient",
            "a parameter whose `.grad` is None",
            frozen(make),
            "A parameter that takes no part in the loss has `.grad` None. It must stay as it is, "
            "and the others must be treated as always.",
            "Begin the loop with `if p.grad is None: continue`.",
        ),
        Probe(
            "wrong-in-float32",
            "float32 parameters",
            usual(make),
            "The numbers are right in float64 and wrong in float32.",
            "Look for a step that loses digits, and for a number that is fixed in float64.",
            dtype=torch.float32,
        ),
        Probe(
            "wrong-for-one-number",
            "parameters that hold one number",
            of_shapes(make, (1,), (), (1, 1)),
            "The numbers are right for larger parameters and wrong for those of one number.",
            "Let no line depend on the number of dimensions, and use no `squeeze`.",
        ),
        Probe(
            "wrong-for-large-numbers",
            "gradients of several thousands",
            scaled(make, 4096.0),
            "The numbers are right for small gradients and wrong for large ones.",
            "Look for `clamp`, and for a fixed number where an argument is meant.",
            listed=False,
        ),
        Probe(
            "wrong-for-small-numbers",
            "gradients of some thousandths",
            scaled(make, 1 / 1024),
            "The numbers are right for usual gradients and wrong for very small ones.",
            "Look for `round` or `clamp`, and for a small constant that is added.",
            listed=False,
        ),
        Probe(
            "depends-on-memory-layout",
            "parameters that are not contiguous",
            turned(make),
            "The result depends on how a parameter lies in memory.",
            "Use `p.sub_(…)` or `p -= …` on the tensor itself, and no `view`.",
            lenient=True,
            listed=False,
        ),
    )
