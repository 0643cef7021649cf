"""Figures about losses: their curves with gradients, and the pull on each prediction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import torch
import torch.nn.functional as F
from matplotlib.axes import Axes
from matplotlib.figure import Figure as MatplotlibFigure

from byhand.palette import FAMILIES, NEUTRAL, PAPER, Kind
from byhand.plots._figure import figure

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
    delta: float = 0.5,
    span: float = 2.0,
) -> tuple[MatplotlibFigure, Any]:
    """Draw losses of one element (left, blue) and their gradients (right, orange).

    Kinks are marked: an open ring where the gradient jumps, with PyTorch's choice (0 for L1) as
    a dot, and a small bar where Huber and smooth L1 bend. Values and gradients come from
    `torch.nn.functional` and autograd.

    Args:
        losses: Any of ``"mse"``, ``"l1"``, ``"huber"``, ``"smooth_l1"``.
        delta: ``delta`` of Huber and ``beta`` of smooth L1, above 0.
        span: The curves go from ``-span`` to ``span``, the difference of input and target.

    Returns:
        The figure and an array of two axes.

    Raises:
        ValueError: If a loss is unknown.
    """
    for name in losses:
        if name not in _LOSSES:
            raise ValueError(f"There is no loss {name!r}; choose from {', '.join(_LOSSES)}.")
    fig, axes = figure(6.4, 3.3, columns=2, sharex=True)
    left, right = axes
    left.set(title="loss of one element", ylim=(-0.08 * span, 1.5 * span))
    right.set(title="its gradient", ylim=(-1.25 * span, 1.25 * span))
    for ax in axes:
        ax.axhline(0, color=NEUTRAL.light, linewidth=0.8)
        ax.set(xlabel="input − target", xlim=(-span, span))
    for name in losses:
        loss = _LOSSES[name]
        differences, values, gradients = loss.curve(span, delta)
        _line(left, loss, "value", differences, values)
        if name == "l1":
            _jump(right, loss, span)
        else:
            _line(right, loss, "gradient", differences, gradients)
        if name in ("huber", "smooth_l1"):
            bends = [_nearest(differences, at) for at in (-delta, delta)]
            _bends(right, loss, [differences[k] for k in bends], [gradients[k] for k in bends])
        _label(left, loss, "value", differences, values)
        _label(right, loss, "gradient", differences, gradients)
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


def _label(ax: Axes, loss: _Loss, kind: Kind, xs: list[float], ys: list[float]) -> None:
    """Write the name of a loss where its line ends."""
    low, high = ax.get_ylim()
    place: dict[str, Any]
    end = max(k for k in range(len(ys)) if low <= ys[k] <= high)
    if end < len(ys) - 1:  # it leaves through the top
        place = {"xytext": (-8, -2), "ha": "right", "va": "top"}
    elif kind == "value":
        place = {"xytext": (5, 0), "ha": "left", "va": "center"}
    elif loss.name == "smooth L1":  # it ends on top of L1: use the other end
        end, place = 0, {"xytext": (0, -4), "ha": "left", "va": "top"}
    else:
        place = {"xytext": (0, 4), "ha": "right", "va": "bottom"}
    ax.annotate(
        loss.name,
        (xs[end], ys[end]),
        **place,
        textcoords="offset points",
        color=FAMILIES[kind][loss.shade].light,
        annotation_clip=False,
    )
