"""The CNN lab without a browser: its state, its checks, and what PyTorch says about its numbers."""

import copy
import gzip
import json
import math
import re
from collections.abc import Iterator
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import nn
from traitlets import TraitError

from byhand import CIFAR10
from byhand.labs import CnnLab, _cnn_walk
from byhand.labs._cnn_packed import ALPHABET, packed
from byhand.labs._cnn_walk import LAYERS, trained
from tests.unit.cnn_lab_case import (
    LEVELS,
    MEAN,
    SHOWN,
    STD,
    by_pytorch,
    images,
    seeded,
    small_lab,
    snapshots,
)

VALUES = {"conv 2": 4, "conv 3": 7, "linear 1": 11}
GRADIENTS = {"input": 0, "pool 1": 3, "pool 2": 6, "pool 3": 9, "ReLU 4": 12}
PAIRS = [(snapshot, image) for snapshot in range(2) for image in range(3)]


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Two threads wait for each other where several tests share the cores."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def lab() -> CnnLab:
    """A lab with two snapshots and three images; tests do not change it."""
    return small_lab()


def test_has_a_stable_name(lab: CnnLab) -> None:
    bundle = lab._repr_mimebundle_()
    assert bundle is not None
    assert repr(lab) == bundle[0]["text/plain"] == "CnnLab()"


def test_module_is_one_that_needs_nothing_else() -> None:
    module, style = str(CnnLab._esm), str(CnnLab._css)
    assert re.findall(r"^export .*", module, re.MULTILINE) == ["export default { render };"]
    assert not re.search(r"^import |import\(", module, re.MULTILINE)
    assert "http" not in module + style
    assert "url(" not in style


def test_style_reaches_nothing_outside_a_lab() -> None:
    rules = re.findall(r"([^{}]+)\{[^{}]*\}", str(CnnLab._css))
    selectors = [one.strip() for rule in rules for one in re.split(r",(?![^(]*\))", rule)]
    assert selectors
    for selector in selectors:
        assert ".bh-" in selector or selector.startswith("@container"), selector


def test_layers_are_those_of_the_network() -> None:
    kinds = {"conv": nn.Conv2d, "relu": nn.ReLU, "pool": nn.MaxPool2d, "flatten": nn.Flatten}
    model, x = seeded(0), torch.zeros(1, 3, 32, 32)
    assert sum(one.numel() for one in model.parameters()) == 145_578
    assert len(LAYERS) == len(model) + 1
    for module, layer in zip(model, LAYERS[1:], strict=True):
        x = module(x)
        assert x.shape[1:] == layer.shape, layer.name
        assert isinstance(module, kinds.get(layer.kind, nn.Linear)), layer.name


@pytest.mark.parametrize(("snapshot", "image"), PAIRS)
def test_walk_is_that_of_modules_with_hooks(lab: CnnLab, snapshot: int, image: int) -> None:
    shown = small_lab()
    shown.snapshot, shown.image = snapshot, image
    found = shown.walk()
    for stop, (value, gradient) in enumerate(zip(*by_pytorch(snapshot, image), strict=True)):
        channels, rows, columns = LAYERS[stop].shown
        for ours, theirs in ((found.values, value), (found.gradients, gradient)):
            one = ours[stop][0]
            part = one[:channels] if one.ndim == 3 else one[: rows * columns].reshape(theirs.shape)
            assert torch.equal(part, theirs), LAYERS[stop].name


def levels(text: str) -> torch.Tensor:
    """Read stored characters."""
    return torch.tensor([ALPHABET.index(one) - LEVELS for one in text], dtype=torch.float64)


def maps(lab: CnnLab, what: str, name: str, snapshot: int, image: int) -> tuple[Any, Any]:
    """Return the stored numbers of one image, as (channels, numbers), and the step of each."""
    text, steps = lab.stored[what][name], lab.stored["steps"][what][name]
    pair, pairs = snapshot * 3 + image, len(PAIRS)
    size, count = len(text) // pairs, len(steps) // pairs
    step = torch.tensor(steps[pair * count : (pair + 1) * count], dtype=torch.float64)[:, None]
    half = 0.5 if what == "values" else 0
    return (levels(text[pair * size : (pair + 1) * size]).reshape(count, -1) + half) * step, step


@pytest.mark.parametrize(("snapshot", "image"), PAIRS)
def test_stored_numbers_are_within_half_a_level_of_pytorch(
    lab: CnnLab, snapshot: int, image: int
) -> None:
    values, gradients = by_pytorch(snapshot, image)
    for what, stops, truth in (("values", VALUES, values), ("gradients", GRADIENTS, gradients)):
        for name, stop in stops.items():
            found, step = maps(lab, what, name, snapshot, image)
            expected = truth[stop].reshape(found.shape)
            largest = expected.abs().amax(1, keepdim=True)
            assert ((found - expected).abs() <= step / 2 * (1 + 1e-9)).all(), name
            assert (step >= largest / LEVELS).all(), name
            assert (step <= largest / LEVELS * 1.011).all(), name
            if what == "values":
                assert torch.equal(found > 0, expected > 0), f"{name}: ReLU needs the sign"
    logits = lab.stored["logits"][snapshot * 3 + image]
    assert logits == pytest.approx(values[-1].flatten().tolist(), rel=1e-8)


