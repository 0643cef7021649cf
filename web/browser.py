"""Where a Chromium is found, and how it is started for tests and measurements."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
NOT_FOUND = (
    "No Chromium was found. Install one (Debian: `apt install chromium`), or set CHROMIUM to "
    "the path of Chromium or Chrome."
)
# No sandbox, because containers run as root; the rest keeps the browser from calling home.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_browser() -> str | None:
    """Return the path of a Chromium, `$CHROMIUM` or the first one on the PATH; None without one.

    Raises:
        FileNotFoundError: If `$CHROMIUM` is set and names no program.
    """
    named = os.environ.get("CHROMIUM")
    if named:
        found = shutil.which(named)
        if found is None:
            raise FileNotFoundError(f"CHROMIUM names no program: {named}")
        return found
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a headless Chromium while the context lasts.

    Raises:
        FileNotFoundError: If there is none; the message says how to get one.
    """
    path = find_browser()
    if path is None:
        raise FileNotFoundError(NOT_FOUND)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()
