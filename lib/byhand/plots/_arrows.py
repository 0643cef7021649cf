"""Predictions, targets, and the push that each gradient gives."""

from typing import Any, Final

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure as MatplotlibFigure

from byhand.palette import GRADIENT, INK, MUTED, NEUTRAL, PAPER, VALUE
from byhand.plots._figure import figure
from byhand.plots._heatmap import written
from byhand.plots._svg import FONT_SIZE

_ASIDE: Final = 0.13  # of the distance between two elements: arrows stand beside their dot
_MOST: Final = 12
_DOT: Final[dict[str, Any]] = {"linestyle": "none", "marker": "o", "markersize": 7, "zorder": 3}
_RING: Final[dict[str, Any]] = {
    **_DOT,
    "markersize": 10,
    "mew": 1.5,
    "mfc": PAPER.light,
}  # shows around a dot


def gradient_arrows(
    input: torch.Tensor, target: torch.Tensor, grad: torch.Tensor, *, scale: float = 1.0
) -> tuple[MatplotlibFigure, Axes]:
    """Draw predictions (blue), targets (rings) and a step against the gradient (orange arrows).

    An arrow ends where the prediction goes when ``scale * grad`` is subtracted from it: it points
    against the gradient, and is as long as the gradient times `scale`.

    Args:
        input: Predictions, shape (N,), at most 12.
        target: Targets, shape (N,).
        grad: Gradient of the loss with respect to `input`, shape (N,), written at each arrow.
        scale: Length of an arrow for a gradient of 1, in units of the vertical axis.

    Returns:
        The figure and its axes.

    Raises:
        ValueError: If the shapes differ, or are not (N,) with N from 1 to 12.
    """
    shapes = [tuple(tensor.shape) for tensor in (input, target, grad)]
    if len(set(shapes)) > 1 or len(shapes[0]) != 1 or not 1 <= shapes[0][0] <= _MOST:
        raise ValueError(
            f"input, target and grad have shapes {shapes[0]}, {shapes[1]} and {shapes[2]}; give "
            f"three of the same shape (N,), N from 1 to {_MOST}."
        )
    fig, ax = figure(6.4, 3.0)
    rows = torch.stack([input.detach(), target.detach(), grad.detach()]).double().T.tolist()
    for i, (prediction, goal, gradient) in enumerate(rows):
        ax.plot([i, i], [prediction, goal], color=NEUTRAL.light, linewidth=1.2, zorder=1)
        _arrow(ax, i, prediction, gradient, scale)
    places = range(len(rows))
    ax.plot(places, [row[1] for row in rows], color=INK.light, **_RING)
    ax.plot(places, [row[0] for row in rows], color=VALUE.light, **_DOT)
    _name_the_marks(ax, rows[0])
    ax.grid(False, axis="x")
    ax.set_xticks(places, [str(i) for i in places])
    ax.set(xlabel="element", xlim=(-0.65, len(rows) - 0.3))
    ax.margins(y=0.15)
    return fig, ax


def _arrow(ax: Axes, i: int, prediction: float, gradient: float, scale: float) -> None:
    x, end = i + _ASIDE, prediction - scale * gradient
    if end != prediction:
        ax.annotate(
            "",
            (x, end),
            (x, prediction),
            arrowprops={
                "arrowstyle": "-|>,head_width=0.25,head_length=0.5",
                "color": GRADIENT.light,
                "linewidth": 2,
                "shrinkA": 0,
                "shrinkB": 0,
            },
        )
        ax.plot([x], [end], alpha=0)  # the axes make room for lines, not for annotations
    ax.annotate(
        written(gradient, 3),
        (x, (prediction + end) / 2),
        xytext=(6, 0),
        textcoords="offset points",
        va="center",
        fontsize=FONT_SIZE,
        color=GRADIENT.light,
    )


def _name_the_marks(ax: Axes, row: list[float]) -> None:
    """Label the marks of the first element directly."""
    prediction, goal, _ = row
    above = prediction >= goal
    for text, at, colour, up in (
        ("prediction", prediction, VALUE, above),
        ("target", goal, MUTED, not above),
    ):
        ax.annotate(
            text,
            (0, at),
            xytext=(-7, 4 if up else -4),
            textcoords="offset points",
            ha="right",
            va="bottom" if up else "top",
            fontsize=FONT_SIZE,
            color=colour.light,
            annotation_clip=False,
        )
