"""Wrong ways to collect, to limit and to compute gradients, by the names they get."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# ruff: noqa: ARG005, B905  (answers use what they need, as readers do)

from __future__ import annotations

from typing import Any

import torch


def collect(scale, clear=False, after=None):
    """A loop over the batches with another factor of the loss."""

    def answer(params, mean_loss, batches):
        sizes = [len(x) for x, _ in batches]
        for k, (x, target) in enumerate(batches):
            if clear:
                for p in params:
                    p.grad = None
            (mean_loss(params, x, target) * scale(k, sizes)).backward()
            if after is not None:
                for p in params:
                    if p.grad is not None:
                        after(p, sizes)

    return answer


def right(k, sizes):
    return sizes[k] / sum(sizes)


def concatenates(params, mean_loss, batches):
    x, target = (torch.cat(parts) for parts in zip(*batches))
    mean_loss(params, x, target).backward()


def returns_gradients(params, mean_loss, batches):
    n = sum(len(x) for x, _ in batches)
    total = sum(mean_loss(params, x, t) * len(x) for x, t in batches) / n
    return torch.autograd.grad(total, params)


def never_goes_back(params, mean_loss, batches):
    return sum(mean_loss(params, x, t) for x, t in batches)


def clears_after(params, mean_loss, batches):
    collect(right)(params, mean_loss, batches)
    for p in params:
        p.grad = None


def steps_too(params, mean_loss, batches):
    collect(right)(params, mean_loss, batches)
    with torch.no_grad():
        for p in params:
            if p.grad is not None:
                p -= 0.1 * p.grad


def steps_in_the_loop(params, mean_loss, batches):
    collect(right, after=lambda p, sizes: p.data.sub_(0.1 * p.grad))(params, mean_loss, batches)


def adds_up_losses(params, mean_loss, batches):
    total, n = 0, sum(len(x) for x, _ in batches)
    for x, target in batches:
        total = total + mean_loss(params, x, target) * len(x) / n
        total.backward(retain_graph=True)


def returns_in_the_loop(params, mean_loss, batches):
    for x, target in batches:
        mean_loss(params, x, target).backward()
        return


def graph_cut(params, mean_loss, batches):
    with torch.no_grad():
        for x, target in batches:
            mean_loss(params, x, target).backward()


def averages(params, mean_loss, batches):
    collect(lambda k, sizes: 1.0)(params, mean_loss, batches)
    for p in params:
        if p.grad is not None:
            p.grad /= len(batches)


def on_copies(params, mean_loss, batches):
    copies = [p.detach().clone().requires_grad_() for p in params]
    collect(right)(copies, mean_loss, batches)


def clears_what_is_none(params, mean_loss, batches):
    for p in params:
        p.grad.zero_()
    collect(right)(params, mean_loss, batches)


def begins_with_the_second(params, mean_loss, batches):
    collect(right)(params, mean_loss, batches[1:])


def skips_small(params, mean_loss, batches):
    """Leaves small batches out, as `drop_last` does."""
    kept = [(x, t) for x, t in batches if len(x) >= len(batches[0][0])]
    collect(right)(params, mean_loss, kept)


ACCUMULATE: dict[str, list[Any]] = {
    "mean-of-means": [collect(lambda k, sizes: 1 / len(sizes)), averages],
    "sum-of-means": [collect(lambda k, sizes: 1.0)],
    "not-divided": [collect(lambda k, sizes: sizes[k])],
    "last-batch-only": [
        collect(lambda k, sizes: 1.0, clear=True),
        collect(right, clear=True),
        collect(lambda k, sizes: 1 / len(sizes), clear=True),
    ],
    "first-batch-only": [returns_in_the_loop],
    "divided-inside-loop": [
        collect(lambda k, sizes: 1.0, after=lambda p, sizes: p.grad.div_(len(sizes))),
    ],
    "equal-sizes-assumed": [collect(lambda k, sizes: sizes[k] / (sizes[0] * len(sizes)))],
    "running-total": [collect(lambda k, sizes: sizes[k] / sum(sizes[: k + 1]))],
    "added-up-losses": [adds_up_losses],
    "one-large-batch": [concatenates],
    "not-left-in-grad": [returns_gradients, on_copies],
    "nothing-to-clear": [clears_what_is_none],
    "first-batch-left-out": [begins_with_the_second],
    "no-backward": [never_goes_back, lambda params, mean_loss, batches: None],
    "cleared-at-the-end": [clears_after],
    "parameters-changed": [steps_too, steps_in_the_loop],
    "not-recognised": [skips_small],
    "no-graph": [graph_cut],
    "wrong-sign": [collect(lambda k, sizes: -right(k, sizes))],
    "constant-factor": [collect(lambda k, sizes: 2 * right(k, sizes))],
    "wrong-for-many-batches": [collect(lambda k, sizes: right(k, sizes) * (k < 10))],
}


def grads_of(params):
    return [p.grad for p in params if p.grad is not None]


def length(params):
    return sum([(g**2).sum() for g in grads_of(params)], torch.tensor(0.0).double()).sqrt()


def clip(total=length, factor=None):
    """The usual clipping with another norm, or another factor."""

    def answer(params, max_norm):
        norm = total(params).to(params[0].dtype)
        if factor is None:
            if norm > max_norm:
                for g in grads_of(params):
                    g.mul_(max_norm / norm)
        else:
            for g in grads_of(params):
                g.mul_(factor(g, norm, max_norm))
        return norm

    return answer


def by_value(params, max_norm):
    norm = length(params).to(params[0].dtype)
    torch.nn.utils.clip_grad_value_(params, max_norm)
    return norm


def each_by_itself(params, max_norm):
    norm = length(params).to(params[0].dtype)
    for p in params:
        torch.nn.utils.clip_grad_norm_([p], max_norm)
    return norm


def rebinds(params, max_norm):
    norm = length(params).to(params[0].dtype)
    for g in grads_of(params):
        g = g * min(1.0, max_norm / norm)
    return norm


def forgets_none(params, max_norm):
    return clip(lambda params: sum((p.grad**2).sum() for p in params).sqrt())(params, max_norm)


def first_only(params, max_norm):
    norm = length(params).to(params[0].dtype)
    params[0].grad.mul_(min(1.0, float(max_norm / norm)) if norm > 0 else 1.0)
    return norm


def divides_by_zero(params, max_norm):
    norm = length(params).to(params[0].dtype)
    factor = max_norm / norm
    for g in grads_of(params):
        g.mul_(factor if factor < 1 else factor / factor)
    return norm


def clips_weights(params, max_norm):
    norm = length(params).to(params[0].dtype)
    with torch.no_grad():
        for p in params:
            p.mul_(min(1.0, float(max_norm / norm)))
    return norm


def no_return(params, max_norm):
    torch.nn.utils.clip_grad_norm_(params, max_norm)


def clears(params, max_norm):
    norm = length(params).to(params[0].dtype)
    for p in params:
        p.grad = None
    return norm


def both(params, max_norm):
    """Right gradients, and the weights are changed as well."""
    norm = torch.nn.utils.clip_grad_norm_(params, max_norm)
    params[0].data.mul_(0.5)
    return norm


CLIP: dict[str, list[Any]] = {
    "sum-of-norms": [clip(lambda params: sum(g.norm() for g in grads_of(params)))],
    "root-missing": [clip(lambda params: length(params) ** 2)],
    "sum-of-sizes": [clip(lambda params: sum(g.abs().sum() for g in grads_of(params)))],
    "largest-entry": [clip(lambda params: max(g.abs().max() for g in grads_of(params)))],
    "last-norm-only": [clip(lambda params: grads_of(params)[-1].norm())],
    "norm-of-parameters": [clip(lambda ps: torch.cat([p.detach().flatten() for p in ps]).norm())],
    "each-by-itself": [each_by_itself],
    "clipped-by-value": [by_value],
    "scaled-below-limit": [clip(factor=lambda g, norm, top: top / norm)],
    "factor-inverted": [clip(factor=lambda g, norm, top: norm / top)],
    "length-one": [clip(factor=lambda g, norm, top: 1 / norm)],
    "limit-as-factor": [clip(factor=lambda g, norm, top: top if norm > top else 1.0)],
    "not-clipped": [rebinds, lambda params, top: length(params).to(params[0].dtype)],
    "clipped-norm-returned": [
        lambda params, top: (torch.nn.utils.clip_grad_norm_(params, top), length(params))[1],
    ],
    "only-first-clipped": [first_only],
    "extra-dimension": [lambda ps, top: torch.nn.utils.clip_grad_norm_(ps, top).reshape(1)],
    "argument-order": [lambda max_norm, params: clip()(params, max_norm)],
    "returned-none": [no_return],
    "cleared": [clears],
    "needs-every-gradient": [forgets_none],
    "wrong-for-zero-gradients": [divides_by_zero],
    "parameters-changed": [both, clips_weights],
}


def network(g, x, w1, w2):
    z = x @ w1
    h = torch.relu(z)
    gz = (g @ w2.T) * (z > 0)
    return z, h, gz


TWO_LAYER: dict[str, list[Any]] = {
    "relu-ignored": [
        lambda g, x, w1, w2: (g @ w2.T @ w1.T, x.T @ (g @ w2.T), torch.relu(x @ w1).T @ g),
    ],
    "relu-inverted": [
        lambda g, x, w1, w2: (
            ((g @ w2.T) * (x @ w1 < 0)) @ w1.T,
            x.T @ ((g @ w2.T) * (x @ w1 < 0)),
            (x @ w1).relu().T @ g,
        ),
    ],
    "masked-by-gradient": [
        lambda g, x, w1, w2: (
            (g @ w2.T).relu() @ w1.T, x.T @ (g @ w2.T).relu(), (x @ w1).relu().T @ g
        ),
    ],
    "w2-before-relu": [
        lambda g, x, w1, w2: (
            network(g, x, w1, w2)[2] @ w1.T, x.T @ network(g, x, w1, w2)[2], (x @ w1).T @ g
        ),
    ],
    "reversed": [
        lambda g, x, w1, w2: (
            (x @ w1).relu().T @ g, x.T @ network(g, x, w1, w2)[2], network(g, x, w1, w2)[2] @ w1.T
        ),
    ],
    "missing-grad-output": [
        lambda g, x, w1, w2: (
            network(g * 0 + 1, x, w1, w2)[2] @ w1.T,
            x.T @ network(g * 0 + 1, x, w1, w2)[2],
            (x @ w1).relu().T @ (g * 0 + 1),
        ),
    ],
    "raised": [lambda g, x, w1, w2: (g @ w2 @ w1, x @ g, x.T @ g)],
    "wrong-count": [lambda g, x, w1, w2: network(g, x, w1, w2)[2] @ w1.T],
    "not-finite": [
        lambda g, x, w1, w2: (
            ((g @ w2.T) * (x @ w1).relu() / (x @ w1).relu()) @ w1.T,
            x.T @ ((g @ w2.T) * (x @ w1).relu() / (x @ w1).relu()),
            (x @ w1).relu().T @ g,
        ),
    ],
    "wrong-at-kink": [
        lambda g, x, w1, w2: (
            ((g @ w2.T) * ((x @ w1).sign() / 2 + 0.5 + 2 * (x @ w1 == 0))) @ w1.T,
            x.T @ network(g, x, w1, w2)[2],
            (x @ w1).relu().T @ g,
        ),
    ],
    "changed-input": [
        lambda g, x, w1, w2: (
            network(g, x, w1, w2)[2] @ w1.T,
            x.T @ network(g, x, w1, w2)[2],
            (x @ w1).relu().T @ g,
            x.mul_(2),
        )[:3],
    ],
}  # fmt: skip
