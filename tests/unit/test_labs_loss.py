"""The loss lab without a browser: its state, its checks, and the numbers that PyTorch stores."""

import itertools
import json
import re
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from traitlets import TraitError

from byhand.labs import LossLab
from byhand.labs._bundle import height

LOSSES = ("mse", "l1", "huber")
REDUCTIONS = ("mean", "sum", "none")


def test_has_a_stable_name() -> None:
    lab = LossLab()
    assert repr(lab) == "LossLab()"
    bundle = lab._repr_mimebundle_()
    assert bundle is not None
    assert bundle[0]["text/plain"] == "LossLab()"


def test_module_is_one_that_needs_nothing_else() -> None:
    module = str(LossLab._esm)
    assert re.findall(r"^export .*", module, re.MULTILINE) == ["export default { render };"]
    assert not re.search(r"^import |import\(", module, re.MULTILINE)
    assert "http" not in module
    assert "http" not in str(LossLab._css)
    assert "url(" not in str(LossLab._css)


def test_style_names_both_themes_of_every_host() -> None:
    style = str(LossLab._css)
    for dark in (
        'html[data-theme="dark"]',
        'body[data-jp-theme-light="false"]',
        'body[data-vscode-theme-kind="vscode-dark"]',
    ):
        assert f"{dark} .bh-lab" in style


def test_style_reaches_nothing_outside_a_lab() -> None:
    rules = re.findall(r"([^{}]+)\{[^{}]*\}", str(LossLab._css))
    selectors = [one.strip() for rule in rules for one in re.split(r",(?![^(]*\))", rule)]
    assert selectors
    for selector in selectors:
        assert ".bh-" in selector or selector.startswith("@container"), selector


def test_reserved_height_falls_in_steps_of_the_width() -> None:
    assert height((515, 1285), (0, 736)) == "max(min(1285px, (515px - 100cqi) * 999), 736px)"
    assert LossLab().layout.min_height.startswith("max(min(")


def test_state_is_small() -> None:
    state = LossLab().get_state()
    own = {name: value for name, value in state.items() if name != "layout"}
    assert len(json.dumps(own)) < 36_000


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_stores_the_numbers_of_pytorch(loss: str, reduction: str) -> None:
    input, target = [1.0, 2.5, -3.0], [1.0, 0.5, -3.7]
    lab = LossLab(input, target, loss=loss, reduction=reduction, delta=0.7, grad_output=1.7)
    x = torch.tensor(input, dtype=torch.float64, requires_grad=True)
    t = torch.tensor(target, dtype=torch.float64)
    value = {
        "mse": lambda: F.mse_loss(x, t, reduction=reduction),
        "l1": lambda: F.l1_loss(x, t, reduction=reduction),
        "huber": lambda: F.huber_loss(x, t, reduction=reduction, delta=0.7),
    }[loss]()
    (gradient,) = torch.autograd.grad(value, x, torch.full_like(value, 1.7))
    assert lab.reference["value"] == value.tolist()
    assert lab.reference["gradient"] == gradient.tolist()
    assert lab.numbers() == {name: lab.reference[name] for name in ("value", "terms", "gradient")}


def test_numbers_follow_the_settings_and_the_reference_stays() -> None:
    lab = LossLab()
    before = dict(lab.reference)
    lab.input = [2.0, 2.0, 3.0, 2.0, 1.5]
    lab.reduction = "sum"
    assert lab.numbers()["value"] == 0.25
    assert lab.reference == before


def test_state_can_be_stored_as_json() -> None:
    lab = LossLab(torch.tensor([1.0, 2.0]).tolist(), (0, 1), selected=0)
    assert lab.input == [1.0, 2.0]
    assert lab.target == [0.0, 1.0]
    json.dumps(lab.reference)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"input": [1.0]}, "input has 1 numbers, but there are 5 targets: give one prediction"),
        ({"input": [1.0, 2.0, 3.0, 4.0, float("nan")]}, "every number must be finite"),
        ({"loss": "hinge"}, "loss is 'hinge'; use one of mse, l1, huber"),
        ({"reduction": "max"}, "reduction is 'max'; use one of mean, sum, none"),
        ({"delta": 0.0}, "delta is 0.0; it must be a finite number above 0"),
        ({"lr": -1.0}, "lr is -1.0; it must be a finite number above 0"),
        ({"grad_output": float("inf")}, "grad_output is inf; it must be a finite number."),
        ({"selected": 5}, "selected is 5; the predictions have the indices 0 to 4"),
    ],
)
def test_bad_settings_are_refused_in_a_sentence(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(TraitError, match=re.escape(message)):
        LossLab(**settings)
    lab = LossLab()
    ((name, value),) = settings.items()
    with pytest.raises(TraitError, match=re.escape(message)):
        setattr(lab, name, value)
    assert repr(lab.numbers()) == repr(LossLab().numbers()), "a refused value has left a trace"


@pytest.mark.parametrize("size", [0, 9])
def test_number_of_targets_is_bounded(size: int) -> None:
    with pytest.raises(ValueError, match=f"There are {size} targets; the lab shows 1 to 8"):
        LossLab([0.0] * size, [0.0] * size)


def test_unknown_setting_is_refused() -> None:
    with pytest.raises(TypeError, match="LossLab has no setting 'margin'"):
        LossLab(margin=1.0)


def test_labs_share_no_state() -> None:
    one, other = LossLab(), LossLab()
    one.input = [0.0] * 5
    assert other.input != one.input
    assert one.model_id != other.model_id
    for loss, reduction in itertools.product(LOSSES, REDUCTIONS):
        one.loss, one.reduction = loss, reduction
    assert (other.loss, other.reduction) == ("mse", "mean")
