"""How long a lab takes to follow a drag, and the player to draw a graph and to make a step.

Times are those of the main thread: the code of the lab and the layout that it causes.
"""

import statistics
from pathlib import Path
from typing import Any

import torch
from anywidget import AnyWidget
from playwright.sync_api import Browser, Page

from browser import chromium
from byhand import Trace
from byhand.labs import (
    CnnLab,
    ConvLab,
    CrossEntropyLab,
    DifferenceLab,
    OptimizerLab,
    SoftmaxLab,
    TraceLab,
)
from serve import serving

ROOT = Path(__file__).parents[1]
SITE = ROOT / "_build" / "html"
LABS = {"LossLab": ("chapters/02-mse.html", ".bh-loss")}
MOVES = 240
# Real events pass the window on their way down and up; in between, the lab handles them and
# draws. The layout that it has made necessary is forced and belongs to the time.
WATCH = """() => {
  window.times = [];
  let start;
  addEventListener("pointermove", () => { start = performance.now(); }, true);
  addEventListener("pointermove", () => {
    void document.body.offsetHeight;
    window.times.push(performance.now() - start);
  });
}"""

NODES = 60
OWN = ("_esm", "_css")
ROUNDS = 7
# Shows a lab on an empty page, as its host does.
HOST = """async ({ _esm, _css, ...values }) => {
  const url = URL.createObjectURL(new Blob([_esm], { type: "text/javascript" }));
  const { render } = (await import(url)).default;
  const style = Object.assign(document.createElement("style"), { textContent: _css });
  const el = document.createElement("div");
  document.body.replaceChildren(style, el);
  const listeners = {};
  const model = {
    get: (name) => values[name], save_changes() {}, off() {},
    on: (name, listener) => { listeners[name] = listener; },
    set: (name, value) => { values[name] = value; listeners[`change:${name}`]?.(); },
  };
  const timed = async (work) => {
    const start = performance.now();
    await work();
    void document.body.offsetHeight;
    return performance.now() - start;
  };
  const draw = await timed(() => { render({ model, el }); });
  const steps = [];
"""
# Steps through a trace.
PLAY = (
    HOST
    + """
  for (let step = 1; step <= values.trace.steps.length; step++) {
    await new Promise(requestAnimationFrame);
    steps.push(await timed(() => { model.set("step", step); }));
  }
  return { draw, steps, shown: el.querySelectorAll(".bh-node[data-state=waiting]").length };
}"""
)
# Moves every slider of a lab through its range, one after the other.
SLIDE = (
    HOST
    + """
  const before = el.textContent;
  for (const slider of el.querySelectorAll("input[type=range]")) {
    const [low, high] = [Number(slider.min), Number(slider.max)];
    for (let move = 0; move < MOVES; move++) {
      await new Promise(requestAnimationFrame);
      slider.value = low + ((high - low) * (move + 1)) / MOVES;
      steps.push(await timed(() => { slider.dispatchEvent(new Event("input")); }));
    }
  }
  return { draw, steps, changed: el.textContent !== before };
}"""
)
# Points at every cell of a lab and chooses it, in each of its views.
POINT = (
    HOST
    + """
  const before = el.textContent;
  const view = (name) => el.querySelector(`input[name=view][value=${name}]`);
  for (const name of ["gx", "gw", "y"]) {
    steps.push(await timed(() => view(name).click()));
    for (const cell of el.querySelectorAll("[role=gridcell]")) {
      await new Promise(requestAnimationFrame);
      const over = new PointerEvent("pointerover", { pointerType: "mouse", bubbles: true });
      steps.push(await timed(() => { cell.dispatchEvent(over); }));
      steps.push(await timed(() => cell.click()));
    }
  }
  return { draw, steps, changed: el.textContent !== before };
}"""
)

# Chooses each snapshot and each image of the CNN lab, then some layers, and moves the cell. The
# page has been at rest for a while before, as when a reader comes to a lab.
STROLL = (
    HOST
    + """
  const before = el.textContent;
  const { elements } = el.querySelector("form");
  const cursor = el.querySelector("[role=slider]");
  const key = (name) => cursor.dispatchEvent(new KeyboardEvent("keydown", { key: name, cancelable: true }));
  const does = async (work) => {
    await new Promise(requestAnimationFrame);
    steps.push(await timed(work));
  };
  await new Promise((done) => setTimeout(done, 4000));
  for (let snapshot = 0; snapshot <= Number(elements.snapshot.max); snapshot++) {
    await does(() => {
      elements.snapshot.value = snapshot;
      elements.snapshot.dispatchEvent(new Event("input"));
    });
    for (const image of elements.image) {
      await does(() => { image.click(); });
      for (const layer of [13, 11, 6, 0, 1]) await does(() => { elements.layer[layer].click(); });
      for (const name of ["ArrowDown", "PageDown"]) await does(() => { key(name); });
    }
  }
  return { draw, steps, changed: el.textContent !== before };
}"""  # noqa: E501
)


