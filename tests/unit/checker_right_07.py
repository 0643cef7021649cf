"""Right answers to the exercises of chapter 7, each in several forms."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


@torch.no_grad()
def sgd_decorated(params, lr):
    for p in params:
        if p.grad is not None:
            p.sub_(lr * p.grad)
            p.grad.zero_()


def sgd_zeroed(params, lr):
    with torch.no_grad():
        for p in params:
            if p.grad is None:
                continue
            p.add_(p.grad, alpha=-lr)
            p.grad.zero_()


def sgd_data(params, lr):
    for p in params:
        if p.grad is not None:
            p.data -= lr * p.grad.data
            p.grad.data.zero_()


def sgd_data_assigned(params, lr):
    for p in params:
        if p.grad is not None:
            p.data = p.data - lr * p.grad
            p.grad = None


def sgd_detached(params, lr):
    for p in filter(lambda p: p.grad is not None, params):
        p.detach().sub_(lr * p.grad)
        del p.grad


def sgd_two_loops(params, lr):
    with torch.no_grad():
        new = [p if p.grad is None else p - lr * p.grad for p in params]
        for p, value in zip(params, new, strict=True):
            p.copy_(value)
    for p in params:
        p.grad = None


def sgd_numpy(params, lr):
    for p in params:
        if p.grad is not None:
            array = p.detach().numpy()
            array -= lr * p.grad.numpy()
            p.grad = None


def sgd_optimizer(params, lr):
    optimizer = torch.optim.SGD(params, lr=lr)
    optimizer.step()
    optimizer.zero_grad(set_to_none=False)


def sgd_zeros_for_none(params, lr):
    with torch.no_grad():
        for p in params:
            if p.grad is None:
                p.grad = torch.zeros_like(p)
            p -= lr * p.grad
            p.grad = torch.zeros_like(p)


def sgd_returns(params, lr):
    with torch.no_grad():
        for k in range(len(params)):
            if params[k].grad is not None:
                params[k] -= lr * params[k].grad
                params[k].grad = None
    return params


def sgd_one_vector(params, lr):
    used = [p for p in params if p.grad is not None]
    moved = nn.utils.parameters_to_vector(used) - lr * torch.cat([p.grad.flatten() for p in used])
    nn.utils.vector_to_parameters(moved.detach(), used)
    for p in used:
        p.grad = None


def sgd_off_and_on(params, lr):
    for p in params:
        if p.grad is not None:
            p.requires_grad_(False)
            p -= lr * p.grad
            p.requires_grad_(True)
            p.grad *= 0


@torch.inference_mode()
def sgd_inference(params, lr):
    used = [p for p in params if p.grad is not None]
    torch._foreach_sub_(used, [p.grad for p in used], alpha=lr)
    for p in used:
        p.grad = None


SGD = (
    sgd_one_vector,
    sgd_off_and_on,
    sgd_inference,
    sgd_decorated,
    sgd_zeroed,
    sgd_data,
    sgd_data_assigned,
    sgd_detached,
    sgd_two_loops,
    sgd_numpy,
    sgd_optimizer,
    sgd_zeros_for_none,
    sgd_returns,
)


def momentum_slots(params, buffers, lr, momentum):
    with torch.no_grad():
        for k, p in enumerate(params):
            if p.grad is None:
                continue
            buffers[k] = momentum * buffers[k] + p.grad
            p -= lr * buffers[k]
            p.grad = None


def momentum_optimizer(params, buffers, lr, momentum):
    optimizer = torch.optim.SGD(params, lr=lr, momentum=momentum)
    for p, b in zip(params, buffers, strict=True):
        optimizer.state[p]["momentum_buffer"] = b
    optimizer.step()
    optimizer.zero_grad()


def momentum_data(params, buffers, lr, momentum):
    for p, b in zip(params, buffers, strict=True):
        if p.grad is not None:
            b.copy_(momentum * b + p.grad)
            p.data.add_(b, alpha=-lr)
            p.grad.zero_()


@torch.no_grad()
def momentum_first_is_a_copy(params, buffers, lr, momentum):
    for k, p in enumerate(params):
        if p.grad is None:
            continue
        if bool((buffers[k] == 0).all()):
            buffers[k] = p.grad.clone()
        else:
            buffers[k].mul_(momentum).add_(p.grad)
        p.sub_(buffers[k] * lr)
        p.grad.zero_()


def momentum_keeps_the_gradient(params, buffers, lr, momentum):
    """The buffer takes the gradient's own tensor, and `.grad` becomes another one: None."""
    with torch.no_grad():
        for k, p in enumerate(params):
            if p.grad is not None:
                buffers[k] = p.grad.add_(momentum * buffers[k])
                p -= lr * buffers[k]
                p.grad = None


