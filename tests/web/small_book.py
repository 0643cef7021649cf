"""Builds books of one notebook, to test the Sphinx extension by itself."""

from pathlib import Path
from typing import Any

import nbformat
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

SETTINGS: dict[str, Any] = {
    "extensions": ["myst_nb", "sphinx_exercise", "lightbook"],
    "html_theme": "lightbook",
    "html_math_renderer": "temml",
    "myst_enable_extensions": ["amsmath", "colon_fence", "dollarmath"],
    "myst_update_mathjax": False,
    "nb_code_prompt_show": "{type}",
    "nb_execution_mode": "off",
    "nb_ipywidgets_js": {},
    "numfig": True,
}
VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
Cell = Any  # a cell as nbformat makes it


def build(folder: Path, cells: list[Cell], widgets: dict[str, Any] | None = None) -> str:
    """Build a book of one notebook, warnings being errors, and return its page."""
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["language_info"] = {"name": "python", "pygments_lexer": "ipython3"}
    if widgets is not None:
        notebook.metadata["widgets"] = {STATE: {"state": widgets, "version_major": 2}}
    nbformat.write(notebook, folder / "index.ipynb")
    built = folder / "_build"
    with patch_docutils(), docutils_namespace():
        app = Sphinx(
            folder, None, built / "html", built, "html", SETTINGS, status=None, warningiserror=True
        )
        app.build()
    assert app.statuscode == 0
    return page_of(folder).read_text(encoding="utf-8")


def page_of(folder: Path) -> Path:
    """Return the file of the page that `build` writes."""
    return folder / "_build" / "html" / "index.html"


def text(source: str) -> Cell:
    """Make a Markdown cell with a title and, on its third line, some text."""
    return nbformat.v4.new_markdown_cell(f"# Title\n\n{source}")


def shown(data: dict[str, Any], source: str = "figure", **metadata: object) -> Cell:
    """Make a code cell with one output."""
    output = nbformat.v4.new_output("display_data", data={"text/plain": "out", **data})
    return nbformat.v4.new_code_cell(source, outputs=[output], metadata=metadata)


def view(name: str, source: str = "lab") -> Cell:
    """Make a code cell that shows a widget."""
    return shown({VIEW: {"model_id": name, "version_major": 2, "version_minor": 0}}, source)


def model(module: str = "anywidget", **state: object) -> dict[str, Any]:
    """Make the stored state of one widget."""
    return {
        "model_name": "AnyModel",
        "model_module": module,
        "state": {"_view_module": module, "_view_name": "AnyView", **state},
    }
