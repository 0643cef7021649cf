"""The numbers of the loss lab on its built page are PyTorch's."""

import pytest
from playwright.sync_api import Locator

from tests.web.lab_loss import (
    COMBINATIONS,
    PageFactory,
    assert_agrees,
    choose,
    click,
    open_lab,
    press,
    read,
)


@pytest.fixture
def lab(page: PageFactory, http_site: str) -> Locator:
    """The lab on the page of chapter 2, in view."""
    return open_lab(page(), http_site)


def test_starts_with_the_numbers_that_pytorch_stored(lab: Locator) -> None:
    assert lab.get_attribute("data-agrees") == "true"
    assert_agrees(read(lab))


def test_every_loss_and_reduction_agrees_with_pytorch(lab: Locator) -> None:
    for loss, reduction in COMBINATIONS:
        click(lab, "Reset all")
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
    assert delta.is_disabled()
    choose(lab, "huber", "sum")
    assert delta.is_enabled()
    for key in ("Home", "ArrowRight", "ArrowRight", "End"):
        delta.press(key)
        assert_agrees(read(lab))
