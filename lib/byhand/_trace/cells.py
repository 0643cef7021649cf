"""Counts in words, and cells as an aligned text table and as an HTML table."""

from collections.abc import Sequence
from html import escape


def aligned(cells: Sequence[Sequence[str]]) -> str:
    """Write rows of cells with their columns aligned."""
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in cells
    )
    return "\n".join(line.rstrip() for line in lines)


def html_table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a table with a caption and headings; the texts are escaped."""
    top = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return (
        f"<table><caption>{escape(title)}</caption><thead><tr>{top}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )


def counted(operations: int, leaves: int, between: str) -> str:
    """Write how many operations and leaves there are, in the right number."""
    return (
        f"{operations:,} {'operation' if operations == 1 else 'operations'}{between}"
        f"{leaves:,} {'leaf' if leaves == 1 else 'leaves'}"
    )
