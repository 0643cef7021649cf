"""The optimizer lab without a browser: its state, its checks, and the race of torch.optim."""

import json
import math
import re
from typing import Any

import pytest
import torch
from traitlets import TraitError

from byhand.labs import OptimizerLab
from byhand.labs._race import BOUND, RACERS, race, surfaces

NAN, INF = math.nan, math.inf
SURFACES = tuple(surfaces())


def test_has_a_stable_name() -> None:
    lab = OptimizerLab()
    bundle = lab._repr_mimebundle_()
    assert bundle is not None
    assert repr(lab) == bundle[0]["text/plain"] == "OptimizerLab()"


def test_module_is_one_that_needs_nothing_else() -> None:
    module, style = str(OptimizerLab._esm), str(OptimizerLab._css)
    assert re.findall(r"^export .*", module, re.MULTILINE) == ["export default { render };"]
    assert not re.search(r"^import |import\(", module, re.MULTILINE)
    assert "http" not in module + style
    assert "url(" not in style


def test_style_reaches_nothing_outside_a_lab() -> None:
    rules = re.findall(r"([^{}]+)\{[^{}]*\}", str(OptimizerLab._css))
    selectors = [one.strip() for rule in rules for one in re.split(r",(?![^(]*\))", rule)]
    assert selectors
    for selector in selectors:
        assert ".bh-" in selector or selector.startswith("@container"), selector


@pytest.mark.parametrize("surface", SURFACES)
def test_state_is_small_and_does_not_change(surface: str) -> None:
    states = [OptimizerLab(surface, lr=[1.0, 1.0, 1.0]).get_state() for _ in range(2)]
    stored = [
        json.dumps({name: one for name, one in state.items() if name != "layout"}, allow_nan=False)
        for state in states
    ]
    assert stored[0] == stored[1]
    assert len(stored[0]) < 60_000


def test_stored_places_are_those_of_the_race_without_the_digits_of_rounding() -> None:
    lab = OptimizerLab("saddle", steps=60)
    for name, run in lab.race().items():
        stored = lab.reference["runs"][name]
        assert (stored["every"], stored["diverged"]) == (25, None)
        for found, place in zip(stored["places"], run.places[::25], strict=True):
            assert found == pytest.approx(place, rel=1e-11, abs=0)
            assert found == [float(f"{w:.12g}") for w in found]


def test_starts_as_the_surface_says_and_at_the_end_of_the_race() -> None:
    for key, surface in surfaces().items():
        lab = OptimizerLab(key)
        assert (lab.start, lab.lr) == (list(surface.start), list(surface.lr))
        assert (lab.steps, lab.step, lab.momentum) == (200, 200, 0.9)
    lab = OptimizerLab("saddle", [0.5, -1], [0.01, 0.02, 0.03], momentum=0.5, steps=30, step=3)
    assert (lab.start, lab.lr, lab.momentum) == ([0.5, -1], [0.01, 0.02, 0.03], 0.5)
    assert (lab.steps, lab.step) == (30, 3)


def test_shorter_race_takes_the_step_with_it() -> None:
    lab = OptimizerLab()
    lab.steps = 50
    assert lab.step == 50
    lab.step = 20
    lab.steps = 40
    assert lab.step == 20


@pytest.mark.parametrize("surface", SURFACES)
def test_smallest_loss_is_zero_and_lies_in_the_picture(surface: str) -> None:
    least = {"valley": (0.0, 0.0), "saddle": (1.0, 0.0), "rosenbrock": (1.0, 1.0)}[surface]
    own = surfaces()[surface]
    w = torch.tensor(least, dtype=torch.float64, requires_grad=True)
    loss = own.loss(w)
    (gradient,) = torch.autograd.grad(loss, w)
    assert loss.item() == 0
    assert gradient.tolist() == [0, 0]
    left, right, low, high = own.window
    for point in (least, own.start):
        assert left < point[0] < right
        assert low < point[1] < high
    # A step downhill is drawn at a right angle to the lines: both axes have one scale.
    assert (right - left) / (high - low) == pytest.approx(1.5)


def test_race_in_the_valley_is_that_of_the_formulas() -> None:
    # SGD: each coordinate is multiplied by 1 − lr · curvature.
    runs = race("valley", [-2.5, 1.5], [0.07, 0.02, 0.2], 0.9, 200)
    for step, (a, b) in enumerate(runs["sgd"].places):
        assert a == pytest.approx(-2.5 * (1 - 0.07) ** step, rel=1e-9)
        assert b == pytest.approx(1.5 * (1 - 25 * 0.07) ** step, rel=1e-9)
    # Momentum: w(t+1) = (1 + μ − lr · curvature) w(t) − μ w(t−1), from the second step on.
    places = runs["momentum"].places
    for before, now, then in zip(places, places[1:], places[2:], strict=False):
        for i, curvature in enumerate((1, 25)):
            expected = (1.9 - 0.02 * curvature) * now[i] - 0.9 * before[i]
            assert then[i] == pytest.approx(expected, rel=1e-6, abs=1e-9)
    # Adam: the first step has the length lr in each coordinate.
    first = runs["adam"].places[1]
    assert first == pytest.approx([-2.5 + 0.2, 1.5 - 0.2], abs=1e-8)


@pytest.mark.parametrize(("lr", "diverged"), [(0.0799, None), (0.08, None), (0.081, 171)])
def test_sgd_diverges_above_two_over_the_curvature(lr: float, diverged: int | None) -> None:
    run = race("valley", [-2.5, 1.5], [lr, 0.02, 0.2], 0.9, 200)["sgd"]
    assert run.diverged == diverged
    if diverged is not None:
        assert len(run.places) == diverged + 1
        assert abs(run.places[-2][1]) <= BOUND < abs(run.places[-1][1])


