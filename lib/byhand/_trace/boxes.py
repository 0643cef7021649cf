"""What stands in the box of a node, and how much room it takes."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from byhand._trace.numbers import number

TEXT: Final = 13.0  # pixels of a line's text
SMALL: Final = 11.0
LINE: Final = 18.0
PADDING: Final = 8.0
GAP: Final = 12.0  # between value and gradient
_PER_CHARACTER: Final = 0.63  # of the text's size, for the fonts that readers have
_LONGEST: Final = 30  # characters of the first line
_COLUMNS: Final = 4
_ROWS: Final = 4


class Block(NamedTuple):
    """A tensor as it is written in a box.

    Attributes:
        rows: Its cells as text, one row for each row of the tensor.
        numbers: The number of each cell, None for a text.
        width: Pixels of one cell.
    """

    rows: list[list[str]]
    numbers: list[list[float | None]]
    width: float

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in pixels."""
        columns = max(map(len, self.rows), default=0)
        return columns * self.width, len(self.rows) * LINE


def title(node: Mapping[str, Any]) -> str:
    """Return the first line of a box: ``y = x + 2``, or the operation, or a leaf's name."""
    named = node["label"] != node["name"]
    if node["kind"] == "leaf":
        text = node["label"] if named else "leaf"
    else:
        text = f"{node['label']} = {node['operation']}" if named else node["operation"]
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def blocks(node: Mapping[str, Any]) -> tuple[list[Block], list[Block]]:
    """Return the values and the gradients in a box, one for each output."""
    return [written(one) for one in node["value"]], [written(one) for one in node["grad_output"]]


def size(node: Mapping[str, Any]) -> tuple[float, float]:
    """Return width and height of a box in pixels."""
    values, gradients = blocks(node)
    columns = [_stacked(part) for part in (values, gradients) if part]
    below = sum(width for width, _ in columns) + GAP * (len(columns) - 1)
    lines = (len(title(node)) * TEXT, len(node["name"]) * SMALL)
    widest = max(below, *(line * _PER_CHARACTER for line in lines))
    high = max((height for _, height in columns), default=0.0)
    return round(widest + 2 * PADDING), round(2 * LINE + high + 2 * PADDING)


def _stacked(part: Sequence[Block]) -> tuple[float, float]:
    sizes = [block.size for block in part]
    return max(width for width, _ in sizes), sum(height for _, height in sizes)


def written(tensor: Mapping[str, Any] | None) -> Block:
    """Write a small tensor with its numbers, a larger one as its shape and norm."""
    if tensor is None:
        return _textwritten(["none"])
    shape = tensor["shape"]
    columns = shape[-1] if shape else 1
    few = tensor["numbers"] is not None and columns <= _COLUMNS
    if not few or len(tensor["numbers"]) > columns * _ROWS or not tensor["numbers"]:
        norm = tensor["norm"]
        written = norm if isinstance(norm, str) else number(norm, 3)
        return _textwritten([f"({', '.join(map(str, shape))})", f"norm {written}"])
    flat = [None if isinstance(one, str) else float(one) for one in tensor["numbers"]]
    texts = [one if isinstance(one, str) else number(one, 3) for one in tensor["numbers"]]
    width = max(map(len, texts)) * SMALL * _PER_CHARACTER + PADDING
    cut = range(0, len(flat), columns)
    return Block([texts[k : k + columns] for k in cut], [flat[k : k + columns] for k in cut], width)


def _textwritten(lines: list[str]) -> Block:
    width = max(map(len, lines)) * SMALL * _PER_CHARACTER + PADDING
    return Block([[line] for line in lines], [[None]] * len(lines), width)
