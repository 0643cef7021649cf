"""Wrong steps of optimizers, by the names they get: sgd-step, momentum-step, adam-step."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# ruff: noqa: ARG005, B905  (answers use what they need, as readers do)

from __future__ import annotations

from typing import Any

import torch


def loop(update, clear=True):
    """A step whose loop is right, around another update."""

    def answer(params, lr):
        with torch.no_grad():
            for p in params:
                if p.grad is not None:
                    update(p, lr)
                    if clear:
                        p.grad = None

    return answer


def right(p, lr):
    p -= lr * p.grad


def rebinds(params, lr):
    with torch.no_grad():
        for p in params:
            if p.grad is not None:
                p = p - lr * p.grad
    for p in params:
        p.grad = None


def rebinds_and_clears(params, lr):
    for p in params:
        p = p - lr * p.grad
        p.grad.zero_()


def rebinds_under_no_grad(params, lr):
    with torch.no_grad():
        for p in params:
            p = p - lr * p.grad
            p.grad.zero_()


def rebinds_and_sets_none(params, lr):
    with torch.no_grad():
        for p in params:
            if p.grad is not None:
                p = p - lr * p.grad
                p.grad = None


def replaces(params, lr):
    with torch.no_grad():
        for k, p in enumerate(params):
            params[k] = p - lr * p.grad


def replaces_with_leaves(params, lr):
    for k, p in enumerate(params):
        params[k] = (p - lr * p.grad).detach().requires_grad_()


def shortens(params, lr):
    with torch.no_grad():
        while params:
            p = params.pop()
            p -= lr * p.grad
            p.grad = None


def sorts(params, lr):
    params.sort(key=torch.numel)
    loop(right)(params, lr)


def forgets_parentheses(params, lr):
    with torch.no_grad:  # type: ignore[attr-defined]
        loop(right)(params, lr)


def positive_only(p, lr):
    p -= lr * p.grad.clamp(min=0)


def returns(params, lr):
    new = [p.detach() - lr * p.grad for p in params]
    for p in params:
        p.grad = None
    return new


def outside(params, lr):
    for p in params:
        p -= lr * p.grad
        p.grad = None


def outside_sub(params, lr):
    for p in params:
        p.sub_(p.grad, alpha=lr)
        p.grad.zero_()


def clears_first(params, lr):
    with torch.no_grad():
        for p in params:
            p.grad.zero_()
            p -= lr * p.grad


def sets_none_first(params, lr):
    with torch.no_grad():
        for p in params:
            p.grad = None
        for p in params:
            p -= lr * p.grad


def forgets_none(params, lr):
    with torch.no_grad():
        for p in params:
            p -= lr * p.grad
            p.grad = None


def forgets_none_zero(params, lr):
    with torch.no_grad():
        for p in params:
            p -= lr * (0 if p.grad is None else p.grad)
            p.grad.zero_()


def stops_at_none(params, lr):
    with torch.no_grad():
        for p in params:
            if p.grad is None:
                break
            p -= lr * p.grad
            p.grad = None


def first_only(params, lr):
    with torch.no_grad():
        for p in params:
            p -= lr * p.grad
            p.grad = None
            return


def last_only(params, lr):
    with torch.no_grad():
        params[-1] -= lr * params[-1].grad
    for p in params:
        p.grad = None


def clears_first_only(params, lr):
    with torch.no_grad():
        for p in params:
            if p.grad is not None:
                p -= lr * p.grad
    params[0].grad = None


def switches_off(params, lr):
    torch.set_grad_enabled(False)
    for p in params:
        if p.grad is not None:
            p -= lr * p.grad
            p.grad = None


def stops_requiring(params, lr):
    for p in params:
        if p.grad is not None:
            p.requires_grad_(False)
            p -= lr * p.grad
            p.grad = None


def detaches(params, lr):
    for p in params:
        if p.grad is not None:
            p.detach_().requires_grad_(False).sub_(lr * p.grad)
            p.grad = None


def joins(params, lr):
    for p in params:
        if p.grad is not None:
            p.requires_grad_(False)
            p -= lr * p.grad.requires_grad_()
            p.grad = None


def keeps_the_first_rate(p, lr):
    """The learning rate of the first step of a parameter is used for ever."""
    if not hasattr(p, "rate"):
        p.rate = lr
    p -= p.rate * p.grad


def clips(p, lr):
    p -= lr * p.grad.clamp(-10, 10)


SGD: dict[str, list[Any]] = {
    "unchanged": [rebinds, rebinds_and_sets_none, lambda params, lr: None],
    "rebound": [rebinds_under_no_grad, rebinds_and_clears],
    "replaced-parameter": [replaces, replaces_with_leaves],
    "changed-list": [shortens, sorts],
    "lr-fixed": [loop(lambda p, lr: p.sub_(0.01 * p.grad))],
    "raised": [forgets_parentheses],
    "returned-new-tensors": [returns],
    "missing-no-grad": [outside, outside_sub],
    "cleared-too-early": [clears_first, sets_none_first],
    "needs-every-gradient": [forgets_none, forgets_none_zero, stops_at_none],
    "not-all-parameters": [first_only, last_only],
    "not-cleared": [loop(right, clear=False), clears_first_only],
    "gradients-left-off": [switches_off],
    "requires-grad-lost": [stops_requiring, detaches],
    "wrong-sign": [loop(lambda p, lr: p.add_(lr * p.grad))],
    "lr-missing": [loop(lambda p, lr: p.sub_(p.grad))],
    "updated-twice": [loop(lambda p, lr: (right(p, lr), right(p, lr)))],
    "weight-shrinks": [loop(lambda p, lr: p.sub_(lr * (p + p.grad)))],
    "overwritten": [loop(lambda p, lr: p.copy_(-lr * p.grad))],
    "sign-only": [loop(lambda p, lr: p.sub_(lr * torch.sign(p.grad)))],
    "normalised-gradient": [loop(lambda p, lr: p.sub_(lr * p.grad / p.grad.norm()))],
    "wrong-for-large-numbers": [loop(clips)],
    "wrong-in-later-steps": [loop(keeps_the_first_rate)],
    "not-recognised": [
        loop(positive_only),
        loop(lambda p, lr: p.sub_(lr * p.grad**3 + 0.1 * p.sin())),
    ],
    "argument-order": [lambda lr, params: loop(right)(params, lr)],
    "wrong-signature": [lambda params: None],
}


def momentum(rule, write=None, clear=True):
    """A step whose loop is right; `rule` changes the buffer, `write` the parameter."""

    def answer(params, buffers, lr, momentum):
        with torch.no_grad():
            for k, p in enumerate(params):
                if p.grad is None:
                    continue
                b = rule(buffers, k, p.grad, momentum, lr)
                if write is None:
                    p -= lr * b
                else:
                    write(p, b, p.grad, momentum, lr)
                if clear:
                    p.grad = None

    return answer


def keep(buffers, k, g, mu, lr):
    return buffers[k].mul_(mu).add_(g)


def local(buffers, k, g, mu, lr):
    return mu * buffers[k] + g


def aliased(params, buffers, lr, momentum):
    """The buffer is the gradient's own tensor, which is cleared."""
    with torch.no_grad():
        for k, p in enumerate(params):
            if p.grad is not None:
                p.grad += momentum * buffers[k]
                buffers[k] = p.grad
                p -= lr * buffers[k]
                p.grad.zero_()


