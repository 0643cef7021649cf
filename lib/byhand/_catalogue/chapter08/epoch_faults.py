"""What a training loop may do wrongly, apart from its numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import torch
from torch import Tensor

from byhand._catalogue.chapter08.watched import Watch
from byhand._checker.spec import Finding
from byhand._checker.wording import a_kind_of


class Fault(NamedTuple):
    """A mistake in words."""

    message: str
    next_step: str
    hint: str


FAULTS = {
    "never-trained": Fault(
        "The parameters are as before the call: no loss was sent back, and the optimizer took no "
        "step.",
        "For each training batch: clear the gradients, compute the loss, `backward`, `step`.",
        "Which four things happen with each training batch?",
    ),
    "step-missing": Fault(
        "The parameters are as before the call: gradients were computed, and `optimizer.step()` "
        "was never called.",
        "Call `optimizer.step()` after `backward`, for each training batch.",
        "Who changes the parameters, and when?",
    ),
    "backward-missing": Fault(
        "The parameters are as before the call: the optimizer took its steps, and no loss was "
        "sent back, so `.grad` was empty.",
        "Call `loss.backward()` before `optimizer.step()`.",
        "What does `step` look at, and who fills it?",
    ),
    "step-too-early": Fault(
        "`step` changed the parameters between the forward and its `backward`, which needs the "
        "old ones.",
        "Keep the order: `zero_grad`, forward, `backward`, `step`.",
        "What does `step` look at, and who fills it?",
    ),
    "training-undone": Fault(
        "The optimizer moved the parameters, and after the call they are what they were before: "
        "something put them back.",
        "Leave the parameters as the last step made them: no `load_state_dict`, no copies.",
        "Who writes into the parameters after the last step?",
    ),
    "trains-without-autograd": Fault(
        "The model trains while autograd is switched off, so the loss has no graph and `backward` "
        "raises. Either `no_grad` reaches the training too, or an earlier validation switched "
        "autograd off and left it off.",
        "Put `with torch.no_grad():` around the validation alone. It ends with its block.",
        "For which of the two loops must autograd be on?",
    ),
    "loss-cut-off": Fault(
        "The loss that you send back has no graph, although the model's output has one: it was "
        "cut on the way, and `backward` raises.",
        "Call `backward` on the loss itself. `.item()`, `.detach()`, `.data` and `torch.tensor` "
        "cut it.",
        "At which line does the loss stop being a tensor that knows its history?",
    ),
    "step-without-gradients": Fault(
        "The parameters are as before the call: at each step `.grad` was empty. Either it was "
        "cleared between `backward` and `step`, or `step` came before `backward`.",
        "Keep the order: `zero_grad`, forward, `backward`, `step`.",
        "What does `.grad` hold at the moment of the step?",
    ),
    "trains-on-validation": Fault(
        "The optimizer takes steps along gradients of validation images. After that they say "
        "nothing about images that the model has not seen.",
        "Leave `backward` and `step` out of the validation.",
        "What is the validation for?",
    ),
    "backward-in-validation": Fault(
        "A loss of validation images is sent back. Validation only looks: its gradients stay in "
        "`.grad` and reach the next step.",
        "Leave `backward` out of the validation, and put it under `with torch.no_grad():`.",
        "What is the validation for?",
    ),
    "trains-in-eval-mode": Fault(
        "The model is in eval mode while it trains: batch normalisation uses its running "
        "statistics and does not update them.",
        "Call `model.train()` before the loop over the training batches.",
        "In which mode must the model be for each of the two loops?",
    ),
    "not-back-to-train": Fault(
        "The first epoch is right. In the second one the model trains in eval mode: the first "
        "call left it there.",
        "Call `model.train()` at the beginning of each call.",
        "In which mode is the model when your function is called for the second time?",
    ),
    "validates-in-train-mode": Fault(
        "The model is in train mode while it validates: batch normalisation mixes the images of "
        "a validation batch, and updates its running statistics with them.",
        "Call `model.eval()` before the loop over the validation batches. `torch.no_grad()` does "
        "not do it.",
        "In which mode must the model be for each of the two loops?",
    ),
    "graph-kept": Fault(
        "The val_loss that you return requires a gradient: it holds the graphs of all validation "
        "batches in memory.",
        "Put the validation under `with torch.no_grad():`, and add up `loss.item()`.",
        "What does a loss tensor hold besides its number?",
    ),
    "gradients-recorded": Fault(
        "The numbers are right, and autograd records a graph for each validation batch, which "
        "costs time and memory and is never used.",
        "Put the loop under `with torch.no_grad():`. `model.eval()` does not do it.",
        "What does autograd do during your validation?",
    ),
}


def finding(code: str, evidence: str) -> Finding:
    """The finding of a fault, with what was seen."""
    fault = FAULTS[code]
    return Finding(code, fault.message, fault.next_step, evidence)


def fault(watch: Watch, unchanged: bool, epoch: int) -> Finding | None:
    """The first fault of one epoch.

    Args:
        watch: what happened in this epoch.
        unchanged: whether the parameters are as before.
        epoch: 0 for the first epoch.
    """
    train = [call for call in watch.of("train") if call.backwards]
    if unchanged:
        return standing_still(watch, bool(train))
    for call in watch.of("val"):
        if call.backwards:
            code = "trains-on-validation" if watch.steps > call.steps else "backward-in-validation"
            return finding(code, f"a batch of {call.count} validation images")
    in_eval = [call for call in train if not call.training]
    if in_eval:
        code = "not-back-to-train" if epoch else "trains-in-eval-mode"
        return finding(code, f"{len(in_eval)} of {len(train)} training batches")
    in_train = [call for call in watch.of("val") if call.training]
    if in_train:
        shown = f"{len(in_train)} of {len(watch.of('val'))} validation batches"
        return finding("validates-in-train-mode", shown)
    return None


def standing_still(watch: Watch, sent_back: bool) -> Finding:
    """Why the parameters are what they were.

    Args:
        watch: what happened.
        sent_back: whether a loss of training images was sent back.
    """
    if watch.moved:
        return finding("training-undone", f"{watch.steps} steps")
    counted = f"{watch.steps} steps, {watch.events.count('backward')} backwards"
    if watch.steps:
        return finding("step-without-gradients" if sent_back else "backward-missing", counted)
    if any(call.backwards for call in watch.forwards):
        return finding("step-missing", counted)
    return finding("never-trained", counted)


def explained(error: Exception, watch: Watch) -> Finding | None:
    """Why `backward` raised, where the calls before it say so."""
    text = str(error)
    calls = [event for event in watch.events if event in ("forward", "backward", "step")]
    calls = calls[:-1] if calls[-1:] == ["backward"] else calls  # the one that failed on its way
    if "modified by an inplace operation" in text and calls[-2:] == ["forward", "step"]:
        code = "step-too-early"
    elif "does not require grad" in text and watch.forwards:
        code = "loss-cut-off" if watch.forwards[-1].recorded else "trains-without-autograd"
    else:
        return None
    shown = f"{type(error).__name__}: {text[:80]} …"
    return replace(finding(code, shown), status="crashed")


def two_numbers(returned: Any, dtype: torch.dtype) -> tuple[Tensor, ...] | Finding:
    """val_loss and val_accuracy as tensors; a finding where something else came back."""
    if returned is None:
        return Finding(
            "returned-none",
            "Your function returns None. Two numbers are expected: (val_loss, val_accuracy).",
            "End with `return val_loss, val_accuracy`.",
        )
    if type(returned) not in (tuple, list) or len(returned) != 2:
        return Finding(
            "wrong-count",
            f"You return {a_kind_of(returned)}. Two numbers are expected: "
            "(val_loss, val_accuracy).",
            "End with `return val_loss, val_accuracy`.",
        )
    found = []
    for name, value in zip(("val_loss", "val_accuracy"), returned, strict=True):
        number = _number(value)
        if number is None:
            return Finding(
                "not-a-number",
                f"{name} is {a_kind_of(value)}, not a number.",
                "Call `.item()` on a tensor that holds one number; look for a missing sum or mean.",
            )
        found.append(torch.tensor(number, dtype=dtype, device="cpu"))
    return tuple(found)


def _number(value: Any) -> float | None:
    if isinstance(value, bool | str | bytes | bytearray | complex):
        return None
    try:
        return float(value.detach() if isinstance(value, Tensor) else value)
    except (TypeError, ValueError, RuntimeError, OverflowError):
        return None
