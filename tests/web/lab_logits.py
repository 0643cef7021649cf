"""What the tests of the labs on softmax and on cross-entropy share: a page, and hands."""

from collections.abc import Callable, Sequence
from pathlib import Path

from anywidget import AnyWidget
from playwright.sync_api import Locator, Page

from tests.web.small_book import build, model, page_of, text, view

PageFactory = Callable[..., Page]
TOLERANCE = 1e-6
# Nothing of the lab reaches beyond its border or beyond the page.
FITS = """(lab) => {
  const edge = lab.getBoundingClientRect().right;
  const inside = [...lab.querySelectorAll("*")].every((one) => one.getBoundingClientRect().right <= edge - 10);
  return inside && edge <= innerWidth && lab.scrollWidth <= lab.clientWidth;
}"""  # noqa: E501
SPENT = """async (lab, name) => {
  const slider = lab.elements[name];
  const [low, high] = [Number(slider.min), Number(slider.max)];
  const times = [];
  for (let k = 0; k < 40; k++) {
    slider.value = low + ((high - low) * (k % 20)) / 20;
    const start = performance.now();
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    await Promise.resolve();
    lab.getBoundingClientRect();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[20];
}"""


def book(folder: Path, labs: Sequence[AnyWidget]) -> str:
    """Build a book whose page shows labs, and return the address of the page."""
    widgets = {}
    for number, lab in enumerate(labs):
        state = {**lab.get_state(), "layout": f"IPY_MODEL_layout{number}"}
        widgets[f"lab{number}"] = model(**{k: v for k, v in state.items() if k[:2] != "_v"})
        widgets[f"layout{number}"] = {"state": {"min_height": lab.layout.min_height}}
    views = [view(f"lab{number}") for number in range(len(labs))]
    build(folder, [text("Labs to play with."), *views, text("After them.")], widgets)
    return page_of(folder).as_uri()


def opened(page: Page, address: str, number: int = 0) -> Locator:
    """Open the book and wait until one of its labs lives."""
    page.goto(address)
    page.locator(".lab[data-state=live]").nth(number).wait_for()
    lab = page.locator(".bh-logits").nth(number)
    lab.scroll_into_view_if_needed()
    return lab


def press(lab: Locator, name: str, *keys: str) -> None:
    """Press keys on one of the sliders."""
    for key in keys:
        lab.locator(f"input[type=range][name={name}]").press(key)


def put(lab: Locator, name: str, value: float) -> None:
    """Move a slider to a place."""
    lab.locator(f"input[type=range][name={name}]").fill(str(value))


def click(lab: Locator, name: str) -> None:
    """Press a button of the lab."""
    lab.get_by_role("button", name=name, exact=True).click()


def drag(lab: Locator, name: str, share: float) -> None:
    """Drag the thumb of a slider by a share of its width with the mouse."""
    slider = lab.locator(f"input[type=range][name={name}]")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box is not None
    low, high, value = (
        float(slider.evaluate(f"(slider) => slider.{one}")) for one in ("min", "max", "value")
    )
    x = box["x"] + 8 + (box["width"] - 16) * (value - low) / (high - low)
    y = box["y"] + box["height"] / 2
    lab.page.mouse.move(x, y)
    lab.page.mouse.down()
    lab.page.mouse.move(x + share * box["width"] / 2, y)
    lab.page.mouse.move(x + share * box["width"], y)
    lab.page.mouse.up()
