"""The convolution lab as a reader handles it, and what PyTorch says about its numbers."""

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from playwright.sync_api import Locator, Page

TOLERANCE = 1e-6
PLACES = {"y": "output", "gx": "image", "gw": "kernel"}
VIEWS = tuple(PLACES)
SHAPE = ("padding", "stride", "dilation")
# Everything that one view shows: its settings, all cells, and what is marked.
READ = """(lab) => {
  const cells = [...lab.querySelectorAll("[role=gridcell]")];
  const grid = (place) => [...lab.querySelectorAll(`.bh-${place} [role=row]`)].map((row) => [...row.children].map((one) => Number(one.dataset.value)));
  const name = (place) => lab.querySelector(`.bh-${place} strong`).textContent;
  const marked = (place, mark) => [...lab.querySelectorAll(`.bh-${place} [role=gridcell][data-mark=${mark}]`)].map((one) => [Number(one.dataset.row), Number(one.dataset.column)]);
  const places = ["image", "kernel", "output"];
  const each = (work) => Object.fromEntries(places.map((place) => [place, work(place)]));
  const order = (place) => [...lab.querySelectorAll(`.bh-${place} .bh-cell`)].filter((one) => one.dataset.order).map((one) => Number(one.dataset.order));
  return {
    ...Object.fromEntries(["padding", "stride", "dilation"].map((one) => [one, Number(lab.elements[one].value)])),
    view: lab.elements.view.value, names: each(name), numbers: Object.fromEntries(places.map((place) => [name(place), grid(place)])),
    met: each((place) => marked(place, "met")), chosen: each((place) => marked(place, "chosen")), order: each(order),
    padded: lab.querySelectorAll(".bh-edge[data-mark=met]").length,
    lead: lab.querySelector(".bh-answer p").textContent,
    terms: [...lab.querySelectorAll(".bh-term")].map((one) => one.textContent),
    total: lab.querySelector("[data-name=total]") && Number(lab.querySelector("[data-name=total]").dataset.value),
    now: document.activeElement?.getAttribute("aria-label"),
  };
}"""  # noqa: E501
# Every number of the three views at the present settings; the view is put back.
READ_ALL = f"""async (lab) => {{
  const read = {READ};
  const turn = async (view) => {{
    lab.querySelector(`input[name=view][value=${{view}}]`).click();
    await new Promise((done) => setTimeout(done));
  }};
  const before = lab.elements.view.value;
  const found = {{ ...read(lab), numbers: {{}} }};
  for (const view of ["y", "gx", "gw"]) {{
    await turn(view);
    Object.assign(found.numbers, read(lab).numbers);
  }}
  await turn(before);
  return found;
}}"""
# Points at each cell of a grid in turn, and reads what is shown.
POINT_AT_ALL = f"""(lab, place) => [...lab.querySelectorAll(`[data-place=${{place}}]`)].map((cell) => {{
  cell.dispatchEvent(new PointerEvent("pointerover", {{ pointerType: "mouse", bubbles: true }}));
  const shown = ({READ})(lab);
  return {{ ...shown, row: Number(cell.dataset.row), column: Number(cell.dataset.column) }};
}})"""  # noqa: E501


def opened(page: Page, address: str, number: int = 0) -> Locator:
    """Open the book and wait until one of its labs lives."""
    page.goto(address)
    page.locator(".lab[data-state=live]").nth(number).wait_for()
    lab = page.locator(".bh-conv").nth(number)
    lab.scroll_into_view_if_needed()
    return lab


def read(lab: Locator) -> dict[str, Any]:
    """What the lab shows now."""
    shown: dict[str, Any] = lab.evaluate(READ)
    return shown


def set_to(lab: Locator, **settings: object) -> None:
    """Choose a view or a size."""
    for name, value in settings.items():
        lab.locator(f"input[name={name}][value='{value}']").check()


def cell(lab: Locator, name: str, row: int, column: int) -> Locator:
    """A cell by its name, such as ``x[1, 2]``."""
    return lab.locator(f"[data-name={name}][data-row='{row}'][data-column='{column}']")


def put(lab: Locator, name: str, row: int, column: int, value: float) -> None:
    """Type a number into a cell of the present view."""
    cell(lab, name, row, column).click()
    lab.locator("input[name=value]").fill(str(value))


def torch_numbers(shown: dict[str, Any]) -> dict[str, torch.Tensor]:
    """Forward and backward of PyTorch for the numbers and sizes that a lab shows."""
    x, w = (
        torch.tensor([[shown["numbers"][name]]], dtype=torch.float64, requires_grad=True)
        for name in ("x", "w")
    )
    y = F.conv2d(x, w, **{name: shown[name] for name in SHAPE})
    g = torch.tensor([[shown["numbers"]["g"]]], dtype=torch.float64)
    gx, gw = torch.autograd.grad(y, (x, w), g)
    return {"y": y[0, 0].detach(), "gx": gx[0, 0], "gw": gw[0, 0]}


def assert_agrees(lab: Locator) -> dict[str, Any]:
    """Compare all numbers of the three views with PyTorch's; return what is shown."""
    shown: dict[str, Any] = lab.evaluate(READ_ALL)
    for name, expected in torch_numbers(shown).items():
        found = torch.tensor(shown["numbers"][name], dtype=torch.float64)
        where = f"{name} at {[shown[one] for one in SHAPE]}"
        assert found.shape == expected.shape, where
        assert found.flatten().tolist() == pytest.approx(
            expected.flatten().tolist(), rel=TOLERANCE, abs=TOLERANCE
        ), where
    return shown


def uses(shape: dict[str, Any]) -> tuple[torch.Tensor, torch.Tensor]:
    """How often PyTorch uses each cell, from the derivatives of a convolution of ones.

    Returns:
        For each output the inputs that it uses, shape (n, n, 6, 6), and the weights that are not
        on the padding then, (n, n, 3, 3); 1 where it is used, else 0.
    """
    ones = torch.ones(1, 1, 6, 6, dtype=torch.float64), torch.ones(1, 1, 3, 3, dtype=torch.float64)

    def forward(x: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
        return F.conv2d(x, w, **{name: shape[name] for name in SHAPE})[0, 0]

    by_x, by_w = torch.func.jacrev(forward, (0, 1))(*ones)
    return by_x[:, :, 0, 0], by_w[:, :, 0, 0]


def indices(mask: torch.Tensor) -> list[list[int]]:
    """Row and column of every entry that is not zero."""
    found: list[list[int]] = mask.nonzero().tolist()
    return found


def value_of(term: str) -> float:
    """The value of a written product such as ``+ 2·(−1)`` or ``gx[0, 1] gets 2·3,``."""
    product = term.split("gets")[-1].strip(" +,")
    one, other = (float(number.strip("()").replace("−", "-")) for number in product.split("·"))
    return one * other