def drag(page: Page, lab: str) -> list[float]:
    """Drag a point of a lab up and down; return the milliseconds of each move."""
    point = page.locator(f"{lab} [role=slider]").first
    point.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    box = point.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate(WATCH)
    for move in range(MOVES):
        page.mouse.move(x, y + abs(move % 80 - 40) * 3 - 60)
    page.mouse.up()
    times: list[float] = page.evaluate("window.times")
    return times


def measure_lab(browser: Browser, url: str, lab: str) -> dict[str, float]:
    """Return the median, the 95th percentile and the number of moves of a drag."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(url)
    page.locator(lab).wait_for()
    times = drag(page, lab)
    page.close()
    return {
        "median_ms": round(statistics.median(times), 2),
        "p95_ms": round(statistics.quantiles(times, n=20)[-1], 2),
        "moves": len(times),
    }


def graph() -> Trace:
    """Trace a computation of `NODES` nodes on 2×2 matrices with a branch at every other step."""
    x = torch.tensor([[1.0, 2.0], [3.0, 4.0]], dtype=torch.float64, requires_grad=True)
    with Trace(x=x, jacobians=True) as trace:
        y = x
        for _ in range((NODES - 2) // 2):
            y = y + torch.sin(y)
        loss = y.mean()
    trace.backward(loss)
    assert len(trace) == NODES
    return trace


def measure_player(browser: Browser) -> dict[str, float]:
    """Return how long the player takes to draw a graph, and for a step: median and longest."""
    state: dict[str, Any] = TraceLab(graph()).get_state()
    given = {name: state[name] for name in ("_esm", "_css", "trace", "step", "selected")}
    draws, steps = [], []
    for _ in range(ROUNDS):
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        found = page.evaluate(PLAY, given)
        assert found["shown"] == 0, "not every step was drawn"
        draws.append(found["draw"])
        steps += found["steps"]
        page.close()
    return {
        "nodes": NODES,
        "draw_median_ms": round(statistics.median(draws), 2),
        "draw_longest_ms": round(max(draws), 2),
        "step_median_ms": round(statistics.median(steps), 2),
        "step_p95_ms": round(statistics.quantiles(steps, n=20)[-1], 2),
        "step_longest_ms": round(max(steps), 2),
    }


def sliding() -> list[AnyWidget]:
    """The labs that are moved by sliders, with everything shown that they can show."""
    cross_entropy = CrossEntropyLab([100, 0, 0], 0, naive=True)
    return [DifferenceLab(), SoftmaxLab(), cross_entropy, OptimizerLab(steps=500)]


def measure_handled(browser: Browser, lab: AnyWidget, script: str) -> dict[str, float]:
    """Return how long a lab takes to follow what a script does: median and 95th percentile."""
    state: dict[str, Any] = lab.get_state()
    given = {name: value for name, value in state.items() if name in OWN or name[0] != "_"}
    del given["layout"], given["tabbable"], given["tooltip"]
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    found = page.evaluate(script, given)
    assert found["changed"], "the lab does not follow"
    page.close()
    return {
        "draw_ms": round(found["draw"], 2),
        "median_ms": round(statistics.median(found["steps"]), 2),
        "p95_ms": round(statistics.quantiles(found["steps"], n=20)[-1], 2),
        "moves": len(found["steps"]),
    }


def measure() -> dict[str, object]:
    """Measure every lab: the one of chapter 2 on its built page, the others on an empty page.

    Raises:
        FileNotFoundError: If the book is not built.
    """
    if not (SITE / "index.html").is_file():
        raise FileNotFoundError(f"There is no built book in {SITE}: run `make book` first.")
    with serving(SITE) as address, chromium() as browser:
        drags = {
            name: measure_lab(browser, f"{address.rstrip('/')}/{path}", lab)
            for name, (path, lab) in LABS.items()
        }
        slide = SLIDE.replace("MOVES", str(MOVES // 6))
        sliders = {
            repr(lab).rstrip("()"): measure_handled(browser, lab, slide) for lab in sliding()
        }
        # The largest output: every cell of it meets nine others, every weight all of them.
        cells = {"ConvLab": measure_handled(browser, ConvLab(padding=2), POINT)}
        cells["CnnLab"] = measure_handled(browser, CnnLab(), STROLL)
        return {**drags, "TraceLab": measure_player(browser), **sliders, **cells}
