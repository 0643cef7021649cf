"""Turn a matplotlib figure into a small SVG that follows the theme of the page.

Matplotlib writes colours, fonts and ids for a file that stands alone. Here every colour of the
palette becomes a CSS variable, text stays text in the reader's own font, ids become unique to the
figure, and coordinates lose the digits that nobody sees.
"""

import hashlib
import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any, Final

import matplotlib as mpl
from matplotlib.figure import Figure

from byhand.palette import COLOURS, INK, PAPER, RULE, css_variables

FONT_SIZE: Final = 10  # points: 13 px where the figure is shown at its natural width
_PIXELS_PER_POINT: Final = 96 / 72
_WIDE: Final = 4.5  # inches: wider than a phone's text column, which squeezes it
_NARROW_FONT_SIZE: Final = 13.5  # points, in a wide figure on a phone
_NARROW_TIGHT_SIZE: Final = 10.8  # points, the same, where there is no room to grow
TIGHT: Final = "bh-tight"
"""The gid of texts that have no room to grow on a phone."""
_RC: Final[dict[Any, Any]] = {"svg.fonttype": "none", "svg.hashsalt": "byhand"}
_NUMBER: Final = re.compile(r"-?\d*\.?\d+(?:e-?\d+)?")
_REFERENCE: Final = re.compile(r"url\(#([^)]+)\)")
_IDS: Final = re.compile(r'(?<=\bid=")[^"]*|(?<=href="#)[^"]*|(?<=url\(#)[^)]*')
_FALLBACKS: Final = {"#000000": INK, "#ffffff": PAPER, "#cccccc": RULE, "#b0b0b0": RULE}
_VARIABLES: Final = {
    **{colour: name.css for colour, name in _FALLBACKS.items()},
    **{colour.light: colour.css for colour in COLOURS},
}
# What a shape has without being told, and what the rule for text says once for all.
_DEFAULTS: Final = {
    "stroke-dashoffset": "0",
    "stroke-linecap": "butt",
    "stroke-width": "1",
    "text-anchor": "start",
}
_STYLE: Final = (
    css_variables(".bh-figure")
    + f".bh-figure{{max-width:100%;height:auto;font-size:{FONT_SIZE}px}}\n"
    + ".bh-figure *{stroke-linejoin:round}\n"
    + f".bh-figure text{{font-family:system-ui,sans-serif;fill:{INK.css}}}\n"
    + f".bh-figure .bh-back{{fill:{PAPER.light}}}html[data-theme] .bh-back{{fill:none}}\n"
    + f"@media(max-width:520px){{.bh-wide{{font-size:{_NARROW_FONT_SIZE}px}}"
    + f".bh-wide .{TIGHT}{{font-size:{_NARROW_TIGHT_SIZE}px}}}}"
)


def to_svg(figure: Figure) -> str:
    """Draw a figure as SVG.

    Args:
        figure: The figure. Colours of `byhand.palette` follow the theme, others stay as they are.

    Returns:
        The text of one ``<svg>`` element, the same for the same figure in every run.
    """
    buffer = io.StringIO()
    for _ in range(2):  # the layout comes to rest, so that drawing again changes nothing
        figure.draw_without_rendering()
    with mpl.rc_context(_RC):
        figure.savefig(
            buffer,
            format="svg",
            facecolor="none",
            metadata={"Date": None, "Creator": None, "Format": None, "Type": None},
        )
    root = ET.fromstring(buffer.getvalue())
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        _clean(element)
    _rename_ids(root)
    _flatten(root)
    return _finish(root)


def _clean(element: ET.Element) -> None:
    """Shorten the attributes of one element and hand its colours to the theme."""
    for name in list(element.attrib):
        plain = name.rpartition("}")[2]
        text = element.attrib.pop(name)
        if plain in ("d", "x", "y", "width", "height", "transform") and element.tag != "svg":
            text = _round(text)
        element.attrib[plain] = text.strip()
    transform = element.get("transform", "")
    if re.fullmatch(r"rotate\(0 .*\)", transform):
        del element.attrib["transform"]
    for name in ("fill", "stroke"):  # inside hatch patterns
        if name in element.attrib:
            colour = element.attrib.pop(name)
            element.set("style", f"{name}:{colour};{element.get('style', '')}")
    if "style" in element.attrib:
        style = ";".join(_declarations(element.attrib.pop("style"), element.tag))
        if style:
            element.set("style", style)
    if element.tag != "text" and element.text and not element.text.strip():
        element.text = None
    element.tail = None if element.tag != "tspan" else element.tail


