"""What every chapter promises, apart from the outputs that nbval compares.

nbval does not compare a cell that was never executed, so a stripped notebook would pass it;
the first tests here close that gap.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode

from byhand._catalogue import every_exercise
from byhand.labs._questions import every_question
from notebooks import WIDGET_STATE, canonical

CHAPTERS = sorted((Path(__file__).parents[2] / "chapters").glob("*.ipynb"))
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
PICTURES = ("image/svg+xml", "image/png", "image/jpeg")
# Paths of a machine, and addresses that differ from run to run.
MACHINE = re.compile(
    r"/home/|/root/|/tmp/|/Users/|[A-Z]:\\\\|site-packages|\.venv|\b0x[0-9a-f]{6,}"
)
# "benchmark": a cell of definitions that `benchmarks/_page.py` runs as well.
KNOWN_TAGS = {
    "benchmark",
    "hide-input",
    "hide-output",
    "nbval-ignore-output",
    "raises-exception",
    "reference",
}
ENDING = ("## Exercises", "## Summary", "## Sources")
# Chapters 1 to 9 teach: each has a lab, questions to answer before the output, and exercises.
# The pages after them are for looking things up. A reader comes to them in trouble, with a message
# or a formula in mind, and goes back to the chapter that explains it. A lab would stand in the way,
# and exercises are not what the reader came for; where a page has some, the rules below hold.
LAST_TEACHING_CHAPTER = 9

pytestmark = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)


def read(path: Path) -> NotebookNode:
    notebook: NotebookNode = nbformat.read(path, as_version=4)
    return notebook


def code_cells(path: Path) -> list[NotebookNode]:
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def chapter_of(path: Path) -> int:
    return int(path.name[:2])


def teaches(path: Path) -> bool:
    """Whether a page is a chapter to learn from, and not one to look things up."""
    return chapter_of(path) <= LAST_TEACHING_CHAPTER


def outputs(path: Path) -> Iterator[tuple[NotebookNode, NotebookNode]]:
    for cell in code_cells(path):
        for output in cell.outputs:
            yield cell, output


def prose(path: Path) -> str:
    return "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")


def test_every_cell_was_run_in_order(path: Path) -> None:
    counts = [cell.execution_count for cell in code_cells(path)]
    assert counts == list(range(1, len(counts) + 1)), "run `make notebooks`"


def test_stored_in_canonical_form(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == canonical(read(path), path.name), (
        "run `make notebooks`"
    )


def test_valid_notebook_with_unique_cell_ids(path: Path) -> None:
    nbformat.validate(read(path))
    ids = [cell.id for cell in read(path).cells]
    assert len(ids) == len(set(ids))


def test_every_widget_has_its_state(path: Path) -> None:
    views = [
        out.data[WIDGET_VIEW]["model_id"]
        for _, out in outputs(path)
        if WIDGET_VIEW in out.get("data", {})
    ]
    state = read(path).metadata.get("widgets", {}).get(WIDGET_STATE, {}).get("state", {})
    assert set(views) <= set(state)
    made = [state[name]["state"]["_anywidget_id"] for name in views]
    labs = [name for name in made if not name.endswith(".Predict")]
    assert labs or not teaches(path), "a chapter has a lab"


def test_questions_are_those_of_the_chapter(path: Path) -> None:
    """A page asks every question of its chapter, once, in the order of the list."""
    asked = [
        name
        for cell in code_cells(path)
        for name in re.findall(r"labs\.Predict\(\"([^\"]*)\"\)", cell.source)
    ]
    known = [one.id for one in every_question().values() if one.chapter == chapter_of(path)]
    assert known or not teaches(path), "a chapter asks before it shows"
    assert asked == known


def test_errors_only_where_they_are_shown_on_purpose(path: Path) -> None:
    for cell in code_cells(path):
        announced = "raises-exception" in cell.metadata.get("tags", [])
        raised = any(output.output_type == "error" for output in cell.outputs)
        assert announced == raised, cell.source


def test_nothing_on_stderr(path: Path) -> None:
    assert [cell.source for cell, out in outputs(path) if out.get("name") == "stderr"] == []


def test_no_path_or_address_of_a_machine(path: Path) -> None:
    for cell, output in outputs(path):
        text = str({key: value for key, value in output.items() if key != "metadata"})
        found = MACHINE.search(text)
        assert found is None, f"{found} in the output of:\n{cell.source}"


def test_house_rules_of_a_code_cell(path: Path) -> None:
    for cell in code_cells(path):
        source = cell.source
        assert source.strip(), "an empty cell"
        assert not source.rstrip().endswith(";"), f"trailing semicolon:\n{source}"
        assert "clear_output" not in source, source
        assert not re.search(r"^\s*(?!_ = )torch\.manual_seed", source, re.M), (
            f"use a torch.Generator, not the global seed:\n{source}"
        )
        assert max(map(len, source.splitlines())) <= 88, f"a line too long for a phone:\n{source}"


def test_tags_are_known_and_ignored_outputs_say_why(path: Path) -> None:
    for cell in code_cells(path):
        tags = set(cell.metadata.get("tags", []))
        assert tags <= KNOWN_TAGS, f"{tags - KNOWN_TAGS} in:\n{cell.source}"
        if "nbval-ignore-output" in tags:
            assert cell.metadata.get("reason"), f"no reason given in:\n{cell.source}"


def test_every_picture_has_words(path: Path) -> None:
    for cell, output in outputs(path):
        if any(kind in output.get("data", {}) for kind in PICTURES):
            described: dict[str, Any] = cell.metadata.get("mystnb", {})
            assert len(described.get("image", {}).get("alt", "")) > 20, cell.source
            assert described.get("figure", {}).get("caption"), cell.source


def test_one_title_and_the_agreed_ending(path: Path) -> None:
    lines = re.sub(r"```.*?```", "", prose(path), flags=re.S).splitlines()
    assert sum(line.startswith("# ") for line in lines) == 1
    positions = [
        next((n for n, line in enumerate(lines) if line.startswith(part)), -1) for part in ENDING
    ]
    assert -1 not in positions or not teaches(path), dict(zip(ENDING, positions, strict=True))
    found = [position for position in positions if position != -1]
    assert found == sorted(found)


def test_two_thirds_of_the_page_is_not_code(path: Path) -> None:
    code = sum(len(cell.source) for cell in code_cells(path))
    assert len(prose(path)) > 2 * code * 0.8, "too much code for the prose around it"


def test_exercise_and_solution_cells_are_the_librarys(path: Path) -> None:
    """A page and `solution(id)` come from one source; here they are held together."""
    answers = {cell.source.strip(): last_output(cell) for cell in code_cells(path)}
    exercises = [one for one in every_exercise() if one.chapter == chapter_of(path)]
    assert len(exercises) >= 4 or not teaches(path)
    for exercise in exercises:
        name = exercise.id
        stub = f"{exercise.stub}\n\n\n{exercise.check_line(record=True)}"
        solution = f"{exercise.solution}\n\n\n{exercise.check_line(record=False)}"
        assert stub in answers, f"the exercise cell of {name} is not the library's"
        assert solution in answers, f"the solution cell of {name} is not the library's"
        assert f"{name}: not started" in answers[stub]
        assert f"{name}: passed" in answers[solution]


def last_output(cell: NotebookNode) -> str:
    """Return the value that a cell shows, as text."""
    shown = [output.data.get("text/plain", "") for output in cell.outputs if "data" in output]
    return str(shown[-1]) if shown else ""


def test_no_cell_knows_the_time(path: Path) -> None:
    for cell in code_cells(path):
        assert not re.search(r"\bimport time\b|perf_counter|%time|timeit", cell.source), cell.source
