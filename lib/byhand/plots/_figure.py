"""The figure class of the book and the one way to make a figure."""

from typing import Any, Final

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from cycler import cycler
from IPython.display import display
from matplotlib.axes import Axes as MatplotlibAxes
from matplotlib.figure import Figure as MatplotlibFigure
from matplotlib.legend import Legend
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator

from byhand.palette import GRADIENT, INK, MUTED, NEUTRAL, RULE, VALUE, VALUE_2, VALUE_3
from byhand.plots._svg import FONT_SIZE, to_svg

_LIGHT: Final = 0.8  # points: axes, ticks and grid stay behind the data
_RC: Final[dict[Any, Any]] = {
    "axes.axisbelow": True,
    "axes.edgecolor": NEUTRAL.light,
    "axes.facecolor": "none",
    "axes.grid": True,
    "axes.labelcolor": INK.light,
    "axes.linewidth": _LIGHT,
    "axes.prop_cycle": cycler(color=[c.light for c in (VALUE, GRADIENT, VALUE_2, VALUE_3)]),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.constrained_layout.w_pad": 0.1,  # inches: room for text that grows on a phone
    "figure.constrained_layout.h_pad": 0.06,
    "figure.facecolor": "none",
    "font.size": FONT_SIZE,
}
_TICKS: Final = {
    "labelcolor": MUTED.light,
    "labelsize": FONT_SIZE,
    "bottom": False,
    "left": False,
    "grid_color": RULE.light,
    "grid_linewidth": _LIGHT,
}


class Axes(MatplotlibAxes):
    """Axes whose title and legend have the style of the book unless told otherwise.

    Matplotlib looks these styles up when they are set, long after the figure was made.
    """

    def set_title(self, label: str, *args: Any, **kwargs: Any) -> Text:
        """Set the title: bold, on the left, in the size of the text."""
        style: dict[str, Any] = {
            "loc": "left",
            "fontsize": FONT_SIZE,
            "fontweight": "bold",
            "color": INK.light,
        }
        return super().set_title(label, *args, **(style | kwargs))

    def legend(self, *args: Any, **kwargs: Any) -> Legend:
        """Place a legend without a frame."""
        return super().legend(*args, **({"frameon": False} | kwargs))


class Figure(MatplotlibFigure):
    """A matplotlib figure that shows itself as an SVG following the theme of the page."""

    def to_svg(self) -> str:
        """Draw the figure.

        Returns:
            The text of one ``<svg>`` element, the same in every run.
        """
        return to_svg(self)

    def _ipython_display_(self) -> None:
        # Closed first: the notebook shows every figure that is still open after a cell.
        plt.close(self)
        bundle = {"image/svg+xml": self.to_svg(), "text/plain": repr(self)}
        display(bundle, raw=True)  # type: ignore[no-untyped-call]

    def __repr__(self) -> str:
        width, height = self.get_size_inches()
        return f"<Figure, {width:g} by {height:g} inches>"


def figure(
    width: float = 6.4,
    height: float = 3.4,
    rows: int = 1,
    columns: int = 1,
    **subplot_kw: Any,
) -> tuple[Figure, Any]:
    """Make a figure in the style of the book.

    Args:
        width: Width in inches; 6.4 fills the text column, and shrinks on a narrow screen.
        height: Height in inches.
        rows: Number of rows of axes.
        columns: Number of columns of axes.
        **subplot_kw: Passed to matplotlib's `Figure.subplots`, for example ``sharey=True``.

    Returns:
        The figure, and its axes as `matplotlib.pyplot.subplots` returns them: one `Axes`, or an
        array of them. End the cell with ``plt.show()``.
    """
    with mpl.rc_context(_RC):
        fig = plt.figure(FigureClass=Figure, figsize=(width, height), layout="constrained")
        axes = fig.subplots(rows, columns, **{"subplot_kw": {"axes_class": Axes}, **subplot_kw})
    assert isinstance(fig, Figure)
    for ax in np.ravel(np.asarray(axes, dtype=object)):
        ax.tick_params(**_TICKS)
        for axis in (ax.xaxis, ax.yaxis):  # few numbers, so that they stay apart on a phone
            axis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
    return fig, axes


def bare(ax: MatplotlibAxes) -> None:
    """Remove the frame and the grid, for a drawing that has its own labels."""
    ax.grid(False)
    for spine in ax.spines.values():
        spine.set_visible(False)
