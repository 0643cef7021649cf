"""What a diagnosis looks at, and how it shows what it saw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

from byhand._checker.compare import close, excess, expected_shape, middle, worst_entry
from byhand._checker.reading import Case
from byhand._checker.spec import Exercise, Expected, Finding
from byhand._checker.wording import entry, listing, number, shape


@dataclass(frozen=True)
class Scene:
    """What a diagnosis looks at: every case of one part, and the first output that is wrong."""

    exercise: Exercise
    part: str
    cases: tuple[Case, ...]
    index: int

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the outputs."""
        return tuple(x.name for x in self.exercise.kind.outputs(self.exercise, self.part))

    @property
    def name(self) -> str:
        """Name of the output that is wrong."""
        return self.names[self.index]

    @property
    def pairs(self) -> list[tuple[Tensor, Tensor]]:
        """The wrong output and what is right, in every case."""
        found = []
        for case in self.cases:
            got, want = case.got[self.index], case.want[self.index]
            if got is not None and want is not None:
                found.append((got, middle(want)))
        return found

    @property
    def same_shapes(self) -> bool:
        """Whether the wrong output has the right shape in every case."""
        return all(got.shape == want.shape for got, want in self.pairs)


def output_right(got: Tensor | None, want: Expected, rtol: float) -> bool:
    """Whether one output is right; None was judged when it was read."""
    if got is None:
        return True
    if want is None:
        return bool((got == 0).all())
    return close(got, want, rtol)


def wrong_outputs(cases: Sequence[Case], rtol: float) -> list[int]:
    """Positions of the outputs that are wrong in some case."""
    count = len(cases[0].got) if cases else 0
    return [
        k
        for k in range(count)
        if not all(output_right(case.got[k], case.want[k], rtol) for case in cases)
    ]


def evidence(scene: Scene) -> str:
    """The worst entry of the first case that is wrong."""
    for case in scene.cases:
        got, want = case.got[scene.index], case.want[scene.index]
        if got is None or want is None or output_right(got, want, scene.exercise.rtol):
            continue
        if got.shape != expected_shape(want):
            return (
                f"{scene.name}: yours has shape {shape(got.shape)}, "
                f"expected {shape(expected_shape(want))}"
            )
        if scene.exercise.row is not None and got.ndim == 1:
            return _row(scene, case, got, middle(want))
        worst = worst_entry(got, want)
        return entry(worst, scene.name, scene.exercise.kind.reveals)
    return ""


def _row(scene: Scene, case: Case, got: Tensor, want: Tensor) -> str:
    """The first wrong row of a table: the rows begin with the simplest ones."""
    wrong = excess(got, want) > scene.exercise.rtol * want.abs().max()
    at = int(wrong.nonzero()[0])
    words = scene.exercise.row(case.observation.args, at) if scene.exercise.row else ""
    numbers = (number(float(value[at]), 10) for value in (got, want))
    return f"{words}: yours {next(numbers)}, expected {next(numbers)}"


def others(scene: Scene) -> tuple[str, ...]:
    """A note on the outputs that are right already."""
    wrong = wrong_outputs(scene.cases, scene.exercise.rtol)
    right = [
        name
        for k, name in enumerate(scene.names)
        if k not in wrong and any(case.got[k] is not None for case in scene.cases)
    ]
    if not right:
        return ()
    return (f"{listing(right)} {'is' if len(right) == 1 else 'are'} right.",)


def found(scene: Scene, code: str, message: str, next_step: str) -> Finding:
    """A finding with the worst entry of the scene."""
    return Finding(code, message, next_step, evidence(scene), notes=others(scene))
