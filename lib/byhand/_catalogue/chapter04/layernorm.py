"""layernorm-backward."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

from byhand._catalogue.chapter04.layernorm_mistakes import all_mistakes
from byhand._checker.inputs import Inputs
from byhand._checker.kinds import BackwardFunction
from byhand._checker.reference import gradients
from byhand._checker.spec import Args, Exercise, Ladder, Output, Probe
from byhand._checker.standard import large, not_contiguous, one_number, single_precision, small

SHAPES = ((3, 5), (5, 3, 7), (7, 3), (3, 7))
EPS = (0.25, 0.5, 0.125, 4.0)
"""Large enough to be seen, the last one larger than the variances; the probes use 1e-5."""


def _drawn(inputs: Inputs, shape: tuple[int, ...], eps: float) -> Args:
    return inputs.targets(*shape) + 0.3, inputs.values(*shape) + 1.5, eps


def _arguments(inputs: Inputs) -> Args:
    k = inputs.seed % len(SHAPES)
    return _drawn(inputs, SHAPES[k], EPS[k])


def _shaped(inputs: Inputs) -> Args:
    return _drawn(inputs, inputs.shape(), 0.25)


def _value(x: Tensor, eps: float) -> Tensor:
    return F.layer_norm(x, x.shape[-1:], eps=eps)


def _nearly_constant(inputs: Inputs) -> Args:
    grad_output, x, _ = _drawn(inputs, (3, 5), 1e-5)
    return grad_output, x / 4096, 1e-5


def _constant(inputs: Inputs) -> Args:
    grad_output, x, _ = _drawn(inputs, (3, 5), 1e-5)
    return grad_output, 0 * x + 1.5, 1e-5


PROBES = (
    large(_arguments),
    small(_arguments),
    single_precision(_shaped),
    one_number(_shaped),
    not_contiguous(_shaped),
    Probe(
        "wrong-for-one-dimension",
        "an x of one dimension",
        lambda inputs: _drawn(inputs, (7,), 1e-5),
        "The result is right for batches and wrong for a single row without a batch dimension.",
        "Use -1 as the dimension, and `keepdim=True`.",
    ),
    Probe(
        "wrong-for-tiny-variance",
        "rows whose variance is smaller than eps",
        _nearly_constant,
        "Where the variance is tiny, eps decides how large the gradient is.",
        "Add eps to the variance, under the root, everywhere.",
    ),
    Probe(
        "wrong-for-constant-rows",
        "rows of equal numbers",
        _constant,
        "Where all entries of a row are equal, the variance is 0 and the gradient is "
        "(grad_output − mean(grad_output)) / √eps.",
        "Add eps to the variance before the root and before the division.",
    ),
)


def backward(stub: str, solution: str) -> Exercise:
    """The gradient of a layer norm."""
    return Exercise(
        id="layernorm-backward",
        chapter=4,
        title="The backward of a layer norm",
        level=3,
        skills=("mean and variance", "several paths", "projection"),
        kind=BackwardFunction("a function `f(grad_output, x, eps)`"),
        name="layernorm_backward",
        parameters=("grad_output", "x", "eps"),
        outputs=(Output("grad_x"),),
        make=_arguments,
        reference={"gradient": gradients(_value, wrt=(0,))},
        mistakes=all_mistakes(),
        probes=PROBES,
        ladder=Ladder(
            "y = (x − mean) / std. On how many ways does x[0] reach y[1]?",
            "Three paths lead from x to y: directly, through the mean, and through the variance. "
            "What comes back on the three is added.",
            "With y the normalised input: grad_x = (grad_output − mean(grad_output) − y · "
            "mean(grad_output · y)) / std, all means over the last dimension.",
            "std = (x.var(-1, unbiased=False, keepdim=True) + eps).sqrt()\n"
            "y = (x - x.mean(-1, keepdim=True)) / std\naverage = ...\nalong = ...\n"
            "return (grad_output - average - y * along) / ...",
        ),
        stub=stub,
        solution=solution,
    )
