"""The lab of chapter 7: SGD, SGD with momentum and Adam race down a loss of two parameters."""

from collections.abc import Sequence
from typing import Any, Final

import anywidget
import traitlets

from byhand.labs._bundle import height, module, style
from byhand.labs._logits import storable
from byhand.labs._race import BOUND, RACERS, Run, race, surfaces

_FARTHEST: Final = 3.0
_SLOWEST: Final = 1e-4
_FASTEST: Final = 1.0
_MOST_STEPS: Final = 500
_EVERY: Final = 25
_PARTS: Final = ("numbers", "plane", "losses", "words")
_SETTINGS: Final = ("surface", "start", "lr", "momentum", "steps", "step")
_HEIGHT: Final = height((316, 1613), (516, 1472), (634, 1369), (0, 800))


class OptimizerLab(anywidget.AnyWidget):
    """Move the start and the learning rates; three optimizers race to the lowest loss.

    The steps are computed by the formulas of `torch.optim.SGD` (with and without momentum) and
    `torch.optim.Adam`, with PyTorch's defaults: no dampening, betas 0.9 and 0.999, eps 1e-8. A
    racer that has a coordinate beyond ±100 has diverged, and stops there.

    Attributes:
        surface: ``"valley"``, ``"saddle"`` or ``"rosenbrock"``.
        start: The two parameters at the beginning, from −3 to 3.
        lr: Three learning rates from 0.0001 to 1: of SGD, of SGD with momentum, and of Adam.
        momentum: From 0 to 0.99.
        steps: How many steps the race has, 1 to 500.
        step: Which of them is shown, from 0, which is the start.
        course: What the page knows about each surface: its name, its formula, the window of the
            picture, a start and learning rates.
        reference: The first settings, with what PyTorch computes for them.

    Raises:
        traitlets.TraitError: If a setting is unknown or out of range; the message says what is
            allowed.
    """

    _esm = module("_logits", *(f"optimizer_{part}" for part in _PARTS), "optimizer")
    _css = style("optimizer")

    surface = traitlets.Unicode("valley").tag(sync=True)
    start = traitlets.List(traitlets.Float()).tag(sync=True)
    lr = traitlets.List(traitlets.Float()).tag(sync=True)
    momentum = traitlets.Float(0.9).tag(sync=True)
    steps = traitlets.Int(200).tag(sync=True)
    step = traitlets.Int(0).tag(sync=True)
    course = traitlets.Dict(read_only=True).tag(sync=True)
    reference = traitlets.Dict(read_only=True).tag(sync=True)

    def __init__(
        self,
        surface: str = "valley",
        start: Sequence[float] | None = None,
        lr: Sequence[float] | None = None,
        *,
        momentum: float = 0.9,
        steps: int = 200,
        step: int | None = None,
    ) -> None:
        """Set up a race.

        Args:
            surface: See the attributes, as for all others.
            start: If not given, the one that the surface has.
            lr: If not given, those that the surface has.
            momentum: Of the second racer.
            steps: The length of the race.
            step: The step that is shown; if not given, the last.
        """
        super().__init__(layout={"min_height": _HEIGHT})
        self.surface = surface
        own = surfaces()[surface]
        self.start = list(own.start if start is None else start)
        self.lr = list(own.lr if lr is None else lr)
        self.momentum, self.steps = momentum, steps
        self.step = steps if step is None else step
        self.set_trait("course", _course())
        settings = {name: getattr(self, name) for name in _SETTINGS}
        self.set_trait("reference", {**settings, "runs": _sampled(self.race())})

    def race(self) -> dict[str, Run]:
        """Run the race of the present settings with `torch.optim`, in float64.

        Returns:
            For ``"sgd"``, ``"momentum"`` and ``"adam"`` the places, the losses, the lengths of
            the gradients and the step at which it diverged, or None.
        """
        return race(self.surface, self.start, self.lr, self.momentum, self.steps)

    def numbers(self) -> dict[str, Any]:
        """Compute with `torch.optim`, in float64, what the table shows now.

        Returns:
            For each racer its ``"place"``, its ``"loss"`` and the ``"norm"`` of its gradient at
            the present step, or where it diverged before; and ``"diverged"``, the step at which
            it has diverged by now, or None.
        """
        found = {}
        for name, run in self.race().items():
            at = min(self.step, len(run.places) - 1)
            found[name] = {
                "place": run.places[at],
                "loss": run.losses[at],
                "norm": run.norms[at],
                "diverged": at if run.diverged == at else None,
            }
        return found

    @traitlets.validate("surface")
    def _check_surface(self, proposal: Any) -> str:
        if proposal.value not in surfaces():
            known = ", ".join(surfaces())
            raise traitlets.TraitError(f"surface is {proposal.value!r}; use one of {known}.")
        return str(proposal.value)

    @traitlets.validate("start")
    def _check_start(self, proposal: Any) -> list[float]:
        return _checked(proposal, "parameter", 2, -_FARTHEST, _FARTHEST)

    @traitlets.validate("lr")
    def _check_lr(self, proposal: Any) -> list[float]:
        return _checked(proposal, "racer", len(RACERS), _SLOWEST, _FASTEST)

    @traitlets.validate("momentum")
    def _check_momentum(self, proposal: Any) -> float:
        # A comparison with NaN is false, so NaN is refused as well.
        if not 0 <= proposal.value <= 0.99:
            raise traitlets.TraitError(
                f"momentum is {proposal.value:g}; it must be from 0 to 0.99."
            )
        return float(proposal.value)

    @traitlets.validate("steps")
    def _check_steps(self, proposal: Any) -> int:
        if not 1 <= proposal.value <= _MOST_STEPS:
            raise traitlets.TraitError(
                f"steps is {proposal.value}; it must be from 1 to {_MOST_STEPS}."
            )
        return int(proposal.value)

    @traitlets.validate("step")
    def _check_step(self, proposal: Any) -> int:
        if not 0 <= proposal.value <= self.steps:
            raise traitlets.TraitError(
                f"step is {proposal.value}; it must be from 0 to {self.steps}, the number of steps."
            )
        return int(proposal.value)

    @traitlets.observe("steps")
    def _keep_a_step_of_the_race(self, change: Any) -> None:
        self.step = min(self.step, change.new)

    def __repr__(self) -> str:
        return "OptimizerLab()"


