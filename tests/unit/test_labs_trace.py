"""The trace player without a browser: its state, its checks, and the numbers that PyTorch gave."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
import torch
from IPython.core.formatters import DisplayFormatter
from torch import Tensor
from torch.autograd import Function
from traitlets import TraitError

from byhand import Trace
from byhand.labs import TraceLab
from byhand.labs._words import backward_in_words
from tests.unit.trace_tools import WrongSquare, apply, leaf, random, traced

VIEW = "application/vnd.jupyter.widget-view+json"


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


class Scaled(Function):
    """Multiplies by a number that comes before the tensor."""

    @staticmethod
    def forward(ctx: Any, scale: float, x: Tensor) -> Tensor:
        ctx.scale = scale
        return x * scale

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> tuple[None, Tensor]:
        return None, grad_output * ctx.scale


COMPUTATIONS: dict[str, Callable[[], Tensor]] = {
    "broadcast": lambda: (random(3, 1) * random(5, seed=1) + random(1, seed=2)).tanh(),
    "fan-out": lambda: (lambda h: h * h.sin() + h.exp() / 3)(random(3, 5).tanh()),
    "custom": lambda: apply(Scaled, 3.0, apply(WrongSquare, random(5))) * 2,
    "several outputs": lambda: torch.split(random(3, 4), [1, 3], dim=1)[0].exp(),
    "softmax": lambda: random(3, 5).log_softmax(1)[:, 2].mean(),
    "selection": lambda: random(7)[torch.tensor([0, 3, 3])].relu() @ random(3, seed=1),
}


@pytest.mark.parametrize("name", COMPUTATIONS)
def test_gradients_add_and_jacobians_carry_them(name: str) -> None:
    state = TraceLab(traced(COMPUTATIONS[name], jacobians=True)).trace
    nodes, edges = state["nodes"], state["edges"]
    assert state["steps"][0]["node"] == len(nodes) - 1
    for step in state["steps"]:
        node = nodes[step["node"]]
        for output, received in enumerate(node["grad_output"]):
            parts = [
                edges[k]["gradient"]["numbers"]
                for k in step["arriving"]
                if edges[k]["output"] == output
            ]
            if parts:
                assert received["numbers"] == pytest.approx(
                    torch.tensor(parts, dtype=torch.float64).sum(0).tolist()
                )
        if len(node["grad_output"]) > 1:
            continue
        g = torch.tensor(node["grad_output"][0]["numbers"], dtype=torch.float64)
        for k in step["leaving"]:
            matrix = node["jacobians"][edges[k]["input"]]
            if matrix["numbers"] is not None:
                jacobian = torch.tensor(matrix["numbers"], dtype=torch.float64)
                sent = g @ jacobian.reshape(matrix["shape"])
                assert edges[k]["gradient"]["numbers"] == pytest.approx(sent.tolist())


def test_numbers_are_those_of_autograd() -> None:
    x, w = random(3, 5), random(5, 2, seed=1)
    with Trace(x=x, w=w) as trace:
        hidden = x @ w
        out = (hidden.sigmoid() * hidden).mean()
    trace.name(hidden=hidden, out=out)
    trace.backward(out, retain_graph=True)
    tensors = {"x": x, "w": w, "hidden": hidden, "out": out}
    gradients = torch.autograd.grad(out, list(tensors.values()))
    nodes = {node["label"]: node for node in TraceLab(trace).trace["nodes"]}
    for (name, tensor), gradient in zip(tensors.items(), gradients, strict=True):
        assert nodes[name]["value"][0]["numbers"] == tensor.flatten().tolist()
        assert nodes[name]["grad_output"][0]["numbers"] == gradient.flatten().tolist()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"step": 6}, "step is 6; this trace has the steps 0 to 5."),
        ({"step": -1}, "step is -1; this trace has the steps 0 to 5."),
        ({"selected": 5}, "selected is 5; this trace has the nodes 0 to 4, and −1 is the node of"),
    ],
)
def test_bad_settings_are_refused_in_a_sentence(settings: dict[str, int], message: str) -> None:
    lab = TraceLab(mean_of_squares())
    ((name, value),) = settings.items()
    with pytest.raises(TraitError, match=re.escape(message)):
        setattr(lab, name, value)
    assert (lab.step, lab.selected) == (0, -1)
    if name == "step":
        with pytest.raises(TraitError, match=re.escape(message)):
            TraceLab(mean_of_squares(), step=value)


def test_what_is_no_trace_is_refused_in_a_sentence() -> None:
    with pytest.raises(TypeError, match="The player shows a Trace, and this is a Tensor: record"):
        TraceLab(leaf(1.0))  # type: ignore[arg-type]


def test_trace_without_backward_is_refused_in_a_sentence() -> None:
    with pytest.raises(RuntimeError, match="Nothing is recorded yet"):
        TraceLab(Trace())
    with Trace() as trace:
        leaf(1.0).exp()
    with pytest.raises(RuntimeError, match=re.escape("call trace.backward(loss)")):
        TraceLab(trace)


def test_large_trace_is_refused_in_a_sentence() -> None:
    with pytest.raises(ValueError, match="This trace has 70 nodes, and up to 64 are drawn"):
        TraceLab(chain(70))


def chain(length: int) -> Trace:
    def compute() -> Tensor:
        x = leaf(1.0, 2.0)
        for _ in range(length - 2):
            x = x.sin()
        return x.sum()

    return traced(compute)


def test_trace_shows_itself_as_the_player() -> None:
    trace = mean_of_squares()
    data, _ = DisplayFormatter().format(trace)  # type: ignore[no-untyped-call]
    assert set(data) == {VIEW, "text/plain", "text/html"}
    assert data["text/plain"] == repr(trace)
    assert data["text/html"] == trace._repr_html_()
    again, _ = DisplayFormatter().format(trace)  # type: ignore[no-untyped-call]
    assert data.pop(VIEW)["model_id"] != again.pop(VIEW)["model_id"]
    assert data == again


@pytest.mark.parametrize("trace", [Trace(), chain(70)], ids=["nothing yet", "too large"])
def test_trace_without_a_graph_shows_itself_in_words(trace: Trace) -> None:
    data, _ = DisplayFormatter().format(trace)  # type: ignore[no-untyped-call]
    assert set(data) == {"text/plain", "text/html"}


def test_every_kind_of_node_has_words() -> None:
    assert backward_in_words("MulBackward0", "operation") == "multiplies it by the other factor"
    assert backward_in_words("RareBackward1", "operation") == "multiplies it by its Jacobian"
    assert backward_in_words("Mine", "custom") == "runs the backward that you wrote"
    assert backward_in_words("AccumulateGrad", "leaf") == "adds it to the .grad of the leaf"


def test_parts_have_room() -> None:
    state = TraceLab(chain(64)).trace
    assert not state["broad"]
    assert state["heights"]["high"] == 640
    assert len(state["steps"]) == 64
