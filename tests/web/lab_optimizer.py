"""The optimizer lab as a reader handles it, and what torch.optim says about its numbers."""

from typing import Any

import pytest
import torch
from playwright.sync_api import Locator, Page

from byhand.labs._race import RACERS, optimizer, race, surfaces

TOLERANCE = 1e-6
# Below this a number is the rounding of larger ones.
ROUNDING = 1e-12
READ = """(lab) => {
  const rows = [...lab.querySelectorAll("tbody tr")];
  const number = (word) => Number(word);
  const cell = (row, name) => row.querySelector(`[data-name=${name}]`).dataset.value ?? null;
  const shown = (name) => Number(lab.elements[name].closest("label").querySelector(".bh-number").dataset.value);
  return {
    surface: lab.elements.surface.value, start: JSON.parse(lab.querySelector(".bh-handle").dataset.value),
    lr: ["lr-sgd", "lr-momentum", "lr-adam"].map(shown), momentum: shown("momentum"), step: shown("step"),
    steps: Number(lab.elements.step.max),
    racers: rows.map((row) => ({
      place: JSON.parse(row.dataset.place).map(Number), loss: Number(cell(row, "loss")), norm: Number(cell(row, "norm")),
      move: JSON.parse(cell(row, "move") ?? "null")?.map(Number) ?? null,
      diverged: row.dataset.diverged === undefined ? null : Number(row.dataset.diverged),
      chaotic: row.dataset.chaotic === undefined ? null : Number(row.dataset.chaotic),
    })),
    notice: lab.querySelector(".bh-answer").innerText,
  };
}"""  # noqa: E501
# Moves sliders to places, and reads what the lab shows then.
PUT = f"""async (lab, places) => {{
  for (const [name, place] of Object.entries(places)) {{
    lab.elements[name].value = place;
    lab.elements[name].dispatchEvent(new Event("input", {{ bubbles: true }}));
  }}
  await new Promise((done) => setTimeout(done));
  return ({READ})(lab);
}}"""
# What the lab shows at every step, moved there by its slider.
WALK = f"""async (lab) => {{
  const read = {READ};
  const slider = lab.elements.step;
  const seen = [];
  for (let step = 0; step <= Number(slider.max); step++) {{
    slider.value = step;
    slider.dispatchEvent(new Event("input", {{ bubbles: true }}));
    await new Promise((done) => setTimeout(done));
    seen.push(read(lab));
  }}
  return seen;
}}"""
# The scale of the picture, read from the numbers along its axes, and what is drawn in it.
PICTURE = """(lab) => {
  const plane = lab.querySelector(".bh-plane");
  const marks = [...plane.querySelectorAll(".bh-tick")].map((one) => ({
    value: Number(one.textContent.replace("\\u2212", "-")), x: Number(one.getAttribute("x")), y: Number(one.getAttribute("y")) - 4,
    along: one.getAttribute("text-anchor") === "middle",
  })).filter(({ value }) => !Number.isNaN(value));
  const line = (which, axis) => {
    const [a, b] = [which[0], which.at(-1)];
    return (pixel) => a.value + ((pixel - a[axis]) * (b.value - a.value)) / (b[axis] - a[axis]);
  };
  const [across, up] = [line(marks.filter(({ along }) => along), "x"), line(marks.filter(({ along }) => !along), "y")];
  const points = (path) => path.getAttribute("d").split(/[ML]/).slice(1).map((one) => one.split(" ").map(Number)).map(([x, y]) => [across(x), up(y)]);
  return {
    contours: [...plane.querySelectorAll(".bh-contours path")].map(points),
    ways: [...plane.querySelectorAll(".bh-way")].map(points),
    marks: [...plane.querySelectorAll(".bh-mark")].map((one) => {
      const [x, y] = one.getAttribute("transform").match(/-?[0-9.]+/g).map(Number);
      return [across(x), up(y)];
    }),
  };
}"""  # noqa: E501


def opened(page: Page, address: str, number: int = 0) -> Locator:
    """Open the book and wait until one of its labs lives."""
    page.goto(address)
    page.locator(".lab[data-state=live]").nth(number).wait_for()
    lab = page.locator(".bh-optimizer").nth(number)
    lab.locator(".bh-plane").scroll_into_view_if_needed()
    return lab


def read(lab: Locator) -> dict[str, Any]:
    """Every number that the lab shows, at full precision."""
    shown: dict[str, Any] = lab.evaluate(READ)
    return shown


def choose(lab: Locator, surface: str) -> None:
    """Choose a surface."""
    lab.locator(f"input[name=surface][value={surface}]").check()


def pushed(settings: dict[str, Any], racer: str) -> list[list[float]]:
    """The places of a racer of torch.optim that is pushed by 1e-12 of its place in each step."""
    w = torch.tensor(settings["start"], dtype=torch.float64, requires_grad=True)
    runner = optimizer(racer, w, settings["lr"], settings["momentum"])
    places = [w.tolist()]
    for step in range(settings["steps"]):
        (w.grad,) = torch.autograd.grad(surfaces()[settings["surface"]].loss(w), w)
        runner.step()
        push = [1 + (1e-12 if step % (i + 2) else -1e-12) for i in range(2)]
        w.data.mul_(torch.tensor(push, dtype=torch.float64))
        places.append(w.tolist())
    return places


def assert_agrees(seen: list[dict[str, Any]]) -> None:
    """Compare what was shown in one race with what torch.optim computes now.

    Where the lab says that a racer is chaotic, PyTorch must say the same: a small push leads it
    elsewhere.
    """
    first = seen[0]
    settings = {name: first[name] for name in ("surface", "start", "lr", "momentum", "steps")}
    runs = race(**settings)
    for shown in seen:
        for name, found in zip(RACERS, shown["racers"], strict=True):
            run = runs[name]
            at = min(shown["step"], len(run.places) - 1)
            where = f"{name} at step {shown['step']} of {settings}"
            if found["chaotic"] is not None:
                pairs = zip(run.places, pushed(settings, name), strict=False)
                both = list(pairs)[found["chaotic"]]
                assert max(abs(a - b) for a, b in zip(*both, strict=True)) > 5e-8, where
                continue
            before = run.places[at - 1]
            expected = {
                "place": run.places[at],
                "loss": run.losses[at],
                "norm": run.norms[at],
            }
            assert found["diverged"] == (at if run.diverged == at else None), where
            for one, number in expected.items():
                close = pytest.approx(number, rel=TOLERANCE, abs=ROUNDING, nan_ok=True)
                assert found[one] == close, f"{one}, {where}"
            if at == 0:
                assert found["move"] is None, where
            else:
                moved = [now - then for now, then in zip(run.places[at], before, strict=True)]
                assert found["move"] == pytest.approx(moved, rel=1e-5, abs=1e-10), where
