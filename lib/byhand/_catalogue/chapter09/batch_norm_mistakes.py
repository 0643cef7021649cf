"""Wrong gradients of a batch norm."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

from torch import Tensor

from byhand._catalogue.chapter09.batch_norm_parts import (
    corrected,
    count,
    mean,
    over,
    parts,
    terms,
    unbiased,
    variance,
)
from byhand._catalogue.chapter09.batch_norm_std import std_mistakes, term_mistakes
from byhand._checker.spec import Formula, Mistake

BOTH = "How does y change in one place when x moves in another? Through mean and variance."
DIMS = "Use dims = (0, 2, 3) in every mean and variance, with `keepdim=True`."
SHARED = "Which numbers of x go into the mean of channel 0?"
SHIFT = "If all numbers of a channel grow by 1, what happens to the output?"
STRETCH = "If all numbers of a channel are doubled, what happens to the output?"
CHAIN = "If the next step is `3 * y`, what does autograd hand to your function?"


def _constant_mistakes() -> tuple[Mistake, ...]:
    return (
        Mistake("mean-and-variance-constant", terms(0, 0),
                "You treat mean and variance as constants, as in evaluation. In training both "
                "depend on x, so every output depends on every number of its channel.",
                "Add the two terms that go through the mean and through the variance.", BOTH),
        Mistake("mean-and-variance-constant",
                lambda g, x, eps: g / (unbiased(x) + eps).sqrt(),
                "You treat mean and variance as constants, and the variance is the unbiased one, "
                "with 1/(n − 1).",
                "Use 1/n, and add the two terms that go through the mean and the variance.", BOTH),
        Mistake("mean-and-variance-constant",
                lambda g, x, eps: g / variance(x).sqrt(),
                "You treat mean and variance as constants, and eps is not used.",
                "Add eps under the root, and the two terms that go through the mean and the "
                "variance.", BOTH),
        Mistake("mean-and-variance-constant",
                lambda g, x, eps: g / unbiased(x).sqrt(),
                "You treat mean and variance as constants, the variance is the unbiased one, and "
                "eps is not used.",
                "Use 1/n and eps, and add the two terms that go through the mean and the "
                "variance.", BOTH),
        Mistake("mean-constant", terms(0, 1),
                "You treat the mean as a constant: the term − mean(grad_output) is missing.",
                "Subtract the mean of `grad_output` over (0, 2, 3).", SHIFT),
        Mistake("variance-constant", terms(1, 0),
                "You treat the variance as a constant: the term − y · mean(grad_output · y) is "
                "missing.", "Subtract y times the mean of `grad_output * y`.", STRETCH),
        Mistake("sign-of-mean-term", terms(-1, 1),
                "The term mean(grad_output) has the wrong sign.", "Subtract it.", SHIFT),
        Mistake("sign-of-variance-term", terms(1, -1),
                "The term y · mean(grad_output · y) has the wrong sign.", "Subtract it.",
                STRETCH),
        Mistake("signs-of-both-terms", terms(-1, -1),
                "Both correction terms have the wrong sign.", "Subtract both.", BOTH),
        Mistake("variance-term-halved", terms(1, 0.5),
                "The term y · mean(grad_output · y) is half as large as it should be: the 2 of "
                "the square cancels the 1/2 of the root.", "Leave out the factor 1/2.", STRETCH),
        Mistake("variance-term-doubled", terms(1, 2),
                "The term y · mean(grad_output · y) is twice too large: the 2 of the square "
                "cancels the 1/2 of the root.", "Leave out the factor 2.", STRETCH),
    )  # fmt: skip


def _dimension_mistakes() -> tuple[Mistake, ...]:
    own = "A batch norm has one mean and one variance for each channel, over (0, 2, 3)."

    def norm(code: str, dims: tuple[int, ...], words: str) -> Mistake:
        return Mistake(code, over(dims), f"{words} {own}", DIMS, SHARED)

    def only_terms(code: str, dims: tuple[int, ...], words: str) -> Mistake:
        message = f"The two correction terms are averaged over {words}. {own}"
        return Mistake(code, corrected(dims), message, DIMS, SHARED)

    return (
        norm("layer-norm", (1, 2, 3), "You normalise each sample: that is a layer norm."),
        norm("instance-norm", (2, 3),
             "You normalise each channel of each sample: that is an instance norm."),
        norm("statistics-over-samples-only", (0,),
             "Each pixel has a mean and a variance of its own, over the samples only."),
        norm("statistics-over-everything", (0, 1, 2, 3),
             "All channels together have one mean and one variance."),
        norm("statistics-over-channels", (1,), "You normalise over the channels of each pixel."),
        norm("rows-or-columns-left-out", (0, 2), "The statistics do not run over the columns."),
        norm("rows-or-columns-left-out", (0, 3), "The statistics do not run over the rows."),
        norm("last-dimension-only", (3,),
             "The statistics run over the last dimension, as in chapter 4's layer norm."),
        norm("channels-not-kept", (0, 1), "The statistics run over samples and channels."),
        only_terms("terms-over-one-sample", (2, 3), "each sample by itself"),
        only_terms("terms-over-samples-only", (0,), "the samples only"),
        only_terms("terms-over-everything", (0, 1, 2, 3), "everything"),
        only_terms("terms-over-channels", (1, 2, 3), "the channels of a sample too"),
        only_terms("terms-over-channels", (1,), "the channels of a pixel"),
        only_terms("terms-over-last-dimension", (3,), "the last dimension only"),
    )  # fmt: skip


def _divided(by: Formula) -> Formula:
    """Sums over (0, 2, 3) divided by another number than n, in both terms."""

    def formula(g: Tensor, x: Tensor, eps: float) -> object:
        factor = count(x) / by(x)
        return terms(factor, factor)(g, x, eps)

    return formula


def _mean_mistakes() -> tuple[Mistake, ...]:
    ask = "How many numbers of x belong to one channel?"
    use = "Use `mean((0, 2, 3), keepdim=True)` in both terms."
    n = "n is N · H · W, the numbers of one channel in the whole batch."
    return (
        Mistake("sums-not-means", _divided(lambda x: 1),
                "Both correction terms are sums. They are means: the factor 1/n is missing, where "
                f"{n}", use, ask),
        Mistake("sum-in-mean-term", lambda g, x, eps: terms(count(x), 1)(g, x, eps),
                "The term mean(grad_output) is a sum: its factor 1/n is missing.", use, ask),
        Mistake("sum-in-variance-term", lambda g, x, eps: terms(1, count(x))(g, x, eps),
                "The term y · mean(grad_output · y) holds a sum: its factor 1/n is missing.", use,
                ask),
        Mistake("divided-by-batch", _divided(len),
                f"Both correction terms are divided by the number of samples. {n}", use, ask),
        Mistake("divided-by-places", _divided(lambda x: x[0, 0].numel()),
                f"Both correction terms are divided by H · W. {n}", use, ask),
        Mistake("divided-by-all", _divided(lambda x: x.numel()),
                f"Both correction terms are divided by the number of all entries. {n}", use, ask),
        Mistake("divided-by-n-minus-one", _divided(lambda x: count(x) - 1),
                f"Both correction terms are divided by n − 1. {n}", use, ask),
        Mistake("unbiased-in-variance-term",
                lambda g, x, eps: terms(1, count(x) / (count(x) - 1))(g, x, eps),
                "The term y · mean(grad_output · y) is divided by n − 1. It is a mean.", use, ask),
    )  # fmt: skip


def _output_mistakes() -> tuple[Mistake, ...]:
    step = "Let every term contain `grad_output` once."
    return (
        Mistake("missing-grad-output", lambda g, x, eps: 1 / parts(x, eps)[1].expand_as(x),
                "`grad_output` is not used: this is 1/std.", step, CHAIN),
        Mistake("value-not-gradient", lambda g, x, eps: parts(x, eps)[0],
                "You return the normalised input, the value of the forward.", step, CHAIN),
        Mistake("value-not-gradient", lambda g, x, eps: g * parts(x, eps)[0],
                "You return `grad_output` times the normalised input: summed over a channel, that "
                "is the gradient of the scale behind the norm.", step, CHAIN),
        Mistake("diagonal-only", _diagonal,
                "You keep only how each output depends on the input at its own place. All "
                "numbers of a channel are coupled.", "Take means over (0, 2, 3) in both terms.",
                BOTH),
        Mistake("normalised-grad-output", lambda g, x, eps: parts(g, eps)[0],
                "You normalise `grad_output` itself.", step, CHAIN),
        Mistake("centred-output-only", lambda g, x, eps: g - mean(g),
                "You subtract the mean of `grad_output`, and nothing else.",
                "Divide by std, and subtract the term of the variance.", STRETCH),
        Mistake("running-statistics", lambda g, x, eps: g / (1 + eps) ** 0.5,
                "You use a variance of 1, with which the running statistics begin. In training "
                "the variance is that of the batch.", DIMS, BOTH),
    )  # fmt: skip


def _diagonal(g: Tensor, x: Tensor, eps: float) -> Tensor:
    y, std = parts(x, eps)
    return g * (1 - 1 / count(x) - y * y / count(x)) / std


def all_mistakes() -> tuple[Mistake, ...]:
    """The whole catalogue."""
    return (
        *_constant_mistakes(),
        *_dimension_mistakes(),
        *_mean_mistakes(),
        *std_mistakes(),
        *term_mistakes(),
        *_output_mistakes(),
    )
