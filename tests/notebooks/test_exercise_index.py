"""The list of exercises: it is that of the catalogue, and every line leads to an exercise."""

import re
from pathlib import Path
from typing import Final

import nbformat
import pytest
from nbformat import NotebookNode

from byhand._catalogue import every_exercise
from byhand._checker.spec import Exercise

CHAPTERS: Final = Path(__file__).parents[2] / "chapters"
CELLS: Final[list[NotebookNode]] = nbformat.read(
    CHAPTERS / "12-exercises.ipynb", as_version=4
).cells
# A level, a title that is a link, what the exercise trains, and its name.
LINE: Final = re.compile(r"- ([●○]{3}) \[(.+)\]\(#([a-z0-9-]+)\): (.+)\. \*([a-z0-9-]+)\*")


def listed() -> list[str]:
    """All lines of the lists that the page shows."""
    shown = [
        output.data["text/markdown"]
        for cell in CELLS
        for output in cell.get("outputs", [])
        if "text/markdown" in output.get("data", {})
    ]
    return "\n".join(shown).splitlines()


def expected(exercise: Exercise) -> tuple[str, ...]:
    """What the line of an exercise says."""
    level = "●" * exercise.level + "○" * (3 - exercise.level)
    skills = ", ".join(exercise.skills)
    return (level, exercise.title, exercise.id, skills, exercise.id)


def test_the_list_is_the_catalogue() -> None:
    found = [LINE.fullmatch(line) for line in listed()]
    assert [match.groups() if match else None for match in found] == [
        expected(exercise) for exercise in every_exercise()
    ]


def test_every_chapter_has_its_heading_and_link() -> None:
    text = "\n".join(cell.source for cell in CELLS if cell.cell_type == "markdown")
    for chapter in sorted({exercise.chapter for exercise in every_exercise()}):
        (page,) = CHAPTERS.glob(f"{chapter:02}-*.ipynb")
        first = nbformat.read(page, as_version=4).cells[0].source
        title = re.search(r"^# (.+)$", first, re.M)
        assert title is not None
        assert f"\n## Chapter {chapter}: {title[1]}\n" in f"\n{text}\n"
        assert f"<{page.stem}>`" in text


@pytest.mark.parametrize("exercise", every_exercise(), ids=lambda exercise: exercise.id)
def test_a_line_leads_to_the_exercise(exercise: Exercise) -> None:
    """The place `#id` is the label of the exercise on the page of its chapter."""
    (page,) = CHAPTERS.glob(f"{exercise.chapter:02}-*.ipynb")
    sources = [cell.source for cell in nbformat.read(page, as_version=4).cells]
    start = f"```{{exercise-start}} {exercise.title}\n:label: {exercise.id}\n```"
    assert sum(start in source for source in sources) == 1


def test_the_book_is_large_enough_to_learn_from() -> None:
    assert len(every_exercise()) >= 55


def test_progress_is_shown_and_empty() -> None:
    """What is stored is the progress of nobody: `make notebooks` uses an empty folder."""
    shown = "\n".join(
        str(output.get("data", {}).get("text/plain", ""))
        for cell in CELLS
        for output in cell.get("outputs", [])
    )
    found = re.findall(r"Chapter (\d+): (\d+) of (\d+) passed", shown)
    assert [int(passed) for _, passed, _ in found] == [0] * len(found)
    assert sum(int(total) for _, _, total in found) == len(every_exercise())
