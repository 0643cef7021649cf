"""The page of errors: its lists hold every entry, and every place that it names exists."""

import re
from pathlib import Path
from typing import Final

import nbformat
import pytest
from mdit_py_plugins.anchors.index import slugify
from nbformat import NotebookNode

from byhand._catalogue import every_exercise
from tests.unit import test_checker_ch03, test_checker_ch07

CHAPTERS: Final = Path(__file__).parents[2] / "chapters"
PAGE: Final = CHAPTERS / "10-errors.ipynb"
CELLS: Final[list[NotebookNode]] = nbformat.read(PAGE, as_version=4).cells
TEXT: Final = "\n\n".join(cell.source for cell in CELLS if cell.cell_type == "markdown")
ENTRY: Final = re.compile(r"^\(((?:err|warns|silent)-[a-z0-9-]+)\)=\n### (.+)$", re.M)
ENTRIES: Final = dict(ENTRY.findall(TEXT))
LISTS: Final = TEXT[TEXT.index("## Find your entry") : TEXT.index("\n## It raises:")]
LINES: Final = re.findall(r"^(\d+)\. (.+\*) See (.+)\.$", TEXT, re.M)
HEADING: Final = re.compile(r"^#{1,3} (.+)$", re.M)
FENCE: Final = re.compile(r"```.*?```", re.S)


def places(name: str) -> set[str]:
    """The anchors of the headings of a chapter."""
    cells = nbformat.read(CHAPTERS / name, as_version=4).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    plain = (re.sub(r"\$[^$]*\$|`", "", one) for one in HEADING.findall(FENCE.sub("", text)))
    return {slugify(heading) for heading in plain}


def codes(id: str) -> set[str]:
    """What the check of an exercise can answer: its catalogue, and what tests make it say."""
    (exercise,) = (one for one in every_exercise() if one.id == id)
    catalogued = {mistake.code for mistake in exercise.mistakes}
    probed = {probe.code for probe in exercise.probes}
    attacked = {**test_checker_ch03.WRONG, **test_checker_ch07.WRONG}.get(id, {})
    return catalogued | probed | set(attacked)


def test_there_are_as_many_entries_as_promised() -> None:
    kinds = [label.split("-")[0] for label in ENTRIES]
    assert kinds.count("err") >= 15
    assert kinds.count("warns") + kinds.count("silent") >= 12
    intro = (CHAPTERS.parent / "intro.md").read_text(encoding="utf-8")
    assert (
        f"{kinds.count('err')} error messages, {kinds.count('warns')} warnings and "
        f"{kinds.count('silent')} silent mistakes"
    ) in intro


def test_every_entry_is_in_the_list_of_its_kind() -> None:
    parts = re.split(r"^\(find-(?:raises|warns|silent)\)=$", LISTS, flags=re.M)
    kinds = dict(zip(("err", "warns", "silent"), parts[1:], strict=True))
    for label in ENTRIES:
        assert f"(#{label})" in kinds[label.split("-")[0]], f"{label} is not in its list"


def shown_after(label: str) -> str:
    """What the first program of an entry prints or raises, on one line."""
    start = next(n for n, cell in enumerate(CELLS) if cell.source.startswith(f"({label})="))
    program = next(cell for cell in CELLS[start:] if cell.cell_type == "code")
    said = [f"{one.ename}: {one.evalue}" if "ename" in one else one.get("text", "")
            for one in program.outputs]  # fmt: skip
    return " ".join(" ".join(said).split())


@pytest.mark.parametrize("label", [one for one in ENTRIES if not one.startswith("silent")])
def test_a_heading_holds_words_of_the_message(label: str) -> None:
    """What a reader searches for is what PyTorch prints."""
    shown = shown_after(label)
    parts = [part.strip() for part in re.split(r"[`…]|: ", ENTRIES[label]) if part.strip()]
    assert len(parts) >= 2, "the kind of error, and its message"
    assert [part for part in parts if part not in shown] == []


@pytest.mark.parametrize("label", [one for one in ENTRIES if one.startswith("silent")])
def test_a_silent_mistake_says_nothing(label: str) -> None:
    assert not re.search(r"Error|Warning", shown_after(label))


def test_all_mistakes_have_a_line() -> None:
    assert [int(number) for number, _, _ in LINES] == list(range(1, 38))


@pytest.mark.parametrize(("number", "mistake", "where"), LINES)
def test_a_line_names_places_that_exist(number: str, mistake: str, where: str) -> None:
    assert re.search(r"\*(Raises|Warns|Silent|Works)\b[^*]*\.\*$", mistake), "what PyTorch does"
    shown, _, checks = where.partition(". Checked by ")
    links = re.findall(r"\]\(([^)#]*)#([^)]+)\)", shown)
    assert links, "a mistake is shown somewhere"
    for page, anchor in links:
        assert anchor in (places(page) if page else ENTRIES), f"{number}: {page}#{anchor}"
    for part in filter(None, checks.split("; ")):
        found = re.fullmatch(r"\{ref\}`(\S+) <\1>` as ((?:`[a-z-]+`(?:, )?)+)(?:in a note)?", part)
        assert found, part
        named = set(re.findall(r"`([^`]+)`", found[2]))
        assert named <= codes(found[1]), f"{found[1]} does not answer {named - codes(found[1])}"


def test_every_check_that_the_entries_name_exists() -> None:
    """The same for the prose: an exercise, and a name in the same sentence."""
    ids = {one.id for one in every_exercise()}
    named = set(re.findall(r"\{ref\}`[^<`]*<([^>]+)>`", TEXT))
    assert named <= ids
    known = set().union(*(codes(id) for id in named))
    for sentence in re.findall(r"\{ref\}[^.\n]*? as ([^.\n]*)", TEXT):
        for name in re.findall(r"(?<!\})`([a-z]+(?:-[a-z]+)+)`", sentence):
            assert name in known, name
