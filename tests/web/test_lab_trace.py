"""The trace player on a page without a kernel: every number of every step is PyTorch's."""

from pathlib import Path

import pytest
import torch
from playwright.sync_api import Locator

from tests.web.conftest import PageFactory
from tests.web.lab_trace import (
    Example,
    assert_agrees,
    book,
    derivation,
    fan_out,
    go,
    large,
    numbers,
    opened,
    read,
    root_inside,
)

EXAMPLES = (derivation(), fan_out())
# Nothing but the graph and the panel needs to be scrolled, and the panel not sideways.
FITS = """(lab) => [lab, ...lab.querySelectorAll(".bh-panel, .bh-controls")]
  .every((part) => part.scrollWidth <= part.clientWidth)"""
ORDERS = tuple([node.name for node in example.trace()] for example in EXAMPLES)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A page with the players of both examples and of a large graph."""
    traces = [example.trace(jacobians=True) for example in EXAMPLES]
    return book(tmp_path_factory.mktemp("traces"), [*traces, large(), root_inside()])


@pytest.fixture(params=range(len(EXAMPLES)), ids=["derivation", "fan-out"])
def number(request: pytest.FixtureRequest) -> int:
    """Which example."""
    chosen: int = request.param
    return chosen


def selected(lab: Locator) -> str:
    """PyTorch's name of the node whose numbers are shown."""
    (name,) = [name for name, node in read(lab)["nodes"].items() if node["selected"]]
    return str(name)


def test_every_step_by_mouse_agrees(page: PageFactory, address: str, number: int) -> None:
    lab = opened(page(), address, number)
    example, order = EXAMPLES[number], ORDERS[number]
    assert_agrees(read(lab), example, order)
    for step in range(1, len(order) + 1):
        lab.get_by_role("button", name="next step").click()
        shown = read(lab)
        assert shown["step"] == step
        assert_agrees(shown, example, order)
        assert selected(lab) == order[step - 1]
    lab.get_by_role("button", name="next step").click(force=True)
    assert read(lab)["step"] == len(order)
    lab.get_by_role("button", name="previous step").click()
    assert_agrees(read(lab), example, order)


def test_numbers_on_edges_are_those_on_their_way(
    page: PageFactory, address: str, number: int
) -> None:
    lab = opened(page(), address, number)
    example, order = EXAMPLES[number], ORDERS[number]
    trace, parts = example.trace().to_dict(), example.parts()
    names = {node: name for name, node in example.nodes.items()}
    for step in range(len(order) + 1):
        go(lab, step)
        shown = read(lab)
        for k, edge in enumerate(trace["edges"]):
            source, reader = (trace["nodes"][edge[end]]["name"] for end in ("from", "to"))
            left, consumed = order.index(reader) + 1, order.index(source) + 1
            state = "flows" if left == step else "flowed" if left < step else "waits"
            assert shown["edges"][str(k)] == state
            part = parts[names[reader], names[source]]
            small = part.dim() < 2 or part.shape[0] <= 2
            wanted = numbers(part if left <= step <= consumed and small else None)
            assert shown["chips"][str(k)] == wanted


def test_panel_shows_the_numbers_of_the_node(page: PageFactory, address: str, number: int) -> None:
    lab = opened(page(), address, number)
    example, order = EXAMPLES[number], ORDERS[number]
    values, gradients, parts = example.forward(), example.gradients(), example.parts()
    names = {node: name for name, node in example.nodes.items()}
    for step, node in enumerate(order, 1):
        go(lab, step)
        panel, name = read(lab)["panel"], names[node]
        assert panel["value"] == [numbers(values[name])]
        assert panel["grad_output"] == [numbers(gradients[name])]
        readers = [reader for reader, one in parts if one == name]
        terms = sorted(panel.get("part", []))
        wanted = sorted(parts[one, name].flatten().tolist() for one in readers)
        assert [pytest.approx(one) for one in wanted if len(wanted) > 1] == terms
        if name in example.leaves:
            assert panel["grad"] == [numbers(gradients[name])]
            continue
        function, inputs = example.operations[name]
        assert panel["sent"] == [numbers(parts[name, one]) for one in inputs]
        given = [values[one].detach() for one in inputs]
        jacobians = torch.func.jacrev(function, tuple(range(len(given))))(*given)
        assert panel["jacobian"] == [numbers(one) for one in jacobians]