@pytest.mark.parametrize(("snapshot", "image"), PAIRS)
def test_routes_are_those_of_max_pool2d(lab: CnnLab, snapshot: int, image: int) -> None:
    values, _ = by_pytorch(snapshot, image)
    for name, stop in {"pool 2": 5, "pool 3": 8}.items():
        text = lab.stored["routes"][name]
        size, pair = len(text) // len(PAIRS), snapshot * 3 + image
        maps_of_layer = values[stop]
        side = maps_of_layer.shape[-1]
        _, index = F.max_pool2d(maps_of_layer, 2, return_indices=True)
        row, column = index // side, index % side
        expected = (row % 2) * 2 + column % 2
        found = [int(one) for one in text[pair * size : (pair + 1) * size]]
        assert found == expected.flatten().tolist(), name


def test_choices_that_rounding_might_decide_are_stored(lab: CnnLab) -> None:
    windows = SHOWN * 256
    for snapshot in range(2):
        ties = {int(k): int(route) for k, route in lab.stored["ties"][snapshot].items()}
        assert ties, "the plain image has equal numbers"
        assert min(ties) >= 2 * windows, "the drawn images have no ties"
        before = by_pytorch(snapshot, 2)[0][2]
        _, index = F.max_pool2d(before, 2, return_indices=True)
        expected = ((index // 32) % 2 * 2 + index % 2).flatten()
        assert {k: int(expected[k - 2 * windows]) for k in ties} == ties
        four = F.unfold(before[:, None], 2, stride=2).mT.reshape(-1, 4)
        two = four.topk(2).values
        close = (two[:, 0] > 0) & (two[:, 0] - two[:, 1] < 1e-10)
        assert {k + 2 * windows for k in close.nonzero()[:, 0].tolist()} == set(ties)


def test_dead_channel_is_stored_as_zeros() -> None:
    model = copy.deepcopy(seeded(2))
    numbers = model.state_dict()
    for name, part in (("3.weight", 0), ("3.bias", 0), ("10.weight", (slice(None), slice(16)))):
        numbers[name][part] = 0.0  # shares memory with the model
    lab = CnnLab([(1, model)], images(), mean=MEAN, std=STD)
    assert lab.stored["steps"]["values"]["conv 2"][0] == 0
    assert lab.stored["steps"]["gradients"]["pool 3"][0] == 0
    assert set(lab.stored["gradients"]["pool 3"][:16]) == {ALPHABET[LEVELS]}
    json.dumps(lab.stored, allow_nan=False)


def test_alphabet_stays_as_it_is_in_json_and_html() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET) == 2 * LEVELS + 1
    assert json.dumps(ALPHABET) == f'"{ALPHABET}"'
    assert "<" not in ALPHABET


def test_state_of_the_lab_as_it_comes_is_small_and_it_has_learned() -> None:
    before = torch.random.get_rng_state()
    lab = CnnLab()
    assert torch.equal(torch.random.get_rng_state(), before), "the global random state has changed"
    state = {name: getattr(lab, name) for name in ("network", "stored")}
    text = json.dumps(state, allow_nan=False)
    assert len(gzip.compress(text.encode())) < 175_000
    assert lab.network["steps"] == [0, 10, 40, 120]
    assert lab.snapshot == 3
    losses = []
    for lab.snapshot in (0, 3):
        rows = []
        for lab.image in range(6):
            label = lab.network["labels"][lab.image]
            rows.append(-float(lab.walk().values[-1].log_softmax(1)[0, label]))
        losses.append(sorted(rows)[2])
    assert losses[0] == pytest.approx(math.log(10), abs=0.3)
    assert losses[1] < 0.7 * losses[0]
    kinds = {lab.network["classes"][one] for one in lab.network["labels"]}
    assert len(kinds) == 6


def test_training_is_the_same_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_cnn_walk, "_STEPS", (0, 2))
    monkeypatch.setattr(_cnn_walk, "_IMAGES", 32)
    one = trained()
    torch.rand(3)
    two = trained()
    assert one[1:] == two[1:]
    assert [step for step, _ in one[0]] == [0, 2]
    for (_, a), (_, b) in zip(one[0], two[0], strict=True):
        for left, right in zip(a.parameters(), b.parameters(), strict=True):
            assert torch.equal(left, right)
    start, end = (next(model.parameters()) for _, model in one[0])
    assert not torch.equal(start, end)


def test_networks_that_are_given_stay_as_they_are() -> None:
    model = seeded(4).eval()
    before = copy.deepcopy(model.state_dict())
    lab = CnnLab([(7, model)], images(), mean=MEAN, std=STD)
    lab.walk()
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert all(one.grad is None and one.dtype == torch.float32 for one in model.parameters())
    assert not model.training


