"""The loss lab on its built page: moved by mouse, touch and keyboard, its numbers PyTorch's."""

import itertools
import json
import math
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from playwright.sync_api import Locator, Page

from byhand import functions

PageFactory = Callable[..., Page]
TOLERANCE = 1e-6
CHAPTER = "/chapters/02-mse.html"
COMBINATIONS = tuple(itertools.product(("mse", "l1", "huber"), ("mean", "sum", "none")))
READ = """(lab) => {
  const exact = (node) => JSON.parse(node.dataset.value);
  const column = (name) => [...lab.querySelectorAll(`td[data-name=${name}]`)].map(exact);
  const setting = (name) => Number(lab.elements[name].value);
  return {
    ...Object.fromEntries(["input", "target", "difference", "term", "gradient"].map(
      (name) => [name, column(name)])),
    value: exact(lab.querySelector("[data-name=loss]")),
    handles: [...lab.querySelectorAll("[role=slider]")].map(exact),
    loss: lab.elements.loss.value, reduction: lab.elements.reduction.value,
    delta: setting("delta"), grad_output: setting("grad_output"), lr: setting("lr"),
  };
}"""


@pytest.fixture
def lab(page: PageFactory, http_site: str) -> Locator:
    """The lab on the page of chapter 2, in view."""
    return open_lab(page(), http_site)


def open_lab(page: Page, http_site: str) -> Locator:
    """Open chapter 2 and wait until its lab lives."""
    page.goto(http_site.rstrip("/") + CHAPTER)
    lab = page.locator(".bh-loss")
    lab.wait_for()
    handle(lab, 0).scroll_into_view_if_needed()
    return lab


def handle(lab: Locator, i: int) -> Locator:
    """The point of one prediction."""
    return lab.get_by_role("slider", name=f"prediction {i}")


def read(lab: Locator) -> dict[str, Any]:
    """Every number that the lab shows, at full precision."""
    shown: dict[str, Any] = lab.evaluate(READ)
    return shown


def choose(lab: Locator, loss: str, reduction: str) -> None:
    """Choose a loss and a reduction as a reader does."""
    for value in (loss, reduction):
        lab.locator(f"input[type=radio][value={value}]").check()


def expected_numbers(shown: dict[str, Any], losses: ModuleType) -> dict[str, Any]:
    """What the losses of a module give for the settings that the lab shows."""
    options = {"delta": shown["delta"]} if shown["loss"] == "huber" else {}
    input = torch.tensor(shown["input"], dtype=torch.float64, requires_grad=True)
    target = torch.tensor(shown["target"], dtype=torch.float64)
    function = getattr(losses, shown["loss"] + "_loss")
    value = function(input, target, reduction=shown["reduction"], **options)
    seed = torch.full_like(value, shown["grad_output"])
    (gradient,) = torch.autograd.grad(value, input, seed)
    return {
        "difference": (input - target).tolist(),
        "term": function(input, target, reduction="none", **options).tolist(),
        "gradient": gradient.tolist(),
        "value": value.tolist(),
        "handles": shown["input"],
    }


def assert_agrees(shown: dict[str, Any]) -> None:
    """Compare every number with PyTorch's, and with those of the hand-written functions."""
    for losses in (F, functions):
        for name, expected in expected_numbers(shown, losses).items():
            wanted = pytest.approx(expected, rel=TOLERANCE, abs=TOLERANCE)
            where = f"{name} of {shown['loss']}, {shown['reduction']}, {losses.__name__}"
            assert shown[name] == wanted, where


def press(lab: Locator, i: int, *keys: str) -> None:
    """Press keys on the point of a prediction."""
    for key in keys:
        handle(lab, i).press(key)


def centre(lab: Locator, i: int) -> tuple[float, float]:
    """Where a prediction is on the screen."""
    box = handle(lab, i).bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_starts_with_the_numbers_that_pytorch_stored(lab: Locator) -> None:
    assert lab.get_attribute("data-agrees") == "true"
    assert_agrees(read(lab))


def test_every_loss_and_reduction_agrees_with_pytorch(lab: Locator) -> None:
    for loss, reduction in COMBINATIONS:
        lab.get_by_role("button", name="Reset").click()
        choose(lab, loss, reduction)
        before = read(lab)
        assert (before["loss"], before["reduction"]) == (loss, reduction)
        assert_agrees(before)
        for i, key in enumerate(("PageUp", "Home", "End")):
            press(lab, i, key, "ArrowDown", "ArrowLeft", "ArrowUp")
            assert_agrees(read(lab))
        lab.locator("input[name=grad_output]").press("Home")
        after = read(lab)
        assert after["grad_output"] < 0
        assert after["input"] != before["input"]
        assert_agrees(after)


