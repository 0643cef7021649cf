"""Right answers to the exercises of chapter 4, each in several forms."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# mypy: disallow-untyped-decorators=False, disable-error-code="override, misc"

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch.autograd import Function
from torch.autograd.function import once_differentiable


def sum_loop(g, shape):
    while g.ndim > len(shape):
        g = g.sum(dim=0)
    for k, size in enumerate(shape):
        if size == 1:
            g = g.sum(dim=k, keepdim=True)
    return g


def sum_padded(g, shape):
    padded = (1,) * (g.ndim - len(shape)) + tuple(shape)
    dims = tuple(k for k, size in enumerate(padded) if size == 1)
    return (g.sum(dims, keepdim=True) if dims else g).reshape(shape)


def sum_differing(g, shape):
    missing = g.ndim - len(shape)
    dims = list(range(missing))
    dims += [missing + k for k, size in enumerate(shape) if size != g.shape[missing + k]]
    return torch.sum(g, dims).reshape(shape) if dims else g


def add_autograd(grad_output, a_shape, b_shape):
    a = torch.zeros(a_shape, dtype=grad_output.dtype, requires_grad=True)
    b = torch.zeros(b_shape, dtype=grad_output.dtype, requires_grad=True)
    return torch.autograd.grad(a + b, (a, b), grad_output)


BROADCAST_ADD = (
    add_autograd,
    lambda g, a, b: (g.sum_to_size(a), g.sum_to_size(*b) if b else g.sum()),
    lambda g, a, b: (sum_loop(g, a), sum_loop(g, b)),
    lambda g, a, b: [sum_padded(g, a), sum_padded(g, b)],
    lambda g, a, b: tuple(sum_differing(g, shape) for shape in (a, b)),
)


def mul_autograd(grad_output, a, b):
    a, b = a.detach().requires_grad_(), b.detach().requires_grad_()
    return torch.autograd.grad(a * b, (a, b), grad_output)


BROADCAST_MUL = (
    mul_autograd,
    lambda g, a, b: (sum_loop(g * b, a.shape), sum_loop(g * a, b.shape)),
    lambda g, a, b: (sum_padded(g.mul(b), a.shape), sum_padded(g.mul(a), b.shape)),
    lambda g, a, b: (sum_differing(b * g, a.shape), sum_differing(a * g, b.shape)),
    lambda g, a, b: torch.func.vjp(torch.mul, a, b)[1](g),
)

MATMUL = (
    lambda g, a, b: (torch.mm(g, b.t()), torch.mm(a.t(), g)),
    lambda g, a, b: ((b @ g.T).T, (g.T @ a).T),
    lambda g, a, b: (torch.einsum("ij,lj->il", g, b), torch.einsum("il,ij->lj", a, g)),
    lambda g, a, b: (
        (g[:, None, :] * b[None]).sum(-1),
        (a[:, :, None] * g[:, None, :]).sum(0),
    ),
    lambda g, a, b: torch.func.vjp(torch.matmul, a, b)[1](g),
    lambda g, a, b: [F.linear(g, b), a.mT.matmul(g)],
)

TRANSPOSED = (
    lambda g, a, b: (b @ g.T, a @ g),
    lambda g, a, b: ((g @ b.T).t(), a.mm(g)),
    lambda g, a, b: (torch.einsum("ij,lj->li", g, b), torch.einsum("li,ij->lj", a, g)),
    lambda g, a, b: torch.func.vjp(lambda u, v: u.T @ v, a, b)[1](g),
    lambda g, a, b: (
        (b[:, None, :] * g[None]).sum(-1),
        torch.stack([(row[:, None] * g).sum(0) for row in a]),
    ),
)


def linear_by_sample(grad_output, x, weight):
    grad_x = torch.zeros_like(x)
    grad_weight = torch.zeros_like(weight)
    grad_bias = torch.zeros(len(weight), dtype=weight.dtype)
    for n in range(len(x)):
        grad_x[n] = weight.T @ grad_output[n]
        grad_weight += torch.outer(grad_output[n], x[n])
        grad_bias += grad_output[n]
    return grad_x, grad_weight, grad_bias


def linear_autograd(grad_output, x, weight):
    leaves = [x.detach(), weight.detach(), torch.zeros(len(weight), dtype=x.dtype)]
    leaves = [leaf.requires_grad_() for leaf in leaves]
    return torch.autograd.grad(F.linear(*leaves), leaves, grad_output)


LINEAR = (
    linear_by_sample,
    linear_autograd,
    lambda g, x, w: (g.mm(w), (x.T @ g).T, g.sum(dim=0)),
    lambda g, x, w: (
        torch.einsum("no,oi->ni", g, w),
        torch.einsum("no,ni->oi", g, x),
        torch.einsum("no->o", g),
    ),
    lambda g, x, w: [g @ w, g.mT @ x, torch.ones(len(g), dtype=g.dtype) @ g],
)


class Plain(Function):
    @staticmethod
    def forward(ctx, x, weight, bias):
        ctx.save_for_backward(x, weight)
        return F.linear(x, weight, bias)

    @staticmethod
    def backward(ctx, grad_output):
        x, weight = ctx.saved_tensors
        return grad_output @ weight, grad_output.T @ x, grad_output.sum(0)


class SavesAll(Function):
    @staticmethod
    def forward(x, weight, bias):
        return torch.addmm(bias, x, weight.t())

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx, grad_output):
        x, weight, bias = ctx.saved_tensors
        need_x, need_weight, need_bias = ctx.needs_input_grad
        return (
            grad_output.mm(weight) if need_x else None,
            grad_output.t().mm(x) if need_weight else None,
            grad_output.sum_to_size(bias.shape) if need_bias else None,
        )


class SavesWhatIsNeeded(Function):
    @staticmethod
    def forward(ctx, x, weight, bias):
        need_x, need_weight, _ = ctx.needs_input_grad
        ctx.save_for_backward(x if need_weight else None, weight if need_x else None)
        return x @ weight.T + bias

    @staticmethod
    def backward(ctx, grad_output):
        x, weight = ctx.saved_tensors
        grads = [None, None, None]
        if weight is not None:
            grads[0] = grad_output @ weight
        if x is not None:
            grads[1] = grad_output.T @ x
        if ctx.needs_input_grad[2]:
            grads[2] = grad_output.sum(0)
        return tuple(grads)


class ZerosWhereNotNeeded(Plain):
    @staticmethod
    @once_differentiable
    def backward(ctx, grad_output):
        x, weight = ctx.saved_tensors
        grads = (grad_output @ weight, grad_output.T @ x, grad_output.sum(0))
        return tuple(
            grad if needed else torch.zeros_like(grad)
            for grad, needed in zip(grads, ctx.needs_input_grad, strict=True)
        )


FUNCTIONS = (Plain, SavesAll, SavesWhatIsNeeded, ZerosWhereNotNeeded, Plain.apply)


def mean_by_repeat(grad_output, x, dim):
    times = [1] * x.ndim
    times[dim] = x.shape[dim]
    return grad_output.unsqueeze(dim).repeat(times) / x.size(dim)


def mean_by_index(grad_output, x, dim):
    grad_x = torch.zeros_like(x)
    for k in range(x.shape[dim]):
        grad_x.select(dim, k).copy_(grad_output / x.shape[dim])
    return grad_x


MEAN_DIM = (
    mean_by_repeat,
    mean_by_index,
    lambda g, x, dim: torch.ones_like(x) * g.unsqueeze(dim) / x.shape[dim],
    lambda g, x, dim: torch.stack([g / x.shape[dim]] * x.shape[dim], dim),
    lambda g, x, dim: torch.func.vjp(lambda t: t.mean(dim), x)[1](g)[0],
    lambda g, x, dim: torch.func.vjp(lambda t: t.sum(dim) / t.shape[dim], x)[1](g)[0],
)


def gather_loop(grad_output, x_shape, index):
    grad_x = torch.zeros(*x_shape, dtype=grad_output.dtype)
    for i in range(index.shape[0]):
        for j in range(index.shape[1]):
            grad_x[i, index[i, j]] += grad_output[i, j]
    return grad_x


def gather_one_hot(grad_output, x_shape, index):
    rows, columns = x_shape
    used = F.one_hot(index, columns).to(grad_output.dtype)
    grad_x = grad_output.new_zeros(rows, columns)
    grad_x[: len(index)] = torch.einsum("ij,ijk->ik", grad_output, used)
    return grad_x


def gather_index_put(grad_output, x_shape, index):
    rows = torch.arange(index.shape[0])[:, None].expand_as(index)
    grad_x = grad_output.new_zeros(x_shape)
    return grad_x.index_put_((rows, index), grad_output, accumulate=True)


def gather_flat(grad_output, x_shape, index):
    flat = (torch.arange(len(index))[:, None] * x_shape[1] + index).reshape(-1)
    size = x_shape[0] * x_shape[1]
    return torch.bincount(flat, grad_output.reshape(-1), minlength=size).reshape(x_shape).to(
        grad_output.dtype
    )  # fmt: skip


def gather_autograd(grad_output, x_shape, index):
    x = torch.zeros(x_shape, dtype=grad_output.dtype, requires_grad=True)
    x.gather(1, index).backward(grad_output)
    return x.grad


GATHER = (
    gather_loop,
    gather_one_hot,
    gather_index_put,
    gather_flat,
    gather_autograd,
    lambda g, s, index: g.new_zeros(s).scatter_add_(1, index, g),
    lambda g, s, index: g.new_zeros(s).scatter_reduce(1, index, g, "sum"),
)


def norm_expanded(grad_output, x, eps):
    n = x.shape[-1]
    centred = x - x.sum(-1, keepdim=True) / n
    inverse = (centred.square().sum(-1, keepdim=True) / n + eps).rsqrt()
    y = centred * inverse
    total = grad_output.sum(-1, keepdim=True)
    dot = (grad_output * y).sum(-1, keepdim=True)
    return inverse / n * (n * grad_output - total - y * dot)


def norm_by_paths(grad_output, x, eps):
    n = x.shape[-1]
    mean = x.mean(dim=-1, keepdim=True)
    var = x.var(dim=-1, correction=0, keepdim=True)
    std = torch.sqrt(var + eps)
    grad_var = (grad_output * (x - mean) * -0.5 * std**-3).sum(-1, keepdim=True)
    grad_mean = (-grad_output / std).sum(-1, keepdim=True)
    grad_mean = grad_mean + grad_var * (-2 * (x - mean)).mean(-1, keepdim=True)
    return grad_output / std + grad_var * 2 * (x - mean) / n + grad_mean / n


def norm_by_jacobian(grad_output, x, eps):
    flat, grads = x.reshape(-1, x.shape[-1]), grad_output.reshape(-1, x.shape[-1])
    n = x.shape[-1]
    rows = []
    for row, g in zip(flat, grads, strict=True):
        std = (row.var(unbiased=False) + eps).sqrt()
        y = (row - row.mean()) / std
        eye, ones = torch.eye(n, dtype=x.dtype), torch.ones(n, n, dtype=x.dtype)
        rows.append(g @ (eye - ones / n - torch.outer(y, y) / n) / std)
    return torch.stack(rows).reshape(x.shape)


def norm_autograd(grad_output, x, eps):
    leaf = x.detach().requires_grad_()
    return torch.autograd.grad(F.layer_norm(leaf, leaf.shape[-1:], eps=eps), leaf, grad_output)[0]


def norm_of_moments(grad_output, x, eps):
    mean = x.mean(-1, keepdim=True)
    var = (x - mean).pow(2).mean(-1, keepdim=True)
    y = (x - mean) / (var + eps) ** 0.5
    centred = grad_output - grad_output.mean(-1, keepdim=True)
    return (centred - y * (centred * y).mean(-1, keepdim=True)) / (var + eps) ** 0.5


LAYERNORM = (norm_expanded, norm_by_paths, norm_by_jacobian, norm_autograd, norm_of_moments)

RIGHT: dict[str, tuple[Any, ...]] = {
    "broadcast-add-backward": BROADCAST_ADD,
    "broadcast-mul-backward": BROADCAST_MUL,
    "matmul-backward": MATMUL,
    "transposed-matmul-backward": TRANSPOSED,
    "linear-backward": LINEAR,
    "linear-function": FUNCTIONS,
    "mean-dim-backward": MEAN_DIM,
    "gather-backward": GATHER,
    "layernorm-backward": LAYERNORM,
}
