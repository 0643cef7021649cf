"""The labs stored in the chapters are the labs of the library.

A published page runs the module that its notebook stores. An edited lab reaches the readers, and
the browser tests, only after `make notebooks`.
"""

import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
STATE = "application/vnd.jupyter.widget-state+json"


def stored_labs() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each lab stored in a chapter: the chapter's name and the lab's state."""
    for path in sorted((ROOT / "chapters").glob("*.ipynb")):
        widgets = json.loads(path.read_text("utf-8"))["metadata"].get("widgets", {})
        for model in widgets.get(STATE, {}).get("state", {}).values():
            if str(model["state"].get("_anywidget_id", "")).startswith("byhand."):
                yield path.name, model["state"]


LABS = list(stored_labs())


def test_chapters_hold_labs() -> None:
    assert LABS, "no chapter stores the state of a lab: run `make notebooks`"


@pytest.mark.parametrize(("chapter", "state"), LABS, ids=[chapter for chapter, _ in LABS])
def test_stored_lab_is_the_one_of_the_library(chapter: str, state: dict[str, Any]) -> None:
    module, _, name = state["_anywidget_id"].rpartition(".")
    lab = getattr(importlib.import_module(module), name)
    for part in ("_esm", "_css"):
        same = state[part] == str(getattr(lab, part))
        assert same, f"{chapter} stores another {part} of {name}: run `make notebooks`"