def test_kinks_agree_with_pytorch(lab: Locator) -> None:
    for i, offset in enumerate((0.0, 1.0, -1.0)):
        shown = read(lab)
        steps = round((shown["target"][i] + offset - shown["input"][i]) / 0.1)
        press(lab, i, *["ArrowUp" if steps > 0 else "ArrowDown"] * abs(steps))
    for loss, reduction in COMBINATIONS:
        choose(lab, loss, reduction)
        at_kinks = read(lab)
        assert at_kinks["delta"] == 1.0
        assert at_kinks["difference"][:3] == [0.0, 1.0, -1.0]
        assert at_kinks["gradient"][0] == 0.0
        assert_agrees(at_kinks)


def test_delta_moves_the_kink_of_huber(lab: Locator) -> None:
    delta = lab.locator("input[name=delta]")
    assert not delta.is_visible()
    choose(lab, "huber", "sum")
    assert delta.is_visible()
    for key in ("Home", "ArrowRight", "ArrowRight", "End"):
        delta.press(key)
        assert_agrees(read(lab))


def test_mouse_drags_a_prediction(lab: Locator) -> None:
    page, start = lab.page, read(lab)
    x, y = centre(lab, 1)
    page.mouse.move(x, y)
    page.mouse.down()
    for dy in (-10, -35, 20, -60):
        page.mouse.move(x + dy, y + dy)
        assert_agrees(read(lab))
    page.mouse.up()
    moved = read(lab)
    assert moved["input"][1] > start["input"][1] + 0.5
    assert [*moved["input"][:1], *moved["input"][2:]] == [*start["input"][:1], *start["input"][2:]]
    page.mouse.move(x, y - 48)  # over the point again
    assert read(lab) == moved, "the point follows a mouse that has let go"


def test_finger_drags_a_prediction_without_scrolling_the_page(
    page: PageFactory, http_site: str
) -> None:
    lab = open_lab(page(360, 740, has_touch=True, is_mobile=True), http_site)
    start, scrolled = read(lab), lab.page.evaluate("scrollY")
    x, y = centre(lab, 3)
    touch = lab.page.context.new_cdp_session(lab.page)

    def send(kind: str, *points: dict[str, float]) -> None:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    send("touchStart", {"x": x, "y": y})
    for dy in (-15, -30, -45):
        send("touchMove", {"x": x, "y": y + dy})
        assert_agrees(read(lab))
    send("touchEnd")
    assert read(lab)["input"][3] > start["input"][3] + 0.3
    assert lab.page.evaluate("scrollY") == scrolled
    assert lab.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_keys_move_a_prediction_and_tab_leaves_it(lab: Locator) -> None:
    start = read(lab)["input"][2]
    for key, change in (("ArrowUp", 0.1), ("ArrowLeft", -0.1), ("PageDown", -0.5)):
        before = read(lab)["input"][2]
        press(lab, 2, key)
        assert read(lab)["input"][2] == pytest.approx(before + change)
    assert read(lab)["input"][2] == pytest.approx(start - 0.5)
    for key, bound in (("Home", "aria-valuemin"), ("End", "aria-valuemax")):
        press(lab, 2, key)
        assert read(lab)["input"][2] == float(handle(lab, 2).get_attribute(bound) or "nan")
    assert "gradient" in (handle(lab, 2).get_attribute("aria-valuetext") or "")
    lab.page.keyboard.press("Tab")
    assert not handle(lab, 2).evaluate("(node) => node === document.activeElement")


def test_a_step_goes_against_the_gradient(lab: Locator) -> None:
    for loss, reduction in COMBINATIONS:
        choose(lab, loss, reduction)
        before = read(lab)
        lab.get_by_role("button", name="Take one step").click()
        after = read(lab)
        expected = [
            x - before["lr"] * g
            for x, g in zip(before["input"], expected_numbers(before, F)["gradient"], strict=True)
        ]
        assert after["input"] == pytest.approx(expected, abs=TOLERANCE)
        assert_agrees(after)


def test_steps_that_diverge_stay_exact_and_reset_restores_everything(lab: Locator) -> None:
    start = read(lab)
    choose(lab, "mse", "sum")
    lab.locator("input[name=lr]").press("End")
    for _ in range(30):
        lab.get_by_role("button", name="Take one step").click()
    far = read(lab)
    assert max(map(abs, far["input"])) > 1e6
    assert math.isfinite(far["value"])
    assert_agrees(far)
    lab.get_by_role("button", name="Reset").click()
    assert read(lab) == start


def test_what_changed_is_announced(lab: Locator) -> None:
    choose(lab, "l1", "sum")
    said = lab.locator("[aria-live=polite]")
    said.filter(has_text="L1, sum: loss").wait_for(state="attached")


def test_settings_reach_the_picture(lab: Locator) -> None:
    tangent = lab.locator(".bh-tangent")
    before = json.dumps(tangent.evaluate("(line) => line.outerHTML"))
    choose(lab, "mse", "sum")
    press(lab, 0, "ArrowUp")
    assert json.dumps(tangent.evaluate("(line) => line.outerHTML")) != before
    assert lab.get_by_text("Loss as prediction 0 moves").is_visible()
