"""The built book in a real browser: every page, over http and from disk."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

PageFactory = Callable[..., Page]

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
OPEN_ALL = "document.querySelectorAll('details').forEach(fold => { fold.open = true; })"
# What axe reports although it is right: the rule, what the element holds, and why.
EXCEPTIONS = (("empty-table-header", "<math", "axe sees no text in MathML; screen readers do"),)
# What a reader's browser transfers for a page and all its parts, gzipped, in kilobytes.
# The pictures of chapter 8 are PNG, and its lab holds the maps of six networks.
BUDGET = {"chapters/08": 600, "chapters/": 150, "": 70}


@pytest.fixture(params=["http", "file"])
def address(request: pytest.FixtureRequest, site: Path, http_site: str) -> str:
    """The address of the site, once over http and once from disk."""
    return http_site if request.param == "http" else site.as_uri()


def opened(page: Page, address: str) -> list[str]:
    """Open a page and return what went wrong: foreign requests, errors in the console."""
    wrong: list[str] = []
    own = f"{urlsplit(address).scheme}://{urlsplit(address).netloc}/"
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((own, "data:", "blob:"))
            else wrong.append(f"request to {request.url}")
        ),
    )
    page.on("requestfailed", lambda request: wrong.append(f"no answer from {request.url}"))
    page.on("pageerror", lambda error: wrong.append(f"error {error}"))
    page.on(
        "console",
        lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None,
    )
    page.goto(address, wait_until="load")
    page.wait_for_function(
        "[...document.querySelectorAll('.lab')].every(lab => lab.dataset.state)", timeout=10_000
    )
    return wrong


def test_asks_no_other_host_and_has_no_errors(page: PageFactory, address: str, path: str) -> None:
    assert opened(page(), f"{address}/{path}") == []


def test_labs_are_live(page: PageFactory, site: Path, address: str, path: str) -> None:
    views = (site / path).read_text(encoding="utf-8").count('<div class="lab" ')
    if views == 0:
        return
    view = page()
    opened(view, f"{address}/{path}")
    labs = view.locator(".lab[data-state=live]")
    assert labs.count() == views
    for lab in labs.all():
        box = lab.bounding_box()
        assert box is not None
        assert box["height"] > 20
        assert lab.locator("*").count() > 1


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_is_accessible(
    page: PageFactory, http_site: str, path: str, theme: str, width: int
) -> None:
    view = page(width=width, color_scheme=theme)
    opened(view, f"{http_site}/{path}")
    assert view.locator("html").get_attribute("data-theme") == theme
    view.evaluate(OPEN_ALL)
    view.add_script_tag(path=AXE)
    found = view.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    assert [
        f"{violation['id']}: {node['html']}"
        for violation in found["violations"]
        for node in violation["nodes"]
        if not any(violation["id"] == rule and mark in node["html"] for rule, mark, _ in EXCEPTIONS)
    ] == []


def test_needs_no_scrolling_sideways(page: PageFactory, http_site: str, path: str) -> None:
    view = page(width=360, height=740)
    opened(view, f"{http_site}/{path}")
    view.evaluate(OPEN_ALL)
    assert view.evaluate("document.documentElement.scrollWidth") <= 360
    # What scrolls in a box of its own can be reached with the keyboard.
    view.wait_for_function(
        "[...document.querySelectorAll('.scroll, .highlight pre')]"
        ".every(box => box.scrollWidth <= box.clientWidth + 1 || box.tabIndex === 0)"
    )


def test_is_light(page: PageFactory, http_site: str, path: str) -> None:
    view = page()
    protocol = view.context.new_cdp_session(view)
    protocol.send("Network.enable")
    parts: dict[str, str] = {}
    sizes: dict[str, float] = {}
    protocol.on(
        "Network.responseReceived",
        lambda event: parts.update({event["requestId"]: event["response"]["url"]}),
    )
    protocol.on(
        "Network.loadingFinished",
        lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}),
    )
    opened(view, f"{http_site}/{path}")
    budget = next(limit for start, limit in BUDGET.items() if path.startswith(start))
    sent = {name: sizes[key] for key, name in parts.items() if name.startswith(http_site)}
    assert len(sent) >= 3, "the page, its style and its script at least"
    assert sum(sent.values()) / 1000 <= budget, sent


def test_reads_without_javascript(page: PageFactory, site: Path, address: str, path: str) -> None:
    view = page(java_script_enabled=False)
    view.goto(f"{address}/{path}")
    source = (site / path).read_text(encoding="utf-8")
    assert view.locator("h1").first.is_visible()
    assert view.locator("nav.contents a").first.is_visible()
    assert view.locator("math").count() == source.count("<math")
    assert not any(mark in source for mark in (r"\frac", r"\partial", r"\begin{"))
    for lab in view.locator(".lab").all():
        assert "needs JavaScript" in lab.inner_text()


def test_search_finds_a_page(page: PageFactory, address: str) -> None:
    view = page()
    wrong = opened(view, f"{address}/intro.html")
    view.locator("nav.contents input[type=search]").fill("gradient")
    view.keyboard.press("Enter")
    view.locator("#search-results li a").first.wait_for(timeout=10_000)
    assert wrong == []


def test_theme_is_chosen_and_kept(page: PageFactory, address: str) -> None:
    view = page(color_scheme="light")
    opened(view, f"{address}/intro.html")
    switch, root = view.locator(".theme-switch"), view.locator("html")
    seen = []
    for _ in range(3):
        seen.append((switch.get_attribute("aria-label"), root.get_attribute("data-theme")))
        switch.click()
    assert seen == [
        ("Colours: automatic", "light"),
        ("Colours: light", "light"),
        ("Colours: dark", "dark"),
    ]
    switch.click()
    switch.click()
    view.goto(f"{address}/notation.html")
    assert root.get_attribute("data-theme") == "dark"


def test_menu_opens_on_a_small_screen(page: PageFactory, address: str) -> None:
    view = page(width=360, height=740, java_script_enabled=False)
    view.goto(f"{address}/notation.html")
    contents = view.locator("nav.contents")
    view.get_by_role("button", name="Contents").click()
    assert contents.is_visible()
    view.keyboard.press("Escape")
    assert not contents.is_visible()
