"""The engine with other forms of exercises, and its patterns without any catalogue."""

# ruff: noqa: ARG005  (an answer takes all arguments of its exercise, used or not)

from __future__ import annotations

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.autograd import Function

from byhand._checker.api import judge
from byhand._checker.compare import close, worst_entry
from byhand._checker.inputs import SHAPES, Inputs
from byhand._checker.spec import Band, Exercise
from byhand._checker.wording import entry, number
from tests.unit import checker_toys as toys


def stable(g: Any, p: Any) -> Any:
    return p * (g - (g * p).sum(-1, keepdim=True))


class Clamp(Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, lo: float, hi: float) -> Tensor:
        ctx.save_for_backward(x)
        ctx.limits = lo, hi
        return x.clamp(lo, hi)

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> Any:
        (x,) = ctx.saved_tensors
        lo, hi = ctx.limits
        return grad_output * ((x >= lo) & (x <= hi)), None, None


class ForgetsNone(Clamp):
    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> Any:
        return Clamp.backward(ctx, grad_output)[0]


class PassesAll(Clamp):
    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> Any:
        return grad_output, None, None


class GradientForANumber(Clamp):
    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> Any:
        first = Clamp.backward(ctx, grad_output)[0]
        return first, first.sum(), None


def step(params: list[Tensor], lr: float, clear: bool = True, sign: float = 1.0) -> None:
    with torch.no_grad():
        for p in params:
            assert p.grad is not None
            p -= sign * lr * p.grad
            if clear:
                p.grad = None


def rebinds(params: list[Tensor], lr: float) -> None:
    for k, p in enumerate(params):
        assert p.grad is not None
        params[k] = p - lr * p.grad
        p.grad = None


def zeroes(params: list[Tensor], lr: float) -> None:
    step(params, lr, clear=False)
    for p in params:
        assert p.grad is not None
        p.grad.zero_()


def outside_no_grad(params: list[Tensor], lr: float) -> None:
    for p in params:
        assert p.grad is not None
        p -= lr * p.grad


def conv(g: Any, w: Any, padding: int) -> Any:
    return F.conv_transpose2d(g, w, padding=padding)


def entropy(g: Any, z: Any, t: Any) -> Any:
    return g * (z.softmax(-1) - F.one_hot(t, z.shape[-1])) / len(z)


