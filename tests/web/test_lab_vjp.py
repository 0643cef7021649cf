"""The lab of vᵀJ on its built page: moved by mouse, touch and keyboard, its numbers PyTorch's."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
import torch
from playwright.sync_api import Locator, Page

PageFactory = Callable[..., Page]
TOLERANCE = 1e-6
CHAPTER = "/chapters/04-grad-output.html"
READ = """(lab) => {
  const exact = (node) => JSON.parse(node.dataset.value);
  const all = (name) => [...lab.querySelectorAll(`[data-name=${name}]`)].map(exact);
  const sliders = (...names) => names.map((name) => Number(lab.elements[name].value));
  return {
    x: sliders("x1", "x2"), v: sliders("v1", "v2", "v3"), vjp: all("vjp")[0],
    output: all("output"), jacobian: all("jacobian"), product: all("product"),
  };
}"""


@pytest.fixture
def lab(page: PageFactory, http_site: str) -> Locator:
    """The lab on the page of chapter 4, in view."""
    return open_lab(page(), http_site)


def open_lab(page: Page, http_site: str) -> Locator:
    """Open chapter 4 and wait until its lab lives."""
    page.goto(http_site.rstrip("/") + CHAPTER)
    lab = page.locator(".bh-vjp")
    lab.wait_for()
    lab.locator(".bh-plane").scroll_into_view_if_needed()
    return lab


def read(lab: Locator) -> dict[str, Any]:
    """Every number that the lab shows, at full precision."""
    shown: dict[str, Any] = lab.evaluate(READ)
    return shown


def operation(x: torch.Tensor) -> torch.Tensor:
    """The operation that the page derives."""
    return torch.stack([x[0] ** 2, x[0] * x[1], 3 * x[1]])


def flat(rows: Sequence[Sequence[float]]) -> list[float]:
    """The numbers of all rows, one after the other."""
    return [number for row in rows for number in row]


def assert_agrees(shown: dict[str, Any]) -> None:
    """Compare every number with PyTorch's."""
    x = torch.tensor(shown["x"], dtype=torch.float64, requires_grad=True)
    v = torch.tensor(shown["v"], dtype=torch.float64)
    output = operation(x)
    (vjp,) = torch.autograd.grad(output, x, v)
    jacobian = torch.func.jacrev(operation)(x.detach())
    expected = {
        "output": output.tolist(),
        "jacobian": flat(jacobian.tolist()),
        "product": flat((v[:, None] * jacobian).tolist()),
        "vjp": vjp.tolist(),
    }
    for name, numbers in expected.items():
        found = flat(shown[name]) if name in ("jacobian", "product") else shown[name]
        assert found == pytest.approx(numbers, rel=TOLERANCE, abs=TOLERANCE), name


def press(lab: Locator, name: str, *keys: str) -> None:
    """Press keys on one of the sliders."""
    for key in keys:
        lab.locator(f"input[name={name}]").press(key)


def centre(lab: Locator) -> tuple[float, float]:
    """Where the input point is on the screen."""
    box = lab.locator(".bh-handle").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def shaft(lab: Locator, kind: str) -> dict[str, float]:
    """The ends of the first arrow of a kind."""
    ends: dict[str, float] = lab.locator(f".{kind} .bh-shaft").first.evaluate(
        "(line) => Object.fromEntries(['x1', 'y1', 'x2', 'y2'].map("
        "(name) => [name, Number(line.getAttribute(name))]))"
    )
    return ends


def test_starts_with_the_numbers_of_the_page(lab: Locator) -> None:
    assert lab.get_attribute("data-agrees") == "true"
    shown = read(lab)
    assert (shown["x"], shown["v"], shown["vjp"]) == ([1, 2], [1, 2, -1], [6, -1])
    assert_agrees(shown)


def test_every_slider_agrees_with_pytorch(lab: Locator) -> None:
    for name in ("v1", "v2", "v3", "x1", "x2"):
        for keys in (("Home",), ("ArrowRight", "ArrowRight", "ArrowUp"), ("End", "ArrowLeft")):
            before = read(lab)
            press(lab, name, *keys)
            after = read(lab)
            assert after != before
            assert_agrees(after)


