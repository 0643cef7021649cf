"""gather-backward."""

# ruff: noqa: ARG001, ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from byhand._checker.inputs import Inputs
from byhand._checker.kinds import BackwardFunction
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Exercise, Formula, Ladder, Mistake, Output, Probe
from byhand._checker.standard import single_precision

Shape = tuple[int, int]
CASES: tuple[tuple[Shape, Shape], ...] = (
    ((3, 5), (3, 7)),
    ((7, 3), (7, 5)),
    ((5, 7), (5, 11)),
    ((7, 5), (3, 7)),
)
"""Shapes of x and of index, by seed: more columns in index than in x, so some entry repeats."""
ADD = "Use `scatter_add(1, index, grad_output)`, or `index_put_` with `accumulate=True`."


def _drawn(inputs: Inputs, x: Shape, picked: Shape) -> Args:
    grad_output = inputs.targets(*picked) + 0.3
    index = (inputs.values(*picked) * 64).long().abs() // 2 % x[1]
    return grad_output, x, index


def _arguments(inputs: Inputs) -> Args:
    return _drawn(inputs, *CASES[inputs.seed % len(CASES)])


def _reference(g: Tensor, x_shape: Shape, index: Tensor) -> object:
    def value(x: Tensor) -> Tensor:
        return x.gather(1, index)

    return gradients(value, wrt=(0,))(g, g.new_zeros(x_shape))


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


def _repeat_mistakes() -> tuple[Mistake, ...]:
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


def _place_mistakes() -> tuple[Mistake, ...]:
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


def _other_mistakes() -> tuple[Mistake, ...]:
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
        Mistake("gathered-again",
                lambda g, s, index: g.gather(1, index % g.shape[1]),
                "You gather from `grad_output`. Backward goes the other way: it scatters.", ADD,
                "gather reads at index. What must its backward do at index?"),
        Mistake("all-set-to-zero", lambda g, s, index: g.new_zeros(s),
                "All entries are zero: nothing was added. `scatter_add` returns a new tensor; "
                "`scatter_add_` changes its own.", "Return what `scatter_add` returns.",
                "Which of the two changes the tensor: `scatter_add` or `scatter_add_`?"),
    )  # fmt: skip


def _pinned(index: list[list[int]], columns: int) -> Callable[[Inputs], Args]:
    def make(inputs: Inputs) -> Args:
        picked = torch.tensor(index, device="cpu")
        return inputs.targets(*picked.shape) + 0.3, (len(index), columns), picked

    return make


PROBES = (
    single_precision(_arguments),
    Probe(
        "wrong-for-one-entry",
        "an index that names one entry only",
        _pinned([[2, 2, 2, 2, 2]], 3),
        "Five gradients belong to one entry of x, and all others get 0.",
        ADD,
    ),
    Probe(
        "wrong-for-one-number",
        "an x of shape (1, 1)",
        _pinned([[0]], 1),
        "The result is right for larger inputs and wrong for a single number.",
        "Look for `squeeze`.",
    ),
    Probe(
        "wrong-for-few-columns",
        "an index that is narrower than x",
        _pinned([[4], [0], [4]], 5),
        "Entries of x that index does not name get 0.",
        "Begin with zeros of the shape `x_shape`.",
    ),
)


def backward(stub: str, solution: str) -> Exercise:
    """The gradient of a gather with repeated indices."""
    return Exercise(
        id="gather-backward",
        chapter=4,
        title="An index that names an entry twice",
        level=2,
        skills=("gather", "scatter_add", "fan-out"),
        kind=BackwardFunction("a function `f(grad_output, x_shape, index)`"),
        name="gather_backward",
        parameters=("grad_output", "x_shape", "index"),
        outputs=(Output("grad_x"),),
        make=_arguments,
        reference={"gradient": _reference},
        mistakes=(*_repeat_mistakes(), *_place_mistakes(), *_other_mistakes()),
        probes=PROBES,
        ladder=Ladder(
            "y[i, j] is x[i, index[i, j]]. If index[0] is [2, 2], which entries of y move with "
            "x[0, 2]?",
            "Begin with zeros in the shape of x. Every entry of grad_output goes to one place "
            "there, and several may go to the same place.",
            "grad_x[i, k] = Σⱼ grad_output[i, j], over all j with index[i, j] = k.",
            "grad_x = torch.zeros(x_shape, dtype=grad_output.dtype)\n"
            "return grad_x.scatter_add(..., ..., ...)",
        ),
        stub=stub,
        solution=solution,
    )
