"""Fixtures for the tests of the built book: the site, a server for it, and a browser."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from browser import NOT_FOUND, chromium, find_browser
from serve import serving

SITE = Path(__file__).parents[2] / "_build" / "html"

PageFactory = Callable[..., Page]


def pages_of(folder: Path) -> list[str]:
    """Return the paths of all pages of a site, without those that only lead to another page."""
    paths = [path for path in sorted(folder.rglob("*.html")) if "_static" not in path.parts]
    texts = {path: path.read_text(encoding="utf-8") for path in paths}
    return [
        path.relative_to(folder).as_posix()
        for path, text in texts.items()
        if 'http-equiv="Refresh"' not in text
    ]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for `path` once for every page of the built book."""
    if "path" in metafunc.fixturenames:
        metafunc.parametrize("path", pages_of(SITE) or ["index.html"])


@pytest.fixture(scope="session")
def site() -> Path:
    """The folder of the built book."""
    if not (SITE / "index.html").is_file():
        pytest.fail(f"There is no built book in {SITE}: run `make book` first.", pytrace=False)
    return SITE


@pytest.fixture(scope="session")
def http_site(site: Path) -> Iterator[str]:
    """The address of a local server of the built book that compresses what it sends."""
    with serving(site) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium; without one, a failure in CI and a skip elsewhere."""
    if find_browser() is None:
        if os.environ.get("CI"):
            pytest.fail(NOT_FOUND, pytrace=False)
        pytest.skip(NOT_FOUND)
    with chromium() as started:
        yield started


@pytest.fixture
def page(browser: Browser) -> Iterator[PageFactory]:
    """A factory of pages, each in a context of its own that is closed after the test.

    `page()` opens a blank page 1280 px wide. `width`, `height` and every other keyword of
    Playwright's `new_context` (`color_scheme`, `has_touch`, `java_script_enabled`, …) may be given.
    """
    contexts: list[BrowserContext] = []

    def make(width: int = 1280, height: int = 900, **options: object) -> Page:
        viewport = {"width": width, "height": height}
        context = browser.new_context(viewport=viewport, **options)  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()
