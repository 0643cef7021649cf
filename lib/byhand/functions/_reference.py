"""The reference card: all Functions of the book, in a form that shows itself as a table."""

from collections.abc import Iterator
from dataclasses import dataclass

from byhand.functions._reference_row import Row
from byhand.functions._reference_rows import GROUPS

HEAD = ("operation", "`backward`, and what it costs")


@dataclass(frozen=True)
class Reference:
    """Some rows of the reference card."""

    rows: tuple[Row, ...]

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        """Name the Functions."""
        return f"Reference({', '.join(row.function.__name__ for row in self.rows)})"

    def _repr_markdown_(self) -> str:
        """Return a table with formulas, as notebooks and the published page show it."""
        lines = [" | ".join(HEAD), " | ".join("---" for _ in HEAD)]
        lines += [" | ".join(cell(row) for cell in CELLS) for row in self.rows]
        return "\n".join(f"| {line} |" for line in lines)


def _operation(row: Row) -> str:
    """Names, the forward formula and the gradients, a line each."""
    name = row.function.__name__
    title = [row.title] if row.title != name else []
    lines = [f"**{name}**, `{row.torch_name}`", *title, *row.formulas]
    return "<br>".join(line.replace("|", r"\vert ") for line in lines)


def _backward(row: Row) -> str:
    """The lines of code, and the costs."""
    kept = ", ".join(row.kept) or "nothing"
    forward, backward = row.cost
    lines = [f"`{line}`" for line in row.code.splitlines()]
    cost = f"cost: {forward}, then {backward}; keeps: {kept}; second: {row.second}"
    return "<br>".join([*lines, f"<small>{cost}</small>"]).replace("|", r"\|")


CELLS = (_operation, _backward)


def reference(group: str | None = None) -> Reference:
    """Return the reference card, or one group of it.

    group: "losses", "element by element", "sums and products", "scores", "normalisation" or
    "images"; None for all. Raises ValueError for another name.
    """
    if group is None:
        return Reference(tuple(row for rows in GROUPS.values() for row in rows))
    if group not in GROUPS:
        names = ", ".join(f'"{name}"' for name in GROUPS)
        raise ValueError(f"There is no group {group!r}; the groups are {names}.")
    return Reference(GROUPS[group])
