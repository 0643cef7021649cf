"""How a trace is written, drawn and handed on."""

import json
import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from itertools import pairwise

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from byhand._trace import Trace
from byhand._trace.layout import place
from byhand._trace.operation import inlined
from byhand.palette import GRADIENT, VALUE
from tests.unit.trace_tools import WrongSquare, apply, equal, leaf, random, traced


@pytest.fixture
def derivation() -> Trace:
    x = torch.tensor([[1, 2], [3, 4]], dtype=torch.float64, requires_grad=True)
    with Trace(jacobians=True, x=x) as trace:
        y = x + 2
        out = (3 * y**2).mean()
    trace.backward(out)
    trace.name(y=y, out=out)  # after backward as well
    return trace


def chain(length: int) -> Trace:
    def compute() -> Tensor:
        x = leaf(1.0, 2.0)
        for _ in range(length - 2):
            x = x.sin()
        return x.sum()

    return traced(compute)


def cnn() -> nn.Sequential:
    """Return the network of the CIFAR-10 chapter."""
    return nn.Sequential(
        nn.Conv2d(3, 32, 5, padding=2), nn.MaxPool2d(2),
        nn.Conv2d(32, 32, 5, padding=2), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 5, padding=2), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(1024, 64), nn.Linear(64, 10),
    )  # fmt: skip


def test_as_text(derivation: Trace) -> None:
    quarters, gradient = "[[0.25, 0.25], [0.25, 0.25]]", "[[4.5, 6], [7.5, 9]]"
    rows = [
        ("step", "node", "operation", "value", "grad_output"),
        ("1", "out (MeanBackward0)", "mean((y ** 2) * 3)", "64.5", "1"),
        ("2", "MulBackward0", "(y ** 2) * 3", "[[27, 48], [75, 108]]", quarters),
        ("3", "PowBackward0", "y ** 2", "[[9, 16], [25, 36]]", quarters.replace("2", "7")),
        ("4", "y (AddBackward0)", "x + 2", "[[3, 4], [5, 6]]", gradient),
        ("5", "x (AccumulateGrad)", "leaf", "[[1, 2], [3, 4]]", gradient),
    ]
    title, empty, *lines = repr(derivation).split("\n")
    assert title == "Backward pass through 4 operations to 1 leaf, from the loss down"
    assert empty == ""
    starts = [lines[0].index(head) for head in rows[0]]
    cut = [*zip(starts, [*starts[1:], None], strict=True)]
    assert [tuple(line[a:b].rstrip() for a, b in cut) for line in lines] == rows


def test_as_html_is_a_table_with_headings(derivation: Trace) -> None:
    table = ET.fromstring(derivation._repr_html_())
    assert table.tag == "table"
    assert [cell.text for cell in table.iter("th")][:2] == ["step", "node"]
    assert all(cell.get("scope") == "col" for cell in table.iter("th"))
    assert len(list(table.iter("tr"))) == 6
    assert "<script" not in derivation._repr_html_()


def test_html_and_svg_are_escaped() -> None:
    x = leaf(1.0)
    trace = traced(lambda: (x * 2).sum(), **{"<b>&": x})
    assert "<b>" not in trace._repr_html_()
    assert "&lt;b&gt;&amp;" in trace._repr_html_()
    ET.fromstring(trace.to_svg())
    assert "&lt;b&gt;&amp;" in trace.to_svg()


def test_as_svg(derivation: Trace) -> None:
    drawing = derivation.to_svg()
    root = ET.fromstring(drawing)
    name = "{http://www.w3.org/2000/svg}"
    assert root.get("role") == "img"
    assert (root.findtext(f"{name}title") or "").startswith("Graph of 4 operations and 1 leaf")
    assert "y = x + 2" in (root.findtext(f"{name}desc") or "")
    texts = [text.text for text in root.iter(f"{name}text")]
    assert {"64.5", "4.5", "7.5", "108", "AddBackward0", "out = mean((y ** 2) * 3)"} <= set(texts)
    assert VALUE.css in drawing
    assert GRADIENT.css in drawing
    assert 'html[data-theme="dark"] .bh-figure' in drawing
    assert "id=" not in drawing  # several drawings share a page
    assert drawing == derivation.to_svg()
    assert drawing._repr_svg_() == str(drawing)
    assert repr(drawing).startswith("<drawing")


