"""The convolution lab on a page without a kernel: what meets, and PyTorch's numbers."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from playwright.sync_api import Locator, Page

from byhand.labs import ConvLab
from tests.web.lab_conv import (
    PLACES,
    POINT_AT_ALL,
    SHAPE,
    VIEWS,
    assert_agrees,
    cell,
    indices,
    opened,
    put,
    read,
    set_to,
    torch_numbers,
    uses,
    value_of,
)
from tests.web.lab_logits import FITS, book, click

PageFactory = Callable[..., Page]
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
SHAPES = [(0, 1, 1), (1, 1, 1), (2, 1, 1), (0, 2, 1), (1, 2, 1), (2, 2, 2), (0, 2, 2), (1, 1, 2)]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A page with the lab as it starts, and with settings of a reader's own."""
    weight = [[0.25, -1.5, 3.0], [0.1, 0.0, -9.0], [9.0, 2.25, 0.3]]
    own = ConvLab(weight=weight, padding=1, stride=2, view="gw", cell=("kernel", 2, 0))
    return book(tmp_path_factory.mktemp("conv"), [ConvLab(), own])


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A page with one lab, as a chapter has it."""
    return book(tmp_path_factory.mktemp("alone"), [ConvLab()])


@pytest.fixture
def lab(page: PageFactory, address: str) -> Locator:
    """The lab as it starts, in view."""
    return opened(page(), address)


def test_starts_with_the_numbers_that_pytorch_stored(page: PageFactory, address: str) -> None:
    tab = page()
    for number in range(2):
        lab = opened(tab, address, number)
        assert lab.get_attribute("data-agrees") == "true"
        assert_agrees(lab)
    shown = read(opened(tab, address, 1))
    assert [shown[name] for name in (*SHAPE, "view")] == [1, 2, 1, "gw"]
    assert shown["chosen"]["kernel"] == [[2, 0]]
    assert ConvLab().numbers()["y"] == read(opened(tab, address))["numbers"]["y"]


def test_random_numbers_and_sizes_agree_with_pytorch(lab: Locator) -> None:
    chance = random.Random(9)
    seen = set()
    for _ in range(10):
        sizes = {"padding": chance.choice((0, 1, 2)), "stride": chance.choice((1, 2))}
        set_to(lab, view="gx", dilation=chance.choice((1, 2)), **sizes)
        size = len(read(lab)["numbers"]["g"])
        for _ in range(2):
            at = chance.randrange(size), chance.randrange(size)
            put(lab, "g", *at, round(chance.uniform(-9, 9), 2))
            put(lab, "w", chance.randrange(3), chance.randrange(3), round(chance.gauss(0, 3), 2))
        set_to(lab, view="y")
        for _ in range(3):
            put(lab, "x", chance.randrange(6), chance.randrange(6), chance.choice((-9, 0.01, 4.5)))
        shown = assert_agrees(lab)
        seen.add(str(shown["numbers"]))
    assert len(seen) == 10, "the numbers cannot be changed"


@pytest.mark.parametrize(("padding", "stride", "dilation"), SHAPES)
def test_every_chosen_cell_is_explained_as_pytorch_computes_it(
    lab: Locator, padding: int, stride: int, dilation: int
) -> None:
    shape = {"padding": padding, "stride": stride, "dilation": dilation}
    set_to(lab, **shape)
    by_x, by_w = uses(shape)
    results = torch_numbers(assert_agrees(lab))
    for view in VIEWS:
        set_to(lab, view=view)
        for shown in lab.evaluate(POINT_AT_ALL, PLACES[view]):
            row, column = shown["row"], shown["column"]
            expected = results[view][row, column].item()
            where = f"{view}[{row}, {column}]"
            assert shown["lead"].startswith((f"{where} is", f"x[{row}, {column}] is in no")), where
            terms = [value_of(term) for term in shown["terms"] if "·" in term]
            if shown["lead"].startswith("x["):
                assert expected == 0
                assert not terms
            else:
                assert shown["total"] == pytest.approx(expected, abs=1e-9), where
                assert sum(terms) == pytest.approx(expected, abs=1e-9), where
        for shown in lab.evaluate(POINT_AT_ALL, "output"):
            row, column = shown["row"], shown["column"]
            assert shown["met"]["image"] == indices(by_x[row, column])
            assert len(shown["met"]["kernel"]) == 9
            assert shown["padded"] == 9 - by_w[row, column].sum()
        for shown in lab.evaluate(POINT_AT_ALL, "image"):
            row, column = shown["row"], shown["column"]
            assert shown["met"]["output"] == indices(by_x[:, :, row, column])
            assert len(shown["met"]["kernel"]) == by_x[:, :, row, column].sum()


def test_what_an_output_sends_back_is_its_gradient_times_the_derivatives(lab: Locator) -> None:
    for shape in ({"padding": 1, "stride": 2, "dilation": 1}, {"padding": 0, "stride": 1}):
        set_to(lab, **shape)
        for view in ("gx", "gw"):
            set_to(lab, view=view)
            shares = torch.zeros(6, 6) if view == "gx" else torch.zeros(3, 3)
            for shown in lab.evaluate(POINT_AT_ALL, "output"):
                for term in shown["terms"]:
                    row, column = term.split("]")[0].split("[")[1].split(",")
                    assert term.startswith(f"{view}[")
                    shares[int(row), int(column)] += value_of(term)
            assert shares.tolist() == read(lab)["numbers"][view], "the parts do not add up"


def test_an_input_is_followed_to_the_outputs_and_the_weights_come_reversed(lab: Locator) -> None:
    set_to(lab, view="gx", padding=1)
    cell(lab, "gx", 2, 2).click()
    shown = read(lab)
    assert shown["order"]["output"] == list(range(1, 10))
    assert shown["order"]["kernel"] == list(range(9, 0, -1))
    set_to(lab, view="y")
    cell(lab, "y", 2, 2).click()
    shown = read(lab)
    assert shown["order"]["image"] == shown["order"]["kernel"] == list(range(1, 10))
    assert shown["lead"].startswith("y[2, 2] is the sum of 9 products")


def test_an_input_in_no_window_is_called_so(lab: Locator) -> None:
    set_to(lab, view="gx", stride=2)
    cell(lab, "gx", 5, 5).click()
    shown = read(lab)
    assert shown["lead"] == "x[5, 5] is in no window: no output uses it. Its gradient is 0."
    assert shown["met"] == {"image": [], "kernel": [], "output": []}
    assert not [term for term in shown["terms"] if "·" in term]


def test_pointer_shows_a_cell_and_leaves_the_chosen_one(lab: Locator) -> None:
    cell(lab, "y", 0, 0).click()
    lab.locator(".bh-answer").hover()
    chosen = read(lab)
    assert chosen["chosen"]["output"] == [[0, 0]]
    cell(lab, "x", 5, 5).hover()
    shown = read(lab)
    assert (shown["chosen"]["output"], shown["chosen"]["image"]) == ([], [[5, 5]])
    assert shown["met"]["output"] == [[3, 3]]
    lab.locator(".bh-answer").hover()
    assert read(lab) == chosen
    assert lab.locator("input[name=value]").is_hidden(), "an output is computed"


def test_pointer_at_rest_does_not_hide_what_keys_choose(lab: Locator) -> None:
    cell(lab, "y", 0, 0).click()
    cell(lab, "x", 5, 5).hover()
    lab.page.keyboard.press("ArrowRight")
    shown = read(lab)
    assert (shown["chosen"]["output"], shown["chosen"]["image"]) == ([[0, 1]], [])
    assert shown["lead"].startswith("y[0, 1] is the sum")


def test_keys_move_through_a_grid_and_change_its_numbers(lab: Locator) -> None:
    first = cell(lab, "x", 0, 0)
    first.focus()
    for key, place in [
        ("ArrowRight", [0, 1]),
        ("ArrowDown", [1, 1]),
        ("End", [1, 5]),
        ("ArrowRight", [1, 5]),
        ("PageDown", [5, 5]),
        ("Home", [5, 0]),
        ("ArrowLeft", [5, 0]),
        ("ArrowUp", [4, 0]),
    ]:
        lab.page.keyboard.press(key)
        shown = read(lab)
        assert shown["chosen"]["image"] == [place], key
        assert (
            shown["now"]
            == f"x[{place[0]}, {place[1]}] is {shown['numbers']['x'][place[0]][place[1]]:g}"
        )
    before = read(lab)["numbers"]["x"][4][0]
    for key, change in [("+", 1), ("+", 2), ("-", 1), ("-", 0), ("-", -1)]:
        lab.page.keyboard.press(key)
        assert read(lab)["numbers"]["x"][4][0] == before + change
    assert_agrees(lab)


def test_enter_leads_to_the_number_and_back(lab: Locator) -> None:
    cell(lab, "w", 1, 1).focus()
    lab.page.keyboard.press("Enter")
    assert read(lab)["now"] == "value of w[1, 1]"
    lab.page.keyboard.type("-2.5")
    assert read(lab)["numbers"]["w"][1][1] == -2.5
    lab.page.keyboard.press("Enter")
    assert read(lab)["now"] == "w[1, 1] is −2.5"
    lab.page.keyboard.press("Enter")
    lab.page.keyboard.type("400")
    assert read(lab)["numbers"]["w"][1][1] == 9, "a number that is too large"
    lab.page.keyboard.press("Escape")
    assert_agrees(lab)


def test_half_typed_numbers_change_nothing(lab: Locator) -> None:
    cell(lab, "x", 0, 0).click()
    field = lab.locator("input[name=value]")
    field.fill("")
    assert read(lab)["numbers"]["x"][0][0] == 1
    lab.page.keyboard.type("-")
    assert read(lab)["numbers"]["x"][0][0] == 1
    lab.page.keyboard.press("Escape")
    field.blur()
    assert field.input_value() == "1"
    lab.get_by_role("button", name="− 1").click()
    lab.get_by_role("button", name="− 1").click()
    assert read(lab)["numbers"]["x"][0][0] == -1
    field.fill("9")
    assert lab.get_by_role("button", name="+ 1").get_attribute("aria-disabled") == "true"


def test_one_cell_of_each_grid_is_reached_by_tab(lab: Locator) -> None:
    for number in (0, 1, 2):
        board = lab.locator("[role=grid]").nth(number)
        assert board.locator("[tabindex='0']").count() == 1
    cell(lab, "x", 3, 4).click()
    assert lab.locator(".bh-image [tabindex='0']").get_attribute("aria-label") == "x[3, 4] is 0"
    assert lab.locator(".bh-image [aria-selected=true]").count() == 1


def test_a_smaller_output_takes_the_chosen_cell_along(lab: Locator) -> None:
    set_to(lab, padding=2)
    cell(lab, "y", 7, 7).click()
    set_to(lab, stride=2)
    assert read(lab)["chosen"]["output"] == [[3, 3]]
    set_to(lab, padding=0, dilation=2)
    assert read(lab)["chosen"]["output"] == [[0, 0]]
    set_to(lab, padding=2, stride=1, dilation=1)
    assert read(lab)["chosen"]["output"] == [[7, 7]]


def test_examples_show_what_they_say(lab: Locator) -> None:
    click(lab, "g: a single 1")
    shown = read(lab)
    assert shown["view"] == "gx"
    gx = torch.zeros(6, 6)
    gx[1:4, 2:5] = torch.tensor(shown["numbers"]["w"])
    assert shown["numbers"]["gx"] == gx.tolist(), "one output sends back a copy of the kernel"
    click(lab, "g: all 1")
    set_to(lab, view="gw")
    assert read(lab)["numbers"]["gw"][0][0] == sum(
        number for row in read(lab)["numbers"]["x"][:4] for number in row[:4]
    )
    click(lab, "A corner of x")
    assert read(lab)["met"] == {"image": [], "kernel": [[0, 0]], "output": [[0, 0]]}
    click(lab, "The middle of w")
    assert len(read(lab)["met"]["output"]) == 16
    put(lab, "x", 0, 0, 7)
    assert_agrees(lab)
    click(lab, "Reset")
    shown = assert_agrees(lab)
    assert shown["numbers"]["y"] == ConvLab().numbers()["y"]
    assert (shown["view"], shown["chosen"]["output"]) == ("y", [[1, 1]])


def test_signs_are_marked_without_colour(lab: Locator) -> None:
    marked = lab.locator(".bh-kernel [role=gridcell]").evaluate_all(
        "(cells) => cells.map((cell) => cell.hasAttribute('data-negative'))"
    )
    assert marked == [False, False, False, True, False, False, False, True, False]


def test_values_are_blue_and_gradients_orange(lab: Locator) -> None:
    for view, tones in {"y": "vvv", "gx": "gvg", "gw": "vgg"}.items():
        set_to(lab, view=view)
        kinds = lab.locator(".bh-board").evaluate_all("(all) => all.map((one) => one.dataset.kind)")
        assert "".join(kind[3] for kind in kinds) == tones


def test_what_is_chosen_is_announced(lab: Locator) -> None:
    cell(lab, "y", 1, 1).focus()
    lab.page.keyboard.press("ArrowRight")
    said = lab.locator("[aria-live=polite]")
    said.filter(has_text="same place. y[1, 2] is 10.").wait_for(state="attached")


def test_finger_chooses_a_cell(page: PageFactory, address: str) -> None:
    lab = opened(page(360, 740, has_touch=True, is_mobile=True), address)
    set_to(lab, padding=2, view="gw")
    cell(lab, "g", 7, 0).tap()
    shown = read(lab)
    assert shown["chosen"]["output"] == [[7, 0]]
    assert shown["padded"] == 9 - 1
    box = cell(lab, "g", 7, 0).bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 22


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_is_accessible_steady_and_fits(
    page: PageFactory, alone: str, theme: str, width: int
) -> None:
    view = page(width, 900, color_scheme=theme)
    lab = opened(view, alone)
    height = lab.evaluate("(lab) => lab.offsetHeight")
    kept = view.locator(".lab").first.evaluate("(box) => parseFloat(getComputedStyle(box).minHeight)")  # fmt: skip # noqa: E501
    assert height <= kept <= height + 33
    view.add_script_tag(path=AXE)
    for sizes in ((2, 1, 1), (1, 2, 1), (2, 1, 2)):
        set_to(lab, **dict(zip(SHAPE, sizes, strict=True)))
        for one in VIEWS:
            set_to(lab, view=one)
            for place in ("image", "kernel", "output"):
                lab.locator(f"[data-place={place}]").nth(4 if place == "kernel" else 0).click()
                assert lab.evaluate(FITS), f"{sizes} {one} {place}"
                assert lab.evaluate("(lab) => lab.offsetHeight") == height, "the page moves"
        found = view.evaluate("axe.run('.lab', { resultTypes: ['violations'] })")
        assert [one["id"] for one in found["violations"]] == []


def test_an_update_fits_into_a_frame(lab: Locator) -> None:
    set_to(lab, padding=2)
    spent: float = lab.evaluate(
        """async (lab) => {
          const times = [];
          const cells = [...lab.querySelectorAll("[role=gridcell]")];
          for (const cell of cells.slice(0, 60)) {
            const start = performance.now();
            cell.click();
            await Promise.resolve();
            lab.getBoundingClientRect();
            times.push(performance.now() - start);
          }
          return times.sort((a, b) => a - b)[30];
        }"""
    )
    assert spent < 16
