"""The lab of finite differences as a reader handles it, and what its picture says."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from byhand.labs import DifferenceLab
from byhand.labs._differences import DTYPES, STEPS
from tests.web.small_book import page_of

TOLERANCE = 1e-6
READ = """(lab) => {
  const rows = [...lab.querySelectorAll("tbody tr")];
  const cell = (row, name) => JSON.parse(row.querySelector(`[data-name=${name}]`).dataset.value);
  const names = ["numeric", "analytic", "difference", "least"];
  const of = (type) => Object.fromEntries(names.map((name, i) => [name, cell(rows[i], type)]));
  return {
    function: lab.elements.function.value, backward: lab.elements.backward.value,
    scheme: lab.elements.scheme.value, grad_output: Number(lab.elements.grad_output.value),
    step: Number(lab.elements.step.value), h: Number(lab.querySelector(".bh-number").dataset.value),
    float64: of("float64"), float32: of("float32"),
    objection: lab.querySelector("[data-objection]").dataset.objection,
    answer: lab.querySelector(".bh-answer").innerText,
  };
}"""
# Where each point stands, and the scale of the picture read from the numbers along its axes.
PICTURE = """(lab) => {
  const numbers = [...lab.querySelectorAll(".bh-drawing .bh-tick")].map((one) => ({
    power: Math.log10(Number(one.textContent.replace("\\u2212", "-"))),
    x: Number(one.getAttribute("x")), y: Number(one.getAttribute("y")) - 4,
    left: one.getAttribute("x") < 45,
  })).filter(({ power }) => !Number.isNaN(power));
  const [down, across] = [numbers.filter(({ left }) => left), numbers.filter(({ left }) => !left)];
  const points = (type) => lab.querySelector(`.bh-dots.bh-${type}`).getAttribute("d").split("M").slice(1)
    .map((one) => one.replace("h0", "").split(" ").map(Number));
  const line = (marks, axis) => {
    const [a, b] = [marks[0], marks.at(-1)];
    return [(b[axis] - a[axis]) / (b.power - a.power), a[axis] - a.power * (b[axis] - a[axis]) / (b.power - a.power)];
  };
  const [up, zero] = line(down, "y");
  const [side, begin] = line(across, "x");
  const powers = (type) => points(type).map(([x, y]) => [(x - begin) / side, (y - zero) / up]);
  const theory = lab.querySelector(".bh-theory").getAttribute("d").split("M").slice(1)
    .map((one) => one.split("L").map((end) => end.split(" ").map(Number)).map(([x, y]) => [(x - begin) / side, (y - zero) / up]));
  const ring = lab.querySelector(".bh-ring");
  return {
    float64: powers("float64"), float32: powers("float32"), theory,
    limit: (Number(lab.querySelector(".bh-limit").getAttribute("y1")) - zero) / up,
    ring: ring.getAttribute("visibility") === "visible" ? (Number(ring.getAttribute("cy")) - zero) / up : null,
    now: (Number(lab.querySelector(".bh-now").getAttribute("x1")) - begin) / side,
  };
}"""  # noqa: E501


def open_lab(page: Page, folder: Path) -> Locator:
    """Open the page in a folder and wait until its lab lives."""
    page.goto(page_of(folder).as_uri())
    lab = page.locator(".bh-difference")
    lab.wait_for()
    lab.locator(".bh-steps").scroll_into_view_if_needed()
    return lab


def choose(lab: Locator, **settings: object) -> None:
    """Choose settings as a reader does."""
    for name, value in settings.items():
        if name == "step":
            lab.locator("input[name=step]").fill(str(value))
        else:
            lab.locator(f"input[name={name}][value='{value}']").check()


def read(lab: Locator) -> dict[str, Any]:
    """Every number that the lab shows, at full precision."""
    shown: dict[str, Any] = lab.evaluate(READ)
    return shown


def assert_agrees(shown: dict[str, Any]) -> None:
    """Compare every number with what PyTorch computes now."""
    settings = {
        name: shown[name] for name in ("function", "backward", "scheme", "grad_output", "step")
    }
    expected = DifferenceLab(**settings).numbers()
    assert shown["objection"] == expected["objection"], settings
    assert shown["h"] == STEPS[shown["step"]]
    for dtype in DTYPES:
        found = {name: shown[dtype][name] for name in expected[dtype]}
        assert found == pytest.approx(expected[dtype], rel=TOLERANCE, abs=1e-15), settings
