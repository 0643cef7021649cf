"""The lab of cross-entropy on a page without a kernel: what it shows is what PyTorch gives.

In float64: p, the loss and p − y. In float32: each step of the naive and of the stable form,
with inf and nan exactly where PyTorch has them.
"""

import math
import random
from collections.abc import Sequence
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from playwright.sync_api import Locator

from byhand.labs import CrossEntropyLab
from byhand.labs.cross_entropy import naive_steps, stable_steps
from tests.web.lab_logits import (
    FITS,
    SPENT,
    TOLERANCE,
    PageFactory,
    book,
    click,
    drag,
    opened,
    press,
    put,
)

SMALLEST_NORMAL = torch.finfo(torch.float32).tiny
READ = """(lab) => {
  const exact = (name) => [...lab.querySelectorAll(`[data-name=${name}]`)].map((node) => Number(node.dataset.value));
  const shown = (name) => Number(lab.elements[name].closest("label").querySelector(".bh-number").dataset.value);
  const steps = (form) => {
    const found = {};
    for (const cell of lab.querySelectorAll(`[data-name^=${form}-]`))
      (found[cell.dataset.name.slice(form.length + 1)] ??= []).push([cell.dataset.value, cell.innerText]);
    return found;
  };
  return {
    logits: ["x0", "x1", "x2"].map(shown), target: Number(lab.elements.target.value),
    scale: Number(lab.elements.scale.value), naive: lab.elements.naive.checked,
    p: exact("p"), gradient: exact("gradient"), loss: exact("loss")[0],
    naive_steps: steps("naive"), stable_steps: steps("stable"),
    why: lab.querySelector("[data-name=why]").innerText.replaceAll("\\u00a0", " "),
  };
}"""  # noqa: E501


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


def read(lab: Locator) -> dict[str, Any]:
    """Every number that the lab shows, at full precision."""
    shown: dict[str, Any] = lab.evaluate(READ)
    return shown


def set_logits(lab: Locator, logits: Sequence[float], target: int) -> None:
    """Choose the smallest scale that these logits fit into, and move the sliders."""
    scale = next(one for one in (1, 10, 100) if max(map(abs, logits)) <= 10 * one)
    for i in range(3):
        put(lab, f"x{i}", 0)
    lab.locator(f"input[name=scale][value='{scale}']").check()
    for i, value in enumerate(logits):
        put(lab, f"x{i}", value)
    lab.locator(f"input[name=target][value='{target}']").check()


def assert_agrees(shown: dict[str, Any]) -> None:
    """Compare the numbers in float64 with those of PyTorch's cross_entropy."""
    logits = torch.tensor(shown["logits"], dtype=torch.float64, requires_grad=True)
    loss = F.cross_entropy(logits, torch.tensor(shown["target"]))
    (gradient,) = torch.autograd.grad(loss, logits)
    expected = {
        "p": torch.softmax(logits, 0).tolist(),
        "loss": loss.item(),
        "gradient": gradient.tolist(),
    }
    for name, numbers in expected.items():
        assert shown[name] == pytest.approx(numbers, rel=TOLERANCE, abs=TOLERANCE), name


def assert_steps_agree(shown: dict[str, Any]) -> None:
    """Compare each step in float32 with PyTorch's: inf and nan exactly, the rest to 1e-6.

    Below the smallest normal float32 there are few digits, and an exp that is rounded otherwise
    differs in the last of them: there, only finite or not is compared.
    """
    logits, target = shown["logits"], shown["target"]
    forms = {"naive": naive_steps(logits, target), "stable": stable_steps(logits, target)}
    for form, expected in forms.items():
        few_digits = form == "naive" and any(
            0 < abs(one) < SMALLEST_NORMAL
            for e, p in zip(expected["e"], expected["p"], strict=True)
            for one in (e, p, p / expected["s"] if expected["s"] else 0)
        )
        for step, wanted in expected.items():
            cells = shown[f"{form}_steps"][step]
            wanted = wanted if isinstance(wanted, list) else [wanted]
            assert len(cells) == len(wanted)
            for (value, written), number in zip(cells, wanted, strict=True):
                where = f"{form} {step} of {logits}, class {target}: {value}, not {number}"
                found = float(value.replace("Infinity", "inf"))
                if math.isfinite(number) and few_digits:
                    assert math.isfinite(found), where
                    continue
                close = pytest.approx(number, rel=TOLERANCE, abs=TOLERANCE, nan_ok=True)
                assert found == close, where
                if not math.isfinite(number):
                    assert written == str(number).replace("-", "−"), where


def test_starts_with_the_numbers_that_pytorch_stored(page: PageFactory, address: str) -> None:
    tab = page()
    for number in range(2):
        lab = opened(tab, address, number)
        assert lab.get_attribute("data-agrees") == "true"
        assert_agrees(read(lab))
    own = read(lab)
    assert own["logits"] == [1000, -88.9, 0.37]
    assert (own["target"], own["scale"], own["naive"]) == (2, 100, True)
    assert_steps_agree(own)


def test_example_of_the_article(lab: Locator) -> None:
    shown = read(lab)
    assert (shown["logits"], shown["target"]) == ([0.1, 0.2, 0.3], 1)
    assert lab.locator("[data-name=loss]").inner_text() == "1.1019"
    assert "−0.2 + 1.3019" in lab.locator(".bh-answer").inner_text()
    assert lab.locator(".bh-steps").is_hidden()


