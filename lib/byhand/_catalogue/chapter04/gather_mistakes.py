"""Wrong gradients of a gather."""

# ruff: noqa: ARG001, ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from byhand._checker.spec import Formula, Mistake

Shape = tuple[int, int]
ADD = "Use `scatter_add(1, index, grad_output)`, or `index_put_` with `accumulate=True`."


def _places(index: Tensor) -> Iterator[tuple[int, int, int]]:
    """Row, column of y, and column of x, in reading order."""
    for i, row in enumerate(index.tolist()):
        for j, k in enumerate(row):
            yield i, j, k


def _filled(write: Callable[[Tensor, Tensor, int, int, int], object]) -> Formula:
    """Zeros into which each entry of `grad_output` is written in reading order."""

    def formula(g: Tensor, x_shape: Shape, index: Tensor) -> Tensor:
        out = g.new_zeros(x_shape)
        for i, j, k in _places(index):
            write(out, g, i, j, k)
        return out

    return formula


def _add(out: Tensor, g: Tensor, i: int, j: int, k: int) -> None:
    out[i, k] += g[i, j]


def _assign(out: Tensor, g: Tensor, i: int, j: int, k: int) -> None:
    out[i, k] = g[i, j]


def _keep_first(out: Tensor, g: Tensor, i: int, j: int, k: int) -> None:
    if out[i, k] == 0:
        out[i, k] = g[i, j]


def _count(out: Tensor, g: Tensor, i: int, j: int, k: int) -> None:
    out[i, k] += 1


def _mark(out: Tensor, g: Tensor, i: int, j: int, k: int) -> None:
    out[i, k] = 1


def _first_row_index(g: Tensor, x_shape: Shape, index: Tensor) -> Tensor:
    return g.new_zeros(x_shape)[: len(g)].index_add(1, index[0], g) if len(g) == x_shape[0] else (
        torch.cat([g.new_zeros(x_shape)[: len(g)].index_add(1, index[0], g),
                   g.new_zeros(x_shape)[len(g) :]])
    )  # fmt: skip


_right = _filled(_add)
_counts = _filled(_count)


def _largest(g: Tensor, x_shape: Shape, index: Tensor) -> Tensor:
    return g.new_zeros(x_shape).scatter_reduce(
        1, index, g, "amax", include_self=False
    )  # fmt: skip


def repeat_mistakes() -> tuple[Mistake, ...]:
    """Entries that index names several times."""
    ask = "If an entry of x stands in y three times, how much does Σ y grow when it grows by 1?"
    return (
        Mistake("repeats-overwritten", _filled(_assign),
                "Where index names an entry several times, only the last gradient is left: "
                "assignment overwrites. Every use of an entry sends a gradient, and they add up.",
                ADD, ask),
        Mistake("repeats-overwritten", _filled(_keep_first),
                "Where index names an entry several times, only the first gradient is left. Every "
                "use of an entry sends a gradient, and they add up.", ADD, ask),
        Mistake("repeats-averaged",
                lambda g, s, index: _right(g, s, index) / _counts(g, s, index).clamp_min(1),
                "Where index names an entry several times, you take the mean of its gradients. "
                "They add up.", ADD, ask),
        Mistake("repeats-largest", _largest,
                "Where index names an entry several times, you keep the largest gradient. They "
                "add up.", ADD, ask),
        Mistake("repeats-multiplied",
                lambda g, s, index: _right(g, s, index) * _counts(g, s, index),
                "The sum of the gradients is multiplied by how often an entry is used. The sum "
                "counts each use already.", "Add each gradient once.", ask),
        Mistake("repeats-dropped",
                lambda g, s, index: _right(g, s, index) * (_counts(g, s, index) == 1),
                "Entries that index names several times get 0. Every use of an entry sends a "
                "gradient, and they add up.", ADD, ask),
    )  # fmt: skip


def place_mistakes() -> tuple[Mistake, ...]:
    """Gradients at the wrong places."""
    ask = "y[i, j] is x[i, index[i, j]]. To which entry of x does grad_output[i, j] belong?"
    place = "grad_output[i, j] belongs to column index[i, j] of row i."
    return (
        Mistake("one-index-for-all-rows", _first_row_index,
                "You use the first row of index for every row. Each row has its own.",
                place, ask),
        Mistake("mirrored-index",
                lambda g, s, index: _right(g, s, s[1] - 1 - index),
                "The columns are mirrored.", place, ask),
        Mistake("shifted-index", lambda g, s, index: _right(g, s, (index + 1) % s[1]),
                "The columns are one too far to the right.", place, ask),
        Mistake("rows-mixed",
                lambda g, s, index: _right(g, s, index).sum(0).expand(s),
                "The rows are added together: every row of the result is the same. Row i of "
                "grad_output belongs to row i of x.", place, ask),
        Mistake("summed-over-rows", lambda g, s, index: _right(g, s, index).sum(0),
                "The rows are added together to one row. Row i of grad_output belongs to row i of "
                "x.", place, ask),
        Mistake("row-sum-everywhere",
                lambda g, s, index: (_counts(g, s, index) > 0)
                * _padded(g.sum(1, keepdim=True), s),
                "Each entry that was used gets the sum of its whole row.", place, ask),
    )  # fmt: skip


def _padded(rows: Tensor, x_shape: Shape) -> Tensor:
    return torch.cat([rows, rows.new_zeros(x_shape[0] - len(rows), rows.shape[1])])


def other_mistakes() -> tuple[Mistake, ...]:
    """`grad_output` or index is not used."""
    ask = "If the next step is `3 * y`, what does autograd hand to your function?"
    shape = "Which shape must the gradient of x have?"
    return (
        Mistake("missing-grad-output", _counts,
                "`grad_output` is not used: you count how often each entry is used.",
                "Add the entries of `grad_output` in place of ones.", ask),
        Mistake("missing-grad-output", _filled(_mark),
                "`grad_output` is not used: you mark with a 1 which entries are used.",
                "Add the entries of `grad_output` in place of ones.", ask),
        Mistake("grad-output-returned", lambda g, s, index: g,
                "You return `grad_output` unchanged, in the shape of index.",
                "Begin with zeros of the shape of x, and add each entry at its place.", shape),
        Mistake("not-in-the-place-of-x",
                lambda g, s, index: _padded(g[:, : s[1]], s),
                "You put `grad_output` into the first columns and do not use index.",
                "grad_output[i, j] belongs to column index[i, j] of row i.", shape),
        Mistake("not-in-the-place-of-x", lambda g, s, index: g[:, : s[1]],
                "You cut `grad_output` to the width of x and do not use index.",
                "grad_output[i, j] belongs to column index[i, j] of row i.", shape),
        Mistake("gathered-again",
                lambda g, s, index: g.gather(1, index % g.shape[1]),
                "You gather from `grad_output`. Backward goes the other way: it scatters.", ADD,
                "gather reads at index. What must its backward do at index?"),
        Mistake("all-set-to-zero", lambda g, s, index: g.new_zeros(s),
                "All entries are zero: nothing was added. `scatter_add` returns a new tensor; "
                "`scatter_add_` changes its own.", "Return what `scatter_add` returns.",
                "Which of the two changes the tensor: `scatter_add` or `scatter_add_`?"),
    )  # fmt: skip
