"""The lab of chapter 9: which cells meet in a convolution, and where the gradients go."""

from collections.abc import Sequence
from typing import Any, Final

import anywidget
import torch
import torch.nn.functional as F
import traitlets

from byhand.labs._bundle import height, module, style

Rows = Sequence[Sequence[float]] | torch.Tensor

_MOST: Final = 9.0
_SIZES: Final = {"x": 6, "weight": 3, "grad_output": 8}
_ALLOWED: Final = {"padding": (0, 1, 2), "stride": (1, 2), "dilation": (1, 2)}
_VIEWS: Final = ("y", "gx", "gw")
_PLACES: Final = {"image": 6, "kernel": 3, "output": 8}
_SETTINGS: Final = (*_SIZES, *_ALLOWED, "view", "cell")
_HEIGHT: Final = height((450, 1278), (510, 1210), (596, 1170), (684, 732), (0, 704))
_X: Final = (
    (1, 0, 2, 1, 0, 3),
    (0, 3, 1, 0, 2, 1),
    (2, 1, 0, 4, 1, 0),
    (1, 0, 3, 2, 0, 2),
    (0, 2, 1, 1, 3, 0),
    (3, 1, 0, 2, 1, 1),
)
_WEIGHT: Final = ((1, 2, 0), (-1, 3, 1), (0, -2, 1))
_GRAD_OUTPUT: Final = (
    (1, 0, -1, 2, 0, 1, -2, 1),
    (0, 2, 1, -1, 1, 0, 2, -1),
    (-1, 1, 0, 1, -2, 1, 0, 2),
    (2, -1, 1, 0, 1, -1, 1, 0),
    (0, 1, -2, 1, 0, 2, -1, 1),
    (1, -1, 0, 2, 1, 0, 1, -2),
    (-2, 1, 1, 0, -1, 1, 0, 1),
    (1, 0, 2, -1, 1, -2, 1, 0),
)