def test_many_positions_agree_with_pytorch(lab: Locator) -> None:
    places = random.Random(1)
    for k in range(40):
        reach = (3, 10, 100, 1000)[k % 4]
        step = max(0.1, reach / 100)
        logits = [round(round(places.uniform(-reach, reach) / step) * step, 1) for _ in range(3)]
        set_logits(lab, logits, places.randrange(3))
        shown = read(lab)
        assert shown["logits"] == logits
        assert_agrees(shown)


def test_naive_and_stable_steps_agree_with_pytorch(naive: Locator) -> None:
    places = random.Random(2)
    settings: list[tuple[Sequence[float], int]] = [
        ([100, 0, 0], 0), ([100, 0, 0], 1), ([0, -200, 0], 1), ([0, -200, 0], 0),
        ([88, 88, 88], 1), ([89, 0, 0], 2), ([1000, 1000, 1000], 0), ([-1000, -1000, -1000], 2),
        ([-100, -100, -100], 0), ([-110, 0, 10], 0), ([1000, -1000, 0], 1), ([0, 0, 0], 1),
    ]  # fmt: skip
    broken = silent = 0
    for _ in range(30):
        reach = places.choice([5, 80, 100, 1000])
        places_kept = -1 if reach == 1000 else 0
        logits = [round(places.uniform(-reach, reach), places_kept) for _ in range(3)]
        settings.append((logits, places.randrange(3)))
    for logits, target in settings:
        set_logits(naive, logits, target)
        shown = read(naive)
        assert shown["logits"] == logits
        assert_agrees(shown)
        assert_steps_agree(shown)
        ends = [float(v.replace("Infinity", "inf")) for step in ("loss", "d_x")
                for v, _ in shown["naive_steps"][step]]  # fmt: skip
        finite = all(map(math.isfinite, ends))
        if shown["why"] == "Here both forms are finite, and agree.":
            stable_ends = [v for step in ("loss", "d_x") for v, _ in shown["stable_steps"][step]]
            assert ends == pytest.approx([float(one) for one in stable_ends], abs=1e-5)
        assert ("breaks" in shown["why"]) is not finite
        silent += "naive gradient is wrong" in shown["why"]
        if not finite:
            assert "=" in shown["why"] or "the sum is inf" in shown["why"]
        broken += not finite
        stable = [v for cells in shown["stable_steps"].values() for v, _ in cells]
        assert all(math.isfinite(float(v.replace("Infinity", "inf"))) for v in stable)
    assert 10 < broken < len(settings) - 10
    assert silent


@pytest.mark.parametrize("target", [0, 1, 2])
def test_stable_form_is_that_of_pytorch(target: int) -> None:
    for logits in ([0.1, 0.2, 0.3], [100, 0, 0], [-88.9, 3.7, 1000], [5.5, -6.1, 0.3]):
        x = torch.tensor(logits, dtype=torch.float32, requires_grad=True)
        loss = F.cross_entropy(x, torch.tensor(target))
        (gradient,) = torch.autograd.grad(loss, x)
        steps = stable_steps(logits, target)
        assert steps["loss"] == pytest.approx(loss.item(), rel=TOLERANCE, abs=TOLERANCE)
        assert steps["d_x"] == pytest.approx(gradient.tolist(), rel=TOLERANCE, abs=TOLERANCE)


def test_says_where_the_naive_form_breaks(naive: Locator) -> None:
    assert read(naive)["why"] == "Here both forms are finite, and agree."
    click(naive, "[100, 0, 0]")
    assert read(naive)["why"] == (
        "The naive form breaks. Forward: exp(100) = inf, because float32 ends at 3.4 × 10³⁸; "
        "inf ÷ inf = nan; log(0) = −inf. Backward: 0 ÷ 0 = nan."
    )
    click(naive, "[0, −200, 0]")
    shown = read(naive)
    assert shown["why"] == (
        "The naive form breaks. Forward: log(0) = −inf. Backward: 0 ÷ 0 = nan. "
        "The loss is finite, its gradient is not."
    )
    framed = naive.locator("td[data-bad]").all_inner_texts()
    assert framed.count("−inf") == 1
    assert framed.count("nan") == 7
    click(naive, "[60, 0, 0]")
    shown = read(naive)
    assert "No number is inf or nan, and the loss is right" in shown["why"]
    assert [float(value) for value, _ in shown["naive_steps"]["d_x"]] == [0, -1, 0]
    assert shown["gradient"] == pytest.approx([1, -1, 0])
    assert naive.locator("td[data-bad]").all_inner_texts() == ["0"]
    set_logits(naive, [-100, -100, -100], 0)
    assert "Backward: −3 ÷ 1.1e−43 = −inf." in read(naive)["why"]


def test_a_larger_scale_multiplies_the_logits(naive: Locator) -> None:
    for scale in (10, 100):
        naive.locator(f"input[name=scale][value='{scale}']").check()
        shown = read(naive)
        assert shown["logits"] == [0.1 * scale, 0.2 * scale, 0.3 * scale]
        assert_agrees(shown)
        assert_steps_agree(shown)
    press(naive, "x0", "End")
    assert read(naive)["logits"] == [1000, 20, 30]
    naive.locator("input[name=scale][value='1']").check()
    assert read(naive)["logits"] == [10, 0.2, 0.3]
    click(naive, "Reset")
    shown = read(naive)
    assert (shown["logits"], shown["naive"]) == ([0.1, 0.2, 0.3], False)


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
