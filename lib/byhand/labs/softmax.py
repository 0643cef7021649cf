"""The lab of chapter 5: softmax, its Jacobian, and the vector that flows back through it."""

from collections.abc import Sequence
from typing import Any, Final

import anywidget
import torch
import traitlets

from byhand.labs._bundle import height, module, style
from byhand.labs._logits import checked

_MOST: Final = {"logits": 15.0, "grad_output": 3.0}
_COLDEST: Final = 1 / 64
_HEIGHT: Final = height((336, 1162), (400, 1120), (488, 1078), (520, 1017), (664, 707), (0, 602))


class SoftmaxLab(anywidget.AnyWidget):
    """Three logits and a temperature to move; the probabilities, J and gᵀJ follow.

    The lab computes ``p = softmax(logits / temperature)``, its Jacobian ∂p/∂logits, and what a
    `grad_output` becomes on its way back: as a combination of the rows of the Jacobian, and by
    the short formula ``p ⊙ (g − ⟨g, p⟩) / temperature``.

    Attributes:
        logits: Three numbers from −15 to 15.
        temperature: From 1/64 to 64.
        grad_output: g, one number from −3 to 3 for each probability.
        reference: The first settings, with what PyTorch computes for them.
    """

    _esm = module("_logits", "softmax")
    _css = style("_logits", "softmax")

    logits = traitlets.List(traitlets.Float()).tag(sync=True)
    temperature = traitlets.Float(1.0).tag(sync=True)
    grad_output = traitlets.List(traitlets.Float()).tag(sync=True)
    reference = traitlets.Dict(read_only=True).tag(sync=True)

    def __init__(
        self,
        logits: Sequence[float] = (2.0, 1.0, 0.1),
        temperature: float = 1.0,
        grad_output: Sequence[float] = (1.0, 2.0, -1.0),
    ) -> None:
        super().__init__(layout={"min_height": _HEIGHT})
        self.logits, self.grad_output = list(logits), list(grad_output)
        self.temperature = temperature
        settings = {name: getattr(self, name) for name in ("logits", "temperature", "grad_output")}
        self.set_trait("reference", {**settings, **self.numbers()})

    @property
    def p(self) -> torch.Tensor:
        """The probabilities of the present settings, three numbers in float64."""
        return torch.softmax(self._tensor(self.logits) / self.temperature, 0)

    def numbers(self) -> dict[str, Any]:
        """Compute with PyTorch, in float64, what the lab shows now.

        Returns:
            ``"p"``: three probabilities; ``"jacobian"``: three rows of three, ∂pᵢ/∂xⱼ;
            ``"vjp"``: gᵀJ, three numbers, from one backward.
        """
        logits = self._tensor(self.logits).requires_grad_()
        p = torch.softmax(logits / self.temperature, 0)
        (vjp,) = torch.autograd.grad(p, logits, self._tensor(self.grad_output), retain_graph=True)
        rows = [torch.autograd.grad(one, logits, retain_graph=True)[0].tolist() for one in p]
        return {"p": p.tolist(), "jacobian": rows, "vjp": vjp.tolist()}

    @staticmethod
    def _tensor(numbers: Sequence[float]) -> torch.Tensor:
        return torch.tensor(numbers, dtype=torch.float64)

    @traitlets.validate("logits", "grad_output")
    def _check_numbers(self, proposal: Any) -> list[float]:
        name = proposal.trait.name
        return checked(proposal, _MOST[name], "logit" if name == "logits" else "probability")

    @traitlets.validate("temperature")
    def _check_temperature(self, proposal: Any) -> float:
        temperature = float(proposal.value)
        if not _COLDEST <= temperature <= 1 / _COLDEST:
            raise traitlets.TraitError(
                f"temperature is {temperature:g}; it must be from 1/64 to 64."
            )
        return temperature

    def __repr__(self) -> str:
        return "SoftmaxLab()"
