"""The form of an answer that collects the gradient of a large batch from small ones."""

# ruff: noqa: ARG002  (every kind answers the same questions, used or not)

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from byhand._checker.forms import accept_callable
from byhand._checker.kinds import Accepted
from byhand._checker.spec import Args, Exercise, Finding, Output

Loss = Callable[[list[Tensor], Tensor, Tensor], Tensor]
"""``mean_loss(params, x, target)``: the mean over the samples of one batch."""


@dataclass
class Recorder:
    """Stands for `mean_loss`, and writes down what happens to it."""

    loss: Loss
    sizes: list[int] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    with_graph: bool = False

    def __call__(self, params: list[Tensor], x: Tensor, target: Tensor) -> Tensor:
        """The loss; its backward is noticed."""
        result = self.loss(params, x, target)
        self.sizes.append(len(x))
        self.events.append("forward")
        if result.requires_grad:
            self.with_graph = True
            result.register_hook(self._seen)  # type: ignore[no-untyped-call]
        return result

    def _seen(self, grad: Tensor) -> None:
        del grad
        self.events.append("backward")

    def filled(self, param: Tensor) -> None:
        """A backward has put something into `.grad` of a parameter."""
        del param
        self.events.append("filled")

    @property
    def all_at_once(self) -> bool:
        """Whether several graphs were alive before the first backward."""
        return self.events[:2] == ["forward", "forward"]


@dataclass(frozen=True)
class Accumulation:
    """A function ``f(params, mean_loss, batches) → None`` that fills `.grad` of the parameters."""

    wanted: str = "a function `f(params, mean_loss, batches)` that fills `.grad`"
    parts: tuple[str, ...] = ("gradient",)
    mutates: tuple[str, ...] = ()
    reveals: bool = True

    def accept(self, answer: Any, exercise: Exercise) -> Accepted:
        """Any callable with the right number of arguments."""
        return accept_callable(answer, exercise, exercise.parameters)

    def call(self, answer: Any, args: Args, parts: dict[str, Any]) -> None:
        """Keep what `.grad` holds afterwards."""
        params, loss, batches = args
        kept, largest = list(params), max(len(x) for x, _ in batches)
        recorder = Recorder(loss)
        before = [p.detach().clone() for p in kept]
        for p in kept:
            p.register_post_accumulate_grad_hook(recorder.filled)
        try:
            returned = answer(params, recorder, batches)
        except AttributeError as error:
            if recorder.events or "NoneType" not in str(error):
                raise
            parts["gradient"] = _nothing_to_clear(error)
            return
        except RuntimeError as error:
            if recorder.with_graph or "does not require grad" not in str(error):
                raise
            parts["gradient"] = _no_graph(error)
            return
        grads = tuple(p.grad for p in kept)
        finding = _moved(before, kept) or _fault(returned, recorder, grads, largest)
        parts["gradient"] = grads if finding is None else finding

    def outputs(self, exercise: Exercise, part: str) -> tuple[Output, ...]:
        """One gradient for each parameter."""
        return exercise.outputs

    def normalise(self, part: str, raw: Any, count: int) -> Any:
        """Exactly what came back."""
        return raw


def _fault(
    returned: Any, recorder: Recorder, grads: tuple[Tensor | None, ...], largest: int
) -> Finding | None:
    if any(size > largest for size in recorder.sizes):
        return Finding(
            "one-large-batch",
            f"You call `mean_loss` with {max(recorder.sizes)} samples at once. The batches are "
            "small because more samples do not fit into the memory.",
            "Call `mean_loss` and `backward` for each batch by itself.",
        )
    if any(grad is not None for grad in grads):
        return None
    if type(returned) in (list, tuple) and any(isinstance(x, Tensor) for x in returned):
        return Finding(
            "not-left-in-grad",
            "You return gradients, and `.grad` of every parameter is None. An optimizer looks "
            "into `.grad`.",
            "Call `backward`, which adds to `.grad`, or set `p.grad` yourself.",
        )
    if "filled" in recorder.events:
        return Finding(
            "cleared-at-the-end",
            "A backward filled `.grad`, and `.grad` of every parameter is None after the call.",
            "Clear the gradients before the first batch only, and leave the sum in `.grad`.",
        )
    if "backward" in recorder.events:
        return Finding(
            "not-left-in-grad",
            "Gradients were computed, and `.grad` of every parameter is None after the call.",
            "Call `backward` on losses of `params` themselves, or set `p.grad` yourself.",
        )
    return Finding(
        "no-backward",
        "`.grad` of every parameter is None after the call, and no backward went through a loss "
        "that `mean_loss` gave.",
        "Call `backward` on the loss of each batch.",
    )


def _moved(before: list[Tensor], params: list[Tensor]) -> Finding | None:
    if all(torch.equal(old, p.detach()) for old, p in zip(before, params, strict=True)):
        return None
    return Finding(
        "parameters-changed",
        "The parameters have other numbers after the call. So the batches do not all see the same "
        "parameters, or a step was made that nobody asked for.",
        "Leave the parameters as they are: the update comes later, once for all batches.",
    )


def _no_graph(error: Exception) -> Finding:
    return Finding(
        "no-graph",
        f"Your code raised {type(error).__name__}: {str(error)[:300]}. The losses that `mean_loss` "
        "gave have no graph, as under `torch.no_grad()`.",
        "Call `mean_loss` with `params` themselves, and outside of `torch.no_grad()`.",
        status="crashed",
    )


def _nothing_to_clear(error: Exception) -> Finding:
    return Finding(
        "nothing-to-clear",
        f"Your code raised {type(error).__name__}: {str(error)[:300]}. Before the call `.grad` of "
        "each parameter is None.",
        "Leave out the line: there is nothing to clear. `p.grad = None` works in any case.",
        status="crashed",
    )


@dataclass(frozen=True)
class OneByOne(Accumulation):
    """Whether each graph is used up before the next one is built."""

    parts: tuple[str, ...] = ("graphs",)

    def call(self, answer: Any, args: Args, parts: dict[str, Any]) -> None:
        """1 where the first backward comes before the second forward."""
        params, loss, batches = args
        recorder = Recorder(loss)
        answer(params, recorder, batches)
        one = torch.ones((), dtype=torch.float64, device="cpu")
        parts["graphs"] = 0 * one if recorder.all_at_once else one

    def outputs(self, exercise: Exercise, part: str) -> tuple[Output, ...]:
        """One number."""
        return (Output(part),)
