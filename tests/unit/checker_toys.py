"""Exercises of other forms than chapter 2 has, without catalogues: the engine carries them all."""

# ruff: noqa: ARG005  (a formula takes all arguments, used or not)

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from byhand._checker.function_kind import FunctionClass
from byhand._checker.inputs import Inputs
from byhand._checker.kinds import BackwardFunction, ForwardFunction
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Exercise, Kind, Ladder, Output
from byhand._checker.step_kind import Step

SHAPES = ((3, 5), (5, 7), (7, 3), (3, 7))


def shape(inputs: Inputs) -> tuple[int, ...]:
    return SHAPES[inputs.seed % len(SHAPES)]


def toy(
    id: str, kind: Kind, parameters: str, outputs: str, make: Any, reference: dict[str, Any]
) -> Exercise:
    return Exercise(
        id=id,
        chapter=0,
        title=id,
        level=1,
        skills=(),
        kind=kind,
        name=id.replace("-", "_"),
        parameters=tuple(parameters.split()),
        outputs=tuple(Output(name) for name in outputs.split()),
        make=make,
        reference=reference,
        mistakes=(),
        ladder=Ladder("?", "", "", ""),
        stub="",
        solution="",
    )


def softmax(output_based: bool = True) -> Exercise:
    def make(inputs: Inputs) -> Args:
        x = inputs.values(*shape(inputs))
        return inputs.values(*x.shape), x.softmax(-1)

    def reference(g: Tensor, p: Tensor) -> Any:
        return gradients(lambda x: x.softmax(-1), (0,))(g, p.log())

    return toy(
        "softmax-backward", BackwardFunction(), "grad_output output", "grad_input", make,
        {"gradient": reference},
    )  # fmt: skip


def center() -> Exercise:
    """Every sample depends on all others, so mixing them is no mistake."""

    def make(inputs: Inputs) -> Args:
        size = shape(inputs)
        return inputs.values(*size), inputs.values(*size)

    return toy(
        "center-backward", BackwardFunction(), "grad_output x", "grad_input", make,
        {"gradient": gradients(lambda x: x - x.mean(0), (0,))},
    )  # fmt: skip


def broadcast_add() -> Exercise:
    def make(inputs: Inputs) -> Args:
        rows, columns = shape(inputs)
        return inputs.values(rows, columns), (rows, columns), (columns,)

    def reference(g: Tensor, a: Any, b: Any) -> Any:
        zeros = [torch.zeros(size, dtype=torch.float64) for size in (a, b)]
        return gradients(torch.add, (0, 1))(g, *zeros)

    return toy(
        "broadcast-add-backward", BackwardFunction(), "grad_output a_shape b_shape", "ga gb", make,
        {"gradient": reference},
    )  # fmt: skip


def cross_entropy() -> Exercise:
    def make(inputs: Inputs) -> Args:
        rows, columns = shape(inputs)
        target = (torch.arange(rows) * 2 + inputs.seed) % columns
        return inputs.grad_scalar(), inputs.values(rows, columns), target

    return toy(
        "cross-entropy-backward", BackwardFunction(), "grad_output logits target", "glogits", make,
        {"gradient": gradients(F.cross_entropy, (0,))},
    )  # fmt: skip


def conv_input() -> Exercise:
    def make(inputs: Inputs) -> Args:
        padding = inputs.seed % 2
        size = 7 - 3 + 1 + 2 * padding
        return inputs.values(3, 5, size, size), inputs.values(5, 2, 3, 3), padding

    def reference(g: Tensor, w: Tensor, padding: int) -> Any:
        x = torch.zeros(3, 2, 7, 7, dtype=torch.float64)
        return gradients(lambda y: F.conv2d(y, w, padding=padding), (0,))(g, x)

    return toy(
        "conv2d-input-backward", BackwardFunction(), "grad_output weight padding", "gx", make,
        {"gradient": reference},
    )  # fmt: skip


def stable_softmax() -> Exercise:
    def make(inputs: Inputs) -> Args:
        size = shape(inputs)
        return inputs.values(*size), inputs.values(*size)

    def forward(x: Tensor) -> Tensor:
        return x.softmax(-1)

    return toy(
        "softmax-stable", ForwardFunction("probabilities"), "grad_output x", "grad_x", make,
        {"value": forward, "gradient": gradients(forward, (0,))},
    )  # fmt: skip


def clamp() -> Exercise:
    def make(inputs: Inputs) -> Args:
        size = shape(inputs)
        return inputs.values(*size), inputs.values(*size), -0.75, 1.25

    return toy(
        "clamp-function", FunctionClass("output"), "grad_output x lo hi", "gx glo ghi", make,
        {"value": torch.clamp, "gradient": gradients(torch.clamp, (0, 1, 2))},
    )  # fmt: skip


def sgd() -> Exercise:
    def make(inputs: Inputs) -> Args:
        params = [inputs.values(3, 5).requires_grad_(), inputs.values(7).requires_grad_()]
        for p in params:
            p.grad = inputs.targets(*p.shape)
        return params, 0.1 + inputs.seed

    def after(params: list[Tensor], lr: float) -> Any:
        return tuple(p.detach() - lr * p.grad for p in params if p.grad is not None)

    return toy(
        "sgd-step", Step(), "params lr", "params[0] params[1]", make,
        {"value": after, "cleared": lambda params, lr: (None, None)},
    )  # fmt: skip
