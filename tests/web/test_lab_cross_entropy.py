"""The numbers of the lab of cross-entropy, on a page without a kernel, are PyTorch's."""

import math
import random

import pytest
import torch
import torch.nn.functional as F
from playwright.sync_api import Locator

from byhand.labs import CrossEntropyLab
from byhand.labs.cross_entropy import stable_steps
from tests.web.lab_cross_entropy import assert_agrees, assert_steps_agree, read, set_logits
from tests.web.lab_logits import TOLERANCE, PageFactory, book, click, opened, press


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
    settings: list[tuple[list[float], int]] = [
        ([100, 0, 0], 0), ([100, 0, 0], 1), ([0, -200, 0], 1), ([0, -200, 0], 0),
        ([88, 88, 88], 1), ([89, 0, 0], 2), ([1000, 1000, 1000], 0), ([-1000, -1000, -1000], 2),
        ([-100, -100, -100], 0), ([-110, 0, 10], 0), ([1000, -1000, 0], 1), ([0, 0, 0], 1),
        ([60, 0, 0], 0), ([60, 0, 0], 1), ([50, 50, 0], 1), ([40, -40, 0], 2),
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
