"""The questions of chapter 1."""

from typing import Final

from byhand.labs._questions.question import Choice, Number, Question, Right, Wrong

QUESTIONS: Final[tuple[Question, ...]] = (
    Choice(
        id="smaller-step",
        chapter=1,
        text="The error of this central difference is exactly `h²` on paper. Now the computer "
        "does it in float64, once with `h = 1e-6` and once with `h = 1e-10`. "
        "Which error is smaller?",
        choices=(
            Wrong(
                "the one with h = 1e-10",
                "On paper, yes: `h²` would be `1e-20`. But the computer subtracts two almost "
                "equal numbers, both rounded after about 16 digits, and divides what is left by "
                "a tiny `2h`. This rounding error grows when `h` gets smaller.",
            ),
            Right(
                "the one with h = 1e-6",
                "With `1e-10` almost all digits cancel in the subtraction, and the rounding of "
                "the rest is divided by a very small number. `1e-6` is nearer to the best step.",
            ),
            Wrong(
                "both are the same: float64 is exact enough",
                "float64 keeps about 16 digits. The two cubes agree in their first 9 or 10 "
                "digits for `h = 1e-10`, so only about 6 digits of the difference are real.",
            ),
        ),
    ),
    Number(
        id="calls-for-ten-doublings",
        chapter=1,
        text="`x = x + x` runs ten times, which makes 11 nodes. How often is `walk_back` called?",
        answer=2047,
        tolerance=0.1,
        right="`walk_back` follows every path. Each doubling doubles the number of paths: "
        "`1 + 2 + 4 + … + 1024 = 2047`.",
        typical={
            11: "That is one call for each node. It would be enough, and PyTorch does it so. But "
            "our `walk_back` calls itself once for each parent, and `x + x` has the parent `x` "
            "twice.",
            21: "Each `x + x` makes two calls, that is right. But each of these calls makes two "
            "calls again: the numbers multiply, they do not add.",
            1024: "1024 is the number of paths that reach the first `x`. The calls on the way "
            "there count too: `1 + 2 + 4 + …`.",
            2048: "Very near. Add `1 + 2 + 4 + … + 1024` once more: the sum of powers of two is "
            "one less than the next power.",
        },
        other="Start with the last node: one call. It has two parents, so two more calls, and "
        "each of these makes two calls. Add up the levels, 11 of them.",
    ),
    Choice(
        id="grad-of-non-leaf",
        chapter=1,
        text="`x` requires grad, and `y = x * data`. After `y.sum().backward()`, what is "
        "`y.grad`, and what does PyTorch say when you read it?",
        choices=(
            Wrong(
                "tensor([1., 1.]), silently",
                "This gradient does arrive at `y`, and it is sent on to `x`. But `backward()` "
                "stores gradients in leaves only, and `y` was made by an operation.",
            ),
            Wrong(
                "None, silently",
                "`None` is right. But a beginner may look for this gradient for hours, so PyTorch "
                "does not stay silent here.",
            ),
            Right(
                "None, with a warning",
                "`y` is no leaf, so its gradient is thrown away after it was sent on. PyTorch "
                "warns when you read `.grad` of such a tensor. `y.retain_grad()` before the "
                "backward keeps it.",
            ),
            Wrong(
                "nothing: it raises an error",
                "To read `.grad` never raises. You may look; there is just nothing to see.",
            ),
        ),
    ),
    Number(
        id="grad-after-two-backwards",
        chapter=1,
        text="`w.grad` is 2. The next cell computes the same loss once more and calls "
        "`backward()` once more; `w` has not changed. What is `w.grad` then?",
        answer=4,
        right="`backward()` adds to `.grad`: `2 + 2`. So a training loop must clear `.grad` "
        "before each backward.",
        typical={
            2: "The gradient of this loss is 2, that is right. But `backward()` does not write "
            "over what is in `.grad`.",
            0: "Nothing clears `.grad` by itself. That is the work of "
            "`optimizer.zero_grad()`, or of you.",
            1: "There is no mean over the two calls. Each `backward()` does the same thing with "
            "its gradient, 2.",
        },
        other="The second gradient is 2 again, because `w` is the same. What does `backward()` "
        "do with a gradient when there already is one in `.grad`?",
    ),
)
