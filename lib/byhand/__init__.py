"""Hand-written gradients, the exercise checker and the figures of *Backward by Hand*.

- `byhand.functions`: every gradient of the book as a `torch.autograd.Function`
- `check`, `hint`, `solution`, `exercises`, `progress`, `reset`: the exercises
- `Trace`: a forward pass and its backward, node by node
- `byhand.labs`: one interactive figure for each chapter
- `byhand.plots`, `byhand.palette`: figures and their colours
"""

from byhand import functions, labs, palette, plots
from byhand._checker import Result, check, exercises, hint, progress, reset, solution
from byhand._trace import Trace

__all__ = [
    "Result",
    "Trace",
    "check",
    "exercises",
    "functions",
    "hint",
    "labs",
    "palette",
    "plots",
    "progress",
    "reset",
    "solution",
]