def test_gradients_that_add_are_written_at_the_fork() -> None:
    x = leaf(2.0)
    trace = traced(lambda: (x * 3 + x * 5).sum())
    texts = re.findall(r">([^<>]+)</text>", trace.to_svg())
    assert {"3", "5", "8"} <= set(texts)


def test_the_dictionary_is_json_and_complete(derivation: Trace) -> None:
    steps = json.loads(json.dumps(derivation.to_dict(), allow_nan=False))
    names = [node["name"] for node in steps["nodes"]]
    assert names == [
        "AccumulateGrad",
        "AddBackward0",
        "PowBackward0",
        "MulBackward0",
        "MeanBackward0",
    ]
    assert steps["backward"] == [4, 3, 2, 1, 0]
    assert steps["steps"][1] == {"node": 3, "arriving": [3], "leaving": [2]}
    power = steps["nodes"][2]
    assert power["value"][0] == {
        "shape": [2, 2], "dtype": "float64", "numbers": [9.0, 16.0, 25.0, 36.0],
        "norm": pytest.approx(math.sqrt(81 + 256 + 625 + 1296)),
    }  # fmt: skip
    assert power["grad_output"][0]["numbers"] == [0.75] * 4
    assert power["formula"] == {"forward": "a ** k", "backward": "k · a ** (k − 1) · g"}
    assert power["jacobians"][0]["shape"] == [4, 4]
    assert power["saved"]["exponent"] == "2"
    assert steps["nodes"][0]["grad"]["numbers"] == [4.5, 6.0, 7.5, 9.0]
    edge = steps["edges"][0]
    assert (edge["from"], edge["to"], edge["input"]) == (0, 1, 0)
    assert edge["gradient"]["numbers"] == [4.5, 6.0, 7.5, 9.0]


def test_numbers_that_json_does_not_know() -> None:
    x = leaf(0.0, math.inf, math.nan)
    steps = json.dumps(traced(lambda: (1 / x).sum()).to_dict(), allow_nan=False)
    assert '"nan"' in steps
    assert '"-inf"' in steps


def test_boxes_hold_their_text_and_lie_apart(derivation: Trace) -> None:
    steps = derivation.to_dict()
    for node in steps["nodes"]:
        assert node["width"] >= 6 * len(node["name"])
        assert node["width"] / 2 <= node["x"] <= steps["width"] - node["width"] / 2
    for node in chain(20).to_dict()["nodes"]:
        assert node["width"] >= 7.5 * len(node["operation"])
    for above, below in pairwise(steps["nodes"]):
        assert above["y"] + above["height"] / 2 < below["y"] - below["height"] / 2


