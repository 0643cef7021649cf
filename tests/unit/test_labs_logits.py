"""The labs on softmax and on cross-entropy without a browser: state, checks, PyTorch's numbers."""

import json
import math
import re
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from traitlets import TraitError

from byhand.labs import CrossEntropyLab, SoftmaxLab
from byhand.labs.cross_entropy import naive_steps, stable_steps

Lab = type[SoftmaxLab] | type[CrossEntropyLab]
LABS: tuple[Lab, ...] = (SoftmaxLab, CrossEntropyLab)
NAN, INF = math.nan, math.inf


@pytest.mark.parametrize("kind", LABS)
def test_has_a_stable_name(kind: Lab) -> None:
    lab = kind()
    assert repr(lab) == f"{kind.__name__}()"
    bundle = lab._repr_mimebundle_()
    assert bundle is not None
    assert bundle[0]["text/plain"] == repr(lab)


@pytest.mark.parametrize("kind", LABS)
def test_module_is_one_that_needs_nothing_else(kind: Lab) -> None:
    module, style = str(kind._esm), str(kind._css)
    assert re.findall(r"^export .*", module, re.MULTILINE) == ["export default { render };"]
    assert not re.search(r"^import |import\(", module, re.MULTILINE)
    assert "http" not in module + style
    assert "url(" not in style


@pytest.mark.parametrize("kind", LABS)
def test_style_reaches_nothing_outside_a_lab(kind: Lab) -> None:
    rules = re.findall(r"([^{}]+)\{[^{}]*\}", str(kind._css))
    selectors = [one.strip() for rule in rules for one in re.split(r",(?![^(]*\))", rule)]
    assert selectors
    for selector in selectors:
        assert ".bh-" in selector or selector.startswith("@container"), selector


@pytest.mark.parametrize("kind", LABS)
def test_state_is_small_and_can_be_stored(kind: Lab) -> None:
    state = kind().get_state()
    own = {name: value for name, value in state.items() if name != "layout"}
    assert len(json.dumps(own, allow_nan=False)) < 40_000


def test_infinite_numbers_can_be_stored_too() -> None:
    lab = CrossEntropyLab([1000, -1000, 0], 1, naive=True)
    json.dumps(lab.reference, allow_nan=False)
    assert lab.reference["naive_steps"]["e"] == ["Infinity", 0.0, 1.0]
    assert lab.reference["naive_steps"]["d_x"] == ["NaN"] * 3
    assert lab.reference["loss"] == 2000


def test_softmax_stores_the_numbers_of_the_article() -> None:
    reference = SoftmaxLab([0.2306, 0.6693, 0.6334]).reference
    assert reference["p"] == pytest.approx([0.2471, 0.3832, 0.3697], abs=5e-5)
    rows = [[0.1860, -0.0947, -0.0914], [-0.0947, 0.2364, -0.1417], [-0.0914, -0.1417, 0.2330]]
    for found, row in zip(reference["jacobian"], rows, strict=True):
        assert found == pytest.approx(row, abs=5e-5)
    assert SoftmaxLab().reference["p"] == pytest.approx([0.659, 0.242, 0.099], abs=5e-4)


@pytest.mark.parametrize("temperature", [1 / 64, 0.3, 1.0, 64.0])
def test_softmax_agrees_with_the_formula(temperature: float) -> None:
    lab = SoftmaxLab([1.3, -0.4, 0.9], temperature, [0.5, -2.0, 3.0])
    found = lab.numbers()
    p = torch.tensor([1.3, -0.4, 0.9], dtype=torch.float64).div(temperature).softmax(0)
    g = torch.tensor(lab.grad_output, dtype=torch.float64)
    jacobian = (torch.diag(p) - torch.outer(p, p)) / temperature
    assert lab.p.tolist() == found["p"] == pytest.approx(p.tolist())
    torch.testing.assert_close(torch.tensor(found["jacobian"], dtype=torch.float64), jacobian)
    assert found["vjp"] == pytest.approx((g @ jacobian).tolist(), abs=1e-12)
    assert sum(found["vjp"]) == pytest.approx(0, abs=1e-12)


def test_settings_move_the_numbers_and_the_reference_stays() -> None:
    lab = SoftmaxLab()
    before = dict(lab.reference)
    lab.logits = [0, 0, 0]
    assert lab.p.tolist() == pytest.approx([1 / 3] * 3)
    lab.grad_output = [1.0, 1.0, 1.0]
    assert lab.numbers()["vjp"] == pytest.approx([0, 0, 0], abs=1e-15)
    assert lab.reference == before
    other = CrossEntropyLab()
    other.logits, other.target = [0, 0, 0], 2
    assert other.p.tolist() == pytest.approx([1 / 3] * 3)
    assert other.numbers()["loss"] == pytest.approx(math.log(3))


