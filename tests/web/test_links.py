"""The built book without a browser: its links, ids, stylesheets and scripts."""

from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit


class Links(HTMLParser):
    """Collects the ids and the links of a page."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.ids: Counter[str] = Counter()
        self.links: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what an element has."""
        values = dict(attrs)
        if identifier := values.get("id"):
            self.ids[identifier] += 1
        target = values.get("href" if tag in ("a", "link") else "src")
        if target is not None:
            self.links.append(target)


def test_links_lead_somewhere(site: Path) -> None:
    pages = {
        path.as_uri(): Links(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")
    }
    wrong = []
    for address, found in pages.items():
        for link in found.links:
            target, anchor = urldefrag(urljoin(address, link))
            if not target.startswith("file:"):
                continue
            if not Path(unquote(urlsplit(target).path)).is_file():
                wrong.append(f"{address}: {link} leads to no file")
            elif anchor and unquote(anchor) not in pages[target].ids:
                wrong.append(f"{address}: {link} leads to no place on that page")
    assert wrong == []


def test_ids_are_unique(site: Path, path: str) -> None:
    ids = Links((site / path).read_text(encoding="utf-8")).ids
    assert [name for name, count in ids.items() if count > 1] == []


def test_stylesheets_and_scripts_are_ours(site: Path, path: str) -> None:
    # An update of Sphinx or of an extension may add parts of its own to every page.
    text = (site / path).read_text(encoding="utf-8")
    parts = [
        link.rsplit("/", 1)[-1].split("?")[0]
        for link in Links(text).links
        if "_static" in link or link.endswith(".js")
    ]
    assert len(parts) == len(set(parts))
    ours = {"book.css", "maths.css", "book.js", "labs.js"}
    search = {
        "documentation_options.js",
        "doctools.js",
        "language_data.js",
        "searchindex.js",
        "searchtools.js",
        "sphinx_highlight.js",
        "translations.js",
    }
    assert {"book.css", "book.js"} <= set(parts)
    assert ("maths.css" in parts) == ("<math" in text), "a heavy font, where it is needed"
    assert set(parts) <= ours | (search if path == "search.html" else set())