class ConvLab(anywidget.AnyWidget):
    """Three grids of numbers to touch: the input, the kernel and the output of a convolution.

    One channel, input 6×6, kernel 3×3. The lab shows the output, or the gradient of the input, or
    that of the kernel; a chosen cell shows which other cells it meets, and its sum of products.

    Attributes:
        x: The input, 6 rows of 6 numbers from −9 to 9.
        weight: The kernel, 3 rows of 3 numbers from −9 to 9.
        grad_output: The gradient of the output, 8 rows of 8 numbers from −9 to 9. The output has
            8×8 numbers at most; a smaller one uses the first rows and columns.
        padding: 0, 1 or 2.
        stride: 1 or 2.
        dilation: 1 or 2.
        view: What is computed: ``"y"``, ``"gx"`` or ``"gw"``.
        cell: The chosen cell: ``"image"``, ``"kernel"`` or ``"output"``, its row and its column,
            which count from 0.
        reference: The first settings, with what PyTorch computes for them.

    Raises:
        traitlets.TraitError: If a setting is unknown or out of range; the message says what is
            allowed.
    """

    _esm = module("_logits", "conv_numbers", "conv_words", "conv_boards", "conv")
    _css = style("conv")

    x = traitlets.List(traitlets.List(traitlets.Float())).tag(sync=True)
    weight = traitlets.List(traitlets.List(traitlets.Float())).tag(sync=True)
    grad_output = traitlets.List(traitlets.List(traitlets.Float())).tag(sync=True)
    padding = traitlets.Int(0).tag(sync=True)
    stride = traitlets.Int(1).tag(sync=True)
    dilation = traitlets.Int(1).tag(sync=True)
    view = traitlets.Unicode("y").tag(sync=True)
    cell = traitlets.Tuple(
        traitlets.Unicode(), traitlets.Int(), traitlets.Int(), default_value=("output", 1, 1)
    ).tag(sync=True)
    reference = traitlets.Dict(read_only=True).tag(sync=True)

    def __init__(
        self,
        x: Rows = _X,
        weight: Rows = _WEIGHT,
        grad_output: Rows = _GRAD_OUTPUT,
        *,
        padding: int = 0,
        stride: int = 1,
        dilation: int = 1,
        view: str = "y",
        cell: tuple[str, int, int] = ("output", 1, 1),
    ) -> None:
        """Set up a convolution; see the attributes for the arguments."""
        super().__init__(layout={"min_height": _HEIGHT})
        for name, rows in {"x": x, "weight": weight, "grad_output": grad_output}.items():
            setattr(self, name, _rows(name, rows))
        self.padding, self.stride, self.dilation = padding, stride, dilation
        self.view, self.cell = view, cell
        settings = {name: getattr(self, name) for name in _SETTINGS}
        self.set_trait("reference", {**settings, "cell": list(cell), **self.numbers()})

    def numbers(self) -> dict[str, list[list[float]]]:
        """Compute with PyTorch, in float64, what the lab shows now.

        Returns:
            ``"y"``: the output, n rows of n numbers, where n is 1 to 8; ``"gx"``: the gradient of
            the input, 6 rows of 6; ``"gw"``: the gradient of the kernel, 3 rows of 3. The
            gradients come from one backward with `grad_output`.
        """
        x, weight = (
            torch.tensor([[rows]], dtype=torch.float64, requires_grad=True)
            for rows in (self.x, self.weight)
        )
        y = F.conv2d(x, weight, stride=self.stride, padding=self.padding, dilation=self.dilation)
        rows, columns = y.shape[-2:]
        g = torch.tensor(self.grad_output, dtype=torch.float64)[:rows, :columns]
        gx, gw = torch.autograd.grad(y, (x, weight), g[None, None])
        found = {"y": y, "gx": gx, "gw": gw}
        return {name: tensor[0, 0].tolist() for name, tensor in found.items()}

    @traitlets.validate("x", "weight", "grad_output")
    def _check_rows(self, proposal: Any) -> list[list[float]]:
        name, size = proposal.trait.name, _SIZES[proposal.trait.name]
        rows = _rows(name, proposal.value)
        lengths = [len(row) for row in rows]
        if lengths != [size] * size:
            raise traitlets.TraitError(
                f"{name} has rows of {lengths} numbers; it needs {size} rows of {size}."
            )
        # A comparison with NaN is false, so NaN is refused as well.
        for number in (number for row in rows for number in row):
            if not abs(number) <= _MOST:
                raise traitlets.TraitError(
                    f"{name} holds {number:g}; every number must be from −9 to 9."
                )
        return rows

    @traitlets.validate("padding", "stride", "dilation")
    def _check_shape(self, proposal: Any) -> int:
        name, allowed = proposal.trait.name, _ALLOWED[proposal.trait.name]
        if proposal.value not in allowed:
            known = " or ".join(map(str, allowed)) if len(allowed) == 2 else "0, 1 or 2"
            raise traitlets.TraitError(f"{name} is {proposal.value}; use {known}.")
        return int(proposal.value)

    @traitlets.validate("view")
    def _check_view(self, proposal: Any) -> str:
        if proposal.value not in _VIEWS:
            raise traitlets.TraitError(f"view is {proposal.value!r}; use 'y', 'gx' or 'gw'.")
        return str(proposal.value)

    @traitlets.validate("cell")
    def _check_cell(self, proposal: Any) -> tuple[str, int, int]:
        place, row, column = proposal.value
        if place not in _PLACES:
            raise traitlets.TraitError(
                f"cell is in {place!r}; use 'image', 'kernel' or 'output' as its first part."
            )
        last = _PLACES[place] - 1
        if not (0 <= row <= last and 0 <= column <= last):
            raise traitlets.TraitError(
                f"cell is {(place, row, column)}; row and column must be from 0 to {last}."
            )
        return place, row, column

    def __repr__(self) -> str:
        return "ConvLab()"


def _rows(name: str, rows: Rows) -> list[list[float]]:
    """Make lists of floats, which a notebook can store.

    Raises:
        TraitError: If `rows` is not rows of numbers.
    """
    try:
        return [[float(number) for number in row] for row in rows]
    except (TypeError, ValueError):
        size = _SIZES[name]
        raise traitlets.TraitError(
            f"{name} must be {size} rows of {size} numbers, not {repr(rows)[:60]}."
        ) from None
