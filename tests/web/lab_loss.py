"""The loss lab as a reader handles it, and what PyTorch says about the numbers that it shows."""

import itertools
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
    slope: exact(lab.querySelector("[data-name=slope]")),
    chosen: exact(lab.querySelector("[data-name=chosen]")),
    selected: [...lab.querySelectorAll("tbody tr")].findIndex((row) => row.className),
    handles: [...lab.querySelectorAll("[role=slider]")].map(exact),
    loss: lab.elements.loss.value, reduction: lab.elements.reduction.value,
    delta: setting("delta"), grad_output: setting("grad_output"), lr: setting("lr"),
  };
}"""


def open_lab(page: Page, http_site: str) -> Locator:
    """Open chapter 2 and wait until its lab lives."""
    page.goto(http_site.rstrip("/") + CHAPTER)
    lab = page.locator(".bh-loss")
    lab.wait_for()
    handle(lab, 0).scroll_into_view_if_needed()
    return lab


def handle(lab: Locator, i: int) -> Locator:
    """The point of one prediction."""
    return lab.get_by_role("slider", name=f"prediction {'ABCDE'[i]}")


def read(lab: Locator) -> dict[str, Any]:
    """Every number that the lab shows, at full precision."""
    shown: dict[str, Any] = lab.evaluate(READ)
    return shown


def choose(lab: Locator, loss: str, reduction: str) -> None:
    """Choose a loss and a reduction as a reader does."""
    for value in (loss, reduction):
        lab.locator(f"input[type=radio][value={value}]").check()


def set_slider(lab: Locator, name: str, value: float) -> None:
    """Move the slider of a setting."""
    lab.locator(f"input[name={name}]").fill(str(value))


def click(lab: Locator, name: str) -> None:
    """Press a button of the lab."""
    lab.get_by_role("button", name=name, exact=True).click()


def expected_numbers(shown: dict[str, Any], losses: ModuleType) -> dict[str, Any]:
    """What the losses of a module give for the settings that the lab shows."""
    options = {"delta": shown["delta"]} if shown["loss"] == "huber" else {}
    input = torch.tensor(shown["input"], dtype=torch.float64, requires_grad=True)
    target = torch.tensor(shown["target"], dtype=torch.float64)
    function = getattr(losses, shown["loss"] + "_loss")
    value = function(input, target, reduction=shown["reduction"], **options)
    seed = torch.full_like(value, shown["grad_output"])
    (gradient,) = torch.autograd.grad(value, input, seed, retain_graph=True)
    (slopes,) = torch.autograd.grad(value, input, torch.ones_like(value))
    return {
        "difference": (input - target).tolist(),
        "term": function(input, target, reduction="none", **options).tolist(),
        "gradient": gradient.tolist(),
        "value": value.tolist(),
        "slope": slopes[shown["selected"]].item(),
        "chosen": gradient[shown["selected"]].item(),
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
