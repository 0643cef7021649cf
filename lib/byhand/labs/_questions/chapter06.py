"""The questions of chapter 6."""

from typing import Final

from byhand.labs._questions.question import Choice, Number, Question, Right, Wrong

QUESTIONS: Final[tuple[Question, ...]] = (
    Number(
        id="cross-entropy-right-class",
        chapter=6,
        text="`p = [1/2, 1/3, 1/6]`, and the class in the middle is right. The loss is "
        "`-x[1] + log(sum of exp(x))`. What is the gradient of the score in the middle?",
        answer=-2 / 3,
        tolerance=0.01,
        right="The first part of the loss gives `-1`, and log-sum-exp gives `p = 1/3`, as for "
        "every class. Together `-2/3`.",
        typical={
            1 / 3: "That is the part of log-sum-exp alone. The first part of the loss, `-x[1]`, "
            "contains this score, too.",
            -1.0: "That is the part of `-x[1]` alone. The score is also in the sum of the "
            "exponentials.",
            -3.0: "That is `-1/p`, the gradient of the probability. The question is about the "
            "score, on the other side of softmax.",
            2 / 3: "The size is right. But a higher score of the right class makes the loss "
            "smaller.",
            -1 / 3: "A wrong class gets its probability `p`. The right class gets the same `p`, "
            "and then the slope of `-x[1]` on top.",
        },
        other="Raise the middle score by 0.01. By how much does `-x[1]` change, and by how much "
        "`log(6 + 0.02)`?",
    ),
    Choice(
        id="mse-after-softmax",
        chapter=6,
        text="The scores are `[10, 0, 0]`, and the second class is right: the network is sure and "
        "wrong. With cross-entropy the gradient of the second score is about `-1`. What is it "
        "with `F.mse_loss(softmax(x), onehot)`?",
        choices=(
            Wrong(
                "about -0.67",
                "This is `2 (p - t) / 3`, the gradient with respect to the probability. It must "
                "still go through softmax to reach the score.",
            ),
            Wrong(
                "about -1, as with cross-entropy",
                "Both losses start from prediction minus target. But only the slope of the "
                "logarithm, `-1/p`, cancels the small factor that softmax multiplies with.",
            ),
            Right(
                "about -0.00006",
                "Softmax multiplies by `p`, and the `p` of the right class is `0.00005`. The "
                "squared error has nothing to set against it.",
            ),
            Wrong(
                "about -100, since the error is squared",
                "The scores are not squared: the probabilities are, and their differences are at "
                "most 1.",
            ),
        ),
    ),
    Number(
        id="weighted-mean",
        chapter=6,
        text='Two samples, with the class weights 1 and 3. With `reduction="none"` their losses, '
        'weights included, are 0.6931 and 5.3753. What does `reduction="mean"` give?',
        answer=1.5171,
        tolerance=0.01,
        right="It is a weighted mean: the sum `6.0684`, divided by the sum of the weights, "
        "`1 + 3 = 4`.",
        typical={
            3.0342: "You divided by the number of samples. With weights and class indices, the "
            "divisor is the sum of the weights that were used.",
            6.0684: "That is the sum. The mean still divides it.",
            1.2425: "That is the mean without any weights.",
            2.0228: "You divided by 3, the number of classes. The mean goes over the samples, each "
            "of which counts with its weight.",
        },
        other="Add the two losses, and divide by what the two samples weigh together.",
    ),
    Choice(
        id="cross-entropy-epsilon",
        chapter=6,
        text="`x = [0, 200, 0]` in float32, `p = x.softmax(0)`, and class 0 is right. Somebody "
        "adds a small number, so that the logarithm is finite: `loss = -(p[0] + 1e-8).log()`. "
        "What is the gradient of the right score?",
        choices=(
            Wrong(
                "-1",
                "This is the true gradient, `p - 1`. But `p[0]` was rounded to 0 on the way, and "
                "the small number does not bring it back.",
            ),
            Wrong(
                "-1e8",
                "This is the slope of the logarithm, `-1 / 1e-8`. Softmax then multiplies it by "
                "its own derivative.",
            ),
            Right(
                "0",
                "The slope of the logarithm is `-1e8`, which is finite, and softmax multiplies it "
                "by `p[0] = 0`. The sample teaches nothing, and nobody is told.",
            ),
            Wrong(
                "nan",
                "This is what happens without the small number: infinity times 0. With it, the "
                "first factor is finite.",
            ),
        ),
    ),
    Number(
        id="softmax-twice-floor",
        chapter=6,
        text="Three classes, and a softmax before `F.cross_entropy`, by mistake. The network is "
        "perfect and completely sure: its softmax gives `[1, 0, 0]`, and class 0 is right. What "
        "is the loss?",
        answer=0.5514,
        tolerance=0.01,
        right="`F.cross_entropy` takes `[1, 0, 0]` for scores. Its softmax makes "
        "`e / (e + 2) = 0.576` of the 1, and `-log 0.576 = 0.551`. It cannot become smaller.",
        typical={
            0.0: "That would be `-log 1`. But `F.cross_entropy` applies a softmax of its own: for "
            "it, `[1, 0, 0]` are scores.",
            0.5761: "That is the probability that the second softmax gives the right class. The "
            "loss is minus its logarithm.",
            1.0986: "That is `log 3`, the loss of a network that knows nothing. This one has a "
            "score of 1 for the right class, and 0 for the others.",
            -1.0: "A cross-entropy is never negative. For `F.cross_entropy`, `[1, 0, 0]` are "
            "scores, and it makes probabilities of them.",
        },
        other="Put the three numbers into `-x[0] + log(sum of exp(x))`.",
    ),
)
