"""The lab of chapter 3: a backward against finite differences, for every step."""

from copy import deepcopy
from typing import Any, Final

import anywidget
import traitlets

from byhand.labs._bundle import height, module, style
from byhand.labs._differences import (
    DTYPES,
    GRAD_OUTPUTS,
    OPERATIONS,
    SCHEMES,
    STEPS,
    analytic,
    curves,
    numeric,
    verdict,
)

_HEIGHT: Final = height(
    (344, 1214), (384, 1194), (434, 1173), (464, 1153), (514, 1068), (634, 1064), (0, 672)
)
_KNOWN: Final = {"function": tuple(OPERATIONS), "scheme": SCHEMES, "grad_output": GRAD_OUTPUTS}


class DifferenceLab(anywidget.AnyWidget):
    """Choose a backward, right or wrong, and a step; compare it with finite differences.

    What is checked is ``total = grad_output * f(x)`` at one number. The difference between the
    numeric and the analytic gradient is drawn against the step, in float64 and in float32: a U
    for a right backward, and for a wrong one a floor that no step removes.

    Attributes:
        function: ``"cube"``, ``"exp"`` or ``"sigmoid"``.
        backward: Name of the backward: ``"right"``, or a mistake that the function knows, such as
            ``"ignored"``, ``"factor"``, ``"sign"``, ``"confused"`` or ``"rounded"``.
        scheme: ``"central"`` or ``"forward"``: a step to both sides, or to the right alone.
        grad_output: What flows back into the operation, 1 or 2.
        step: Position of the step, 0 to 48, from 1e-12 to 1; 24 is gradcheck's 1e-6.
        curves: What PyTorch computed. ``"steps"``, and for each function ``"numeric"`` gradients
            of f (for `grad_output` 2 they are exactly twice as large), what theory says about
            their error (``"truncation"``, ``"rounding"``), and its ``"backwards"``, each with its
            ``"analytic"`` gradient and the ``"objection"`` of `torch.autograd.gradcheck`, if any,
            for both values of `grad_output`.

    Raises:
        traitlets.TraitError: If a setting is unknown; the message names the known ones.
    """

    _esm = module("difference_numbers", "difference_plot", "difference")
    _css = style("difference")

    function = traitlets.Unicode("cube").tag(sync=True)
    backward = traitlets.Unicode("right").tag(sync=True)
    scheme = traitlets.Unicode("central").tag(sync=True)
    grad_output = traitlets.Int(2).tag(sync=True)
    step = traitlets.Int(24).tag(sync=True)
    curves = traitlets.Dict(read_only=True).tag(sync=True)

    def __init__(self, function: str = "cube", backward: str = "right", **settings: Any) -> None:
        super().__init__(layout={"min_height": _HEIGHT})
        self.set_trait("curves", deepcopy(curves()))
        self.function = function
        self.backward = backward
        for name, value in settings.items():
            if name not in ("scheme", "grad_output", "step"):
                raise TypeError(
                    f"DifferenceLab has no setting {name!r}; it has function, backward, scheme, "
                    "grad_output and step."
                )
            setattr(self, name, value)

    def numbers(self) -> dict[str, Any]:
        """Compute with PyTorch what the lab shows now.

        Returns:
            For ``"float64"`` and ``"float32"``: the ``"numeric"`` and the ``"analytic"`` gradient
            of ``grad_output * f(x)``, and the size of their ``"difference"``; and the
            ``"objection"`` of gradcheck, which is empty where it accepts.
        """
        operation = OPERATIONS[self.function]
        way = next(way for way in operation.backwards if way.key == self.backward)
        found: dict[str, Any] = {"objection": verdict(operation, way, self.grad_output)}
        for name, dtype in DTYPES.items():
            by_steps = numeric(operation, dtype, self.scheme, self.grad_output)[self.step]
            by_hand = analytic(operation, way, dtype, self.grad_output)
            difference = abs(by_steps - by_hand)
            found[name] = {"numeric": by_steps, "analytic": by_hand, "difference": difference}
        return found

    @traitlets.validate("function", "scheme", "grad_output")
    def _check_choice(self, proposal: Any) -> Any:
        name, value = proposal.trait.name, proposal.value
        if value not in _KNOWN[name]:
            known = ", ".join(map(str, _KNOWN[name]))
            raise traitlets.TraitError(f"{name} is {value!r}; use one of {known}.")
        return value

    @traitlets.validate("backward")
    def _check_backward(self, proposal: Any) -> str:
        known = [way.key for way in OPERATIONS[self.function].backwards]
        if proposal.value not in known:
            raise traitlets.TraitError(
                f"backward is {proposal.value!r}; {self.function} has {', '.join(known)}."
            )
        return str(proposal.value)

    @traitlets.observe("function")
    def _keep_a_known_backward(self, change: Any) -> None:
        if self.backward not in [way.key for way in OPERATIONS[change.new].backwards]:
            self.backward = "right"

    @traitlets.validate("step")
    def _check_step(self, proposal: Any) -> int:
        if not 0 <= proposal.value < len(STEPS):
            raise traitlets.TraitError(
                f"step is {proposal.value}; it is a position from 0 (1e-12) to "
                f"{len(STEPS) - 1} (1)."
            )
        return int(proposal.value)

    def __repr__(self) -> str:
        return "DifferenceLab()"