@torch.no_grad()
def momentum_whole_list(params, buffers, lr, momentum):
    pairs = zip(params, buffers, strict=True)
    buffers[:] = [b if p.grad is None else momentum * b + p.grad for p, b in pairs]
    for p, b in zip(params, buffers, strict=True):
        if p.grad is not None:
            p -= lr * b
            p.grad = None


MOMENTUM = (
    momentum_whole_list,
    momentum_slots,
    momentum_optimizer,
    momentum_data,
    momentum_first_is_a_copy,
    momentum_keeps_the_gradient,
)


def adam_optimizer(params, means, squares, step, lr, betas, eps):
    optimizer = torch.optim.Adam(params, lr=lr, betas=betas, eps=eps)
    for p, m, v in zip(params, means, squares, strict=True):
        count = torch.tensor(float(step - 1))
        optimizer.state[p] = {"step": count, "exp_avg": m, "exp_avg_sq": v}
    optimizer.step()
    optimizer.zero_grad()


@torch.no_grad()
def adam_lerp(params, means, squares, step, lr, betas, eps):
    for p, m, v in zip(params, means, squares, strict=True):
        if p.grad is None:
            continue
        m.lerp_(p.grad, 1 - betas[0])
        v.mul_(betas[1]).addcmul_(p.grad, p.grad, value=1 - betas[1])
        size = lr / (1 - betas[0] ** step)
        p.addcdiv_(m, v.sqrt() / math.sqrt(1 - betas[1] ** step) + eps, value=-size)
        p.grad.zero_()


@torch.no_grad()
def adam_slots(params, means, squares, step, lr, betas, eps):
    for k, p in enumerate(params):
        if p.grad is None:
            continue
        g = p.grad.clone()
        means[k] = betas[0] * means[k] + (1 - betas[0]) * g
        squares[k] = betas[1] * squares[k] + (1 - betas[1]) * g.pow(2)
        correction = math.sqrt(1 - betas[1] ** step)
        p -= (
            lr * correction / (1 - betas[0] ** step)
            * means[k] / (squares[k] ** 0.5 + eps * correction)
        )  # fmt: skip
        p.grad = None


def adam_data(params, means, squares, step, lr, betas, eps):
    for p, m, v in zip(params, means, squares, strict=True):
        if p.grad is not None:
            m += (1 - betas[0]) * (p.grad - m)
            v += (1 - betas[1]) * (p.grad * p.grad - v)
            top = m / (1 - betas[0] ** step)
            p.data -= lr * top / (torch.sqrt(v / (1 - betas[1] ** step)) + eps)
            p.grad = None


ADAM = (adam_optimizer, adam_lerp, adam_slots, adam_data)


def accumulate_scaled_later(params, mean_loss, batches):
    n = sum(len(x) for x, _ in batches)
    for x, target in batches:
        (mean_loss(params, x, target) * len(x)).backward()
    for p in params:
        if p.grad is not None:
            p.grad /= n


def accumulate_with_grad(params, mean_loss, batches):
    n = sum(target.shape[0] for _, target in batches)
    sums = [torch.zeros_like(p) for p in params]
    for x, target in batches:
        loss = mean_loss(params, x, target)
        found = torch.autograd.grad(loss, params, allow_unused=True)
        for s, g in zip(sums, found, strict=True):
            if g is not None:
                s += g * (x.shape[0] / n)
    for p, s in zip(params, sums, strict=True):
        p.grad = s


def accumulate_sum_first(params, mean_loss, batches):
    """One backward for all batches: right, and a note says what it costs."""
    n = sum(len(x) for x, _ in batches)
    total = sum(mean_loss(params, x, target) * len(x) for x, target in batches) / n
    total.backward()


def accumulate_clears_first(params, mean_loss, batches):
    for p in params:
        p.grad = None
    elements = sum(target.numel() for _, target in batches)
    for x, target in batches:
        mean_loss(params, x, target).backward(torch.tensor(target.numel() / elements).to(x))


def accumulate_sample_by_sample(params, mean_loss, batches):
    n = sum(len(x) for x, _ in batches)
    for x, target in batches:
        for k in range(len(x)):
            (mean_loss(params, x[k : k + 1], target[k : k + 1]) / n).backward()


def accumulate_running_mean(params, mean_loss, batches):
    seen = 0
    for x, target in batches:
        old = [None if p.grad is None else p.grad.clone() for p in params]
        for p in params:
            p.grad = None
        mean_loss(params, x, target).backward()
        for p, before in zip(params, old, strict=True):
            if before is not None:
                p.grad = (seen * before + len(x) * p.grad) / (seen + len(x))
        seen += len(x)


