"""The stylesheet of the maths: Temml's rules and a font with the glyphs that the book uses.

The font is part of the stylesheet. So it arrives with the first paint, and pages opened from disk
need no permission to read it from another folder.
"""

import base64
import html
import io
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from .npm import package_file

FONT = "@fontsource/stix-two-math/files/stix-two-math-latin-400-normal.woff2"
CSS = "temml/dist/Temml-STIX2.css"
STYLESHEET = "maths.css"
LICENCES = {"temml": "temml/LICENSE", "stix-two-math": "@fontsource/stix-two-math/LICENSE"}
FONT_FACE = re.compile(r"@font-face\s*\{[^}]*font-family:\s*STIX2;[^}]*\}")
COMMENTS = re.compile(r"/\*.*?\*/", re.DOTALL)
BREAKS = re.compile(r"\s*\n\s*")
TAGS = re.compile(r"<[^>]*>")
SINGLE = re.compile(r"<mi[^>]*>([^<])</mi>")
ITALIC = (0x210E, *range(0x1D434, 0x1D468), *range(0x1D6A4, 0x1D6A6), *range(0x1D6E2, 0x1D71C))


def normal(character: str) -> str:
    """Return the ordinary letter of a mathematical one."""
    return unicodedata.normalize("NFKC", character)


def glyphs(maths: Iterable[str]) -> set[str]:
    """Return the characters that MathML shows.

    Browsers show an identifier of one letter in mathematical italic, and draw roots themselves.
    """
    text = "".join(maths)
    single = {normal(character) for character in SINGLE.findall(text)}
    italic = {character for character in map(chr, ITALIC) if normal(character) in single}
    roots = set("√") if "<msqrt" in text or "<mroot" in text else set()
    return set(html.unescape(TAGS.sub("", text))) | italic | roots


def subset_font(characters: set[str]) -> bytes:
    """Return STIX Two Math as WOFF2 with these characters and all that stretches them."""
    options = subset.Options()
    options.flavor = "woff2"
    options.layout_features = ["*"]
    options.notdef_outline = True
    font = TTFont(package_file(FONT))
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[ord(character) for character in characters])
    subsetter.subset(font)
    buffer = io.BytesIO()
    subset.save_font(font, buffer, options)
    return buffer.getvalue()


def stylesheet(maths: Iterable[str]) -> str:
    """Return Temml's stylesheet, its font replaced by the subset for these formulas.

    Raises:
        ExtensionError: If Temml's stylesheet does not name its font as this version expects.
    """
    rules = COMMENTS.sub("", package_file(CSS).read_text(encoding="utf-8"))
    rules, count = FONT_FACE.subn("", rules)
    if count != 1:
        raise ExtensionError(f"{CSS} no longer declares the font STIX2 once: adapt mathfont.py.")
    data = base64.b64encode(subset_font(glyphs(maths))).decode()
    source = f"src:url(data:font/woff2;base64,{data}) format('woff2')"
    notice = "/* Temml's rules (MIT) and STIX Two Math (OFL 1.1): see the folder licences */\n"
    return f"{notice}@font-face{{font-family:STIX2;{source}}}\n" + BREAKS.sub("\n", rules)


def write_stylesheet(app: Sphinx, maths: Iterable[str]) -> None:
    """Write the stylesheet into the site, with the licences of what it holds."""
    static = Path(app.outdir) / "_static"
    (static / "licences").mkdir(parents=True, exist_ok=True)
    (static / STYLESHEET).write_text(stylesheet(sorted(maths)), encoding="utf-8")
    for name, licence in LICENCES.items():
        text = package_file(licence).read_text(encoding="utf-8")
        (static / "licences" / f"{name}.txt").write_text(text, encoding="utf-8")
