"""Write the walk through a network down in few bytes, for the page.

A page has no kernel and cannot run the network. What is small it computes itself: the first
convolution of the channels that it shows, ReLU, pooling, softmax. The other maps are stored with
91 levels each, one character for a number: that is what gzip packs best.
"""

import base64
import math
from collections.abc import Sequence
from typing import Any, Final

import torch
from torch import Tensor

from byhand.labs._cnn_walk import SHOWN, Walk

MOST: Final = 45  # levels go from −45 to 45
# Characters that JSON and HTML leave as they are.
ALPHABET: Final = "".join(chr(code) for code in range(33, 127) if chr(code) not in '"<\\')
# What is stored: name, stop of the walk, whether it is a value (else a gradient).
_VALUES: Final = (("conv 2", 4), ("conv 3", 7), ("linear 1", 11))
_GRADIENTS: Final = (("input", 0), ("pool 1", 3), ("pool 2", 6), ("pool 3", 9), ("ReLU 4", 12))
_POOLS: Final = (("pool 2", 5), ("pool 3", 8))
_FIRST: Final = 2  # what the first pooling gets; the page computes it, but for rounding
_ROUNDING: Final = 1e-9


def packed(walks: Sequence[Walk]) -> dict[str, Any]:
    """Return what the page cannot compute, for every snapshot and image.

    Args:
        walks: One for each snapshot, of all images.

    Returns:
        ``"values"``, ``"gradients"`` and ``"routes"``: for each name a text with a character for
        each number, ordered by snapshot, image, channel, row and column; ``"steps"``: the size of
        a level, for each text and each of its maps; ``"ties"``: routes of the first pooling, for
        each snapshot; ``"logits"``: as they are.
    """
    values, gradients = {}, {}
    steps: dict[str, dict[str, list[float]]] = {"values": {}, "gradients": {}}
    for name, at in _VALUES:
        text, sizes = _levels([_shown(walk.values[at]) for walk in walks], between=True)
        values[name], steps["values"][name] = text, sizes
    for name, at in _GRADIENTS:
        text, sizes = _levels([_shown(walk.gradients[at]) for walk in walks], between=False)
        gradients[name], steps["gradients"][name] = text, sizes
    routes = {
        name: "".join(_routes(_windows(_shown(walk.values[at]))) for walk in walks)
        for name, at in _POOLS
    }
    logits = [
        [float(f"{z:.9g}") for z in row] for walk in walks for row in walk.values[-1].tolist()
    ]
    return {
        "values": values,
        "gradients": gradients,
        "routes": routes,
        "ties": [_ties(_windows(_shown(walk.values[_FIRST]))) for walk in walks],
        "steps": steps,
        "logits": logits,
    }


def exact(tensor: Tensor) -> str:
    """Return float32 or uint8 numbers as base64 of their bytes, the first byte lowest."""
    numbers = tensor.detach().contiguous().numpy()
    little: bytes = numbers.astype(numbers.dtype.newbyteorder("<")).tobytes()
    return base64.b64encode(little).decode()


def _shown(tensor: Tensor) -> Tensor:
    """Return the channels that are shown, as (N, channels, numbers)."""
    if tensor.ndim == 2:
        return tensor[:, None]
    return tensor[:, :SHOWN].flatten(2)


def _levels(batches: Sequence[Tensor], *, between: bool) -> tuple[str, list[float]]:
    """Round numbers to levels; each map has its own step.

    Args:
        batches: Tensors (N, channels, numbers).
        between: Whether the levels lie between multiples of the step, −0.5, 0.5, 1.5, …, so that
            no number loses its sign; otherwise they are multiples of it, zero among them.

    Returns:
        The text, and the step of every map.
    """
    maps = torch.cat([batch.flatten(0, 1) for batch in batches])
    steps = torch.tensor([_rounded_up(one / MOST) for one in maps.abs().amax(1).tolist()])
    steps = steps.double()
    ratio = maps / steps.clamp(min=1e-300)[:, None]
    levels = (ratio.floor() if between else ratio.round()).clamp(-MOST, MOST - between).int()
    return "".join(ALPHABET[k + MOST] for k in levels.flatten().tolist()), steps.tolist()


def _rounded_up(number: float) -> float:
    """Return a number with three digits that is not smaller."""
    if number == 0:
        return 0.0
    unit = 10.0 ** (math.floor(math.log10(number)) - 2)
    return float(f"{math.ceil(number / unit) * unit:.3g}")


def _windows(maps: Tensor) -> Tensor:
    """Return the windows of a pooling by 2, as (N, channels, windows, 4)."""
    size = math.isqrt(maps.shape[-1])
    rows = maps.reshape(*maps.shape[:2], size // 2, 2, size // 2, 2)
    return rows.movedim(-3, -2).reshape(*maps.shape[:2], -1, 4)


def _routes(windows: Tensor) -> str:
    """Say which of four numbers is the largest; of equal ones the first, as PyTorch does."""
    places = (windows == windows.amax(-1, keepdim=True)).int().argmax(-1)
    return "".join(str(k) for k in places.flatten().tolist())


def _ties(windows: Tensor) -> dict[str, str]:
    """Say the same, but only where rounding might decide: for the number of each such window."""
    two = windows.topk(2).values.flatten(0, -2)
    close = (two[:, 0] > 0) & (two[:, 0] - two[:, 1] <= _ROUNDING * two[:, 0])
    found = _routes(windows)
    return {str(k): found[k] for k in close.nonzero()[:, 0].tolist()}
