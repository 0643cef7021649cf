"""Storing a notebook: what is kept, what is dropped, what never changes."""

from pathlib import Path

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

from notebooks import WIDGET_STATE, canonical, refresh

LAB = """import anywidget
class Lab(anywidget.AnyWidget):
    _esm = "export default { render() {} }"
    def __repr__(self):
        return "Lab()"
"""


def notebook(*sources: str) -> NotebookNode:
    cells = [
        nbformat.v4.new_code_cell(source, id=f"cell-{number}")
        for number, source in enumerate(sources)
    ]
    result: NotebookNode = nbformat.v4.new_notebook(cells=cells)
    return result


def stored(path: Path, *sources: str) -> NotebookNode:
    path.write_text(nbformat.writes(notebook(*sources)), encoding="utf-8")
    refresh(path)
    result: NotebookNode = nbformat.read(path, as_version=4)
    return result


def test_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    result = stored(path, LAB, "Lab()", "print(1)\nprint(2)")
    first = path.read_bytes()
    assert refresh(path) == f"{path}: unchanged"
    assert path.read_bytes() == first
    assert canonical(result, path.name).encode() == first


def test_widget_state_is_stored_and_named_after_the_file(tmp_path: Path) -> None:
    result = stored(tmp_path / "a.ipynb", LAB, "Lab()")
    view = result.cells[1].outputs[0].data["application/vnd.jupyter.widget-view+json"]
    assert view["model_id"] in result.metadata.widgets[WIDGET_STATE].state
    other = stored(tmp_path / "b.ipynb", LAB, "Lab()")
    assert view != other.cells[1].outputs[0].data["application/vnd.jupyter.widget-view+json"]


def test_a_traceback_keeps_its_message_only(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    source = notebook("def f():\n    1 / 0\nf()")
    source.cells[0].metadata.tags = ["raises-exception"]
    path.write_text(nbformat.writes(source), encoding="utf-8")
    refresh(path)
    (output,) = nbformat.read(path, as_version=4).cells[0].outputs
    assert output.traceback == ["ZeroDivisionError: division by zero"]


def test_a_failing_cell_leaves_the_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text(nbformat.writes(notebook("1 / 0")), encoding="utf-8")
    before = path.read_bytes()
    with pytest.raises(CellExecutionError):
        refresh(path)
    assert path.read_bytes() == before


def test_printed_lines_are_one_output(tmp_path: Path) -> None:
    source = "import sys\nfor i in range(3):\n    print(i)\n    sys.stdout.flush()"
    result = stored(tmp_path / "a.ipynb", source)
    assert [output.text for output in result.cells[0].outputs] == ["0\n1\n2\n"]
    assert result.metadata.language_info == {"name": "python"}


def test_a_message_of_several_lines_is_kept_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    source = notebook('raise ValueError("the table\\n  1 2\\n  3 4\\n")')
    source.cells[0].metadata.tags = ["raises-exception"]
    path.write_text(nbformat.writes(source), encoding="utf-8")
    refresh(path)
    result = nbformat.read(path, as_version=4)
    (output,) = result.cells[0].outputs
    assert output.traceback == ["ValueError: the table", "  1 2", "  3 4"]
    assert canonical(result, path.name) == path.read_text(encoding="utf-8")