def aliased_at_first(params, buffers, lr, momentum):
    with torch.no_grad():
        for k, p in enumerate(params):
            if p.grad is None:
                continue
            if not buffers[k].any():
                buffers[k] = p.grad
            else:
                buffers[k].mul_(momentum).add_(p.grad)
            p -= lr * buffers[k]
            p.grad.zero_()


def empties(params, buffers, lr, momentum):
    new = [momentum * b + (0 if p.grad is None else p.grad) for p, b in zip(params, buffers)]
    buffers.clear()
    loop(lambda p, lr: p.sub_(lr * new.pop(0)))(params, lr)


def fades_without_gradient(params, buffers, lr, momentum):
    with torch.no_grad():
        for p, b in zip(params, buffers):
            b *= momentum
            if p.grad is not None:
                b += p.grad
                p -= lr * b
                p.grad = None


def moves_without_gradient(params, buffers, lr, momentum):
    with torch.no_grad():
        for p, b in zip(params, buffers):
            b.mul_(momentum).add_(0 if p.grad is None else p.grad)
            p -= lr * b
            p.grad = None


MOMENTUM: dict[str, list[Any]] = {
    "averaged-buffer": [momentum(lambda bs, k, g, mu, lr: bs[k].mul_(mu).add_((1 - mu) * g))],
    "lr-inside-buffer": [
        momentum(lambda bs, k, g, mu, lr: bs[k].mul_(mu).add_(lr * g),
                 lambda p, b, g, mu, lr: p.sub_(b)),
        momentum(keep, lambda p, b, g, mu, lr: p.sub_(b - g + lr * g)),
    ],
    "buffer-not-stored": [momentum(local)],
    "buffer-zero": [aliased],
    "wrong-at-first": [aliased_at_first],
    "state-lost": [empties],
    "nesterov": [
        momentum(keep, lambda p, b, g, mu, lr: p.sub_(lr * (g + mu * b))),
        momentum(lambda bs, k, g, mu, lr: (keep(bs, k, g, mu, lr), keep(bs, k, g, mu, lr))[1]),
    ],
    "wrong-sign": [momentum(keep, lambda p, b, g, mu, lr: p.add_(lr * b))],
    "lr-missing": [momentum(keep, lambda p, b, g, mu, lr: p.sub_(b))],
    "no-momentum": [momentum(keep, lambda p, b, g, mu, lr: p.sub_(lr * g))],
    "old-buffer": [momentum(lambda bs, k, g, mu, lr: bs[k].clone())],
    "never-fades": [momentum(lambda bs, k, g, mu, lr: bs[k].add_(g))],
    "momentum-on-gradient": [momentum(lambda bs, k, g, mu, lr: bs[k].add_(mu * g))],
    "gradient-subtracted": [momentum(lambda bs, k, g, mu, lr: bs[k].mul_(mu).sub_(g))],
    "lr-and-momentum-swapped": [
        momentum(lambda bs, k, g, mu, lr: lr * bs[k] + g,
                 lambda p, b, g, mu, lr: p.sub_(mu * b)),
    ],
    "momentum-fixed": [momentum(lambda bs, k, g, mu, lr: bs[k].mul_(0.9).add_(g))],
    "not-cleared": [momentum(keep, clear=False)],
    "unchanged": [momentum(keep, lambda p, b, g, mu, lr: p - lr * b)],
    "needs-every-gradient": [fades_without_gradient, moves_without_gradient],
}  # fmt: skip


