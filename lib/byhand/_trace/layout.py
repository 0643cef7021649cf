"""Place the boxes of a graph in layers, inputs above outputs, with few crossings.

The four steps of Sugiyama, Tagawa and Toda, "Methods for visual understanding of hierarchical
system structures" (1981): layers by longest path, stand-ins on edges that skip a layer, order
within a layer by the mean place of the neighbours, then places as near to them as fit.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Final

Size = tuple[float, float]
Point = tuple[float, float]

_BETWEEN: Final = 28.0  # boxes of a layer
_LAYERS: Final = 46.0  # between layers
_STAND_IN: Final = 6.0  # width that an edge takes on its way through a layer
_PORTS: Final = 24.0  # between two edges at one side of a box
_SWEEPS: Final = 8


@dataclass(frozen=True)
class Layout:
    """Where everything is, in pixels from the top left corner.

    Attributes:
        layers: The layer of each box, 0 at the top.
        centres: The centre of each box.
        routes: For each edge the points that it passes, from the box above to the box below:
            the middle of a side first and last, the places in the layers that it skips between.
        size: Width and height of the whole.
    """

    layers: list[int]
    centres: list[Point]
    routes: list[list[Point]]
    size: Size


def place(sizes: Sequence[Size], edges: Sequence[tuple[int, int]]) -> Layout:
    """Lay a graph out.

    Args:
        sizes: Width and height of each box, in an order in which every edge points forward.
        edges: From which box to which, by position in `sizes`.
    """
    layers = _layers(len(sizes), edges)
    widths = [width for width, _ in sizes]
    all_layers = list(layers)
    chains = []
    for start, end in edges:
        inner = range(layers[start] + 1, layers[end])
        chains.append([start, *range(len(widths), len(widths) + len(inner)), end])
        widths += [_STAND_IN] * len(inner)
        all_layers += inner
    rows: list[list[int]] = [[] for _ in range(max(all_layers, default=-1) + 1)]
    for item, layer in enumerate(all_layers):
        rows[layer].append(item)
    above: list[list[int]] = [[] for _ in widths]
    below: list[list[int]] = [[] for _ in widths]
    for start, end in (pair for chain in chains for pair in pairwise(chain)):
        above[end].append(start)
        below[start].append(end)
    _order(rows, above, below)
    x = _across(rows, above, below, widths)
    return _finish(sizes, layers, rows, chains, x)


def _layers(count: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    """Put every box one below the lowest that it reads, then what reads little next to its use."""
    layers = [0] * count
    sources = Counter(end for _, end in edges)
    for start, end in sorted(edges, key=lambda edge: edge[1]):
        layers[end] = max(layers[end], layers[start] + 1)
    for box in reversed(range(count)):
        uses = [layers[end] for start, end in edges if start == box]
        if sources[box] <= 1 and uses:
            layers[box] = min(uses) - 1
    return layers


def _order(rows: list[list[int]], above: list[list[int]], below: list[list[int]]) -> None:
    """Sort each layer by the mean place of the neighbours, downwards and upwards in turn."""
    place_of = {item: float(place) for row in rows for place, item in enumerate(row)}
    for sweep in range(_SWEEPS):
        neighbours = below if sweep % 2 else above
        for row in reversed(rows) if sweep % 2 else rows:
            wanted = {
                item: _mean([place_of[n] for n in neighbours[item]], place_of[item]) for item in row
            }
            row.sort(key=wanted.__getitem__)
            place_of |= {item: float(place) for place, item in enumerate(row)}


def _across(
    rows: list[list[int]], above: list[list[int]], below: list[list[int]], widths: list[float]
) -> list[float]:
    """Return the x of every item: in order, apart, and as near to its neighbours as that allows."""
    x = [0.0] * len(widths)
    for sweep in range(_SWEEPS + 1):
        neighbours = below if sweep % 2 else above
        for row in reversed(rows) if sweep % 2 else rows:
            goals = [_mean([x[n] for n in neighbours[item]], x[item]) for item in row]
            apart = [(widths[a] + widths[b]) / 2 + _BETWEEN for a, b in pairwise(row)]
            for item, best in zip(row, _spread(goals, apart), strict=True):
                x[item] = best
    return x


def _spread(goals: list[float], apart: list[float]) -> list[float]:
    """Return the places nearest to `goals`, by least squares, that keep order and distances."""
    shifts = list(accumulate(apart, initial=0.0)) if goals else []
    groups: list[tuple[float, int]] = []  # sum and count of goals that end up side by side
    for goal, shift in zip(goals, shifts, strict=True):
        total, count = goal - shift, 1
        while groups and groups[-1][0] / groups[-1][1] > total / count:
            earlier, more = groups.pop()
            total, count = total + earlier, count + more
        groups.append((total, count))
    level = [total / count for total, count in groups for _ in range(count)]
    return [base + shift for base, shift in zip(level, shifts, strict=True)]


def _finish(
    sizes: Sequence[Size],
    layers: list[int],
    rows: list[list[int]],
    chains: list[list[int]],
    x: list[float],
) -> Layout:
    """Turn places in layers into points."""
    boxes = range(len(sizes))
    left = min((x[box] - sizes[box][0] / 2 for box in boxes), default=0.0)
    left = min([left, *(x[item] - _STAND_IN for row in rows for item in row)])
    heights = [max([sizes[i][1] for i in row if i < len(sizes)], default=0.0) for row in rows]
    tops = list(accumulate((height + _LAYERS for height in heights), initial=0.0))
    centres = [(x[box] - left, tops[layers[box]] + heights[layers[box]] / 2) for box in boxes]
    routes = []
    leaving, arriving = _ports(sizes, chains, x)
    for number, (start, *inner, end) in enumerate(chains):
        above, below = centres[start], centres[end]
        points = [(above[0] + leaving[number], above[1] + sizes[start][1] / 2)]
        for layer, item in enumerate(inner, layers[start] + 1):
            points.append((x[item] - left, tops[layer] + heights[layer] / 2))
        routes.append([*points, (below[0] + arriving[number], below[1] - sizes[end][1] / 2)])
    right = max([0.0, *(centres[box][0] + sizes[box][0] / 2 for box in boxes)])
    right = max([right, *(point[0] + _STAND_IN for route in routes for point in route)])
    return Layout(layers, centres, routes, (right, tops[-1] - _LAYERS if rows else 0.0))


def _ports(
    sizes: Sequence[Size], chains: list[list[int]], x: list[float]
) -> tuple[list[float], list[float]]:
    """Say how far from the middle each edge leaves its box and arrives at the next."""
    found = []
    for at, beside in ((0, 1), (-1, -2)):
        shift = [0.0] * len(chains)
        sides = defaultdict(list)
        for number, chain in enumerate(chains):
            sides[chain[at]].append(number)
        for box, edges in sides.items():
            edges.sort(key=lambda number: x[chains[number][beside]])
            room = min(_PORTS, (sizes[box][0] - _PORTS) / len(edges))
            for place, number in enumerate(edges):
                shift[number] = room * (place - (len(edges) - 1) / 2)
        found.append(shift)
    return found[0], found[1]


def _mean(places: list[float], otherwise: float) -> float:
    return sum(places) / len(places) if places else otherwise
