"""What an exercise is made of: plain data, no behaviour of the checker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import torch

from byhand._checker.elements import Band as Band
from byhand._checker.elements import Expected as Expected
from byhand._checker.elements import Formula as Formula
from byhand._checker.elements import Ladder as Ladder
from byhand._checker.elements import Mistake as Mistake
from byhand._checker.elements import Output as Output
from byhand._checker.elements import Region as Region
from byhand._checker.inputs import Inputs
from byhand._checker.outcome import Args as Args
from byhand._checker.outcome import Failure as Failure
from byhand._checker.outcome import Finding as Finding
from byhand._checker.outcome import Observation as Observation


@dataclass(frozen=True)
class Probe:
    """A special case to try after the random inputs.

    Args:
        code: the mistake's code when only this case fails.
        label: the case in words, such as "float32 inputs"; "It fails for …" must read well.
        make: draws the arguments.
        message: why an answer fails here.
        next_step: one thing to do now.
        dtype: floating-point type of the inputs.
        expected: what is right, by part, where the exercise's own reference does not say it
            (at a kink: a `Band`).
        note_only: a failure adds a note and the answer still passes.
        lenient: an exception adds a note and the answer still passes; wrong numbers do not.
        listed: a passed check names this case among those that it tried.
        seed: seed of the inputs.
        shape: the shape that ``Inputs.shape()`` gives, where the case is about it.
        kind: another way to call the answer, where the case is about it.
    """

    code: str
    label: str
    make: Callable[[Inputs], Args]
    message: str
    next_step: str
    dtype: torch.dtype = torch.float64
    expected: Callable[..., Mapping[str, Any]] | None = None
    note_only: bool = False
    lenient: bool = False
    listed: bool = True
    seed: int = 0
    shape: tuple[int, ...] | None = None
    kind: Kind | None = None


class Kind(Protocol):
    """How an answer of some form is recognised, called and observed."""

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of the observed parts, in the order in which they are judged."""
        ...

    @property
    def mutates(self) -> tuple[str, ...]:
        """Names of the arguments that the answer is meant to change."""
        ...

    @property
    def reveals(self) -> bool:
        """Whether a message may show what is expected."""
        ...

    @property
    def wanted(self) -> str:
        """The form of the answer in words, after "This exercise asks for"."""
        ...

    def accept(self, answer: Any, exercise: Exercise) -> tuple[Any, tuple[str, ...]] | Finding:
        """The answer ready to be called, with notes; or why it has the wrong form."""
        ...

    def call(self, answer: Any, args: Args, parts: dict[str, Any]) -> None:
        """Call the answer on `args` and fill `parts` in order; raise what the answer raises."""
        ...

    def outputs(self, exercise: Exercise, part: str) -> tuple[Output, ...]:
        """What `part` consists of."""
        ...

    def normalise(self, part: str, raw: Any, count: int) -> Any:
        """`raw` without differences in form that PyTorch allows, such as trailing None."""
        ...


@dataclass(frozen=True)
class Exercise:
    """One exercise; see the fields of the classes above.

    Args:
        id: stable name, as in ``check("mse-backward", …)``.
        chapter: number of the chapter.
        title: a short title.
        level: 1 (easy) to 3 (hard).
        skills: what it trains.
        kind: the form of the answer.
        name: the variable that the exercise cell defines.
        parameters: names of all arguments that `make` draws.
        outputs: what the gradient part (or the only part) consists of.
        make: draws the arguments for one seed.
        reference: right result of each part, independent of `byhand.functions`.
        mistakes: the catalogue of wrong formulas, most specific first.
        ladder: the hints.
        stub: text of the exercise cell, without the check.
        solution: text of the solution cell, without the check.
        probes: special cases.
        regions: where half-right answers are right.
        dims: named sizes that may be lost as a factor, such as n; from the arguments.
        label: what distinguishes the drawn cases, in words such as ``reduction="sum"``.
        rtol: allowed error in float64, relative to the largest entry.
        seeds: the seeds that a check draws.
        row: where the output counts something, row by row: the words for one row, such as
            "for size 7 and stride 2", from the arguments and its position.
    """

    id: str
    chapter: int
    title: str
    level: int
    skills: tuple[str, ...]
    kind: Kind
    name: str
    parameters: tuple[str, ...]
    outputs: tuple[Output, ...]
    make: Callable[[Inputs], Args]
    reference: Mapping[str, Formula]
    mistakes: tuple[Mistake, ...]
    ladder: Ladder
    stub: str
    solution: str
    probes: tuple[Probe, ...] = ()
    regions: tuple[Region, ...] = ()
    dims: Callable[..., Mapping[str, float]] | None = None
    label: Callable[..., str] | None = None
    rtol: float = 1e-6
    seeds: tuple[int, ...] = field(default=(0, 1, 2, 3))
    row: Callable[[Args, int], str] | None = None

    def case_words(self, args: Args) -> str:
        """What distinguishes the case with these arguments; empty where nothing does."""
        return "" if self.label is None else self.label(*args)

    def check_line(self, record: bool = True) -> str:
        """The last line of the exercise cell, or of the solution cell (``record=False``)."""
        last = "" if record else ", record=False"
        return f'check("{self.id}", {self.name}{last})'
