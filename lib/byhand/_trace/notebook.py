"""Show a trace in a notebook as the player."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from byhand._trace.table import MOST_NODES

if TYPE_CHECKING:
    from byhand._trace.trace import Trace


def bundle(trace: Trace) -> dict[str, Any]:
    """Return what shows the player, by MIME type; nothing for a trace that has no graph to show.

    The table of the trace stands beside it, as text and as HTML, for places without widgets.
    """
    if not 0 < len(trace) <= MOST_NODES:
        return {}
    from byhand.labs import TraceLab  # here, because the player itself needs a trace

    shown = TraceLab(trace)._repr_mimebundle_()
    data: dict[str, Any] = shown[0] if shown is not None else {}
    return {kind: item for kind, item in data.items() if not kind.startswith("text/")}
