"""Execute chapter notebooks and store them in canonical form.

    python web/notebooks.py chapters/*.ipynb

The outputs, the widget state and nothing else that changes from run to run is stored: an
unchanged notebook comes out byte for byte the same. A notebook with a failing cell is left
as it was.
"""

import hashlib
import re
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

WIDGET_STATE = "application/vnd.jupyter.widget-state+json"
CELL_TIMEOUT = 120  # seconds; a chapter as a whole takes far less
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
_ESCAPE_CODES = re.compile(r"\x1b\[[0-9;]*m")


def execute(notebook: NotebookNode, folder: Path) -> NotebookNode:
    """Run every cell in a fresh kernel that works in `folder`, as a reader's would.

    Raises:
        CellExecutionError: if a cell raises without the tag `raises-exception`.
    """
    notebook.metadata.pop("widgets", None)
    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT,
        kernel_name=KERNEL["name"],
        resources={"metadata": {"path": str(folder)}},
        record_timing=False,
        coalesce_streams=True,
    )
    return client.execute()


def canonical(notebook: NotebookNode, name: str) -> str:
    """Return the one stored text of an executed notebook.

    Args:
        notebook: An executed notebook.
        name: Its file name; the stored ids of its widget models are made from it.
    """
    notebook.metadata = _notebook_metadata(notebook.metadata)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            for output in cell.outputs:
                _trim(output)
    renamed = nbformat.reads(_rename_models(notebook, name), as_version=4)
    text: str = nbformat.writes(renamed)  # sorts by key, so the new names must be there already
    return text + "\n"


def _notebook_metadata(metadata: NotebookNode) -> NotebookNode:
    """Keep the kernel's name and the widgets; drop what depends on the machine."""
    kept: dict[str, Any] = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    if "widgets" in metadata:
        kept["widgets"] = metadata["widgets"]
    result: NotebookNode = nbformat.from_dict(kept)
    return result


def _trim(output: NotebookNode) -> None:
    """Keep the message at the end of a traceback: the lines above hold paths of this machine."""
    if output.output_type == "error":
        lines = _ESCAPE_CODES.sub("", "\n".join(output.traceback)).rstrip().splitlines()
        message = f"{output.ename}: {output.evalue}".rstrip().splitlines()
        output.traceback = lines[-len(message) :]


def _rename_models(notebook: NotebookNode, name: str) -> str:
    """Return the notebook's text with model ids that do not change between runs."""
    text: str = nbformat.writes(notebook)
    state = notebook.metadata.get("widgets", {}).get(WIDGET_STATE, {}).get("state", {})
    for number, model_id in enumerate(state):
        digest = hashlib.sha256(f"{name}:{number}".encode()).hexdigest()
        stable = f"{number:04x}{digest[:28]}"  # sorts in the order the models were made
        text = text.replace(model_id, stable)
    return text


def refresh(path: Path) -> str:
    """Execute one notebook and store it; return a line that says what happened.

    Raises:
        CellExecutionError: if a cell fails; the file is then unchanged.
    """
    before = path.read_text(encoding="utf-8")
    notebook = execute(nbformat.reads(before, as_version=4), path.parent)
    after = canonical(notebook, path.name)
    if after == before:
        return f"{path}: unchanged"
    path.write_text(after, encoding="utf-8", newline="\n")
    return f"{path}: stored"


def _refresh_or_explain(path: Path) -> tuple[bool, str]:
    try:
        return True, refresh(path)
    except CellExecutionError as error:
        return False, f"{path}: not stored, because a cell fails.\n{error}"


def main(arguments: list[str]) -> int:
    """Refresh the named notebooks, two at a time; return the exit status."""
    with ProcessPoolExecutor(max_workers=2) as pool:
        results = list(pool.map(_refresh_or_explain, map(Path, arguments)))
    for _, line in results:
        print(line)
    return 0 if all(done for done, _ in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
