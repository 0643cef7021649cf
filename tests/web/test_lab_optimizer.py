"""The optimizer lab on a page without a kernel: its race is that of torch.optim."""

import itertools
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from playwright.sync_api import Locator, Page

from byhand.labs import OptimizerLab
from byhand.labs._race import BOUND, RACERS, race, surfaces
from tests.web.lab_logits import FITS, book, click, press, put
from tests.web.lab_optimizer import PICTURE, PUT, WALK, assert_agrees, choose, opened, read

PageFactory = Callable[..., Page]
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
SURFACES = tuple(surfaces())
MANTISSAS = [1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.8, 2, 2.2, 2.5, 2.8, 3, 3.3, 3.6, 4, 4.5, 5, 5.5, 6]
MANTISSAS += [6.5, 7, 7.5, 7.9, 8, 8.1, 8.5, 9, 9.5]
RATES = [float(f"{one}e{power}") for power in range(-4, 0) for one in MANTISSAS] + [1.0]
LEVELS = {
    "valley": [0.01, 0.1, 0.5, 2, 5, 10, 20, 35],
    "saddle": [0.003, 0.03, 0.12, 0.25, 0.5, 1, 2, 3.5],
    "rosenbrock": [0.1, 0.5, 2, 8, 30, 100, 300, 900],
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A page with the lab as it starts, and with settings of a reader's own."""
    own = OptimizerLab("saddle", [-0.3, 2.7], [1.0, 0.3, 0.05], momentum=0.5, steps=60, step=9)
    wild = OptimizerLab("rosenbrock", [-1.9, 1.5], [0.01, 0.3, 1.0], steps=300)
    return book(tmp_path_factory.mktemp("optimizer"), [OptimizerLab(), own, wild])


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A page with one lab, as a chapter has it."""
    return book(tmp_path_factory.mktemp("alone"), [OptimizerLab()])


@pytest.fixture
def lab(page: PageFactory, address: str) -> Locator:
    """The lab as it starts, in view, for a reader who minds no motion."""
    return opened(page(), address)


def test_starts_with_the_race_that_pytorch_stored(page: PageFactory, address: str) -> None:
    tab = page()
    for number, (surface, steps, step) in enumerate(
        [("valley", 200, 200), ("saddle", 60, 9), ("rosenbrock", 300, 300)]
    ):
        lab = opened(tab, address, number)
        shown = read(lab)
        assert (shown["surface"], shown["steps"], shown["step"]) == (surface, steps, step)
        assert lab.get_attribute("data-agrees") == "true"
        assert_agrees([shown])


def test_stored_race_that_is_not_the_same_is_found(page: PageFactory, tmp_path: Path) -> None:
    lab = OptimizerLab()
    lab.reference["runs"]["adam"]["places"][1][0] += 1e-6
    shown = opened(page(), book(tmp_path, [lab]))
    assert shown.get_attribute("data-agrees") == "false"


@pytest.mark.parametrize("surface", SURFACES)
def test_every_step_of_a_race_agrees_with_torch_optim(lab: Locator, surface: str) -> None:
    choose(lab, surface)
    seen = lab.evaluate(WALK)
    assert [shown["step"] for shown in seen] == list(range(201))
    assert_agrees(seen)


@pytest.mark.parametrize("number", [1, 2])
def test_own_settings_agree_too(page: PageFactory, address: str, number: int) -> None:
    assert_agrees(opened(page(), address, number).evaluate(WALK))


@pytest.mark.parametrize("surface", SURFACES)
def test_many_learning_rates_agree_with_torch_optim(lab: Locator, surface: str) -> None:
    choose(lab, surface)
    places = random.Random(SURFACES.index(surface))
    diverged, chaotic = set(), 0
    for _ in range(25):
        rates = {f"lr-{name}": places.randrange(0, 117) for name in RACERS}
        momentum = places.randrange(0, 100) / 100
        shown = lab.evaluate(PUT, {**rates, "momentum": momentum, "step": 200})
        assert_agrees([shown])
        diverged |= {one["diverged"] for one in shown["racers"]}
        chaotic += sum(one["chaotic"] is not None for one in shown["racers"])
        assert_agrees([lab.evaluate(PUT, {"step": places.randrange(0, 200)})])
    assert chaotic < 15, "most of the 75 runs must be compared to their end"
    if surface != "saddle":
        assert len(diverged) > 2, "no racer has diverged, or all at one step"


def test_chaos_is_said(lab: Locator) -> None:
    choose(lab, "rosenbrock")
    assert "chaotic" not in read(lab)["notice"]
    put(lab, "lr-sgd", RATES.index(0.0055))
    shown = read(lab)
    assert shown["lr"][0] == 0.0055
    assert f"SGD is chaotic from step {shown['racers'][0]['chaotic']} on" in shown["notice"]
    assert_agrees(lab.evaluate(WALK))


def test_learning_rates_that_sliders_offer(lab: Locator) -> None:
    rates = [lab.evaluate(PUT, {"lr-sgd": place})["lr"][0] for place in range(117)]
    assert rates == RATES
    assert all(right / left < 1.14 for left, right in itertools.pairwise(rates))


def test_mouse_drags_the_start(lab: Locator) -> None:
    point, tab = lab.locator(".bh-handle"), lab.page
    box = point.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    tab.mouse.move(x + 3, y + 2)
    tab.mouse.down()
    tab.mouse.move(x + 60, y + 30)
    tab.mouse.move(x + 113, y + 52)
    shown = read(lab)
    a, b = shown["start"]
    assert a > -1.2
    assert b < 1
    assert a * 20 == pytest.approx(round(a * 20))
    assert_agrees([shown])
    tab.mouse.move(x - 900, y - 900)
    assert read(lab)["start"] == [-3, 2], "the start stays in the picture"
    tab.mouse.up()
    tab.mouse.move(x, y)
    assert read(lab)["start"] == [-3, 2], "the start follows a mouse that has let go"


def test_keys_move_the_start(lab: Locator) -> None:
    point = lab.get_by_role("slider", name="start of the race")
    for key, start in [
        ("ArrowRight", [-2.4, 1.5]),
        ("ArrowUp", [-2.4, 1.6]),
        ("Shift+ArrowLeft", [-2.41, 1.6]),
        ("Shift+ArrowDown", [-2.41, 1.59]),
    ]:
        point.press(key)
        assert read(lab)["start"] == pytest.approx(start)
    assert_agrees([read(lab)])
    assert point.get_attribute("aria-valuetext") == "w₁ −2.41, w₂ 1.59"
    for _ in range(8):
        point.press("ArrowUp")
    assert read(lab)["start"] == [-2.41, 2]


def test_finger_drags_without_scrolling_the_page(page: PageFactory, address: str) -> None:
    lab = opened(page(360, 740, has_touch=True, is_mobile=True), address)
    scrolled = lab.page.evaluate("scrollY")
    box = lab.locator(".bh-handle").bounding_box()
    assert box is not None
    touch = lab.page.context.new_cdp_session(lab.page)

    def send(kind: str, *points: dict[str, float]) -> None:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    send("touchStart", {"x": x, "y": y})
    for move in (10, 30, 60):
        send("touchMove", {"x": x + move, "y": y + move})
    send("touchEnd")
    a, b = read(lab)["start"]
    assert a > -1.6
    assert b < 0.6
    assert lab.page.evaluate("scrollY") == scrolled


def test_play_steps_on_until_it_is_stopped(lab: Locator) -> None:
    lab.get_by_role("button", name="Play", exact=True).click()
    step = lab.locator("input[name=step]").element_handle()
    lab.page.wait_for_function("(slider) => slider.value >= 3 && slider.value < 100", arg=step)
    click(lab, "Pause")
    stopped = read(lab)
    assert 3 <= stopped["step"] < 100
    assert_agrees([stopped])
    lab.page.wait_for_timeout(400)
    assert read(lab)["step"] == stopped["step"]
    click(lab, "Step")
    assert read(lab)["step"] == stopped["step"] + 1
    click(lab, "Play")
    press(lab, "step", "ArrowRight")
    now = read(lab)["step"]
    lab.page.wait_for_timeout(400)
    assert read(lab)["step"] == now, "a reader who takes the slider stops the race"
    put(lab, "step", 198)
    click(lab, "Play")
    lab.page.wait_for_function("(slider) => slider.value === '200'", arg=step)
    lab.get_by_role("button", name="Play", exact=True).wait_for()


def test_step_and_the_ways_back(lab: Locator) -> None:
    click(lab, "To start")
    assert read(lab)["step"] == 0
    assert [one["move"] for one in read(lab)["racers"]] == [None] * 3
    click(lab, "Step")
    assert read(lab)["step"] == 1
    put(lab, "lr-adam", 0)
    lab.locator(".bh-handle").press("ArrowRight")
    choose(lab, "rosenbrock")
    click(lab, "Reset")
    shown = read(lab)
    assert (shown["surface"], shown["start"], shown["step"]) == ("valley", [-2.5, 1.5], 200)
    assert shown["lr"] == [0.02, 0.02, 0.2]
    button = lab.get_by_role("button", name="Step", exact=True)
    assert button.get_attribute("aria-disabled") == "true"
    button.press("Enter")
    assert read(lab) == shown


def test_nothing_moves_by_itself_for_readers_who_want_no_motion(
    page: PageFactory, address: str
) -> None:
    lab = opened(page(reduced_motion="reduce"), address)
    assert lab.get_by_role("button", name="Play").count() == 0
    click(lab, "To start")
    click(lab, "Finish")
    shown = read(lab)
    assert shown["step"] == 200
    assert_agrees([shown])


def test_press_on_the_losses_chooses_the_step(lab: Locator) -> None:
    box = lab.locator(".bh-losses").bounding_box()
    assert box is not None
    tab = lab.page
    tab.mouse.move(box["x"] + box["width"] / 2, box["y"] + 40)
    tab.mouse.down()
    middle = read(lab)["step"]
    assert 60 < middle < 130
    tab.mouse.move(box["x"] - 100, box["y"] + 40)
    assert read(lab)["step"] == 0
    tab.mouse.up()
    tab.mouse.move(box["x"] + box["width"] / 2, box["y"] + 40)
    assert read(lab)["step"] == 0


def curvature(surface: str, place: list[float]) -> float:
    """The largest eigenvalue of the Hessian, by PyTorch."""
    hessian = torch.func.hessian(surfaces()[surface].loss)(torch.tensor(place, dtype=torch.float64))
    found: float = torch.linalg.eigvalsh(hessian)[-1].item()
    return found


@pytest.mark.parametrize("surface", SURFACES)
def test_largest_stable_learning_rate_is_that_of_the_hessian(lab: Locator, surface: str) -> None:
    choose(lab, surface)
    for step in (0, 3, 200):
        put(lab, "step", step)
        shown = read(lab)
        largest = curvature(surface, shown["racers"][0]["place"])
        assert f"λ = {float(f'{largest:.3g}'):g}," in shown["notice"]
        assert f"2/λ = {float(f'{2 / largest:.3g}'):g}." in shown["notice"]
        side = "below" if shown["lr"][0] < 2 / largest else "above"
        assert f"is {side} that." in shown["notice"].replace("\n", " ")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("SGD: lr = 1/λ", "crawls along the flat direction"),
        ("SGD: just below 2/λ", "only just shrinks"),
        ("SGD: just above 2/λ", "SGD has diverged: after step 171"),
        ("SGD: best lr", "Now SGD beats momentum 0.9."),
        ("A better momentum", "far ahead of the best SGD"),
        ("Adam: first step", "by lr = 0.5"),
        ("On the ridge", "where L = 0.25"),
    ],
)
def test_experiments_show_what_they_promise(lab: Locator, name: str, words: str) -> None:
    click(lab, name)
    shown = read(lab)
    assert words in shown["notice"]
    assert_agrees([shown])
    sgd, momentum, adam = shown["racers"]
    if name == "SGD: lr = 1/λ":
        put(lab, "step", 1)
        assert read(lab)["racers"][0]["place"] == pytest.approx([-2.5 * 0.96, 0])
    if name == "SGD: just below 2/λ":
        assert abs(sgd["place"][1]) == pytest.approx(1.5 * 0.975**200)
    if name == "SGD: just above 2/λ":
        assert sgd["diverged"] == 171
        assert abs(sgd["place"][1]) > BOUND > abs(sgd["place"][0])
        assert lab.locator("tbody tr").first.inner_text().endswith("diverged at 171")
    if name == "SGD: best lr":
        assert sgd["loss"] < 1e-3 * momentum["loss"]
    if name == "A better momentum":
        assert momentum["loss"] < 1e-30 * sgd["loss"]
    if name == "Adam: first step":
        assert shown["step"] == 1
        assert adam["move"] == pytest.approx([0.5, -0.5])
        assert sgd["move"] == pytest.approx([0.02 * 2.5, -0.02 * 37.5])
    if name == "On the ridge":
        assert [round(one["loss"], 3) for one in shown["racers"]] == [0.25] * 3
    put(lab, "lr-adam", 1)
    assert words not in read(lab)["notice"] or "diverged" in words


@pytest.mark.parametrize("surface", SURFACES)
def test_lines_of_equal_loss_are_where_pytorch_has_that_loss(lab: Locator, surface: str) -> None:
    choose(lab, surface)
    contours = lab.evaluate(PICTURE)["contours"]
    loss, (left, right, low, high) = surfaces()[surface].loss, surfaces()[surface].window
    assert len(contours) == len(LEVELS[surface])
    for level, points in zip(LEVELS[surface], contours, strict=True):
        inside = [[a, b] for a, b in points if left <= a <= right and low <= b <= high]
        assert len(inside) > 20, level
        w = torch.tensor(inside, dtype=torch.float64).T.requires_grad_()
        found = loss(w)
        (slope,) = torch.autograd.grad(found.sum(), w)
        # How far a point is from its line: pixels are rounded to a tenth.
        away = (found - level).abs() / slope.norm(dim=0).clamp(min=0.1)
        assert away.max() < 0.01, level


def test_paths_and_marks_stand_where_the_numbers_say(lab: Locator) -> None:
    for surface in ("valley", "saddle"):
        choose(lab, surface)
        put(lab, "step", 40)
        shown, picture = read(lab), lab.evaluate(PICTURE)
        settings: dict[str, Any] = {name: shown[name] for name in ("surface", "start", "lr", "momentum", "steps")}  # fmt: skip # noqa: E501
        for (name, run), way, mark in zip(
            race(**settings).items(), picture["ways"], picture["marks"], strict=True
        ):
            assert len(way) == 41
            for found, place in zip(way, run.places, strict=False):
                assert found == pytest.approx(place, abs=0.01), name
            assert mark == pytest.approx(run.places[40], abs=0.01)


def test_racer_that_has_left_is_marked_at_the_border(lab: Locator) -> None:
    click(lab, "SGD: just above 2/λ")
    picture = lab.evaluate(PICTURE)
    assert 1.7 < abs(picture["marks"][0][1]) < 2
    assert max(abs(b) for _, b in picture["ways"][0]) > BOUND


def test_what_happens_is_announced(lab: Locator) -> None:
    click(lab, "SGD: just above 2/λ")
    said = lab.locator("[aria-live=polite]")
    said.filter(
        has_text="Step 200: SGD diverged at step 171, momentum loss 1.00e−8, Adam loss 1.08e−8."
    ).wait_for(state="attached")


def test_every_control_has_a_name(lab: Locator) -> None:
    for name in ("SGD", "momentum", "Adam"):
        slider = lab.get_by_role("slider", name=f"learning rate of {name}", exact=True)
        assert slider.count() == 1
    for name in ("momentum μ", "step", "start of the race"):
        assert lab.get_by_role("slider", name=name, exact=True).count() == 1
    press(lab, "lr-sgd", "ArrowRight")
    assert lab.locator("[name=lr-sgd]").get_attribute("aria-valuetext") == "0.022"
    assert lab.locator("[name=step]").get_attribute("aria-valuetext") == "step 200 of 200"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_is_accessible_steady_and_fits(
    page: PageFactory, alone: str, theme: str, width: int
) -> None:
    view = page(width, 900, color_scheme=theme)
    lab = opened(view, alone)
    height = lab.evaluate("(lab) => lab.offsetHeight")
    kept = view.locator(".lab").first.evaluate("(box) => parseFloat(getComputedStyle(box).minHeight)")  # fmt: skip # noqa: E501
    assert height <= kept <= height + 30
    names = ("To start", "SGD: best lr", "Adam: first step", "SGD: just above 2/λ", *SURFACES)
    for name in names:
        if name in SURFACES:
            choose(lab, name)
        else:
            click(lab, name)
        assert lab.evaluate(FITS)
        assert lab.evaluate("(lab) => lab.offsetHeight") == height, "the page below it moves"
    view.add_script_tag(path=AXE)
    found = view.evaluate("axe.run('.lab', { resultTypes: ['violations'] })")
    assert [one["id"] for one in found["violations"]] == []


def test_an_update_fits_into_a_frame(lab: Locator) -> None:
    spent: float = lab.evaluate(
        """async (lab) => {
          const times = [];
          for (let k = 0; k < 60; k++) {
            const slider = lab.elements[k % 2 ? "lr-sgd" : "step"];
            slider.value = k + 20;
            const start = performance.now();
            slider.dispatchEvent(new Event("input", { bubbles: true }));
            await Promise.resolve();
            lab.getBoundingClientRect();
            times.push(performance.now() - start);
          }
          return times.sort((a, b) => a - b)[30];
        }"""
    )
    assert spent < 16
