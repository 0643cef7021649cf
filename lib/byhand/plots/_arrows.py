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
# Lengths are those of the axes. The head is 3.5 times as long as the shaft is wide, and shrinks
# with an arrow that is shorter than 1.6 heads.
_ARROW: Final[dict[str, Any]] = {
    "angles": "xy",
    "scale": 1,
    "scale_units": "xy",
    "units": "inches",
    "width": 2 / 72,
    "headwidth": 3.5,
    "headlength": 3.5,
    "headaxislength": 3.5,
    "minshaft": 1.6,
    "minlength": 0,
}


def gradient_arrows(
    input: torch.Tensor, target: torch.Tensor, grad: torch.Tensor, *, scale: float = 1.0
) -> tuple[MatplotlibFigure, Axes]:
    """Draw predictions (blue), targets (rings) and the push on each prediction (orange arrows).

    The push is minus the gradient. An arrow ends where the prediction goes when ``scale * grad``
    is subtracted from it, however short it is; a gradient of zero is a dot. The number beside it
    is the push: + is up, − is down.

    Args:
        input: Predictions, shape (N,), at most 12.
        target: Targets, shape (N,).
        grad: Gradient of the loss with respect to `input`, shape (N,).
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
        _push(ax, i, prediction, gradient, scale)
    places = range(len(rows))
    ax.plot(places, [row[1] for row in rows], color=INK.light, **_RING)
    ax.plot(places, [row[0] for row in rows], color=VALUE.light, **_DOT)
    _name_the_marks(ax, rows[0])
    ax.set_title("pull = −gradient", loc="right", color=GRADIENT.light, fontweight="normal")
    ax.grid(False, axis="x")
    ax.set_xticks(places, [str(i) for i in places])
    ax.set(xlabel="element", xlim=(-_room(len(rows)), len(rows) - 0.3))
    ax.margins(y=0.15)
    return fig, ax


def _push(ax: Axes, i: int, prediction: float, gradient: float, scale: float) -> None:
    x, end = i + _ASIDE, prediction - scale * gradient
    if gradient == 0:
        ax.plot([x], [prediction], "o", color=GRADIENT.light, markersize=4)
    else:
        ax.quiver([x], [prediction], [0], [end - prediction], color=GRADIENT.light, **_ARROW)
        ax.plot([x], [end], alpha=0)  # the axes make room for lines, not for arrows
    ax.annotate(
        ("+" if gradient < 0 else "") + written(-gradient, 3),
        (x, (prediction + end) / 2),
        xytext=(6, 0),
        textcoords="offset points",
        va="center",
        fontsize=FONT_SIZE,
        color=GRADIENT.light,
    )


def _room(count: int) -> float:
    """How far the axes reach to the left of the first element, for the names of its marks."""
    return max(0.65, 0.235 * (count - 0.3))


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