def accumulate_on_copies(params, mean_loss, batches):
    n = sum(len(x) for x, _ in batches)
    copies = [p.detach().clone().requires_grad_() for p in params]
    for x, target in batches:
        (mean_loss(copies, x, target) * len(x) / n).backward()
    for p, c in zip(params, copies, strict=True):
        p.grad = c.grad


def accumulate_functional(params, mean_loss, batches):
    n = sum(len(x) for x, _ in batches)
    for x, target in batches:
        plain = [p.detach() for p in params]
        found = torch.func.grad(mean_loss)(plain, x, target)
        for p, g in zip(params, found, strict=True):
            p.grad = g * len(x) / n + (0 if p.grad is None else p.grad)


ACCUMULATE = (
    accumulate_on_copies,
    accumulate_functional,
    accumulate_scaled_later,
    accumulate_with_grad,
    accumulate_sum_first,
    accumulate_clears_first,
    accumulate_sample_by_sample,
    accumulate_running_mean,
)


def clip_one_vector(params, max_norm):
    flat = [p.grad.flatten() for p in params if p.grad is not None]
    total = torch.linalg.norm(torch.cat(flat))
    factor = min(1.0, max_norm / (total.item() + 1e-6))
    for p in params:
        if p.grad is not None:
            p.grad = p.grad * factor
    return total


def clip_norm_of_norms(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    total = torch.stack([g.norm() for g in grads]).norm()
    for g in grads:
        g *= (max_norm / total).clamp(max=1.0)
    return total


def clip_python_number(params, max_norm):
    total = math.sqrt(sum(p.grad.square().sum().item() for p in params if p.grad is not None))
    if total >= max_norm and total > 0:
        for p in params:
            if p.grad is not None:
                p.grad.data.mul_(max_norm / total)
    return total


def clip_small_eps(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    total = sum((g * g).sum() for g in grads) ** 0.5
    factor = torch.clamp(max_norm / (total + 1e-8), max=1)
    for g in grads:
        g.copy_(g * factor)
    return total


def clip_divided(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    total = sum([g.norm() ** 2 for g in grads]).sqrt()
    for g in grads:
        g.div_(torch.maximum(total / max_norm, torch.ones_like(total)))
    return total


def clip_numpy(params, max_norm):
    grads = [p.grad.numpy() for p in params if p.grad is not None]
    total = np.sqrt(sum((g**2).sum() for g in grads))
    if total > max_norm:
        for g in grads:
            g *= max_norm / total
    return total


CLIP = (
    clip_numpy,
    nn.utils.clip_grad_norm_,
    clip_one_vector,
    clip_norm_of_norms,
    clip_python_number,
    clip_small_eps,
    clip_divided,
)


def two_layer_autograd(g, x, w1, w2):
    leaves = [v.detach().clone().requires_grad_() for v in (x, w1, w2)]
    y = F.relu(leaves[0] @ leaves[1]) @ leaves[2]
    return torch.autograd.grad(y, leaves, g)


def two_layer_in_place(g, x, w1, w2):
    h = (x @ w1).clamp(min=0)
    gh = g @ w2.T
    gh[h == 0] = 0
    return [gh @ w1.T, x.T @ gh, h.T @ g]


def two_layer_einsum(g, x, w1, w2):
    z = torch.einsum("nd,dh->nh", x, w1)
    gz = torch.where(z >= 0, torch.einsum("nc,hc->nh", g, w2), 0.0)
    return (
        torch.einsum("nh,dh->nd", gz, w1),
        torch.einsum("nd,nh->dh", x, gz),
        torch.einsum("nh,nc->hc", z.relu(), g),
    )


def two_layer_samples(g, x, w1, w2):
    gx, gw1, gw2 = torch.zeros_like(x), torch.zeros_like(w1), torch.zeros_like(w2)
    for n in range(len(x)):
        h = torch.relu(x[n] @ w1)
        gz = (w2 @ g[n]) * h.sign()
        gx[n] = w1 @ gz
        gw1 += torch.outer(x[n], gz)
        gw2 += torch.outer(h, g[n])
    return gx, gw1, gw2


TWO_LAYER = (
    two_layer_autograd,
    two_layer_in_place,
    two_layer_einsum,
    two_layer_samples,
    lambda g, x, w1, w2: torch.func.vjp(lambda *v: torch.relu(v[0] @ v[1]) @ v[2], x, w1, w2)[1](g),
)

RIGHT: dict[str, tuple[Any, ...]] = {
    "sgd-step": SGD,
    "two-layer-backward": TWO_LAYER,
    "accumulate-gradients": ACCUMULATE,
    "clip-by-norm": CLIP,
    "momentum-step": MOMENTUM,
    "adam-step": ADAM,
}
