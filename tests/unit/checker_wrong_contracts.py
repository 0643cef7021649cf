"""Wrong answers to the other exercises of chapter 3, by the names they get."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# mypy: disallow-untyped-decorators=False, disable-error-code="override, misc, no-any-return"
# ruff: noqa: ARG005  (an answer takes all arguments of its exercise, used or not)

from __future__ import annotations

from typing import Any

import torch
from torch.autograd import Function
from torch.autograd.function import once_differentiable

from tests.unit.checker_wrong_functions import built, saving, slopes


def relu_in_place(g, x):
    g[x < 0] = 0
    return g


def relu_clamps_input(g, x):
    x.clamp_(min=0)
    return g * (x > 0)


RELU: dict[str, list[Any]] = {
    "missing-grad-output": [
        lambda g, x: (x > 0).double(),
        lambda g, x: torch.heaviside(x, torch.zeros(1).double()),
    ],
    "mask-missing": [lambda g, x: g, lambda g, x: g * 1],
    "mask-inverted": [lambda g, x: g * (x < 0), lambda g, x: g.masked_fill(x > 0, 0)],
    "mask-of-grad-output": [lambda g, x: g * (g > 0), lambda g, x: torch.relu(g)],
    "mask-of-both": [lambda g, x: g * (g > 0) * (x > 0), lambda g, x: torch.relu(g) * (x > 0)],
    "value-not-gradient": [lambda g, x: torch.relu(x), lambda g, x: x.clamp(min=0)],
    "value-not-slope": [lambda g, x: g * torch.relu(x)],
    "slope-of-absolute": [lambda g, x: g * x / x.abs()],
    "wrong-at-kink": [
        lambda g, x: g * torch.relu(x) / x,
        lambda g, x: torch.where(x == 0, 2 * g, g * (x > 0)),
        lambda g, x: g * (x > -1e-5),
    ],
    "changed-grad-output": [relu_in_place, lambda g, x: g.mul_(x > 0)],
    "changed-input": [relu_clamps_input],
    "wrong-dtype": [lambda g, x: x > 0, lambda g, x: (g * (x > 0)).float()],
    "raised": [lambda g, x: g if x > 0 else 0 * g, lambda g, x: x.relu_backward(g)],
    "returned-none": [lambda g, x: None],
    "wrong-for-small-numbers": [lambda g, x: g * (x > 1e-4)],
    "wrong-shape": [lambda g, x: g[x > 0]],
    "right-in-region": [
        lambda g, x: torch.where(x > 0, g, 0.3 * g),
    ],
    "argument-order": [lambda input, grad_output: grad_output * (input > 0)],
    "constant-factor": [lambda g, x: g * (x > 0) / x.numel(), lambda g, x: 2 * g * (x > 0)],
    "wrong-for-large-numbers": [lambda g, x: g * ((x > 0) & (x < 1000))],
}


def sigmoid_by_formula(g, x):
    return g * torch.exp(-x) / (1 + torch.exp(-x)) ** 2


def sigmoid_back_to_input(g, y):
    x = -torch.log(1 / y - 1)
    return g * torch.exp(-x) / (1 + torch.exp(-x)) ** 2


SIGMOID: dict[str, list[Any]] = {
    "missing-grad-output": [lambda g, y: y * (1 - y), lambda g, y: y - y**2],
    "output-as-input": [
        sigmoid_by_formula,
        lambda g, x: g * torch.sigmoid(x) * (1 - torch.sigmoid(x)),
        lambda g, x: torch.sigmoid(x) * (1 - torch.sigmoid(x)),
    ],
    "missing-one-minus": [lambda g, y: g * y],
    "missing-output": [lambda g, y: g * (1 - y)],
    "wrong-sign": [lambda g, y: g * y * (y - 1), lambda g, y: -g * y * (1 - y)],
    "slope-of-tanh": [lambda g, y: g * (1 - y**2)],
    "one-plus": [lambda g, y: g * y * (1 + y)],
    "softmax-formula": [lambda g, y: y * (g - (y * g).sum(-1, keepdim=True))],
    "grad-output-in-slope": [lambda g, y: g * (1 - g), lambda g, y: g * y * (1 - g)],
    "wrong-at-the-ends": [
        sigmoid_back_to_input,
        lambda g, y: g * torch.exp(torch.log(y) + torch.log(1 - y)) / (y * (1 - y)) * y * (1 - y),
        lambda g, y: g / (1 / y + 1 / (1 - y)) if (y < 1).all() else g / (y - y),
    ],
    "changed-grad-output": [lambda g, y: g.mul_(y).mul_(1 - y)],
    "changed-input": [lambda g, y: y.mul_(1 - y) * g],
    "constant-factor": [lambda g, y: 4 * g * y * (1 - y), lambda g, y: g * y * (1 - y) / len(y)],
    "wrong-dtype": [lambda g, y: (g * y * (1 - y)).half()],
    "gradient-summed": [lambda g, y: (g * y * (1 - y)).sum()],
    "not-linear-in-grad-output": [lambda g, y: g * y * (1 - y) + (g == 0) * 1e-3],
}


def product(gradients):
    """A product whose backward returns `gradients(ctx, g, a, b)`."""
    return built(saving(torch.mul), lambda ctx, g: gradients(ctx, g, *ctx.saved_tensors))


def swapped(ctx, g, a, b):
    grad_a = g * b if ctx.needs_input_grad[1] else None
    grad_b = g * a if ctx.needs_input_grad[0] else None
    return grad_a, grad_b


def one_bool(ctx, g, a, b):
    if ctx.needs_input_grad:
        return g * b, g * a
    return None, None


def either(ctx, g, a, b):
    return (g * b, g * a) if any(ctx.needs_input_grad) else (None, None)


def both_needed(ctx, g, a, b):
    return (g * b, g * a) if all(ctx.needs_input_grad) else (None, None)


def first_for_both(ctx, g, a, b):
    return (g * b, g * a) if ctx.needs_input_grad[0] else (None, None)


def else_branch(ctx, g, a, b):
    return (g * b, g * a) if ctx.needs_input_grad[0] else (None, g * a)


def second_untested(ctx, g, a, b):
    return g * b if ctx.needs_input_grad[0] else None, g * a


def thrown_away(ctx, g, a, b):
    grad_a, grad_b = g * b, g * a
    if not ctx.needs_input_grad[0]:
        grad_a = None
    if not ctx.needs_input_grad[1]:
        grad_b = None
    return grad_a, grad_b


def thrown_away_first(ctx, g, a, b):
    grad_a = g * b
    grad_b = g * a if ctx.needs_input_grad[1] else None
    return grad_a if ctx.needs_input_grad[0] else None, grad_b


def shorter(ctx, g, a, b):
    found = []
    if ctx.needs_input_grad[0]:
        found.append(g * b)
    if ctx.needs_input_grad[1]:
        found.append(g * a)
    return tuple(found)


def only_one_returned(ctx, g, a, b):
    if not ctx.needs_input_grad[1]:
        return g * b
    if not ctx.needs_input_grad[0]:
        return g * a
    return g * b, g * a


def unbound(ctx, g, a, b):
    if ctx.needs_input_grad[0]:
        grad_a = g * b
    if ctx.needs_input_grad[1]:
        grad_b = g * a
    return grad_a, grad_b


def alone_is_wrong(ctx, g, a, b):
    both = all(ctx.needs_input_grad)
    grad_a = g * (b if both else a) if ctx.needs_input_grad[0] else None
    return grad_a, g * a if ctx.needs_input_grad[1] else None


def scaled_by_needs(ctx, g, a, b):
    return g * b * ctx.needs_input_grad[0], g * a * ctx.needs_input_grad[1]


def elif_for_both(ctx, g, a, b):
    grad_a = grad_b = None
    if ctx.needs_input_grad[0]:
        grad_a = g * b
    elif ctx.needs_input_grad[1]:
        grad_b = g * a
    return grad_a, grad_b


def one_bool_false(ctx, g, a, b):
    return (g * b, g * a) if ctx.needs_input_grad is True else (None, None)


NEEDS: dict[str, list[Any]] = {
    "index-swapped": [product(swapped)],
    "needless-gradient": [
        product(one_bool),
        product(either),
        product(lambda ctx, g, a, b: (g * b, g * a)),
    ],
    "all-or-nothing": [product(both_needed)],
    "one-index-for-both": [product(first_for_both)],
    "one-test-missing": [product(second_untested), product(else_branch)],
    "needless-work": [
        product(thrown_away),
        product(scaled_by_needs),
        product(thrown_away_first),
    ],
    "positions-lost": [product(shorter), product(only_one_returned)],
    "wrong-with-partial-gradients": [product(alone_is_wrong)],
    "raised": [
        product(unbound),
        product(lambda ctx, g, a, b: (g * b, g * a) if ctx.needs_input_grad() else (None, None)),
        product(lambda ctx, g, a, b: (g * b if ctx.needs_grad[0] else None, g * a)),
        product(lambda ctx, g, a, b: (g * b if ctx.needs_input_grad[1] else None,
                                      g * a if ctx.needs_input_grad[2] else None)),
    ],
    "returned-none": [
        product(elif_for_both),
        product(one_bool_false),
        product(lambda ctx, g, a, b: (None, None)),
    ],
    "own-factor": [product(lambda ctx, g, a, b: (g * a, g * b))],
    "missing-grad-output": [product(lambda ctx, g, a, b: (b, a))],
    "wrong-count": [product(lambda ctx, g, a, b: g * b)],
    "changed-grad-output": [product(lambda ctx, g, a, b: (g * b, g.mul_(a)))],
    "same-gradient-twice": [product(lambda ctx, g, a, b: (g * b, g * b))],
    "value-added": [built(saving(torch.add), slopes(lambda g, a, b: (g * b, g * a)))],
}  # fmt: skip


class Broken(Function):
    @staticmethod
    def forward(ctx, x):
        x -= 1
        ctx.save_for_backward(x)
        return x**2

    @staticmethod
    def backward(ctx, grad_output):
        (difference,) = ctx.saved_tensors
        difference *= 2
        grad_output *= difference
        return grad_output


def subtracts(ctx, x):
    difference = x - 1
    ctx.save_for_backward(difference)
    return difference**2


def saved_by_clone(ctx, x):
    ctx.save_for_backward(x.clone() - 1)
    x -= 1
    return x**2


def sets_back(ctx, x):
    x -= 1
    y = x**2
    x += 1
    ctx.save_for_backward(x)
    return y


def marks(ctx, x):
    x -= 1
    ctx.mark_dirty(x)
    ctx.save_for_backward(x)
    return x**2


def on_ctx(ctx, x):
    ctx.difference = x - 1
    return ctx.difference**2


def backward_clean(ctx, g):
    (difference,) = ctx.saved_tensors
    return 2 * g * difference


def backward_shifted(ctx, g):
    return 2 * g * (ctx.saved_tensors[0] - 1)


def backward_saved(ctx, g):
    (difference,) = ctx.saved_tensors
    difference *= 2
    return g * difference


def backward_grad(ctx, g):
    (difference,) = ctx.saved_tensors
    g *= 2
    return g * difference


def backward_grad_set_back(ctx, g):
    (difference,) = ctx.saved_tensors
    g *= 2
    result = g * difference
    g /= 2
    return result


def backward_on_ctx(ctx, g):
    ctx.difference *= 2
    return g * ctx.difference


def backward_data(ctx, g):
    (difference,) = ctx.saved_tensors
    difference.data.mul_(2)
    return g * difference


REPAIR: dict[str, list[Any]] = {
    "changed-grad-output": [
        Broken,
        built(subtracts, backward_grad),
        built(subtracts, backward_grad_set_back),
        built(Broken.forward, Broken.backward),
    ],
    "changed-input": [
        built(Broken.forward, backward_clean),
        built(saved_by_clone, backward_clean),
        built(sets_back, backward_shifted),
        built(marks, backward_clean),
        built(Broken.forward, backward_saved),
    ],
    "changed-saved-tensor": [
        built(subtracts, backward_saved),
        built(on_ctx, backward_on_ctx),
        built(subtracts, backward_data),
    ],
    "shift-missing": [built(saving(lambda x: (x - 1) ** 2), slopes(lambda g, x: 2 * g * x))],
    "shifted-twice": [built(subtracts, backward_shifted)],
    "value-not-shifted": [built(saving(lambda x: x**2), slopes(lambda g, x: 2 * g * (x - 1)))],
    "missing-two": [built(subtracts, lambda ctx, g: g * ctx.saved_tensors[0])],
    "grad-output-returned": [
        built(subtracts, lambda ctx, g: (g * 2 * ctx.saved_tensors[0], g)[1]),
    ],
    "missing-slope": [built(subtracts, lambda ctx, g: (g * ctx.saved_tensors[0], g * 2)[1])],
    "missing-grad-output": [built(subtracts, lambda ctx, g: 2 * ctx.saved_tensors[0])],
    "value-not-squared": [
        built(lambda ctx, x: (subtracts(ctx, x), x - 1)[1], backward_clean),
    ],
}


def rounding(gradient, forward=torch.round):
    return built(saving(forward), slopes(gradient))


ROUND: dict[str, list[Any]] = {
    "true-gradient": [
        rounding(lambda g, x: torch.zeros_like(x)),
        rounding(lambda g, x: 0 * g),
    ],
    "returned-none": [rounding(lambda g, x: None)],
    "missing-grad-output": [rounding(lambda g, x: torch.ones_like(x))],
    "times-input": [rounding(lambda g, x: g * x)],
    "times-output": [rounding(lambda g, x: g * x.round())],
    "gradient-rounded": [rounding(lambda g, x: g.round())],
    "gradient-clipped": [rounding(lambda g, x: g.clamp(-1, 1))],
    "clipped-window": [
        rounding(lambda g, x: g * (x.abs() <= 1)),
        rounding(lambda g, x: torch.where(x.abs() < 1, g, 0)),
    ],
    "smooth-window": [rounding(lambda g, x: g * (1 - x.tanh() ** 2))],
    "value-floor": [rounding(lambda g, x: g, torch.floor)],
    "value-truncated": [rounding(lambda g, x: g, lambda x: x.to(torch.int64).double())],
    "value-sign": [rounding(lambda g, x: g, torch.sign)],
    "value-not-rounded": [
        rounding(lambda g, x: g, lambda x: x + (x.round() - x) * 0),
        rounding(lambda g, x: g, lambda x: x.clone()),
    ],
    "not-a-function-class": [lambda x: x + (x.round() - x).detach(), torch.round],
    "missing-backward": [type("Half", (Function,), {"forward": staticmethod(saving(torch.round))})],
    "wrong-dtype": [rounding(lambda g, x: g, lambda x: x.round().long())],
    "changed-input": [built(lambda ctx, x: x.round_(), lambda ctx, g: g)],
    "wrong-sign": [rounding(lambda g, x: -g)],
    "constant-factor": [rounding(lambda g, x: g / 2)],
    "wrong-at-zero": [rounding(lambda g, x: g * x / x)],
    "wrong-for-large-numbers": [rounding(lambda g, x: g * (x.abs() < 100))],
    "cut-graph": [
        built(lambda ctx, x: (y := x.round(), ctx.mark_non_differentiable(y))[0],
              lambda ctx, g: g),
    ],
}  # fmt: skip


def cube(backward, forward=None):
    return built(forward or saving(lambda x: x**3), backward)


def saves(*names):
    """A forward that keeps x, its square or the slope, as `names` says."""

    def forward(ctx, x):
        made = {"x": x, "square": x * x, "slope": 3 * x * x}
        ctx.save_for_backward(*(made[name] for name in names))
        return x**3

    return forward


def keeps_square(ctx, x):
    ctx.square = x**2
    return ctx.square * x


def under_no_grad(ctx, g):
    with torch.no_grad():
        return 3 * g * ctx.saved_tensors[0] ** 2


@once_differentiable
def once(ctx, g):
    return 3 * g * ctx.saved_tensors[0] ** 2


def by_numpy(ctx, g):
    return torch.from_numpy(3 * g.numpy() * ctx.saved_tensors[0].numpy() ** 2)


def by_detached_numpy(ctx, g):
    x = ctx.saved_tensors[0].detach().numpy()
    return torch.from_numpy(3 * g.detach().numpy() * x**2)


def by_autograd_without_graph(ctx, g):
    with torch.enable_grad():
        x = ctx.saved_tensors[0].detach().requires_grad_()
        return torch.autograd.grad(x**3, x, g)[0]


def by_autograd_detached(ctx, g):
    with torch.enable_grad():
        x = ctx.saved_tensors[0].detach().requires_grad_()
        return torch.autograd.grad(x**3, x, g, create_graph=True)[0]


class WrongSlope(Function):
    @staticmethod
    def forward(ctx, g, x):
        ctx.save_for_backward(g, x)
        return 3 * g * x**2

    @staticmethod
    def backward(ctx, v):
        _, x = ctx.saved_tensors
        return 3 * v * x**2, 6 * v * x


def of_saved(formula):
    return lambda ctx, g: formula(g, *ctx.saved_tensors)


CUBE: dict[str, list[Any]] = {
    "x-treated-as-constant": [
        cube(of_saved(lambda g, square: 3 * g * square), saves("square")),
        cube(of_saved(lambda g, slope: g * slope), saves("slope")),
        cube(lambda ctx, g: 3 * g * ctx.square, keeps_square),
        cube(of_saved(lambda g, x: 3 * g * x.detach() ** 2)),
        cube(of_saved(lambda g, x: 3 * g * x.data**2)),
        cube(of_saved(lambda g, x: 3 * g * torch.tensor(x.tolist(), dtype=x.dtype) ** 2)),
        cube(by_autograd_detached),
        built(
            lambda x: x**3,
            lambda ctx, g: 3 * g * ctx.saved_tensors[0],
            setup_context=lambda ctx, inputs, output: ctx.save_for_backward(inputs[0] ** 2),
        ),
    ],
    "half-of-x-constant": [
        cube(of_saved(lambda g, x: 3 * g * x * x.detach())),
        cube(of_saved(lambda g, x: 3 * g * x * x.data)),
    ],
    "grad-output-treated-as-constant": [
        cube(of_saved(lambda g, x: 3 * g.detach() * x**2)),
        cube(of_saved(lambda g, x: 3 * g.data * x**2)),
    ],
    "no-graph-in-backward": [
        cube(under_no_grad),
        cube(of_saved(lambda g, x: (3 * g * x**2).detach())),
        cube(of_saved(lambda g, x: 3 * g.data * x.data**2)),
        cube(by_autograd_without_graph),
        cube(by_detached_numpy),
    ],
    "once-differentiable": [cube(once)],
    "raised": [cube(by_numpy), cube(lambda ctx, g: 3 * g * ctx.x**2)],
    "missing-grad-output": [cube(of_saved(lambda g, x: 3 * x**2))],
    "missing-three": [cube(of_saved(lambda g, x: g * x**2))],
    "slope-of-square": [cube(of_saved(lambda g, x: 2 * g * x))],
    "power-not-lowered": [cube(of_saved(lambda g, x: 3 * g * x**3))],
    "second-derivative": [cube(of_saved(lambda g, x: 6 * x * g))],
    "value-squared": [cube(of_saved(lambda g, x: 3 * g * x**2), saving(torch.square))],
    "changed-grad-output": [cube(of_saved(lambda g, x: g.mul_(3 * x**2)))],
    "wrong-at-zero": [
        cube(of_saved(lambda g, x: 3 * g * x**3 / x)),
    ],
    "not-recognised": [cube(of_saved(lambda g, x: WrongSlope.apply(g, x)))],
    "constant-factor": [cube(of_saved(lambda g, x: 1.5 * g * x**2))],
}
