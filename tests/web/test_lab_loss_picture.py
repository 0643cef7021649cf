"""The drawings and words of the loss lab: lengths, signs, what lies outside, and a steady page."""

import pytest
from playwright.sync_api import Locator

from tests.web.lab_loss import (
    COMBINATIONS,
    PageFactory,
    choose,
    click,
    handle,
    open_lab,
    press,
    read,
    set_slider,
)

# Where each arrow starts and ends, whether it is dashed, and how many pixels make one unit.
ARROWS = """(lab) => {
  const drawing = lab.querySelector("svg");
  const marks = [...drawing.querySelectorAll("g text")].map((text) => [
    Number(text.textContent.replace("\u2212", "-")), Number(text.getAttribute("y"))]);
  const [[a, ya], [b, yb]] = marks;
  const heads = [...drawing.querySelectorAll(".bh-head")];
  return [...drawing.querySelectorAll(".bh-shaft")].map((shaft, i) => {
    const [, tip] = heads[i].getAttribute("d").split("L");
    const length = tip ? Number(tip.split(" ")[1]) - Number(shaft.getAttribute("y1")) : 0;
    const [one, other] = [shaft, heads[i]].map((mark) => mark.getBBox());
    const bottom = Math.max(one.y + one.height, other.y + other.height);
    return {
      length, painted: bottom - Math.min(one.y, other.y),
      unit: (ya - yb) / (b - a), dashed: shaft.hasAttribute("stroke-dasharray"), dot: !tip,
    };
  });
}"""


@pytest.fixture
def lab(page: PageFactory, http_site: str) -> Locator:
    """The lab on the page of chapter 2, in view."""
    return open_lab(page(), http_site)


def words(lab: Locator) -> list[str]:
    """The two lines that work out the slope and the gradient."""
    return [" ".join(line.split()) for line in lab.locator(".bh-sum").all_inner_texts()]


@pytest.mark.parametrize("width", [1280, 360])
def test_arrow_ends_where_a_step_of_one_leads(
    page: PageFactory, http_site: str, width: int
) -> None:
    lab = open_lab(page(width), http_site)
    for loss, reduction in COMBINATIONS:
        choose(lab, loss, reduction)
        for grad_output in (1.0, 0.1, -0.2):
            set_slider(lab, "grad_output", grad_output)
            arrows = lab.evaluate(ARROWS)
            gradients = read(lab)["gradient"]
            solid = [(a, g) for a, g in zip(arrows, gradients, strict=True) if not a["dashed"]]
            assert len(solid) >= 3
            for arrow, gradient in solid:
                assert arrow["length"] == pytest.approx(gradient * arrow["unit"], abs=1e-6)
                assert arrow["dot"] == (gradient == 0)
                if gradient != 0:
                    assert arrow["painted"] == pytest.approx(abs(arrow["length"]), abs=1e-3)


def test_number_at_an_arrow_has_the_sign_of_its_direction(lab: Locator) -> None:
    size = lab.locator(".bh-size").nth(4)
    assert (size.text_content(), read(lab)["chosen"]) == ("−0.8", 0.8)
    assert lab.evaluate(ARROWS)[4]["length"] > 0, "down on the screen"
    set_slider(lab, "grad_output", -1)
    assert (size.text_content(), read(lab)["chosen"]) == ("+0.8", -0.8)
    assert lab.evaluate(ARROWS)[4]["length"] < 0
    set_slider(lab, "grad_output", 0)
    assert size.text_content() == "0"
    assert lab.get_by_text("pull = −gradient").is_visible()


def test_what_lies_outside_is_marked(lab: Locator) -> None:
    outside = lab.get_by_text("outside", exact=True)
    assert not outside.is_visible()
    set_slider(lab, "grad_output", -1)
    for _ in range(5):
        click(lab, "Take one step")
    shown = read(lab)
    assert outside.is_visible()
    names = [handle(lab, i).get_attribute("data-outside") for i in range(5)]
    assert names == ["below", "above", None, "below", "above"]
    assert "above the graph" in (handle(lab, 4).get_attribute("aria-valuetext") or "")
    real = lab.locator("svg").first.locator(".bh-real").all_text_contents()
    numbers = [f"{one:.3g}".replace("-", "−") for one in shown["input"]]
    assert real == [*numbers[:2], "", *numbers[3:]]
    arrows = lab.evaluate(ARROWS)
    assert [arrow["dashed"] for arrow in arrows] == [True, True, False, True, True]
    for i in (0, 1, 3, 4):
        assert abs(arrows[i]["length"]) > 10
        assert (arrows[i]["length"] > 0) == (shown["gradient"][i] > 0)
    loss = f"{shown['value']:.4g} at {shown['input'][4]:.4g}"
    assert lab.get_by_text(loss, exact=True).is_visible()
    assert not lab.locator(".bh-point").is_visible()
    assert not lab.locator(".bh-tangent").is_visible()
    click(lab, "Reset predictions")
    assert lab.locator(".bh-point").is_visible()
    assert not outside.is_visible()


def test_slope_and_gradient_have_names_of_their_own(lab: Locator) -> None:
    set_slider(lab, "grad_output", -0.5)
    assert words(lab) == [
        "slope of the loss for E = 2 × difference ÷ n = 2 × 2 ÷ 5 = 0.8",
        "gradient of E = grad_output × slope = (−0.5) × 0.8 = −0.4",
    ]
    assert lab.get_by_text("slope of the loss, 0.8").is_visible()
    choose(lab, "huber", "none")
    press(lab, 3, "ArrowDown")
    assert words(lab) == [
        "slope of the term for D = clamp(difference, −δ, δ) = clamp(−1.6, −1, 1) = −1",
        "gradient of D = grad_output × slope = (−0.5) × (−1) = 0.5",
    ]
    assert lab.get_by_text("Loss term as prediction D moves").is_visible()


def test_elements_have_letters(lab: Locator) -> None:
    assert lab.locator("tbody th").all_inner_texts() == list("ABCDE")
    names = lab.locator("svg").first.locator("text.bh-tick:not(g *)")
    assert names.all_text_contents() == list("ABCDE")


@pytest.mark.parametrize("width", [360, 600, 1280])
def test_page_below_does_not_move(page: PageFactory, http_site: str, width: int) -> None:
    lab = open_lab(page(width), http_site)
    box = lab.page.locator(".lab", has=lab)
    still = page(width, java_script_enabled=False)
    still.goto(lab.page.url)
    model = box.get_attribute("data-model")
    reserved = still.locator(f".lab[data-model='{model}']").bounding_box()
    assert reserved is not None
    for loss, reduction in COMBINATIONS:
        choose(lab, loss, reduction)
        click(lab, "Take one step")
        taken = box.bounding_box()
        assert taken is not None
        assert taken["height"] == reserved["height"], f"{loss}, {reduction}"
    empty = reserved["height"] - (lab.bounding_box() or reserved)["height"]
    assert empty < 60


def test_what_changed_is_announced(lab: Locator) -> None:
    choose(lab, "l1", "sum")
    said = lab.locator("[aria-live=polite]")
    said.filter(has_text="L1, sum: loss").wait_for(state="attached")


def test_settings_reach_the_picture(lab: Locator) -> None:
    tangent = lab.locator(".bh-tangent")
    before = tangent.evaluate("(line) => line.outerHTML")
    choose(lab, "mse", "sum")
    press(lab, 0, "ArrowUp")
    assert tangent.evaluate("(line) => line.outerHTML") != before
    assert lab.get_by_text("Loss as prediction A moves").is_visible()
