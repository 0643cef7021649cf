"""Wrong gradients of a layer norm: in the standard deviation and in the variance's term."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

from torch import Tensor

from byhand._catalogue.chapter04.layernorm_parts import mean, parts, projected, variance
from byhand._checker.spec import Formula, Mistake


def _with(std_of: Formula) -> Formula:
    """The right formula with another standard deviation, from x and eps."""

    def formula(g: Tensor, x: Tensor, eps: float) -> Tensor:
        std: Tensor = std_of(x, eps)
        return projected(g, (x - mean(x)) / std) / std

    return formula


def std_mistakes() -> tuple[Mistake, ...]:
    """Another standard deviation."""
    ask = "Where does eps stand in the formula of the layer norm: under the root, or outside?"
    under = "Use `(x.var(-1, unbiased=False, keepdim=True) + eps).sqrt()`."
    return (
        Mistake("unbiased-variance",
                _with(lambda x, eps: (x.var(-1, keepdim=True) + eps).sqrt()),
                "You use the unbiased variance, with 1/(n − 1). Layer norm divides by n. "
                "`x.var` and `x.std` are unbiased unless told otherwise.", under,
                "By what does the variance of a layer norm divide?"),
        Mistake("eps-outside-the-root", _with(lambda x, eps: variance(x).sqrt() + eps),
                "eps is added to the standard deviation. It is added to the variance, under the "
                "root.", under, ask),
        Mistake("unbiased-variance",
                _with(lambda x, eps: x.std(-1, keepdim=True) + eps),
                "You use `x.std`, which is unbiased, with 1/(n − 1), and add eps outside of the "
                "root. Layer norm divides by n, and eps is added to the variance.", under,
                "By what does the variance of a layer norm divide?"),
        Mistake("eps-fixed", _with(lambda x, eps: (variance(x) + 1e-5).sqrt()),
                "You use eps = 1e-5, whatever is handed to you.", under,
                "Which of your numbers should follow the argument eps?"),
        Mistake("eps-missing", _with(lambda x, eps: variance(x).sqrt()),
                "eps is not used.", under, ask),
        Mistake("eps-as-a-minimum", _with(lambda x, eps: variance(x).clamp(min=eps).sqrt()),
                "You take eps as the smallest variance that is allowed. It is added to the "
                "variance, always.", under, ask),
        Mistake("eps-squared", _with(lambda x, eps: (variance(x) + eps**2).sqrt()),
                "eps is squared.", under, ask),
        Mistake("std-missing", lambda g, x, eps: projected(g, parts(x, eps)[0]),
                "The factor 1/std in front is missing.", "Divide the result by std.",
                "If a row is stretched by 10, how does the slope of the output change?"),
        Mistake("times-std",
                lambda g, x, eps: projected(g, parts(x, eps)[0]) * parts(x, eps)[1],
                "You multiply by std. The output divides by it.", "Divide the result by std.",
                "If a row is stretched by 10, how does the slope of the output change?"),
        Mistake("divided-by-variance",
                lambda g, x, eps: projected(g, parts(x, eps)[0]) / parts(x, eps)[1] ** 2,
                "You divide by the variance in place of its root.", under,
                "If a row is stretched by 10, how does the slope of the output change?"),
        Mistake("eps-missing-in-front",
                lambda g, x, eps: projected(g, parts(x, eps)[0]) / variance(x).sqrt(),
                "The factor in front lacks eps: it is 1/√(variance + eps).", under, ask),
    )  # fmt: skip


def term_mistakes() -> tuple[Mistake, ...]:
    """Another term for the path through the variance."""
    ask = "Which tensor stands in the term of the variance: x, x − mean, or the normalised y?"
    use = "Use y = (x − mean) / std twice in that term."

    def term(second: Formula) -> Formula:
        def formula(g: Tensor, x: Tensor, eps: float) -> object:
            y, std = parts(x, eps)
            return (g - mean(g) - second(g, x, y)) / std

        return formula

    return (
        Mistake("centred-not-normalised",
                term(lambda g, x, y: (x - mean(x)) * mean(g * (x - mean(x)))),
                "The term of the variance uses x − mean, without the division by std.", use, ask),
        Mistake("half-normalised", term(lambda g, x, y: (x - mean(x)) * mean(g * y)),
                "The term of the variance uses x − mean once, without the division by std.", use,
                ask),
        Mistake("eps-missing-in-variance-term",
                term(lambda g, x, y: (x - mean(x)) * mean(g * (x - mean(x))) / variance(x)),
                "The term of the variance divides by the variance without eps.", use, ask),
        Mistake("input-not-centred", term(lambda g, x, y: x * mean(g * x)),
                "The term of the variance uses x itself.", use, ask),
        Mistake("y-forgotten", term(lambda g, x, y: mean(g * y)),
                "The term of the variance lacks the factor y in front of the mean.", use, ask),
        Mistake("product-of-means", term(lambda g, x, y: y * mean(g)),
                "The term of the variance uses mean(grad_output) in place of "
                "mean(grad_output · y).", use, ask),
        Mistake("mean-left-out-of-dot-product", term(lambda g, x, y: y * g * y),
                "The term of the variance lacks its mean: grad_output · y is not averaged.", use,
                ask),
    )  # fmt: skip
