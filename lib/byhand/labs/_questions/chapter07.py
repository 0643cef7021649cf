"""The questions of chapter 7."""

from typing import Final

from byhand.labs._questions.question import Choice, Number, Question, Right, Wrong

QUESTIONS: Final[tuple[Question, ...]] = (
    Number(
        id="linear-xor",
        chapter=7,
        text="The samples are `[0, 0]`, `[0, 1]`, `[1, 0]`, `[1, 1]`, and the targets 0, 1, 1, 0. "
        "A network of ten layers with biases, but without any activation, is trained until "
        "nothing improves. How small can the sum of the four squared differences become?",
        answer=1.0,
        tolerance=0.01,
        right="Ten layers without an activation are one linear function. The best one predicts "
        "`0.5` for all four samples, and `4 * 0.25 = 1`.",
        typical={
            0.0: "More layers do not help here: without an activation they can be multiplied into "
            "one matrix. A linear function cannot fit these four targets.",
            0.25: "That is the mean of the four squared differences. The question asks for their "
            "sum.",
            2.0: "That is the loss of a function that always predicts 0. There is a better "
            "constant.",
            4.0: "That would be an error of 1 in each sample. A constant can do better.",
        },
        other="All ten layers together are `x @ W + b`. What is the best prediction if no "
        "direction of `x` helps?",
    ),
    Number(
        id="rate-limit",
        chapter=7,
        text="`L = 5 * w**2`, the start is `w = 1`, and the learning rate is 0.2. Gradient descent "
        "makes 1000 steps. Where is `w`?",
        answer=1.0,
        tolerance=0.01,
        right="The gradient is `10 w`, so each step multiplies `w` by `1 - 0.2 * 10 = -1`. After "
        "an even number of steps it stands where it began.",
        typical={
            0.0: "That is the minimum. But look at one step: from 1 the gradient is 10, and "
            "`1 - 0.2 * 10` is not nearer to 0.",
            -1.0: "This is where it stands after each odd number of steps. 1000 is even.",
        },
        other="Make two steps on paper. The gradient at `w` is `10 w`.",
    ),
    Number(
        id="momentum-top-speed",
        chapter=7,
        text="The gradient is 1 in every step, the learning rate is 0.01, and the momentum 0.9. "
        "After many steps, how far does the parameter move in one step?",
        answer=0.1,
        tolerance=0.0004,
        right="The buffer becomes `1 + 0.9 + 0.81 + … = 1 / (1 - 0.9) = 10`. Ten times 0.01.",
        typical={
            0.01: "That is the first step, when the buffer holds one gradient. In later steps it "
            "holds more.",
            0.019: "That is the second step: the buffer is `0.9 * 1 + 1`. It goes on growing.",
            0.009: "Momentum multiplies the old buffer, and the new gradient is added to it in "
            "full.",
            10.0: "That is the buffer. The step is the buffer times the learning rate.",
        },
        other="When the buffer no longer changes, `buffer = 0.9 * buffer + 1`. Solve it.",
    ),
    Number(
        id="adam-first-step",
        chapter=7,
        text="A parameter has two numbers, with the gradients 1000 and 0.001. Adam has the "
        "learning rate 0.1. How far does the second number move in the first step?",
        answer=0.1,
        tolerance=0.002,
        right="In the first step the corrected averages are `g` and `g**2`. Their quotient "
        "`g / sqrt(g**2)` is 1, for a large and for a small gradient.",
        typical={
            0.0001: "That is the step of SGD, `0.1 * 0.001`. Adam divides the gradient by its "
            "usual size.",
            0.316: "That is the step without the corrections. Both averages begin at 0, and Adam "
            "divides by what is missing.",
            0.01: "The average of the gradients begins with a tenth of the gradient, but the "
            "correction divides by `1 - 0.9`.",
        },
        other="Compute both averages after one step, divide them by `1 - 0.9` and `1 - 0.999`, and "
        "take the quotient.",
    ),
    Choice(
        id="rebound-parameters",
        chapter=7,
        text="After `loss.backward()`, under `torch.no_grad()`: "
        "`for p in model.parameters(): p = p - 0.1 * p.grad`. What does this do to the model?",
        choices=(
            Wrong(
                "one step of gradient descent",
                "For this the tensors of the model must change. `p = …` changes only what the "
                "name `p` stands for.",
            ),
            Wrong(
                "it raises an error in the second step",
                "This happens when you do it with a tensor of your own: then you compute with the "
                "new tensor. The model goes on with its old parameters, which still require "
                "gradients.",
            ),
            Wrong(
                "the parameters are no longer leaves",
                "Under `no_grad` nothing is recorded. And the new tensors are never part of the "
                "model.",
            ),
            Right(
                "nothing",
                "Each new tensor gets the name `p`, and is forgotten in the next round of the "
                "loop. The model holds the old ones. No message.",
            ),
        ),
    ),
)
