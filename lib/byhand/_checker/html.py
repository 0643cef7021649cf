"""Small pieces of HTML: escaped, without scripts, readable without any style sheet."""

from __future__ import annotations

from html import escape


def element(tag: str, content: str) -> str:
    """`content`, which is HTML already, inside one element."""
    return f"<{tag}>{content}</{tag}>"


def inline(text: str) -> str:
    """Escaped text, where `backquoted` words become code and line breaks are kept."""
    pieces = escape(text).split("`")
    if len(pieces) % 2 == 0:  # a lone backquote stays what it is
        return escape(text).replace("\n", "<br>")
    marked = [element("code", piece) if k % 2 else piece for k, piece in enumerate(pieces)]
    return "".join(marked).replace("\n", "<br>")


def code(text: str) -> str:
    """Escaped source text in its own block."""
    return element("pre", element("code", escape(text)))


def block(classes: str, body: str) -> str:
    """The outermost element of what a cell shows."""
    return f'<div class="{escape(classes, quote=True)}">{body}</div>'


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A table of plain texts with a heading row."""
    top = "".join(f'<th scope="col">{inline(cell)}</th>' for cell in head)
    lines = "".join(
        element("tr", "".join(element("td", inline(cell)) for cell in row)) for row in rows
    )
    return element("table", element("thead", element("tr", top)) + element("tbody", lines))
