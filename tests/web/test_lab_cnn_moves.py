"""The CNN lab in a reader's hands: mouse, finger, keys, screen reader, width and speed."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

from byhand.labs._cnn_walk import LAYERS
from tests.unit.cnn_lab_case import small_lab
from tests.web.lab_cnn import choose, go, opened, point, read, replay
from tests.web.lab_logits import FITS, book, click

PageFactory = Callable[..., Page]
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A page with the lab, as a chapter has it."""
    return book(tmp_path_factory.mktemp("cnn"), [small_lab()])


@pytest.fixture
def lab(page: PageFactory, address: str) -> Locator:
    """The lab as it starts: conv 1 after the second snapshot."""
    return opened(page(), address)


def test_next_and_previous_walk_through_all_layers(lab: Locator) -> None:
    choose(lab, "layer", 0)
    previous = lab.get_by_role("button", name="◀ Previous", exact=True)
    after = lab.get_by_role("button", name="Next ▶", exact=True)
    assert previous.get_attribute("aria-disabled") == "true"
    for layer in range(1, 14):
        after.click()
        assert read(lab)["layer"] == layer
    assert after.get_attribute("aria-disabled") == "true"
    after.press("Enter")
    assert read(lab)["layer"] == 13
    previous.click()
    assert read(lab)["layer"] == 12


def test_cell_keeps_its_place_in_the_picture(lab: Locator) -> None:
    lab.page.mouse.click(*point(lab, 1, 20.5 / 32, 9.5 / 32))
    go(lab, "PageDown", "PageDown")
    places = []
    for _ in range(8):
        places.append(read(lab)["index"])
        click(lab, "Next ▶")
    assert places == [
        "conv 1 [2, 20, 9]",
        "ReLU 1 [2, 20, 9]",
        "pool 1 [2, 10, 4]",
        "conv 2 [2, 10, 4]",
        "ReLU 2 [2, 10, 4]",
        "pool 2 [2, 5, 2]",
        "conv 3 [2, 5, 2]",
        "ReLU 3 [2, 5, 2]",
    ]


def test_every_layer_and_image_is_named_with_its_shape(lab: Locator) -> None:
    for layer in LAYERS:
        shape = " × ".join(str(size) for size in layer.shape)
        named = lab.get_by_role("radio", name=f"{layer.name}, {shape}", exact=True)
        assert named.count() == 1, layer.name
    assert lab.get_by_role("radio", name="image 3: truck", exact=True).count() == 1
    assert lab.get_by_role("slider", name="training step").count() == 1
    assert lab.get_by_role("slider", name="chosen number").count() == 1


def test_keys_move_everything(lab: Locator) -> None:
    for keys, index in [
        (["ArrowRight"], "[0, 16, 17]"),
        (["ArrowDown", "ArrowDown"], "[0, 18, 17]"),
        (["Shift+ArrowLeft"], "[0, 18, 13]"),
        (["Shift+ArrowUp"], "[0, 14, 13]"),
        (["PageDown"], "[1, 14, 13]"),
        (["PageUp", "PageUp"], "[0, 14, 13]"),
        (["Shift+ArrowUp"] * 5, "[0, 0, 13]"),
    ]:
        go(lab, *keys)
        assert read(lab)["index"] == f"conv 1 {index}"
    said = lab.locator(".bh-cursor").get_attribute("aria-valuetext")
    shown = read(lab)
    assert said == (
        f"conv 1 [0, 0, 13]: value {shown['value']['text']}, gradient {shown['gradient']['text']}"
    )
    lab.locator("input[name=layer]:checked").press("ArrowRight")
    assert read(lab)["layer"] == 2
    lab.locator("input[name=image]:checked").press("ArrowLeft")
    assert read(lab)["image"] == 2
    lab.locator("input[name=snapshot]").press("ArrowLeft")
    assert read(lab)["snapshot"] == 0


