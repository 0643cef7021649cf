"""What the reference card holds about one Function."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function


@dataclass(frozen=True)
class Row:
    """Forward and backward of a Function, as formulas and as code that runs.

    function: the class. call: a call of its lower-case wrapper. torch: the name of PyTorch's
    function where it is not the wrapper's in `torch.nn.functional`. shapes, classes: the inputs of
    the example, real numbers and class indices (count, number of classes). forward, gradient: TeX.
    code: Python lines that compute gx, gw, … from g, out, the inputs and the settings. settings:
    the numbers of the example that have a name in call and code, such as delta. cost:
    multiplications, additions or comparisons forward and backward, n up to a constant factor; n is
    the number of elements. kept: what forward keeps for backward. second: the second derivative,
    in words. chapter, exercises: where it is derived and practised.
    """

    function: type[Function]
    call: str
    shapes: Mapping[str, tuple[int, ...]]
    forward: str
    gradient: str
    code: str
    cost: tuple[str, str]
    kept: tuple[str, ...]
    second: str
    chapter: int
    exercises: tuple[str, ...]
    torch: str = ""
    settings: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    classes: Mapping[str, tuple[int, int]] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def title(self) -> str:
        """The Function in words: the docstring's first line, up to its formula."""
        line = (inspect.getdoc(self.function) or "").splitlines()[0]
        return line.split(",")[0].split(":")[0].split("(")[0].rstrip(". ")

    @property
    def formulas(self) -> list[str]:
        """The formulas in TeX, one for each line of a narrow column."""
        parts = [*self.forward.split(r",\quad "), *self.gradient.split(r",\quad ")]
        return [f"${part}$" for part in parts]

    @property
    def torch_name(self) -> str:
        """PyTorch's own function, such as "F.mse_loss" or "torch.exp"."""
        return self.torch or "F." + self.call.partition("(")[0]

    @property
    def torch_call(self) -> str:
        """The same call of PyTorch's function."""
        return self.torch_name + "(" + self.call.partition("(")[2]

    def inputs(self, seed: int = 0) -> dict[str, Tensor]:
        """Return random inputs in float64, at most 2 in size; class indices where asked for."""
        generator = torch.Generator().manual_seed(seed)
        found: dict[str, Any] = {
            name: torch.randn(shape, generator=generator, dtype=torch.float64).clamp(-2, 2)
            for name, shape in self.shapes.items()
        }
        for name, (count, classes) in self.classes.items():
            found[name] = torch.randint(classes, (count,), generator=generator)
        return found
