"""Names of places in a notebook, for messages to the author."""

from docutils import nodes
from sphinx.environment import BuildEnvironment

LINES_PER_CELL = 10_000  # how MyST-NB counts: 30003 is the second line of the third cell


def place(env: BuildEnvironment, docname: str, line: int | None) -> str:
    """Return a readable place: `chapters/02-mse.ipynb, cell 3, line 2`.

    Args:
        env: Sphinx's environment, which knows the file of a document.
        docname: The document.
        line: The line as docutils has it, which for a notebook also counts the cells.
    """
    path = env.doc2path(docname, base=False)
    if line is None:
        return str(path)
    if not str(path).endswith(".ipynb") or line < LINES_PER_CELL:
        return f"{path}, line {line}"
    cell, rest = divmod(line - 1, LINES_PER_CELL)
    return f"{path}, cell {cell}" + (f", line {rest}" if rest else "")


def line_of(node: nodes.Node) -> int | None:
    """Return the line of a node, or of the nearest ancestor that has one."""
    current: nodes.Node | None = node
    while current is not None:
        line: int | None = current.line
        if line is not None:
            return line
        current = current.parent
    return None
