"""A page with several predict-first questions, and how a reader handles them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import anywidget
from playwright.sync_api import Locator, Page

from byhand.labs import Predict
from tests.web.small_book import build, model, page_of, text, view

CHOICE, NUMBER, NEGATIVE = (
    "grad-of-non-leaf",
    "grad-after-two-backwards",
    "gradient-past-the-target",
)
SEVERAL = (CHOICE, NUMBER, "calls-for-ten-doublings", NEGATIVE, "add-at-repeated-places", CHOICE)


def write_page(folder: Path, labs: Sequence[anywidget.AnyWidget]) -> str:
    """Build a page that shows some labs one below the other, and return it."""
    widgets: dict[str, Any] = {}
    cells = [text("What will happen?")]
    for i, lab in enumerate(labs):
        state = {key: value for key, value in lab.get_state().items() if not key.startswith("_dom")}
        widgets[f"m{i}"] = model(**state | {"layout": f"IPY_MODEL_l{i}"})
        widgets[f"l{i}"] = {"state": {"min_height": lab.layout.min_height}}
        cells.append(view(f"m{i}", repr(lab)))
    return build(folder, cells, widgets)


def open_page(page: Page, folder: Path) -> Locator:
    """Open the page that `write_page` wrote, and return its questions when they live."""
    page.goto(page_of(folder).as_uri())
    page.wait_for_function(
        "[...document.querySelectorAll('.lab')].every((lab) => lab.dataset.state === 'live')"
    )
    return page.locator(".bh-predict")


def quizzes() -> list[Predict]:
    """The questions of the page."""
    return [Predict(name) for name in SEVERAL]


def check(quiz: Locator) -> str:
    """Press "Check" and return what is said."""
    quiz.get_by_role("button", name="Check").click()
    return said(quiz)


def said(quiz: Locator) -> str:
    """The feedback, as a screen reader gets it."""
    return quiz.locator("[aria-live=polite]").inner_text().strip()
