"""The CNN lab on a page without a kernel: its numbers are those of PyTorch."""

import math
import re
from collections.abc import Callable
from typing import Any

import pytest
import torch
from playwright.sync_api import Browser, Locator, Page

from byhand.labs._cnn_walk import LAYERS
from byhand.palette import GRADIENT, VALUE
from tests.unit.cnn_lab_case import MEAN, STD, by_pytorch, images, small_lab, snapshots
from tests.web.lab_cnn import CELLS, NUMBERS, choose, go, opened, point, read, replay
from tests.web.lab_logits import book

PageFactory = Callable[..., Page]
EXACT = {"values": {0, 1, 2, 3, 13}, "gradients": {13}}
PAIRS = [(snapshot, image) for snapshot in range(2) for image in range(3)]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A page with the lab, as a chapter has it."""
    return book(tmp_path_factory.mktemp("cnn"), [small_lab()])


@pytest.fixture
def lab(page: PageFactory, address: str) -> Locator:
    """The lab as it starts: conv 1 after the second snapshot."""
    return opened(page(), address)


def numbers_of(browser: Browser, state: dict[str, Any]) -> dict[str, Any]:
    """Every number that a lab can show."""
    tab = browser.new_page()
    found: dict[str, Any] = tab.evaluate(
        NUMBERS, {name: state[name] for name in ("_esm", "network", "stored")}
    )
    tab.close()
    return found


@pytest.fixture(scope="module")
def numbers(browser: Browser) -> dict[str, Any]:
    """Every number that the small lab can show."""
    return numbers_of(browser, small_lab().get_state())


@pytest.mark.parametrize(("snapshot", "image"), PAIRS)
@pytest.mark.parametrize("what", ["values", "gradients"])
def test_every_number_of_every_layer_is_pytorchs(
    numbers: dict[str, Any], what: str, snapshot: int, image: int
) -> None:
    truth = by_pytorch(snapshot, image)[what == "gradients"]
    found = numbers["found"][snapshot * 3 + image][what]
    assert len(found) == len(LAYERS)
    for stop, (layer, expected) in enumerate(zip(LAYERS, truth, strict=True)):
        shown, steps = (torch.tensor(one, dtype=torch.float64) for one in found[stop])
        off = (shown - expected.flatten()).abs()
        if stop in EXACT[what]:
            assert not steps.any(), layer.name
            assert off.max() <= 1e-6 * expected.abs().max(), layer.name
            assert off.max() < 1e-6, layer.name
        else:
            assert (off <= steps / 2 * (1 + 1e-9)).all(), layer.name
            # A number that claims to be exact is zero, and is so in PyTorch.
            assert (expected.flatten()[steps == 0] == 0).all(), layer.name


@pytest.mark.parametrize(("snapshot", "image"), PAIRS)
def test_probabilities_and_loss_are_pytorchs(
    numbers: dict[str, Any], snapshot: int, image: int
) -> None:
    logits = by_pytorch(snapshot, image)[0][-1].flatten()
    found = numbers["found"][snapshot * 3 + image]
    assert found["p"] == pytest.approx(logits.softmax(0).tolist(), abs=1e-8)
    expected = -logits.log_softmax(0)[images().labels[image]]
    assert found["loss"] == pytest.approx(float(expected), abs=1e-7)


def test_choice_among_equal_numbers_is_the_stored_one(
    browser: Browser, numbers: dict[str, Any]
) -> None:
    state = small_lab().get_state()
    window, route = next(iter(state["stored"]["ties"][0].items()))
    other = 3 - int(route)
    state["stored"]["ties"][0][window] = str(other)
    cell = int(window) - 2 * 6 * 256  # the ties are in the third image
    row, column = divmod(cell % 256, 16)
    first = (cell // 256) * 1024 + 64 * row + 2 * column
    for found, chosen in ((numbers, int(route)), (numbers_of(browser, state), other)):
        gradients = found["found"][2]["gradients"][2][0]
        four = [gradients[first + 32 * i + j] for i in range(2) for j in range(2)]
        assert [k for k, one in enumerate(four) if one] == [chosen]


def test_digits_that_are_shown_are_true(numbers: dict[str, Any]) -> None:
    expected = by_pytorch(0, 0)[0][4].flatten().tolist()
    narrow = 0
    for words, truth in zip(numbers["words"], expected, strict=True):
        match = re.fullmatch(r"(−?[\d.]+) ± ([\d.]+)", words)
        assert match, words
        shown, off = (float(one.replace("−", "-")) for one in match.groups())
        assert abs(shown - truth) <= off * (1 + 1e-9), f"{words}, but PyTorch has {truth}"
        narrow += off <= 0.06 * max(abs(one) for one in expected)
    assert narrow == len(expected), "and they say enough"


def test_starts_with_the_last_snapshot(lab: Locator) -> None:
    shown = read(lab)
    assert (shown["image"], shown["snapshot"], shown["layer"]) == (0, 1, 1)
    assert shown["index"] == "conv 1 [0, 16, 16]"
    values, gradients = by_pytorch(1, 0)
    assert shown["value"]["value"] == pytest.approx(float(values[1][0, 16, 16]), abs=1e-6)
    gradient = shown["gradient"]
    assert abs(gradient["value"] - float(gradients[1][0, 16, 16])) <= gradient["step"] / 2
    assert shown["titles"] == ["from input", "value [0]", "gradient [0]"]


@pytest.mark.parametrize("layer", range(13))
def test_cell_shows_its_own_numbers(lab: Locator, layer: int) -> None:
    choose(lab, "layer", layer)
    channels, rows, columns = LAYERS[layer].shown
    places = torch.Generator().manual_seed(layer)
    for snapshot, image in ((0, 1), (1, 0), (1, 2)):
        replay(lab, snapshot)
        choose(lab, "image", image)
        values, gradients = by_pytorch(snapshot, image)
        for _ in range(4):
            c, r, k = (
                int(torch.randint(size, (), generator=places)) for size in (channels, rows, columns)
            )
            lab.locator(".bh-strip").first.locator(".bh-heat:not([hidden])").nth(
                c
            ).scroll_into_view_if_needed()
            go(lab, *["PageUp"] * channels, *["PageDown"] * c)
            lab.page.mouse.click(*point(lab, 1, (r + 0.5) / rows, (k + 0.5) / columns))
            shown = read(lab)
            own = f"[{c}, {r}, {k}]" if len(LAYERS[layer].shape) == 3 else f"[{r * columns + k}]"
            assert shown["index"] == f"{LAYERS[layer].name} {own}"
            for name, truth in (("value", values), ("gradient", gradients)):
                found, expected = shown[name], float(truth[layer][c, r, k])
                assert abs(found["value"] - expected) <= found["step"] / 2 + 1e-6, own
                assert ("±" in found["text"]) == (found["step"] > 0)
            assert shown["cursor"] == pytest.approx(
                [r / rows, k / columns, 1 / rows, 1 / columns], abs=0.01
            )
            assert shown["echo"] == pytest.approx(shown["cursor"], abs=0.01)


@pytest.mark.parametrize(
    ("layer", "cell", "region", "words"),
    [
        (1, (16, 10), (14, 8, 5, 5), "rows 14 to 18, columns 8 to 12 in all 3 channels of input"),
        (1, (0, 31), (0, 29, 3, 3), "rows 0 to 2, columns 29 to 31 in all 3 channels"),
        (4, (15, 0), (13, 0, 3, 3), "rows 13 to 15, columns 0 to 2 in all 32 channels of pool 1"),
        (2, (5, 6), (5, 6, 1, 1), "conv 1 is "),
        (3, (5, 6), (10, 12, 2, 2), "The largest of four numbers of ReLU 1, at [0, 1"),
        (6, (7, 0), (14, 0, 2, 2), "The largest of four numbers of ReLU 2, at [0, 1"),
        (10, (2, 7), (1, 3, 1, 1), "The same number as in pool 3 at [2, 1, 3]."),
        (11, (3, 3), (0, 0, 6, 16), "A weighted sum of all 1,024 numbers of flatten"),
        (12, (3, 3), (3, 3, 1, 1), "linear 1 is "),
    ],
)
def test_region_that_a_number_comes_from_is_outlined(
    lab: Locator, layer: int, cell: tuple[int, int], region: tuple[int, ...], words: str
) -> None:
    choose(lab, "layer", layer)
    _, rows, columns = LAYERS[layer].shown
    lab.page.mouse.click(*point(lab, 1, (cell[0] + 0.5) / rows, (cell[1] + 0.5) / columns))
    shown = read(lab)
    _, tall, wide = LAYERS[layer - 1].shown
    expected = [region[0] / tall, region[1] / wide, region[2] / tall, region[3] / wide]
    assert shown["region"] == pytest.approx(expected, abs=0.01)
    assert words in shown["source"]


def test_largest_of_a_window_is_marked_where_pytorch_has_it(lab: Locator) -> None:
    choose(lab, "layer", 3)
    before = by_pytorch(1, 0)[0][2][0]
    for row, column in ((0, 0), (4, 9), (8, 8), (15, 15), (11, 3)):
        lab.page.mouse.click(*point(lab, 1, (row + 0.5) / 16, (column + 0.5) / 16))
        window = before[2 * row : 2 * row + 2, 2 * column : 2 * column + 2]
        where = divmod(int(window.flatten().argmax()), 2)
        expected = [(2 * row + where[0]) / 32, (2 * column + where[1]) / 32, 1 / 32, 1 / 32]
        assert read(lab)["winner"] == pytest.approx(expected, abs=0.01)
    choose(lab, "layer", 4)
    assert read(lab)["winner"] is None


def test_input_is_the_pixel_and_how_it_was_normalised(lab: Locator) -> None:
    choose(lab, "layer", 0)
    lab.page.mouse.click(*point(lab, 1, 7.5 / 32, 20.5 / 32))
    pixel = int(images().images[0, 0, 7, 20])
    shown = read(lab)
    assert (
        f"The red of the pixel, {pixel} of 255, normalised: ({pixel} − 120) / 55"
        in (shown["source"])
    )
    assert shown["value"]["value"] == pytest.approx((pixel - MEAN[0]) / STD[0])
    assert shown["titles"][0] == "image"


def test_zero_gradient_has_its_reason(lab: Locator) -> None:
    values, gradients = by_pytorch(1, 0)
    reasons = {
        1: (values[1] < 0, "ReLU 1 makes it 0, so no gradient comes back."),
        2: (values[1] > 0, "pool 1 kept another number of its window, so no gradient comes back."),
        11: (values[11] < 0, "ReLU 4 makes it 0, so no gradient comes back."),
    }
    for layer, (where, words) in reasons.items():
        choose(lab, "layer", layer)
        _, rows, columns = LAYERS[layer].shown
        row, column = ((gradients[layer][0] == 0) & where[0]).nonzero()[5].tolist()
        lab.page.mouse.click(*point(lab, 1, (row + 0.5) / rows, (column + 0.5) / columns))
        shown = read(lab)
        assert shown["gradient"]["text"] == "0"
        assert words in shown["source"]


def channels_of(colour: str) -> list[int]:
    """Return red, green and blue of a hexadecimal colour; a canvas rounds them a little."""
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("layer", [0, 1, 4, 11])
def test_maps_are_drawn_from_the_numbers(
    page: PageFactory, address: str, layer: int, theme: str
) -> None:
    lab = opened(page(color_scheme=theme), address)
    choose(lab, "layer", layer)
    truth = by_pytorch(1, 0)
    channels = LAYERS[layer].shown[0]
    for kind, expected, colour in ((0, truth[0], VALUE), (1, truth[1], GRADIENT)):
        largest = float(expected[layer].abs().max())
        strip = lab.locator(".bh-strip").nth(kind).locator(".bh-heat:not([hidden])")
        assert strip.count() == channels
        for channel in range(channels):
            drawn = strip.nth(channel).evaluate(CELLS)
            assert drawn["colour"] == pytest.approx(channels_of(getattr(colour, theme)), abs=3)
            for k, number in enumerate(expected[layer][channel].flatten().tolist()):
                size = math.sqrt(abs(number) / largest)
                # The levels of a map, and those of a canvas.
                room = 0.12 if size < 0.3 else 0.05
                if abs(number) > 0.02 * largest or layer < 2:
                    assert drawn["striped"][k] == pytest.approx(size * (number < 0), abs=room)
                    faded = 0.35 if number < 0 else 1
                    assert drawn["solid"][k] == pytest.approx(size * faded, abs=room)
        said = lab.locator(".bh-strip").nth(kind).get_attribute("aria-label")
        assert said is not None
        low, high = (float(one.replace("−", "-")) for one in said.split("from ")[1].split(" to "))
        assert low == pytest.approx(float(expected[layer].min()), abs=0.08 * largest)
        assert high == pytest.approx(float(expected[layer].max()), abs=0.08 * largest)


def test_maps_follow_a_change_of_the_theme(lab: Locator) -> None:
    cells = lab.locator(".bh-three .bh-heat").nth(1)
    before = cells.evaluate(CELLS)["colour"]
    lab.page.evaluate("document.documentElement.dataset.theme = 'dark'")
    lab.page.wait_for_timeout(100)
    after = cells.evaluate(CELLS)["colour"]
    assert before == pytest.approx(channels_of(VALUE.light), abs=3)
    assert after == pytest.approx(channels_of(VALUE.dark), abs=3)


def test_filters_are_those_of_the_snapshot(lab: Locator) -> None:
    maps = lab.locator(".bh-filters .bh-heat")
    assert maps.count() == 18
    for snapshot in (0, 1):
        replay(lab, snapshot)
        weight = snapshots()[snapshot][1].state_dict()["0.weight"][:6]
        for k in (0, 4, 17):
            drawn, own = maps.nth(k).evaluate(CELLS), weight[k // 3, k % 3].flatten()
            expected = (own.abs() / weight.abs().max()).sqrt() * (own < 0)
            assert drawn["striped"] == pytest.approx(expected.tolist(), abs=0.005)


def test_end_shows_logits_probabilities_and_gradients(lab: Locator) -> None:
    choose(lab, "layer", 13)
    table = lab.locator(".bh-end")
    assert table.is_visible()
    assert not lab.locator(".bh-three").is_visible()
    for snapshot, image in PAIRS:
        replay(lab, snapshot)
        choose(lab, "image", image)
        logits = by_pytorch(snapshot, image)[0][-1].flatten()
        gradients = by_pytorch(snapshot, image)[1][-1].flatten().tolist()
        p = logits.softmax(0).tolist()
        for name, expected in (("logit", logits.tolist()), ("p", p), ("gradient", gradients)):
            cells = table.locator(f"[data-name={name}]")
            found = cells.evaluate_all("(all) => all.map((one) => Number(one.dataset.value))")
            assert found == pytest.approx(expected, abs=1e-6), name
            words = [one.strip().replace("−", "-") for one in cells.all_inner_texts()]
            assert [float(one) for one in words] == pytest.approx(expected, abs=5.1e-5), name
        label = int(images().labels[image])
        loss, name = -math.log(p[label]), images().classes[label]
        standing = read(lab)["standing"]
        assert standing.startswith(f"loss {loss:.3g}, p({name}) = {p[label]:.3f}")
        guess = max(range(10), key=lambda k: p[k])
        says = f"but the network says {images().classes[guess]}"
        assert (says in standing) == (guess != label)
        assert f"The image shows {name}:" in table.inner_text()
        chosen = table.locator("tr.bh-chosen [data-name=class]")
        assert chosen.inner_text() == name
