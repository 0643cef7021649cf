"""Blocks of a page as plain HTML that needs no script: folds, exercises, tables, footnotes."""

from html import escape

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator
from sphinx_exercise.nodes import (
    exercise_enumerable_node,
    exercise_node,
    solution_node,
)

FOLDED = {
    "source": "Show the code",
    "content": "Show the code and its result",
    "output": "Show the result",
    "outputs": "Show the result",
}


class fold(nodes.General, nodes.Element):  # type: ignore[misc]  # noqa: N801 (as docutils)
    """A `<details>` block; its attribute `summary` is the line that opens it."""


def visit_fold(translator: HTML5Translator, node: fold) -> None:
    """Open a fold."""
    translator.body.append(translator.starttag(node, "details", "", CLASS="fold"))
    translator.body.append(f"<summary>{escape(node['summary'])}</summary>\n<div>\n")


def depart_fold(translator: HTML5Translator, node: fold) -> None:
    """Close a fold."""
    del node
    translator.body.append("</div></details>\n")


def visit_hidden_code(translator: HTML5Translator, node: HideCodeCellNode) -> None:
    """Open the fold of a cell tagged `hide-input`, `hide-output` or `hide-cell`."""
    prompt = node["prompt_show"]
    node["summary"] = FOLDED.get(prompt, prompt)
    node["classes"].append("fold-code")
    visit_fold(translator, node)


def visit_table(translator: HTML5Translator, node: nodes.table) -> None:
    """Open a table in a box that scrolls where the page is narrow."""
    translator.body.append('<div class="scroll table-box" data-label="Table">')
    HTML5Translator.visit_table(translator, node)


def depart_table(translator: HTML5Translator, node: nodes.table) -> None:
    """Close a table and its box."""
    HTML5Translator.depart_table(translator, node)
    translator.body.append("</div>\n")


def visit_entry(translator: HTML5Translator, node: nodes.entry) -> None:
    """Open a cell of a table; an empty one is no heading."""
    if node.astext().strip() or not isinstance(node.parent.parent, nodes.thead):
        HTML5Translator.visit_entry(translator, node)
        return
    translator.body.append("<td>")
    translator.context.append("</td>\n")
    node.parent.column += 1


class ExerciseTransform(SphinxPostTransform):
    """Takes the inner sections of exercises apart and folds solutions of class `dropdown`."""

    default_priority = 150  # after sphinx-exercise has resolved the titles
    formats = ("html",)

    def run(self, **_: object) -> None:
        """Treat the exercises of one document."""
        for kind in (exercise_node, exercise_enumerable_node, solution_node):
            for node in list(self.document.findall(kind)):
                self.unwrap(node)
        for node in self.document.findall(exercise_enumerable_node):
            self.unbracket(node)
        for node in list(self.document.findall(solution_node)):
            if "dropdown" in node["classes"]:
                title = node.next_node(nodes.title)
                summary = title.astext() if title else "Solution"
                if title:
                    title.parent.remove(title)
                node.replace_self(
                    fold("", *node.children, ids=node["ids"], classes=["solution"], summary=summary)
                )

    def unbracket(self, node: nodes.Element) -> None:
        """Take the brackets off the title of an exercise: its number stands apart by colour."""
        title = node.next_node(nodes.title)
        if title and title.children[:1] == [" ("] and title.children[-1] == ")":
            title.children = title.children[1:-1]

    def unwrap(self, node: nodes.Element) -> None:
        """Replace the section inside an exercise, whose id repeats, by what it holds."""
        for section in [child for child in node.children if isinstance(child, nodes.section)]:
            section["ids"] = []  # they would move to the first child
            section.replace_self(section.children)


def setup(app: Sphinx) -> None:
    """Register the nodes and the transform."""
    app.setup_extension("myst_nb")
    app.setup_extension("sphinx_exercise")
    app.add_node(fold, html=(visit_fold, depart_fold))
    app.add_node(HideCodeCellNode, override=True, html=(visit_hidden_code, depart_fold))
    app.add_node(nodes.entry, override=True, html=(visit_entry, HTML5Translator.depart_entry))
    app.add_node(nodes.table, override=True, html=(visit_table, depart_table))
    app.add_post_transform(ExerciseTransform)
