"""Wrong gradients of a batch norm: the standard deviation, and the variance's term."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

from torch import Tensor

from byhand._catalogue.chapter09.batch_norm_parts import (
    CHANNEL,
    count,
    in_front,
    mean,
    parts,
    second_term,
    unbiased,
    variance,
    with_std,
)
from byhand._checker.spec import Mistake


def _through(g: Tensor, x: Tensor, root: Tensor, std: Tensor, n: float) -> Tensor:
    """The gradient of (x − mean) / std, where std is `root` plus a constant.

    Args:
        g: grad_output.
        x: the input.
        root: √(sum of the squares of x − mean, divided by n).
        std: what the forward divides by.
        n: by what the variance divides.
    """
    centred = x - mean(x)
    dot = (g * centred).sum(CHANNEL, keepdim=True) / n
    return (g - mean(g) - centred * dot / (root * std)) / std


def _unbiased(g: Tensor, x: Tensor, eps: float) -> Tensor:
    std = (unbiased(x) + eps).sqrt()
    return _through(g, x, std, std, count(x) - 1)


def _unbiased_outside(g: Tensor, x: Tensor, eps: float) -> Tensor:
    root = unbiased(x).sqrt()
    return _through(g, x, root, root + eps, count(x) - 1)


def _outside(g: Tensor, x: Tensor, eps: float) -> Tensor:
    root = variance(x).sqrt()
    return _through(g, x, root, root + eps, count(x))


def _power(g: Tensor, x: Tensor, eps: float) -> Tensor:
    y, std = parts(x, eps)
    return (g - mean(g) - y * mean(g * y) * std**1.5) / std


def _uncentred(g: Tensor, x: Tensor, eps: float) -> Tensor:
    y = x / parts(x, eps)[1]
    return (g - mean(g) - y * mean(g * y)) / parts(x, eps)[1]


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
        Mistake("unbiased-variance", _unbiased,
                "This is the gradient of a norm with the unbiased variance, with 1/(n − 1). A "
                "batch norm normalises with 1/n.", under, by),
        Mistake("unbiased-variance", _unbiased_outside,
                "This is the gradient of a norm that divides by the unbiased `std` plus eps. A "
                "batch norm divides by n, and eps is added to the variance.", under, by),
        Mistake("eps-outside-the-root", _outside,
                "This is the gradient of a norm that divides by std + eps. eps is added to the "
                "variance, under the root.", under, ask),
        Mistake("eps-outside-the-root", with_std(lambda x, eps: variance(x).sqrt() + eps),
                "eps is added to the standard deviation. It is added to the variance, under the "
                "root.", under, ask),
        Mistake("eps-fixed", with_std(lambda x, eps: (variance(x) + 1e-5).sqrt()),
                "You use eps = 1e-5, whatever is handed to you.", under,
                "Which of your numbers should follow the argument eps?"),
        Mistake("eps-missing", with_std(lambda x, eps: variance(x).sqrt()),
                "eps is not used.", under, ask),
        Mistake("eps-as-a-minimum", with_std(lambda x, eps: variance(x).clamp(min=eps).sqrt()),
                "You take eps as the smallest variance that is allowed. It is added to the "
                "variance, always.", under, ask),
        Mistake("eps-twice", with_std(lambda x, eps: (variance(x) + 2 * eps).sqrt()),
                "eps is added twice.", under, ask),
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
        Mistake("wrong-power-of-std", _power,
                "The term of the variance has the wrong power of std. The derivative of "
                "variance^(−1/2) is −1/2 · variance^(−3/2), and that is −1/2 · std^(−3).", use,
                "If std = √variance, which power of std is variance^(−3/2)?"),
        Mistake("input-not-centred", second_term(lambda g, x, y: x * mean(g * x)),
                "The term of the variance uses x itself.", use, ask),
        Mistake("input-not-centred", _uncentred,
                "The normalised input is x / std, and the mean is not subtracted.", use, ask),
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
