"""The loss lab on its built page: moved by mouse, touch, keyboard, steps and resets."""

import math

import pytest
import torch.nn.functional as F
from playwright.sync_api import Locator

from tests.web.lab_loss import (
    COMBINATIONS,
    TOLERANCE,
    PageFactory,
    assert_agrees,
    centre,
    choose,
    click,
    expected_numbers,
    handle,
    open_lab,
    press,
    read,
    set_slider,
)


@pytest.fixture
def lab(page: PageFactory, http_site: str) -> Locator:
    """The lab on the page of chapter 2, in view."""
    return open_lab(page(), http_site)


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
        click(lab, "Take one step")
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
        click(lab, "Take one step")
    far = read(lab)
    assert max(map(abs, far["input"])) > 1e6
    assert math.isfinite(far["value"])
    assert_agrees(far)
    click(lab, "Reset all")
    assert read(lab) == start


def test_predictions_are_reset_without_the_settings(lab: Locator) -> None:
    start = read(lab)
    choose(lab, "huber", "sum")
    set_slider(lab, "grad_output", -0.5)
    before = read(lab)
    press(lab, 1, "PageUp")
    assert read(lab)["input"] != start["input"]
    click(lab, "Reset predictions")
    after = read(lab)
    assert after["input"] == start["input"]
    assert (after["loss"], after["reduction"], after["grad_output"]) == ("huber", "sum", -0.5)
    assert after["gradient"] == before["gradient"]
