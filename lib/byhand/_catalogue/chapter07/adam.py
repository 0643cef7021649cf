"""adam-step."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

import torch
from torch import Tensor
from torch.optim.adam import adam

from byhand._catalogue.chapter07.adam_mistakes import all_mistakes
from byhand._catalogue.chapter07.drawn import OUTPUTS, MakeSome, Params, like, step_probes, usual
from byhand._catalogue.chapter07.update_kind import Update, several, tracked
from byhand._checker.inputs import Inputs
from byhand._checker.spec import Args, Exercise, Ladder, Probe

Betas = tuple[float, float]
After = tuple[tuple[Tensor, ...], list[Tensor], list[Tensor]]

STEPS = (2, 3, 5, 4)
RATES = (0.3, 0.125, 0.7, 0.05)
BETAS: tuple[Betas, ...] = ((0.75, 0.875), (0.5, 0.9), (0.875, 0.75), (0.9, 0.625))
EPS = (0.25, 0.125, 0.5, 0.375)
"""Large, so that the place of eps shows."""
KIND = Update(
    "a function `f(params, means, squares, step, lr, betas, eps)` that changes the first three",
    parts=("value", "means", "squares", "cleared"),
    mutates=("params", "means", "squares"),
    states=("means", "squares"),
)


def pytorch(
    params: Params, means: Params, squares: Params, step: int, lr: float, betas: Betas, eps: float
) -> After:
    """PyTorch's own step on copies: the function under `torch.optim.Adam`."""
    after = [p.detach().clone() for p in params]
    first, second = [m.detach().clone() for m in means], [v.detach().clone() for v in squares]
    used = [k for k, p in enumerate(params) if p.grad is not None]
    grads = [g.clone() for p in params if (g := p.grad) is not None]
    counts = [torch.tensor(float(step - 1), device="cpu") for _ in used]
    adam([after[k] for k in used], grads, [first[k] for k in used], [second[k] for k in used],
         [], counts, lr=lr, beta1=betas[0], beta2=betas[1], eps=eps, weight_decay=0.0,
         amsgrad=False, maximize=False, foreach=False, fused=False)  # fmt: skip
    return tuple(after), first, second


def _arguments(inputs: Inputs, params: Params) -> Args:
    k = inputs.seed % len(STEPS)
    squares = [inputs.positive(*p.shape) + 4 for p in params]
    return params, like(inputs, params), squares, STEPS[k], RATES[k], BETAS[k], EPS[k]


def _at_first(betas: Betas, eps: float) -> MakeSome:
    """Zeros in both states, and step 1."""

    def drawn(_: Inputs, params: Params) -> Args:
        zeros = [torch.zeros_like(p.detach()) for p in params]
        return params, zeros, [z.clone() for z in zeros], 1, 0.125, betas, eps

    return drawn


def _late(inputs: Inputs, params: Params) -> Args:
    _, means, squares, _, lr, _, _ = _arguments(inputs, params)
    return params, means, squares, 1000, lr, (0.9, 0.999), 1e-8


def _again(args: Args, done: int) -> Args:
    params, means, squares, step, lr, betas, eps = args
    return params, means, squares, step + done, lr / 2**done, betas, eps


PROBES = (
    *step_probes(_arguments),
    Probe(
        "wrong-at-first",
        "the first step, with zeros in both states",
        usual(_at_first((0.9, 0.999), 1e-8)),
        "In the first step both corrections undo the zeros exactly: every number with a gradient "
        "moves by about lr.",
        "Divide by 1 − beta ** step, where step counts from 1.",
    ),
    Probe(
        "wrong-in-late-steps",
        "step 1000",
        usual(_late),
        "The numbers are right in the first few steps and wrong in step 1000.",
        "Look for a limit on `step`, and for a correction that is left out after some steps.",
        listed=False,
    ),
    several(
        usual(_at_first((0.75, 0.875), 0.125)),
        KIND,
        _again,
        pytorch,
        "Look for anything that is kept outside `means` and `squares`, such as a counter of your "
        "own.",
    ),
    tracked(usual(_arguments), KIND),
)


def step(stub: str, solution: str) -> Exercise:
    """One step of Adam."""
    return Exercise(
        id="adam-step",
        chapter=7,
        title="A step of Adam",
        level=3,
        skills=("in place", "state", "bias correction"),
        kind=KIND,
        name="adam_step",
        parameters=("params", "means", "squares", "step", "lr", "betas", "eps"),
        outputs=OUTPUTS,
        make=usual(_arguments),
        reference={
            "value": lambda *args: pytorch(*args)[0],
            "means": lambda *args: pytorch(*args)[1],
            "squares": lambda *args: pytorch(*args)[2],
            "cleared": lambda params, *rest: (None,) * len(params),
        },
        mistakes=all_mistakes(),
        probes=PROBES,
        dims=lambda params, means, squares, step, lr, betas, eps: {
            "lr": lr,
            "(1 − beta1)": 1 - betas[0],
            "(1 − beta2)": 1 - betas[1],
            "(1 − beta1 ** step)": 1 - betas[0] ** step,
            "(1 − beta2 ** step)": 1 - betas[1] ** step,
        },
        ladder=Ladder(
            "Before the first step both averages are zero. By how much is each too small after "
            "one step?",
            "Four lines for each parameter: the average of the gradients, the average of their "
            "squares, both corrected, and the step.",
            "m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g². With m̂ = m / (1 − β₁ᵗ) and "
            "v̂ = v / (1 − β₂ᵗ), t = step: w ← w − lr · m̂ / (√v̂ + eps).",
            "with torch.no_grad():\n    for p, m, v in zip(params, means, squares):\n"
            "        if p.grad is ...:\n            continue\n        m.mul_(...).add_(...)\n"
            "        v.mul_(...).add_(...)\n        m_hat = m / (1 - ...)\n"
            "        v_hat = v / (1 - ...)\n        p -= lr * m_hat / (...)\n"
            "        p.grad = ...",
        ),
        stub=stub,
        solution=solution,
    )
