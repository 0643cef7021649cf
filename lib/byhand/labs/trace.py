"""The lab of chapter 1: step backward through a computation that PyTorch has run."""

from collections.abc import Mapping
from typing import Any, Final

import anywidget
import traitlets

from byhand._trace import Trace
from byhand._trace.boxes import title
from byhand.labs._bundle import height, module, style
from byhand.labs._words import backward_in_words

_MODULES: Final = (
    "trace_numbers", "trace_boxes", "trace_chips", "trace_graph", "trace_panel", "trace",
)  # fmt: skip
_MARGINS: Final = 28  # pixels above and below the graph
_BORDER: Final = 30  # of the lab, with its padding
_NARROW: Final = 655  # pixels; in less room the parts stand below each other
_BROAD: Final = 400  # a graph wider than this has the panel below it
_CONTROLS: Final = 64
_CONTROLS_NARROW: Final = 104
_PANEL: Final = 300
_GAPS: Final = 20


class TraceLab(anywidget.AnyWidget):
    """A trace to step through: gradients come up the graph, node by node.

    Every number is one that PyTorch computed. Where gradients arrive along several edges, the
    sum so far is shown too.

    Args:
        trace: A `Trace` whose backward has run.

    Attributes:
        trace: What the trace recorded, as `Trace.to_dict` gives it, with a title and words for
            each node.
        step: How many steps of backward are shown; 0 shows the forward pass alone.
        selected: Position of the node whose numbers are shown, in the order of the forward pass;
            −1 is the node of the step.

    Raises:
        TypeError: If `trace` is not a `Trace`.
        RuntimeError: If its backward has not run.
        ValueError: If it has too many nodes to draw.
    """

    _esm = module(*_MODULES)
    _css = style("trace")

    trace = traitlets.Dict(read_only=True).tag(sync=True)
    step = traitlets.Int(0).tag(sync=True)
    selected = traitlets.Int(-1).tag(sync=True)

    def __init__(self, trace: Trace, step: int = 0) -> None:
        if not isinstance(trace, Trace):
            raise TypeError(
                f"The player shows a Trace, and this is a {type(trace).__name__}: record one with "
                "`with Trace() as trace:` and trace.backward(loss)."
            )
        described = _described(trace)
        wide, low = (described["heights"][name] + _BORDER for name in ("high", "low"))
        super().__init__(layout={"min_height": height((_NARROW, low), (0, wide))})
        self.set_trait("trace", described)
        self.step = step

    @traitlets.validate("step", "selected")
    def _check_position(self, proposal: Any) -> int:
        value = int(proposal.value)
        if proposal.trait.name == "step":
            least, most, known = 0, len(self.trace["steps"]), "the steps 0 to {}"
        else:
            least, most = -1, len(self.trace["nodes"]) - 1
            known = "the nodes 0 to {}, and −1 is the node of the step"
        if not least <= value <= most:
            raise traitlets.TraitError(
                f"{proposal.trait.name} is {value}; this trace has {known.format(most)}."
            )
        return value

    def __repr__(self) -> str:
        return "TraceLab()"


def _described(trace: Trace) -> dict[str, Any]:
    """Return the trace as numbers and texts, with what the player shows besides."""
    described = trace.to_dict()
    for node in described["nodes"]:
        node["title"] = node["label"] if _named_leaf(node) else title({**node, "kind": "operation"})
        node["words"] = backward_in_words(node["type"], node["kind"])
        del node["grad_inputs"]  # the edges have them
    broad = described["width"] + _MARGINS > _BROAD
    return {**described, "broad": broad, "heights": _heights(described["height"], broad=broad)}


def _named_leaf(node: Mapping[str, Any]) -> bool:
    return bool(node["kind"] == "leaf" and node["label"] != node["name"])


def _heights(graph: float, *, broad: bool) -> dict[str, int]:
    """Return the heights of the parts in pixels, so that nothing moves from step to step.

    Args:
        graph: Height of the drawing.
        broad: Whether the panel is below the graph even where there is much room.
    """
    needed = round(graph + _MARGINS)
    window = min(max(needed, 200), 440) if broad else min(max(needed, 440), 640)
    low = min(max(needed, 200), 400)
    return {
        "graph": window,
        "high": window + (_CONTROLS + _PANEL + _GAPS if broad else 0),
        "low-graph": low,
        "low": low + _CONTROLS_NARROW + _PANEL + _GAPS,
    }