@given(st.lists(st.lists(st.integers(0, 30), max_size=3), min_size=1, max_size=40))
def test_layout_of_any_graph(sources: list[list[int]]) -> None:
    edges = [(k % end, end) for end, some in enumerate(sources) if end for k in some]
    sizes = [(30.0 + 7 * (k % 5), 20.0 + 11 * (k % 3)) for k in range(len(sources))]
    layout = place(sizes, edges)
    assert all(layout.layers[start] < layout.layers[end] for start, end in edges)
    boxes = [
        (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
        for (x, y), (width, height) in zip(layout.centres, sizes, strict=True)
    ]
    width, height = layout.size
    for left, top, right, bottom in boxes:
        assert left >= -1e-6
        assert top >= -1e-6
        assert right <= width + 1e-6
        assert bottom <= height + 1e-6
    for number, one in enumerate(boxes):
        for other in boxes[:number]:
            apart = max(one[0] - other[2], other[0] - one[2], one[1] - other[3], other[1] - one[3])
            assert apart > 5
    for (start, end), route in zip(edges, layout.routes, strict=True):
        assert all(a[1] < b[1] for a, b in pairwise(route))
        assert route[0][1] == pytest.approx(boxes[start][3])
        assert route[-1][1] == pytest.approx(boxes[end][1])
        assert boxes[start][0] <= route[0][0] <= boxes[start][2]


def test_a_graph_too_large_to_draw() -> None:
    assert chain(64).to_svg()
    trace = chain(65)
    for draw in (trace.to_svg, trace.to_dict):
        with pytest.raises(ValueError, match=r"65 nodes, and up to 64 .*summary\(\)"):
            draw()
    assert "65 nodes" in repr(trace)
    assert re.search(r"SinBackward0 +63 +\(2,\)", repr(trace))
    assert "<td>SinBackward0</td><td>63</td>" in trace._repr_html_()
    assert equal(trace["AccumulateGrad"].grad, trace["AccumulateGrad"].grad_output)


def test_summary_of_the_cnn() -> None:
    net = cnn()
    images = torch.randn(4, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    with Trace(net=net) as trace:
        loss = F.cross_entropy(net(images), torch.arange(4))
    trace.backward(loss)
    text = repr(trace.summary())
    assert re.search(r"ConvolutionBackward0 +3 +\(4, 32, 32, 32\) +\S+ to \S+", text)
    assert re.search(r"MaxPool2DWithIndicesBackward0 +3 +\(4, 32, 16, 16\)", text)
    gradient = net[0].get_parameter("weight").grad
    assert gradient is not None
    norm = f"{gradient.norm().item():.3g}"
    assert re.search(rf"net\.0\.weight +\(32, 3, 5, 5\) +{re.escape(norm)} ", text)
    assert "more leaves" not in text


def test_summary_of_a_transformer_block() -> None:
    block = nn.TransformerEncoderLayer(16, 2, 32, batch_first=True)  # with dropout
    with Trace(block=block) as trace:
        loss = block(torch.ones(2, 5, 16)).square().mean()
    trace.backward(loss)
    text = repr(trace)
    assert "nodes, and up to 64 are drawn" in text
    assert re.search(r"BmmBackward0 +2 +\(4, 5, \d\)", text)
    assert re.search(r"block\.self_attn\.in_proj_weight +\(48, 16\)", text)
    assert all(node.value is not None for node in trace)


def test_a_wrong_backward_in_the_drawing() -> None:
    x = leaf(3.0)
    trace = traced(lambda: apply(WrongSquare, x).sum(), x=x)
    assert trace["WrongSquareBackward"].operation == "WrongSquare(x)"
    assert "WrongSquare(x)" in trace.to_svg()


A, B = random(3, 3), random(3, 3, seed=1)
OPERATIONS: dict[str, Callable[[], Tensor]] = {
    "a + b": lambda: A + B,
    "a - 2": lambda: A - 2,
    "a += 1.5": lambda: A.clone().add_(1.5),
    "a @ b": lambda: A @ B,
    "b + a @ b": lambda: torch.addmm(B, A, B),
    "softmax(a, 1, False)": lambda: A.softmax(1),
    "sum(a, [1])": lambda: A.sum(1),
    "sum(a)": lambda: A.sum(),
    "clamp(a, −1, 1)": lambda: A.clamp(-1.0, 1.0),
    "cat([a, b], 1)": lambda: torch.cat([A, B], 1),
    "a * a constant [3]": lambda: A * torch.tensor([1.0, 2.0, 3.0]),
    "native_layer_norm(a, [3], None, None, 1e−05)": lambda: F.layer_norm(A, [3]),
    "add(a, b, alpha=2)": lambda: torch.add(A, B, alpha=2),
    "nll_loss(LogSoftmaxBackward0, a constant [3], None, 1, −100)": lambda: F.cross_entropy(
        A, torch.arange(3)
    ),
}


@pytest.mark.parametrize("text", OPERATIONS)
def test_how_an_operation_is_written(text: str) -> None:
    trace = traced(OPERATIONS[text], a=A, b=B)
    assert next(iter(trace)).operation.replace("CloneBackward0", "a") == text


@pytest.mark.parametrize(
    ("operation", "written"),
    [
        ("PowBackward0 * 3", "(y ** 2) * 3"),
        ("mean(PowBackward0)", "mean(y ** 2)"),
        ("cat([PowBackward0, SinBackward0#1])", "cat([y ** 2, sin(x)])"),
        ("SinBackward0#1 + AccumulateGrad#0", "sin(x) + leaf #0"),
        ("MulBackward0 + z", "MulBackward0 + z"),
    ],
)
def test_names_of_nodes_give_way_to_what_they_compute(operation: str, written: str) -> None:
    known = {
        "PowBackward0": "y ** 2",
        "SinBackward0#1": "sin(x)",
        "AccumulateGrad#0": "leaf #0",
        "MulBackward0": "a long name * another long name",
    }
    assert inlined(operation, known) == written
