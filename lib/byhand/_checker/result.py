"""What `check` returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from byhand._checker.html import block, element, inline

Status = Literal["not started", "crashed", "wrong", "passed"]


@dataclass(frozen=True, repr=False)
class Result:
    """The outcome of one check.

    Attributes:
        exercise: id of the exercise.
        status: ``"not started"``, ``"crashed"``, ``"wrong"`` or ``"passed"``.
        mistake: stable code of the mistake, such as ``"missing-grad-output"``, or None.
        message: what was found, in a sentence or two.
        evidence: where it shows: one entry, yours and the expected one; may be empty.
        next_step: one thing to do now; may be empty.
        notes: remarks that do not decide the outcome.
    """

    exercise: str
    status: Status
    mistake: str | None
    message: str
    evidence: str = ""
    next_step: str = ""
    notes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """True where the answer passed."""
        return self.status == "passed"

    @property
    def headline(self) -> str:
        """Symbol, status in words, exercise and mistake, in one line."""
        symbols = {"passed": "✓", "wrong": "✗", "crashed": "✗", "not started": "○"}
        code = f" ({self.mistake})" if self.mistake else ""
        return f"{symbols[self.status]} {self.exercise}: {self.status}{code}"

    def _rows(self) -> list[tuple[str, str]]:
        rows = [("", self.message), ("Where", self.evidence), ("Next", self.next_step)]
        rows += [("Note", note) for note in self.notes]
        return [(label, text) for label, text in rows if text]

    def __str__(self) -> str:
        lines = [f"{label}: {text}" if label else text for label, text in self._rows()]
        return "\n".join([self.headline, *lines])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        body = element("p", element("strong", inline(self.headline)))
        for label, text in self._rows():
            start = element("strong", inline(label + ":")) + " " if label else ""
            body += element("p", start + inline(text))
        return block(f"byhand-result byhand-{self.status.replace(' ', '-')}", body)