def test_what_the_page_says_about_the_valley_and_the_saddle() -> None:
    def last(**changes: Any) -> dict[str, float]:
        runs = race(**{"surface": "valley", "start": [-2.5, 1.5], "lr": [0.02, 0.02, 0.2], "momentum": 0.9, "steps": 200, **changes})  # fmt: skip # noqa: E501
        return {name: run.losses[-1] for name, run in runs.items()}

    same = last()
    assert same["momentum"] < 1e-4 * same["sgd"], "with the same lr momentum is faster"
    overshoot = race("valley", [-2.5, 1.5], [0.02, 0.02, 0.2], 0.9, 200)["momentum"].places
    assert max(a for a, _ in overshoot) > 0.3, "and runs past the minimum"
    best = last(lr=[0.077, 0.02, 0.2])
    assert best["sgd"] < 1e-3 * best["momentum"]
    slower = {lr / 1000: max(abs(1 - lr / 1000), abs(1 - 25 * lr / 1000)) for lr in range(1, 100)}
    best_of_all = max(abs(1 - 2 / 26), abs(1 - 25 * 2 / 26))
    assert min(slower.values()) > best_of_all == pytest.approx(slower[0.077], abs=0.002)
    better = last(lr=[0.077, 0.11, 0.2], momentum=0.44)
    assert better["momentum"] < 1e-30 * better["sgd"]
    # Near the ridge of the saddle Adam leaves first and SGD last; on it nobody leaves.
    runs = race("saddle", [0.01, 1.2], [0.1, 0.1, 0.1], 0.9, 200)
    left = {
        name: next(k for k, (a, _) in enumerate(run.places) if abs(a) > 0.5)
        for name, run in runs.items()
    }
    assert left["adam"] < left["momentum"] < left["sgd"]
    for name, run in race("saddle", [0.0, 1.2], [0.1, 0.1, 0.1], 0.9, 200).items():
        assert all(a == 0 for a, _ in run.places), name
        assert run.losses[-1] == pytest.approx(0.25, abs=1e-4)


@pytest.mark.parametrize("step", [0, 1, 170, 171, 200])
def test_numbers_are_those_of_the_step(step: int) -> None:
    lab = OptimizerLab(lr=[0.081, 0.02, 0.2], step=step)
    found, runs = lab.numbers(), lab.race()
    assert tuple(found) == RACERS
    at = min(step, 171)
    sgd = found["sgd"]
    assert sgd["place"] == runs["sgd"].places[at]
    a, b = sgd["place"]
    assert sgd["loss"] == pytest.approx((a * a + 25 * b * b) / 2)
    assert sgd["norm"] == pytest.approx(math.hypot(a, 25 * b))
    assert sgd["diverged"] == (171 if step >= 171 else None)
    assert found["adam"]["place"] == runs["adam"].places[step]
    assert found["adam"]["diverged"] is None


def test_settings_move_the_numbers_and_the_reference_stays() -> None:
    lab, other = OptimizerLab(), OptimizerLab()
    before = json.dumps(lab.reference)
    lab.start = [1.0, 1.0]
    lab.lr = [0.5, 0.5, 0.5]
    lab.momentum = 0.0
    runs = lab.race()
    assert runs["sgd"].places == runs["momentum"].places, "momentum 0 is plain SGD"
    assert runs["sgd"].diverged == 2
    assert json.dumps(lab.reference) == json.dumps(other.reference) == before
    assert other.start == [-2.5, 1.5]
    assert lab.model_id != other.model_id


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"surface": "hill"}, "surface is 'hill'; use one of valley, saddle, rosenbrock."),
        ({"start": [1]}, "start has 1 numbers; it needs 2, one for each parameter."),
        ({"start": [0, 4]}, "start is [0.0, 4.0]; every number must be from −3 to 3."),
        ({"start": [NAN, 0]}, "every number must be from −3 to 3."),
        ({"lr": [0.1]}, "lr has 1 numbers; it needs 3, one for each racer."),
        ({"lr": [0.1, 0, 0.1]}, "every number must be from 0.0001 to 1."),
        ({"lr": [0.1, 0.1, INF]}, "every number must be from 0.0001 to 1."),
        ({"momentum": 1.0}, "momentum is 1; it must be from 0 to 0.99."),
        ({"momentum": NAN}, "momentum is nan; it must be from 0 to 0.99."),
        ({"steps": 0}, "steps is 0; it must be from 1 to 500."),
        ({"steps": 501}, "steps is 501; it must be from 1 to 500."),
        ({"step": 201}, "step is 201; it must be from 0 to 200, the number of steps."),
    ],
)
def test_bad_settings_are_refused_in_a_sentence(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(TraitError, match=re.escape(message)):
        OptimizerLab(**settings)
    lab = OptimizerLab()
    ((name, value),) = settings.items()
    before = getattr(lab, name)
    with pytest.raises(TraitError, match=re.escape(message)):
        setattr(lab, name, value)
    assert getattr(lab, name) == before, "a refused value has left a trace"


def test_what_the_browser_sends_arrives() -> None:
    # A number without a fraction comes as an integer; several settings come together.
    lab = OptimizerLab()
    lab.set_state(
        {"surface": "saddle", "start": [0, 1], "lr": [1, 0.5, 0.1], "step": 7, "momentum": 0}
    )
    assert (lab.surface, lab.start, lab.lr) == ("saddle", [0, 1], [1, 0.5, 0.1])
    assert (lab.step, lab.momentum) == (7, 0)
    assert lab.numbers()["sgd"]["place"] == [0, 0]
