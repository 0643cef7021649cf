"""The questions of chapter 3."""

from typing import Final

from byhand.labs._questions.question import Choice, Number, Question, Right, Wrong

QUESTIONS: Final[tuple[Question, ...]] = (
    Choice(
        id="softplus-gradient",
        chapter=3,
        text="On paper the gradient of this softplus is 0.5 at 0 and 1 at 100. "
        "What does autograd give at 100, in float32?",
        choices=(
            Wrong(
                "1",
                "This is the answer from the paper. But autograd does not know the short formula. "
                "It differentiates `exp`, `log` and `where` one after the other, and `exp(100)` "
                "is infinite in float32.",
            ),
            Wrong(
                "0",
                "`where` does send 0 into the branch that was not chosen. But this 0 is then "
                "multiplied by an infinite number.",
            ),
            Wrong(
                "inf",
                "`exp(100)` is `inf` in float32, that is right. But it is not the only factor: "
                "what arrives there is 0.",
            ),
            Right(
                "nan",
                "`where` sends 0 into the branch that was not chosen, and the backward of `exp` "
                "multiplies it by `exp(100)`, which is `inf`. Zero times infinity is `nan`.",
            ),
        ),
    ),
    Choice(
        id="exchanged-gradients",
        chapter=3,
        text="`a = [1, 2, 3]`, `b = [10, 20, 30]`. The gradient of `a` should be `b`. "
        "Our backward returns the two gradients in the wrong order. What happens?",
        choices=(
            Wrong(
                "PyTorch raises an error",
                "It checks the number, the types and the shapes of what you return. Both "
                "gradients have the shape `(3,)`, so everything seems to be in order.",
            ),
            Wrong(
                "PyTorch warns",
                "For a warning PyTorch would have to know which gradient you mean. It sees two "
                "tensors with the right shape.",
            ),
            Wrong(
                "a gets [10, 20, 30] all the same",
                "PyTorch does not sort the gradients. The first one that you return belongs to "
                "the first input, whatever its numbers are.",
            ),
            Right(
                "a gets [1, 2, 3], silently",
                "The first returned gradient, `grad_output * a`, goes to the first input. The "
                "shapes agree, so nobody notices.",
            ),
        ),
    ),
    Number(
        id="in-place-unmarked",
        chapter=3,
        text="`x = [1, 2, 3]` and `z = 1 * x`. After `Triple.apply(z, False)`, without the mark, "
        "the values of `z` are `[3, 6, 9]`. "
        "What is the gradient of `z.sum()` for each element of `x`?",
        answer=1,
        right="Nobody told autograd that `z` has changed. For it `z` is still `1 * x`, and the "
        "sum of this has the gradient 1.",
        typical={
            3: "This is the gradient of what `z` is now. Autograd would need to know about the "
            "change, and only `mark_dirty` tells it.",
            0: "`z` still has a record, so a gradient arrives. It is the record of the old `z`.",
            9: "The 3 does not enter twice. Think of the record that `z` had before the change.",
        },
        other="Autograd goes back along the record of `z`. Which operation does it know there?",
    ),
    Number(
        id="silu-second-derivative",
        chapter=3,
        text="On paper the second derivative of SiLU at 0 is `0.25 + 0.25 = 0.5`. "
        "What does `SavesMiddle`, which saves `x` and `s`, give?",
        answer=0.25,
        right="The path through `x` is right and gives 0.25. The saved `s` has no record, so its "
        "path counts as nothing. Half of the answer is missing, without a message.",
        typical={
            0.5: "This is the right second derivative. But autograd must get it from the lines of "
            "our backward, and there the saved `s` is a constant without a record.",
            0: "It would be 0 if nothing in backward had a record, as in chapter 2. Here `x` was "
            "saved too, and an input has its record.",
            0.75: "Nothing is counted twice. Ask which of the two tensors in backward autograd "
            "can follow.",
        },
        other="In `s + x * s * (1 - s)` treat `s` as a constant, and differentiate what is left "
        "with respect to `x`. Then put in `s = 0.5`.",
    ),
    Choice(
        id="gradcheck-square-of-g",
        chapter=3,
        text="One of them returns `grad_output**2 * 2 * x` in place of `grad_output * 2 * x`. "
        "Does `gradcheck` reject it?",
        choices=(
            Wrong(
                "yes: the numbers differ",
                "They differ for most gradients. But look at which `grad_output` gradcheck uses: "
                "a 1 in one place and 0 elsewhere. What are the squares of these numbers?",
            ),
            Wrong(
                "yes: it calls backward with a random grad_output",
                "In its normal mode it needs the whole table, and takes a 1 in one place and 0 "
                "elsewhere, one place after the other.",
            ),
            Right(
                "no",
                "gradcheck calls backward with zeros and a single 1. Their squares are the same "
                "numbers, so the mistake is invisible.",
            ),
        ),
    ),
)
