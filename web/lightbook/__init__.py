"""A Sphinx extension and theme that make a Jupyter Book light and self-contained.

Maths is rendered at build time, interactive figures run without a kernel, SVG figures follow the
theme, and nothing is asked of another host. Each module has a `setup` of its own:

- `maths`: TeX to MathML, through Temml, with a font subset to the glyphs used
- `labs`: anywidgets from the state stored in notebooks
- `figures`: SVG inside the page, a text for every picture
- `blocks`: folds, exercises, tables
- `pages`: the context of the templates in `theme/`
"""

from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from . import blocks, figures, labs, maths, pages


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register everything with Sphinx."""
    app.add_html_theme("lightbook", str(Path(__file__).parent / "theme"))
    for module in (maths, labs, figures, blocks, pages):
        module.setup(app)
    return {
        "version": "1",
        "env_version": 1,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
