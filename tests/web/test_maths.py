"""Maths: from TeX to MathML, its font, its numbers, its errors."""

import base64
import io
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import nbformat
import pytest
from fontTools.ttLib import TTFont
from sphinx.errors import ExtensionError

from lightbook import mathfont, temml, tex
from tests.web.small_book import build, text


def rendered(source: str, *, display: bool = False) -> str:
    """Return the MathML of a formula."""
    formula = temml.Formula(source, display)
    return temml.render([formula])[formula].html


@pytest.mark.parametrize(
    ("written", "typeset"),
    [
        ("x", "x"),
        (r"\begin{align}a \\ &= c\notag\end{align}", r"\begin{aligned}a \\ &= c\end{aligned}"),
        (r"\begin{gather*}a\\b\end{gather*}", r"\begin{gathered}a\\b\end{gathered}"),
        (r"\begin{equation}\label{e} a\end{equation}", " a"),
        (r"a &= b \\ c &= d", r"\begin{aligned}a &= b \\ c &= d\end{aligned}"),
        (r"\begin{cases} a \\ b \end{cases}", r"\begin{cases} a \\ b \end{cases}"),
        (r"x = \text{a \\ b}", r"x = \text{a \\ b}"),
    ],
)
def test_display_maths_is_aligned_but_not_numbered(written: str, typeset: str) -> None:
    assert tex.displayed(written) == typeset


def test_scripts_are_tight() -> None:
    root = ET.fromstring(rendered(r"\sum_{k=1} a = b", display=True))
    equals = [found for found in root.iter("mo") if found.text == "="]
    assert [found.get("lspace") for found in equals] == ["0", None]


def test_font_has_what_the_browser_draws_by_itself() -> None:
    found = mathfont.glyphs([rendered(r"\sqrt{x} + h + \theta")])
    assert set("√𝑥ℎ𝜃+") <= found
    assert "𝑦" not in found


def test_font_is_small_and_stretches() -> None:
    sheet = mathfont.stylesheet([rendered(r"\left(\frac{x}{\sqrt y}\right)")])
    match = re.search(r"base64,([^)]*)\)", sheet)
    assert match is not None
    font = TTFont(io.BytesIO(base64.b64decode(match[1])))
    assert "MATH" in font
    assert ord("√") in font.getBestCmap()
    assert len(match[1]) < 20_000


def test_equations_are_numbered_once_and_linked(tmp_path: Path) -> None:
    source = (
        "$$\na = b\n$$ (eq-one)\n\n\\begin{align}\na &= b \\\\\n&= c\n\\end{align}\n\n"
        "$$\nc = d\n$$ (eq-two)\n\nSee {eq}`eq-two`, $x$.\n"
    )
    page = build(tmp_path, [text(source)])
    assert re.findall(r'class="eqno"[^>]*>\((\d)\)', page) == ["1", "2", "3"]
    links = re.findall(r'href="#equation-eq-two">(.*?)</a>', page)
    assert [re.sub("<[^>]*>", "", link) for link in links] == ["(3)", "(3)"]
    assert page.count("<math") == 4
    assert '<span class="together"><math><mi>x</mi></math>.</span>' in page


@pytest.mark.parametrize("formula", [r"$\foo$", "$$\n\\foo\n$$"])
def test_wrong_tex_stops_the_build(tmp_path: Path, formula: str) -> None:
    second = nbformat.v4.new_markdown_cell(f"A paragraph.\n\n{formula}")
    with pytest.raises(ExtensionError, match=r"index\.ipynb, cell 2, line 3: .*\\foo"):
        build(tmp_path, [text("Right: $x$."), second])
