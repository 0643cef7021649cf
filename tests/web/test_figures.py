"""Figures, folds and links to the repository, on small books."""

import base64
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import nbformat
import pytest
from sphinx.errors import ExtensionError

from lightbook.pages import launch_links
from tests.web.small_book import build, shown, text

SVG = """<?xml version="1.0"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">
<metadata>when and by what it was drawn</metadata>
<defs><style>a{b:c} *{stroke:red}</style><path id="p"/></defs>
<use xlink:href="#p" clip-path="url(#p)"/></svg>
"""


def test_svg_becomes_part_of_the_page(tmp_path: Path) -> None:
    settings = {"image": {"alt": 'A "line"'}, "figure": {"caption": "Where it goes."}}
    cells = [shown({"image/svg+xml": SVG}, mystnb=settings) for _ in range(2)]
    page = build(tmp_path, [text("Two:"), *cells])
    found = re.findall(r"<svg.*?</svg>", page.split("<article>")[1], re.DOTALL)
    roots = [ET.fromstring(one) for one in found]
    assert [root.get("role") for root in roots] == ["img"] * 2
    assert [root.get("aria-label") for root in roots] == ['A "line"'] * 2
    ids = [element.get("id") for root in roots for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids)) == 4
    for one, prefix in zip(found, ("f1-", "f2-"), strict=True):
        assert f'href="#{prefix}p"' in one
        assert f'clip-path="url(#{prefix}p)"' in one
        assert f"a{{b:c}}#{prefix}figure *{{stroke:red}}" in one
        assert "metadata" not in one
    assert page.count("Where it goes.") == 2


@pytest.mark.parametrize("mime_type", ["image/svg+xml", "image/png"])
def test_figure_without_a_text_stops_the_build(tmp_path: Path, mime_type: str) -> None:
    data = SVG if mime_type == "image/svg+xml" else base64.b64encode(b"png").decode()
    with pytest.raises(ExtensionError, match=r"index\.ipynb, cell 2 \(ax\.plot"):
        build(tmp_path, [text("A figure:"), shown({mime_type: data}, "ax.plot(x)")])


def test_solutions_and_code_fold_without_scripts(tmp_path: Path) -> None:
    exercise = "```{exercise} A title\n:label: ex\n```\n"
    solution = "```{solution} ex\n:class: dropdown\nDone.\n```\n"
    code = nbformat.v4.new_code_cell("draw()", metadata={"tags": ["hide-input"]})
    page = build(tmp_path, [text(exercise + "\n" + solution), code])
    assert re.search(r"<details[^>]*><summary>Solution to Exercise 1 \(A title\)</summary>", page)
    assert "<summary>Show the code</summary>" in page
    assert 'id="solution-content"' not in page


def test_source_and_binder_need_a_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BOOK_REPOSITORY_URL", raising=False)
    (tmp_path / "without").mkdir()
    without = build(tmp_path / "without", [text("A page.")])
    assert "Binder" not in without
    assert "Source" not in without
    monkeypatch.setenv("BOOK_REPOSITORY_URL", "https://github.com/me/book")
    (tmp_path / "with").mkdir()
    page = build(tmp_path / "with", [text("A page.")])
    assert '<a href="https://github.com/me/book/blob/HEAD/index.ipynb">Source</a>' in page
    assert "mybinder.org/v2/gh/me/book" in page


def test_links_to_a_repository() -> None:
    assert launch_links("", "chapters/a.ipynb") == []
    assert launch_links("https://github.com/me/book.git", "notation.md") == [
        ("Source", "https://github.com/me/book/blob/HEAD/notation.md")
    ]
    assert launch_links("https://github.com/me/book/", "chapters/a.ipynb")[1] == (
        "Binder",
        "https://mybinder.org/v2/gh/me/book/HEAD?urlpath=lab%2Ftree%2Fchapters%2Fa.ipynb",
    )
    assert len(launch_links("https://git.example.org/me/book", "chapters/a.ipynb")) == 1
