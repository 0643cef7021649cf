"""Draw a described trace as SVG: values and forward blue, gradients and backward orange."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

from byhand._trace import boxes
from byhand._trace.boxes import LINE, PADDING, SMALL, TEXT, Block
from byhand._trace.cells import counted
from byhand.palette import (
    DARK_SITE,
    GRADIENT,
    INK,
    MUTED,
    PAPER,
    PLATE,
    RULE,
    VALUE,
    Kind,
    css_variables,
    shade,
)  # fmt: skip

_MARGIN: Final = 14.0
_APART: Final = 4.0  # half the distance between the two arrows of an edge
_HEAD: Final = (4.0, 7.0)  # half the width and the length of an arrow's head
_COLOURS: Final[dict[Kind, str]] = {"value": VALUE.css, "gradient": GRADIENT.css}
_STYLE: Final = (
    css_variables(".bh-figure", DARK_SITE)
    + ".bh-figure{max-width:100%;height:auto}"
    + f".bh-figure text{{font:{TEXT:g}px system-ui,sans-serif;fill:{INK.css}}}"
    + f".bh-figure .bh-back{{fill:{PAPER.light}}}html[data-theme] .bh-back{{fill:none}}"
    + f".bh-figure .bh-small{{font-size:{SMALL:g}px;fill:{MUTED.css}}}"
    + f".bh-figure .bh-cell{{font-size:{SMALL:g}px;text-anchor:middle}}"
)


class Drawing(str):
    """The text of an SVG, shown as a picture where it is the last line of a cell."""

    __slots__ = ()

    def _repr_svg_(self) -> str:
        return str(self)

    def __repr__(self) -> str:
        return f"<drawing, {len(self):,} characters of SVG>"


def draw(trace: Mapping[str, Any]) -> Drawing:
    """Draw what `byhand._trace.player.describe` returned."""
    width, height = (trace[side] + 2 * _MARGIN for side in ("width", "height"))
    leaves = sum(node["kind"] == "leaf" for node in trace["nodes"])
    title = (
        f"Graph of {counted(len(trace['nodes']) - leaves, leaves, ' and ')}, from the inputs "
        "above to the loss below. Values are blue, gradients orange."
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="bh-figure" role="img" '
        f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:g} {height:g}">'
        f"<title>{title}</title><desc>{escape(_steps(trace))}</desc><style>{_STYLE}</style>"
        '<rect class="bh-back" width="100%" height="100%"/>'
        f'<g transform="translate({_MARGIN:g} {_MARGIN:g})">',
        *(_edge(edge, trace) for edge in trace["edges"]),
        *(_box(node) for node in trace["nodes"]),
        "</g></svg>",
    ]
    return Drawing("".join(parts))


def _steps(trace: Mapping[str, Any]) -> str:
    nodes = [trace["nodes"][step] for step in trace["backward"]]
    return "Backward visits " + ", ".join(boxes.title(node) for node in nodes) + "."


def _edge(edge: Mapping[str, Any], trace: Mapping[str, Any]) -> str:
    """Draw the value going down and, beside it, the gradient coming up."""
    points = edge["points"]
    down = [(x - _APART, y) for x, y in points]
    up = [(x + _APART, y) for x, y in reversed(points)]
    drawn = _arrow(down, "value") + (_arrow(up, "gradient") if edge["gradient"] else "")
    others = [other for other in trace["edges"] if other["from"] == edge["from"]]
    if len(others) > 1 and edge["gradient"]:  # several gradients meet here, and add
        right = sum(other["points"][0][0] < points[0][0] for other in others)
        drawn += _label(edge["gradient"], up[-1], right * 2 >= len(others))
    return drawn


def _arrow(points: Sequence[tuple[float, float]], kind: Kind) -> str:
    """Draw a smooth line with a head at its end."""
    (x0, y0), *rest = points
    half, length = _HEAD
    sign = 1 if points[-1][1] > y0 else -1
    path = f"M{x0:g} {y0:g}"
    for number, (x, y) in enumerate(rest, 1):
        end = y - sign * length if number == len(rest) else y
        middle = (y0 + end) / 2
        path += f"C{x0:g} {middle:g} {x:g} {middle:g} {x:g} {end:g}"
        x0, y0 = x, end
    tip = points[-1][1]
    head = f"M{x0:g} {tip:g}L{x0 - half:g} {y0:g}L{x0 + half:g} {y0:g}Z"
    colour = _COLOURS[kind]
    return (
        f'<path d="{path}" style="fill:none;stroke:{colour};stroke-width:1.5"/>'
        f'<path d="{head}" style="fill:{colour}"/>'
    )


def _label(tensor: Mapping[str, Any], tip: tuple[float, float], right: bool) -> str:
    """Write what one of several edges brings back, beside its arrow."""
    numbers = tensor["numbers"]
    if numbers is None or len(numbers) > 4:
        return ""
    text = ", ".join(cell for row in boxes.written(tensor).rows for cell in row)
    x = tip[0] + (6 if right else -2 * _APART - 6)
    anchor = "start" if right else "end"
    return (
        f'<text class="bh-small" style="fill:{GRADIENT.css};text-anchor:{anchor}" x="{x:g}" '
        f'y="{tip[1] + 14:g}">{escape(text)}</text>'
    )


def _box(node: Mapping[str, Any]) -> str:
    width, height = node["width"], node["height"]
    left, top = node["x"] - width / 2, node["y"] - height / 2
    edge = VALUE.css if node["kind"] != "leaf" else MUTED.css
    parts = [
        f'<rect x="{left:g}" y="{top:g}" width="{width:g}" height="{height:g}" rx="6" '
        f'style="fill:{PLATE.css};stroke:{edge if node["kind"] != "custom" else RULE.css}"/>',
        f'<text x="{left + PADDING:g}" y="{top + PADDING + 12:g}">'
        f"{escape(boxes.title(node))}</text>",
        f'<text class="bh-small" x="{left + PADDING:g}" y="{top + PADDING + LINE + 10:g}">'
        f"{escape(node['name'])}</text>",
    ]
    values, gradients = boxes.blocks(node)
    start = top + PADDING + 2 * LINE
    pairs: tuple[tuple[list[Block], Kind], ...] = ((values, "value"), (gradients, "gradient"))
    for blocks, kind in pairs:
        y = start
        for block in blocks:
            x = left + PADDING if kind == "value" else left + width - PADDING - block.size[0]
            parts.append(_numbers(block, kind, x, y))
            y += block.size[1]
    return "".join(parts)


def _numbers(block: Block, kind: Kind, left: float, top: float) -> str:
    """Write a tensor as cells, more strongly coloured where the number is larger."""
    known = [abs(one) for row in block.numbers for one in row if one is not None]
    largest = max(known, default=0.0)
    parts = []
    for i, (texts, numbers) in enumerate(zip(block.rows, block.numbers, strict=True)):
        for j, (text, one) in enumerate(zip(texts, numbers, strict=True)):
            x, y = left + j * block.width, top + i * LINE
            colour = f"fill:{_COLOURS[kind]}"
            if one is not None:
                opacity = shade(one, largest, kind).opacity
                parts.append(
                    f'<rect x="{x:g}" y="{y + 1:g}" width="{block.width - 2:g}" '
                    f'height="{LINE - 2:g}" rx="2" style="{colour};fill-opacity:{opacity:g}"/>'
                )
                colour = f"fill:{INK.css}"
            parts.append(
                f'<text class="bh-cell" x="{x + block.width / 2 - 1:g}" y="{y + 13:g}" '
                f'style="{colour}">{escape(text)}</text>'
            )
    return "".join(parts)
