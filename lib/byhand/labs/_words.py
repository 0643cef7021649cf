"""What the backward of an operation does to the gradient, in words."""

import re
from types import MappingProxyType
from typing import Final

_NUMBERED: Final = re.compile(r"Backward\d*$")
_PASSES: Final = "passes it on as it is"
_RESHAPES: Final = "gives it the shape of its input again"
_PICKS: Final = "puts it back where the numbers were taken from, zero elsewhere"
_MATRIX: Final = "multiplies it by the other matrix, transposed"
_KEEPS: Final = "lets it through where the input was chosen, zero elsewhere"

_WORDS: Final = MappingProxyType(
    {
        "Abs": "multiplies it by the sign of the input",
        "Add": _PASSES,
        "Addmm": _MATRIX,
        "Bmm": _MATRIX,
        "Cat": "cuts it into the parts that were joined",
        "Clamp": _KEEPS,
        "Clone": _PASSES,
        "Convolution": "slides it over the kernel and over the input",
        "Cos": "multiplies it by minus the sine of the input",
        "Div": "divides it by the divisor",
        "Exp": "multiplies it by the output",
        "Expand": "sums it over the repeats",
        "Gather": _PICKS,
        "Index": _PICKS,
        "Log": "divides it by the input",
        "LogSoftmax": "subtracts softmax times its sum",
        "Max": _KEEPS,
        "MaxPool2DWithIndices": _KEEPS,
        "Mean": "divides it by the number of entries",
        "Min": _KEEPS,
        "Mm": _MATRIX,
        "MseLoss": "multiplies it by twice the difference",
        "Mul": "multiplies it by the other factor",
        "Mv": _MATRIX,
        "Neg": "changes its sign",
        "NllLoss": "puts minus it at the target, zero elsewhere",
        "Permute": "puts its dimensions back in order",
        "Pow": "multiplies it by the derivative of the power",
        "Relu": "lets it through where the input was above zero, zero elsewhere",
        "Select": _PICKS,
        "Sigmoid": "multiplies it by y (1 − y)",
        "Sin": "multiplies it by the cosine of the input",
        "Slice": _PICKS,
        "Softmax": "multiplies it by the Jacobian of softmax",
        "Sqrt": "divides it by twice the output",
        "Squeeze": _RESHAPES,
        "Stack": "cuts it into the parts that were stacked",
        "Sub": "passes it on, with its sign changed for what was subtracted",
        "Sum": "repeats it for every entry summed",
        "T": "transposes it",
        "Tanh": "multiplies it by 1 − y²",
        "Transpose": "swaps the dimensions back",
        "Unbind": "stacks the slices",
        "Unsqueeze": _RESHAPES,
        "View": _RESHAPES,
    }
)


def backward_in_words(node_type: str, kind: str) -> str:
    """Say what a node does with the gradient that it receives.

    Args:
        node_type: Type of the node, such as ``"MulBackward0"``.
        kind: ``"operation"``, ``"custom"`` or ``"leaf"``.
    """
    if kind == "leaf":
        return "adds it to the .grad of the leaf"
    if kind == "custom":
        return "runs the backward that you wrote"
    return _WORDS.get(_NUMBERED.sub("", node_type), "multiplies it by its Jacobian")
