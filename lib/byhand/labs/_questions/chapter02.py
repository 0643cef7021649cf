"""The questions of chapter 2."""

from typing import Final

from byhand.labs._questions.question import Choice, Number, Question, Right, Wrong

QUESTIONS: Final[tuple[Question, ...]] = (
    Number(
        id="ratio-for-a-smaller-step",
        chapter=2,
        text="The loss is `(0² + 0² + (third - 5)²) / 3`. From `third = 3`, a step of 0.1 gave the "
        "ratio −1.3. Which ratio does a step of 0.001 give?",
        answer=-1.333,
        tolerance=0.004,
        right="The smaller the step, the nearer the ratio comes to `-4/3`. This limit is the "
        "derivative.",
        typical={
            -1.3: "The ratio would stay the same on a straight line. This curve bends: over a "
            "shorter step it bends less, so the ratio changes a little.",
            -0.013: "The change of the loss does become a hundred times as small. But so does "
            "the step by which you divide it.",
            0.0: "The change of the loss goes to 0, and the step goes to 0 too. Their ratio does "
            "not.",
            1.333: "The size is right. But the third prediction is too small: if it goes up, the "
            "loss goes down.",
        },
        other="Do it on paper: the difference is now `-1.999`, and its square is `3.996`. "
        "Divide by 3, subtract the old loss `4/3`, and divide by the step.",
    ),
    Choice(
        id="equal-to-the-last-bit",
        chapter=2,
        text="The printed rows of the three gradients agree to four digits. "
        "What does `torch.equal` say, which compares every bit?",
        choices=(
            Wrong(
                "no two of them are equal",
                "Different ways of computing often differ in the last bit, but not always. Here "
                "every difference is 0.5, −0.5 or 1, and a product with a power of two is exact.",
            ),
            Wrong(
                "Module and Function are equal, the built-in is not",
                "The built-in is written in C++, but it does the same kind of arithmetic, with "
                "the same rounding. What counts is which operations are rounded, and here these "
                "differ by powers of two only.",
            ),
            Right(
                "all three are equal",
                "For these numbers. All differences are 0.5, −0.5 or 1, so the ways differ only by "
                "steps that are exact. With other numbers the last bits differ, as the next cells "
                "show.",
            ),
        ),
    ),
    Number(
        id="gradient-past-the-target",
        chapter=2,
        text="With `w = 3`, the prediction `w` and the target `2 * w`, the true derivative is 6. "
        "What does `FirstMSE` give for it, whose backward returns `None` for the target?",
        answer=-6,
        right="Only the path through the prediction is left: `2 (w - 2w) = -2w`. The path through "
        "the target, 12, is lost. So even the sign is wrong, and nothing warns you.",
        typical={
            6: "This would need both paths, through the prediction and through the target. "
            "`None` cuts the second one.",
            0: "The target gets no gradient, but the prediction does, and it is `w` too.",
            12: "This is the path through the target, the one that `None` cuts.",
            3: "One path does not carry half of the sum: the two paths have different numbers.",
        },
        other="Take the target as a constant, 6. What is the derivative of `(w - 6)²` for `w = 3`?",
    ),
    Number(
        id="perfect-predictions-in-a-column",
        chapter=2,
        text="The predictions `[1, 2, 5]` have shape `(3,)`, the targets are the same numbers in "
        "shape `(3, 1)`. What is the mean squared error?",
        answer=52 / 9,
        tolerance=0.03,
        right="Every prediction is compared with every target: nine differences, of which six "
        "are not 0. Their squares are 1, 1, 16, 16, 9 and 9, together 52, and `52 / 9 = 5.7778`.",
        typical={
            0: "It would be, if each prediction met its own target. But `(3,)` and `(3, 1)` "
            "broadcast to `(3, 3)`: every prediction meets every target.",
            52: "This is the sum of the squares. The loss is their mean, over nine numbers.",
            52 / 3: "The sum 52 is right. But the mean is over all nine differences, not three.",
            26 / 9: "You counted each pair once. Prediction 1 meets target 2, and prediction 2 "
            "meets target 1 as well.",
        },
        other="Write the table of all nine differences, one column for each prediction and one row "
        "for each target. Square them, and take the mean.",
    ),
)