def adam(rule, first=None, second=None, store=True, clear=True):
    """A step whose loop is right; `rule` gives the step from corrected averages."""

    def answer(params, means, squares, step, lr, betas, eps):
        with torch.no_grad():
            for k, p in enumerate(params):
                if p.grad is None:
                    continue
                g, (b1, b2) = p.grad, betas
                m = first(means[k], g, b1) if first else b1 * means[k] + (1 - b1) * g
                v = second(squares[k], g, b2) if second else b2 * squares[k] + (1 - b2) * g * g
                if store:
                    means[k].copy_(m)
                    squares[k].copy_(v)
                p -= lr * rule(m, v, b1, b2, step, eps)
                if clear:
                    p.grad = None

    return answer


def usual(m, v, b1, b2, t, eps):
    return m / (1 - b1**t) / ((v / (1 - b2**t)).sqrt() + eps)


def corrects_in_place(params, means, squares, step, lr, betas, eps):
    with torch.no_grad():
        for p, m, v in zip(params, means, squares):
            if p.grad is not None:
                m.mul_(betas[0]).add_((1 - betas[0]) * p.grad)
                v.mul_(betas[1]).add_((1 - betas[1]) * p.grad**2)
                m /= 1 - betas[0] ** step
                v /= 1 - betas[1] ** step
                p -= lr * m / (v.sqrt() + eps)
                p.grad = None


