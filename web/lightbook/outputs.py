"""Finds the outputs of notebook cells in a document that MyST-NB has read."""

from collections.abc import Iterator

from docutils import nodes
from sphinx.environment import BuildEnvironment


def outputs(document: nodes.document, *mime_types: str) -> Iterator[nodes.container]:
    """Yield the containers of all outputs of these types, in the order of the page."""
    for container in list(document.findall(nodes.container)):
        if container.get("mime_type") in mime_types:
            yield container


def cell_name(env: BuildEnvironment, node: nodes.Node) -> str:
    """Return a name for the cell of an output: `chapters/02-mse.ipynb, cell 7 (x = …)`."""
    path = env.doc2path(env.docname, base=False)
    cell: nodes.Node | None = node
    while cell is not None and not (
        isinstance(cell, nodes.container) and cell.get("nb_element") == "cell_code"
    ):
        cell = cell.parent
    if cell is None:
        return path
    code = next(cell.findall(nodes.literal_block), None)
    first = code.astext().strip().splitlines()[:1] if code else []
    return f"{path}, cell {cell['cell_index'] + 1}" + "".join(f" ({line})" for line in first)
