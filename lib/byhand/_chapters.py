"""The modules of a package that hold one chapter each."""

import importlib
import pkgutil
from typing import Any


def chapter_modules(package: str) -> list[Any]:
    """Return `package.chapter01`, `package.chapter02`, … as many as there are, in order."""
    found = importlib.import_module(package)
    names = sorted(module.name for module in pkgutil.iter_modules(found.__path__))
    return [
        importlib.import_module(f"{package}.{name}") for name in names if name.startswith("chapter")
    ]
