"""The text of notebook cells, from modules that can be imported, linted and tested.

A cell begins with a line ``# %% exercise-id`` and ends before the next one.
"""

from __future__ import annotations

import inspect
from types import ModuleType

MARK = "# %% "


def cells(module: ModuleType) -> dict[str, str]:
    """The cells of a module by exercise id, without blank lines around them."""
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for line in inspect.getsource(module).splitlines():
        if line.startswith(MARK):
            current = found.setdefault(line.removeprefix(MARK).strip(), [])
        else:
            current.append(line)
    return {name: "\n".join(lines).strip("\n") for name, lines in found.items()}
