"""The lab of softmax on a page without a kernel: its numbers are PyTorch's, however it is moved."""

import random
from typing import Any

import pytest
import torch
from playwright.sync_api import Locator

from byhand.labs import SoftmaxLab
from tests.web.lab_logits import (
    FITS,
    SPENT,
    TOLERANCE,
    PageFactory,
    book,
    click,
    drag,
    opened,
    press,
    put,
)

READ = """(lab) => {
  const exact = (name) => [...lab.querySelectorAll(`[data-name=${name}]`)].map((node) => Number(node.dataset.value));
  const shown = (name) => Number(lab.elements[name].closest("label").querySelector(".bh-number").dataset.value);
  return {
    logits: ["x₁", "x₂", "x₃"].map(shown), temperature: shown("temperature"),
    grad_output: ["g₁", "g₂", "g₃"].map(shown),
    ...Object.fromEntries(["p", "jacobian", "combined", "vjp", "mean"].map((name) => [name, exact(name)])),
    sums: exact("jacobian-sum").concat(exact("combined-sum"), exact("vjp-sum")),
  };
}"""  # noqa: E501


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A page with the lab as it starts, and with settings of a reader's own."""
    own = SoftmaxLab([-1.5, 0.37, 9.0], temperature=3.3, grad_output=[0.5, -2.0, 1.25])
    return book(tmp_path_factory.mktemp("softmax"), [SoftmaxLab(), own])


@pytest.fixture
def lab(page: PageFactory, address: str) -> Locator:
    """The lab as it starts, in view."""
    return opened(page(), address)


def read(lab: Locator) -> dict[str, Any]:
    """Every number that the lab shows, at full precision."""
    shown: dict[str, Any] = lab.evaluate(READ)
    return shown


def assert_agrees(shown: dict[str, Any]) -> None:
    """Compare every number with PyTorch's."""
    logits, g = (
        torch.tensor(shown[name], dtype=torch.float64, requires_grad=name == "logits")
        for name in ("logits", "grad_output")
    )

    def forward(one: torch.Tensor) -> torch.Tensor:
        return torch.softmax(one / shown["temperature"], 0)

    p = forward(logits)
    (vjp,) = torch.autograd.grad(p, logits, g, retain_graph=True)
    jacobian = torch.func.jacrev(forward)(logits.detach())
    expected = {
        "p": p.tolist(),
        "jacobian": jacobian.flatten().tolist(),
        "combined": vjp.tolist(),
        "vjp": vjp.tolist(),
        "mean": [(g @ p).item()],
        "sums": [0.0] * 5,
    }
    for name, numbers in expected.items():
        wanted = pytest.approx(numbers, rel=TOLERANCE, abs=TOLERANCE)
        assert shown[name] == wanted, f"{name} at {shown['logits']}, T {shown['temperature']}"


def test_starts_with_the_numbers_that_pytorch_stored(page: PageFactory, address: str) -> None:
    tab = page()
    for number in range(2):
        lab = opened(tab, address, number)
        assert lab.get_attribute("data-agrees") == "true"
        assert_agrees(read(lab))
    assert read(opened(tab, address))["logits"] == [2, 1, 0.1]
    assert read(opened(tab, address, 1))["temperature"] == 3.3


def test_many_positions_agree_with_pytorch(lab: Locator) -> None:
    places = random.Random(0)
    seen = set()
    for _ in range(40):
        for name in ("x₁", "x₂", "x₃", "g₁", "g₂", "g₃"):
            put(lab, name, round(places.uniform(-3, 3), 1))
        if places.random() < 0.3:
            put(lab, "x₂", places.choice([-15, 15]))
        put(lab, "temperature", places.randrange(-24, 25) / 4)
        shown = read(lab)
        assert_agrees(shown)
        seen.add(tuple(shown["p"]))
    assert len(seen) > 35, "the sliders do not move the lab"


def test_every_slider_obeys_the_keyboard(lab: Locator) -> None:
    for name in ("x₁", "x₂", "x₃", "temperature", "g₁", "g₂", "g₃"):
        for keys in (("Home",), ("ArrowRight", "ArrowUp"), ("End", "ArrowLeft")):
            before = read(lab)
            press(lab, name, *keys)
            after = read(lab)
            assert after != before, name
            assert_agrees(after)


def test_mouse_drags_a_logit(lab: Locator) -> None:
    before = read(lab)
    drag(lab, "x₂", 0.1)
    after = read(lab)
    assert after["logits"][1] > before["logits"][1] + 1
    assert after["logits"][::2] == before["logits"][::2]
    assert after["p"][1] > before["p"][1] + 0.3
    assert_agrees(after)


def test_examples_of_the_article(lab: Locator) -> None:
    click(lab, "[0.2306, 0.6693, 0.6334]")
    shown = read(lab)
    assert [round(one, 4) for one in shown["p"]] == [0.2471, 0.3832, 0.3697]
    written = lab.locator("[data-name=jacobian]").all_inner_texts()
    assert written == [
        "0.1860", "−0.0947", "−0.0914", "−0.0947", "0.2364", "−0.1417", "−0.0914", "−0.1417",
        "0.2330",
    ]  # fmt: skip
    assert lab.locator("[data-name=jacobian-sum]").all_inner_texts() == ["0", "0", "0"]
    for name in ("[0.2, 0.1, 0.01]", "[12, 11, 10.1]", "[2, 1, 0.1]"):
        click(lab, name)
        assert_agrees(read(lab))


