"""Names of lines, written where the lines end."""

from collections.abc import Sequence
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from byhand.plots._svg import FONT_SIZE

_APART: Final = 1.4 * FONT_SIZE  # points between two names; text grows on a phone
_ROOM: Final = 0.045  # of the width, to the right of names, for the same reason


def leave_room_for_labels(fig: Figure) -> None:
    """Keep some of the figure's width free, for names that grow on a phone."""
    engine = fig.get_layout_engine()
    assert isinstance(engine, ConstrainedLayoutEngine)
    engine.set(rect=(0, 0, 1 - _ROOM, 1))


def end_labels(
    ax: Axes, lines: Sequence[tuple[str, Sequence[float]]], colours: Sequence[str]
) -> None:
    """Write the name of each line at its right end, outside the axes, none on another.

    A line that leaves through the top has its name there, beside it. Call it once the limits
    of the axes are set.

    Args:
        ax: Axes whose lines go from the left to the right limit.
        lines: For each line its name and its heights, at places equally far apart.
        colours: The colour of each name.
    """
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    ends: list[tuple[float, str, str]] = []
    for (name, heights), colour in zip(lines, colours, strict=True):
        if heights[-1] <= high:
            ends.append((heights[-1], name, colour))
            continue
        out = next(k for k in range(len(heights) - 1, -1, -1) if heights[k] <= high)
        place = (left + (right - left) * out / (len(heights) - 1), high)
        _write(ax, name, colour, place, (6, -2), "top")
    unit = (high - low) / (ax.bbox.height * 72 / ax.figure.dpi)  # the height of a point
    heights_free = _spread([height for height, _, _ in sorted(ends)], _APART * unit)
    for height, (_, name, colour) in zip(heights_free, sorted(ends), strict=True):
        _write(ax, name, colour, (right, height), (6, 0), "center")


def _write(
    ax: Axes,
    name: str,
    colour: str,
    place: tuple[float, float],
    offset: tuple[float, float],
    va: str,
) -> None:
    ax.annotate(
        name,
        place,
        xytext=offset,
        textcoords="offset points",
        ha="left",
        va=va,
        color=colour,
        annotation_clip=False,
    )


def _spread(heights: Sequence[float], apart: float) -> list[float]:
    """Move sorted numbers as little as needed to have them `apart`, groups around their middle."""
    groups: list[list[float]] = []
    for height in heights:
        groups.append([height])
        while len(groups) > 1 and _bottom(groups[-1], apart) < _top(groups[-2], apart) + apart:
            last = groups.pop()
            groups[-1] += last
    return [_bottom(group, apart) + apart * k for group in groups for k in range(len(group))]


def _bottom(group: list[float], apart: float) -> float:
    return sum(group) / len(group) - apart * (len(group) - 1) / 2


def _top(group: list[float], apart: float) -> float:
    return _bottom(group, apart) + apart * (len(group) - 1)
