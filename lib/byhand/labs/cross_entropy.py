"""The lab of chapter 6: cross-entropy, its gradient p − y, and the naive form that breaks."""

from collections.abc import Sequence
from typing import Any, Final

import anywidget
import torch
import torch.nn.functional as F
import traitlets

from byhand.labs._bundle import height, module, style
from byhand.labs._logits import CLASSES, checked, storable

_MOST: Final = 1000.0
_SCALES: Final = (1, 10, 100)
_HEIGHT: Final = height((336, 933), (368, 914), (464, 872), (520, 830), (608, 496), (0, 454))
_HEIGHT_WITH_STEPS: Final = height(
    (336, 1532), (368, 1514), (464, 1472), (520, 1430), (608, 1079), (680, 1017), (0, 808)
)


class CrossEntropyLab(anywidget.AnyWidget):
    """Three logits and a class; cross-entropy and its gradient p − y follow.

    A switch shows the naive form, ``-log(exp(x) / exp(x).sum())``, beside the stable one, step by
    step in float32, forward and backward. With large logits the naive form gives inf and nan.

    Attributes:
        logits: Three numbers from −1000 to 1000.
        target: Index of the right class: 0, 1 or 2.
        naive: Whether the steps of the naive and of the stable form are shown.
        scale: 1, 10 or 100: the sliders go from −10 to 10 times it. Where a logit lies outside,
            they go further.
        reference: The first settings, with what PyTorch computes for them; in it, infinity and
            NaN are the words that JavaScript has for them.
    """

    _esm = module("_logits", "cross_entropy_steps", "cross_entropy")
    _css = style("_logits", "cross_entropy")

    logits = traitlets.List(traitlets.Float()).tag(sync=True)
    target = traitlets.Int(1).tag(sync=True)
    naive = traitlets.Bool(False).tag(sync=True)
    scale = traitlets.Int(1).tag(sync=True)
    reference = traitlets.Dict(read_only=True).tag(sync=True)

    def __init__(
        self,
        logits: Sequence[float] = (0.1, 0.2, 0.3),
        target: int = 1,
        *,
        naive: bool = False,
        scale: int = 1,
    ) -> None:
        super().__init__(layout={"min_height": _HEIGHT_WITH_STEPS if naive else _HEIGHT})
        self.logits, self.target, self.naive, self.scale = list(logits), target, naive, scale
        settings = {name: getattr(self, name) for name in ("logits", "target", "naive", "scale")}
        self.set_trait("reference", {**settings, **storable(self.numbers())})

    @property
    def p(self) -> torch.Tensor:
        """The probabilities of the present logits, three numbers in float64."""
        return torch.softmax(torch.tensor(self.logits, dtype=torch.float64), 0)

    def numbers(self) -> dict[str, Any]:
        """Compute with PyTorch what the lab shows now.

        Returns:
            In float64, ``"p"`` (three probabilities), ``"loss"`` (a number) and ``"gradient"``
            (three numbers, p − y); in float32, ``"naive_steps"`` and ``"stable_steps"``: each
            quantity of the two forms by name, a number or three.
        """
        logits = torch.tensor(self.logits, dtype=torch.float64, requires_grad=True)
        loss = F.cross_entropy(logits, torch.tensor(self.target))
        (gradient,) = torch.autograd.grad(loss, logits)
        return {
            "p": self.p.tolist(),
            "loss": loss.item(),
            "gradient": gradient.tolist(),
            "naive_steps": naive_steps(self.logits, self.target),
            "stable_steps": stable_steps(self.logits, self.target),
        }

    @traitlets.validate("logits")
    def _check_logits(self, proposal: Any) -> list[float]:
        return checked(proposal, _MOST, "class")

    @traitlets.validate("target")
    def _check_target(self, proposal: Any) -> int:
        if not 0 <= proposal.value < CLASSES:
            raise traitlets.TraitError(
                f"target is {proposal.value}; the classes have the indices 0, 1 and 2."
            )
        return int(proposal.value)

    @traitlets.validate("scale")
    def _check_scale(self, proposal: Any) -> int:
        if proposal.value not in _SCALES:
            raise traitlets.TraitError(f"scale is {proposal.value}; use 1, 10 or 100.")
        return int(proposal.value)

    def __repr__(self) -> str:
        return "CrossEntropyLab()"


def naive_steps(logits: Sequence[float], target: int) -> dict[str, Any]:
    """Run the naive form and its backward in float32, without the shift that keeps exp small.

    Args:
        logits: Three numbers.
        target: Index of the right class.

    Returns:
        The value of each step, and under ``"d_…"`` the gradient of the loss with respect to it.
    """
    x = torch.tensor(logits, dtype=torch.float32, requires_grad=True)
    e = x.exp()
    s = e.sum()
    p = e / s
    log_p = p.log()
    loss = -log_p[target]
    gradients = torch.autograd.grad(loss, [log_p, p, e, x])
    values = {"e": e, "s": s, "p": p, "log_p": log_p, "loss": loss}
    values |= zip(("d_log_p", "d_p", "d_e", "d_x"), gradients, strict=True)
    return {name: value.tolist() for name, value in values.items()}


def stable_steps(logits: Sequence[float], target: int) -> dict[str, Any]:
    """Run the stable form and its backward in float32.

    Args:
        logits: Three numbers.
        target: Index of the right class.

    Returns:
        The value of each step, and under ``"d_x"`` the gradient of the loss.
    """
    x = torch.tensor(logits, dtype=torch.float32)
    z = x - x.max()
    e = z.exp()
    s = e.sum()
    log_p = z - s.log()
    d_x = log_p.exp() - F.one_hot(torch.tensor(target), CLASSES)
    values = {"z": z, "e": e, "s": s, "log_p": log_p, "loss": -log_p[target], "d_x": d_x}
    return {name: value.tolist() for name, value in values.items()}
