"""Interactive figures (anywidgets) on pages without a kernel.

The notebook holds the state of its widgets, and an anywidget's module and style are part of that
state. The page gets the models that it needs and an empty box for each view; `labs.js` brings the
views to life. A widget that cannot live this way stops the build.

What several models have in common is sent once. A widget may say what stands in its place where
JavaScript is off: its trait `no_script` holds HTML.
"""

import json
import re
from collections.abc import Iterator
from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.transforms import SphinxTransform

from .outputs import cell_name, outputs

VIEW = "application/vnd.jupyter.widget-view+json"
SCRIPT = re.compile(r"<script[^>]*>(.*)</script>", re.DOTALL)
REFERENCE = re.compile(r"\"IPY_MODEL_(\w+)\"")
NO_SCRIPT = (
    "This figure is interactive. It needs JavaScript, which is switched off; "
    "the text and all other figures can be read without it."
)
IN_ITS_PLACE = "This part is interactive. It needs JavaScript, which is switched off."
SHARED = ("_esm", "_css")
Models = dict[str, dict[str, Any]]


def reachable(models: Models, roots: list[str]) -> Models:
    """Return the models that some views need: their own and those they refer to."""
    needed: Models = {}
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name in models and name not in needed:
            needed[name] = models[name]
            waiting += REFERENCE.findall(json.dumps(models[name]["state"]))
    return needed


def without_repeats(models: Models) -> Models:
    """Return the models as a page stores them: each module and each style once.

    A model that repeats one names, under `"like"`, the model that has it.
    """
    first: dict[str, str] = {}
    stored: Models = {}
    for name, entry in models.items():
        state = {key: value for key, value in entry["state"].items() if key != "no_script"}
        texts = {part: state[part] for part in SHARED if state.get(part)}
        like = {
            part: first[text]
            for part, text in texts.items()
            if first.setdefault(text, name) != name
        }
        kept = {key: value for key, value in state.items() if key not in like}
        stored[name] = {**entry, "state": kept, **({"like": like} if like else {})}
    return stored


def objection(models: Models, name: str) -> str:
    """Return why a view cannot be shown, or nothing."""
    if name not in models:
        return "its state is not stored in the notebook: run `make notebooks`"
    state = models[name]["state"]
    if state.get("_view_module") != "anywidget" or not state.get("_esm"):
        kind = f"{state.get('_view_module')} {state.get('_view_name')}"
        return f"a page without a kernel can show anywidgets, but not {kind}"
    return ""


def box(models: Models, name: str) -> str:
    """Return the empty box of a view, as high as the widget's layout says."""
    layout = str(models[name]["state"].get("layout", "")).removeprefix("IPY_MODEL_")
    wanted = models.get(layout, {}).get("state", {})
    height = wanted.get("min_height") or wanted.get("height") or ""
    style = f' style="min-height: {escape(height)}"' if height else ""
    instead = str(models[name]["state"].get("no_script", ""))
    text = f"<div>{instead}<p>{IN_ITS_PLACE if instead else NO_SCRIPT}</p></div>"
    return f'<div class="lab" data-model="{escape(name)}"{style}><noscript>{text}</noscript></div>'


class LabTransform(SphinxTransform):
    """Replaces the views of widgets by their boxes and adds the state that they need."""

    default_priority = 400

    def apply(self, **_: object) -> None:
        """Replace the views of one document.

        Raises:
            ExtensionError: If a widget cannot be shown; the message names each cell.
        """
        models, shown, wrong = self.take_models(), [], []
        for container, name in self.views():
            why = objection(models, name)
            if why:
                wrong.append(f"{cell_name(self.env, container)}: {why}")
                continue
            shown.append(name)
            container.children = [nodes.raw("", box(models, name), format="html")]
        if wrong:
            raise ExtensionError("Widgets that the site cannot show:\n" + "\n".join(wrong))
        if shown:
            needed = without_repeats(reachable(models, shown))
            state = json.dumps(needed).replace("<", "\\u003c")
            script = f'<script type="application/json" id="lab-models">{state}</script>'
            self.document += nodes.raw("", script, format="html")
            self.env.metadata[self.env.docname]["labs"] = True

    def take_models(self) -> Models:
        """Return the stored models, and keep MyST-NB from adding them all to the page."""
        metadata = getattr(self.env, "nb_metadata", {}).get(self.env.docname, {})
        _, script = metadata.get("js_files", {}).pop("ipywidgets_state", (None, None))
        models: Models = json.loads(script["body"])["state"] if script else {}
        return models

    def views(self) -> Iterator[tuple[nodes.container, str]]:
        """Yield each view on the page, with the name of its model."""
        for container in outputs(self.document, VIEW):
            match = SCRIPT.search(container.astext())
            if match:
                yield container, json.loads(match[1])["model_id"]


def setup(app: Sphinx) -> None:
    """Register the transform."""
    app.add_transform(LabTransform)
