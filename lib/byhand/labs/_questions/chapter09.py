"""The questions of chapter 9."""

from typing import Final

from byhand.labs._questions.question import Choice, Number, Question, Right, Wrong

QUESTIONS: Final[tuple[Question, ...]] = (
    Number(
        id="conv-edge-gradient",
        chapter=9,
        text="`x` has ten numbers, the kernel is `w = [1, 2, -1]`, there is no padding, and every "
        "entry of `grad_output` is 1. What is the gradient of `x[0]`?",
        answer=1.0,
        tolerance=0.01,
        right="Only one output reads `x[0]`: the first one, with `w[0] = 1`.",
        typical={
            2.0: "That is the sum of the kernel, the gradient of a number in the middle. How many "
            "outputs read the number at the end?",
            -1.0: "That is the gradient of the last number, `x[9]`. The first output lays the "
            "*first* weight on `x[0]`.",
            3.0: "Two outputs would have to read it for this. Where does the kernel lie for the "
            "second output?",
        },
        other="Which outputs read `x[0]`, and with which weight?",
    ),
    Number(
        id="conv-backward-padding",
        chapter=9,
        text="A convolution has a kernel of size 5 and the padding 1. The gradient of its input is "
        "a convolution of `grad_output` with the turned kernel. With which padding?",
        answer=3.0,
        tolerance=0.01,
        right="`k - 1 - P = 5 - 1 - 1`. The forward pass made the image smaller by 2, so the "
        "backward pass must make it larger by 2.",
        typical={
            1.0: "That is the padding of the forward pass. With it the result is smaller than "
            "`x` by 4.",
            2.0: "This padding keeps the size. But `grad_output` is smaller than `x` by 2, and the "
            "gradient must have the size of `x`.",
            4.0: "That would be right for a convolution without padding. Here the gradient of "
            "the zeros around `x` must be left out.",
        },
        other="`x` has `n` numbers. Then `grad_output` has `n - 2`, and the gradient must have `n` "
        "again.",
    ),
    Choice(
        id="max-pool-tie",
        chapter=9,
        text="The window `[[2, 2], [2, 1]]` has three equal largest numbers, and 8 arrives at its "
        "output. What does PyTorch send back to the window?",
        choices=(
            Wrong(
                "8/3 to each of the three",
                "`torch.amax` shares its gradient in this way. Pooling keeps one place for each "
                "window.",
            ),
            Wrong(
                "8 to each of the three",
                "Then three times as much would go back as has arrived.",
            ),
            Right(
                "8 to the first one",
                "Forward looks at the window row by row, and keeps the place of the first largest "
                "number. Backward sends everything there.",
            ),
            Wrong(
                "8 to the last one",
                "A later number replaces the one that was found only if it is larger, not if it "
                "is equal.",
            ),
        ),
    ),
    Number(
        id="batch-norm-of-two",
        chapter=9,
        text="A channel has two numbers in the whole batch, `[3, 7]`. In training, batch norm "
        "makes `[-1, 1]` of them. `grad_output` is `[1, 0]`. What is the gradient of the first "
        "number?",
        answer=0.0,
        tolerance=0.01,
        right="Two different numbers always become -1 and 1, wherever they are. An output that "
        "never changes has the gradient 0.",
        typical={
            0.5: "That is `g / s`, with the root of the variance `s = 2`: the direct way only. The "
            "number also moves the mean and the variance.",
            0.25: "You have subtracted the mean of `g`. The number also moves the variance.",
            -0.25: "Look at the signs of the two terms: `y` of the first number is -1, and so is "
            "twice the mean of `g * y`.",
            1.0: "That is `grad_output` itself. Between the input and the output stand a mean and "
            "a division.",
        },
        other="What becomes of `[3, 7]`, of `[3.1, 7]` and of `[0, 100]`?",
    ),
    Choice(
        id="float32-drift",
        chapter=9,
        text="Two copies of the network, one with the backward by hand and one with PyTorch's, "
        "train in float32 with Adam (learning rate 0.001) on the same batches. Their gradients "
        "differ by rounding only. How far apart is the parameter that differs most, after 50 "
        "steps?",
        choices=(
            Wrong(
                "exactly 0",
                "The same sum in another order is rounded differently, and float32 has about 7 "
                "digits.",
            ),
            Wrong(
                "about 0.0000001, one rounding",
                "This would be so if nothing made a difference larger. Think of what Adam does to "
                "a small gradient.",
            ),
            Right(
                "more than 0.001, a whole step of Adam",
                "Adam divides by the size of the gradient, so tiny gradients make large steps. "
                "Then a ReLU or a maximum decides differently, and the copies part.",
            ),
            Wrong(
                "more than 10",
                "Each step of Adam moves a parameter by about 0.001, and there are 50 steps.",
            ),
        ),
    ),
    Choice(
        id="wrong-kernel-training",
        chapter=9,
        text="In all three convolutions, somebody forgets to turn the kernel around in the "
        "gradient of the input. The network learns the same 16 images for 40 steps of Adam. What "
        "does the loss do?",
        choices=(
            Wrong(
                "it stays where it was",
                "The last three layers and the last convolution get right gradients. They alone "
                "can learn a lot.",
            ),
            Wrong(
                "it rises",
                "The gradients of the first two convolutions are wrong, but they are small changes "
                "in some direction. The layers behind them learn to use what arrives.",
            ),
            Wrong(
                "it becomes nan",
                "A turned kernel has numbers of the same size as before. Nothing overflows.",
            ),
            Right(
                "it falls to nearly 0, as with the right backward",
                "The layers behind have right gradients, and the layers before make features that "
                "are good enough. A falling loss proves little.",
            ),
        ),
    ),
)
