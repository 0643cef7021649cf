"""The curves of losses, and of their gradients."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import torch
import torch.nn.functional as F
from matplotlib.axes import Axes
from matplotlib.figure import Figure as MatplotlibFigure

from byhand.palette import FAMILIES, NEUTRAL, PAPER, Kind
from byhand.plots._figure import figure
from byhand.plots._labels import end_labels, leave_room_for_labels

_LineStyle = str | tuple[float, tuple[float, ...]]
_POINTS: Final = 161  # odd, so that zero is one of them


@dataclass(frozen=True)
class _Loss:
    """One loss: its name, its PyTorch function and how its line is drawn."""

    name: str
    function: Callable[[torch.Tensor, torch.Tensor, float], torch.Tensor]
    shade: int
    style: _LineStyle
    width: float = 1.8

    def curve(self, span: float, delta: float) -> tuple[list[float], list[float], list[float]]:
        """Differences, losses and gradients, computed by PyTorch in float64."""
        input = torch.linspace(-span, span, _POINTS, dtype=torch.float64)
        input[_POINTS // 2] = 0.0
        input.requires_grad_()
        loss = self.function(input, torch.zeros_like(input), delta)
        (grad,) = torch.autograd.grad(loss.sum(), input)
        return input.tolist(), loss.tolist(), grad.tolist()


_LOSSES: Final[dict[str, _Loss]] = {
    "mse": _Loss("MSE", lambda x, t, _: F.mse_loss(x, t, reduction="none"), 2, "-"),
    "l1": _Loss("L1", lambda x, t, _: F.l1_loss(x, t, reduction="none"), 0, (0, (5, 2))),
    "huber": _Loss(
        "Huber", lambda x, t, delta: F.huber_loss(x, t, reduction="none", delta=delta), 0, "-"
    ),
    "smooth_l1": _Loss(
        "smooth L1",
        lambda x, t, beta: F.smooth_l1_loss(x, t, reduction="none", beta=beta),
        1,
        "-",
        width=4.5,  # a band below the lines that run on top of it
    ),
}


def loss_curves(
    losses: Sequence[str] = ("mse", "l1", "huber", "smooth_l1"),
    *,
    delta: float = 1.5,
    span: float = 4.0,
) -> tuple[MatplotlibFigure, Any]:
    """Draw losses of one element (above, blue) and, at the same places, their gradients (orange).

    Kinks are marked: an open ring where the gradient jumps, with PyTorch's choice (0 for L1) as
    a dot, and a small bar where Huber and smooth L1 bend. Values and gradients come from
    `torch.nn.functional` and autograd.

    Args:
        losses: Any of ``"mse"``, ``"l1"``, ``"huber"``, ``"smooth_l1"``.
        delta: ``delta`` of Huber and ``beta`` of smooth L1, above 0. With 0.5 the middle of the
            gradient of smooth L1 lies on that of MSE, with 1 Huber and smooth L1 are the same.
        span: The curves go from ``-span`` to ``span``, the difference of input and target.

    Returns:
        The figure and an array of two axes.

    Raises:
        ValueError: If a loss is unknown.
    """
    for name in losses:
        if name not in _LOSSES:
            raise ValueError(f"There is no loss {name!r}; choose from {', '.join(_LOSSES)}.")
    fig, axes = figure(5.4, 5.4, rows=2, sharex=True)
    leave_room_for_labels(fig)
    above, below = axes
    above.set(title="loss of one element", ylim=(-0.06 * span, 1.5 * span))
    steepest = 1.35 * max(1.0, delta)
    below.set(title="its gradient", ylim=(-steepest, steepest), xlabel="input − target")
    for ax in axes:
        ax.axhline(0, color=NEUTRAL.light, linewidth=0.8)
        ax.set_xlim(-span, span)
    for name in losses:
        loss = _LOSSES[name]
        differences, values, gradients = loss.curve(span, delta)
        _line(above, loss, "value", differences, values)
        if name == "l1":
            _jump(below, loss, span)
        else:
            _line(below, loss, "gradient", differences, gradients)
        if name in ("huber", "smooth_l1"):
            bends = [_nearest(differences, at) for at in (-delta, delta)]
            _bends(below, loss, [differences[k] for k in bends], [gradients[k] for k in bends])
    _name_the_lines(above, losses, "value", lambda loss: loss.curve(span, delta)[1])
    _name_the_lines(below, losses, "gradient", lambda loss: loss.curve(span, delta)[2])
    return fig, axes


def _look(loss: _Loss, kind: Kind) -> dict[str, Any]:
    colour = FAMILIES[kind][loss.shade].light
    below = {"zorder": 1.8} if loss.width > 2 else {}
    return {"color": colour, "linestyle": loss.style, "linewidth": loss.width, **below}


def _line(ax: Axes, loss: _Loss, kind: Kind, xs: list[float], ys: list[float]) -> None:
    low, high = ax.get_ylim()
    seen = [(x, y) for x, y in zip(xs, ys, strict=True) if low <= y <= high]
    ax.plot([x for x, _ in seen], [y for _, y in seen], **_look(loss, kind))


def _jump(ax: Axes, loss: _Loss, span: float) -> None:
    """The gradient of L1: two pieces, open rings at the jump, and PyTorch's 0 in between."""
    look = _look(loss, "gradient")
    for sign in (-1.0, 1.0):
        ax.plot([sign * span, 0], [sign, sign], **look)
    ring = {"color": look["color"], "linestyle": "none", "marker": "o", "markersize": 5}
    ax.plot([0, 0], [-1, 1], **ring, markerfacecolor=PAPER.light)
    ax.plot([0], [0], **ring)


def _bends(ax: Axes, loss: _Loss, xs: list[float], ys: list[float]) -> None:
    colour = _look(loss, "gradient")["color"]
    ax.plot(xs, ys, color=colour, linestyle="none", marker="|", markersize=9, markeredgewidth=1.5)


def _nearest(xs: list[float], at: float) -> int:
    return min(range(len(xs)), key=lambda k: abs(xs[k] - at))


def _name_the_lines(
    ax: Axes, losses: Sequence[str], kind: Kind, curve: Callable[[_Loss], list[float]]
) -> None:
    """Write the name of each loss where its line ends."""
    names = [(_LOSSES[name].name, curve(_LOSSES[name])) for name in losses]
    colours = [FAMILIES[kind][_LOSSES[name].shade].light for name in losses]
    end_labels(ax, names, colours)
