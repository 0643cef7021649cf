"""Run the benchmarks and store each result beside its module.

    python -m benchmarks            all of them, apart from cifar10
    python -m benchmarks checks     the named ones
    python -m benchmarks cifar10    takes its archive from the environment: see there

A result says when, on what machine and with which versions it was measured. Times from a
shared machine are read as ratios.
"""

import importlib
import json
import os
import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent
WITH_INPUT = {"cifar10"}  # run only when they are named
VERSIONS = ("torch", "jupyter-book", "sphinx", "anywidget")


def names() -> list[str]:
    """Return the benchmarks there are."""
    return sorted(path.stem for path in HERE.glob("*.py") if not path.stem.startswith("_"))


def processor() -> str:
    """Return the processor's name, as far as the system tells it."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def circumstances() -> dict[str, object]:
    """Return what a reader of a measured number needs to know about it."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": {
            "processor": processor(),
            "cores": os.cpu_count(),
            "system": platform.system(),
        },
        "versions": {"python": platform.python_version()}
        | {package: version(package) for package in VERSIONS},
    }


def main(arguments: list[str]) -> int:
    """Measure and store; return the exit status."""
    unknown = sorted(set(arguments) - set(names()))
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}; there are {', '.join(names())}.")
        return 2
    for name in arguments or [name for name in names() if name not in WITH_INPUT]:
        measured = importlib.import_module(f"benchmarks.{name}").measure()
        path = HERE / f"{name}.json"
        path.write_text(json.dumps(circumstances() | {"measured": measured}, indent=1) + "\n")
        print(f"{path.relative_to(HERE.parent)}: {json.dumps(measured)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