def _checked(proposal: Any, what: str, count: int, low: float, high: float) -> list[float]:
    """Check a list of numbers that was given to a trait."""
    name, numbers = proposal.trait.name, [float(number) for number in proposal.value]
    if len(numbers) != count:
        raise traitlets.TraitError(
            f"{name} has {len(numbers)} numbers; it needs {count}, one for each {what}."
        )
    if not all(low <= number <= high for number in numbers):
        least = f"{low:g}".replace("-", "−")
        raise traitlets.TraitError(
            f"{name} is {numbers}; every number must be from {least} to {high:g}."
        )
    return numbers


def _course() -> dict[str, Any]:
    """Write down the surfaces for the page."""
    shown = ("name", "formula", "window", "start", "lr")
    return {
        "bound": BOUND,
        "order": list(surfaces()),  # a stored notebook sorts the keys
        "surfaces": {
            key: {
                name: list(value) if isinstance(value, tuple) else value
                for name in shown
                for value in [getattr(surface, name)]
            }
            for key, surface in surfaces().items()
        },
    }


def _sampled(runs: dict[str, Run]) -> dict[str, Any]:
    """Keep some places of each run, so that a page can tell whether it computes the same.

    They have 12 digits: the last ones differ between processors, and a stored notebook should not.
    """
    return {
        name: {
            "places": storable([[float(f"{w:.12g}") for w in one] for one in run.places[::_EVERY]]),
            "every": _EVERY,
            "diverged": run.diverged,
        }
        for name, run in runs.items()
    }
