"""Wrong gradients of a one-dimensional cross-correlation."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

from torch import Tensor

from byhand._catalogue.chapter09.conv1d_parts import (
    backwards,
    by_output,
    by_weight,
    correlate,
    coverage,
    other_way,
    spread,
)
from byhand._checker.spec import Formula, Mistake

INPUT = "grad_x[j] = Σₖ grad_output[j − k] · weight[k], where j − k is a place of y."
WEIGHT = "grad_weight[k] = Σᵢ grad_output[i] · x[i + k]."
LINKS = "y[0] = w[0]·x[0] + w[1]·x[1]: which weight links x[1] to y[0], and which to y[1]?"
SHARED = "In how many outputs does weight[0] appear, and which entry of x does it meet in each?"
SIZE = "How long is x, and how long must grad_x be?"
CHAIN = "If the next step is `3 * y`, what does autograd hand to your function?"


def _input(code: str, gx: Formula, message: str, ask: str = LINKS) -> Mistake:
    """A wrong grad_x and the right grad_weight."""
    return Mistake(code, lambda g, x, w: (gx(g, x, w), correlate(x, g)), message, INPUT, ask)


def _weight(code: str, gw: Formula, message: str, ask: str = SHARED) -> Mistake:
    """The right grad_x and a wrong grad_weight."""
    return Mistake(code, lambda g, x, w: (spread(g, w), gw(g, x, w)), message, WEIGHT, ask)


def _input_places() -> tuple[Mistake, ...]:
    return (
        _input("kernel-not-flipped", lambda g, x, w: spread(g, w.flip(0)),
               "grad_x uses the weight in the same order as the forward. On the way back the "
               "order is reversed: x[j] meets weight[k] in y[j − k]."),
        _input("wrong-shift", other_way,
               "grad_x takes grad_output[j + k]. x[j] meets weight[k] in y[j − k]."),
        _input("wrong-shift", backwards,
               "grad_x adds to x[i − k]. y[i] was made from x[i + k], so what comes back goes "
               "there."),
        _input("overwritten", by_weight,
               "In grad_x later windows overwrite earlier ones: there is `=` in the place of "
               "`+=`. One entry of x lies in several windows, and what comes back is added."),
        _input("overwritten", by_output,
               "In grad_x each output overwrites what the one before has written: there is `=` in "
               "the place of `+=`. What comes back from several outputs is added."),
        _input("border-missing", lambda g, x, w: correlate(g, w.flip(0)),
               "grad_x is too short: only entries that lie in all windows are there. Near the "
               "ends fewer windows count, so pad `grad_output` with k − 1 zeros on both sides.",
               SIZE),
        _input("border-missing", lambda g, x, w: correlate(g, w),
               "grad_x is too short, and the weight is not turned round. Pad `grad_output` with "
               "k − 1 zeros on both sides, and use `weight.flip(0)`.", SIZE),
        _input("cut-to-output", lambda g, x, w: spread(g, w)[: len(g)],
               "grad_x has the length of y: its end is cut off.", SIZE),
        _input("cut-to-output",
               lambda g, x, w: spread(g, w)[(len(w) - 1) // 2 :][: len(g)],
               "grad_x has the length of y: both ends are cut off, as in `mode=\"same\"`.", SIZE),
        _input("cut-to-output",
               lambda g, x, w: spread(g, w)[len(w) // 2 :][: len(g)],
               "grad_x has the length of y: both ends are cut off.", SIZE),
        _input("end-left-zero", lambda g, x, w: _first(spread(g, w), len(g)),
               "The last k − 1 entries of grad_x are zero. They lie in windows too.", SIZE),
    )  # fmt: skip


def _first(values: Tensor, count: int) -> Tensor:
    result = values.clone()
    result[count:] = 0
    return result


def _input_numbers() -> tuple[Mistake, ...]:
    return (
        _input("overlaps-averaged", lambda g, x, w: spread(g, w) / coverage(g, w),
               "grad_x is divided by the number of windows in which an entry lies. What comes "
               "back from several outputs is added, not averaged."),
        _input("input-averaged", lambda g, x, w: spread(g, w) / len(w),
               "grad_x is divided by the length of the weight. What comes back is added."),
        _input("input-without-grad-output",
               lambda g, x, w: spread(g.new_ones(len(g)), w),
               "grad_x does not use `grad_output`.", CHAIN),
        _input("input-without-weight", lambda g, x, w: spread(g, w.new_ones(len(w))),
               "grad_x lacks the factor weight[k]: an entry of x moves y by as much as the weight "
               "that it meets."),
        _input("weights-summed", lambda g, x, w: spread(g, w.sum().expand(len(w))),
               "grad_x uses the sum of all weights. An entry of x meets one weight in each "
               "output."),
        _input("last-weight-missing",
               lambda g, x, w: spread(g, _first(w, len(w) - 1)),
               "grad_x leaves out the last weight: the loop over k ends one step too early."),
        _input("last-output-missing",
               lambda g, x, w: spread(_first(g, len(g) - 1), w),
               "grad_x leaves out the last entry of `grad_output`: the loop over i ends one step "
               "too early."),
        _input("one-weight-only", lambda g, x, w: _padded(g * w[0], len(x)),
               "grad_x uses weight[0] only."),
    )  # fmt: skip


def _padded(values: Tensor, size: int) -> Tensor:
    result = values.new_zeros(size)
    result[: len(values)] = values
    return result


def _weights() -> tuple[Mistake, ...]:
    return (
        _weight("weight-flipped", lambda g, x, w: correlate(x, g).flip(0),
                "grad_weight is in reversed order. Nothing is turned round here: weight[k] meets "
                "x[i + k] in y[i]."),
        _weight("grad-output-flipped", lambda g, x, w: correlate(x, g.flip(0)),
                "In grad_weight `grad_output` is turned round. It lies over x as it is: y[i] "
                "meets x[i + k]."),
        _weight("weight-not-summed", lambda g, x, w: x.unfold(0, len(g), 1) * g,
                "grad_weight still has one column for each output. One weight serves all "
                "outputs, so its slopes add up."),
        _weight("weight-not-summed", lambda g, x, w: x.unfold(0, len(w), 1) * g[:, None],
                "grad_weight still has one row for each output. One weight serves all outputs, "
                "so its slopes add up."),
        _weight("weight-averaged", lambda g, x, w: correlate(x, g) / len(g),
                "grad_weight is a mean over the outputs. It is a sum; a mean in the loss is "
                "already inside `grad_output`."),
        _weight("one-output-only", lambda g, x, w: g[0] * x[: len(w)],
                "grad_weight uses the first output only."),
        _weight("one-output-only", lambda g, x, w: g[-1] * x[-len(w) :],
                "grad_weight uses the last output only. In a loop, `=` in place of `+=` does "
                "this."),
        _weight("last-weight-missing", lambda g, x, w: _first(correlate(x, g), len(w) - 1),
                "The last entry of grad_weight is zero: the loop over k ends one step too early."),
        _weight("last-output-missing",
                lambda g, x, w: correlate(x, _first(g, len(g) - 1)),
                "grad_weight leaves out the last entry of `grad_output`."),
        _weight("weight-without-grad-output",
                lambda g, x, w: correlate(x, g.new_ones(len(g))),
                "grad_weight does not use `grad_output`.", CHAIN),
        _weight("weight-without-input", lambda g, x, w: g.sum().expand(len(w)),
                "grad_weight lacks the factor x: a weight moves y by as much as the entry of x "
                "that it meets."),
        _weight("sums-multiplied",
                lambda g, x, w: g.sum() * correlate(x, g.new_ones(len(g))),
                "grad_weight multiplies two sums. The products of each output come first, then "
                "the sum."),
        _weight("weight-padded", lambda g, x, w: correlate(x, g, len(w) - 1),
                "grad_weight is too long: x is padded. There was no padding in the forward."),
    )  # fmt: skip


def _both() -> tuple[Mistake, ...]:
    return (
        Mistake("swapped-outputs", lambda g, x, w: (correlate(x, g), spread(g, w)),
                "The two gradients are in each other's place.", "Return grad_x first.",
                "Which of the two has the length of x?"),
        Mistake("true-convolution",
                lambda g, x, w: (spread(g, w.flip(0)), correlate(x, g).flip(0)),
                "These are the gradients of a convolution in the mathematical sense, which turns "
                "the weight round. y[i] = Σₖ weight[k] · x[i + k] does not.",
                f"{INPUT} {WEIGHT}", LINKS, needs_all=True),
        Mistake("last-weight-missing",
                lambda g, x, w: (spread(g, _first(w, len(w) - 1)),
                                 _first(correlate(x, g), len(w) - 1)),
                "The last weight is left out: the loop over k ends one step too early.",
                "Let k run over `range(len(weight))`.", SHARED),
        Mistake("last-output-missing",
                lambda g, x, w: (spread(_first(g, len(g) - 1), w),
                                 correlate(x, _first(g, len(g) - 1))),
                "The last entry of `grad_output` is left out: the loop over i ends one step too "
                "early.", "Let i run over `range(len(grad_output))`.", SHARED),
        Mistake("missing-grad-output",
                lambda g, x, w: (spread(g.new_ones(len(g)), w), correlate(x, g.new_ones(len(g)))),
                "`grad_output` is not used: you take it as ones.", f"{INPUT} {WEIGHT}", CHAIN),
        Mistake("both-averaged",
                lambda g, x, w: (spread(g, w) / len(g), correlate(x, g) / len(g)),
                "Both gradients are divided by the length of y. A mean in the loss is already "
                "inside `grad_output`.", "Leave out the divisions.", SHARED, needs_all=True),
    )  # fmt: skip


def all_mistakes() -> tuple[Mistake, ...]:
    """The whole catalogue."""
    return (*_both(), *_input_places(), *_input_numbers(), *_weights())