def test_keys_step_walk_and_choose(page: PageFactory, address: str, number: int) -> None:
    lab = opened(page(), address, number)
    example, order = EXAMPLES[number], ORDERS[number]
    keyboard = lab.page.keyboard
    node = lab.locator(".bh-node[tabindex='0']")
    assert node.count() == 1, "the graph is one stop of the Tab key"
    node.focus()
    for key, step in (("End", len(order)), ("ArrowLeft", len(order) - 1), ("Home", 0),
                      ("ArrowRight", 1), ("ArrowRight", 2)):  # fmt: skip
        keyboard.press(key)
        assert_agrees(read(lab), example, order)
        assert read(lab)["step"] == step
    keyboard.press("ArrowUp")
    walked = selected(lab)
    assert walked != order[1]
    assert read(lab)["step"] == 2
    assert lab.evaluate("() => document.activeElement.dataset.called") == walked
    keyboard.press("Tab")
    assert lab.evaluate("() => document.activeElement.tagName") == "BUTTON"
    keyboard.press("Shift+Tab")
    keyboard.press("ArrowDown")
    keyboard.press("Enter")
    assert selected(lab) == order[1]
    keyboard.press("ArrowRight")
    assert selected(lab) == order[2]


def test_finger_steps_and_chooses(page: PageFactory, address: str, number: int) -> None:
    lab = opened(page(360, 740, has_touch=True, is_mobile=True), address, number)
    example, order = EXAMPLES[number], ORDERS[number]
    for _ in range(2):
        lab.get_by_role("button", name="next step").tap()
    assert_agrees(read(lab), example, order)
    chosen = example.nodes["y" if number == 0 else "h"]
    lab.locator(f"[data-called='{chosen}']").tap()
    assert selected(lab) == chosen
    assert read(lab)["step"] == 2
    assert lab.evaluate(FITS)


def test_click_shows_a_node_that_backward_has_not_reached(page: PageFactory, address: str) -> None:
    lab = opened(page(), address, 1)
    go(lab, 4)
    lab.locator("[data-called=MvBackward0]").click()
    shown = read(lab)
    parts = fan_out().parts()
    assert shown["title"].startswith("h = w @ x")
    assert lab.get_by_text("2 of 3 gradients so far, sum").is_visible()
    assert shown["panel"]["so far"] == [numbers(parts["m", "h"] + parts["y2", "h"])]
    assert "grad_output" not in shown["panel"]


def test_gradient_given_inside_the_graph_is_told(page: PageFactory, address: str) -> None:
    lab = opened(page(), address, 3)
    go(lab, 3)
    panel = read(lab)["panel"]
    assert (panel["part"], panel["grad_output"]) == ([[3]], [[8]])
    assert lab.get_by_text("with what backward was given here").is_visible()


def test_sentence_tells_the_step(page: PageFactory, address: str) -> None:
    lab = opened(page(), address)
    assert read(lab)["said"].startswith("The forward pass has run: values are blue.")
    go(lab, 2)
    assert read(lab)["said"] == (
        "Step 2 of 5. z (MulBackward0) receives [[0.25, 0.25], [0.25, 0.25]], multiplies it by "
        "the other factor, and sends [[0.75, 0.75], [0.75, 0.75]] to y ** 2."
    )
    go(lab, 5)
    assert read(lab)["said"].endswith("receives [[4.5, 6], [7.5, 9]], and adds it to its .grad.")
    assert lab.locator("input[type=range]").get_attribute("aria-valuetext") == (
        "step 5 of 5, x (AccumulateGrad)"
    )


