"""The lab of cross-entropy moved by mouse and keyboard, its bars, its words and its place."""

import pytest
from playwright.sync_api import Locator

from byhand.labs import CrossEntropyLab
from tests.web.lab_cross_entropy import assert_agrees, read
from tests.web.lab_logits import FITS, SPENT, PageFactory, book, click, drag, opened, press


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A page with the lab as it starts, and with the naive form of logits of a reader's own."""
    labs = [CrossEntropyLab(), CrossEntropyLab([1000, -88.9, 0.37], 2, naive=True)]
    return book(tmp_path_factory.mktemp("cross_entropy"), labs)


@pytest.fixture
def lab(page: PageFactory, address: str) -> Locator:
    """The lab as it starts, in view."""
    return opened(page(), address)


@pytest.fixture
def naive(lab: Locator) -> Locator:
    """The lab with the naive form switched on."""
    lab.locator("input[name=naive]").check()
    return lab


def test_every_slider_obeys_the_keyboard(lab: Locator) -> None:
    for name in ("x0", "x1", "x2"):
        for keys in (("Home",), ("ArrowRight", "ArrowUp"), ("End", "ArrowLeft")):
            before = read(lab)
            press(lab, name, *keys)
            assert read(lab) != before
            assert_agrees(read(lab))
    before = read(lab)
    lab.locator("input[name=target][value='1']").press("ArrowRight")
    after = read(lab)
    assert (after["target"], after["p"]) == (2, before["p"])
    assert_agrees(after)
    lab.locator("input[name=naive]").press("Space")
    assert lab.locator(".bh-steps").is_visible()


def test_mouse_drags_a_logit(lab: Locator) -> None:
    before = read(lab)
    drag(lab, "x2", 0.2)
    after = read(lab)
    assert after["logits"][2] > before["logits"][2] + 2
    assert after["gradient"][2] > before["gradient"][2] + 0.3
    assert_agrees(after)


def test_bars_go_up_and_down_with_the_gradient(lab: Locator) -> None:
    click(lab, "sure and wrong")
    bars = lab.locator(".bh-both .bh-fill").evaluate_all(
        "(bars) => bars.map((bar) => [bar.offsetTop, bar.offsetHeight, "
        "bar.parentElement.clientHeight, bar.hasAttribute('data-negative')])"
    )
    for (top, height, room, negative), value in zip(bars, read(lab)["gradient"], strict=True):
        assert negative is (value < 0)
        assert top == pytest.approx(room / 2 if value < 0 else room / 2 - height, abs=1.01)
        assert height / room == pytest.approx(abs(value) / 2, abs=0.012)
    goals = lab.locator(".bh-goal").evaluate_all("(all) => all.map((one) => !one.hidden)")
    assert goals[:3] == [True, False, False]


def test_what_changed_is_announced(naive: Locator) -> None:
    click(naive, "[100, 0, 0]")
    said = naive.locator("[aria-live=polite]").filter(has_text="exp(100)")
    said.wait_for(state="attached")
    assert said.inner_text().startswith("Class 0 of the logits [100, 0, 0]: loss 0, gradient")


def test_every_control_has_a_name(lab: Locator) -> None:
    for k in range(3):
        assert lab.get_by_role("slider", name=f"logit x[{k}]", exact=True).count() == 1
    assert lab.get_by_role("group", name="class y").get_by_role("radio").count() == 3
    assert lab.get_by_role("checkbox", name="show the naive form in float32").count() == 1


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("number", [0, 1], ids=["closed", "naive"])
def test_fits_its_page_and_the_place_kept_for_it(
    page: PageFactory, address: str, width: int, number: int
) -> None:
    lab = opened(page(width, 740), address, number)
    assert lab.evaluate(FITS)
    height = lab.evaluate("(lab) => lab.offsetHeight")
    place = lab.page.locator(".lab").nth(number)
    kept = place.evaluate("(box) => parseFloat(getComputedStyle(box).minHeight)")
    assert height <= kept <= height + 30
    if number:
        for name in ("[100, 0, 0]", "[0, −200, 0]", "[1000, −1000, 0]"):
            click(lab, name)
            assert lab.evaluate("(lab) => lab.offsetHeight") == height, "the page below it moves"
            assert lab.evaluate(FITS)


def test_an_update_fits_into_a_frame(naive: Locator) -> None:
    assert naive.evaluate(SPENT, "x1") < 16
