"""The lab of finite differences without a browser: what PyTorch computes for it, and its settings.

The wrong backwards are written a second time here, with plain numbers.
"""

import json
import math
import re
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
import torch
from traitlets import TraitError

from byhand.labs import DifferenceLab
from byhand.labs._differences import DTYPES, GRAD_OUTPUTS, OPERATIONS, SCHEMES, STEPS, numeric

Plain = Callable[[float, float, float], float]
FORWARD: dict[str, Callable[[float], float]] = {
    "cube": lambda x: x**3,
    "exp": math.exp,
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
}
SLOPE: dict[str, Callable[[float], float]] = {
    "cube": lambda x: 3 * x**2,
    "exp": math.exp,
    "sigmoid": lambda x: math.exp(-x) / (1 + math.exp(-x)) ** 2,
}
WRONG: dict[tuple[str, str], Plain] = {
    ("cube", "factor"): lambda g, x, _: g * x**2,
    ("cube", "confused"): lambda g, _, y: 3 * g * y**2,
    ("exp", "confused"): lambda g, x, _: g * x,
    ("exp", "rounded"): lambda g, x, _: g * 2.718**x,
    ("sigmoid", "factor"): lambda g, _, y: g * y,
    ("sigmoid", "confused"): lambda g, x, _: g * x * (1 - x),
}
EVERY = [
    (function, way.key, g)
    for function, operation in OPERATIONS.items()
    for way in operation.backwards
    for g in GRAD_OUTPUTS
]


def by_hand(function: str, key: str, g: float) -> float:
    """What a backward must return, in plain numbers."""
    x = OPERATIONS[function].at
    slope = SLOPE[function](x)
    if key in ("right", "ignored", "sign"):
        return {"right": g * slope, "ignored": slope, "sign": -g * slope}[key]
    return WRONG[function, key](g, x, FORWARD[function](x))


def described(function: str, key: str) -> dict[str, Any]:
    """What the lab stores about one backward."""
    found: dict[str, Any] = next(
        way
        for way in DifferenceLab().curves["operations"][function]["backwards"]
        if way["key"] == key
    )
    return found


def differences(function: str, key: str, g: int, dtype: str, scheme: str) -> list[float]:
    """How far the gradients that the lab stores are apart, for each step."""
    stored = DifferenceLab().curves["operations"][function]["numeric"][dtype][scheme]
    analytic = described(function, key)["analytic"][dtype][g - 1]
    return [abs(g * slope - analytic) for slope in stored]


def test_has_a_stable_name_and_state() -> None:
    lab = DifferenceLab()
    assert repr(lab) == "DifferenceLab()"
    own = {name: value for name, value in lab.get_state().items() if name != "layout"}
    assert len(json.dumps(own)) < 50_000
    assert json.dumps(lab.curves) == json.dumps(DifferenceLab().curves)


def test_module_is_one_that_needs_nothing_else() -> None:
    module = str(DifferenceLab._esm)
    assert re.findall(r"^export .*", module, re.MULTILINE) == ["export default { render };"]
    assert not re.search(r"^import |import\(", module, re.MULTILINE)
    assert "http" not in module + str(DifferenceLab._css)
    assert "url(" not in str(DifferenceLab._css)


def test_style_reaches_nothing_outside_a_lab() -> None:
    rules = re.findall(r"([^{}]+)\{[^{}]*\}", str(DifferenceLab._css))
    selectors = [one.strip() for rule in rules for one in re.split(r",(?![^(]*\))", rule)]
    assert selectors
    for selector in selectors:
        assert ".bh-" in selector or selector.startswith("@container"), selector


def test_steps_are_quarters_of_a_decade() -> None:
    assert len(STEPS) == 49
    assert (STEPS[0], STEPS[24], STEPS[48]) == (1e-12, 1e-6, 1.0)
    for position, h in enumerate(STEPS):
        assert math.log10(h) == pytest.approx(-12 + position / 4, abs=1e-3)


@pytest.mark.parametrize(("function", "key", "g"), EVERY)
def test_analytic_gradient_is_what_the_code_says(function: str, key: str, g: int) -> None:
    found = described(function, key)["analytic"]
    assert found["float64"][g - 1] == pytest.approx(by_hand(function, key, g), rel=1e-12)
    assert found["float32"][g - 1] == pytest.approx(by_hand(function, key, g), rel=1e-6)


@pytest.mark.parametrize("function", OPERATIONS)
@pytest.mark.parametrize(("dtype", "scheme"), list(product(DTYPES, SCHEMES)))
def test_numeric_gradient_errs_as_theory_says(function: str, dtype: str, scheme: str) -> None:
    stored = DifferenceLab().curves["operations"][function]
    order = {"central": 2, "forward": 1}[scheme]
    for h, error in zip(STEPS, differences(function, "right", 1, dtype, scheme), strict=True):
        method = stored["truncation"][scheme] * h**order
        rounding = stored["rounding"][dtype] / h
        assert error <= 2.5 * method + 4 * rounding
        if method > 100 * rounding and h < 0.05:
            assert error == pytest.approx(method, rel=0.2)


