"""Wrong gradients of a batch norm: the standard deviation, and the variance's term."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

from byhand._catalogue.chapter09.batch_norm_parts import (
    in_front,
    mean,
    parts,
    second_term,
    unbiased,
    variance,
    with_std,
)
from byhand._checker.spec import Mistake


def std_mistakes() -> tuple[Mistake, ...]:
    """Another standard deviation."""
    ask = "Where does eps stand in the formula of the norm: under the root, or outside?"
    by = "By what does the variance of a batch norm divide in training?"
    stretched = "If a channel is stretched by 10, how does the slope of the output change?"
    under = "Use `(x.var((0, 2, 3), unbiased=False, keepdim=True) + eps).sqrt()`."
    return (
        Mistake("unbiased-variance", with_std(lambda x, eps: (unbiased(x) + eps).sqrt()),
                "You use the unbiased variance, with 1/(n − 1). A batch norm normalises with 1/n; "
                "only its running variance is unbiased. `x.var` and `x.std` are unbiased unless "
                "told otherwise.", under, by),
        Mistake("unbiased-variance", in_front(lambda x, eps: (unbiased(x) + eps).rsqrt()),
                "The factor in front uses the unbiased variance, with 1/(n − 1). A batch norm "
                "normalises with 1/n.", under, by),
        Mistake("unbiased-variance", with_std(lambda x, eps: unbiased(x).sqrt() + eps),
                "You use the unbiased `std`, with 1/(n − 1), and add eps outside of the root. A "
                "batch norm divides by n, and eps is added to the variance.", under, by),
        Mistake("eps-outside-the-root", with_std(lambda x, eps: variance(x).sqrt() + eps),
                "eps is added to the standard deviation. It is added to the variance, under the "
                "root.", under, ask),
        Mistake("eps-fixed", with_std(lambda x, eps: (variance(x) + 1e-5).sqrt()),
                "You use eps = 1e-5, whatever is handed to you.", under,
                "Which of your numbers should follow the argument eps?"),
        Mistake("eps-missing", with_std(lambda x, eps: variance(x).sqrt()),
                "eps is not used.", under, ask),
        Mistake("eps-squared", with_std(lambda x, eps: (variance(x) + eps**2).sqrt()),
                "eps is squared.", under, ask),
        Mistake("eps-missing-in-front", in_front(lambda x, eps: variance(x).rsqrt()),
                "The factor in front lacks eps: it is 1/√(variance + eps).", under, ask),
        Mistake("std-missing", in_front(lambda x, eps: x.new_ones(())),
                "The factor 1/std in front is missing.", "Divide the result by std.", stretched),
        Mistake("times-std", in_front(lambda x, eps: parts(x, eps)[1]),
                "You multiply by std. The output divides by it.", "Divide the result by std.",
                stretched),
        Mistake("divided-by-variance", in_front(lambda x, eps: 1 / parts(x, eps)[1] ** 2),
                "You divide by the variance in place of its root.", under, stretched),
        Mistake("root-missing", with_std(lambda x, eps: variance(x) + eps),
                "The root is missing everywhere: you normalise with the variance.", under,
                stretched),
        Mistake("mean-square-not-variance",
                with_std(lambda x, eps: (mean(x.square()) + eps).sqrt()),
                "You use the mean of x² as the variance. Subtract the mean of x before you "
                "square.", under, by),
    )  # fmt: skip


def term_mistakes() -> tuple[Mistake, ...]:
    """Another term for the path through the variance."""
    ask = "Which tensor stands in the term of the variance: x, x − mean, or the normalised y?"
    use = "Use y = (x − mean) / std twice in that term."
    return (
        Mistake("centred-not-normalised",
                second_term(lambda g, x, y: (x - mean(x)) * mean(g * (x - mean(x)))),
                "The term of the variance uses x − mean, without the division by std.", use, ask),
        Mistake("half-normalised", second_term(lambda g, x, y: (x - mean(x)) * mean(g * y)),
                "The term of the variance uses x − mean once, without the division by std.", use,
                ask),
        Mistake("eps-missing-in-variance-term",
                second_term(lambda g, x, y: (x - mean(x)) * mean(g * (x - mean(x)))
                            / variance(x)),
                "The term of the variance divides by the variance without eps.", use, ask),
        Mistake("input-not-centred", second_term(lambda g, x, y: x * mean(g * x)),
                "The term of the variance uses x itself.", use, ask),
        Mistake("y-forgotten", second_term(lambda g, x, y: mean(g * y)),
                "The term of the variance lacks the factor y in front of the mean.", use, ask),
        Mistake("product-of-means", second_term(lambda g, x, y: y * mean(g)),
                "The term of the variance uses mean(grad_output) in place of "
                "mean(grad_output · y).", use, ask),
        Mistake("mean-left-out-of-dot-product", second_term(lambda g, x, y: y * g * y),
                "The term of the variance lacks its mean: grad_output · y is not averaged.", use,
                ask),
        Mistake("grad-output-times-mean-square",
                second_term(lambda g, x, y: g * mean(y * y)),
                "The term of the variance uses grad_output · mean(y · y). One y stands outside of "
                "the mean, `grad_output` inside.", use, ask),
    )  # fmt: skip
