"""The lab of cross-entropy as a reader handles it, and what PyTorch says about its numbers.

In float64: p, the loss and p − y. In float32: each step of the naive and of the stable form,
with inf and nan exactly where PyTorch has them.
"""

import math
from collections.abc import Sequence
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from playwright.sync_api import Locator

from byhand.labs.cross_entropy import naive_steps, stable_steps
from tests.web.lab_logits import TOLERANCE, put

SMALLEST_NORMAL = torch.finfo(torch.float32).tiny
ROUNDED_TO_ZERO = 2.0**-150
READ = """(lab) => {
  const exact = (name) => [...lab.querySelectorAll(`[data-name=${name}]`)].map((node) => Number(node.dataset.value));
  const shown = (name) => Number(lab.elements[name].closest("label").querySelector(".bh-number").dataset.value);
  const steps = (form) => {
    const found = {};
    for (const cell of lab.querySelectorAll(`[data-name^=${form}-]`))
      (found[cell.dataset.name.slice(form.length + 1)] ??= []).push([cell.dataset.value, cell.innerText]);
    return found;
  };
  return {
    logits: ["x0", "x1", "x2"].map(shown), target: Number(lab.elements.target.value),
    scale: Number(lab.elements.scale.value), naive: lab.elements.naive.checked,
    p: exact("p"), gradient: exact("gradient"), loss: exact("loss")[0],
    naive_steps: steps("naive"), stable_steps: steps("stable"),
    why: lab.querySelector("[data-name=why]").innerText.replaceAll("\\u00a0", " "),
  };
}"""  # noqa: E501


def read(lab: Locator) -> dict[str, Any]:
    """Every number that the lab shows, at full precision."""
    shown: dict[str, Any] = lab.evaluate(READ)
    return shown


def set_logits(lab: Locator, logits: Sequence[float], target: int) -> None:
    """Choose the smallest scale that these logits fit into, and move the sliders."""
    scale = next(one for one in (1, 10, 100) if max(map(abs, logits)) <= 10 * one)
    for i in range(3):
        put(lab, f"x{i}", 0)
    lab.locator(f"input[name=scale][value='{scale}']").check()
    for i, value in enumerate(logits):
        put(lab, f"x{i}", value)
    lab.locator(f"input[name=target][value='{target}']").check()


def assert_agrees(shown: dict[str, Any]) -> None:
    """Compare the numbers in float64 with those of PyTorch's cross_entropy."""
    logits = torch.tensor(shown["logits"], dtype=torch.float64, requires_grad=True)
    loss = F.cross_entropy(logits, torch.tensor(shown["target"]))
    (gradient,) = torch.autograd.grad(loss, logits)
    expected = {
        "p": torch.softmax(logits, 0).tolist(),
        "loss": loss.item(),
        "gradient": gradient.tolist(),
    }
    for name, numbers in expected.items():
        assert shown[name] == pytest.approx(numbers, rel=TOLERANCE, abs=TOLERANCE), name


def assert_steps_agree(shown: dict[str, Any]) -> None:
    """Compare each step in float32 with PyTorch's: inf and nan exactly, the rest to 1e-6.

    Below the smallest normal float32 there are few digits, and an exp that is rounded otherwise
    differs in the last of them: there, only finite or not is compared.
    """
    logits, target = shown["logits"], shown["target"]
    forms = {"naive": naive_steps(logits, target), "stable": stable_steps(logits, target)}
    for form, expected in forms.items():
        few_digits = form == "naive" and any(
            ROUNDED_TO_ZERO < one < SMALLEST_NORMAL
            for e, p in zip(expected["e"], expected["p"], strict=True)
            for one in (e, p, p / expected["s"] if expected["s"] else 0)
        )
        for step, wanted in expected.items():
            cells = shown[f"{form}_steps"][step]
            wanted = wanted if isinstance(wanted, list) else [wanted]
            assert len(cells) == len(wanted)
            for (value, written), number in zip(cells, wanted, strict=True):
                where = f"{form} {step} of {logits}, class {target}: {value}, not {number}"
                found = float(value.replace("Infinity", "inf"))
                if math.isfinite(number) and few_digits:
                    assert math.isfinite(found), where
                    continue
                close = pytest.approx(number, rel=TOLERANCE, abs=TOLERANCE, nan_ok=True)
                assert found == close, where
                if not math.isfinite(number):
                    assert written == str(number).replace("-", "−"), where
