"""Formulas from TeX to MathML, many at a time, through Temml in one Node.js process."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from . import npm
from .mathml import tighten

SCRIPT = Path(__file__).with_name("temml.mjs")
UNDERLINE = "\N{COMBINING LOW LINE}"


@dataclass(frozen=True, order=True)
class Formula:
    """One formula as TeX, inline or displayed."""

    tex: str
    display: bool


@dataclass(frozen=True)
class Rendered:
    """What Temml made of a formula: MathML, or the reason why it could not."""

    html: str = ""
    error: str = ""


def _rendered(result: dict[str, str]) -> Rendered:
    """Return one answer of the script, its message without marks under the wrong letters."""
    if "html" in result:
        return Rendered(html=tighten(result["html"]))
    return Rendered(error=" ".join(result["error"].replace(UNDERLINE, "").split()))


def render(formulas: Sequence[Formula]) -> dict[Formula, Rendered]:
    """Render formulas, all in one process.

    Raises:
        ExtensionError: If the process fails as a whole (not for an error in one formula).
    """
    if not formulas:
        return {}
    npm.package_file("temml/package.json")
    results = npm.run_node(SCRIPT, [asdict(formula) for formula in formulas])
    return dict(zip(formulas, map(_rendered, results), strict=True))


class Cache:
    """Rendered formulas in a file, under a hash of the formula and of Temml's version."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.version = npm.package_version("temml")

    def key(self, formula: Formula) -> str:
        """Return the name of a formula in the file."""
        return sha256(f"{self.version} {formula}".encode()).hexdigest()

    def read(self, formulas: Iterable[Formula]) -> dict[Formula, Rendered]:
        """Return those of the formulas that the file holds."""
        if not self.path.is_file():
            return {}
        stored = json.loads(self.path.read_text(encoding="utf-8"))
        keys = {formula: self.key(formula) for formula in formulas}
        return {formula: Rendered(stored[key]) for formula, key in keys.items() if key in stored}

    def write(self, rendered: dict[Formula, Rendered]) -> None:
        """Store what was rendered without an error."""
        good = {self.key(formula): done.html for formula, done in rendered.items() if done.html}
        self.path.write_text(json.dumps(good), encoding="utf-8")
