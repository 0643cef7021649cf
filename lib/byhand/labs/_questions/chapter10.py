"""The questions of chapter 10: does it raise, warn, or say nothing?"""

from typing import Final

from byhand.labs._questions.question import Choice, Number, Question, Right, Wrong

RAISES: Final = "it raises an error"
WARNS: Final = "it warns, and goes on"
SILENT_RIGHT: Final = "it says nothing, and the gradient is right"
SILENT_WRONG: Final = "it says nothing, and the gradient is wrong"

QUESTIONS: Final[tuple[Question, ...]] = (
    Choice(
        id="gallery-second-step",
        chapter=10,
        text="A loop runs `loss = (w**2).sum()`, then `loss.backward()`, then, under "
        "`torch.no_grad()`, `w = w - 0.1 * w.grad`. What happens in the second round?",
        choices=(
            Right(
                RAISES,
                "`w` is a new tensor that was made under `no_grad`. It requires no gradient, so "
                "the second loss has no record: element 0 of tensors does not require grad.",
            ),
            Wrong(
                WARNS,
                "PyTorch would warn if you read `.grad` of a tensor that is no leaf. But the new "
                "`w` is a leaf, one that requires no gradient. Look one line earlier.",
            ),
            Wrong(
                SILENT_RIGHT,
                "In the first round it is. Then the name `w` stands for another tensor: which "
                "attributes does it have?",
            ),
            Wrong(
                SILENT_WRONG,
                "For a wrong gradient there must be one. Ask whether the second loss has a record.",
            ),
        ),
    ),
    Choice(
        id="gallery-column",
        chapter=10,
        text="`y` has the shape `(3, 1)` and requires a gradient, `target` has the shape `(3,)`. "
        "What does `nn.HuberLoss()(y, target).backward()` do?",
        choices=(
            Wrong(
                RAISES,
                "The two shapes broadcast to `(3, 3)`, so every operation can be computed.",
            ),
            Right(
                WARNS,
                "The losses of PyTorch that compare two numbers look at both shapes, and warn. "
                "The same formula written by hand is silent. The gradient is wrong in both.",
            ),
            Wrong(
                SILENT_RIGHT,
                "The shapes broadcast to `(3, 3)`: each prediction is compared with each target.",
            ),
            Wrong(
                SILENT_WRONG,
                "The gradient is wrong, but this is one of the few cases in which PyTorch says "
                "something.",
            ),
        ),
    ),
    Choice(
        id="gallery-constant-mean",
        chapter=10,
        text="`loss = ((x - x.mean().item()) ** 2).sum()`, then `loss.backward()`. The mean is a "
        "constant for autograd. What happens?",
        choices=(
            Wrong(
                RAISES,
                "It would if no path were left. But `x - …` still leads to `x`.",
            ),
            Wrong(
                WARNS,
                "`item()` is the official way to get a Python number. It never warns.",
            ),
            Right(
                SILENT_RIGHT,
                "By luck. The path through the mean brings the sum of all differences from the "
                "mean, and this sum is 0. With a third power it is not 0, and the same line is "
                "wrong. So one right example proves little.",
            ),
            Wrong(
                SILENT_WRONG,
                "A path is cut, so this is what one expects. But compute what the path through "
                "the mean would add: the sum of `-2 * (x - mean)`, divided by n.",
            ),
        ),
    ),
    Number(
        id="gallery-forgotten-mean",
        chapter=10,
        text="The backward of your square returns `2 * x`, without `grad_output`. A tensor of 5 "
        "numbers goes through it, and the loss is the mean of the results. How many times too "
        "large is the gradient?",
        answer=5.0,
        tolerance=0.01,
        right="The mean sends `1/5` to each number, and your backward does not multiply by it.",
        typical={
            1.0: "This would be so if the loss were the sum: then each number receives 1. What "
            "does a mean send back?",
            0.2: "It is the other way round: a factor of `1/5` is missing.",
            2.0: "The 2 of the derivative is there. What arrives from the mean?",
        },
        other="What does the backward of a mean of 5 numbers send to each of them?",
    ),
)
