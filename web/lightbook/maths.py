"""Maths as MathML, rendered by Temml while the book is built.

Formulas are collected as documents are read, rendered together before the first page is written,
and kept in a file between builds.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.domains import Domain
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

from . import mathfont, temml, tex
from .places import line_of, place
from .temml import Formula, Rendered

OPENING = re.compile(r"[(\[“‘]+\Z")
CLOSING = re.compile(r"[.,;:!?)\]”’%]+")


def formula_of(node: nodes.Element) -> Formula:
    """Return the formula that a maths node holds."""
    if isinstance(node, nodes.math_block):
        return Formula(tex.displayed(node.astext()), display=True)
    return Formula(node.astext(), display=False)


class FormulaDomain(Domain):
    """Remembers the formulas of every document, with their lines, from build to build."""

    name = "lightbook-maths"
    label = "formulas of the book"
    initial_data: dict[str, Any] = {"formulas": {}}  # noqa: RUF012 (Sphinx works on copies)

    def process_doc(self, env: BuildEnvironment, docname: str, document: nodes.document) -> None:
        """Note the formulas of a document that was just read."""
        del env  # the domain has its own
        maths = [*document.findall(nodes.math), *document.findall(nodes.math_block)]
        self.data["formulas"][docname] = [(formula_of(node), line_of(node)) for node in maths]

    def clear_doc(self, docname: str) -> None:
        """Forget a document."""
        self.data["formulas"].pop(docname, None)

    def merge_domaindata(self, docnames: Iterable[str], otherdata: dict[str, Any]) -> None:
        """Take over what another process read."""
        for docname in docnames:
            self.data["formulas"][docname] = otherdata["formulas"][docname]


class PunctuationTransform(SphinxPostTransform):
    """Keeps a formula and the punctuation that touches it on one line."""

    default_priority = 900
    formats = ("html",)

    def run(self, **_: object) -> None:
        """Wrap such formulas in a span that does not break."""
        for node in list(self.document.findall(nodes.math)):
            before, after = neighbour(node, -1), neighbour(node, +1)
            opening, closing = OPENING.search(before), CLOSING.match(after)
            if not (opening or closing):
                continue
            parent, index = node.parent, node.parent.index(node)
            span = nodes.inline(classes=["together"])
            if opening:
                parent[index - 1] = nodes.Text(before[: opening.start()])
                span += nodes.Text(opening[0])
            if closing:
                parent[index + 1] = nodes.Text(after[closing.end() :])
            parent[index] = span
            span += node
            if closing:
                span += nodes.Text(closing[0])


def neighbour(node: nodes.Element, step: int) -> str:
    """Return the text next to a node, or nothing if that is no text."""
    index = node.parent.index(node) + step
    inside = 0 <= index < len(node.parent)
    text = node.parent[index] if inside else None
    return str(text) if isinstance(text, nodes.Text) else ""


class MathRenderer:
    """Sphinx's maths renderer `temml`."""

    def __init__(self) -> None:
        self.rendered: dict[Formula, Rendered] = {}

    def render_book(self, app: Sphinx, env: BuildEnvironment) -> None:
        """Render the formulas of all documents and write the stylesheet that shows them.

        Raises:
            ExtensionError: If TeX is wrong; the message names each formula, document and line.
        """
        noted = env.get_domain(FormulaDomain.name).data["formulas"]
        found = {formula for formulas in noted.values() for formula, _ in formulas}
        cache = temml.Cache(Path(app.doctreedir) / "temml.json")
        self.rendered = cache.read(found)
        self.complete(found)
        cache.write(self.rendered)
        wrong = [
            f"{place(env, docname, line)}: {self.rendered[formula].error}"
            for docname, formulas in noted.items()
            for formula, line in formulas
            if self.rendered[formula].error
        ]
        if wrong:
            raise ExtensionError("TeX that cannot be typeset:\n" + "\n".join(wrong))
        mathfont.write_stylesheet(app, [result.html for result in self.rendered.values()])

    def complete(self, formulas: Iterable[Formula]) -> None:
        """Render those formulas that are not rendered yet."""
        self.rendered |= temml.render(sorted(set(formulas) - self.rendered.keys()))

    def html(self, node: nodes.Element) -> str:
        """Return the MathML of a node; one made after reading is rendered now."""
        formula = formula_of(node)
        self.complete([formula])
        return self.rendered[formula].html

    def visit_inline(self, translator: HTML5Translator, node: nodes.math) -> None:
        """Write an inline formula."""
        translator.body.append(self.html(node))
        raise nodes.SkipNode

    def visit_block(self, translator: HTML5Translator, node: nodes.math_block) -> None:
        """Write a displayed formula in a box that scrolls, and its number."""
        translator.body.append(translator.starttag(node, "div", "", CLASS="math-display"))
        translator.body.append(f'<div class="scroll" data-label="Formula">{self.html(node)}</div>')
        if node["number"]:
            number = get_node_equation_number(translator, node)
            link = f'<a class="eqno" href="#{node["ids"][0]}">({number})</a>'
            translator.body.append(link)
        translator.body.append("</div>\n")
        raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register the renderer."""
    renderer = MathRenderer()
    app.add_domain(FormulaDomain)
    app.add_post_transform(PunctuationTransform)
    app.add_html_math_renderer(
        "temml",
        inline_renderers=(renderer.visit_inline, None),
        block_renderers=(renderer.visit_block, None),
    )
    app.connect("env-updated", renderer.render_book)
