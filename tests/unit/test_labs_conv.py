"""The convolution lab without a browser: its state, its checks, and the numbers of PyTorch."""

import copy
import json
import math
import re
from typing import Any

import pytest
import torch
from traitlets import TraitError

from byhand.labs import ConvLab

SHAPES = [(p, s, d) for p in (0, 1, 2) for s in (1, 2) for d in (1, 2)]


def test_has_a_stable_name() -> None:
    lab = ConvLab()
    bundle = lab._repr_mimebundle_()
    assert bundle is not None
    assert repr(lab) == bundle[0]["text/plain"] == "ConvLab()"


def test_module_is_one_that_needs_nothing_else() -> None:
    module, style = str(ConvLab._esm), str(ConvLab._css)
    assert re.findall(r"^export .*", module, re.MULTILINE) == ["export default { render };"]
    assert not re.search(r"^import |import\(", module, re.MULTILINE)
    assert "http" not in module + style
    assert "url(" not in style


def test_style_reaches_nothing_outside_a_lab() -> None:
    rules = re.findall(r"([^{}]+)\{[^{}]*\}", str(ConvLab._css))
    selectors = [one.strip() for rule in rules for one in re.split(r",(?![^(]*\))", rule)]
    assert selectors
    for selector in selectors:
        assert ".bh-" in selector or selector.startswith("@container"), selector


def test_state_is_small_and_does_not_change() -> None:
    states = [ConvLab(padding=2).get_state() for _ in range(2)]
    stored = [
        json.dumps({name: one for name, one in state.items() if name != "layout"}, allow_nan=False)
        for state in states
    ]
    assert stored[0] == stored[1]
    assert len(stored[0]) < 60_000


@pytest.mark.parametrize(("padding", "stride", "dilation"), SHAPES)
def test_numbers_are_sums_over_all_that_meets(padding: int, stride: int, dilation: int) -> None:
    lab = ConvLab(padding=padding, stride=stride, dilation=dilation)
    size = (6 + 2 * padding - 2 * dilation - 1) // stride + 1
    y = [[0.0] * size for _ in range(size)]
    gx = [[0.0] * 6 for _ in range(6)]
    gw = [[0.0] * 3 for _ in range(3)]
    for i, j, a, b in [
        (i, j, a, b) for i in range(size) for j in range(size) for a in range(3) for b in range(3)
    ]:
        r, c = (out * stride + k * dilation - padding for out, k in ((i, a), (j, b)))
        if 0 <= r < 6 and 0 <= c < 6:
            y[i][j] += lab.x[r][c] * lab.weight[a][b]
            gx[r][c] += lab.grad_output[i][j] * lab.weight[a][b]
            gw[a][b] += lab.grad_output[i][j] * lab.x[r][c]
    assert lab.numbers() == {"y": y, "gx": gx, "gw": gw}


def test_reference_holds_the_first_settings_and_their_numbers() -> None:
    lab = ConvLab(padding=1, stride=2, view="gw", cell=("kernel", 2, 1))
    first = copy.deepcopy(lab.reference)
    assert (first["padding"], first["stride"], first["dilation"]) == (1, 2, 1)
    assert (first["view"], first["cell"]) == ("gw", ["kernel", 2, 1])
    assert {name: first[name] for name in ("y", "gx", "gw")} == lab.numbers()
    lab.x = [[1.0] * 6] * 6
    lab.padding = 0
    assert lab.reference == first
    assert lab.numbers() != {name: first[name] for name in ("y", "gx", "gw")}


def test_labs_share_no_state() -> None:
    one, other = ConvLab(), ConvLab()
    one.x[0][0] = 9.0
    assert other.x[0][0] == ConvLab().x[0][0] == 1.0
    assert one.model_id != other.model_id


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"padding": 3}, "padding is 3; use 0, 1 or 2."),
        ({"padding": -1}, "padding is -1; use 0, 1 or 2."),
        ({"stride": 0}, "stride is 0; use 1 or 2."),
        ({"dilation": 3}, "dilation is 3; use 1 or 2."),
        ({"view": "grad"}, "view is 'grad'; use 'y', 'gx' or 'gw'."),
        ({"x": [[1.0] * 6] * 5}, "x has rows of [6, 6, 6, 6, 6] numbers; it needs 6 rows of 6."),
        ({"weight": [[1.0] * 3, [1.0] * 2, [1.0] * 3]}, "it needs 3 rows of 3."),
        ({"weight": [[9.5] * 3] * 3}, "weight holds 9.5; every number must be from −9 to 9."),
        ({"grad_output": [[math.nan] * 8] * 8}, "grad_output holds nan; every number must be"),
        ({"grad_output": [[1.0] * 4] * 4}, "it needs 8 rows of 8."),
        (
            {"cell": ("pixel", 0, 0)},
            "cell is in 'pixel'; use 'image', 'kernel' or 'output' as its first part.",
        ),
        ({"cell": ("kernel", 3, 0)}, "cell is ('kernel', 3, 0); row and column must be from 0"),
        ({"cell": ("image", 0, -1)}, "row and column must be from 0 to 5."),
    ],
)
def test_bad_settings_are_refused_in_a_sentence(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(TraitError, match=re.escape(message)):
        ConvLab(**settings)
    lab = ConvLab()
    ((name, value),) = settings.items()
    before = lab.numbers()
    with pytest.raises(TraitError, match=re.escape(message)):
        setattr(lab, name, value)
    assert lab.numbers() == before, "a refused value has left a trace"


@pytest.mark.parametrize("name", ["padding", "stride", "dilation"])
@pytest.mark.parametrize("value", ["same", 1.5, None])
def test_words_and_fractions_are_no_sizes(name: str, value: Any) -> None:
    with pytest.raises(TraitError, match=name):
        ConvLab(**{name: value})


@pytest.mark.parametrize("rows", [5, "numbers", [1.0, 2.0], [["a"] * 3] * 3, None])
def test_rows_are_asked_for_in_a_sentence(rows: Any) -> None:
    with pytest.raises(TraitError, match=r"^weight must be 3 rows of 3 numbers, not "):
        ConvLab(weight=rows)


def test_tensors_are_taken_as_rows() -> None:
    weight = torch.arange(9.0).reshape(3, 3)
    assert ConvLab(weight=weight).weight == weight.tolist()


def test_page_may_send_back_lists() -> None:
    lab = ConvLab()
    lab.set_state({"cell": ["kernel", 2, 0], "view": "gw", "padding": 1})
    assert (lab.cell, lab.view, lab.padding) == (("kernel", 2, 0), "gw", 1)
