"""The gradient reference card on screen and on paper."""

import re
from pathlib import Path

from playwright.sync_api import Browser

from byhand import functions

PAGE = "chapters/11-reference.html"
A4_LANDSCAPE = (842, 595)  # points


def test_every_row_stands_on_the_page_with_formulas(browser: Browser, site: Path) -> None:
    page = browser.new_page()
    page.goto((site / PAGE).as_uri())
    rows = page.locator(".tag_reference tbody tr")
    names = [row.function.__name__ for row in functions.reference()]
    assert [row.locator("strong").first.inner_text() for row in rows.all()] == names
    for row in rows.all():
        assert row.locator("math").count() >= 2
        assert row.locator("code").count() >= 2
    page.close()


def test_the_card_is_two_sheets_of_paper(browser: Browser, site: Path) -> None:
    page = browser.new_page()
    page.goto((site / PAGE).as_uri())
    page.evaluate("document.fonts.ready")
    paper = page.pdf(prefer_css_page_size=True)
    sheets = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", paper)
    assert [(round(float(w)), round(float(h))) for w, h in sheets] == [A4_LANDSCAPE] * 2
    page.close()


def test_on_paper_stand_the_tables_and_how_to_read_them(browser: Browser, site: Path) -> None:
    page = browser.new_page()
    page.emulate_media(media="print")
    page.goto((site / PAGE).as_uri())
    assert page.locator(".tag_reference tbody tr >> visible=true").count() == len(
        functions.reference()
    )
    assert page.get_by_text("Four rules hold in all rows").is_visible()
    assert page.locator("main .cell_input >> visible=true").count() == 0
    assert page.get_by_role("heading", name="Every row, tested").count() == 0
    page.close()
