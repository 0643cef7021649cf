"""Hand-written gradients, the exercise checker and the figures of *Backward by Hand*.

- `byhand.functions`: every gradient of the book as a `torch.autograd.Function`
- `check`, `hint`, `solution`, `exercises`, `progress`, `reset`: the exercises
- `Trace`: a forward pass and its backward, node by node
- `load_cifar10`: CIFAR-10, or the built-in look-alike that needs no network
- `byhand.labs`: one interactive figure for each chapter
- `byhand.plots`, `byhand.palette`: figures and their colours
"""

from byhand import functions, labs, palette, plots
from byhand._checker import Result, check, exercises, hint, progress, reset, solution
from byhand._cifar10 import CIFAR10, DatasetError, load_cifar10
from byhand._trace import Trace

__all__ = [
    "CIFAR10",
    "DatasetError",
    "Result",
    "Trace",
    "check",
    "exercises",
    "functions",
    "hint",
    "labs",
    "load_cifar10",
    "palette",
    "plots",
    "progress",
    "reset",
    "solution",
]
