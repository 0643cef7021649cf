"""The trace player without a browser: its state, its checks, and the numbers that PyTorch gave."""

import json
import re
from typing import Any

import torch

from byhand import Trace
from byhand.labs import TraceLab


def mean_of_squares(**options: Any) -> Trace:
    """The example of chapter 1, with names."""
    x = torch.tensor([[1.0, 2.0], [3.0, 4.0]], dtype=torch.float64, requires_grad=True)
    with Trace(x=x, **options) as trace:
        y = x + 2
        z = 3 * y**2
        out = z.mean()
    trace.name(y=y, z=z, out=out)
    trace.backward(out)
    return trace


def test_has_a_stable_name() -> None:
    lab = TraceLab(mean_of_squares())
    assert repr(lab) == "TraceLab()"
    bundle = lab._repr_mimebundle_()
    assert bundle is not None
    assert bundle[0]["text/plain"] == "TraceLab()"


def test_module_is_one_that_needs_nothing_else() -> None:
    module = str(TraceLab._esm)
    assert re.findall(r"^export .*", module, re.MULTILINE) == ["export default { render };"]
    assert not re.search(r"^import |import\(", module, re.MULTILINE)
    assert "http" not in module
    assert "http" not in str(TraceLab._css)
    assert not re.search(r"url\((?!#)", str(TraceLab._css))


def test_example_shows_the_derivation_of_the_page() -> None:
    state = TraceLab(mean_of_squares(jacobians=True)).trace
    order = [state["nodes"][step["node"]] for step in state["steps"]]
    assert [node["title"] for node in order] == [
        "out = mean(z)", "z = (y ** 2) * 3", "y ** 2", "y = x + 2", "x",
    ]  # fmt: skip
    assert [node["grad_output"][0]["numbers"] for node in order] == [
        [1.0], [0.25] * 4, [0.75] * 4, [4.5, 6.0, 7.5, 9.0], [4.5, 6.0, 7.5, 9.0],
    ]  # fmt: skip
    assert order[0]["value"][0]["numbers"] == [64.5]
    assert order[0]["jacobians"][0]["numbers"] == [0.25] * 4


def test_state_is_small() -> None:
    state = TraceLab(mean_of_squares(jacobians=True)).get_state()
    own = {name: state[name] for name in ("trace", "step", "selected")}
    assert len(json.dumps(own)) < 12_000
    assert len(state["_esm"]) + len(state["_css"]) < 50_000
