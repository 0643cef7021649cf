"""Figures from notebook cells: SVG becomes part of the page, and every picture has a text.

A figure inside the page follows its theme; one that is linked cannot. The text for those who do not
see it comes from the cell's metadata, `mystnb: {image: {alt: …}}`.
"""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.transforms import SphinxTransform

from .outputs import cell_name, outputs

PICTURES = ("image/svg+xml", "image/png", "image/jpeg", "image/gif")
SVG = "http://www.w3.org/2000/svg"
HREF = "{http://www.w3.org/1999/xlink}href"
URL = re.compile(r"url\(\s*['\"]?#([^)'\"]+)['\"]?\s*\)")
EVERYTHING = re.compile(r"(^|[{},])\s*\*(?=\s*[{,])")


def own_ids(root: ET.Element, prefix: str) -> None:
    """Put a prefix before every id of a figure, and wherever one is used."""
    ids = {identifier for element in root.iter() if (identifier := element.get("id"))}

    def renamed(name: str, value: str) -> str:
        if name == "id":
            return prefix + value
        if name == "href":
            return f"#{prefix}{value[1:]}" if value[:1] == "#" and value[1:] in ids else value
        if name.startswith("aria-"):
            return " ".join(prefix + word if word in ids else word for word in value.split(" "))
        return URL.sub(rf"url(#{prefix}\1)", value)

    for element in root.iter():
        if HREF in element.attrib:
            element.set("href", element.attrib.pop(HREF))
        for name, value in element.items():
            element.set(name, renamed(name, value))


def own_styles(root: ET.Element, prefix: str) -> None:
    """Keep the style of a figure from reaching the rest of the page."""
    for style in root.iter(f"{{{SVG}}}style"):
        text = EVERYTHING.sub(rf"\1#{prefix}figure *", style.text or "")
        style.text = URL.sub(rf"url(#{prefix}\1)", text)


def inline_svg(source: str, alt: str, prefix: str) -> str:
    """Return an SVG document as an element for an HTML page.

    Args:
        source: The SVG document.
        alt: The text for those who do not see it.
        prefix: What to put before its ids, so that two figures on a page do not clash.
    """
    ET.register_namespace("", SVG)
    root = ET.fromstring(source)
    for metadata in root.findall(f"{{{SVG}}}metadata"):
        root.remove(metadata)
    own_ids(root, prefix)
    own_styles(root, prefix)
    root.set("id", f"{prefix}figure")
    root.set("role", "img")
    root.set("aria-label", alt)
    return ET.tostring(root, encoding="unicode")


class FigureTransform(SphinxTransform):
    """Inlines SVG outputs and insists on a text for every picture."""

    default_priority = 400

    def apply(self, **_: object) -> None:
        """Treat the figures of one document.

        Raises:
            ExtensionError: If a picture has no text; the message names each cell.
        """
        wrong = []
        for number, container in enumerate(outputs(self.document, *PICTURES), start=1):
            for image in list(container.findall(nodes.image)):
                if not image.get("alt", "").strip():
                    wrong.append(cell_name(self.env, container))
                elif container["mime_type"] == "image/svg+xml":
                    image.replace_self(self.inlined(image, f"f{number}-"))
        if wrong:
            raise ExtensionError(
                "Figures without a text for those who do not see them "
                "(cell metadata `mystnb: {image: {alt: …}}`):\n" + "\n".join(wrong)
            )

    def inlined(self, image: nodes.image, prefix: str) -> nodes.raw:
        """Return the figure that an image node links to."""
        source = Path(self.app.srcdir, image["uri"].lstrip("/")).read_text(encoding="utf-8")
        html = f'<div class="svg-figure">{inline_svg(source, image["alt"], prefix)}</div>'
        return nodes.raw("", html, format="html")


def setup(app: Sphinx) -> None:
    """Register the transform."""
    app.add_transform(FigureTransform)
