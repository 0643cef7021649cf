"""The lab of finite differences on a built page: its numbers are PyTorch's, its picture is true."""

import math
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

from byhand.labs import DifferenceLab
from byhand.labs._differences import DTYPES, GRAD_OUTPUTS, OPERATIONS, SCHEMES, STEPS
from tests.web.lab_difference import PICTURE, assert_agrees, choose, open_lab, read
from tests.web.lab_predict import write_page

PageFactory = Callable[..., Page]
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built page with the lab."""
    made = tmp_path_factory.mktemp("difference")
    write_page(made, [DifferenceLab()])
    return made


@pytest.fixture
def lab(page: PageFactory, folder: Path) -> Locator:
    """The lab, alive and in view."""
    return open_lab(page(), folder)


def test_starts_with_the_right_backward_and_the_step_of_gradcheck(lab: Locator) -> None:
    shown = read(lab)
    assert (shown["function"], shown["backward"], shown["h"]) == ("cube", "right", 1e-6)
    assert (shown["float64"]["analytic"], shown["float32"]["analytic"]) == (13.5, 13.5)
    assert "gradcheck accepts it." in shown["answer"]
    assert_agrees(shown)


@pytest.mark.parametrize("function", OPERATIONS)
def test_every_setting_agrees_with_pytorch(lab: Locator, function: str) -> None:
    choose(lab, function=function)
    for i, (way, scheme, g) in enumerate(
        product(OPERATIONS[function].backwards, SCHEMES, GRAD_OUTPUTS)
    ):
        choose(lab, backward=way.key, scheme=scheme, grad_output=g, step=7 * i % 49)
        shown = read(lab)
        assert (shown["backward"], shown["scheme"], shown["grad_output"]) == (way.key, scheme, g)
        assert_agrees(shown)


def test_every_step_agrees_with_pytorch(lab: Locator) -> None:
    choose(lab, function="sigmoid", backward="confused")
    slider = lab.locator("input[name=step]")
    slider.press("Home")
    for step in range(len(STEPS)):
        shown = read(lab)
        assert shown["step"] == step
        if step % 4 == 0:
            assert_agrees(shown)
        slider.press("ArrowRight")
    assert read(lab)["h"] == 1


def test_least_difference_is_that_of_all_steps(lab: Locator) -> None:
    for backward in ("right", "factor"):
        choose(lab, backward=backward)
        found: dict[str, list[float]] = {dtype: [] for dtype in DTYPES}
        for step in range(0, 49):
            choose(lab, step=step)
            for dtype, numbers in found.items():
                numbers.append(read(lab)[dtype]["difference"])
        assert {dtype: read(lab)[dtype]["least"] for dtype in DTYPES} == {
            dtype: min(numbers) for dtype, numbers in found.items()
        }


def test_points_stand_where_their_numbers_say(lab: Locator) -> None:
    for backward, scheme in (("right", "central"), ("sign", "forward"), ("right", "forward")):
        choose(lab, backward=backward, scheme=scheme)
        picture = lab.evaluate(PICTURE)
        for step in (0, 9, 24, 30, 41, 48):
            choose(lab, step=step)
            shown = read(lab)
            for dtype in DTYPES:
                x, y = picture[dtype][step]
                expected = max(math.log10(shown[dtype]["difference"] or 1e-13), -13)
                assert (x, y) == pytest.approx((math.log10(shown["h"]), expected), abs=0.02)
            assert lab.evaluate(PICTURE)["now"] == pytest.approx(math.log10(shown["h"]), abs=0.02)


@pytest.mark.parametrize(("scheme", "slope"), [("central", 2), ("forward", 1)])
def test_right_backward_follows_the_lines_of_theory(lab: Locator, scheme: str, slope: int) -> None:
    choose(lab, function="exp", scheme=scheme)
    picture = lab.evaluate(PICTURE)
    slopes = [(end[1] - start[1]) / (end[0] - start[0]) for start, end in picture["theory"]]
    assert slopes == pytest.approx([slope, -1, -1], abs=0.01)
    method, double, single = (start[1] - k * start[0] for (start, _), k in zip(picture["theory"], slopes, strict=True))  # fmt: skip # noqa: E501
    for x, y in picture["float64"]:
        if x > -3.2 and x < -1:
            assert y == pytest.approx(method + slope * x, abs=0.1)
        if x < -6:
            assert y < max(double - x, method + slope * x) + 0.6
    assert single - double == pytest.approx(math.log10(2**29), abs=0.02)


def test_wrong_backward_is_a_flat_line_far_above_the_limit(lab: Locator) -> None:
    choose(lab, backward="confused")
    picture = lab.evaluate(PICTURE)
    heights = [y for x, y in picture["float64"]]
    assert max(heights) - min(heights) < 0.1
    assert min(heights) > picture["limit"] + 1
    assert picture["ring"] == pytest.approx(heights[24], abs=0.02)
    assert "have a floor at 52.8" in lab.inner_text()
    choose(lab, scheme="forward")
    assert lab.evaluate(PICTURE)["ring"] is None, "gradcheck takes central differences"


def test_what_gradcheck_says(lab: Locator) -> None:
    choose(lab, backward="ignored", grad_output=2)
    assert "gradcheck rejects it." in read(lab)["answer"]
    choose(lab, grad_output=1)
    answer = read(lab)["answer"]
    assert "gradcheck rejects it." in answer
    assert "backward not multiplied by grad_output" in answer
    assert "no step shows that it is ignored" in answer
    choose(lab, function="exp", backward="rounded")
    answer = read(lab)["answer"]
    assert "gradcheck accepts it." in answer
    assert "A mistake as small as this passes." in answer
    picture = lab.evaluate(PICTURE)
    assert picture["ring"] < picture["limit"]


def test_another_function_keeps_the_mistake_where_it_knows_it(lab: Locator) -> None:
    choose(lab, backward="confused", function="sigmoid")
    assert read(lab)["backward"] == "confused"
    choose(lab, backward="factor", function="exp")
    assert read(lab)["backward"] == "right"
    assert lab.locator("input[name=backward]").count() == len(OPERATIONS["exp"].backwards)


def test_press_and_drag_on_the_picture_choose_the_step(lab: Locator) -> None:
    page, picture = lab.page, lab.locator(".bh-steps")
    box = picture.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 60, box["y"] + 100)
    page.mouse.down()
    first = read(lab)["step"]
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 120)
    middle = read(lab)
    page.mouse.move(box["x"] + box["width"] + 300, box["y"] + 120)
    assert read(lab)["step"] == 48
    page.mouse.up()
    page.mouse.move(box["x"] + 60, box["y"] + 100)
    assert read(lab)["step"] == 48, "the step follows a mouse that has let go"
    assert first < middle["step"] < 48
    assert_agrees(middle)


def test_finger_drags_without_scrolling_the_page(page: PageFactory, folder: Path) -> None:
    lab = open_lab(page(360, 740, has_touch=True, is_mobile=True), folder)
    scrolled = lab.page.evaluate("scrollY")
    box = lab.locator(".bh-steps").bounding_box()
    assert box is not None
    touch = lab.page.context.new_cdp_session(lab.page)

    def send(kind: str, *points: dict[str, float]) -> None:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    x, y = box["x"] + 80, box["y"] + 100
    send("touchStart", {"x": x, "y": y})
    for move in (20, 60, 120):
        send("touchMove", {"x": x + move, "y": y})
    send("touchEnd")
    assert read(lab)["step"] > 24
    assert lab.page.evaluate("scrollY") == scrolled


def test_step_is_read_out_as_a_number(lab: Locator) -> None:
    slider = lab.get_by_role("slider", name="step h")
    slider.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") == "1.78e−6"
    slider.press("End")
    assert slider.get_attribute("aria-valuetext") == "1"
    said = lab.locator("[aria-live=polite]")
    said.filter(has_text="Step 1: numeric").wait_for(state="attached")
    group = lab.get_by_role("group", name="backward returns")
    assert group.get_by_role("radio", name="3 * x**2 grad_output ignored", exact=True).count() == 1


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_is_accessible_steady_and_fits(
    page: PageFactory, folder: Path, theme: str, width: int
) -> None:
    view = page(width, 1300, color_scheme=theme)
    lab = open_lab(view, folder)
    height = lab.evaluate("(lab) => lab.offsetHeight")
    reserved = view.locator(".lab").evaluate("(box) => box.offsetHeight")
    assert height <= reserved <= height + 4
    for function in OPERATIONS:
        choose(lab, function=function)
        for way in OPERATIONS[function].backwards:
            for g in GRAD_OUTPUTS:
                choose(lab, backward=way.key, grad_output=g)
                assert lab.evaluate("(lab) => lab.offsetHeight") == height, (function, way.key, g)
    assert lab.evaluate(
        "(lab) => [...lab.querySelectorAll('div, p, table, fieldset, label')].every((one) => "
        "one.scrollWidth <= one.clientWidth + 1 || one.matches('.bh-said, label span'))"
    )
    view.add_script_tag(path=AXE)
    found = view.evaluate("axe.run('.lab', { resultTypes: ['violations'] })")
    assert [one["id"] for one in found["violations"]] == []


def test_an_update_fits_into_a_frame(lab: Locator) -> None:
    spent: float = lab.evaluate(
        """async (lab) => {
          const slider = lab.elements.step;
          const times = [];
          for (let k = 0; k < 60; k++) {
            slider.value = k % 49;
            const start = performance.now();
            slider.dispatchEvent(new Event("input", { bubbles: true }));
            await Promise.resolve();
            lab.getBoundingClientRect();
            times.push(performance.now() - start);
          }
          return times.sort((a, b) => a - b)[30];
        }"""
    )
    assert spent < 16