CASES: list[tuple[Exercise, Any, str | None]] = [
    (toys.softmax(), stable, None),
    (toys.softmax(), lambda g, p: torch.einsum("bi,bij->bj", g, torch.diag_embed(p)) - p
     * (g * p).sum(-1, keepdim=True), None),
    (toys.softmax(), lambda g, p: g * p * (1 - p), "off-diagonal-missing"),
    (toys.softmax(), lambda g, p: p * (g - (g * p).sum(0)), "samples-mixed"),
    (toys.softmax(), lambda g, p: p * (1 - p), "missing-grad-output"),
    (toys.softmax(), lambda g, p: -stable(g, p), "wrong-sign"),
    (toys.softmax(), lambda g, p: stable(g, p) / len(p), "constant-factor"),
    (toys.softmax(), lambda g, p: stable(g, p).T, "transposed"),
    (toys.softmax(), lambda g, p: stable(g, p).sum(0), "summed"),
    (toys.softmax(), lambda g, p: stable(g**2, p), "not-linear-in-grad-output"),
    (toys.softmax(), lambda g, p: g * p, "not-recognised"),
    (toys.center(), lambda g, x: g - g.mean(0), None),
    (toys.center(), lambda g, x: (g - g.mean(0)) * x, "not-recognised"),
    (toys.broadcast_add(), lambda g, a, b: (g, g.sum(0)), None),
    (toys.broadcast_add(), lambda g, a, b: [g.clone(), torch.ones(len(g)).to(g) @ g], None),
    (toys.broadcast_add(), lambda g, a, b: (g, g), "unsummed-broadcast"),
    (toys.broadcast_add(), lambda g, a, b: (g, g.sum(0, keepdim=True)), "extra-dimension"),
    (toys.broadcast_add(), lambda g, a, b: (g.sum(0), g), "swapped-outputs"),
    (toys.broadcast_add(), lambda g, a, b: (g, g.mean(0)), "constant-factor"),
    (toys.broadcast_add(), lambda g, a, b: (g, None), "returned-none"),
    (toys.cross_entropy(), entropy, None),
    (toys.cross_entropy(), lambda g, z, t: entropy(g, z, t) * len(z), "constant-factor"),
    (toys.cross_entropy(), lambda g, z, t: entropy(1.0, z, t), "missing-grad-output"),
    (toys.cross_entropy(), lambda g, z, t: (entropy(g, z, t), t.zero_())[0], "changed-input"),
    (toys.conv_input(), conv, None),
    (toys.conv_input(), lambda g, w, p: conv(g, w.flip(2, 3), p), "not-recognised"),
    (toys.conv_input(), lambda g, w, p: conv(g, w, 0), "right-in-some-cases"),
    (toys.conv_input(), lambda g, w, p: F.conv2d(g, w), "raised"),
    (toys.stable_softmax(), lambda x: x.softmax(-1), None),
    (toys.stable_softmax(), lambda x: (x - x.amax(-1, keepdim=True)).exp()
     / (x - x.amax(-1, keepdim=True)).exp().sum(-1, keepdim=True), None),
    (toys.stable_softmax(), lambda x: x.softmax(0), "not-recognised"),
    (toys.stable_softmax(), lambda x: x.detach().softmax(-1), "cut-graph"),
    (toys.stable_softmax(), lambda x: x.log_softmax(-1), "not-recognised"),
    (toys.clamp(), Clamp, None),
    (toys.clamp(), ForgetsNone, "wrong-count"),
    (toys.clamp(), PassesAll, "not-recognised"),
    (toys.clamp(), GradientForANumber, "unneeded-gradient"),
    (toys.sgd(), step, None),
    (toys.sgd(), zeroes, None),
    (toys.sgd(), lambda params, lr: step(params, lr, clear=False), "not-cleared"),
    (toys.sgd(), lambda params, lr: step(params, lr, sign=-1.0), "not-recognised"),
    (toys.sgd(), rebinds, "unchanged"),
    (toys.sgd(), outside_no_grad, "missing-no-grad"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("exercise", "answer", "code"),
    CASES,
    ids=[f"{k}-{c[0].id}-{c[2]}" for k, c in enumerate(CASES)],
)
def test_other_forms(exercise: Exercise, answer: Any, code: str | None) -> None:
    result = judge(exercise, answer)
    assert result.mistake == code, str(result)
    assert bool(result) == (code is None)


def test_tolerance_is_relative_to_the_largest_entry() -> None:
    want = torch.tensor([1.0, 1e-9])
    assert close(torch.tensor([1.0, 2e-7]), want, 1e-6)  # elementwise this is 200 times too large
    assert not close(torch.tensor([1.0, 2e-6]), want, 1e-6)
    assert not close(torch.tensor([1.0, float("nan")]), want, 1e-6)
    assert not close(torch.tensor([1.0]), want, 1e-6)
    assert close(torch.zeros(3), torch.zeros(3), 1e-6)
    assert not close(torch.full((3,), 1e-6), torch.zeros(3), 1e-6)


@given(position=st.floats(0, 1), beyond=st.floats(1e-4, 10))
def test_band_accepts_all_between(position: float, beyond: float) -> None:
    band = Band(torch.tensor([-2.0]), torch.tensor([3.0]))
    assert close(torch.tensor([-2.0 + 5 * position]), band, 1e-6)
    assert not close(torch.tensor([3.0 + beyond]), band, 1e-6)
    assert not close(torch.tensor([-2.0 - beyond]), band, 1e-6)


def test_evidence_names_the_first_of_the_worst_entries() -> None:
    want = torch.tensor([[0.2, -0.84], [0.84, 0.3]])
    assert entry(worst_entry(want / 2, want)) == (
        "at [0, 1]: yours −0.42, expected −0.84 (ratio 0.5 everywhere)"
    )
    got = want.clone()
    got[1, 1] = 0.4
    assert entry(worst_entry(got, want), "gx") == "gx at [1, 1]: yours 0.4, expected 0.3"
    assert number(-0.0) == "0"
    near = entry(worst_entry(torch.tensor(1.0000071), torch.tensor(1.0)))
    assert near == "yours 1.00001, expected 1"


@pytest.mark.parametrize("seed", range(12))
def test_inputs_discriminate(seed: int) -> None:
    inputs = Inputs(seed)
    x, t = inputs.values(3, 5, 7), inputs.targets(3, 5, 7)
    assert torch.equal(x, Inputs(seed).values(3, 5, 7))
    assert not torch.equal(x, Inputs(seed + 1).values(3, 5, 7))
    assert bool((x != t).all())
    assert bool((x != 0).all())
    assert torch.equal(x, x.float().double())  # exact in float32 too
    g = inputs.grad_scalar()
    assert abs(float(g)) not in (0.0, 1.0)
    assert float(Inputs(0).grad_scalar()) == 1.7
    sizes = [size for one in SHAPES for size in one]
    assert set(sizes) <= {3, 5, 7, 11}
    assert all(len(set(one)) == len(one) for one in SHAPES)
