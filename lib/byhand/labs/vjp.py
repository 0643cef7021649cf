"""The lab of chapter 4: weigh the rows of a Jacobian, and see the vector that flows back."""

import math
from collections.abc import Sequence
from typing import Any, Final

import anywidget
import torch
import traitlets

from byhand.labs._bundle import height, module, style

_LENGTHS: Final = {"x": 2, "v": 3}
_MOST: Final = {"x": 2.0, "v": 2.0}
_HEIGHT: Final = height((544, 922), (600, 848), (0, 446))


class VjpLab(anywidget.AnyWidget):
    """Three weights to drag, one for each output, and the vector vᵀJ that they send back.

    The operation takes two numbers to three: ``y = (x₁², x₁·x₂, 3·x₂)``. Its Jacobian has shape
    (3, 2). The lab multiplies each row by its weight and adds the rows.

    Attributes:
        x: The input, two numbers from −2 to 2.
        v: The weights of the outputs, ``grad_output``: three numbers from −2 to 2.
        reference: The first `x` and `v`, with what PyTorch computes for them.
    """

    _esm = module("vjp")
    _css = style("vjp")

    x = traitlets.List(traitlets.Float()).tag(sync=True)
    v = traitlets.List(traitlets.Float()).tag(sync=True)
    reference = traitlets.Dict(read_only=True).tag(sync=True)

    def __init__(
        self, x: Sequence[float] = (1.0, 2.0), v: Sequence[float] = (1.0, 2.0, -1.0)
    ) -> None:
        super().__init__(layout={"min_height": _HEIGHT})
        self.x, self.v = list(x), list(v)
        self.set_trait("reference", {"x": self.x, "v": self.v, **self.numbers()})

    def numbers(self) -> dict[str, Any]:
        """Compute with PyTorch, in float64, what the lab shows now.

        Returns:
            ``"output"``: y, three numbers; ``"jacobian"``: three rows of two; ``"vjp"``: vᵀJ, two
            numbers, from one backward.
        """
        x = torch.tensor(self.x, dtype=torch.float64, requires_grad=True)
        v = torch.tensor(self.v, dtype=torch.float64)
        output = _operation(x)
        (vjp,) = torch.autograd.grad(output, x, v)
        jacobian = torch.func.jacrev(_operation)(x.detach())
        return {
            "output": output.tolist(),
            "jacobian": jacobian.tolist(),
            "vjp": vjp.tolist(),
        }

    @traitlets.validate("x", "v")
    def _check_numbers(self, proposal: Any) -> list[float]:
        name, numbers = proposal.trait.name, [float(number) for number in proposal.value]
        length, most = _LENGTHS[name], _MOST[name]
        if len(numbers) != length:
            raise traitlets.TraitError(
                f"{name} has {len(numbers)} numbers; the operation has {length} "
                f"{'inputs' if name == 'x' else 'outputs'}, so give {length}."
            )
        if not all(math.isfinite(number) and abs(number) <= most for number in numbers):
            raise traitlets.TraitError(
                f"{name} is {numbers}; every number must be from −{most:g} to {most:g}."
            )
        return numbers

    def __repr__(self) -> str:
        return "VjpLab()"


def _operation(x: torch.Tensor) -> torch.Tensor:
    """Take two numbers, shape (2,), to three, shape (3,)."""
    return torch.stack([x[0] ** 2, x[0] * x[1], 3 * x[1]])
