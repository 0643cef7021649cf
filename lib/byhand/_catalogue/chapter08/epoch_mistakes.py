"""Wrong ways to train for an epoch."""

from __future__ import annotations

from dataclasses import replace

import torch.nn.functional as F
from torch import Tensor

from byhand._catalogue.chapter08.epoch_faults import FAULTS
from byhand._catalogue.chapter08.epoch_loops import Loop, Simulated
from byhand._checker.spec import Mistake

RIGHT = Loop()
ORDER = "For each training batch: `zero_grad`, forward, `backward`, `step`, each of them once."
ALL = "Go through all batches of the loader."
LOSS = "Use `F.cross_entropy(model(images), labels)`: logits in, the mean over the batch out."


def softmax_first(logits: Tensor, labels: Tensor) -> Tensor:
    """Cross-entropy of probabilities."""
    return F.cross_entropy(logits.softmax(1), labels)


def summed(logits: Tensor, labels: Tensor) -> Tensor:
    """The sum over the batch."""
    return F.cross_entropy(logits, labels, reduction="sum")


def _trained(code: str, loop: Loop, message: str, step: str, hint: str) -> Mistake:
    return Mistake(code, Simulated(loop, "trained"), message, step, hint, part="trained")


def fault(code: str, loop: Loop, part: str) -> Mistake:
    """A mistake that is recognised by what happens; its numbers are known all the same."""
    words = FAULTS[code]
    return Mistake(
        code, Simulated(loop, part), words.message, words.next_step, words.hint, part=part
    )


def step_mistakes() -> tuple[Mistake, ...]:
    held = "What does `.grad` hold when the second batch has been sent back?"
    when = "How many steps does the optimizer take in one epoch?"
    return (
        _trained("zero-grad-missing", replace(RIGHT, clears=False),
                 "The gradients are not cleared between the batches: each step follows the sum of "
                 "all gradients so far.", "Call `optimizer.zero_grad()` for each batch, before "
                 "`backward`.", held),
        fault("step-missing", replace(RIGHT, update="never"), "trained"),
        _trained("one-step-per-epoch", replace(RIGHT, update="end"),
                 "The optimizer takes one step, along the gradient of the last batch alone: `step` "
                 "stands behind the loop, or all of its lines do.",
                 f"Put `optimizer.step()` into the loop. {ORDER}", when),
        _trained("one-step-per-epoch", replace(RIGHT, update="end", clears=False),
                 "The optimizer takes one step at the end of the epoch, along the sum of all "
                 "gradients.", f"Put `optimizer.step()` into the loop. {ORDER}", when),
        _trained("steps-twice", replace(RIGHT, update="twice"),
                 "The optimizer takes two steps for each batch, along the same gradient.", ORDER,
                 when),
        _trained("wrong-sign", replace(RIGHT, loss=lambda x, t: -F.cross_entropy(x, t)),
                 "The steps make the loss larger: the sign is wrong.",
                 "Send back the loss itself, not its negative.", "Which way does `step` go?"),
        fault("trains-in-eval-mode", replace(RIGHT, train_mode=False), "trained"),
        fault("trains-on-validation", replace(RIGHT, also=True), "trained"),
    )  # fmt: skip


def loss_mistakes() -> tuple[Mistake, ...]:
    ask = "Which number is sent back, and what is it the mean of?"
    return (
        _trained("loss-summed", replace(RIGHT, loss=summed),
                 "The loss is the sum over the batch, in place of the mean: the steps grow with "
                 "the size of the batch.", LOSS, ask),
        _trained("loss-divided-again",
                 replace(RIGHT, loss=lambda x, t: F.cross_entropy(x, t) / len(t)),
                 "The loss is divided by the size of the batch. It is a mean already.", LOSS, ask),
        _trained("softmax-before-loss", replace(RIGHT, loss=softmax_first),
                 "There is a softmax before the cross-entropy, which takes logits and applies "
                 "softmax itself.", LOSS, "What does `F.cross_entropy` do first?"),
    )  # fmt: skip


def batch_mistakes() -> tuple[Mistake, ...]:
    ask = "How many batches does one epoch have?"
    first = "Only the first training batch is used. Look for a `return` or `break` in the loop."
    return (
        _trained("trains-on-first-batch", replace(RIGHT, batches=lambda batches: batches[:1]),
                 first, ALL, ask),
        _trained("training-batch-left-out", replace(RIGHT, batches=lambda batches: batches[:-1]),
                 "The last training batch is left out. It is smaller, and it counts.", ALL, ask),
        _trained("training-batch-left-out", replace(RIGHT, batches=lambda batches: batches[1:]),
                 "The first training batch is left out.", ALL, ask),
        _trained("two-epochs", replace(RIGHT, batches=lambda batches: batches * 2),
                 "The training batches are used twice. This function is one epoch.",
                 "Leave out the loop over epochs.", ask),
        _trained("several-steps-on-one-batch",
                 replace(RIGHT, batches=lambda batches: [b for b in batches for _ in range(2)]),
                 "Each training batch is used twice, one time after the other.", ORDER, ask),
    )  # fmt: skip


def training_mistakes() -> tuple[Mistake, ...]:
    """What shows in the parameters."""
    return (*step_mistakes(), *loss_mistakes(), *batch_mistakes())
