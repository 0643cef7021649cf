"""Wrong times to clear and to step, and batches that take no part."""

# ruff: noqa: ARG005  (every rule takes the same arguments, used or not)

from __future__ import annotations

from dataclasses import replace

from byhand._catalogue.chapter08.accumulate_loops import RIGHT, Simulated, Weights, in_order
from byhand._catalogue.chapter08.accumulate_mistakes import slip, weight_mistakes
from byhand._catalogue.chapter08.drawn import Batch
from byhand._catalogue.chapter08.epoch_faults import FAULTS
from byhand._checker.spec import Mistake

END = "Let the last step take what is left: `batches[k : k + per_step]` may be shorter."
LEFT = "With 5 batches and 2 for each step: what happens to the last batch?"


def _clear_mistakes() -> tuple[Mistake, ...]:
    kept = "What does `.grad` hold at the moment of the step, and from which batches?"
    clear = "Clear the gradients once for each step: before its first batch, or after the step."
    inside = "`zero_grad` runs for each batch, so a step sees the gradient of its last batch only"
    never = "The gradients are never cleared between the steps: each one follows the sum of all "
    return (
        slip("cleared-in-loop", replace(RIGHT, clears="batch"), f"{inside}.", clear, kept),
        slip("cleared-in-loop",
                 replace(RIGHT, clears="batch", weights=lambda s: [1 / s.per_step] * len(s.group)),
                 f"{inside}, divided by per_step.", clear, kept),
        slip("cleared-in-loop",
                 replace(RIGHT, clears="batch", weights=lambda s: [1.0] * len(s.group)),
                 f"{inside}, with the weight 1.", clear, kept),
        slip("never-cleared", replace(RIGHT, clears="never"), f"{never}gradients so far.",
                 clear, kept),
        slip("never-cleared",
                 replace(RIGHT, clears="never", weights=lambda s: [1 / s.per_step] * len(s.group)),
                 f"{never}gradients so far. Besides, each mean loss is divided by per_step, "
                 "whatever the size of its batch.", clear, kept),
    )  # fmt: skip


def _step_mistakes() -> tuple[Mistake, ...]:
    when = "How many steps does an epoch of 5 batches have, with 2 for each step?"
    each = "Call `optimizer.step()` once for each group of per_step batches."
    still = FAULTS["step-missing"]
    return (
        slip("no-accumulation",
                 replace(RIGHT, clears="batch", steps="batch",
                         weights=lambda s: [1.0] * len(s.group)),
                 "There is a step for each batch, along its own gradient: nothing is collected.",
                 each, when),
        slip("no-accumulation", replace(RIGHT, clears="batch", steps="batch"),
                 "There is a step for each batch, along its share of the gradient. The second "
                 "batch is seen with parameters that have moved already.", each, when),
        slip("no-accumulation",
                 replace(RIGHT, clears="batch", steps="batch",
                         weights=lambda s: [1 / s.per_step] * len(s.group)),
                 "There is a step for each batch, along its gradient divided by per_step. The "
                 "second batch is seen with parameters that have moved already.", each, when),
        slip("step-in-loop", replace(RIGHT, steps="batch"),
                 "`optimizer.step()` runs for each batch, and `zero_grad` once for each group: "
                 "the gradient of the first batch is used again and again.", each, when),
        slip("step-in-loop",
                 replace(RIGHT, steps="batch", weights=lambda s: [1 / s.per_step] * len(s.group)),
                 "`optimizer.step()` runs for each batch, and `zero_grad` once for each group: "
                 "the gradient of the first batch is used again and again. Besides, each mean "
                 "loss is divided by per_step, whatever the size of its batch.", each, when),
        slip("one-step-per-epoch",
                 replace(RIGHT, groups=lambda batches, per_step: [batches]),
                 "There is one step for the whole epoch. per_step says after how many batches a "
                 "step is due.", each, when),
        slip("one-step-per-epoch", replace(RIGHT, clears="never", steps="end"),
                 "There is one step at the end of the epoch, along the sum of the gradients of "
                 "all groups.", each, when),
        slip("one-step-per-epoch", replace(RIGHT, steps="end"),
                 "There is one step at the end of the epoch, along the gradient of the last "
                 "group.", each, when),
        Mistake("step-missing", Simulated(replace(RIGHT, steps="never")), *still, part="trained"),
    )  # fmt: skip


def _full_only(batches: list[Batch], per_step: int) -> list[list[Batch]]:
    return [group for group in in_order(batches, per_step) if len(group) == per_step]


def _late(batches: list[Batch], per_step: int) -> list[list[Batch]]:
    """Steps where the index is a multiple of per_step, so after the first batch."""
    return [batches[:1], *in_order(batches[1:], per_step)]


def _late_full_only(batches: list[Batch], per_step: int) -> list[list[Batch]]:
    return [batches[:1], *_full_only(batches[1:], per_step)]


def _group_mistakes() -> tuple[Mistake, ...]:
    dropped = "The batches behind the last full group take no part: there is no step for them."
    early = (
        "The first step comes after the first batch, and the others per_step batches later: "
        "k % per_step is 0 for k = 0."
    )
    count = "Test `(k + 1) % per_step == 0`, or cut the list into groups."
    zero = "What is k % per_step for the first batch, k = 0?"
    divided: Weights = lambda s: [1 / s.per_step] * len(s.group)  # noqa: E731
    besides = " Besides, each mean loss is divided by per_step, whatever the size of its batch."
    alone: Weights = lambda s: [1.0] * len(s.group)  # noqa: E731
    added = " Besides, the mean losses are added, and nothing is divided."
    return (
        slip("last-group-skipped", replace(RIGHT, groups=_full_only), dropped, END, LEFT),
        slip("last-group-skipped", replace(RIGHT, groups=_full_only, weights=divided),
                 dropped + besides, END, LEFT),
        slip("last-group-skipped", replace(RIGHT, groups=_full_only, weights=alone),
                 dropped + added, END, LEFT),
        slip("step-too-early", replace(RIGHT, groups=_late), early, count, zero),
        slip("step-too-early", replace(RIGHT, groups=_late, weights=divided), early + besides,
                 count, zero),
        slip("step-too-early", replace(RIGHT, groups=_late_full_only, weights=divided),
                 early + besides + " The batches behind the last step take no part.", count, zero),
        slip("step-too-early", replace(RIGHT, groups=_late_full_only),
                 early + " The batches behind the last step take no part.", count, zero),
        slip("first-group-only",
                 replace(RIGHT, groups=lambda batches, per_step: [batches[:per_step]]),
                 "Only the first group of batches is used. Look for a `return` or `break`.",
                 "Go through all batches.", LEFT),
        slip("last-batch-left-out",
                 replace(RIGHT, groups=lambda batches, k: in_order(batches[:-1], k)),
                 "The last batch of the epoch is left out.", "Go through all batches.", LEFT),
        slip("first-of-each-group",
                 replace(RIGHT, groups=lambda batches, k: [[b] for b in batches[::k]]),
                 "Of each group only the first batch is used.",
                 "Go through all batches of the group.", LEFT),
    )  # fmt: skip


def all_mistakes() -> tuple[Mistake, ...]:
    """The whole catalogue."""
    return (
        *weight_mistakes(),
        *_clear_mistakes(),
        *_step_mistakes(),
        *_group_mistakes(),
    )
