"""Wrong gradients of a layer norm."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

from torch import Tensor

from byhand._catalogue.chapter04.layernorm_parts import parts, projected, right
from byhand._catalogue.chapter04.layernorm_std import std_mistakes, term_mistakes
from byhand._checker.spec import Formula, Mistake

BOTH = "How does y[0] change when x[1] moves? Through the mean, and through the variance."


def _terms(first: float, second: float) -> Formula:
    def formula(g: Tensor, x: Tensor, eps: float) -> Tensor:
        y, std = parts(x, eps)
        return projected(g, y, first, second) / std

    return formula


def _sums(first: bool, second: bool) -> Formula:
    def formula(g: Tensor, x: Tensor, eps: float) -> object:
        n = x.shape[-1]
        return _terms(n if first else 1, n if second else 1)(g, x, eps)

    return formula


def _constant_mistakes() -> tuple[Mistake, ...]:
    return (
        Mistake("mean-and-variance-constant", _terms(0, 0),
                "You treat mean and variance as constants. Both depend on x, so every output "
                "depends on every input of its row.",
                "Add the two terms that go through the mean and through the variance.", BOTH),
        Mistake("mean-constant", _terms(0, 1),
                "You treat the mean as a constant: the term − mean(grad_output) is missing.",
                "Subtract the mean of `grad_output` over the last dimension.",
                "If all entries of a row grow by 1, what happens to the output?"),
        Mistake("variance-constant", _terms(1, 0),
                "You treat the variance as a constant: the term − y · mean(grad_output · y) is "
                "missing.", "Subtract y times the mean of `grad_output * y`.",
                "If all entries of a row are doubled, what happens to the output?"),
        Mistake("sign-of-mean-term", _terms(-1, 1),
                "The term mean(grad_output) has the wrong sign.", "Subtract it.",
                "If all entries of a row grow by 1, what happens to the output?"),
        Mistake("sign-of-variance-term", _terms(1, -1),
                "The term y · mean(grad_output · y) has the wrong sign.", "Subtract it.",
                "If all entries of a row are doubled, what happens to the output?"),
        Mistake("signs-of-both-terms", _terms(-1, -1),
                "Both correction terms have the wrong sign.", "Subtract both.", BOTH),
        Mistake("variance-term-halved", _terms(1, 0.5),
                "The term y · mean(grad_output · y) is half as large as it should be: the 2 of "
                "the square cancels the 1/2 of the root.", "Leave out the factor 1/2.", BOTH),
        Mistake("variance-term-doubled", _terms(1, 2),
                "The term y · mean(grad_output · y) is twice too large: the 2 of the square "
                "cancels the 1/2 of the root.", "Leave out the factor 2.", BOTH),
    )  # fmt: skip


def _mean_mistakes() -> tuple[Mistake, ...]:
    divide = "Use `mean(-1, keepdim=True)` in both terms."
    ask = "Which factor does each entry have in the mean of n entries?"
    return (
        Mistake("sums-not-means", _sums(True, True),
                "Both correction terms are sums over the row. They are means: the factor 1/n is "
                "missing.", divide, ask),
        Mistake("sum-in-mean-term", _sums(True, False),
                "The term mean(grad_output) is a sum: its factor 1/n is missing.", divide, ask),
        Mistake("sum-in-variance-term", _sums(False, True),
                "The term y · mean(grad_output · y) holds a sum: its factor 1/n is missing.",
                divide, ask),
        Mistake("mean-over-everything",
                lambda g, x, eps: _over_all(g, x, eps),
                "The means of the correction terms run over the whole tensor. Each row has its "
                "own.", divide, "Which entries of the output move when one input moves?"),
        Mistake("mean-over-samples",
                lambda g, x, eps: _over_samples(g, x, eps),
                "The means of the correction terms run over the samples. They run over the last "
                "dimension.", divide, "Which entries of the output move when one input moves?"),
        Mistake("normalised-over-samples",
                _normalised_over_samples,
                "You normalise over the first dimension. A layer norm works along the last one, "
                "for each sample by itself.", "Use -1 as the dimension everywhere.",
                "Should the output of one sample depend on the others?"),
    )  # fmt: skip


def _normalised_over_samples(g: Tensor, x: Tensor, eps: float) -> Tensor:
    turned = right(g.transpose(0, -1), x.transpose(0, -1), eps)
    return turned.transpose(0, -1)


def _over_all(g: Tensor, x: Tensor, eps: float) -> Tensor:
    y, std = parts(x, eps)
    return (g - g.mean() - y * (g * y).mean()) / std


def _over_samples(g: Tensor, x: Tensor, eps: float) -> Tensor:
    y, std = parts(x, eps)
    return (g - g.mean(0) - y * (g * y).mean(0)) / std


def _output_mistakes() -> tuple[Mistake, ...]:
    ask = "If the next step is `3 * y`, what does autograd hand to your function?"
    step = "Let every term contain `grad_output` once."
    return (
        Mistake("missing-grad-output", lambda g, x, eps: 1 / parts(x, eps)[1].expand_as(x),
                "`grad_output` is not used: this is 1/std.", step, ask),
        Mistake("value-not-gradient", lambda g, x, eps: parts(x, eps)[0],
                "You return the normalised input, the value of the forward.", step, ask),
        Mistake("value-not-gradient", lambda g, x, eps: g * parts(x, eps)[0],
                "You return `grad_output` times the normalised input: that is the gradient of a "
                "scale behind the norm.", step, ask),
        Mistake("diagonal-only", lambda g, x, eps: _diagonal(g, x, eps),
                "You keep only how each output depends on the input at its own place. All "
                "entries of a row are coupled.", "Take means over the row in both terms.", BOTH),
        Mistake("normalised-grad-output", lambda g, x, eps: parts(g, eps)[0],
                "You normalise `grad_output` itself.", step, ask),
    )  # fmt: skip


def _diagonal(g: Tensor, x: Tensor, eps: float) -> Tensor:
    y, std = parts(x, eps)
    return g * (1 - 1 / x.shape[-1] - y * y / x.shape[-1]) / std


def all_mistakes() -> tuple[Mistake, ...]:
    """The whole catalogue."""
    return (
        *_constant_mistakes(),
        *_mean_mistakes(),
        *std_mistakes(),
        *term_mistakes(),
        *_output_mistakes(),
    )
