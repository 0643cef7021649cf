"""Join a lab's own module and style with what all labs share.

A published page has only the state that is stored in the notebook, so each lab carries all it
needs in its own text.
"""

from pathlib import Path
from typing import Final

from byhand.palette import DARK_ANYWHERE, css_variables

_FOLDER: Final = Path(__file__).parent


def module(*names: str) -> str:
    """Return the ES module of a lab: the shared kit, then the lab's own files.

    Args:
        *names: Names of the lab's files without their ending; the last one exports the lab.
    """
    return "".join(_squeezed(f"{part}.js") for part in ("_kit", "_plot", *names))


def style(*names: str) -> str:
    """Return the style of a lab: the colours of the book, the shared kit, the lab's own files.

    Args:
        *names: Names of the lab's files without their ending.
    """
    colours = css_variables(".bh-lab", DARK_ANYWHERE)
    return colours + "".join(_squeezed(f"{part}.css") for part in ("_kit", *names))


def height(*steps: tuple[int, int]) -> str:
    """Return the height to reserve for a lab, so that nothing below it moves when it starts.

    The width is that of the container around the lab (``100cqi``), and that of the window where
    there is none.

    Args:
        *steps: Pairs of a width and the height needed below it, in pixels, narrow first. The
            last width is infinite and is written as 0.

    Returns:
        A CSS value for ``min-height``.
    """
    *narrower, (_, least) = steps
    # A step counts below its width: far above it, the product is negative.
    parts = [f"min({tall}px, ({width}px - 100cqi) * 999)" for width, tall in narrower]
    return f"max({', '.join([*parts, f'{least}px'])})"


def _squeezed(name: str) -> str:
    """Read a file without its indentation, empty lines and lines of comment."""
    lines = (line.strip() for line in (_FOLDER / name).read_text("utf-8").splitlines())
    return "".join(f"{line}\n" for line in lines if line and not line.startswith("//"))
