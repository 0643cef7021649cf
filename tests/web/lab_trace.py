"""Two traced computations, what PyTorch says about them, and the player as a reader handles it."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import torch
from playwright.sync_api import Locator, Page
from torch import Tensor

from byhand import Trace
from byhand.labs import TraceLab
from tests.web.small_book import build, model, page_of, text, view

TOLERANCE = 1e-6
READ = """(lab) => {
  const exact = (root) => root && [...root.querySelectorAll("[data-value]")].map((one) => Number(one.dataset.value));
  const seen = (root) => (root && root.getAttribute("visibility") !== "hidden" ? exact(root) : []);
  const nodes = [...lab.querySelectorAll(".bh-node")].map((node) => [node.dataset.called, {
    state: node.dataset.state, selected: node.getAttribute("aria-selected") === "true",
    value: exact(node.querySelector("[data-name=value]")),
    grad_output: seen(node.querySelector("[data-name=grad_output]")),
    so_far: seen(node.querySelector("[data-name='so far']")),
  }]);
  const edges = [...lab.querySelectorAll("g[data-edge][data-state]")];
  const chips = [...lab.querySelectorAll(".bh-chip")];
  const panel = {};
  for (const part of lab.querySelectorAll(".bh-details [data-name]"))
    (panel[part.dataset.name] ??= []).push(exact(part));
  return {
    step: Number(lab.querySelector("input[type=range]").value), nodes: Object.fromEntries(nodes),
    edges: Object.fromEntries(edges.map((edge) => [edge.dataset.edge, edge.dataset.state])),
    chips: Object.fromEntries(chips.map((chip) => [chip.dataset.edge, seen(chip)])),
    panel, said: lab.querySelector("[aria-live]").textContent,
    title: lab.querySelector(".bh-details .bh-title").textContent,
  };
}"""  # noqa: E501

Operation = tuple[Callable[..., Tensor], Sequence[str]]


class Example(NamedTuple):
    """A computation: its leaves, each operation by the name of its result, and the roots.

    Attributes:
        leaves: The tensors it starts from.
        operations: In the order of the forward pass, each with the names of what it reads.
        roots: What backward starts from, with the gradient that it is given there.
        nodes: PyTorch's name of the node of each tensor.
    """

    leaves: Mapping[str, Tensor]
    operations: Mapping[str, Operation]
    roots: Mapping[str, Tensor]
    nodes: Mapping[str, str]

    def forward(self) -> dict[str, Tensor]:
        """Compute every tensor."""
        found = dict(self.leaves)
        for name, (function, inputs) in self.operations.items():
            found[name] = function(*(found[one] for one in inputs))
        return found

    def trace(self, **options: Any) -> Trace:
        """Trace the computation and its backward, every tensor but p and m named."""
        for leaf in self.leaves.values():
            leaf.grad = None
        with Trace(**options) as trace:
            tensors = self.forward()
        trace.name(**{name: one for name, one in tensors.items() if name not in ("p", "m")})
        trace.backward([tensors[name] for name in self.roots], list(self.roots.values()))
        return trace

    def gradients(self) -> dict[str, Tensor]:
        """Compute the gradient of every tensor with one call of ``autograd.grad``."""
        tensors = self.forward()
        roots = [tensors[name] for name in self.roots]
        found = torch.autograd.grad(roots, list(tensors.values()), list(self.roots.values()))
        return dict(zip(tensors, found, strict=True))

    def parts(self) -> dict[tuple[str, str], Tensor]:
        """Compute what each operation sends to each tensor that it reads, by itself."""
        values, gradients = self.forward(), self.gradients()
        found: dict[tuple[str, str], Tensor] = {}
        for name, (function, inputs) in self.operations.items():
            given = [values[one].detach().requires_grad_() for one in inputs]
            sent = torch.autograd.grad(function(*given), given, gradients[name])
            found |= {(name, one): part for one, part in zip(inputs, sent, strict=True)}
        return found


def leaf(*numbers: Any) -> Tensor:
    return torch.tensor(numbers, dtype=torch.float64, requires_grad=True)


def derivation() -> Example:
    """mean(3 (x + 2)²), the example of chapter 1."""
    return Example(
        {"x": leaf([1, 2], [3, 4])},
        {
            "y": (lambda x: x + 2, ["x"]),
            "p": (lambda y: y**2, ["y"]),
            "z": (lambda p: 3 * p, ["p"]),
            "out": (torch.mean, ["z"]),
        },
        {"out": torch.tensor(1.0, dtype=torch.float64)},
        {"x": "AccumulateGrad", "y": "AddBackward0", "p": "PowBackward0", "z": "MulBackward0",
         "out": "MeanBackward0"},
    )  # fmt: skip


def fan_out() -> Example:
    """Two roots; h is read three times, x twice."""
    return Example(
        {"x": leaf(1, -2), "w": leaf([0.5, -1], [2, 0.25], [1, 1])},
        {
            "h": (torch.mv, ["w", "x"]),
            "a": (torch.tanh, ["h"]),
            "m": (torch.mul, ["a", "h"]),
            "y1": (torch.sum, ["m"]),
            "s": (torch.sum, ["x"]),
            "y2": (torch.mul, ["h", "s"]),
        },
        {"y1": torch.tensor(1.0, dtype=torch.float64), "y2": leaf(1, -2, 0.5).detach()},
        {"w": "AccumulateGrad#0", "x": "AccumulateGrad#1", "h": "MvBackward0", "a": "TanhBackward0",
         "m": "MulBackward0#0", "y1": "SumBackward0#0", "s": "SumBackward0#1",
         "y2": "MulBackward0#1"},
    )  # fmt: skip


def large() -> Trace:
    """A graph of 61 nodes, with long edges and much fan-out."""
    generator = torch.Generator().manual_seed(0)
    x, *weights = (
        torch.randn(5, 5, generator=generator, dtype=torch.float64).requires_grad_()
        for _ in range(8)
    )
    with Trace(x=x) as trace:
        hidden = x
        for number, weight in enumerate(weights):
            hidden = hidden + (hidden @ weight).tanh() * 0.5
            hidden = hidden.relu() if number == 3 else hidden
        loss = hidden.logsumexp(1).mean() + sum((weight**2).sum() for weight in weights)
    trace.backward(loss)
    return trace


def root_inside() -> Trace:
    """Two roots, of which one was computed from the other."""
    x = leaf(1.0)
    with Trace(x=x) as trace:
        y = x * 2
        z = (y * 3).sum()
    trace.backward([z, y], [None, torch.tensor([5.0], dtype=torch.float64)])
    return trace


def book(folder: Path, traces: Sequence[Trace]) -> str:
    """Build a book that shows traces and return the address of its page."""
    widgets = {}
    for number, trace in enumerate(traces):
        lab = TraceLab(trace)
        state = {**lab.get_state(), "layout": f"IPY_MODEL_layout{number}"}
        widgets[f"lab{number}"] = model(**{k: v for k, v in state.items() if k[:2] != "_v"})
        widgets[f"layout{number}"] = {"state": {"min_height": lab.layout.min_height}}
    views = [view(f"lab{number}", "trace") for number in range(len(traces))]
    build(folder, [text("Traces to step through."), *views, text("After them.")], widgets)
    return page_of(folder).as_uri()


def opened(page: Page, address: str, number: int = 0) -> Locator:
    """Open the book and wait until a player lives."""
    page.goto(address)
    page.locator(".lab[data-state=live]").nth(number).wait_for()
    lab = page.locator(".bh-trace").nth(number)
    lab.scroll_into_view_if_needed()
    return lab


def read(lab: Locator) -> dict[str, Any]:
    """Everything that the player shows, numbers at full precision."""
    shown: dict[str, Any] = lab.evaluate(READ)
    return shown


def go(lab: Locator, step: int) -> None:
    """Move the slider."""
    lab.locator("input[type=range]").fill(str(step))


def numbers(tensor: Tensor | None) -> Any:
    return [] if tensor is None else pytest.approx(tensor.flatten().tolist(), TOLERANCE, TOLERANCE)


def assert_agrees(shown: dict[str, Any], example: Example, order: Sequence[str]) -> None:
    """Compare every number of the graph at its step with PyTorch's.

    Args:
        shown: What the player shows.
        example: The computation.
        order: PyTorch's names of the nodes in the order of backward.
    """
    values, gradients, parts = example.forward(), example.gradients(), example.parts()
    done, active = order[: shown["step"]], order[shown["step"] - 1] if shown["step"] else None
    for name, node in example.nodes.items():
        now = shown["nodes"][node]
        assert now["value"] == numbers(values[name]), name
        state = "active" if node == active else "visited" if node in done else "waiting"
        assert now["state"] == state, name
        assert now["grad_output"] == numbers(gradients[name] if node in done else None), name
        if node not in done:
            arrived = [
                part for (reader, one), part in parts.items()
                if one == name and example.nodes[reader] in done
            ]  # fmt: skip
            total = torch.stack(arrived).sum(0) if arrived else None
            assert now["so_far"] == numbers(total), name
