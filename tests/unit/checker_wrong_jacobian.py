"""Wrong answers to jacobian-from-vjps, by the name they get."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False

from __future__ import annotations

from typing import Any

import torch
from torch.autograd import grad


def rows(collect):
    """A Jacobian from the rows that `collect` finds, from y and x."""
    return lambda function, x: torch.stack(collect(function(x), x))


def basis(y):
    return torch.eye(len(y), dtype=y.dtype)


def from_grad(keep, clear):
    """Rows that are read off `x.grad` after each backward."""

    def collect(y, x):
        found = []
        for output in y:
            output.backward(retain_graph=True)
            found.append(keep(x.grad))
            if clear:
                x.grad.zero_()
        return found

    return rows(collect)


def same(tensor):
    return tensor


JACOBIAN: dict[str, list[Any]] = {
    "rows-accumulate": [from_grad(torch.clone, clear=False)],
    "rows-share-memory": [
        from_grad(same, clear=False),
        from_grad(same, clear=True),
        rows(lambda y, x: [grad(y.sum(), x, retain_graph=True)[0] for _ in y]),
    ],
    "graph-freed": [rows(lambda y, x: [grad(y, x, e)[0] for e in basis(y)])],
    "missing-grad-outputs": [lambda f, x: grad(f(x), x)[0]],
    "wrong-grad-outputs": [
        rows(lambda y, x: [grad(y, x, e, retain_graph=True)[0] for e in basis(x)]),
        lambda f, x: grad(f(x), x, basis(f(x)))[0],
    ],
    "raised": [
        rows(lambda y, x: [grad(y, x, e, retain_graph=True) for e in basis(y)]),
        rows(lambda y, x: [grad(output.detach(), x)[0] for output in y]),
    ],
    "transposed": [
        lambda f, x: torch.stack(
            [grad(y, x, retain_graph=True)[0] for y in f(x)], dim=1
        ),
    ],
    "gradient-of-the-sum": [lambda f, x: grad(f(x), x, torch.ones_like(f(x)))[0]],
    "row-sums": [lambda f, x: torch.func.jvp(f, (x,), (torch.ones_like(x),))[1]],
    "weighted-by-2y": [
        rows(lambda y, x: [grad(output**2, x, retain_graph=True)[0] for output in y])
    ],
    "weighted-by-y": [rows(lambda y, x: [grad(y, x, y, retain_graph=True)[0] for _ in y])],
    "wrong-count": [lambda f, x: [grad(y, x, retain_graph=True)[0] for y in f(x)]],
    "wrong-dtype": [
        lambda f, x: torch.tensor([grad(y, x, retain_graph=True)[0].tolist() for y in f(x)])
    ],
    "wrong-for-one-number": [
        lambda f, x: torch.autograd.functional.jacobian(f, x).squeeze(),
    ],
    "wrong-in-float32": [
        lambda f, x: torch.stack([(f(x + 1e-6 * e) - f(x)) / 1e-6 for e in basis(x)], dim=1)
    ],
}  # fmt: skip
