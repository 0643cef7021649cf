"""The reader's copy: new pages come, edited pages stay."""

from pathlib import Path

import pytest

from readers_copy import RECORD, update


@pytest.fixture
def book(tmp_path: Path) -> Path:
    (tmp_path / "book" / "chapters").mkdir(parents=True)
    (tmp_path / "book" / "intro.md").write_text("intro")
    (tmp_path / "book" / "README.md").write_text("not a page")
    (tmp_path / "book" / "chapters" / "02-mse.ipynb").write_text("first")
    (tmp_path / "work").mkdir()
    return tmp_path / "book"


PAGE = "chapters/02-mse.ipynb"


def test_missing_pages_are_added_once(book: Path) -> None:
    work = book.parent / "work"
    assert update(book, work)["added"] == [PAGE, "intro.md"]
    assert update(book, work) == {"added": [], "updated": [], "kept": []}
    assert not (work / "README.md").exists()


def test_an_untouched_page_follows_the_book(book: Path) -> None:
    work = book.parent / "work"
    update(book, work)
    (book / PAGE).write_text("second")
    assert update(book, work)["updated"] == [PAGE]
    assert (work / PAGE).read_text() == "second"


@pytest.mark.parametrize("record", ["kept", "missing", "broken"])
def test_an_edited_page_is_never_touched(book: Path, record: str) -> None:
    work = book.parent / "work"
    update(book, work)
    (work / PAGE).write_text("my answer")
    (book / PAGE).write_text("second")
    if record == "missing":
        (work / RECORD).unlink()
    if record == "broken":
        (work / RECORD).write_text("[")
    assert update(book, work)["kept"] == [PAGE]
    assert (work / PAGE).read_text() == "my answer"