def test_mouse_drags_over_cells_and_chooses_channels(lab: Locator) -> None:
    mouse = lab.page.mouse
    for panel in (1, 2):
        mouse.move(*point(lab, panel, 3.5 / 32, 4.5 / 32))
        mouse.down()
        assert read(lab)["index"] == "conv 1 [0, 3, 4]"
        mouse.move(*point(lab, panel, 8.5 / 32, 9.5 / 32))
        assert read(lab)["index"] == "conv 1 [0, 8, 9]"
        mouse.move(*point(lab, panel, -1, 3))
        assert read(lab)["index"] == "conv 1 [0, 0, 31]"
        mouse.up()
        mouse.move(*point(lab, panel, 0.5, 0.5))
        assert read(lab)["index"] == "conv 1 [0, 0, 31]", "a mouse that has let go"
    for kind in range(2):
        thumb = lab.locator(".bh-strip").nth(kind).locator(".bh-heat").nth(4)
        box = thumb.bounding_box()
        assert box is not None
        mouse.click(box["x"] + box["width"] * 0.01, box["y"] + box["height"] * 0.99)
        assert read(lab)["index"] == "conv 1 [4, 31, 0]"
        assert thumb.get_attribute("data-chosen") == ""
        go(lab, "PageUp")
    assert read(lab)["titles"] == ["from input", "value [3]", "gradient [3]"]


def test_strip_of_a_vector_chooses_its_numbers(lab: Locator) -> None:
    for layer, count in ((10, 96), (11, 64), (12, 64)):
        choose(lab, "layer", layer)
        box = lab.locator(".bh-strip").first.locator(".bh-heat:not([hidden])").bounding_box()
        assert box is not None
        lab.page.mouse.click(box["x"] + box["width"] * 37.5 / count, box["y"] + 9)
        assert read(lab)["index"] == f"{LAYERS[layer].name} [37]"


def test_finger_taps_and_drags_without_scrolling_the_page(page: PageFactory, address: str) -> None:
    lab = opened(page(360, 740, has_touch=True, is_mobile=True), address)
    for name, value in (("image", 2), ("layer", 7), ("layer", 1)):
        lab.locator(f".bh-{name} label").nth(value).tap()
        lab.page.wait_for_timeout(300)
        assert read(lab)[name] == value
    panel = lab.locator(".bh-three .bh-heat").nth(1)
    panel.scroll_into_view_if_needed()
    lab.page.touchscreen.tap(*point(lab, 1, 4.5 / 32, 27.5 / 32))
    assert read(lab)["index"] == "conv 1 [0, 4, 27]"
    scrolled = lab.page.evaluate("scrollY")
    touch = lab.page.context.new_cdp_session(lab.page)

    def send(kind: str, *shares: float) -> None:
        points = []
        if shares:
            x, y = point(lab, 1, *shares)
            points = [{"x": x, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    send("touchStart", 4.5 / 32, 4.5 / 32)
    for row in (8.5, 14.5, 20.5):
        send("touchMove", row / 32, 6.5 / 32)
    send("touchEnd")
    assert read(lab)["index"] == "conv 1 [0, 20, 6]"
    assert lab.page.evaluate("scrollY") == scrolled


def test_what_happens_is_announced(lab: Locator) -> None:
    said = lab.locator("[aria-live=polite]")
    go(lab, "ArrowRight")
    words = lab.locator(".bh-cursor").get_attribute("aria-valuetext")
    said.filter(has_text=words).wait_for(state="attached")
    choose(lab, "layer", 13)
    said.filter(has_text="linear 2: loss ").wait_for(state="attached")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_is_accessible_steady_and_fits(
    page: PageFactory, address: str, theme: str, width: int
) -> None:
    view = page(width, 900, color_scheme=theme)
    lab = opened(view, address)
    view.add_script_tag(path=AXE)
    height = lab.evaluate("(lab) => lab.offsetHeight")
    kept = view.locator(".lab").evaluate("(box) => parseFloat(getComputedStyle(box).minHeight)")
    assert height - 1 <= kept <= height + 30
    for layer in range(14):
        choose(lab, "layer", layer)
        replay(lab, layer % 2)
        assert lab.evaluate(FITS), LAYERS[layer].name
        assert lab.evaluate("(lab) => lab.offsetHeight") == height, "the page below it moves"
        if layer in (0, 4, 11, 13):
            found = view.evaluate("axe.run('.lab', { resultTypes: ['violations'] })")
            assert [one["id"] for one in found["violations"]] == []


def test_an_update_fits_into_a_frame(lab: Locator) -> None:
    spent: float = lab.evaluate(
        """async (lab) => {
          const times = [];
          for (let k = 0; k < 60; k++) {
            await new Promise(requestAnimationFrame);
            const start = performance.now();
            lab.elements[k % 2 ? "layer" : "image"][k % 3 + (k % 2)].click();
            await Promise.resolve();
            lab.getBoundingClientRect();
            times.push(performance.now() - start);
          }
          return times.sort((a, b) => a - b)[30];
        }"""
    )
    assert spent < 16
