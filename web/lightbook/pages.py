"""What the page templates need to know, and which styles and scripts a page gets."""

import os
from typing import Any
from urllib.parse import quote, urlparse

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment.adapters.toctree import TocTree

from .mathfont import STYLESHEET

STYLES = ("book.css", STYLESHEET)  # the second only where there are formulas
SCRIPTS = ("book.js", "labs.js")  # the second only where there are labs
BINDER = {"github.com": "gh", "gitlab.com": "gl"}


def page_contents(app: Sphinx, docname: str) -> str:
    """Return the headings below a page's title as a nested list of links, or nothing."""
    toc = TocTree(app.env).get_toc_for(docname, app.builder)
    lists = list(toc.findall(nodes.bullet_list))  # the title alone, then what is below it
    if len(lists) < 2:
        return ""
    rendered = app.builder.render_partial(lists[1])  # type: ignore[attr-defined]
    return str(rendered["fragment"])


def book_contents(app: Sphinx) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the parts of the book, each with its documents and their titles in HTML."""
    parts = []
    for toctree in app.env.get_doctree(app.config.root_doc).findall(addnodes.toctree):
        documents = [
            (name, str(app.builder.render_partial(app.env.titles[name])["title"]))  # type: ignore[attr-defined]
            for name in toctree["includefiles"]
        ]
        parts.append((toctree.get("caption") or "", documents))
    return parts


def launch_links(repository: str, path: str) -> list[tuple[str, str]]:
    """Return links that open a page's source, and a notebook on Binder.

    Args:
        repository: The address of the repository, or nothing: then there are no links.
        path: The path of the page's source in it.
    """
    if not repository:
        return []
    address = repository.rstrip("/").removesuffix(".git")
    links = [("Source", f"{address}/blob/HEAD/{quote(path)}")]
    parts = urlparse(address)
    if path.endswith(".ipynb") and parts.hostname in BINDER:
        name = parts.path.strip("/")
        if parts.hostname == "gitlab.com":
            name = quote(name, safe="")
        tree = quote(f"lab/tree/{path}", safe="")
        host = BINDER[parts.hostname]
        links.append(("Binder", f"https://mybinder.org/v2/{host}/{name}/HEAD?urlpath={tree}"))
    return links


def name_of(part: object) -> str:
    """Return the file name of a stylesheet or script as Sphinx keeps it."""
    return str(getattr(part, "filename", part)).rsplit("/", 1)[-1]


def prepare_page(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Fill in the context of one page's template."""
    del templatename
    scripts = SCRIPTS if "labs" in app.env.metadata[pagename] else SCRIPTS[:1]
    styles = STYLES if "<math" in context.get("body", "") else STYLES[:1]
    context["css_files"] = [part for part in context["css_files"] if name_of(part) in styles]
    context["script_files"] = [
        part
        for part in context["script_files"]
        if name_of(part) in scripts or (pagename == "search" and name_of(part) not in SCRIPTS)
    ]
    context["book_contents"] = book_contents(app)
    if doctree is None:
        return
    path = app.env.doc2path(pagename, base=False)
    context["page_contents"] = page_contents(app, pagename)
    context["launch_links"] = launch_links(app.config.lightbook_repository_url, path)
    context["is_notebook"] = path.endswith(".ipynb")


def setup(app: Sphinx) -> None:
    """Register the configuration, the styles and the handler."""
    address = os.environ.get("BOOK_REPOSITORY_URL", "")
    app.add_config_value("lightbook_repository_url", address, "html", str)
    app.add_config_value("comments_config", {}, "html", dict)  # Jupyter Book always sets it
    app.add_css_file(STYLESHEET)  # the theme names the other
    for script in SCRIPTS:
        app.add_js_file(script, loading_method="defer")
    app.connect("html-page-context", prepare_page, priority=900)
