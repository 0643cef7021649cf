"""A small matrix as a table of coloured cells with its numbers."""

from collections.abc import Sequence
from typing import Any, Final, cast

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure as MatplotlibFigure
from matplotlib.patches import Rectangle

from byhand.palette import FAMILIES, INK, MUTED, Kind, shade
from byhand.plots._figure import bare, figure
from byhand.plots._svg import FONT_SIZE, TIGHT

_CELL: Final = (0.74, 0.46)  # inches
_MOST_NUMBERS: Final = 12  # columns; beyond them the numbers would touch
_MOST_CELLS: Final = 1024
_Labels = Sequence[str] | None


def heatmap(
    tensor: torch.Tensor | Sequence[Sequence[float]] | Sequence[float],
    kind: Kind = "value",
    *,
    title: str | None = None,
    rows: _Labels = None,
    columns: _Labels = None,
    row_title: str | None = None,
    column_title: str | None = None,
    digits: int = 4,
    largest: float | None = None,
    ax: Axes | None = None,
) -> tuple[MatplotlibFigure, Axes]:
    """Draw a small matrix as coloured cells with the numbers in them.

    Strength of colour shows absolute size, zero has no colour, and negative cells are hatched.

    Args:
        tensor: Shape (R, C), or (C,) for one row; at most 1,024 entries, numbers shown up to
            12 columns.
        kind: ``"value"`` (blue) or ``"gradient"`` (orange).
        title: What the matrix is, for example ``"x.grad"``.
        rows: R labels, one for each row.
        columns: C labels, one for each column.
        row_title: What the rows are, for example ``"output"``.
        column_title: What the columns are, for example ``"input"``.
        digits: Significant digits, trailing zeros dropped.
        largest: The absolute value with the strongest colour; the largest entry if None. Give
            the same one to matrices that are to be compared.
        ax: Axes to draw in; a new figure of a fitting size if None.

    Returns:
        The figure and the axes.

    Raises:
        ValueError: If the matrix is empty, too large, or has more than two dimensions.
    """
    matrix = _matrix(tensor)
    if ax is None:
        ax = cast(Axes, figure(*_size(matrix, title, rows, column_title))[1])
    numbers = matrix.tolist()
    if largest is None:
        finite = matrix[matrix.isfinite()].abs()
        largest = finite.max().item() if finite.numel() else 0.0
    for i, row in enumerate(numbers):
        for j, number in enumerate(row):
            _draw_cell(ax, (j, i), number, largest, kind)
            if len(row) <= _MOST_NUMBERS:
                _write(ax, (j, i), written(number, digits))
    _frame(ax, matrix, rows, columns)
    ax.set_xlabel(column_title or "")
    ax.set_ylabel(row_title or "")
    if title is not None:
        ax.set_title(title, color=FAMILIES[kind][0].light)
    fig_of_ax = ax.get_figure(root=True)
    assert fig_of_ax is not None
    return fig_of_ax, ax


def written(number: float, digits: int) -> str:
    """Write a number with a true minus sign."""
    text = f"{number:.{digits}g}"
    return ("0" if text == "-0" else text).replace("-", "\N{MINUS SIGN}")


def _matrix(tensor: torch.Tensor | Sequence[Sequence[float]] | Sequence[float]) -> torch.Tensor:
    matrix = torch.as_tensor(tensor).detach().to("cpu", torch.float64)
    if matrix.dim() not in (1, 2) or not 0 < matrix.numel() <= _MOST_CELLS:
        raise ValueError(
            f"The tensor has shape {tuple(matrix.shape)}; a heat map shows a matrix (or one row) "
            f"of 1 to {_MOST_CELLS:,} entries. Take a part of it, or show it as an image."
        )
    return matrix.reshape(-1, matrix.shape[-1])


def _size(
    matrix: torch.Tensor, title: str | None, rows: _Labels, column_title: str | None
) -> tuple[float, float]:
    """Size in inches of a figure for a matrix alone."""
    height, width = matrix.shape
    beside = 0.9 if rows is not None else 0.4
    above = 0.25 + 0.3 * (title is not None) + 0.3 * (column_title is not None)
    return (
        min(_CELL[0] * width + beside, 6.4),
        _CELL[1] * min(height, 12) + above + 0.2,
    )


def _draw_cell(ax: Axes, at: tuple[int, int], number: float, largest: float, kind: Kind) -> None:
    look = shade(number, largest, kind)
    colour = look.colour.light

    def box(**style: Any) -> None:
        corner = (at[0] - 0.48, at[1] - 0.47)
        ax.add_patch(Rectangle(corner, 0.96, 0.94, linewidth=0, clip_on=False, **style))

    box(facecolor=(colour, look.opacity))
    if look.hatched:
        box(facecolor="none", edgecolor=(colour, 0.45), hatch="//")


def _write(ax: Axes, at: tuple[int, int], text: str) -> None:
    ax.text(*at, text, ha="center", va="center", color=INK.light, fontsize=FONT_SIZE, gid=TIGHT)


def _frame(ax: Axes, matrix: torch.Tensor, rows: _Labels, columns: _Labels) -> None:
    height, width = matrix.shape
    for labels, count, axis in ((rows, height, "row"), (columns, width, "column")):
        if labels is not None and len(labels) != count:
            raise ValueError(f"{len(labels)} {axis} labels for {count} {axis}s: give one for each.")
    bare(ax)
    ax.set(xlim=(-0.5, width - 0.5), ylim=(height - 0.5, -0.5))
    ax.set_xticks(range(width) if columns is not None else [], columns)
    ax.set_yticks(range(height) if rows is not None else [], rows)
    ax.tick_params(labelcolor=MUTED.light)