def test_mean_and_std_come_in_any_form() -> None:
    data, pairs = images(), list(snapshots())
    plain = CnnLab(pairs, data, mean=125, std=60.0)
    assert plain.network["mean"] == [125.0] * 3
    tensors = CnnLab(pairs, data, mean=torch.tensor(MEAN).view(1, 3, 1, 1), std=torch.tensor(STD))
    assert tensors.stored == small_lab().stored
    assert tensors.stored != plain.stored


def bad(**changes: Any) -> dict[str, Any]:
    """Return arguments of which some are wrong."""
    return {"snapshots": list(snapshots()), "data": images(), "mean": MEAN, "std": STD, **changes}


def diverged() -> nn.Sequential:
    """Return a network that returns NaN."""
    model = seeded(0)
    model.state_dict()["0.bias"][3] = math.nan
    return model


MODEL = seeded(0)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (bad(snapshots=3), TypeError, "snapshots is a int; give a list of pairs."),
        (bad(snapshots=[]), ValueError, "there are 0 snapshots; give 1 to 6."),
        (bad(snapshots=[(k, MODEL) for k in range(7)]), ValueError, "there are 7 snapshots"),
        (bad(snapshots=[MODEL]), TypeError, "give pairs (step, nn.Sequential)."),
        (bad(snapshots=[(MODEL, 3)]), TypeError, "give pairs (step, nn.Sequential)."),
        (
            bad(snapshots=[(5, MODEL), (5, MODEL)]),
            ValueError,
            "the steps of the snapshots are [5, 5]; each must be larger.",
        ),
        (
            bad(snapshots=[(5, nn.Sequential(MODEL[0], *list(MODEL)[2:]))]),
            ValueError,
            "layer 1 of the network of step 5 is MaxPool2d(",
        ),
        (
            bad(snapshots=[(5, MODEL[:11])]),
            ValueError,
            "layer 11 of the network of step 5 is missing; this lab shows the network of chapter "
            "8, where it is ReLU().",
        ),
        (
            bad(snapshots=[(5, nn.Sequential(*MODEL, nn.ReLU()))]),
            ValueError,
            "the network of step 5 has 14 layers",
        ),
        (bad(snapshots=[(9, diverged())]), ValueError, "the network of step 9 returns NaN"),
        (bad(data=images().images), TypeError, "data is a Tensor; give a CIFAR10"),
        (
            bad(data=CIFAR10(images().images[:0], images().labels[:0], images().classes)),
            ValueError,
            "data has 0 images; the lab shows 1 to 8.",
        ),
        (bad(mean=None), ValueError, "mean is missing: snapshots need the mean= and std="),
        (bad(std=None), ValueError, "std is missing"),
        (bad(mean=[1, 2]), ValueError, "mean is [1, 2]; give one number, or one for each colour."),
        (bad(mean=math.nan), ValueError, "mean is nan; give one number"),
        (bad(std=[1, 0, 1]), ValueError, "std is [1, 0, 1]; every number must be above 0."),
    ],
)
def test_bad_arguments_are_refused_in_a_sentence(
    arguments: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=re.escape(message)):
        CnnLab(**arguments)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("image", 3, "image is 3; it must be from 0 to 2."),
        ("image", -1, "image is -1; it must be from 0 to 2."),
        ("snapshot", 2, "snapshot is 2; it must be from 0 to 1."),
        ("layer", 14, "layer is 14; it must be from 0 to 13."),
        ("cell", [1, 2], "cell has 2 numbers; it needs 3: channel, row and column."),
        ("cell", [6, 0, 0], "in conv 1 it must be from [0, 0, 0] to [5, 31, 31]."),
    ],
)
def test_bad_settings_are_refused_in_a_sentence(name: str, value: Any, message: str) -> None:
    lab = small_lab()
    before = getattr(lab, name)
    with pytest.raises(TraitError, match=re.escape(message)):
        setattr(lab, name, value)
    assert getattr(lab, name) == before, "a refused value has left a trace"


def test_cell_stays_inside_the_layer() -> None:
    lab = small_lab()
    lab.cell = [5, 31, 2]
    for layer, cell in ((3, [5, 15, 2]), (10, [0, 5, 2]), (13, [0, 0, 2])):
        lab.layer = layer
        assert lab.cell == cell


def test_what_the_browser_sends_arrives() -> None:
    lab = small_lab()
    lab.set_state({"image": 2, "snapshot": 0, "layer": 10, "cell": [0, 5, 15]})
    assert (lab.image, lab.snapshot, lab.layer, lab.cell) == (2, 0, 10, [0, 5, 15])
    value = lab.walk().values[10][0, 5 * 16 + 15]
    assert value == by_pytorch(0, 2)[0][10][0, 5, 15]


def test_labs_do_not_share_anything() -> None:
    one, other = small_lab(), small_lab()
    assert one.stored == other.stored
    assert one.model_id != other.model_id
    walks = [one.walk(), one.walk()]
    assert packed(walks[:1]) == packed(walks[1:])