def test_adding_a_number_changes_no_probability(lab: Locator) -> None:
    before = read(lab)
    click(lab, "add 10 to all")
    after = read(lab)
    assert after["logits"] == [12, 11, 10.1]
    for name in ("p", "jacobian", "vjp"):
        assert after[name] == pytest.approx(before[name], abs=1e-12)
    # There is no room to add 10 again: the button stays where it is and does nothing.
    button = lab.get_by_role("button", name="add 10 to all")
    assert button.get_attribute("aria-disabled") == "true"
    button.press("Enter")
    assert read(lab) == after


def test_doubling_the_logits_is_halving_the_temperature(lab: Locator) -> None:
    click(lab, "double all")
    doubled = read(lab)
    click(lab, "Reset")
    click(lab, "halve T")
    halved = read(lab)
    assert (doubled["logits"], doubled["temperature"]) == ([4, 2, 0.2], 1)
    assert (halved["logits"], halved["temperature"]) == ([2, 1, 0.1], 0.5)
    assert doubled["p"] == pytest.approx(halved["p"], abs=1e-12)
    assert halved["jacobian"] == pytest.approx([2 * one for one in doubled["jacobian"]], abs=1e-12)
    assert lab.locator(".bh-result", has_text="÷ 0.5").count() == 1


def test_in_the_cold_one_is_certain_and_the_jacobian_dies(lab: Locator) -> None:
    press(lab, "temperature", "Home")
    shown = read(lab)
    assert shown["p"] == pytest.approx([1, 0, 0], abs=1e-12)
    assert shown["jacobian"] == pytest.approx([0] * 9, abs=1e-12)
    assert lab.locator("[data-name=jacobian][data-negative]").count() == 0
    assert set(lab.locator("[data-name=jacobian]").all_inner_texts()) == {"0.0000"}


def test_a_constant_grad_output_gives_zero_and_a_unit_gives_a_row(lab: Locator) -> None:
    click(lab, "g = [1, 1, 1]")
    assert lab.locator("[data-name=vjp]").all_inner_texts() == ["0.0000"] * 3
    for i, name in enumerate(("[1, 0, 0]", "[0, 1, 0]", "[0, 0, 1]")):
        click(lab, f"g = {name}")
        shown = read(lab)
        row = shown["jacobian"][3 * i : 3 * i + 3]
        assert shown["combined"] == row
        assert shown["vjp"] == pytest.approx(row, abs=1e-12)
    click(lab, "Reset")
    assert read(lab)["grad_output"] == [1, 2, -1]


def test_signs_are_marked_without_colour(lab: Locator) -> None:
    marked = lab.locator("[data-name=jacobian]").evaluate_all(
        "(nodes) => nodes.map((node) => node.hasAttribute('data-negative'))"
    )
    assert marked == [False, True, True, True, False, True, True, True, False]


def test_bars_have_the_height_of_p(lab: Locator) -> None:
    heights = lab.locator(".bh-fill").evaluate_all(
        "(bars) => bars.map((bar) => bar.offsetHeight / bar.parentElement.clientHeight)"
    )
    assert heights == pytest.approx(read(lab)["p"], abs=0.01)


def test_what_changed_is_announced(lab: Locator) -> None:
    press(lab, "g₃", "End")
    said = lab.locator("[aria-live=polite]")
    said.filter(has_text="With grad_output [1, 2, 3] the gradient is").wait_for(state="attached")


def test_every_control_has_a_name(lab: Locator) -> None:
    names = [*(f"logit x{i}" for i in "₁₂₃"), *(f"grad_output g{i}" for i in "₁₂₃")]
    for name in [*names, "temperature T"]:
        assert lab.get_by_role("slider", name=name, exact=True).count() == 1
    rows = lab.get_by_role("table").get_by_role("row")
    assert rows.count() == 6
    press(lab, "temperature", "ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowLeft")
    assert lab.locator("[name=temperature]").get_attribute("aria-valuetext") == "0.5"


@pytest.mark.parametrize("width", [1280, 360])
def test_fits_its_page_and_the_place_kept_for_it(
    page: PageFactory, address: str, width: int
) -> None:
    lab = opened(page(width, 740), address)
    assert lab.evaluate(FITS)
    before = lab.evaluate("(lab) => lab.offsetHeight")
    place = lab.page.locator(".lab").first
    kept = place.evaluate("(box) => parseFloat(getComputedStyle(box).minHeight)")
    assert before <= kept <= before + 30
    press(lab, "temperature", "ArrowLeft")
    put(lab, "g₁", -2.9)
    assert lab.evaluate("(lab) => lab.offsetHeight") == before, "the page below it moves"


def test_finger_moves_a_slider(page: PageFactory, address: str) -> None:
    lab = opened(page(360, 740, has_touch=True, is_mobile=True), address)
    box = lab.locator("input[name=temperature]").bounding_box()
    assert box is not None
    assert box["height"] >= 24
    lab.page.touchscreen.tap(box["x"] + box["width"] * 0.9, box["y"] + box["height"] / 2)
    shown = read(lab)
    assert shown["temperature"] > 10
    assert_agrees(shown)


def test_an_update_fits_into_a_frame(lab: Locator) -> None:
    assert lab.evaluate(SPENT, "x₁") < 16