def _declarations(style: str, tag: str) -> Iterator[str]:
    """Yield what is left of a style once defaults are dropped and colours are variables."""
    for declaration in filter(str.strip, style.split(";")):
        name, _, text = (part.strip() for part in declaration.partition(":"))
        if name == "font-size":
            size = float(text.removesuffix("px")) / FONT_SIZE
            if size != 1:
                yield f"font-size:{size:.3g}em"
        elif name in ("fill", "stroke"):
            colour = _VARIABLES.get(text, text)
            if colour != INK.css or tag not in ("text", "tspan"):
                yield f"{name}:{colour}"
        elif name not in ("font-family", "stroke-linejoin") and _DEFAULTS.get(name) != text:
            yield f"{name}:{_round(text)}"


def _round(text: str) -> str:
    """Round every number to two decimals and drop spaces that only separate."""
    rounded = _NUMBER.sub(lambda match: f"{round(float(match[0]), 2) + 0.0:g}", text)
    return re.sub(r"\s*([A-Za-z(),])\s*", r"\1", rounded)


def _rename_ids(root: ET.Element) -> None:
    """Keep only the ids that something refers to, made unique to this figure."""
    used: dict[str, str] = {}
    drawing = _IDS.sub("", ET.tostring(root, encoding="unicode"))
    digest = hashlib.sha256(drawing.encode()).hexdigest()[:8]

    def new(old: str) -> str:
        return used.setdefault(old, f"bh{digest}-{len(used)}")

    for element in root.iter():
        for name, text in element.items():
            if name == "href":
                element.set(name, "#" + new(text[1:]))
            else:
                element.set(name, _REFERENCE.sub(lambda match: f"url(#{new(match[1])})", text))
    for element in root.iter():
        name = element.attrib.pop("id", "")
        if name in used:
            element.set("id", used[name])
        elif name == TIGHT:
            for label in element.iter("text"):
                label.set("class", TIGHT)


def _flatten(parent: ET.Element) -> None:
    """Drop what draws nothing, and groups that say nothing about their members."""
    kept: list[ET.Element] = []
    for child in parent:
        _flatten(child)
        if child.tag in ("metadata", "style") or _draws_nothing(child):
            continue
        if child.tag == "g" and not child.attrib:
            kept.extend(child)
        elif child.tag not in ("g", "defs") or len(child):
            kept.append(child)
    parent[:] = kept


def _draws_nothing(element: ET.Element) -> bool:
    """Say whether an element is a path without points, or with neither line nor filling."""
    if element.tag != "path" or "id" in element.attrib:
        return False
    style = element.get("style", "")
    return not element.get("d") or ("fill:none" in style and "stroke:" not in style)


def _finish(root: ET.Element) -> str:
    """Give the drawing its size, its style and its background."""
    _, _, width, height = (float(number) for number in root.attrib["viewBox"].split())
    attributes = {
        "xmlns": "http://www.w3.org/2000/svg",
        "class": "bh-figure bh-wide" if width > 72 * _WIDE else "bh-figure",
        "role": "img",
        "width": f"{width * _PIXELS_PER_POINT:.0f}",
        "height": f"{height * _PIXELS_PER_POINT:.0f}",
        "viewBox": f"0 0 {width:g} {height:g}",
    }
    root.attrib.clear()
    root.attrib.update(attributes)
    style = ET.Element("style")
    style.text = _STYLE
    root.insert(0, style)
    root.insert(1, ET.Element("rect", {"class": "bh-back", "width": "100%", "height": "100%"}))
    return ET.tostring(root, encoding="unicode")
