"""How heavy each page is and how fast it comes over slow 4G; how long the site takes to build."""

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser

from browser import chromium
from serve import serving

ROOT = Path(__file__).parents[1]
SITE = ROOT / "_build" / "html"
RUNS = 5
# Slow 4G: 1.6 Mbit/s, 150 ms from request to answer.
SLOW_4G = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1.6e6 / 8,
    "uploadThroughput": 0.75e6 / 8,
}
MEASURED = """() => performance.getEntriesByType("navigation")[0].loadEventEnd > 0
  && performance.getEntriesByName("first-contentful-paint").length > 0"""
TIMES = """() => {
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  const load = performance.getEntriesByType("navigation")[0];
  return { paint: paint.startTime, load: load.loadEventEnd };
}"""


def visit(browser: Browser, url: str) -> dict[str, float]:
    """Open a page with an empty cache; return its bytes, requests and times (ms)."""
    context = browser.new_context()
    page = context.new_page()
    session = context.new_cdp_session(page)
    received: list[float] = []
    session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.send("Network.emulateNetworkConditions", SLOW_4G)
    page.goto(url, wait_until="load")
    page.wait_for_function(MEASURED)
    times: dict[str, float] = page.evaluate(TIMES)
    page.wait_for_load_state("networkidle")
    context.close()
    return {"kilobytes": sum(received) / 1000, "requests": len(received), **times}


def measure_page(browser: Browser, url: str) -> dict[str, float]:
    """Return the medians of several visits, times in seconds."""
    visits = [visit(browser, url) for _ in range(RUNS)]

    def median(name: str) -> float:
        return statistics.median(one[name] for one in visits)

    return {
        "transferred_kB": round(median("kilobytes"), 1),
        "requests": round(median("requests")),
        "first_paint_s": round(median("paint") / 1000, 2),
        "loaded_s": round(median("load") / 1000, 2),
    }


def build_seconds() -> float:
    """Build the site from clean in a copy of the sources; return the seconds it took."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "book"
        ignore = shutil.ignore_patterns("_build", ".venv", ".git", "node_modules", "work")
        shutil.copytree(ROOT, copy, ignore=ignore)
        (copy / "node_modules").symlink_to(ROOT / "node_modules")
        command = [
            str(Path(sys.executable).with_name("jupyter-book")),
            "build",
            ".",
            "--all",
            "--quiet",
        ]
        start = time.perf_counter()
        subprocess.run(command, cwd=copy, check=True, capture_output=True)
        return time.perf_counter() - start


def measure() -> dict[str, object]:
    """Measure every page of the built site, over a throttled connection, and one build."""
    with serving(SITE) as address, chromium() as browser:
        pages = {
            page.relative_to(SITE).as_posix(): measure_page(
                browser, f"{address}/{page.relative_to(SITE).as_posix()}"
            )
            for page in sorted([*SITE.glob("*.html"), *SITE.glob("chapters/*.html")])
        }
    return {"pages": pages, "build_s": round(build_seconds(), 1)}
