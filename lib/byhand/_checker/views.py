"""What the public functions return: small objects that read well in a terminal and a notebook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from byhand._checker.html import block, code, element, inline, table


@dataclass(frozen=True, repr=False)
class Hint:
    """One hint.

    Attributes:
        exercise: id of the exercise.
        level: 1 (a question) to 5 (the solution).
        text: the hint in words.
        source: Python code that belongs to it; may be empty.
        note: a remark, such as that progress could not be read; may be empty.
    """

    exercise: str
    level: int
    text: str
    source: str = ""
    note: str = ""

    @property
    def headline(self) -> str:
        """Level and exercise, in one line."""
        return f"Hint {self.level} of 5 for {self.exercise}"

    def __str__(self) -> str:
        lines = (self.headline, self.text, self.source, self.note)
        return "\n".join(line for line in lines if line)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        body = element("p", element("strong", inline(self.headline))) + element(
            "p", inline(self.text)
        )
        body += code(self.source) if self.source else ""
        body += element("p", inline(self.note)) if self.note else ""
        return block("byhand-hint", body)


@dataclass(frozen=True, repr=False)
class Solution:
    """The solution of one exercise, as on the page."""

    exercise: str
    source: str

    def __str__(self) -> str:
        return self.source

    __repr__ = __str__

    def _repr_html_(self) -> str:
        title = element("p", element("strong", inline(f"Solution of {self.exercise}")))
        return block("byhand-solution", title + code(self.source))


@dataclass(frozen=True)
class Row:
    """One exercise in a list."""

    id: str
    chapter: int
    title: str
    level: int
    skills: tuple[str, ...]
    status: str

    @property
    def cells(self) -> tuple[str, ...]:
        """The row as texts."""
        return (self.id, self.title, "●" * self.level + "○" * (3 - self.level), self.status)


@dataclass(frozen=True, repr=False)
class ExerciseList:
    """The exercises of a chapter, or of the book. Iterate over it for its rows."""

    rows: tuple[Row, ...]
    note: str = ""

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __str__(self) -> str:
        cells = [("exercise", "title", "level", "status"), *(row.cells for row in self.rows)]
        widths = [max(len(row[k]) for row in cells) for k in range(4)]
        lines = ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in cells]
        return "\n".join([line.rstrip() for line in lines] + ([self.note] if self.note else []))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        body = table(("exercise", "title", "level", "status"), [row.cells for row in self.rows])
        body += element("p", inline(self.note)) if self.note else ""
        return block("byhand-exercises", body)


@dataclass(frozen=True, repr=False)
class Progress:
    """How many exercises passed, by chapter.

    Attributes:
        chapters: for each chapter number, how many passed and how many there are.
        note: a remark, such as that the file could not be read; may be empty.
    """

    chapters: dict[int, tuple[int, int]]
    note: str = ""

    def _lines(self) -> list[str]:
        lines = [
            f"Chapter {chapter}: {passed} of {total} passed"
            for chapter, (passed, total) in sorted(self.chapters.items())
        ]
        return lines + ([self.note] if self.note else [])

    def __str__(self) -> str:
        return "\n".join(self._lines())

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return block("byhand-progress", "".join(element("p", inline(x)) for x in self._lines()))


@dataclass(frozen=True, repr=False)
class Notice:
    """One sentence about what was done."""

    text: str

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return block("byhand-notice", element("p", inline(self.text)))
