"""Chapter 1: graphs, and the gradients read off them."""

from __future__ import annotations

from byhand._catalogue import solutions01, stubs01
from byhand._catalogue.cells import cells
from byhand._catalogue.chapter01 import (
    by_hand,
    cut_graph,
    difference,
    fan_out,
    jacobian,
    topological,
    two_backwards,
)
from byhand._checker.spec import Exercise


def exercises() -> tuple[Exercise, ...]:
    """The exercises in the order of the page, easy to hard."""
    stubs, solutions = cells(stubs01), cells(solutions01)
    builders = {
        "chain-rule-by-hand": by_hand.by_hand,
        "fan-out-backward": fan_out.backward,
        "grad-after-two-backwards": two_backwards.two_backwards,
        "repair-cut-graph": cut_graph.repair,
        "central-difference": difference.difference,
        "topological-backward": topological.topological,
        "jacobian-from-vjps": jacobian.jacobian,
    }
    return tuple(build(stubs[id], solutions[id]) for id, build in builders.items())
