"""The lab of chapter 2: drag predictions, and see the loss and its gradient follow."""

import math
from collections.abc import Callable, Sequence
from typing import Any, Final

import anywidget
import torch
import torch.nn.functional as F
import traitlets

from byhand.labs._bundle import height, module, style

_Loss = Callable[[torch.Tensor, torch.Tensor, str, float], torch.Tensor]
LOSSES: Final[dict[str, _Loss]] = {
    "mse": lambda x, t, reduction, _: F.mse_loss(x, t, reduction=reduction),
    "l1": lambda x, t, reduction, _: F.l1_loss(x, t, reduction=reduction),
    "huber": lambda x, t, reduction, delta: F.huber_loss(x, t, reduction=reduction, delta=delta),
}
REDUCTIONS: Final = ("mean", "sum", "none")
_MOST: Final = 8
_HEIGHT: Final = height((515, 1285), (545, 845), (681, 806), (0, 736))
_SETTINGS: Final = ("input", "loss", "reduction", "delta", "grad_output", "lr", "selected")


class LossLab(anywidget.AnyWidget):
    """Predictions to drag against their targets; the loss and its gradient follow.

    Elements are called A, B, C and so on. Each arrow is the push on a prediction, minus its
    gradient: it ends where a step with learning rate 1 would move the prediction.

    Attributes:
        input: Predictions, N numbers, N from 1 to 8.
        target: Targets, N numbers.
        loss: ``"mse"``, ``"l1"`` or ``"huber"``.
        reduction: ``"mean"``, ``"sum"`` or ``"none"``.
        delta: Where Huber's loss turns from a parabola into a line, above 0.
        grad_output: What flows back into the loss, and multiplies its gradient. With
            ``reduction="none"`` it stands for a vector with this number N times.
        lr: Learning rate of "Take one step", above 0.
        selected: Index of the prediction whose loss curve is drawn, 0 for A.
        reference: The first settings, with the loss and gradient that PyTorch finds for them.
    """

    _esm = module("loss_numbers", "loss_figures", "loss")
    _css = style("loss")

    input = traitlets.List(traitlets.Float()).tag(sync=True)
    target = traitlets.List(traitlets.Float()).tag(sync=True)
    loss = traitlets.Unicode("mse").tag(sync=True)
    reduction = traitlets.Unicode("mean").tag(sync=True)
    delta = traitlets.Float(1.0).tag(sync=True)
    grad_output = traitlets.Float(1.0).tag(sync=True)
    lr = traitlets.Float(1.0).tag(sync=True)
    selected = traitlets.Int(0).tag(sync=True)
    reference = traitlets.Dict(read_only=True).tag(sync=True)

    def __init__(
        self,
        input: Sequence[float] = (1.0, 2.5, 3.0, 0.5, 3.5),
        target: Sequence[float] = (1.5, 2.0, 3.0, 2.0, 1.5),
        **settings: Any,
    ) -> None:
        size = len(target)
        if not 1 <= size <= _MOST:
            raise ValueError(f"There are {size} targets; the lab shows 1 to {_MOST}.")
        selected = settings.pop("selected", size - 1)
        super().__init__(target=list(target), layout={"min_height": _HEIGHT})
        self.input = list(input)
        for name, value in {**settings, "selected": selected}.items():
            if name not in _SETTINGS:
                known = ", ".join(_SETTINGS)
                raise TypeError(f"LossLab has no setting {name!r}; it has target, {known}.")
            setattr(self, name, value)
        start = {name: getattr(self, name) for name in _SETTINGS}
        self.set_trait("reference", {**start, **self.numbers()})

    def numbers(self) -> dict[str, Any]:
        """Compute with PyTorch, in float64, what the lab shows now.

        Returns:
            ``"value"``: the loss, a number, or a list for ``reduction="none"``; ``"terms"``: the
            loss of each element before reduction; ``"gradient"``: what ``backward`` with
            `grad_output` adds to ``input.grad``.
        """
        input = torch.tensor(self.input, dtype=torch.float64, requires_grad=True)
        target = torch.tensor(self.target, dtype=torch.float64)
        terms = LOSSES[self.loss](input, target, "none", self.delta)
        value = LOSSES[self.loss](input, target, self.reduction, self.delta)
        (grad,) = torch.autograd.grad(value, input, torch.full_like(value, self.grad_output))
        return {"value": value.tolist(), "terms": terms.tolist(), "gradient": grad.tolist()}

    @traitlets.validate("input", "target")
    def _check_numbers(self, proposal: Any) -> list[float]:
        name, numbers = proposal.trait.name, proposal.value
        wanted = len(self.target) if self.target else len(numbers)
        if len(numbers) != wanted:
            raise traitlets.TraitError(
                f"{name} has {len(numbers)} numbers, but there are {wanted} targets: "
                "give one prediction for each target."
            )
        if not all(map(math.isfinite, numbers)):
            raise traitlets.TraitError(f"{name} is {numbers}; every number must be finite.")
        return [float(number) for number in numbers]

    @traitlets.validate("loss", "reduction")
    def _check_name(self, proposal: Any) -> str:
        known = LOSSES if proposal.trait.name == "loss" else REDUCTIONS
        if proposal.value not in known:
            raise traitlets.TraitError(
                f"{proposal.trait.name} is {proposal.value!r}; use one of {', '.join(known)}."
            )
        return str(proposal.value)

    @traitlets.validate("delta", "lr", "grad_output")
    def _check_setting(self, proposal: Any) -> float:
        name, number = proposal.trait.name, float(proposal.value)
        if not math.isfinite(number) or (name != "grad_output" and number <= 0):
            needed = "a finite number" if name == "grad_output" else "a finite number above 0"
            raise traitlets.TraitError(f"{name} is {number}; it must be {needed}.")
        return number

    @traitlets.validate("selected")
    def _check_selected(self, proposal: Any) -> int:
        if not 0 <= proposal.value < len(self.target):
            raise traitlets.TraitError(
                f"selected is {proposal.value}; the predictions have the indices 0 to "
                f"{len(self.target) - 1}."
            )
        return int(proposal.value)

    def __repr__(self) -> str:
        return "LossLab()"
