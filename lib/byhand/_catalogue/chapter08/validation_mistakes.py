"""Wrong ways to validate after an epoch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from byhand._catalogue.chapter08.epoch_loops import Loop, Row, Simulated
from byhand._catalogue.chapter08.epoch_mistakes import (
    ALL,
    LOSS,
    RIGHT,
    fault,
    softmax_first,
    training_mistakes,
)
from byhand._checker.spec import Mistake

MEANS = (
    "Add up `loss.item() * len(labels)` and the number of right answers, and divide both by the "
    "number of all validation images."
)
SHARE = "The last batch has 3 images and the others 7. How much should each image count?"

Result = Callable[[list[Row]], tuple[float, float]]


def _returned(code: str, result: Result, message: str, step: str, hint: str) -> Mistake:
    formula = Simulated(replace(RIGHT, result=result), "returned")
    return Mistake(code, formula, message, step, hint, part="returned")


def _n(rows: list[Row]) -> int:
    return sum(row.n for row in rows)


def _loss(rows: list[Row]) -> float:
    return sum(row.loss * row.n for row in rows) / _n(rows)


def _right(rows: list[Row]) -> float:
    return sum(row.right for row in rows)


def _mean_mistakes() -> tuple[Mistake, ...]:
    return (
        _returned("mean-of-batch-means",
                  lambda rows: (sum(row.loss for row in rows) / len(rows),
                                sum(row.right / row.n for row in rows) / len(rows)),
                  "You average over the batches. An image of the smaller last batch then counts "
                  "more than the others.", MEANS, SHARE),
        _returned("last-batch-only", lambda rows: (rows[-1].loss, rows[-1].right / rows[-1].n),
                  "You return the number of the last validation batch alone.", MEANS,
                  "What happens to the numbers of the first batch when the second one comes?"),
        _returned("first-batch-only", lambda rows: (rows[0].loss, rows[0].right / rows[0].n),
                  "You return the number of the first validation batch alone. Look for a `return` "
                  "inside the loop.", MEANS, "After which batch does your function return?"),
        _returned("last-batch-left-out",
                  lambda rows: (_loss(rows[:-1]), _right(rows[:-1]) / _n(rows[:-1])),
                  "The last validation batch is left out. It is smaller, and it counts.", ALL,
                  SHARE),
        _returned("not-divided", lambda rows: (_loss(rows) * _n(rows), _right(rows)),
                  "You return a sum over the validation images. It is not divided by their "
                  "number.", MEANS, "What is the largest value that an accuracy can have?"),
        _returned("sum-of-batch-means",
                  lambda rows: (sum(row.loss for row in rows),
                                sum(row.right / row.n for row in rows)),
                  "You add up the means of the validation batches, and divide by nothing.", MEANS,
                  SHARE),
        _returned("divided-by-images-only",
                  lambda rows: (sum(row.loss for row in rows) / _n(rows),
                                sum(row.right / row.n for row in rows) / _n(rows)),
                  "You add up the means of the batches and divide by the number of images. Each "
                  "mean must first be multiplied by the size of its batch.", MEANS, SHARE),
        _returned("divided-by-batches",
                  lambda rows: (_loss(rows) * _n(rows) / len(rows), _right(rows) / len(rows)),
                  "You add up over images and divide by the number of batches.", MEANS, SHARE),
        _returned("equal-sizes-assumed",
                  lambda rows: (_loss(rows) * _n(rows) / len(rows) / rows[0].n,
                                _right(rows) / len(rows) / rows[0].n),
                  "You divide by the number of batches times the size of the first one. The last "
                  "one may be smaller.", MEANS, SHARE),
        _returned("equal-sizes-assumed",
                  lambda rows: (sum(row.loss for row in rows) * rows[0].n / _n(rows),
                                sum(row.right / row.n for row in rows) * rows[0].n / _n(rows)),
                  "Each batch is weighted with the size of the first one. The last one may be "
                  "smaller.", MEANS, SHARE),
        _returned("equal-sizes-assumed",
                  lambda rows: (sum(row.loss for row in rows) * rows[-1].n / _n(rows),
                                _right(rows) / len(rows) / rows[-1].n),
                  "The size of the last batch stands for the size of all of them.", MEANS, SHARE),
        _returned("divided-by-last-size",
                  lambda rows: (_loss(rows) * _n(rows) / rows[-1].n, _right(rows) / rows[-1].n),
                  "You divide by the size of the last batch, and not by the number of all images.",
                  MEANS, SHARE),
        _returned("accuracy-in-percent",
                  lambda rows: (_loss(rows), 100 * _right(rows) / _n(rows)),
                  "val_accuracy is in percent. This exercise asks for a share, from 0 to 1.",
                  "Leave out the factor 100.", "What is the largest value of a share?"),
        _returned("error-rate", lambda rows: (_loss(rows), 1 - _right(rows) / _n(rows)),
                  "val_accuracy is the share of wrong answers.", "Count where they are equal.",
                  "Which images does your comparison count?"),
    )  # fmt: skip


def _look_mistakes() -> tuple[Mistake, ...]:
    def looks(code: str, loop: Loop, message: str, step: str, hint: str) -> Mistake:
        formula = Simulated(loop, "returned")
        return Mistake(code, formula, message, step, hint, part="returned")

    extra = (
        "The training batches go through the model a second time in train mode. Each time batch "
        "normalisation updates its running statistics, and the validation uses them."
    )
    return (
        fault("validates-in-train-mode", replace(RIGHT, eval_mode=False), "returned"),
        looks("validates-on-training", replace(RIGHT, looks_at="train"),
              "The numbers are those of the training images.",
              "Go through `val_loader` after the training.", "What is the validation for?"),
        looks("validates-too-early", replace(RIGHT, early=True),
              "The numbers are those of the model before the training.",
              "Validate after the loop over the training batches.",
              "Which parameters does the model have when you validate?"),
        looks("validation-loss-with-softmax", replace(RIGHT, val_loss=softmax_first),
              "In the validation there is a softmax before the cross-entropy, which takes logits.",
              LOSS, "What does `F.cross_entropy` do first?"),
        looks("extra-forward", replace(RIGHT, extra="before"), extra,
              "Call `model(images)` once for each training batch.",
              "What does a forward in train mode change?"),
        looks("extra-forward", replace(RIGHT, extra="after"), extra,
              "Call `model(images)` once for each training batch.",
              "What does a forward in train mode change?"),
    )  # fmt: skip


def all_mistakes() -> tuple[Mistake, ...]:
    """The whole catalogue: training first, then the two numbers."""
    return (*training_mistakes(), *_look_mistakes(), *_mean_mistakes())
