"""The questions of chapter 8."""

from typing import Final

from byhand.labs._questions.question import Choice, Number, Question, Right, Wrong

QUESTIONS: Final[tuple[Question, ...]] = (
    Number(
        id="best-of-twenty",
        chapter=8,
        text="Twenty networks answer at random among ten classes. Each is measured on the same "
        "200 validation images. What accuracy does the best of the twenty show, roughly?",
        answer=0.14,
        tolerance=0.015,
        right="The mean of the twenty is 0.1. By luck some are above it, and you look at the one "
        "with the most luck.",
        typical={
            0.1: "That is the mean of the twenty. The best of them has been lucky on these 200 "
            "images.",
            0.2: "So much luck is rare: for one network it would be 40 right answers of 200, where "
            "20 are expected and 24 are common.",
            0.5: "Each answer is right with probability 0.1. With 200 images nobody is so lucky.",
        },
        other="Of 200 answers 20 are right on average, give or take 4. How far does the "
        "luckiest of twenty go?",
    ),
    Number(
        id="batches-in-an-epoch",
        chapter=8,
        text="There are 4,000 training images, and the batch size is 64. How many steps does one "
        "epoch have?",
        answer=63,
        tolerance=0.1,
        right="62 full batches hold 3,968 images. The last 32 make one more, smaller batch.",
        typical={
            62: "This is right with `drop_last=True`. Otherwise the 32 images that are left make a "
            "batch of their own.",
            62.5: "There is no half step. What happens to the images that do not fill a batch?",
            64: "That is the batch size.",
        },
        other="Divide 4,000 by 64, and think of the rest.",
    ),
    Choice(
        id="without-padding",
        chapter=8,
        text="The network has three times: convolution 5×5, then max-pooling by 2. The input has "
        "32 × 32 pixels. What happens if the padding is forgotten in all three convolutions?",
        choices=(
            Wrong(
                "nothing changes but the edges",
                "Without padding each convolution makes the map smaller by 4 pixels on each axis.",
            ),
            Wrong(
                "the last map has 1 × 1 pixels",
                "After the third *convolution* it has. Then one pooling is still to come.",
            ),
            Right(
                "it raises in the last pooling",
                "32, 28, 14, 10, 5, 1: the window of the last pooling, 2 × 2, does not fit.",
            ),
            Wrong(
                "it raises in the linear layer",
                "This would happen if the map were smaller than expected, but still there. Follow "
                "the sizes to the end.",
            ),
        ),
    ),
    Choice(
        id="most-parameters",
        chapter=8,
        text="Convolutions 5×5 with 3→32, 32→32 and 32→64 channels, then linear layers 1024→64 and "
        "64→10. Which layer has the most parameters?",
        choices=(
            Wrong(
                "the first convolution",
                "It sees the largest image, but the size of the image does not count: "
                "`32 * (3 * 25 + 1)` is 2,432.",
            ),
            Wrong("the second convolution", "`32 * (32 * 25 + 1)` is 25,632."),
            Wrong("the third convolution", "`64 * (32 * 25 + 1)` is 51,264. One layer has more."),
            Right(
                "the first linear layer",
                "`64 * (1024 + 1)` is 65,600, nearly half of all.",
            ),
        ),
    ),
    Number(
        id="first-loss",
        chapter=8,
        text="A network with ten classes has just been made, with small random weights. What is "
        "its cross-entropy on one image, roughly?",
        answer=2.3,
        tolerance=0.15,
        right="All ten probabilities are near `0.1`, and `-log(0.1)` is 2.303.",
        typical={
            1.0: "The cross-entropy is `-log(p)`. What is `p` if the network knows nothing?",
            0.1: "That is the probability of the right class. The loss is minus its logarithm.",
            10.0: "The number of classes goes through a logarithm.",
        },
        other="If the network knows nothing, each class has the probability 0.1.",
    ),
    Number(
        id="unequal-shares",
        chapter=8,
        text="Two processes have 48 and 16 images of a batch of 64. The gradients of their mean "
        "losses are averaged. How many times as much does an image of the second process count?",
        answer=3.0,
        tolerance=0.05,
        right="Each image counts with `1/2 * 1/48` in the first process and with `1/2 * 1/16` in "
        "the second.",
        typical={
            1.0: "It would be so if each process counted with its share of the images, 48/64 and "
            "16/64. The average gives both processes one half.",
            0.333: "The other way round: the second process has fewer images, and the same weight "
            "as the first.",
            2.0: "Two processes, but the question is how the half of each is dealt out to its "
            "images.",
        },
        other="Each process counts one half. It is divided among 48 images, or among 16.",
    ),
)
