"""Widgets on pages without a kernel: what lives, and what stops the build."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from sphinx.errors import ExtensionError

from lightbook import labs
from tests.web.small_book import STATE, build, model, page_of, text, view

LAB = """
let starts = 0;
export default () => ({
  async initialize({ model }) {
    starts += 1;
    const child = await model.widget_manager.get_model(model.get("child").slice(10));
    model.set("greeting", child.get("greeting"));
  },
  render({ model, el }) {
    const button = document.createElement("button");
    const bytes = new Uint8Array(model.get("data").buffer).join();
    let calls = 0;
    const show = () => {
      const parts = [model.get("count"), model.get("greeting"), bytes, starts, calls];
      button.textContent = parts.join(" ");
    };
    const listener = (_, value) => { calls += 1; show(); };
    model.on("change:count", listener);
    button.onclick = () => {
      model.set("count", model.get("count") + 1);
      model.set("count", model.get("count"));
      model.save_changes();
    };
    el.append(button);
    show();
    return () => model.off("change:count", listener);
  },
});
"""


def test_lab_lives_without_a_kernel(tmp_path: Path, page: Callable[..., Page]) -> None:
    data = base64.b64encode(b"\x01\xff").decode()
    lab = model(
        _esm=LAB,
        _css=".lab button { color: rgb(1, 2, 3) }",
        count=1,
        data=None,
        child="IPY_MODEL_m2",
        layout="IPY_MODEL_m3",
        text="</script><script>alert(1)</script>",
    )
    widgets = {
        "m1": lab | {"buffers": [{"path": ["data"], "encoding": "base64", "data": data}]},
        "m2": model("@jupyter-widgets/base", greeting="hello"),
        "m3": {"state": {"min_height": "150px"}},
        "unused": model(),
    }
    built = build(tmp_path, [text("A lab, twice:"), view("m1"), view("m1")], widgets)
    stored = built.split('id="lab-models">')[1].split("</script>")[0]
    assert json.loads(stored).keys() == {"m1", "m2", "m3"}
    assert built.count("needs JavaScript") == 2
    assert STATE not in built

    tab = page()
    wrong: list[str] = []
    tab.on("console", lambda said: wrong.append(said.text))
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.goto(page_of(tmp_path).as_uri())
    tab.locator(".lab[data-state=live]").nth(1).wait_for()
    first, second = tab.locator(".lab button").all()
    assert first.inner_text() == "1 hello 1,255 1 0"
    second.click()
    assert first.inner_text() == "2 hello 1,255 1 1"
    assert second.inner_text() == "2 hello 1,255 1 1"
    assert first.evaluate("button => getComputedStyle(button).color") == "rgb(1, 2, 3)"
    assert tab.locator(".lab").first.evaluate("lab => lab.offsetHeight") == 150
    assert wrong == []


def test_failing_lab_says_so(tmp_path: Path, page: Callable[..., Page]) -> None:
    widgets = {"m1": model(_esm="export default { render() { throw new Error('broken'); } }")}
    build(tmp_path, [text("A lab:"), view("m1")], widgets)
    tab = page()
    tab.goto(page_of(tmp_path).as_uri())
    tab.locator(".lab[data-state=failed]").wait_for()
    assert "could not be started" in tab.locator(".lab").inner_text()


@pytest.mark.parametrize(
    ("widgets", "reason"),
    [
        ({"m1": model("@jupyter-widgets/controls")}, "not @jupyter-widgets/controls AnyView"),
        ({"m1": model()}, "can show anywidgets"),
        ({}, "its state is not stored"),
        (None, "its state is not stored"),
    ],
)
def test_widget_that_cannot_live_stops_the_build(
    tmp_path: Path, widgets: dict[str, Any] | None, reason: str
) -> None:
    with pytest.raises(ExtensionError, match=rf"index\.ipynb, cell 2 \(IntSlider.*{reason}"):
        build(tmp_path, [text("A slider:"), view("m1", "IntSlider()")], widgets)


def test_page_holds_only_the_models_it_needs() -> None:
    models = {"a": model(child="IPY_MODEL_b", other=["IPY_MODEL_c"]), "b": model(), "c": model()}
    assert labs.reachable({**models, "d": model()}, ["a"]).keys() == {"a", "b", "c"}


def test_texts_that_models_share_are_stored_once() -> None:
    one, other = model(_esm="module", _css="style", a=1), model(_esm="module", no_script="<p>")
    stored = labs.without_repeats({"m1": one, "m2": other, "m3": model(), "m4": model(_esm="")})
    assert stored["m1"] == one
    assert stored["m2"]["like"] == {"_esm": "m1"}
    assert stored["m2"]["state"] == model()["state"]
    assert stored["m3"] == model()
    assert "like" not in stored["m4"]
    assert other["state"]["_esm"] == "module", "what was read from the notebook has changed"