def test_a_weight_of_one_picks_a_row_and_ones_add_all(lab: Locator) -> None:
    jacobian = read(lab)["jacobian"]
    for i, weights in enumerate(("[1, 0, 0]", "[0, 1, 0]", "[0, 0, 1]")):
        lab.get_by_role("button", name=f"v = {weights}").click()
        assert read(lab)["vjp"] == jacobian[i]
    lab.get_by_role("button", name="v = [1, 1, 1]").click()
    assert read(lab)["vjp"] == [sum(column) for column in zip(*jacobian, strict=True)]
    lab.get_by_role("button", name="Reset").click()
    assert read(lab)["vjp"] == [6, -1]


def test_weights_whose_rows_cancel(lab: Locator) -> None:
    press(lab, "v1", *["ArrowRight"] * 5)
    press(lab, "v2", "Home", *["ArrowRight"] * 5)
    press(lab, "v3", *["ArrowRight"] * 15)
    shown = read(lab)
    assert shown["v"] == [1.5, -1.5, 0.5]
    assert shown["vjp"] == pytest.approx([0, 0], abs=TOLERANCE)
    assert lab.locator("[data-name=vjp]").inner_text() == "[0, 0]"


def test_negative_weights_are_marked_without_colour(lab: Locator) -> None:
    marked = lab.locator("[data-name=product]").evaluate_all(
        "(nodes) => nodes.map((node) => node.hasAttribute('data-negative'))"
    )
    assert marked == [False, False, True]


def test_mouse_drags_the_input(lab: Locator) -> None:
    page, start = lab.page, read(lab)
    x, y = centre(lab)
    page.mouse.move(x, y)
    page.mouse.down()
    for dx, dy in ((-10, 5), (-40, 30), (-70, 60)):
        page.mouse.move(x + dx, y + dy)
        assert_agrees(read(lab))
    page.mouse.up()
    moved = read(lab)
    assert moved["x"][0] < start["x"][0] - 1
    assert moved["x"][1] < start["x"][1] - 1
    assert moved["v"] == start["v"]
    assert moved["jacobian"][2] == start["jacobian"][2] == [0, 3]
    page.mouse.move(x, y)
    assert read(lab) == moved, "the point follows a mouse that has let go"


def test_the_point_stays_inside(lab: Locator) -> None:
    page = lab.page
    x, y = centre(lab)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 900, y - 700)
    page.mouse.up()
    assert read(lab)["x"] == [2, 2]


def test_finger_drags_the_input_without_scrolling_the_page(
    page: PageFactory, http_site: str
) -> None:
    lab = open_lab(page(360, 740, has_touch=True, is_mobile=True), http_site)
    start, scrolled = read(lab), lab.page.evaluate("scrollY")
    x, y = centre(lab)
    touch = lab.page.context.new_cdp_session(lab.page)

    def send(kind: str, *points: dict[str, float]) -> None:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    send("touchStart", {"x": x, "y": y})
    for move in (15, 30, 45):
        send("touchMove", {"x": x - move, "y": y + move})
        assert_agrees(read(lab))
    send("touchEnd")
    assert read(lab)["x"][1] < start["x"][1] - 0.5
    assert lab.page.evaluate("scrollY") == scrolled
    assert lab.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_arrows_are_drawn_from_the_input_and_follow(lab: Locator) -> None:
    total, first = shaft(lab, "bh-total"), shaft(lab, "bh-part")
    assert (total["x1"], total["y1"]) == (first["x1"], first["y1"])
    assert total["x2"] > total["x1"], "vᵀJ = [6, −1] points to the right"
    assert total["y2"] > total["y1"], "and down: the height of a screen grows downwards"
    press(lab, "v1", "Home")
    turned = shaft(lab, "bh-part")
    assert turned["x2"] < turned["x1"], "a negative weight turns its arrow around"


def test_what_changed_is_announced(lab: Locator) -> None:
    press(lab, "v3", "End")
    said = lab.locator("[aria-live=polite]")
    said.filter(has_text="v is [1, 2, 2]").wait_for(state="attached")


def test_every_control_has_a_name(lab: Locator) -> None:
    for name in ("v₁", "v₂", "v₃", "x₁", "x₂"):
        assert lab.get_by_role("slider", name=name).count() == 1


def test_an_update_fits_into_a_frame(lab: Locator) -> None:
    spent: float = lab.evaluate(
        """async (lab) => {
          const slider = lab.elements.v1;
          const times = [];
          for (let k = 0; k < 40; k++) {
            slider.value = (k % 20) / 10;
            const start = performance.now();
            slider.dispatchEvent(new Event("input", { bubbles: true }));
            await Promise.resolve();
            lab.getBoundingClientRect();
            times.push(performance.now() - start);
          }
          return times.sort((a, b) => a - b)[20];
        }"""
    )
    assert spent < 16
