"""What the common operations compute, forward and backward, in the notation of the book.

a and b are the inputs of the operation, y is its output and g = ∂L/∂y its `grad_output`. Where
the inputs were broadcast, the gradient is summed over the broadcast dimensions.
"""

import re
from types import MappingProxyType
from typing import Final, NamedTuple


class Formula(NamedTuple):
    """An operation and what its backward sends to each input that needs a gradient."""

    forward: str
    backward: str


_BOTH: Final = "to a: {}; to b: {}"
_RESHAPED: Final = "g in the shape of a"

_FORMULAS: Final = MappingProxyType(
    {
        "Abs": ("|a|", "sign(a) · g"),
        "Addmm": ("c + a @ b", "to c: g summed over the batch; to a: g @ bᵀ; to b: aᵀ @ g"),
        "Add": ("a + b", _BOTH.format("g", "g")),
        "AsStrided": ("a view of a", "g at the viewed places, 0 elsewhere"),
        "Bmm": ("a @ b for each matrix of the batch", _BOTH.format("g @ bᵀ", "aᵀ @ g")),
        "Cat": ("inputs joined", "to each input: its part of g"),
        "Clamp": ("a clamped", "g where a is inside the limits, 0 elsewhere"),
        "Clone": ("a copy of a", "g"),
        "Convolution": (
            "a ∗ weight + bias",
            "to a: g ∗ weight, transposed; to the weight: a ∗ g; to the bias: the sum of g",
        ),
        "CopySlices": (
            "a with a part of it changed in place",
            "to a: g, with the changed part put through the backward of the change",
        ),
        "Cos": ("cos(a)", "−sin(a) · g"),
        "Div": ("a / b", _BOTH.format("g / b", "−g · a / b²")),
        "Exp": ("exp(a)", "y · g"),
        "Expand": ("a repeated", "g summed over the repeats"),
        "Gather": ("picked entries of a", "g added up at the places picked"),
        "Index": ("picked entries of a", "g added up at the places picked"),
        "LeakyRelu": ("a where a > 0, slope · a elsewhere", "g, times the slope where a ≤ 0"),
        "Log": ("ln(a)", "g / a"),
        "LogSoftmax": ("a − ln Σ exp(a)", "g − softmax(a) · Σ g"),
        "Logsumexp": ("ln Σ exp(a)", "softmax(a) · g"),
        "MaskedFill": ("a with masked entries replaced", "g where not masked, 0 elsewhere"),
        "MaxPool2DWithIndices": ("the largest of each window", "g at the largest, 0 elsewhere"),
        "Max": ("the largest", "g at the largest, 0 elsewhere"),
        "Mean": ("Σ a / n", "g / n at every entry averaged"),
        "Min": ("the smallest", "g at the smallest, 0 elsewhere"),
        "Mm": ("a @ b", _BOTH.format("g @ bᵀ", "aᵀ @ g")),
        "MseLoss": ("(a − b)², reduced", "2 (a − b) · g, over n for a mean; to b: its negative"),
        "Mul": ("a · b", _BOTH.format("g · b", "g · a")),
        "Mv": ("a @ b", _BOTH.format("g bᵀ", "aᵀ @ g")),
        "Neg": ("−a", "−g"),
        "NllLoss": ("−a at the target, reduced", "−g at the target, over n for a mean"),
        "Permute": ("a with its dimensions reordered", "g reordered back"),
        "Pow": ("a ** k", "k · a ** (k − 1) · g"),
        "Prod": ("Π a", "(y / a) · g"),
        "Reciprocal": ("1 / a", "−y² · g"),
        "Relu": ("max(a, 0)", "g where a > 0, 0 elsewhere"),
        "ReshapeAlias": ("a reshaped", _RESHAPED),
        "Rsqrt": ("1 / √a", "−y³ · g / 2"),
        "Select": ("one slice of a", "g at that slice, 0 elsewhere"),
        "Sigmoid": ("1 / (1 + exp(−a))", "y (1 − y) · g"),
        "Sin": ("sin(a)", "cos(a) · g"),
        "Slice": ("a range of a", "g at that range, 0 elsewhere"),
        "Softmax": ("exp(a) / Σ exp(a)", "y · (g − Σ y · g)"),
        "Softplus": ("ln(1 + exp(a))", "sigmoid(a) · g"),
        "Split": ("a in parts", "the gradients of the parts, joined"),
        "Sqrt": ("√a", "g / (2 y)"),
        "Squeeze": ("a without dimensions of size 1", _RESHAPED),
        "Stack": ("inputs on a new dimension", "to each input: its part of g"),
        "Sub": ("a − b", _BOTH.format("g", "−g")),
        "Sum": ("Σ a", "g at every entry summed"),
        "T": ("aᵀ", "gᵀ"),
        "Tanh": ("tanh(a)", "(1 − y²) · g"),
        "ToCopy": ("a in another dtype or place", "g in the dtype and place of a"),
        "Transpose": ("a with two dimensions swapped", "g with them swapped back"),
        "Unbind": ("the slices of a", "the gradients of the slices, stacked"),
        "UnsafeView": ("a reshaped", _RESHAPED),
        "Unsqueeze": ("a with a new dimension of size 1", _RESHAPED),
        "View": ("a reshaped", _RESHAPED),
        "Where": ("a where the condition holds, else b", "g on the side chosen, 0 on the other"),
    }
)
_NUMBERED: Final = re.compile(r"Backward\d*$")


def formula(node_type: str) -> Formula | None:
    """Return the rule of a built-in node such as ``"MulBackward0"``, None if it has none here."""
    found = _FORMULAS.get(_NUMBERED.sub("", node_type))
    return Formula(*found) if found else None
