"""The search of the site: a message leads to its entry, in a real browser."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

PageFactory = Callable[..., Page]

SCALAR = "grad can be implicitly created only for scalar outputs"
SECOND = "Trying to backward through the graph a second time"
# What a reader searches for, and words of the heading that it must lead to.
MESSAGES = {
    SCALAR: SCALAR,
    f"RuntimeError: {SCALAR}": SCALAR,
    "element 0 of tensors does not require grad and does not have a grad_fn": "element 0",
    f"RuntimeError: {SECOND} (or directly access saved tensors after they have already been "
    "freed). Saved intermediate values of the graph are freed when you call .backward() or "
    "autograd.grad(). Specify retain_graph=True if you need to backward through the graph a second "
    "time or if you need to access saved tensors after calling backward.": SECOND,
    "one of the variables needed for gradient computation has been modified by an inplace "
    "operation: [torch.cuda.FloatTensor [64, 10]], which is output 0 of AsStridedBackward0, is at "
    "version 9; expected version 8 instead.": "modified by an inplace operation",
    "a leaf Variable that requires grad is being used in an in-place operation.": "a leaf Variable",
    "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.": (
        "Can't call numpy()"
    ),
    "function MyLayerBackward returned an incorrect number of gradients (expected 3, got 2)": (
        "incorrect number of gradients"
    ),
    "Function MyLayerBackward returned an invalid gradient at index 1 - got [5, 7] but expected "
    "shape compatible with [7, 5]": "an invalid gradient at index",
    "One of the differentiated Tensors appears to not have been used in the graph. Set "
    "allow_unused=True if this is the desired behavior.": "appears to not have been used",
    "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed": (
        "not a leaf Tensor"
    ),
}


@pytest.fixture(params=["http", "file"])
def address(request: pytest.FixtureRequest, site: Path, http_site: str) -> str:
    """The address of the site, once over http and once from disk."""
    return http_site if request.param == "http" else site.as_uri()


def results(view: Page, address: str, words: str) -> Locator:
    """Search from the first page, as a reader does; return the links that are found."""
    view.goto(f"{address}/intro.html")
    view.locator("nav.contents input[type=search]").fill(words)
    view.keyboard.press("Enter")
    view.locator(".search-summary", has_text="Search finished").wait_for()
    return view.locator("#search-results li > a")


@pytest.mark.parametrize("message", MESSAGES)
def test_a_message_leads_to_its_entry(page: PageFactory, address: str, message: str) -> None:
    view = page()
    first = results(view, address, message).first
    assert "10-errors.html" in str(first.get_attribute("href"))
    first.click()
    view.wait_for_url("**/chapters/10-errors.html**")
    heading = view.locator(":target h3, h3:target").first
    assert MESSAGES[message] in heading.inner_text()
    assert heading.evaluate("e => e.getBoundingClientRect().top < innerHeight")


def test_a_word_of_many_headings_leads_to_pages(page: PageFactory, http_site: str) -> None:
    first = results(page(), http_site, "gradient").first
    assert "#" not in str(first.get_attribute("href"))


def test_a_page_is_found_by_its_text(page: PageFactory, http_site: str) -> None:
    found = results(page(), http_site, "topological order").all()
    assert any("01-autograd.html" in str(link.get_attribute("href")) for link in found)