@pytest.mark.parametrize("target", [0, 1, 2])
def test_cross_entropy_agrees_with_the_formula(target: int) -> None:
    found = CrossEntropyLab([0.1, 0.2, 0.3], target).numbers()
    logits = torch.tensor([0.1, 0.2, 0.3], dtype=torch.float64)
    assert found["loss"] == pytest.approx((logits.logsumexp(0) - logits[target]).item())
    y = F.one_hot(torch.tensor(target), 3)
    assert found["gradient"] == pytest.approx((logits.softmax(0) - y).tolist())
    if target == 1:
        assert round(found["loss"], 4) == 1.1019


@pytest.mark.parametrize(
    ("logits", "target", "loss", "gradient"),
    [
        ([100, 0, 0], 0, NAN, [NAN] * 3),
        ([100, 0, 0], 1, INF, [NAN] * 3),
        ([0, -200, 0], 1, INF, [NAN] * 3),
        ([0, -200, 0], 0, 0.6931472, [NAN] * 3),
        ([60, 0, 0], 1, 60.0, [0, -1, 0]),
        ([0.1, 0.2, 0.3], 1, 1.1019429, [0.3006096, -0.6677750, 0.3671654]),
    ],
)
def test_naive_form_breaks_as_written_in_pytorch(
    logits: list[float], target: int, loss: float, gradient: list[float]
) -> None:
    x = torch.tensor(logits, dtype=torch.float32, requires_grad=True)
    value = -torch.log(torch.exp(x) / torch.exp(x).sum())[target]
    (grad,) = torch.autograd.grad(value, x)
    steps = naive_steps(logits, target)
    for expected in ((value.item(), grad.tolist()), (loss, gradient)):
        assert steps["loss"] == pytest.approx(expected[0], rel=1e-6, nan_ok=True)
        assert steps["d_x"] == pytest.approx(expected[1], rel=1e-5, abs=1e-7, nan_ok=True)


@pytest.mark.parametrize("logits", [[0.1, 0.2, 0.3], [100, 0, 0], [-88.9, 3.7, 1000], [60, 0, 0]])
@pytest.mark.parametrize("target", [0, 1, 2])
def test_stable_form_is_that_of_pytorch(logits: list[float], target: int) -> None:
    x = torch.tensor(logits, dtype=torch.float32, requires_grad=True)
    loss = F.cross_entropy(x, torch.tensor(target))
    (gradient,) = torch.autograd.grad(loss, x)
    steps = stable_steps(logits, target)
    assert steps["loss"] == pytest.approx(loss.item(), rel=1e-6, abs=1e-6)
    assert steps["d_x"] == pytest.approx(gradient.tolist(), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(
    ("kind", "settings", "message"),
    [
        (
            SoftmaxLab,
            {"logits": [1.0]},
            "logits has 1 numbers; the lab has 3, one for each logit.",
        ),
        (
            SoftmaxLab,
            {"grad_output": [0, 4, 0]},
            "grad_output is [0.0, 4.0, 0.0]; every number must be from −3 to 3.",
        ),
        (SoftmaxLab, {"logits": [0, NAN, 0]}, "every number must be from −15 to 15."),
        (SoftmaxLab, {"temperature": 0}, "temperature is 0; it must be from 1/64 to 64."),
        (SoftmaxLab, {"temperature": NAN}, "temperature is nan; it must be from 1/64 to 64."),
        (
            CrossEntropyLab,
            {"logits": [0, 0, -INF]},
            "logits is [0.0, 0.0, -inf]; every number must be from −1000 to 1000.",
        ),
        (
            CrossEntropyLab,
            {"target": 3},
            "target is 3; the classes have the indices 0, 1 and 2.",
        ),
        (CrossEntropyLab, {"scale": 7}, "scale is 7; use 1, 10 or 100."),
    ],
)
def test_bad_settings_are_refused_in_a_sentence(
    kind: Lab, settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(TraitError, match=re.escape(message)):
        kind(**settings)
    lab = kind()
    ((name, value),) = settings.items()
    before = getattr(lab, name)
    with pytest.raises(TraitError, match=re.escape(message)):
        setattr(lab, name, value)
    assert getattr(lab, name) == before, "a refused value has left a trace"


def test_labs_share_no_state() -> None:
    one, other = SoftmaxLab(), SoftmaxLab()
    one.logits = [0.0, 0.0, 0.0]
    assert other.logits == [2.0, 1.0, 0.1]
    assert one.model_id != other.model_id


def test_what_the_browser_sends_arrives() -> None:
    # A number without a fraction comes as an integer.
    lab = SoftmaxLab()
    lab.set_state({"logits": [12, 11, 10.1], "temperature": 2, "grad_output": [1, 1, 1]})
    expected = torch.tensor([12, 11, 10.1], dtype=torch.float64).div(2).softmax(0)
    assert lab.p.tolist() == pytest.approx(expected.tolist())
    other = CrossEntropyLab()
    other.set_state({"logits": [100, 0, 0], "target": 2, "naive": True, "scale": 10})
    assert (other.logits, other.target, other.naive, other.scale) == ([100, 0, 0], 2, True, 10)
    assert other.numbers()["loss"] == 100
