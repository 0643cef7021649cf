"""The questions of chapter 4."""

from typing import Final

from byhand.labs._questions.question import Choice, Number, Question, Right, Wrong

QUESTIONS: Final[tuple[Question, ...]] = (
    Choice(
        id="backward-of-shape-one",
        chapter=4,
        text="`y = x**2` has shape `(1,)`: a list with one number in it. Which of the two calls "
        "work, `y.backward()` and `y.backward(torch.tensor(1.0))`?",
        choices=(
            Wrong(
                "both",
                "The second gives a tensor of shape `()` for an output of shape `(1,)`. Both hold "
                "one number, but PyTorch compares shapes, and does not count numbers.",
            ),
            Right(
                "only the first",
                "One element is enough for `backward()` alone: PyTorch then takes "
                "`torch.ones_like(y)`, of shape `(1,)`. What you give yourself must have exactly "
                "the shape of `y`, and `()` is not `(1,)`.",
            ),
            Wrong(
                "only the second",
                "`backward()` alone needs one element, not the shape `()`. A list with one "
                "number is allowed.",
            ),
            Wrong(
                "neither",
                "The error for `backward()` alone is for outputs with several elements. `y` has "
                "one.",
            ),
        ),
    ),
    Number(
        id="cumulative-sum-pulled-back",
        chapter=4,
        text="`y = x.cumsum(0)` for three numbers, and `v = [0.1, 1, 0.0001]`. "
        "What is the first number of `x.grad` after `y.backward(v)`?",
        answer=1.1001,
        tolerance=2e-5,
        right="`x₁` is in all three outputs, so the first column of `J` is `[1, 1, 1]`, and it "
        "gets `0.1 + 1 + 0.0001`.",
        typical={
            0.1: "This is element by element: weight 1 times derivative 1. But `x₁` also moves "
            "the second and the third output. Or you took `J v`: then the first row counts, and "
            "backward computes `vᵀJ`.",
            0.0001: "This is what the last input gets: it is in the last output only. The first "
            "one is in all three.",
            3: "You added the column of `J` without weights. Each output counts with its `v`.",
            1.1: "The third output contains `x₁` too. Its weight is small, not zero.",
        },
        other="Which of the three outputs contain `x₁`, and with which factor? Add factor times "
        "weight over these outputs.",
    ),
    Choice(
        id="gradient-of-a-broadcast-bias",
        chapter=4,
        text="`y = a + b` with `a` of shape `(2, 3)` and `b` of shape `(3,)`. "
        "`g = [[1, 2, 3], [10, 20, 30]]` arrives at `y`. What is the gradient of `b`?",
        choices=(
            Wrong(
                "[[1, 2, 3], [10, 20, 30]]",
                "This is the gradient of `a`. The gradient of `b` has the shape of `b`, which is "
                "`(3,)`: each `b` was used in two rows, and the two gradients add.",
            ),
            Wrong(
                "[6, 60]",
                "You added along the rows. But `b` was repeated from row to row: `b₁` stands in "
                "the first column of both rows, so 1 and 10 belong to it.",
            ),
            Wrong(
                "[5.5, 11.0, 16.5]",
                "This is the mean of the two rows. Nothing divides by 2 here: each use of `b` "
                "moves the result by itself, so the effects add.",
            ),
            Right(
                "[11, 22, 33]",
                "`b₁` is in both rows, each time with factor 1, so it gets `1 + 10`. A copy in "
                "the forward pass is a sum in the backward pass.",
            ),
        ),
    ),
    Choice(
        id="add-at-repeated-places",
        chapter=4,
        text="`index = [2, 0, 2, 2]` and `g = [1, 2, 3, 4]`. Each of these starts from three "
        "zeros. Which of them gives `[2, 0, 8]`?",
        choices=(
            Wrong(
                "two[index] += g and three.index_add_(0, index, g)",
                "`+=` looks like adding. But Python first reads `two[index]`, adds `g` to this "
                "copy, and then writes it back: place 2 is written three times, not added to.",
            ),
            Wrong(
                "all three, one[index] = g too",
                "`one[index] = g` writes. Place 2 is written three times, and one of the three "
                "numbers stays.",
            ),
            Right(
                "only three.index_add_(0, index, g)",
                "It adds once for each index: `1 + 3 + 4 = 8` at place 2. The other two overwrite, "
                "silently.",
            ),
        ),
    ),
)
