"""The code of a page, for a benchmark that measures exactly what the page shows."""

from pathlib import Path
from typing import Any

import nbformat

CHAPTERS = Path(__file__).parents[1] / "chapters"
TAG = "benchmark"


def definitions(chapter: str) -> dict[str, Any]:
    """Return the names that a chapter's cells with the tag "benchmark" define.

    The cells run in the order of the page, in a namespace of their own. They hold imports and
    definitions only, so this reads no data, trains nothing and prints nothing.
    """
    notebook: Any = nbformat.read(CHAPTERS / f"{chapter}.ipynb", as_version=4)
    # A dataclass looks for its module's name.
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for number, cell in enumerate(notebook.cells):
        if TAG in cell.metadata.get("tags", []):
            exec(compile(cell.source, f"{chapter}, cell {number}", "exec"), namespace)
    return namespace