def test_numeric_gradient_is_that_of_the_number_type() -> None:
    cube, x = OPERATIONS["cube"], 1.5
    for position, h in enumerate(STEPS):
        right, left = x + h, x - h
        exact = (right * right * right - left * left * left) / (2 * h)
        assert numeric(cube, torch.float64, "central")[position] == exact
    single = numeric(cube, torch.float32, "central")
    assert single[0] == 0, "in float32, x + 1e-12 is x"
    assert all(torch.tensor(one).item() == one for one in single), "not float32"


@pytest.mark.parametrize(("function", "scheme"), list(product(OPERATIONS, SCHEMES)))
def test_twice_the_grad_output_is_exactly_twice_the_numeric_gradient(
    function: str, scheme: str
) -> None:
    for dtype in DTYPES.values():
        once = numeric(OPERATIONS[function], dtype, scheme)
        twice = numeric(OPERATIONS[function], dtype, scheme, grad_output=2)
        assert twice == [2 * slope for slope in once]


@pytest.mark.parametrize("function", OPERATIONS)
@pytest.mark.parametrize(("dtype", "best"), [("float64", 6e-6), ("float32", 5e-3)])
def test_right_backward_makes_a_u(function: str, dtype: str, best: float) -> None:
    found = differences(function, "right", 2, dtype, "central")
    lowest = STEPS[found.index(min(found))]
    assert best / 12 < lowest < best * 12
    assert min(found[0], found[-1]) > 1000 * min(found)


@pytest.mark.parametrize(("function", "key", "g"), EVERY)
def test_wrong_backward_has_a_floor_that_no_step_removes(function: str, key: str, g: int) -> None:
    gap = abs(by_hand(function, key, g) - by_hand(function, "right", g))
    for scheme in SCHEMES:
        found = differences(function, key, g, "float64", scheme)
        if gap == 0:
            assert min(found) < 1e-7
        else:
            assert gap > 1e-4
            sound = [one for h, one in zip(STEPS, found, strict=True) if h >= 1e-9]
            assert min(sound) > 0.5 * gap


@pytest.mark.parametrize(("function", "key", "g"), EVERY)
def test_verdict_is_that_of_gradcheck(function: str, key: str, g: int) -> None:
    objection = described(function, key)["objection"][g - 1]
    by_steps = (
        g * DifferenceLab().curves["operations"][function]["numeric"]["float64"]["central"][24]
    )
    inside = abs(by_steps - by_hand(function, key, g)) <= 1e-5 + 1e-3 * abs(by_steps)
    if key in ("right", "rounded"):
        assert objection == ""
        assert inside
    elif key == "ignored" and g == 1:
        assert objection == "backward not multiplied by grad_output"
        assert inside
    else:
        assert objection.startswith("Jacobian mismatch for output 0")
        assert not inside


@pytest.mark.parametrize(("function", "key", "g"), EVERY)
def test_numbers_are_those_of_the_curves(function: str, key: str, g: int) -> None:
    for scheme, step in ((SCHEMES[0], 24), (SCHEMES[1], 7)):
        lab = DifferenceLab(function, key, scheme=scheme, grad_output=g, step=step)
        found = lab.numbers()
        assert found["objection"] == described(function, key)["objection"][g - 1]
        for dtype in DTYPES:
            expected = differences(function, key, g, dtype, scheme)[step]
            assert found[dtype]["difference"] == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"function": "relu"}, "function is 'relu'; use one of cube, exp, sigmoid."),
        ({"backward": "lost"}, "backward is 'lost'; cube has right, ignored, factor, sign"),
        ({"function": "exp", "backward": "factor"}, "exp has right, ignored, sign, confused"),
        ({"scheme": "backward"}, "scheme is 'backward'; use one of central, forward."),
        ({"grad_output": 3}, "grad_output is 3; use one of 1, 2."),
        ({"step": 49}, "step is 49; it is a position from 0 (1e-12) to 48 (1)."),
        ({"step": -1}, "step is -1; it is a position"),
    ],
)
def test_bad_settings_are_refused_in_a_sentence(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(TraitError, match=re.escape(message)):
        DifferenceLab(**settings)


def test_unknown_setting_is_named() -> None:
    with pytest.raises(TypeError, match="no setting 'h'; it has function, backward, scheme"):
        DifferenceLab(h=1e-6)


def test_another_function_keeps_the_mistake_where_it_knows_it() -> None:
    lab = DifferenceLab("cube", "confused")
    lab.function = "sigmoid"
    assert lab.backward == "confused"
    lab.backward = "factor"
    lab.function = "exp"
    assert lab.backward == "right"


def test_labs_share_no_state() -> None:
    one, other = DifferenceLab(), DifferenceLab()
    one.curves["steps"].clear()
    one.step = 3
    assert len(other.curves["steps"]) == len(DifferenceLab().curves["steps"]) == 49
    assert other.step == 24
    assert one.model_id != other.model_id
