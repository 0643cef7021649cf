"""sgd-step."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

from typing import Any

from torch import Tensor
from torch.optim.sgd import sgd

from byhand._catalogue.chapter07.drawn import OUTPUTS, Params, step_probes, usual
from byhand._catalogue.chapter07.sgd_mistakes import all_mistakes
from byhand._catalogue.chapter07.update_kind import Update, several, tracked
from byhand._checker.inputs import Inputs
from byhand._checker.spec import Args, Exercise, Ladder

RATES = (0.3, 0.125, 0.7, 0.05)
KIND = Update("a function `f(params, lr)` that changes the parameters in place")


def pytorch(
    params: Params, buffers: list[Tensor | None], lr: float, momentum: float = 0.0
) -> tuple[Params, list[Any]]:
    """PyTorch's own step on copies: parameters and buffers afterwards.

    The function under `torch.optim.SGD`; the class would load a compiler at its first use.
    """
    after, held = [p.detach().clone() for p in params], [_copy(b) for b in buffers]
    used = [k for k, p in enumerate(params) if p.grad is not None]
    grads = [g.clone() for p in params if (g := p.grad) is not None]
    chosen = [held[k] for k in used]
    sgd([after[k] for k in used], grads, chosen, lr=lr, momentum=momentum, weight_decay=0.0,
        dampening=0.0, nesterov=False, maximize=False, foreach=False, fused=False)  # fmt: skip
    for k, buffer in zip(used, chosen, strict=True):
        held[k] = buffer
    return after, held


def _copy(buffer: Tensor | None) -> Tensor | None:
    return None if buffer is None else buffer.detach().clone()


def _after(params: Params, lr: float) -> tuple[Tensor, ...]:
    return tuple(pytorch(params, [None] * len(params), lr)[0])


def _arguments(inputs: Inputs, params: Params) -> Args:
    return params, RATES[inputs.seed % len(RATES)]


def _again(args: Args, done: int) -> Args:
    params, lr = args
    return params, lr / 2**done


def step(stub: str, solution: str) -> Exercise:
    """One step of gradient descent."""
    make = usual(_arguments)
    return Exercise(
        id="sgd-step",
        chapter=7,
        title="One step of gradient descent",
        level=1,
        skills=("in place", "no_grad", "clear the gradient"),
        kind=KIND,
        name="sgd_step",
        parameters=("params", "lr"),
        outputs=OUTPUTS,
        make=make,
        reference={"value": _after, "cleared": lambda params, lr: (None,) * len(params)},
        mistakes=all_mistakes(),
        probes=(
            *step_probes(_arguments),
            several(
                make,
                KIND,
                _again,
                lambda params, lr: (_after(params, lr),),
                "Look for something that is kept from one call to the next.",
            ),
            tracked(make, KIND),
        ),
        ladder=Ladder(
            "In which direction does the loss grow, and where do you want to go? And what would "
            "the next backward do with the gradients that are still there?",
            "Three things for each parameter: switch recording off, change the tensor itself, "
            "clear its `.grad`.",
            "w ← w − lr · g, with g = w.grad. The new numbers go into the old tensor, under "
            "`torch.no_grad()`; afterwards w.grad is None or zero.",
            "with torch.no_grad():\n    for p in params:\n        if p.grad is ...:\n"
            "            continue\n        p -= ...\n        p.grad = ...",
        ),
        stub=stub,
        solution=solution,
    )
