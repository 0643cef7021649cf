"""The CNN lab as a reader handles it."""

from typing import Any

from playwright.sync_api import Locator, Page

READ = """(lab) => {
  const number = (node) => ({ value: Number(node.dataset.value), step: Number(node.dataset.step), text: node.textContent });
  const [value, gradient] = [...lab.querySelectorAll(".bh-reading b")].slice(1);
  const frame = (node) => {
    const [box, map] = [node.getBoundingClientRect(), node.parentElement.getBoundingClientRect()];
    return node.hidden ? null : [(box.top - map.top) / map.height, (box.left - map.left) / map.width, box.height / map.height, box.width / map.width];
  };
  const [from, , gradients] = lab.querySelectorAll(".bh-three .bh-heat");
  return {
    image: Number(lab.elements.image.value), layer: Number(lab.elements.layer.value), snapshot: Number(lab.elements.snapshot.value),
    index: lab.querySelector(".bh-reading b").textContent, value: number(value), gradient: number(gradient),
    source: lab.querySelector(".bh-views .bh-answer").innerText, standing: lab.querySelector(".bh-standing").textContent,
    titles: [...lab.querySelectorAll(".bh-three .bh-title")].map((one) => one.textContent),
    region: frame(from.querySelector(".bh-outline")), winner: frame(from.querySelector(".bh-winner")),
    cursor: frame(lab.querySelector(".bh-cursor")), echo: frame(gradients.querySelector(".bh-outline")),
  };
}"""  # noqa: E501
# Every number of every stop, as the lab's own module finds them: it is run without its last line.
NUMBERS = """({ _esm, network, stored }) => {
  const { walker, truly } = new Function(_esm.replace(/export default.*/, "return { walker, truly };"))();
  const walks = walker(network, stored);
  const list = ({ numbers, steps }) => [[...numbers], [...steps]];
  const found = [];
  for (let snapshot = 0; snapshot < network.steps.length; snapshot++)
    for (let image = 0; image < network.labels.length; image++) {
      const { forth, back, p, loss } = walks.walk(image, snapshot);
      found.push({ values: forth.map(list), gradients: back.map(list), p, loss });
    }
  const words = found[0].values[4][0].map((one, k) => truly(one, found[0].values[4][1][k]));
  return { found, words };
}"""  # noqa: E501
# The strength of the two canvases of a map, from 0 to 1, and the colour of its strongest cell.
CELLS = """(map) => {
  const [solid, striped] = [...map.querySelectorAll("canvas:not(.bh-photo)")].map((one) =>
    one.getContext("2d").getImageData(0, 0, one.width, one.height).data);
  const alpha = (data) => Array.from({ length: data.length / 4 }, (_, k) => data[4 * k + 3] / 255);
  const strong = alpha(solid).reduce((best, one, k, all) => (one > all[best] ? k : best), 0);
  return { solid: alpha(solid), striped: alpha(striped), colour: [...solid.slice(4 * strong, 4 * strong + 3)] };
}"""  # noqa: E501


def opened(page: Page, address: str, number: int = 0) -> Locator:
    """Open the book and wait until one of its labs lives."""
    page.goto(address)
    page.locator(".lab[data-state=live]").nth(number).wait_for()
    lab = page.locator(".bh-cnn").nth(number)
    lab.locator(".bh-three").scroll_into_view_if_needed()
    return lab


def read(lab: Locator) -> dict[str, Any]:
    """What the lab shows, with its numbers at full precision."""
    shown: dict[str, Any] = lab.evaluate(READ)
    return shown


def choose(lab: Locator, name: str, value: int) -> None:
    """Choose an image or a layer."""
    lab.locator(f"input[name={name}][value='{value}']").check(force=True)


def replay(lab: Locator, snapshot: int) -> None:
    """Move the training to a snapshot."""
    lab.locator("input[name=snapshot]").fill(str(snapshot))


def point(lab: Locator, panel: int, row: float, column: float) -> tuple[float, float]:
    """The place on the screen at shares of a panel: 0 its upper left corner, 1 the other."""
    box = lab.locator(".bh-three .bh-heat").nth(panel).bounding_box()
    assert box is not None
    return box["x"] + column * box["width"], box["y"] + row * box["height"]


def go(lab: Locator, *keys: str) -> None:
    """Press keys on the chosen cell."""
    for key in keys:
        lab.locator(".bh-cursor").press(key)
