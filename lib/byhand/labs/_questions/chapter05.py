"""The questions of chapter 5."""

from typing import Final

from byhand.labs._questions.question import Choice, Number, Question, Right, Wrong

QUESTIONS: Final[tuple[Question, ...]] = (
    Number(
        id="softmax-shift",
        chapter=5,
        text="The scores `[2, 1, 0.1]` have the probabilities `[0.659, 0.242, 0.099]`. Now add 10 "
        "to each score: `[12, 11, 10.1]`. What is the first probability now, to three decimals?",
        answer=0.659,
        right="The differences of the scores are the same as before, and softmax sees nothing "
        "else. The common factor `e¹⁰` cancels.",
        typical={
            0.363: "That is `12 / (12 + 11 + 10.1)`. Softmax does not divide the scores "
            "themselves: it takes `e` to the power of each score first.",
            0.333: "The scores are now nearly equal as a ratio, 12 to 11. But the ratio of two "
            "probabilities comes from the difference of their scores, and that is still 1.",
            1.0: "`e¹²` is large, but the other two are large as well: all three exponentials "
            "got the same factor `e¹⁰`.",
        },
        other="Write the ratio of the first two probabilities as `e` to the power of a difference, "
        "before and after.",
        tolerance=0.0015,
    ),
    Choice(
        id="softmax-sum-gradient",
        chapter=5,
        text="`p` is the softmax of `x = [log 3, log 2, log 1]`, so `p = [1/2, 1/3, 1/6]`. What is "
        "the gradient of `p.sum()` with respect to `x`?",
        choices=(
            Wrong(
                "[1, 1, 1]",
                "This is the gradient with respect to `p`. It arrives at softmax as `grad_output`. "
                "Softmax still has to multiply it by its Jacobian.",
            ),
            Wrong(
                "[1/4, 2/9, 5/36]",
                "This is the diagonal of `J`. A sum adds all rows of `J`, and each column has two "
                "negative entries besides the diagonal one.",
            ),
            Wrong(
                "[1/2, 1/3, 1/6]",
                "This would be `p * g` with `g = [1, 1, 1]`. The second part of the formula, with "
                "all other classes, is missing.",
            ),
            Right(
                "[0, 0, 0]",
                "The probabilities sum to 1 for all scores. The sum is a constant, and the "
                "gradient of a constant is 0.",
            ),
        ),
    ),
    Number(
        id="softmax-backward-second",
        chapter=5,
        text="`p = [1/2, 1/3, 1/6]` and `g = [2, 3, 6]`. What is the gradient of the second score?",
        answer=0.0,
        right="The average of `g`, weighted by `p`, is `1 + 1 + 1 = 3`. The second class has "
        "exactly this average, so `1/3 * (3 - 3) = 0`.",
        typical={
            3.0: "That is `g` itself, passed on as if softmax were not there. Each score also "
            "moves the two other probabilities.",
            1.0: "That is `p * g`. The dot product is missing: subtract the average of `g` first.",
            2 / 3: "That is `p (1 - p) g`, the diagonal of the Jacobian alone. The second score "
            "also moves the first and the third probability.",
            -2 / 9: "You subtracted the plain mean of `g`, `11/3`. Likely classes count more in "
            "this average: its weights are `p`.",
        },
        other="First the dot product: `2 * 1/2 + 3 * 1/3 + 6 * 1/6`. Then subtract it from the "
        "second `g`, and multiply by the second `p`.",
    ),
    Choice(
        id="softmax-thousand",
        chapter=5,
        text="`x = torch.tensor([1000.0, 999.0, 998.0])` and `e = x.exp()`. What does "
        "`e / e.sum()` give?",
        choices=(
            Wrong(
                "[0.6652, 0.2447, 0.0900]",
                "This is the right softmax, since only the differences 1 and 2 count. But the "
                "computer must write `e` to the power of 1000 down first, and float32 ends at "
                "about `3.4e38`.",
            ),
            Wrong(
                "[1, 0, 0]",
                "That would be so if the first exponential were far larger than the others. For "
                "the computer all three are the same thing: infinity.",
            ),
            Wrong(
                "[inf, inf, inf]",
                "The exponentials are. But then they are divided by their sum, which is infinite, "
                "too.",
            ),
            Right(
                "[nan, nan, nan]",
                "All three exponentials overflow to `inf`, and `inf / inf` has no answer. PyTorch "
                "is silent about it.",
            ),
            Wrong(
                "it raises an error",
                "Floating-point numbers do not raise: a result that is too large is `inf`, and a "
                "result without meaning is `nan`.",
            ),
        ),
    ),
    Choice(
        id="temperature-cold",
        chapter=5,
        text="The scores are `[2, 1, 0.1]`. The temperature falls from 1 to 0.1 to 0.01, so that "
        "the factor `1/T` grows to 100. What does the largest entry of the Jacobian do?",
        choices=(
            Wrong(
                "it grows",
                "The factor `1/T` grows. But it multiplies `p (1 - p)`, and this falls much "
                "faster: the first probability goes to 1.",
            ),
            Wrong(
                "it stays about the same",
                "The two factors do not balance each other: `1/T` grows by 10, and `1 - p` falls "
                "by far more than 10.",
            ),
            Right(
                "it shrinks to nearly 0",
                "The probabilities go to `[1, 0, 0]` exponentially fast, and all products in the "
                "Jacobian go to 0. The factor `1/T` cannot make up for it.",
            ),
        ),
    ),
)
