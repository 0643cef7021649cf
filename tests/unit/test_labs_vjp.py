"""The lab of vᵀJ without a browser: its state, its checks, and the numbers that PyTorch stores."""

import json
import re
from typing import Any

import pytest
from traitlets import TraitError

from byhand.labs import VjpLab


def test_has_a_stable_name() -> None:
    lab = VjpLab()
    assert repr(lab) == "VjpLab()"
    bundle = lab._repr_mimebundle_()
    assert bundle is not None
    assert bundle[0]["text/plain"] == "VjpLab()"


def test_module_is_one_that_needs_nothing_else() -> None:
    module = str(VjpLab._esm)
    assert re.findall(r"^export .*", module, re.MULTILINE) == ["export default { render };"]
    assert not re.search(r"^import |import\(", module, re.MULTILINE)
    assert "http" not in module
    assert "http" not in str(VjpLab._css)
    assert "url(" not in str(VjpLab._css)


def test_style_reaches_nothing_outside_a_lab() -> None:
    rules = re.findall(r"([^{}]+)\{[^{}]*\}", str(VjpLab._css))
    selectors = [one.strip() for rule in rules for one in re.split(r",(?![^(]*\))", rule)]
    assert selectors
    for selector in selectors:
        assert ".bh-" in selector or selector.startswith("@container"), selector


def test_state_is_small_and_can_be_stored() -> None:
    state = VjpLab().get_state()
    own = {name: value for name, value in state.items() if name != "layout"}
    assert len(json.dumps(own)) < 32_000


def test_stores_the_numbers_of_the_page() -> None:
    assert VjpLab().reference == {
        "x": [1.0, 2.0],
        "v": [1.0, 2.0, -1.0],
        "output": [1.0, 2.0, 6.0],
        "jacobian": [[2.0, 0.0], [2.0, 1.0], [0.0, 3.0]],
        "vjp": [6.0, -1.0],
    }


@pytest.mark.parametrize("x", [(0.3, -1.7), (-2.0, 0.0), (1.1, 1.3)])
@pytest.mark.parametrize("v", [(1.0, 0.0, 0.0), (0.7, -1.3, 2.0)])
def test_one_backward_gives_the_sum_of_the_weighted_rows(
    x: tuple[float, float], v: tuple[float, float, float]
) -> None:
    found = VjpLab(x, v).numbers()
    rows = [[2 * x[0], 0.0], [x[1], x[0]], [0.0, 3.0]]
    assert found["output"] == pytest.approx([x[0] ** 2, x[0] * x[1], 3 * x[1]])
    for found_row, row in zip(found["jacobian"], rows, strict=True):
        assert found_row == pytest.approx(row)
    assert found["vjp"] == pytest.approx(
        [sum(weight * row[j] for weight, row in zip(v, rows, strict=True)) for j in range(2)]
    )


def test_numbers_follow_the_settings_and_the_reference_stays() -> None:
    lab = VjpLab()
    before = dict(lab.reference)
    lab.v = [1.5, -1.5, 0.5]
    assert lab.numbers()["vjp"] == pytest.approx([0.0, 0.0])
    assert lab.reference == before


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"x": [1.0]}, "x has 1 numbers; the operation has 2 inputs, so give 2."),
        ({"v": [1.0, 2.0]}, "v has 2 numbers; the operation has 3 outputs, so give 3."),
        ({"x": [1.0, 2.5]}, "x is [1.0, 2.5]; every number must be from −2 to 2."),
        ({"v": [0.0, float("nan"), 0.0]}, "every number must be from −2 to 2."),
    ],
)
def test_bad_settings_are_refused_in_a_sentence(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(TraitError, match=re.escape(message)):
        VjpLab(**settings)
    lab = VjpLab()
    ((name, value),) = settings.items()
    with pytest.raises(TraitError, match=re.escape(message)):
        setattr(lab, name, value)
    assert lab.numbers() == VjpLab().numbers(), "a refused value has left a trace"


def test_labs_share_no_state() -> None:
    one, other = VjpLab(), VjpLab()
    one.v = [0.0, 0.0, 0.0]
    assert other.v == [1.0, 2.0, -1.0]
    assert one.model_id != other.model_id