def test_plays_pauses_and_starts_again(page: PageFactory, address: str) -> None:
    view = page()
    view.clock.install()
    lab = opened(view, address)
    lab.get_by_role("button", name="Play").click()
    assert read(lab)["step"] == 1
    view.clock.run_for(3200)
    assert read(lab)["step"] == 3
    lab.get_by_role("button", name="Pause").click()
    view.clock.run_for(5000)
    assert read(lab)["step"] == 3
    lab.locator(".bh-panel").press(" ")
    view.clock.run_for(5000)
    assert read(lab)["step"] == 5
    lab.get_by_role("button", name="Play").click()
    assert read(lab)["step"] == 0
    lab.get_by_role("button", name="next step").click()
    view.clock.run_for(5000)
    assert read(lab)["step"] == 1, "a step by hand ends the play"


@pytest.mark.parametrize(
    ("motion", "animation"), [("reduce", "none"), ("no-preference", "bh-flow")]
)
def test_moves_only_where_readers_want_it(
    page: PageFactory, address: str, motion: str, animation: str
) -> None:
    lab = opened(page(reduced_motion=motion), address)
    go(lab, 2)
    line = lab.locator("[data-state=flows] .bh-up").first
    assert line.evaluate("(one) => getComputedStyle(one).animationName") == animation


def test_large_graph_keeps_the_step_in_view(page: PageFactory, address: str) -> None:
    lab = opened(page(reduced_motion="reduce"), address, 2)
    window = lab.locator(".bh-window").bounding_box()
    assert window is not None
    for step in (1, 5, 20, 40, 61):
        go(lab, step)
        box = lab.locator(".bh-node[data-state=active]").bounding_box()
        assert box is not None
        assert window["x"] <= box["x"] < box["x"] + box["width"] <= window["x"] + window["width"]
        assert window["y"] <= box["y"] < box["y"] + box["height"] <= window["y"] + window["height"]
    lab.get_by_role("button", name="Whole graph").click()
    whole = lab.locator(".bh-window svg").bounding_box()
    assert whole is not None
    assert whole["width"] <= window["width"] + 1
    assert whole["height"] <= window["height"] + 1
    lab.get_by_role("button", name="Readable size").click()


@pytest.mark.parametrize("width", [360, 600, 1280])
@pytest.mark.parametrize("which", [0, 1, 2])
def test_page_below_does_not_move(page: PageFactory, address: str, width: int, which: int) -> None:
    lab = opened(page(width), address, which)
    box = lab.page.locator(".lab").nth(which)
    still = page(width, java_script_enabled=False)
    still.goto(lab.page.url)
    reserved = still.locator(".lab").nth(which).bounding_box()
    assert reserved is not None
    for step in range(6):
        go(lab, step)
        taken = box.bounding_box()
        assert taken is not None
        assert taken["height"] == reserved["height"]
    own = lab.bounding_box()
    assert own is not None
    assert reserved["height"] - own["height"] < 4


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_is_accessible(page: PageFactory, address: str, theme: str, width: int) -> None:
    view = page(width=width, color_scheme=theme)
    lab = opened(view, address)
    view.add_script_tag(path=Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js")
    for step in (0, 2, 5):
        for number in range(3):
            go(view.locator(".bh-trace").nth(number), step)
        view.wait_for_timeout(100)
        found = view.evaluate("axe.run('.bh-trace', { resultTypes: ['violations'] })")
        assert [
            f"{violation['id']}: {node['html']}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ] == []
    assert lab.evaluate(FITS)


def test_examples_are_what_they_say() -> None:
    for example in EXAMPLES:
        assert isinstance(example, Example)
        for name, gradient in example.gradients().items():
            parts = [part for (_, one), part in example.parts().items() if one == name]
            given = [example.roots[name]] if name in example.roots else []
            assert torch.allclose(torch.stack(parts + given).sum(0), gradient)
    assert len(large()) == 61