def forgets_none_in_adam(params, means, squares, step, lr, betas, eps):
    with torch.no_grad():
        for p, m, v in zip(params, means, squares):
            m.mul_(betas[0]).add_((1 - betas[0]) * p.grad)
            v.mul_(betas[1]).add_((1 - betas[1]) * p.grad**2)
            p -= lr * usual(m, v, *betas, step, eps)  # type: ignore[call-arg]
            p.grad = None


ADAM: dict[str, list[Any]] = {
    "no-correction": [adam(lambda m, v, b1, b2, t, eps: m / (v.sqrt() + eps))],
    "first-not-corrected": [
        adam(lambda m, v, b1, b2, t, eps: m / ((v / (1 - b2**t)).sqrt() + eps)),
    ],
    "eps-inside-root": [
        adam(lambda m, v, b1, b2, t, eps: m / (1 - b1**t) / (v / (1 - b2**t) + eps).sqrt()),
    ],
    "eps-before-correction": [
        adam(lambda m, v, b1, b2, t, eps: (1 - b2**t) ** 0.5 / (1 - b1**t) * m / (v.sqrt() + eps)),
    ],
    "eps-missing": [adam(lambda m, v, b1, b2, t, eps: usual(m, v, b1, b2, t, 0))],
    "root-missing": [
        adam(lambda m, v, b1, b2, t, eps: m / (1 - b1**t) / (v / (1 - b2**t) + eps)),
    ],
    "counts-from-zero": [adam(lambda m, v, b1, b2, t, eps: usual(m, v, b1, b2, t - 1, eps))],
    "counts-too-far": [adam(lambda m, v, b1, b2, t, eps: usual(m, v, b1, b2, t + 1, eps))],
    "corrected-without-power": [adam(lambda m, v, b1, b2, t, eps: usual(m, v, b1, b2, 1, eps))],
    "square-missing": [adam(usual, second=lambda v, g, b2: b2 * v + (1 - b2) * g)],
    "gradient-in-full": [
        adam(usual, first=lambda m, g, b1: b1 * m + g),
        adam(usual, second=lambda v, g, b2: b2 * v + g * g),
    ],
    "weights-swapped": [
        adam(usual, lambda m, g, b1: (1 - b1) * m + b1 * g, lambda v, g, b2: (1 - b2) * v
             + b2 * g * g),
    ],
    "betas-fixed": [
        adam(lambda m, v, b1, b2, t, eps: usual(m, v, 0.9, 0.999, t, eps),
             lambda m, g, b1: 0.9 * m + 0.1 * g, lambda v, g, b2: 0.999 * v + 0.001 * g * g),
    ],
    "wrong-sign": [adam(lambda *args: -usual(*args))],
    "average-not-stored": [adam(usual, store=False)],
    "correction-stored": [corrects_in_place],
    "not-cleared": [adam(usual, clear=False)],
    "needs-every-gradient": [forgets_none_in_adam],
    "not-finite": [adam(lambda m, v, b1, b2, t, eps: m / (1 - b1 * t) / (v * (1 - b2 * t)).sqrt())],
    "wrong-in-late-steps": [
        adam(lambda m, v, b1, b2, t, eps: usual(m, v, b1, b2, min(t, 100), eps)),
    ],
}  # fmt: skip
