"""A network, an optimizer and a loader that notice what a training loop does with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from byhand._catalogue.chapter08.drawn import Batch


@dataclass
class Forward:
    """One call of the network.

    Args:
        source: "train", "val" or, for images that are in neither, an empty text.
        count: how many images.
        training: whether the network was in train mode.
        recorded: whether autograd recorded it.
        steps: how many steps the optimizer had taken.
        backwards: how many backwards have gone through it.
    """

    source: str
    count: int
    training: bool
    recorded: bool
    steps: int
    backwards: int = 0


@dataclass
class Watch:
    """What happened, in order."""

    sources: dict[tuple[float, ...], str]
    forwards: list[Forward] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    steps: int = 0
    moved: bool = False
    """Whether a step found gradients."""

    @classmethod
    def over(cls, **sources: list[Batch]) -> Watch:
        """Knows the images of each source by their numbers."""
        known = {
            _key(image): name
            for name, batches in sources.items()
            for images, _ in batches
            for image in images
        }
        return cls(known)

    def begin(self) -> None:
        """Forget what happened before: a new epoch begins."""
        self.forwards, self.events, self.steps, self.moved = [], [], 0, False

    def forward(self, images: Tensor, logits: Tensor, training: bool) -> None:
        """The network was called."""
        source = self.sources.get(_key(images[0]), "") if len(images) else ""
        seen = Forward(source, len(images), training, logits.requires_grad, self.steps)
        self.forwards.append(seen)
        self.events.append("forward")

        def back(grad: Tensor) -> None:
            del grad
            seen.backwards += 1
            self.events.append("backward")

        if logits.requires_grad:
            logits.register_hook(back)  # type: ignore[no-untyped-call]

    def of(self, source: str) -> list[Forward]:
        """The calls with images of one source."""
        return [call for call in self.forwards if call.source == source]


def _key(image: Tensor) -> tuple[float, ...]:
    return tuple(image.detach().flatten().tolist())


class Loader:
    """Batches one after the other, as a DataLoader gives them: no index, no slices."""

    def __init__(self, batches: list[Batch]) -> None:
        self._batches = batches
        self.batch_size = len(batches[0][1])
        self.drop_last = False

    def __iter__(self) -> Iterator[Batch]:
        return iter(self._batches)

    def __len__(self) -> int:
        return len(self._batches)

    @property
    def dataset(self) -> list[tuple[Tensor, Tensor]]:
        """All images with their labels."""
        return [pair for batch in self._batches for pair in zip(*batch, strict=True)]


class Descent(torch.optim.Optimizer):
    """Plain gradient descent.

    `torch.optim.SGD` imports a compiler when it is first made, which takes seconds; so does the
    initialiser of its base class.
    """

    def __init__(self, params: list[torch.nn.Parameter], lr: float, watch: Watch) -> None:
        self.defaults: dict[str, Any] = {"lr": lr}
        self.param_groups = [{"params": params, "lr": lr}]
        self.state: Any = {}
        self.watch = watch

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Clear the gradients."""
        self.watch.events.append("clear")
        for p in self.params:
            if set_to_none:
                p.grad = None
            elif p.grad is not None:
                p.grad.zero_()

    def step(self, closure: Any = None) -> Any:
        """One step along the gradients."""
        with torch.enable_grad():
            loss = None if closure is None else closure()
        self.watch.steps += 1
        self.watch.events.append("step")
        with torch.no_grad():
            for p in self.params:
                if p.grad is not None:
                    self.watch.moved = self.watch.moved or bool(p.grad.any())
                    p.sub_(p.grad, alpha=self.param_groups[0]["lr"])
        return loss

    @property
    def params(self) -> list[torch.nn.Parameter]:
        """All parameters."""
        return list(self.param_groups[0]["params"])


class Network(torch.nn.Module):
    """Two matrices with a ReLU between them, and batch normalisation where it is wanted."""

    running_mean: Tensor
    running_var: Tensor

    def __init__(self, params: list[Tensor], normalised: bool, watch: Watch) -> None:
        super().__init__()
        self.values = torch.nn.ParameterList(p.detach().clone() for p in params)
        self.normalised = normalised
        self.watch = watch
        if normalised:
            self.register_buffer("running_mean", torch.zeros_like(params[1]))
            self.register_buffer("running_var", torch.ones_like(params[1]))

    def forward(self, images: Tensor) -> Tensor:
        """Logits (n, classes)."""
        first, scale, shift, second, bias = self.values
        hidden = images.flatten(1) @ first.T
        if self.normalised:
            mean, var = self.running_mean, self.running_var
            hidden = F.batch_norm(hidden, mean, var, scale, shift, self.training)
        else:
            hidden = hidden * scale + shift
        logits: Tensor = torch.relu(hidden) @ second.T + bias
        self.watch.forward(images, logits, self.training)
        return logits

    def numbers(self) -> tuple[Tensor, ...]:
        """The parameters as they are."""
        return tuple(p.detach().clone() for p in self.values)
