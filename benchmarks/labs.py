"""How long a lab takes to follow a drag: its handlers and the layout they cause."""

import statistics
from pathlib import Path

from playwright.sync_api import Browser, Page

from browser import chromium
from serve import serving

ROOT = Path(__file__).parents[1]
SITE = ROOT / "_build" / "html"
LABS = {"LossLab": ("chapters/02-mse.html", ".bh-loss")}
MOVES = 240
# Real events pass the window on their way down and up; in between, the lab handles them and
# draws. The layout that it has made necessary is forced and belongs to the time.
WATCH = """() => {
  window.times = [];
  let start;
  addEventListener("pointermove", () => { start = performance.now(); }, true);
  addEventListener("pointermove", () => {
    void document.body.offsetHeight;
    window.times.push(performance.now() - start);
  });
}"""


def drag(page: Page, lab: str) -> list[float]:
    """Drag a point of a lab up and down; return the milliseconds of each move."""
    point = page.locator(f"{lab} [role=slider]").first
    point.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    box = point.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate(WATCH)
    for move in range(MOVES):
        page.mouse.move(x, y + abs(move % 80 - 40) * 3 - 60)
    page.mouse.up()
    times: list[float] = page.evaluate("window.times")
    return times


def measure_lab(browser: Browser, url: str, lab: str) -> dict[str, float]:
    """Return the median, the 95th percentile and the number of moves of a drag."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(url)
    page.locator(lab).wait_for()
    times = drag(page, lab)
    page.close()
    return {
        "median_ms": round(statistics.median(times), 2),
        "p95_ms": round(statistics.quantiles(times, n=20)[-1], 2),
        "moves": len(times),
    }


def measure() -> dict[str, object]:
    """Measure every lab on its built page.

    Raises:
        FileNotFoundError: If the book is not built.
    """
    if not (SITE / "index.html").is_file():
        raise FileNotFoundError(f"There is no built book in {SITE}: run `make book` first.")
    with serving(SITE) as address, chromium() as browser:
        return {
            name: measure_lab(browser, f"{address.rstrip('/')}/{path}", lab)
            for name, (path, lab) in LABS.items()
        }
